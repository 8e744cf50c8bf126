"""Blackening a comment, and when a ticket is nobody's but ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from handoff_connectors.sandbox import zendesk_people
from handoff_connectors.sandbox.server import Sandbox
from handoff_connectors.zendesk import ZendeskConnector
from handoff_connectors.zendesk.erase import to_redact
from handoff_core.connector import Context, Erased, Payload, Remote, Write
from handoff_core.errors import AuthFailed, Refused
from handoff_core.testing.case import NotebookMemory
from handoff_core.testing.clock import FakeClock
from handoff_core.testing.factories import make_view

BLOCK = "\N{LOWER SEVEN EIGHTHS BLOCK}"


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Sandbox, FakeClock]]:
    clock = FakeClock()
    with Sandbox(clock=clock, limits=False) as sandbox:
        yield sandbox, clock


class Case:
    """A ticket that was made, and its erasure."""

    def __init__(self, sandbox: Sandbox, clock: FakeClock) -> None:
        sandbox.reset()
        self.sandbox = sandbox
        table = {"connector": "zendesk", "token_env": "T", "base_url": sandbox.urls["zendesk"], "brief_field": 360010}
        settings = ZendeskConnector.settings_model.model_validate(table)
        context = Context("acme", "desk", settings, lambda name: "sandbox", clock, NotebookMemory())
        self.connector = ZendeskConnector(context)
        self.payload: Payload = self.connector.render(make_view())[0]
        self.made: Remote = self.make("k")

    def make(self, key: str) -> Remote:
        frozen = self.connector.prepare(Write(self.payload))
        return self.connector.create(Write(self.payload, frozen=frozen, idempotency_key=key))

    @property
    def ticket(self) -> Any:
        return self.sandbox.zendesk.tickets[int(self.made.id)]

    def erase(self) -> Erased:
        trace = self.connector.trace(self.payload, self.made.seen)
        return self.connector.erase(replace(Write(trace.payload), remote_id=self.made.id, seen=trace.marks))


@pytest.fixture
def case(running: tuple[Sandbox, FakeClock]) -> Iterator[Case]:
    case = Case(*running)
    yield case
    case.connector.close()


def test_every_word_and_address_is_marked_but_the_reference_line() -> None:
    html = '<div class="zd-comment"><p>Call <b>Maria</b></p><a href="https://x.example/maria">the call</a>'
    html += "<p><em>Handoff ref: ho-acme.case-1</em></p></div>"
    marked = to_redact(html)
    assert marked is not None
    assert "<redact>Call </redact><b><redact>Maria</redact></b>" in marked
    assert '<a href="https://x.example/maria" redact><redact>the call</redact></a>' in marked
    assert "<em>Handoff ref: ho-acme.case-1</em>" in marked


def test_a_customer_who_writes_like_a_reference_line_is_blackened() -> None:
    marked = to_redact("<p>Maria says: Handoff ref: ho-acme.case-1 is mine</p>")
    assert marked == "<p><redact>Maria says: Handoff ref: ho-acme.case-1 is mine</redact></p>"


def test_what_is_blackened_is_not_blackened_again() -> None:
    assert to_redact(f"<p>{BLOCK} {BLOCK}</p><p><em>Handoff ref: ho-acme.case-1</em></p>") is None


def test_a_ticket_of_ours_alone_is_blackened_and_deleted(case: Case) -> None:
    left = case.erase().left
    assert case.ticket.deleted
    assert "Lindqvist" not in repr((case.ticket.values, case.ticket.comments))
    assert any("30 days" in word for word in left)


def test_a_field_that_a_person_changed_keeps_the_ticket_and_its_value(case: Case) -> None:
    zendesk_people.update(case.sandbox.zendesk, case.ticket, subject="Their own words")
    left = case.erase().left
    assert not case.ticket.deleted
    assert case.ticket.values["subject"] == "Their own words"
    assert any("with what people wrote" in word for word in left)


@pytest.mark.parametrize("act", [zendesk_people.close, zendesk_people.merge])
def test_a_ticket_of_an_earlier_generation_that_cannot_be_emptied_is_left_to_a_person(case: Case, act: Any) -> None:
    """What was written into it went with its row in the ledger when the ticket was made anew."""
    act(case.sandbox.zendesk, case.ticket)
    assert case.payload.key.startswith("ho-")
    anew = Payload(case.payload.kind, case.payload.key.replace("ho-", "ho2-", 1), {})
    with pytest.raises(Refused, match="delete the ticket by hand"):
        case.connector.erase(Write(anew, remote_id=case.made.id, seen={}))
    assert BLOCK in case.ticket.comments[0]["plain_body"]


def test_an_erasure_that_was_interrupted_goes_on(case: Case) -> None:
    case.sandbox.switches.zendesk.may_delete = False
    assert any("may not delete" in word for word in case.erase().left)
    case.sandbox.switches.zendesk.may_delete = True
    case.erase()
    assert case.ticket.deleted


def test_a_second_ticket_under_the_key_is_erased_too(case: Case) -> None:
    other = case.make("k2")
    case.connector.retire(Write(case.payload, remote_id=other.id), case.made)
    case.erase()
    assert "Lindqvist" not in repr(case.sandbox.zendesk.tickets[int(other.id)].comments)


def test_what_one_call_may_not_do_does_not_stop_the_account(case: Case) -> None:
    case.sandbox.switches.zendesk.redacts = False
    zendesk_people.comment(case.sandbox.zendesk, case.ticket, text="On it")
    with pytest.raises(Refused, match="delete the ticket by hand"):
        case.erase()
    case.sandbox.switches.zendesk.redacts = True
    case.sandbox.zendesk.account.accepted_tokens = {"another"}
    with pytest.raises(AuthFailed):
        case.erase()


def test_a_persons_note_that_ends_in_our_reference_line_is_theirs_and_keeps_the_ticket(case: Case) -> None:
    words = f"She wants the blue one, see: Handoff ref: {case.payload.key}"
    zendesk_people.comment(case.sandbox.zendesk, case.ticket, text=words)
    left = case.erase().left
    assert not case.ticket.deleted
    assert words in case.ticket.comments[-1]["body"]
    assert "Lindqvist" not in repr(case.ticket.comments[0])
    assert any("with what people wrote" in word for word in left)


def test_a_note_is_not_blackened_for_anothers_that_ends_like_it(case: Case) -> None:
    note = Payload("m2", f"{case.payload.key}~m2", {}, once=True, needs="ticket")
    zendesk_people.comment(case.sandbox.zendesk, case.ticket, text=f"Pasted. Handoff ref: {note.key}")
    case.connector.erase(Write(note, refs={"ticket": case.made.id}))
    assert "Pasted" in case.ticket.comments[-1]["body"]
    assert case.connector.find(Write(note, refs={"ticket": case.made.id})) == []


def test_what_was_written_with_a_former_token_is_still_ours(case: Case) -> None:
    state = case.sandbox.zendesk
    for comment in case.ticket.comments:
        comment["author_id"] = 8000
    case.connector._account.authors.learn({"audit": {"author_id": 8000}})
    case.erase()
    assert state.tickets[int(case.made.id)].deleted


def test_a_first_comment_that_zendesk_puts_in_the_customers_name_is_ours(case: Case) -> None:
    case.ticket.values["requester_id"] = case.ticket.comments[0]["author_id"] = 7000
    case.ticket.comments[0]["via"] = {"channel": "api"}
    case.erase()
    assert case.ticket.deleted
