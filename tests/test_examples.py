"""The worked examples: they load, and do what their pages say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from handoff_core.client import Handoff
from handoff_core.config import Config, load
from handoff_core.packet import Packet
from handoff_core.testing.factories import make_packet

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples"
TOKENS = {"HUBSPOT_TOKEN": "t", "SLACK_BOT_TOKEN": "t"}


def copied(name: str, folder: Path) -> Config:
    shutil.copy(EXAMPLES / name, folder / "handoff.toml")
    return load(folder / "handoff.toml", TOKENS)


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*.toml")))
def test_every_example_loads_without_a_word(name: str, tmp_path: Path) -> None:
    assert copied(name, tmp_path).warnings == ()


@pytest.mark.parametrize(
    ("told", "held"),
    [
        ("You will get legal advice from us today.", True),
        ("We accept your case.", True),
        ("The fee is waived.", True),
        ("Nadia Brook decides whether we accept your case, and calls you today.", False),
    ],
)
def test_an_office_gathers_and_holds_what_the_ai_decided(told: str, held: bool, tmp_path: Path) -> None:
    with Handoff(copied("professional-services.toml", tmp_path)) as handoff:
        facts = [{"name": "opposing_party", "value": "Acme", "source": "customer"}]
        receipt = handoff.submit(make_packet(lane="sales", owner=None, told_customer=[told], facts=facts))
        found = {one.code for one in receipt.findings if one.severity == "error"}
        assert receipt.held == held, receipt.findings
        assert ("HO904" in found) == held
        assert receipt.owner is not None
        assert receipt.owner.id == ("nadia" if held else "intake")


def test_a_team_of_agents_hands_over_by_files_and_a_person_owns_it(tmp_path: Path) -> None:
    packet = Packet.from_json((EXAMPLES / "agent-team.json").read_text(encoding="utf-8"))
    with Handoff(copied("agent-team.toml", tmp_path)) as handoff:
        receipt = handoff.submit(packet)
        assert receipt.status == "accepted"
        assert [one.code for one in receipt.findings if one.severity != "info"] == []
        assert receipt.destinations == ("alerts", "agent:reviewer")
        assert receipt.owner is not None
        assert receipt.owner.id == "mila"
