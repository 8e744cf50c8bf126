"""What people see of a chain in Zendesk, HubSpot and Slack, and that whoever has taken a record keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.importorskip("uvicorn", reason="the stand-ins need the extra `sandbox`: pip install 'handoff[sandbox]'")

from handoff_connectors.sandbox import hubspot_people, zendesk_people
from handoff_connectors.sandbox.server import Sandbox
from handoff_connectors.sandbox.snippet import TOKENS, configuration
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.ledger.store import Ledger
from handoff_core.testing.clock import FakeClock
from handoff_core.testing.factories import make_packet

KEY = "ho-acme-plumbing.case-1"
MORE = """
[owners.sam]
name = "Sam Ortiz"
email = "sam@acme.example"

[[routing.rules]]
name = "asked"
owner = "sam"
acknowledge_within = "15m"
then = ["support"]
"""


@dataclass
class Place:
    """The stand-ins, the business and its clock."""

    sandbox: Sandbox
    handoff: Handoff
    clock: FakeClock

    @property
    def ticket(self):
        [found] = self.sandbox.zendesk.by_key(KEY)
        return found

    @property
    def note(self):
        [found] = [one for one in self.sandbox.hubspot.every("notes") if KEY in one.properties["hs_note_body"]]
        return found

    @property
    def comments(self) -> list[str]:
        return [comment["plain_body"] for comment in self.ticket.comments]

    @property
    def thread(self) -> tuple[str, list[str]]:
        """The alert and the replies in its thread, as text with their blocks."""
        [messages] = [rows for channel, rows in self.sandbox.slack.messages.items() if channel == "C0ALERTS"]
        alert, *replies = sorted(messages.values(), key=lambda one: one.ts)
        return str(alert.values), [str(one.values["text"]) for one in replies]

    def pass_time(self, seconds: float) -> None:
        self.clock.advance(seconds)
        for _ in range(3):
            self.handoff.sync(inbox=False)
            self.clock.advance(20)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=FakeClock(), limits=False) as one:
        yield one


@pytest.fixture
def place(sandbox: Sandbox, tmp_path: Path) -> Iterator[Place]:
    sandbox.reset()
    clock = FakeClock()
    text = configuration(sandbox.urls).replace("brief_field = 360010\n", "")
    (tmp_path / "handoff.toml").write_text(text + MORE)
    config = load(tmp_path / "handoff.toml", dict.fromkeys(TOKENS, "sandbox"))
    ledger = Ledger(config.store_url, clock=clock)
    with Handoff(config, clock=clock, ledger=ledger, threads=1, random_number=lambda: 0.5) as handoff:
        handoff.submit(make_packet(id="case-1", made_at=None, revision=None, owner=None))
        one = Place(sandbox, handoff, clock)
        one.pass_time(0)
        yield one


def agent_id(place: Place, name: str) -> int:
    users = place.sandbox.zendesk.account.users
    return next(user_id for user_id, user in users.items() if user["name"] == name)


def test_the_note_says_who_is_asked_until_when_and_who_is_next(place: Place) -> None:
    path = "If nobody acknowledges within 15 minutes: next Support desk (team), then Dana Fields."
    assert path in place.comments[0]
    assert path in place.note.properties["hs_note_body"]
    assert path in place.thread[0]


def test_the_next_owner_is_assigned_and_mentioned_everywhere(place: Place) -> None:
    assert place.ticket.values["assignee_id"] == agent_id(place, "Sam Ortiz")
    place.pass_time(15 * 60)
    assert (place.ticket.values["group_id"], place.ticket.values["assignee_id"]) == (360007, None)
    assert "Owner: Sam Ortiz → Support desk (team)" in place.comments[-1]
    assert "Sam Ortiz did not acknowledge within 15m." in place.comments[-1]
    assert "Sam Ortiz did not acknowledge within 15m" in place.note.properties["hs_note_body"]
    place.pass_time(15 * 60)
    assert place.ticket.values["assignee_id"] == agent_id(place, "Dana Fields")
    _, replies = place.thread
    assert any("<@U0DANA>" in reply and "Nobody is left to ask next" in reply for reply in replies)
    assert place.handoff.status("case-1")[0].state == "delivered"


def test_each_step_is_told_once(place: Place) -> None:
    for _ in range(4):
        place.pass_time(15 * 60)
    told = [text for text in place.comments if "did not acknowledge" in text]
    assert len(told) == 2
    assert len([reply for reply in place.thread[1] if "did not acknowledge" in reply and "Owner: " in reply]) == 2


def test_who_took_the_ticket_in_zendesk_keeps_it_when_the_time_runs_out(place: Place) -> None:
    other = agent_id(place, "Dana Fields")
    zendesk_people.update(place.sandbox.zendesk, place.ticket, assignee_id=other)
    group = place.ticket.values["group_id"]
    place.pass_time(15 * 60)
    assert place.ticket.values["assignee_id"] == other
    assert place.ticket.values["group_id"] == group
    shown = place.handoff.show("case-1")
    assert shown is not None
    assert any("assignee_id" in record.kept for record in shown.records)


def test_who_took_the_note_in_hubspot_keeps_it_when_the_time_runs_out(place: Place) -> None:
    owners = place.sandbox.hubspot.owners
    sam = place.note.properties["hubspot_owner_id"]
    other = next(owner_id for owner_id in owners if owner_id != sam)
    hubspot_people.update(place.sandbox.hubspot, place.note, hubspot_owner_id=other)
    for _ in range(2):
        place.pass_time(15 * 60)
        assert place.note.properties["hubspot_owner_id"] == other


def test_everybody_sees_who_has_taken_it_and_when(place: Place) -> None:
    place.clock.advance(300)
    place.handoff.acknowledge("case-1")
    place.pass_time(60)
    taken = "Taken by Sam Ortiz, Fri 20 Nov 2026, 09:1"
    assert taken in place.comments[-1]
    assert taken in place.note.properties["hs_note_body"]
    alert, replies = place.thread
    assert taken in alert
    assert "If nobody acknowledges" not in alert
    assert not any("Taken by" in reply for reply in replies)
    before = len(place.comments)
    place.pass_time(24 * 3600)
    assert len(place.comments) == before
