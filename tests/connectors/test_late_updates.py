"""An update whose answer was lost, and which the vendor applies only after a newer one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="the stand-ins need the extra `sandbox`: pip install 'handoff[sandbox]'")

from handoff_connectors.sandbox.server import Sandbox
from handoff_connectors.sandbox.snippet import TOKENS, configuration
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.ledger.store import Ledger
from handoff_core.testing.clock import FakeClock
from handoff_core.testing.factories import make_packet

CERTAIN = 120.0
"""Seconds after which no lost request of any of the three can still arrive (settle, timeout and margin)."""
RECORDS = {
    "ticket": ("zendesk", "PUT", r"/tickets/\d+$"),
    "note": ("hubspot", "PATCH", r"/notes/"),
    "task": ("hubspot", "PATCH", r"/tasks/"),
    "contact": ("hubspot", "PATCH", r"/contacts/"),
    "alert": ("slack", "POST", r"chat\.update$"),
}
"""Each kind of record that is rewritten in place: its vendor, and the request that does it."""


@dataclass
class Business:
    """The example business on the stand-ins, with one clock for all of them."""

    handoff: Handoff
    sandbox: Sandbox
    clock: FakeClock

    def tell(self, summary: str, case: str = "case-1") -> None:
        """A revision that changes something of every record, delivered as far as it goes now."""
        packet = make_packet(
            id=case,
            lane="sales",
            summary=summary,
            made_at=None,
            revision=None,
            owner=None,
            next_action={"text": f"Do this: {summary}", "due": "2026-11-21T15:00:00Z"},
            details={"fit_signal": summary},
        )
        self.handoff.submit(packet)
        self.handoff.sync()

    def settle(self) -> None:
        """Let everything become certain, and deliver what is left."""
        for _ in range(4):
            self.clock.advance(CERTAIN)
            self.handoff.sync()

    def apply_late(self) -> None:
        """The lost request arrives now."""
        self.sandbox.settle_late()

    def text(self, kind: str) -> str:
        """What a person reads in the record."""
        shown: dict[str, Any]
        if kind == "ticket":
            (ticket,) = self.sandbox.zendesk.tickets.values()
            shown = ticket.values
        elif kind == "alert":
            (alert,) = [one for one in self.sandbox.slack.messages["C0ALERTS"].values() if one.ts == one.thread_ts]
            shown = alert.values
        else:
            record = self.sandbox.hubspot.every(f"{kind}s")[-1]
            shown = record.properties
        return str(shown)


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Sandbox, FakeClock]]:
    clock = FakeClock()
    with Sandbox(clock=clock, limits=False) as sandbox:
        yield sandbox, clock


@pytest.fixture
def business(running: tuple[Sandbox, FakeClock], tmp_path: Path) -> Iterator[Business]:
    sandbox, clock = running
    sandbox.settle_late()
    sandbox.reset()
    sandbox.hubspot.schema.add("contacts", {"name": "handoff_fit", "label": "Fit", "groupName": "contactinformation"})
    path = tmp_path / "handoff.toml"
    text = configuration(sandbox.urls).replace(
        'task = "when-due"', 'task = "when-due"\ncontact_fields = { handoff_fit = "details.fit_signal" }'
    )
    path.write_text(text)
    config = load(path, dict.fromkeys(TOKENS, "sandbox"))
    ledger = Ledger(config.store_url, clock=clock, trust_clock=True)
    with Handoff(config, clock=clock, ledger=ledger, threads=1, random_number=lambda: 1.0) as handoff:
        yield Business(handoff, sandbox, clock)


@pytest.mark.parametrize("kind", RECORDS)
def test_an_older_update_that_arrives_late_is_written_over(business: Business, kind: str) -> None:
    vendor, method, path = RECORDS[kind]
    business.tell("Cracked pipe")
    business.settle()
    assert "Cracked pipe" in business.text(kind)
    business.sandbox.faults.add("apply_late", vendor=vendor, method=method, path=path, seconds=3600)
    lost_at = business.clock.now()
    business.tell("Broken pump")  # lost, and sent again at once
    business.tell("Leaking valve")
    while "Leaking valve" not in business.text(kind):
        assert business.clock.now() < lost_at + 30.0
        business.clock.advance(2)
        business.handoff.sync()
    assert "Leaking valve" in business.text(kind)
    business.apply_late()
    if vendor != "zendesk":  # its compare-and-set refuses the older update
        assert "Broken pump" in business.text(kind)
    business.settle()
    assert "Leaking valve" in business.text(kind)
    assert "Broken pump" not in business.text(kind)
    (status,) = business.handoff.status("case-1")
    assert status.state == "delivered"


@pytest.mark.parametrize("kind", ["note", "task"])
def test_a_creation_under_the_unique_key_that_arrives_late_is_written_over(business: Business, kind: str) -> None:
    business.handoff.check_online(set_up=True)
    business.tell("Cracked pipe")
    business.settle()
    business.sandbox.faults.add(
        "apply_late", vendor="hubspot", method="POST", path=f"{kind}s/batch/upsert$", seconds=3600
    )
    business.tell("Broken pump", case="case-2")
    business.tell("Leaking valve", case="case-2")
    business.clock.advance(10)
    business.handoff.sync()
    assert "Leaking valve" in business.text(kind)
    business.apply_late()
    assert "Broken pump" in business.text(kind)
    business.settle()
    assert "Leaking valve" in business.text(kind)
    assert len(business.sandbox.hubspot.every("notes")) == 2


def test_a_value_that_a_person_restores_stays_once_nothing_can_arrive_late(business: Business) -> None:
    business.tell("Cracked pipe")
    business.settle()
    business.sandbox.faults.add("apply_late", vendor="hubspot", method="PATCH", path="/contacts/", seconds=3600)
    business.tell("Broken pump")
    business.clock.advance(10)
    business.tell("Leaking valve")
    business.apply_late()
    business.settle()
    (contact,) = business.sandbox.hubspot.every("contacts")
    assert contact.properties["handoff_fit"] == "Leaking valve"
    business.sandbox.hubspot.update(contact, {"handoff_fit": "Broken pump"})
    business.tell("Flooded cellar")
    business.settle()
    assert contact.properties["handoff_fit"] == "Broken pump"
