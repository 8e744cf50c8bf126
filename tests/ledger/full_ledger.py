"""A ledger with something in every table and a delivery in every state, and its text as a stored version.

``python -m tests.ledger.full_ledger`` writes ``tests/ledger/versions/vN.sql`` for today's schema: run it once with the
commit that adds migration N, and never again for that version.
"""

from __future__ import annotations

import sqlite3  # not the ledger's own, which cannot write a dump
import tempfile
from contextlib import closing
from pathlib import Path

from handoff_core.connector import Limit
from handoff_core.ledger import (
    accounts,
    claims,
    deliveries,
    drafts,
    erasures,
    inbox_files,
    packets,
    records,
    settings,
    timers,
    trail,
)
from handoff_core.ledger.names import SCHEMA_VERSION, State
from handoff_core.ledger.rows import CustomerRow, NewRevision, RecordRow, WantedDelivery
from handoff_core.ledger.store import Ledger
from handoff_core.testing.clock import START, FakeClock
from handoff_core.testing.factories import make_packet

VERSIONS = Path(__file__).parent / "versions"
BUSINESS = "acme"
ERASED = f"case-{State.ERASED.value}"
LIMITS = {"api": Limit(60.0, 60.0, 1)}


def fill(ledger: Ledger) -> None:
    """One packet a state, each with a record, the erased one without its words; a draft; an inbox file; an account, a
    bucket and its memory."""
    for state in State:
        _packet(ledger, f"case-{state.value}", state)
    with ledger.write() as tx:
        rows = {"desk": (RecordRow(kind="ticket", key=f"ho-{BUSINESS}.{ERASED}", state="erased"),)}
        route = '{"owner_id": "dana", "why": "erased", "destinations": ["desk"], "chain": []}'
        erasures.erase(tx, BUSINESS, ERASED, known=True, lane="support", route=route, traces=rows, now=START)
        settings.remember_config(tx, BUSINESS, "0" * 64)
        inbox_files.mark_taken(tx, BUSINESS, "monday.jsonl", "1" * 64, now=START)
        drafts.open_draft(tx, BUSINESS, "draft-1", {"lane": "support"}, now=START)
        drafts.add_part(tx, BUSINESS, "draft-1", "facts", {"name": "model", "value": "WH-200", "source": "chat"})
        drafts.add_turn(tx, BUSINESS, "draft-1", {"speaker": "customer", "text": "Ünï: it's cold"})
        accounts.save_account(tx, accounts.Account("acme", stopped=True, reason="token", since=START, failures=2))
        accounts.reserve(tx, "acme", {"api": 2}, LIMITS, share=0.8, now=START)
        accounts.remember(tx, "acme", "owner:dana@acme.example", "9001", until=START + 86_400)


def _packet(ledger: Ledger, packet_id: str, state: State) -> None:
    body = make_packet(id=packet_id, made_at=None, owner=None).to_json()
    new = NewRevision(
        packet_id=packet_id,
        revision=1,
        digest="2" * 64,
        lane="support",
        summary="Maria has no hot water.",
        urgency="high",
        next_due="2026-11-20T17:00:00Z",
        closed=state is State.DELIVERED,
        held=state is State.DROPPED,
        released=False,
        owner_id="dana",
        body=body,
        route='{"owner_id": "dana", "why": "the fallback owner", "destinations": ["desk"]}',
        findings="[]",
        approval='{"state": "waiting", "draft": "33", "approver_id": "dana", "approver_why": "why", '
        '"final_owner_id": "sam"}',
        customer=CustomerRow("a" * 32, "b" * 32, "c" * 32, '{"summary": "No water", "promises": [], "concerns": []}'),
        earlier='[{"id": "case-0", "at": 1.0, "lane": "support", "closed": true, "url": null, "matters": null}]',
        offered='{"text": "I am handing this over.", "connect_after": null}',
    )
    with ledger.write() as tx:
        packets.new_destinations(tx, BUSINESS, ("desk",), now=START)
        packets.add_revision(
            tx, BUSINESS, new, [WantedDelivery("desk", rank=10, priority=1)], hurry=False, known=False, now=START
        )
        claim = claims.claim(tx, BUSINESS, "desk", now=START, lease=60)
        assert claim is not None
        assert claim.packet_id == packet_id
        known = state in (State.DELIVERED, State.DEAD, State.ERASED)
        row = RecordRow(
            kind="ticket",
            key=f"ho-{BUSINESS}.{packet_id}",
            state="current" if known else "sending",
            remote_id="1001" if known else None,
            url="https://acme.zendesk.example/agent/tickets/1001" if known else None,
            seen={"subject": "No hot water"} if known else None,
            withheld=("the conversation",),
            frozen=None if known else b'{"ticket":{}}',
            idempotency_key=None if known else "key",
            operation=None if known else "create",
            intent=None if known else "{}",
            intent_revision=None if known else 1,
            first_sent_at=START,
            sent_at=START,
        )
        records.save_record(tx, claim, row)
        if state in (State.RETRYING, State.DEAD):
            taken = START + 60 if state is State.DEAD else None
            timers.set_timer(tx, BUSINESS, packet_id, due=None if taken else START + 600, acknowledged_at=taken)
        trail.note(tx, BUSINESS, packet_id, at=START, revision=1, what="create", outcome="ok", fields=("subject",))
        if state is not State.SENDING:
            deliveries.give_back(tx, claim, now=START, state=state, due_at=START + 3600, reason="why", done=int(known))


def stored(version: int) -> Path:
    """Where the text of a version is."""
    return VERSIONS / f"v{version}.sql"


def main() -> None:
    """Write today's version."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "handoff.db"
        ledger = Ledger(f"sqlite:///{path}", clock=FakeClock())
        fill(ledger)
        ledger.close()
        with closing(sqlite3.connect(path)) as connection:
            text = "\n".join(connection.iterdump())
    VERSIONS.mkdir(exist_ok=True)
    stored(SCHEMA_VERSION).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
