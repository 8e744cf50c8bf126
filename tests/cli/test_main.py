"""The entry point: exit codes, errors as sentences, signals, closed pipes."""

from __future__ import annotations

import json
import os
import pty
import signal
import time

import pytest
from click.testing import CliRunner

from handoff_core.cli import app
from handoff_core.errors import StoreUnavailable

OFFERED = {
    "init", "check", "submit", "sync", "work", "preview", "route", "status", "show", "log", "dead", "release",
    "approve", "forget", "prune", "schema", "doctor",
}  # fmt: skip


def test_every_command_is_offered_and_explains_itself() -> None:
    shown = CliRunner().invoke(app.handoff, ["--help"])

    assert shown.exit_code == 0
    listed = {
        line.split()[0]
        for line in shown.output.split("Commands:")[1].splitlines()
        if line.startswith("  ") and line[2] != " "
    }
    assert listed >= OFFERED
    for name in OFFERED:
        assert CliRunner().invoke(app.handoff, [name, "--help"]).exit_code == 0


@pytest.mark.parametrize("name", ["lint", "approve", "ack", "triage", "replay", "audit", "report"])
def test_what_is_not_there_yet_is_not_offered(desk, name: str) -> None:
    assert desk.run(name).code == 2


def test_the_version_is_that_of_the_package(desk) -> None:
    from importlib.metadata import version

    ran = desk.outside("--version")

    assert (ran.code, ran.out.strip()) == (0, f"handoff, version {version('handoff')}")


def test_usage_errors_end_with_2(desk) -> None:
    for arguments in (("frob",), ("submit",), ("check", "--format", "xml"), ("show",), ()):
        assert desk.run(*arguments).code == 2, arguments


def test_commands_of_installed_packages_are_offered(desk) -> None:
    announced = desk.plugins / "notebook-1.0.dist-info" / "entry_points.txt"
    announced.write_text(announced.read_text() + "[handoff.commands]\nturn = notebook_commands:turn\nbad = nowhere:x\n")
    (desk.plugins / "notebook_commands.py").write_text(
        "import click\n@click.command(short_help='Turn a page.')\ndef turn():\n    click.echo('turned')\n"
    )

    assert desk.outside("turn").out == "turned\n"
    assert "Turn a page." in desk.outside("--help").out
    bad = desk.outside("bad")
    assert bad.code == 1
    assert "pip install 'handoff[bad]'" in bad.err


def test_an_unexpected_error_ends_as_a_sentence_without_its_text(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("canary" + "-7f3a9")

    monkeypatch.setattr("handoff_core.client.Handoff.status", fail)
    desk.business()

    quiet, loud = desk.run("status"), desk.run("status", "-v")

    assert (quiet.code, loud.code) == (1, 1)
    assert len(quiet.err.splitlines()) == 1
    assert "RuntimeError" in quiet.err
    assert "canary-7f3a9" not in quiet.err + loud.err
    assert "in fail" in loud.err


def test_a_store_that_cannot_be_reached_ends_with_69(desk) -> None:
    path = desk.business()
    path.write_text(path.read_text().replace("sqlite:///acme.db", "sqlite:///nowhere/acme.db"))

    for arguments in (("status",), ("sync",), ("submit", desk.packet()), ("dead", "retry", "x"), ("work",)):
        ran = desk.run(*arguments)
        assert ran.code == 69, arguments
        assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("name", ["c" * 300, "c" * 5000, "c/" * 3000 + "handoff.toml"])
def test_a_configuration_whose_name_no_file_system_takes_ends_with_78(desk, name: str) -> None:
    for command in ("check", "sync", "status", "prune"):
        ran = desk.run("--config", name, command)
        assert ran.code == 78, command
        told = ran.out + ran.err
        assert "The file cannot be read: File name too long. Check its name" in " ".join(told.split())


def test_an_error_of_the_store_in_the_middle_ends_with_69(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StoreUnavailable("the disk is full: make room")

    monkeypatch.setattr("handoff_core.client.Handoff.submit_text", fail)
    desk.business()

    ran = desk.run("submit", desk.packet())

    assert (ran.code, ran.err) == (69, "the disk is full: make room\n")


def test_ctrl_c_ends_with_130(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("handoff_core.client.Handoff.status", interrupt)
    desk.business()

    assert desk.run("status").code == 130


def test_a_reader_that_goes_away_is_no_error(desk, make) -> None:
    desk.business()
    (desk.folder / "many.jsonl").write_text("\n".join(json.dumps(make(id=f"case-{n}")) for n in range(300)))
    desk.run("submit", "many.jsonl")

    process = desk.start("status", "--json")
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()

    assert process.wait(30) == 0
    assert err == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_work_delivers_until_it_is_told_to_end_and_then_ends_with_0(desk, make, number: int) -> None:
    desk.business()
    process = desk.start("work", "--json")
    try:
        desk.drop("a.json", json.dumps(make(id="one")))
        first = json.loads(process.stdout.readline())
        process.send_signal(number)
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()

    assert (first["taken"], first["delivered"]) == (1, 1)
    assert (process.returncode, err) == (0, "")


def test_work_serves_several_businesses_and_leaves_out_the_broken_one(desk, make) -> None:
    desk.business()
    desk.business("beta")
    (desk.folder / "broken.toml").write_text("[business]\nid = 3\n")
    process = desk.start("work", "--json", "--config", ".")
    try:
        desk.drop("a.json", json.dumps(make(id="one")))
        desk.drop("a.json", json.dumps(make(id="one")), business="beta")
        served = {json.loads(process.stdout.readline())["business"] for _ in range(2)}
        process.terminate()
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()

    assert served == {"acme", "beta"}
    assert process.returncode == 0
    assert "broken.toml:2:1" in err


def test_work_with_no_sound_configuration_ends_with_78(desk) -> None:
    (desk.folder / "handoff.toml").write_text("[business]\nid = 3\n")

    assert desk.run("work").code == 78


def watched(desk, *arguments: str, **environ: str) -> str:
    """What a person at a terminal sees."""
    there, here = pty.openpty()
    import subprocess
    import sys

    from_conftest = "from handoff_core.cli.main import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", from_conftest, *arguments],
        cwd=desk.folder, env={**desk.environ, "TERM": "xterm-256color", **environ},
        stdin=here, stdout=here, stderr=here, close_fds=True,
    )  # fmt: skip
    os.close(here)
    seen = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            chunk = os.read(there, 65536)
        except OSError:  # Linux says EIO once the last writer has closed a terminal
            break
        if not chunk:
            break
        seen += chunk
    os.close(there)
    process.wait(30)
    return seen.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ("ack", "\x1b[2Jcase"),
        ("ack", "case-1", "--by", "\x1b[2J"),
        ("release", "\x1b[2Jcase"),
        ("approve", "\x1b[2Jcase", "--by", "dana"),
        ("show", "\x1b[2J"),
        ("log", "\x1b[2J"),
        ("audit", "\x1b[2J"),
        ("dead", "retry", "\x1b[2J"),
        ("forget", "\x1b[2J", "--plan"),
        ("forget", "--customer", "\x1b[2J"),
        ("sync", "--time-budget", "\x1b[2J"),
        ("submit", "\x1b[2J.json"),
        ("route", "packet.json", "--expect", "\x1b[2J"),
        ("--config", "\x1b[2J.toml", "check"),
        ("\x1b[2J",),
        ("status", "--\x1b[2J"),
    ],
)
def test_no_argument_of_the_operator_steers_the_terminal(desk, arguments: tuple[str, ...]) -> None:
    desk.business()
    desk.run("submit", desk.packet())
    ran = desk.run(*arguments)
    assert ran.code != 0
    assert "[2J" in ran.out + ran.err
    assert "\x1b" not in ran.out + ran.err


def test_no_name_of_the_configuration_steers_the_terminal(desk) -> None:
    path = desk.business()
    text = path.read_text()
    assert 'name = "sales"' in text
    path.write_text(text.replace('name = "sales"', 'name = "sales\\u001b[2J"').replace("Dana Fields", "Dana\\u001b[2J"))
    packet = desk.packet(lane="sales")
    for arguments in (("submit", packet), ("route", packet), ("ack", "case-1", "--by", "dana"), ("show", "case-1")):
        ran = desk.run(*arguments)
        assert "[2J" in ran.out, arguments
        assert "\x1b" not in ran.out + ran.err


def test_colours_are_for_terminals_without_no_color(desk) -> None:
    desk.business()
    desk.environ.pop("NO_COLOR", None)
    desk.run("submit", desk.packet(urgency={"level": "critical", "reason": "gas"}))

    assert "\x1b[1;31m" in watched(desk, "status")
    assert "\x1b[1;31m" not in watched(desk, "status", NO_COLOR="1")
    assert "\x1b" not in desk.outside("status").out


def test_a_progress_bar_is_for_terminals(desk) -> None:
    desk.business()
    for name in ("a", "b", "c"):
        desk.run("submit", desk.packet(id=name))

    assert "\x1b[?25l" in watched(desk, "sync")
    desk.run("submit", desk.packet(id="d"))
    assert desk.outside("sync").err == ""
