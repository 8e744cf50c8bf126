"""What people ask the ledger: what is open, one handoff, its trail, what is dead."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import CompoundSelect, and_, or_, select, text, union_all

from handoff_core.ledger.names import State, is_active, needs_a_look
from handoff_core.ledger.tables import IS_OPEN, deliveries, packets, records, revisions, trail
from handoff_core.ledger.transaction import Transaction

_ACTIVE = text(is_active("deliveries.state"))
_ATTENTION = text(needs_a_look("deliveries.state"))


def open_packets(tx: Transaction, business: str, packet_id: str | None = None) -> list[dict[str, Any]]:
    """Packets that are not closed or not fully delivered, the oldest first; or the one that is named."""
    chosen = packets.c.id == packet_id if packet_id is not None else packets.c.id.in_(_unsettled(business))
    newest = (
        (revisions.c.business == packets.c.business)
        & (revisions.c.packet_id == packets.c.id)
        & (revisions.c.revision == packets.c.revision)
    )
    rows = tx.execute(
        select(packets, revisions.c.approval)
        .outerjoin(revisions, newest)
        .where(packets.c.business == business, chosen)
        .order_by(packets.c.received_at)
    )
    return rows.mappings()


def delivery_states(tx: Transaction, business: str, packet_id: str | None = None) -> dict[str, dict[str, str]]:
    """State by destination, by packet."""
    chosen = (
        deliveries.c.packet_id == packet_id
        if packet_id is not None
        else deliveries.c.packet_id.in_(_unsettled(business))
    )
    found: dict[str, dict[str, str]] = {}
    for packet, destination, state in tx.execute(
        select(deliveries.c.packet_id, deliveries.c.destination, deliveries.c.state).where(
            deliveries.c.business == business, chosen
        )
    ):
        found.setdefault(packet, {})[destination] = state
    return found


def stalled_rows(
    tx: Transaction, business: str, packet_id: str | None = None, *, later_than: float, queued: bool = False
) -> list[dict[str, Any]]:
    """Deliveries that failed or stand still, and those whose newest revision is not due before ``later_than``.

    ``queued``: those too that wait for a slot.
    """
    failed = text("deliveries.state IN ('retrying', 'unknown')")
    far = (deliveries.c.due_at > later_than) & (deliveries.c.wanted > deliveries.c.done)
    chosen = [] if packet_id is None else [deliveries.c.packet_id == packet_id]
    found: list[dict[str, Any]] = []
    # Two questions, because each is answered by a partial index of its own.
    waiting = or_(failed, far, deliveries.c.queue.is_not(None)) if queued else or_(failed, far)
    for condition in (and_(_ACTIVE, waiting), _ATTENTION):
        rows = tx.execute(select(deliveries).where(deliveries.c.business == business, condition, *chosen))
        found += rows.mappings()
    return found


def packet_body(tx: Transaction, business: str, packet_id: str) -> str | None:
    """The newest revision's JSON."""
    body: str | None = tx.execute(
        select(revisions.c.body)
        .where(revisions.c.business == business, revisions.c.packet_id == packet_id)
        .order_by(revisions.c.revision.desc())
        .limit(1)
    ).scalar()
    return body


def delivery_rows(tx: Transaction, business: str, packet_id: str) -> list[dict[str, Any]]:
    """Every delivery of a packet."""
    rows = tx.execute(select(deliveries).where(deliveries.c.business == business, deliveries.c.packet_id == packet_id))
    return rows.mappings()


def record_rows(tx: Transaction, business: str, packet_id: str) -> list[dict[str, Any]]:
    """Every record of a packet, the oldest write first."""
    rows = tx.execute(
        select(records)
        .where(records.c.business == business, records.c.packet_id == packet_id)
        .order_by(records.c.destination, records.c.written_at)
    )
    return [
        row | {name: tuple(json.loads(row[name] or "[]")) for name in ("withheld", "kept", "parents")}
        for row in rows.mappings()
    ]


def trail_rows(tx: Transaction, business: str, packet_id: str) -> list[dict[str, Any]]:
    """The audit trail of a packet, in order."""
    rows = tx.execute(
        select(trail).where(trail.c.business == business, trail.c.packet_id == packet_id).order_by(trail.c.id)
    )
    return [row | {"fields": tuple(json.loads(row["fields"] or "[]"))} for row in rows.mappings()]


def dead_rows(tx: Transaction, business: str) -> list[dict[str, Any]]:
    """Deliveries that a person has to look at, the oldest first."""
    rows = tx.execute(
        select(
            deliveries.c.packet_id,
            deliveries.c.destination,
            deliveries.c.updated_at,
            deliveries.c.wanted,
            deliveries.c.reason,
            packets.c.summary,
            packets.c.erased_at,
        )
        .join(packets, (packets.c.business == deliveries.c.business) & (packets.c.id == deliveries.c.packet_id))
        .where(deliveries.c.business == business, _ATTENTION, deliveries.c.state == State.DEAD.value)
        .order_by(deliveries.c.updated_at)
    )
    return rows.mappings()


def _unsettled(business: str) -> CompoundSelect[tuple[str]]:
    """Ids of packets that are not closed, or not fully delivered: each part is served by a partial index."""
    return union_all(
        select(packets.c.id).where(packets.c.business == business, IS_OPEN),
        select(deliveries.c.packet_id).where(deliveries.c.business == business, _ACTIVE),
        select(deliveries.c.packet_id).where(deliveries.c.business == business, _ATTENTION),
    )
