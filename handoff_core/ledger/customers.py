"""What the ledger knows when a packet comes: earlier packets of the same customer, and how long people took before.

Each question is one short walk along a partial index, however many packets a customer has.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import BindParameter, bindparam, func, literal_column, select, update

from handoff_core.ledger.rows import CustomerRow, EarlierPacket
from handoff_core.ledger.tables import deliveries, packets, revisions
from handoff_core.ledger.transaction import Transaction

MOST_EARLIER = 10
"""Earlier packets that a later one tells of, the newest."""
MOST_ANSWERED = 200
"""Answered packets of a lane from which a wait is told, the latest."""

_B: BindParameter[str] = bindparam("b")
_URL = (
    select(func.min(deliveries.c.url))
    .where(
        deliveries.c.business == packets.c.business,
        deliveries.c.packet_id == packets.c.id,
        # Written out: for a bound pattern SQLite would plan the statement anew at each call.
        deliveries.c.url.like(literal_column("'http%'")),
    )
    .scalar_subquery()
)
_EARLIER_BY = {
    name: select(
        packets.c.id, packets.c.lane, packets.c.received_at, packets.c.closed, packets.c.open_matters, _URL.label("url")
    )
    .where(
        packets.c.business == _B,
        packets.c[f"customer_{name}"] == bindparam("customer"),
        packets.c.received_at <= bindparam("came"),
        packets.c.id != bindparam("i"),
        packets.c.erased_at.is_(None),
    )
    .order_by(packets.c.received_at.desc())
    .limit(MOST_EARLIER)
    for name in ("account", "email", "phone")
}
_ANSWERED = (
    select(packets.c.received_at, packets.c.answered_at)
    .where(
        packets.c.business == _B,
        packets.c.lane == bindparam("lane"),
        packets.c.answered_at.is_not(None),
        packets.c.received_at >= bindparam("since"),
    )
    .order_by(packets.c.received_at.desc())
    .limit(MOST_ANSWERED)
)
_WITH_EARLIER = select(revisions.c.packet_id, revisions.c.revision, revisions.c.earlier).where(
    revisions.c.business == _B, revisions.c.earlier.is_not(None), revisions.c.earlier.contains(bindparam("name"))
)
_REPLACE_EARLIER = (
    update(revisions)
    .where(revisions.c.business == _B, revisions.c.packet_id == bindparam("i"), revisions.c.revision == bindparam("r"))
    .values(earlier=bindparam("text"))
)


@dataclass(frozen=True, slots=True)
class Found:
    """``earlier``: the newest first. ``answered``: when each of the lane's latest came and was answered."""

    earlier: tuple[EarlierPacket, ...]
    answered: tuple[tuple[float, float], ...]


def look_up(
    tx: Transaction,
    business: str,
    packet_id: str,
    customer: CustomerRow,
    *,
    came: float,
    lane: str,
    since: float | None,
) -> Found:
    """Earlier packets of the customer that came until ``came``, and the latest of the lane that were answered and came
    ``since`` (None: not asked for); never of another business, never one that was erased.
    """
    found: dict[str, EarlierPacket] = {}
    for name, statement in _EARLIER_BY.items():
        digest = getattr(customer, name)
        if digest is None:
            continue
        rows = tx.execute(statement, {"b": business, "customer": digest, "i": packet_id, "came": came})
        for packet, of, at, closed, matters, url in rows:
            found[packet] = EarlierPacket(str(packet), str(of), at, bool(closed), str(matters or ""), url or None)
    newest = sorted(found.values(), key=lambda one: (-one.received_at, one.id))[:MOST_EARLIER]
    answered: tuple[tuple[float, float], ...] = ()
    if since is not None:
        asked = {"b": business, "lane": lane, "since": since}
        answered = tuple((at, by) for at, by in tx.execute(_ANSWERED, asked))
    return Found(tuple(newest), answered)


def telling_of(tx: Transaction, business: str, packet_id: str) -> tuple[tuple[str, int, str], ...]:
    """Revisions of other packets that tell of this one: packet, number, what they tell (JSON)."""
    rows = tx.execute(_WITH_EARLIER, {"b": business, "name": f'"id": "{packet_id}"'})
    return tuple(
        (str(packet), int(revision), str(text))
        for packet, revision, text in rows
        if any(one["id"] == packet_id for one in json.loads(text))
    )


def tell(tx: Transaction, business: str, packet_id: str, revision: int, text: str | None) -> None:
    """Have a revision tell of other earlier packets than it did."""
    tx.execute(_REPLACE_EARLIER, {"b": business, "i": packet_id, "r": revision, "text": text})
