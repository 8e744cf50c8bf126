"""A working configuration for each kind of business, by `--yes` and by answers: only tokens are left to mend."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from handoff_core.config.kinds import NAMES
from handoff_core.config.starter import usual

TOKENS = "ZENDESK_TOKEN=a\nHUBSPOT_TOKEN=b\nSLACK_BOT_TOKEN=c\n"


def left_to_mend(desk: Any, severity: str) -> list[str]:
    """What `handoff check` still asks a person for in the file itself."""
    ran = desk.run("check", "--json")
    assert ran.code == 0, ran.out
    found = ran.objects[0]["problems"]
    return [one["key"] for one in found if one["severity"] == severity and "in this version" not in one["text"]]


@pytest.mark.parametrize("kind", NAMES)
def test_yes_writes_a_file_that_passes_the_check(kind: str, desk: Any) -> None:
    assert desk.run("init", "--yes", "--kind", kind.replace("_", "-")).code == 0
    assert {key.rpartition(".")[2] for key in left_to_mend(desk, "warning")} == {"token_env"}

    (desk.folder / ".env").write_text(TOKENS)
    (desk.folder / ".env").chmod(0o600)
    assert left_to_mend(desk, "warning") == []


@pytest.mark.parametrize("kind", NAMES)
def test_the_usual_answers_on_a_terminal_lead_to_a_file_that_passes_the_check(kind: str, desk: Any) -> None:
    lanes = len(usual(kind).require)
    answers = [
        kind, "Acme", "zendesk, hubspot, slack", "America/Chicago", "US", "", "acme", "C0ALERTS",
        "", "Dana Fields", "dana@acme.example", "Omar Reyes", "omar@acme.example", *[""] * lanes, "", "", "",
    ]  # fmt: skip
    (desk.folder / ".env").write_text(TOKENS)
    (desk.folder / ".env").chmod(0o600)

    ran = desk.run("init", stdin="\n".join(answers).encode() + b"\n")

    assert ran.code == 0, ran.err
    assert usual(kind).kind.gathers in ran.out
    assert "change this" not in ran.out
    for severity in ("error", "warning", "hint"):
        assert left_to_mend(desk, severity) == []
    written = tomllib.loads((desk.folder / "handoff.toml").read_text())
    assert written["owners"]["second"]["name"] == "Omar Reyes"
    assert written["lanes"].keys() == usual(kind).require.keys()


def test_init_names_every_line_that_is_left_to_fill_in(desk: Any) -> None:
    ran = desk.run("init", "--yes", "--kind", "sales")

    lines = (desk.folder / "handoff.toml").read_text().split("\n")
    named = [int(line.split(":")[1]) for line in ran.out.split("\n") if ": change this" in line]
    assert [lines[number - 1].partition(" ")[0] for number in named] == [
        "timezone",
        "email",
        "email",
        "subdomain",
        "channel",
    ]


def test_an_unknown_kind_is_refused_with_the_nearest_one(desk: Any) -> None:
    ran = desk.run("init", "--yes", "--kind", "home-services")

    assert ran.code == 2
    assert 'Did you mean "home_service"?' in ran.err
    assert not (desk.folder / "handoff.toml").exists()
