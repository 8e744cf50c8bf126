"""``handoff lint``: findings in ruff's manner, without a store and without a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handoff_core.cli.main import run
from handoff_core.quality.examples import BASE

VAGUE = {**BASE, "id": "vague-1", "next_action": {"text": "Follow up"}}
THIN = {**BASE, "id": "thin-1", "definition_of_done": []}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory: no configuration lies here."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HANDOFF_CONFIG", raising=False)
    return tmp_path


def write(folder: Path, name: str, *packets: Any, lines: bool = False) -> str:
    text = "\n".join(json.dumps(one) for one in packets) if lines else json.dumps(packets[0], indent=2)
    (folder / name).write_text(text)
    return name


def lint(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["lint", *arguments])
    shown = capsys.readouterr()
    return code, shown.out, shown.err


def test_a_packet_without_findings_ends_with_nothing_to_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = lint(capsys, write(folder, "good.json", BASE))
    assert code == 0
    assert "who, what, why, when, where, next answered" in out
    assert out.splitlines()[-1] == "1 packet: 0 errors, 0 warnings"


def test_a_finding_names_file_line_rule_reason_and_fix(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = write(folder, "vague.json", VAGUE)
    line = 1 + next(n for n, row in enumerate(Path(name).read_text().split("\n")) if '"next_action"' in row)
    code, out, _ = lint(capsys, name)
    assert code == 1
    assert f"vague.json:{line}: HO601 error: next_action.text: The next step does not say" in out
    assert "    why  " in out
    assert "    fix  Begin with the verb" in out
    assert "not answered: next" in out


def test_warnings_count_only_when_strict(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = write(folder, "thin.json", THIN)
    assert lint(capsys, name)[0] == 0
    assert lint(capsys, name, "--strict")[0] == 1


def test_concise_is_one_line_a_finding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = write(folder, "many.jsonl", THIN, VAGUE, lines=True)
    code, out, _ = lint(capsys, name, "--format", "concise")
    assert code == 1
    assert [line.split(": ")[:2] for line in out.splitlines()] == [
        ["many.jsonl:1", "HO104 warning"],
        ["many.jsonl:2", "HO601 error"],
    ]


def test_json_is_one_object_a_packet(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = write(folder, "many.jsonl", THIN, VAGUE, lines=True)
    for form in (["--json"], ["--format", "json"]):
        code, out, _ = lint(capsys, name, *form)
        thin, vague = (json.loads(line) for line in out.splitlines())
        assert code == 1
        assert (thin["id"], thin["ok"], thin["line"]) == ("thin-1", True, 1)
        assert (vague["id"], vague["ok"], vague["line"]) == ("vague-1", False, 2)
        assert [one["code"] for one in vague["findings"]] == ["HO601"]
        assert vague["open_questions"] == ["next"]
        assert vague["reading"]["head_seconds"] > 0
        assert vague["answers"]["who"].startswith("Sam Ortiz")


def test_github_gets_annotations(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, "many.jsonl", THIN, VAGUE, {**BASE, "id": "i", "nature": None}, lines=True)
    _, out, _ = lint(capsys, "many.jsonl", "--format", "github")
    assert [line.partition(" ")[0] for line in out.splitlines()] == ["::warning", "::error", "::notice"]
    assert "file=many.jsonl,line=2,col=1,title=HO601 next_action.text::" in out


def test_a_cold_read_shows_the_answers_and_what_is_missing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = lint(capsys, write(folder, "vague.json", VAGUE), "--cold-read")
    assert "    who   Sam Ortiz, +1 312 555 0142" in out
    assert "    why   beyond_scope; A part must be replaced on site." in out
    assert "    next  NOT ANSWERED: The next step does not say what exactly is to be done." in out


def test_a_packet_that_cannot_be_accepted_is_an_error_beside_the_others(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write(folder, "mixed.jsonl", {"id": "x"}, BASE, lines=True)
    code, out, _ = lint(capsys, name, "--format", "concise")
    assert code == 1
    assert all(line.startswith("mixed.jsonl:1: invalid error: ") for line in out.splitlines())


def test_a_file_without_a_packet_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "empty.json").write_text(" ")
    code, _, err = lint(capsys, "empty.json")
    assert (code, "empty.json: this file holds no packet." in err) == (1, True)


def test_by_itself_a_packet_must_name_its_owner(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = write(folder, "nobody.json", {key: value for key, value in BASE.items() if key != "owner"})
    code, out, _ = lint(capsys, name, "--format", "concise")
    assert (code, out.split(": ")[1]) == (1, "HO302 error")


CONFIG = """
[business]
id = "acme"
region = "US"
[owners.dana]
name = "Dana"
email = "dana@acme.example"
[destinations.pages]
connector = "zendesk"
subdomain = "acme"
token_env = "ZENDESK_TOKEN"
[routing]
fallback = "dana"
[quality]
ignore = ["HO104"]
[lanes.support]
require = ["details.order_id"]
quality = { longest_head = "5s" }
"""


def test_with_a_configuration_its_rules_and_routing_count(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "handoff.toml").write_text(CONFIG)
    nobody = {key: value for key, value in THIN.items() if key != "owner"}
    code, out, _ = lint(capsys, write(folder, "thin.json", nobody), "--format", "concise")
    assert code == 1
    assert [line.split(": ")[1] for line in out.splitlines()] == ["HO103 error", "HO703 warning"]
    assert not (folder / "handoff.db").exists()


def test_a_configuration_that_is_named_must_be_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lint(capsys, write(folder, "good.json", BASE), "--config", "other.toml")[0] == 78
