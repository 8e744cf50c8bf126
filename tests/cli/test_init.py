"""The first configuration of a business."""

from __future__ import annotations

import json
import stat
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from handoff_core.cli import init as module
from handoff_core.config.starter import usual


@pytest.fixture(autouse=True)
def only_the_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    """The three vendors' connectors are not needed here."""
    monkeypatch.setattr(module, "connector_names", lambda: ["notebook", "slack"])


def test_yes_takes_the_defaults_and_writes_files_for_the_owner_only(desk) -> None:
    ran = desk.run("init", "--yes")

    assert ran.code == 0
    for name in ("handoff.toml", ".env.example"):
        assert stat.S_IMODE((desk.folder / name).stat().st_mode) == 0o600
    written = tomllib.loads((desk.folder / "handoff.toml").read_text())
    assert written["owners"]["owner"]["name"] == usual().owner_name


def test_what_is_there_is_not_written_over(desk) -> None:
    (desk.folder / "handoff.toml").write_text("mine")

    ran = desk.run("init", "--yes")

    assert ran.code == 2
    assert "--force" in ran.err
    assert (desk.folder / "handoff.toml").read_text() == "mine"
    assert not (desk.folder / ".env.example").exists()


def test_force_writes_over(desk) -> None:
    (desk.folder / "handoff.toml").write_text("mine")

    assert desk.run("init", "--yes", "--force").code == 0
    assert (desk.folder / "handoff.toml").read_text() != "mine"


def test_force_does_not_write_through_a_link(desk, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("not ours")
    (desk.folder / ".env.example").symlink_to(elsewhere)

    assert desk.run("init", "--yes", "--force").code == 0
    assert elsewhere.read_text() == "not ours"


def test_a_connectors_own_files_are_written_beside(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = replace(usual(), connectors=("notebook",), business_name="Acme")
    monkeypatch.setattr(module, "usual", lambda kind: answers)

    desk.run("init", "--yes")

    assert json.loads((desk.folder / "notebook-manifest.json").read_text()) == {"name": "Acme"}


def test_five_questions_are_asked_and_answered(desk) -> None:
    answers = [
        "general", "Acme Plumbing", "slack", "America/Chicago", "US", "mon-fri 08:00-17:00", "C0ALERTS",
        "gas leaks, legal threats", "Dana Fields", "dana@acme.example", "",
        "customer.phone", "", "details.reason", "refunds", "soon", "10m", "1d",
    ]  # fmt: skip

    ran = desk.run("init", stdin="\n".join(answers).encode() + b"\n")

    assert ran.code == 0, ran.err
    written = tomllib.loads((desk.folder / "handoff.toml").read_text())
    assert written["business"]["id"] == "acme-plumbing"
    assert written["business"]["timezone"] == "America/Chicago"
    assert written["owners"]["owner"]["email"] == "dana@acme.example"
    assert written["destinations"]["alerts"]["channel"] == "C0ALERTS"
    assert written["review"] == {"always": ["gas leaks", "legal threats"], "ai_never_decides": ["refunds"]}
    assert {lane: table["require"] for lane, table in written["lanes"].items()} == {
        "support": ["customer.phone"],
        "sales": list(usual().require["sales"]),
        "booking": ["details.reason"],
    }
    assert "second" not in written["owners"]
    assert written["lanes"]["support"]["success"] == {"acknowledged_within": "10m", "closed_within": "1d"}
    assert "is not a duration" in ran.out + ran.err


def test_an_answer_that_the_file_would_be_refused_for_is_asked_again(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "connector_names", lambda: ["slack", "zendesk"])
    answers = [
        "bakery", "sales", "Acme", "zendesk, slack", "Chicago", "America/Chicago", "us", "US",
        "weekdays", "mon-fri 09:00", "mon-fri 09:00-17:00", "https://acme.zendesk.com", "acme", "#alerts", "C0ALERTS",
        "", "Dana", "dana at acme", "dana@acme.example", "Omar", "dana@acme.example", "omar@acme.example",
        "customer.fone", "customer.phone", "", "?!", "refunds over 50 dollars", "refunds", "", "",
    ]  # fmt: skip

    ran = desk.run("init", stdin="\n".join(answers).encode() + b"\n")

    assert ran.code == 0, ran.err
    written = tomllib.loads((desk.folder / "handoff.toml").read_text())
    assert written["business"]["timezone"] == "America/Chicago"
    assert written["destinations"]["desk"]["subdomain"] == "acme"
    assert written["destinations"]["alerts"]["channel"] == "C0ALERTS"
    assert written["owners"]["owner"]["email"] == "dana@acme.example"
    told = ran.out + ran.err
    assert written["owners"]["second"]["email"] == "omar@acme.example"
    assert written["lanes"]["sales"]["require"] == ["customer.phone"]
    for words in (
        "is not a kind of business", "not a known time zone", "is not a country code", "has a key \"weekdays\"",
        "has no time span", "not a subdomain", "not a channel's id", "not an e-mail address",
        "That is the first person's address", "'customer.fone'", "'?!' names no matter", "amounts are not compared",
    ):  # fmt: skip
        assert words in told


def test_an_end_of_the_answers_writes_nothing(desk) -> None:
    ran = desk.run("init", stdin=b"general\nAcme\n")

    assert ran.code == 130
    assert not (desk.folder / "handoff.toml").exists()


def test_config_says_where(desk) -> None:
    (desk.folder / "firm").mkdir()

    assert desk.run("init", "--yes", "--config", "firm").code == 0
    assert (desk.folder / "firm" / "handoff.toml").exists()
    assert desk.run("init", "--yes", "--config", "nowhere/handoff.toml").code == 2
