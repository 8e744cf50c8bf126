"""A clock that is set back: what was to be done by the old one would wait until the new one gets there.

The ledger keeps the latest time at which a run began, and with each packet when it was last taken. A run that begins
well before these moves every time that is still to come by the difference. Times of the past that are compared with a
vendor's stay: they are met by what is known of our clock beside his (``handoff_core.clock.AHEAD``).
"""

from __future__ import annotations

import json

from sqlalchemy import bindparam, func, not_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from handoff_core.ledger.deliveries import ACTIVE_STATE
from handoff_core.ledger.names import CLOCK_MARK, SET_BACK_TOLERANCE
from handoff_core.ledger.tables import accounts, buckets, deliveries, memory, meta, packets, records
from handoff_core.ledger.transaction import Transaction

MARK_EVERY = 10.0
"""Seconds between two marks: a run that follows another at once need not write."""

_MARK = select(meta.c.value).where(meta.c.name == CLOCK_MARK)
_TAKEN = select(func.max(packets.c.updated_at)).where(packets.c.business == bindparam("b"), not_(packets.c.closed))


def keep_up(tx: Transaction, business: str, *, now: float) -> float:
    """Mark the time; gives by how many seconds the clock was set back and the ledger moved with it, 0 for none."""
    marked = float(tx.execute(_MARK).scalar() or 0.0)
    latest = max(marked, tx.execute(_TAKEN, {"b": business}).scalar() or 0.0)
    if now <= latest - SET_BACK_TOLERANCE:
        _move(tx, latest - now, now)
        _save(tx, now)
        return latest - now
    if now >= marked + MARK_EVERY:
        _save(tx, now)
    return 0.0


def _save(tx: Transaction, now: float) -> None:
    insert = (sqlite if tx.dialect == "sqlite" else postgresql).insert(meta)
    tx.execute(
        insert.values(name=CLOCK_MARK, value=repr(now)).on_conflict_do_update(
            index_elements=["name"], set_={"value": repr(now)}
        )
    )


def _move(tx: Transaction, seconds: float, now: float) -> None:
    # What is delivered waits too: for its next update.
    later = deliveries.c.next_update_at
    tx.execute(update(deliveries).where(later > now).values(next_update_at=later - seconds))
    _move_asked(tx, seconds, now)
    tx.execute(update(packets).where(packets.c.updated_at > now).values(updated_at=now))
    tx.execute(
        update(packets)
        .where(packets.c.acknowledge_at.is_not(None))
        .values(acknowledge_at=packets.c.acknowledge_at - seconds)
    )
    tx.execute(
        update(deliveries)
        .where(ACTIVE_STATE)
        .values(
            {
                name: deliveries.c[name] - seconds
                for name in ("due_at", "first_attempt_at", "updated_at", "look_again_at")
            }
        )
    )
    # ``first_sent_at`` stays: a look-up must not begin after the record was made.
    tx.execute(
        update(records)
        .where(records.c.sent_at.is_not(None) | records.c.confirm_at.is_not(None))
        .values(sent_at=records.c.sent_at - seconds, confirm_at=records.c.confirm_at - seconds)
    )
    for table, names in (
        (buckets, ("next_at", "tail_at", "parked_until")),
        (accounts, ("not_before",)),
        (memory, ("expires_at",)),
    ):
        tx.execute(update(table).values({name: table.c[name] - seconds for name in names}))


def _move_asked(tx: Transaction, seconds: float, now: float) -> None:
    """Owners who were asked by the old clock were asked that much earlier: what a person did since then counts."""
    key = (packets.c.business, packets.c.id)
    ahead = select(*key, packets.c.route).where(packets.c.updated_at > now)
    for business, packet_id, text in tx.execute(ahead).all():
        route = json.loads(text)
        if (route.get("asked_at") or 0.0) > now:
            moved = json.dumps(route | {"asked_at": route["asked_at"] - seconds}, ensure_ascii=False)
            tx.execute(update(packets).where(key[0] == business, key[1] == packet_id).values(route=moved))
