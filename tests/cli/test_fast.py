"""A sync with nothing due is answered on the standard library alone."""

from __future__ import annotations

import json
import sys

import pytest

from handoff_core.cli.fast import nothing_to_sync

HEAVY = (
    "pydantic",
    "sqlalchemy",
    "click",
    "rich",
    "requests",
    "dotenv",
    "zenpy",
    "hubspot",
    "slack_sdk",
    "tree_sitter",
)
LOOK = (
    "import sys\n"
    "from handoff_core.cli.main import run\n"
    "code = run(sys.argv[1:])\n"
    "print(code, *sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
)


def modules_of(desk, *arguments: str) -> tuple[str, set[str]]:
    import subprocess

    ran = subprocess.run(
        [sys.executable, "-c", LOOK, *arguments],
        cwd=desk.folder, env=desk.environ, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    code, *names = ran.stderr.split()
    assert code == "0"
    return ran.stdout, set(names)


@pytest.fixture
def idle(desk):
    """A business that has run once and has nothing to do."""
    desk.business()
    desk.run("submit", desk.packet())
    assert desk.run("sync").code == 0
    return desk


@pytest.mark.parametrize("arguments", [("sync",), ("sync", "--json"), ("--config", "handoff.toml", "sync")])
def test_nothing_heavy_is_imported_when_nothing_is_due(idle, arguments: tuple[str, ...]) -> None:
    printed, modules = modules_of(idle, *arguments)

    assert printed
    assert not modules & set(HEAVY)


def test_the_answer_is_that_of_the_whole_program(idle, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = idle.run("sync", "--json").objects[0]
    monkeypatch.setattr("handoff_core.cli.fast.nothing_to_sync", lambda arguments, environ: None)
    whole = idle.run("sync", "--json").objects[0]

    assert list(fast) == list(whole)
    assert {**fast, "seconds": 0} == {**whole, "seconds": 0}


def test_what_is_dead_is_counted_as_the_whole_program_counts_it(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.business()
    (desk.folder / "refusing").touch()
    desk.run("submit", desk.packet())
    desk.run("sync")

    assert nothing_to_sync(["sync"], {}) == 0
    assert desk.run("sync", "--json").objects[0]["dead"] == 1


def test_a_first_run_is_left_to_the_whole_program(desk) -> None:
    desk.business()

    assert nothing_to_sync(["sync"], {}) is None


def test_something_due_is_left_to_the_whole_program(idle) -> None:
    idle.run("submit", idle.packet(summary="News"))

    assert nothing_to_sync(["sync"], {}) is None


@pytest.mark.parametrize("name", ["a.json", "B.JSONL"])
def test_a_file_in_the_inbox_is_left_to_the_whole_program(idle, name: str) -> None:
    idle.drop(name, "")

    assert nothing_to_sync(["sync"], {}) is None


@pytest.mark.parametrize("name", [".hidden.json", "a.json.tmp", "readme.txt"])
def test_a_file_that_is_never_taken_changes_nothing(idle, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    idle.drop(name, "{}")

    assert nothing_to_sync(["sync"], {}) == 0
    assert capsys.readouterr().out == "acme: nothing due\n"


def test_a_changed_configuration_is_left_to_the_whole_program(idle) -> None:
    path = idle.folder / "handoff.toml"
    path.write_text(path.read_text() + "\n# changed\n")

    assert nothing_to_sync(["sync"], {}) is None


def test_a_changed_file_of_secrets_is_left_to_the_whole_program(desk) -> None:
    path = desk.business()
    path.write_text(path.read_text() + '\n[secrets]\nenv_file = ".env"\n')
    secrets = desk.folder / ".env"
    secrets.write_text("NOTEBOOK_TOKEN=one\n")
    desk.run("sync")
    assert nothing_to_sync(["sync"], {}) == 0

    secrets.write_text("NOTEBOOK_TOKEN=two\n")

    assert nothing_to_sync(["sync"], {}) is None


@pytest.mark.parametrize(
    "arguments",
    [
        ["sync", "--reconcile"],
        ["sync", "--time-budget", "soon"],
        ["sync", "--help"],
        ["sync", "sync"],
        ["sync", "--config"],
        ["status", "sync"],
        ["sync", "--config", "nothing.toml"],
    ],
)
def test_every_other_option_is_left_to_the_whole_program(idle, arguments: list[str]) -> None:
    assert nothing_to_sync(arguments, {}) is None


def test_one_business_of_two_with_something_due_is_enough(idle) -> None:
    idle.business("beta")

    assert nothing_to_sync(["sync", "--config", "."], {}) is None
    idle.run("sync", "--config", ".")
    assert nothing_to_sync(["sync", "--config", "."], {}) == 0


def test_a_configuration_named_twice_is_left_to_the_whole_program(idle) -> None:
    assert nothing_to_sync(["sync", "--config", "handoff.toml", "--config", "./handoff.toml"], {}) is None


def test_a_damaged_ledger_is_left_to_the_whole_program(idle) -> None:
    (idle.folder / "acme.db").write_bytes(b"not a database" * 1000)

    assert nothing_to_sync(["sync"], {}) is None
    assert idle.run("sync").code == 69


def test_the_library_is_not_imported_with_the_package() -> None:
    import subprocess

    code = "import sys, handoff_core; print(*sys.modules); handoff_core.Handoff, handoff_core.__version__"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert "pydantic" not in ran.stdout
    assert "handoff_core.client" not in ran.stdout


def test_json_of_the_fast_answer_is_one_line(idle, capsys: pytest.CaptureFixture[str]) -> None:
    nothing_to_sync(["sync", "--json"], {})

    assert json.loads(capsys.readouterr().out)["business"] == "acme"
