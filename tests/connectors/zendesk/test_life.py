"""Whole lives of a ticket against the stand-in that remembers, breaks and is used by people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from handoff_connectors.sandbox.server import Sandbox
from handoff_connectors.sandbox.zendesk_people import act
from handoff_connectors.zendesk import ZendeskConnector
from handoff_core.connector import Context, Payload, RecordState, Remote, SiblingLink, Told, View, Write
from handoff_core.errors import Gone, GoneWhy, PreparedExpired, Transient, Unknown
from handoff_core.testing.case import NotebookMemory
from handoff_core.testing.clock import FakeClock
from handoff_core.testing.factories import make_owner, make_packet, make_view

FIELDS = {"fields": {"360001": "urgency.level", "360002": "details.order_id"}}


@dataclass
class Case:
    """A connector, the stand-in, and what the ledger would keep between calls."""

    sandbox: Sandbox
    connector: ZendeskConnector
    made: dict[str, Remote] = field(default_factory=dict)

    def view(self, packet: Any = None, **changes: Any) -> View:
        states = {
            kind: RecordState(kind, "k", remote.id, remote.url, edited=remote.edited, seen=remote.seen)
            for kind, remote in self.made.items()
        }
        return make_view(packet, records=states, **changes)

    def deliver(self, view: View) -> None:
        """As the delivery loop does when all goes well."""
        for payload in self.connector.render(view):
            refs = {kind: remote.id for kind, remote in self.made.items()}
            if payload.kind not in self.made:
                self.made[payload.kind] = self.create(payload, refs)
            elif not payload.once:
                known = self.made[payload.kind]
                self.made[payload.kind] = self.connector.update(
                    Write(payload, refs=refs, remote_id=known.id, seen=known.seen)
                )

    def create(self, payload: Payload, refs: dict[str, str] | None = None) -> Remote:
        frozen = self.connector.prepare(Write(payload, refs=refs or {}))
        write = Write(payload, refs=refs or {}, frozen=frozen, idempotency_key=f"{payload.key}.r1.1")
        return self.connector.create(write)

    @property
    def ticket(self) -> Any:
        return self.sandbox.zendesk.tickets[int(self.made["ticket"].id)]


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(clock=FakeClock(), limits=False) as sandbox:
        yield sandbox


@pytest.fixture
def case(running: Sandbox, clock: FakeClock) -> Iterator[Case]:
    running.reset()
    table = {"connector": "zendesk", "base_url": running.urls["zendesk"], "token_env": "T", "timeout": 1.0, **FIELDS}
    settings = ZendeskConnector.settings_model.model_validate(table)
    connector = ZendeskConnector(
        Context("acme-plumbing", "desk", settings, lambda name: "canary", clock, NotebookMemory())
    )
    yield Case(running, connector)
    connector.close()


def test_a_life_from_first_to_done(case: Case) -> None:
    first = case.view()
    case.deliver(first)
    told = Told(first.packet, first.owner, 1)
    link = SiblingLink("crm", "HubSpot", "https://hub.example/1")
    case.deliver(case.view(links=(link,), told=told))
    urgent = make_packet(urgency={"level": "critical"}, state={"status": "done", "text": "Fixed"})
    case.deliver(case.view(urgent, links=(link,), told=told, revision=2))
    values, comments = case.ticket.values, case.ticket.comments
    assert list(case.made) == ["ticket", "links", "m2"]
    assert (values["priority"], values["status"], values["assignee_id"]) == ("urgent", "open", 9001)
    assert [comment["public"] for comment in comments] == [False, False, False]
    assert "hub.example" in comments[1]["html_body"]
    assert "Closed: Fixed" in comments[2]["plain_body"]
    assert [file["file_name"] for file in comments[2]["attachments"]] == ["transcript.txt", "packet.json"]
    for kind, remote in case.made.items():
        payload = Payload(kind=kind, key=f"{first.key}~{kind}" if kind != "ticket" else first.key, body={})
        found = case.connector.find(Write(payload, refs={"ticket": case.made["ticket"].id}))
        assert [one.id for one in found] == [remote.id]


def test_an_urgency_that_changed_leaves_one_urgency_tag_and_every_tag_of_a_person(case: Case) -> None:
    case.deliver(case.view(make_packet(urgency={"level": "low"})))
    ticket_id = int(case.made["ticket"].id)
    case.sandbox.zendesk.retag(ticket_id, ["vip", "urgency_of_my_own"], "PUT", {}, author=9001)
    for revision, level in ((2, "critical"), (3, "low"), (4, "high")):
        case.deliver(case.view(make_packet(urgency={"level": level}), revision=revision))
    tags = set(case.ticket.values["tags"])
    assert {tag for tag in tags if tag.startswith("urgency_")} == {"urgency_high", "urgency_of_my_own"}
    assert "vip" in tags


@pytest.mark.parametrize("fault", ["apply_then_drop", "apply_then_500", "html_200", "empty_200", "half_body", "reset"])
def test_a_lost_reply_makes_no_second_ticket(case: Case, fault: str) -> None:
    payload = case.connector.render(case.view())[0]
    frozen = case.connector.prepare(Write(payload))
    write = Write(payload, frozen=frozen, idempotency_key="key-1")
    case.sandbox.faults.add(fault, vendor="zendesk", path="/api/v2/tickets", method="POST")
    with pytest.raises(Unknown):
        case.connector.create(write)
    remote = case.connector.create(write)
    assert [one.id for one in case.connector.find(Write(payload))] == [remote.id]
    assert len(case.sandbox.zendesk.tickets) == 1


def test_another_body_under_the_same_key_is_looked_up(case: Case) -> None:
    payload = case.connector.render(case.view())[0]
    case.create(payload)
    with pytest.raises(Unknown):
        case.connector.create(
            Write(payload, frozen=b'{"ticket":{"comment":{"body":"x"}}}', idempotency_key=f"{payload.key}.r1.1")
        )


def test_an_upload_that_waited_too_long_is_prepared_anew(case: Case) -> None:
    payload = case.connector.render(case.view())[0]
    frozen = case.connector.prepare(Write(payload))
    case.sandbox.zendesk.uploads.clear()
    with pytest.raises(PreparedExpired):
        case.connector.create(Write(payload, frozen=frozen, idempotency_key="k"))
    assert case.sandbox.zendesk.tickets == {}


@pytest.mark.parametrize(
    ("action", "why"), [("delete", GoneWhy.DELETED), ("close", GoneWhy.CLOSED), ("merge", GoneWhy.MERGED)]
)
def test_what_a_person_ended_is_gone(case: Case, action: str, why: GoneWhy) -> None:
    case.deliver(case.view())
    target = act(case.sandbox.zendesk, action, None, {})
    with pytest.raises(Gone) as raised:
        case.deliver(case.view(make_packet(summary="News")))
    assert raised.value.why is why
    assert raised.value.target == (str(target) if why is GoneWhy.MERGED else None)


def test_a_persons_edit_stays(case: Case) -> None:
    case.deliver(case.view())
    act(case.sandbox.zendesk, "update", None, {"assignee_id": 9002, "subject": "Dana's own title", "status": "pending"})
    case.deliver(case.view(make_packet(summary="News", urgency={"level": "low"}), owner=make_owner(identity="9003")))
    values = case.ticket.values
    assert (values["subject"], values["assignee_id"], values["status"]) == ("Dana's own title", 9002, "pending")
    assert values["priority"] == "low"
    assert set(case.made["ticket"].kept) == {"subject", "assignee_id"}


def test_a_solved_ticket_stays_solved(case: Case) -> None:
    case.deliver(case.view())
    act(case.sandbox.zendesk, "solve", None, {})
    case.deliver(case.view(make_packet(urgency={"level": "low"})))
    assert (case.ticket.values["status"], case.ticket.values["priority"]) == ("solved", "low")


def test_a_duplicate_is_found_and_retired(case: Case) -> None:
    case.deliver(case.view())
    payload = case.connector.render(case.view())[0]
    copy = act(case.sandbox.zendesk, "clone", None, {})
    keep, other = case.connector.find(Write(payload))
    assert (other.id, other.retirable) == (str(copy), True)
    case.connector.retire(Write(payload, remote_id=other.id), keep)
    assert [one.id for one in case.connector.find(Write(payload))] == [keep.id]
    retired = case.sandbox.zendesk.tickets[copy]
    assert "handoff_duplicate" in retired.values["tags"]
    assert (retired.comments[-1]["public"], retired.comments[-1]["plain_body"]) == (False, f"duplicate of #{keep.id}")


def test_a_vendor_that_is_down_before_anything_was_sent_is_transient(case: Case, clock: FakeClock) -> None:
    table = {"connector": "zendesk", "base_url": "http://127.0.0.1:9", "token_env": "T", "timeout": 1.0}
    settings = ZendeskConnector.settings_model.model_validate(table)
    away = ZendeskConnector(Context("a", "desk", settings, lambda name: "canary", clock, NotebookMemory()))
    payload = away.render(case.view())[0]
    with pytest.raises(Transient):
        away.create(Write(payload, frozen=b"{}", idempotency_key="k"))
    away.close()
