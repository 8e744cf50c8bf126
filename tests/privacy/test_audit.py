"""Who was shown which field when, from the trail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handoff_core.client import Handoff
from handoff_core.config import connectors, load
from handoff_core.connector import Payload, View
from handoff_core.ledger.store import Ledger
from handoff_core.privacy.seen import fields_in, fields_of
from handoff_core.testing.clock import FakeClock
from handoff_core.testing.desk import Desk, DeskConnector
from handoff_core.testing.factories import make_packet

CONFIG = """
[business]
id = "acme"
region = "US"
[owners.dana]
name = "Dana Fields"
email = "dana@acme.example"
[routing]
fallback = "dana"
[destinations.open]
connector = "desk"
base_url = "https://open.example"
token_env = "T"
[destinations.closed]
connector = "desk"
base_url = "https://closed.example"
token_env = "U"
[privacy.closed]
sensitivity = "internal"
redact = ["facts.model"]
"""


@pytest.fixture
def handoff(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Handoff]:
    clock = FakeClock()

    class Connector(DeskConnector):
        pass

    Connector.desks = {"open": Desk(clock), "closed": Desk(clock)}
    monkeypatch.setattr(connectors, "connector_class", lambda name: Connector)
    monkeypatch.setattr(connectors, "connector_names", lambda: ["desk"])
    (tmp_path / "handoff.toml").write_text(CONFIG, encoding="utf-8")
    config = load(tmp_path / "handoff.toml", {"T": "t", "U": "u"})
    ledger = Ledger(config.store_url, clock=clock, trust_clock=True)
    with Handoff(config, clock=clock, ledger=ledger, threads=1) as opened:
        yield opened


def test_a_withheld_field_is_not_listed_as_sent(handoff: Handoff) -> None:
    handoff.submit(make_packet())
    handoff.sync()
    assert {line.destination for line in handoff.audit("case-8841")} == {"open", "closed"}
    for field in ("customer.email", "customer.phone", "transcript", "facts.model"):
        assert {line.destination for line in handoff.audit("case-8841", field)} == {"open"}, field
    assert {line.destination for line in handoff.audit("case-8841", "customer.name")} == {"open", "closed"}
    assert handoff.audit("case-8841", "privacy.sensitive") == ()


def test_a_group_stands_for_its_fields(handoff: Handoff) -> None:
    handoff.submit(make_packet())
    handoff.sync()
    line = next(one for one in handoff.audit("case-8841", "customer") if one.destination == "open")
    assert {"customer.name", "customer.email", "customer.phone"} <= set(line.fields)
    assert all(name.startswith("customer.") for name in line.fields)
    assert line.certain


@pytest.mark.parametrize("fault", [None, "lose"])
def test_a_contact_beside_the_record_is_not_said_to_show_the_whole_packet(
    handoff: Handoff, monkeypatch: pytest.MonkeyPatch, fault: str | None
) -> None:
    connector = handoff.config.destinations["open"].connector_class
    render = connector.render

    def with_contact(self: Any, view: View) -> list[Payload]:
        body = {"name": "Maria Lindqvist", "email": "maria@lindqvist.example"}
        return [Payload("contact", f"{view.key}~contact", body, look_up_first=True), *render(self, view)]

    monkeypatch.setattr(connector, "render", with_contact)
    if fault is not None:
        connector.desks["open"].faults.append(fault)  # type: ignore[attr-defined]
    handoff.submit(make_packet())
    handoff.sync()
    lines = [one for one in handoff.audit("case-8841") if one.destination == "open"]
    contact = [one for one in lines if one.record == "contact"]
    assert contact
    assert {one.fields for one in contact} == {("customer.email", "customer.name")}
    assert all("transcript" in one.fields for one in lines if one.record != "contact")


def test_nothing_is_listed_before_something_is_sent(handoff: Handoff) -> None:
    handoff.submit(make_packet())
    assert handoff.audit("case-8841") == ()


def test_fields_are_names_and_never_values() -> None:
    packet = make_packet()
    names = " ".join(fields_of(packet))
    assert "Lindqvist" not in names
    assert {"summary", "customer.email", "facts.model", "transcript", "details.order_id"} <= set(fields_of(packet))


def test_a_contact_names_only_what_its_body_holds() -> None:
    packet = make_packet()
    body = {
        "properties": {
            "firstname": "Maria",
            "lastname": "Lindqvist",
            "email": "maria@lindqvist.example",
            "phone": "+13125550142",
        }
    }
    assert fields_in(packet, body) == ("customer.email", "customer.name", "customer.phone")
    assert fields_in(packet, body, ("email",)) == ("customer.email",)
    assert fields_in(packet, body, ()) == ()


def test_a_contact_with_fields_of_the_business_names_them_too() -> None:
    packet = make_packet()
    body = {"properties": {"email": "maria@lindqvist.example", "last_case": packet.summary, "model": "WH-200"}}
    assert {"customer.email", "summary", "facts.model"} <= set(fields_in(packet, body))
    assert not {"transcript", "attempts", "customer.phone"} & set(fields_in(packet, body))
