"""The example packets of each kind of business: the good ones leave nothing open, the thin ones say what is missing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from handoff_core.client import Handoff
from handoff_core.config import Config, load
from handoff_core.config.kinds import GENERAL, NAMES
from handoff_core.config.starter import starter_toml, usual
from handoff_core.delivery.assessed import assess_packet
from handoff_core.delivery.preview import preview_packet
from handoff_core.packet import Packet
from handoff_core.receipt import Receipt
from handoff_core.testing.clock import START, FakeClock

EXAMPLES = Path(__file__).parents[1] / "docs" / "examples" / "presets"
KINDS = [name for name in NAMES if name != GENERAL]
GOOD = {
    "receptionist": ("owner", ("desk", "crm", "alerts")),
    "sales": ("owner", ("crm", "alerts")),
    "support_complaint": ("owner", ("desk", "crm", "alerts")),
    "home_service": ("second", ("desk", "crm", "alerts")),
    "home_service-quote": ("owner", ("desk", "crm", "alerts")),
    "professional_services": ("second", ("desk", "crm", "alerts")),
}
"""Who gets each good packet, and where."""
DECIDED = ("support_complaint", "home_service", "professional_services")
"""Kinds whose thin packet shows an AI that decided what it never decides."""


def packet_of(name: str) -> Packet:
    return Packet.from_json((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def config_of(name: str, folder: Path) -> Config:
    answers = replace(usual(name.partition("-")[0]), timezone="America/Chicago", region="US")
    (folder / "handoff.toml").write_text(starter_toml(answers), encoding="utf-8")
    return load(folder / "handoff.toml", {})


def submitted(name: str, folder: Path) -> Receipt:
    with Handoff(config_of(name, folder), clock=FakeClock()) as business:
        return business.submit(packet_of(name))


def text_of(name: str, destination: str, folder: Path) -> str:
    config = config_of(name, folder)
    assessed = assess_packet(config, packet_of(name), now=START)
    return "\n".join(one.text for one in preview_packet(config, assessed, FakeClock(), destination))


def test_every_kind_has_a_good_and_a_thin_packet() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.json")} == {*GOOD, *(f"{kind}-thin" for kind in KINDS)}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_packet_leaves_nothing_open_and_goes_where_it_should(name: str, tmp_path: Path) -> None:
    receipt = submitted(name, tmp_path)

    assert receipt.status == "accepted"
    assert receipt.findings == ()
    assert not receipt.held
    assert receipt.owner is not None
    assert (receipt.owner.id, receipt.destinations) == GOOD[name]


@pytest.mark.parametrize("kind", KINDS)
def test_a_thin_packet_arrives_with_every_gap_named(kind: str, tmp_path: Path) -> None:
    receipt = submitted(f"{kind}-thin", tmp_path)
    packet = packet_of(f"{kind}-thin")
    codes = {one.code for one in receipt.findings if one.severity == "error"}

    assert receipt.status == "accepted"
    assert receipt.destinations
    missing = {one.path for one in receipt.findings if one.code == "HO103"}
    assert missing
    assert missing <= set(usual(kind).require[packet.lane.value])
    assert ("HO904" in codes) is (kind in DECIDED)
    assert receipt.held is (kind == "professional_services")


@pytest.mark.parametrize(
    ("name", "destination", "words"),
    [
        ("receptionist", "alerts", ["[MESSAGE]", "Who called", "Priya Nair", "Do next"]),
        ("sales", "alerts", ["[LEAD]", "Decides alone", "Call Tom"]),
        ("support_complaint", "alerts", ["[COMPLAINT]", "How urgent", "Tried already", "New pump"]),
        (
            "home_service",
            "desk",
            ["[VISIT]", "Bring along", "Ignition board HX-20", "Outside of hours", "12 Birch Lane"],
        ),
        ("professional_services", "desk", ["[NEW MATTER]", "Is there a written contract?", "Does the office take"]),
    ],
)
def test_the_records_show_what_the_kind_is_about(name: str, destination: str, words: list[str], tmp_path: Path) -> None:
    text = text_of(name, destination, tmp_path)
    assert [one for one in words if one not in text] == []


@pytest.mark.parametrize(
    ("name", "withheld"),
    [
        ("sales", ["tom.becker@", "30,000"]),
        ("home_service", ["12 Birch Lane", "555 0142"]),
        ("professional_services", ["Omar Diaz", "Northwind Foods", "555 0133"]),
    ],
)
def test_the_chat_sees_less(name: str, withheld: list[str], tmp_path: Path) -> None:
    text = text_of(name, "alerts", tmp_path)
    assert [one for one in withheld if one in text] == []


def test_facts_of_campaign_crm_and_emails_keep_their_labels_in_the_record(tmp_path: Path) -> None:
    packet = packet_of("sales")
    labels = {"LinkedIn campaign", "HubSpot contact", "E-mail thread"}
    assert {fact.source for fact in packet.facts} == {source.label for source in packet.sources} == labels

    text = text_of("sales", "crm", tmp_path)
    for fact in packet.facts:
        assert any(fact.words in line and str(fact.source) in line for line in text.split("\n"))


def test_the_examples_come_by_every_channel_of_customers() -> None:
    channels = {packet_of(path.stem).channel for path in EXAMPLES.glob("*.json")}
    assert {str(channel) for channel in channels} == {"call", "text", "form", "chat", "email", "social"}
