"""A clock that is set back: what was to be done by the old one would wait until the new one gets there.

The ledger keeps the latest time at which a run began, and with each packet when it was last taken. A run that begins
well before these moves every time that is still to come by the difference. Times of the past that are compared with a
vendor's stay: they are met by what is known of our clock beside his (``handoff_core.clock.AHEAD``).
"""

from __future__ import annotations

import json

from sqlalchemy import Table, bindparam, func, not_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from handoff_core.ledger.deliveries import ACTIVE_STATE
from handoff_core.ledger.names import CLOCK_MARK, SET_BACK_TOLERANCE, State
from handoff_core.ledger.tables import IS_OPEN, accounts, buckets, deliveries, meta, packets, records
from handoff_core.ledger.transaction import Transaction

MARK_EVERY = 10.0
"""Seconds between two marks: a run that follows another at once need not write."""
LONGEST_LEASE = 600.0
"""Seconds; a lease that ends later than this from now was taken by the old clock."""
LONGEST_WAIT = 3_600.0
"""Seconds; the same for the time at which a vendor must show a record, or can no longer apply a request."""

_MARK = select(meta.c.value).where(meta.c.name == CLOCK_MARK)
_TAKEN = select(func.max(packets.c.updated_at)).where(packets.c.business == bindparam("b"), IS_OPEN)


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
    """What the right clock wrote stays: a lease, or a request that was sent just now, must not look as old as that."""
    _move_asked(tx, seconds, now)
    ahead = packets.c.updated_at > now
    timer = packets.c.acknowledge_at
    tx.execute(update(packets).where(ahead, timer.is_not(None)).values(acknowledge_at=timer - seconds))
    tx.execute(update(packets).where(ahead).values(updated_at=now))

    def moved(table: Table, name: str, beyond: float) -> None:
        column = table.c[name]
        tx.execute(update(table).where(column > now + beyond).values({name: column - seconds}))

    certain = max(seconds, LONGEST_WAIT)
    sending = deliveries.c.state == State.SENDING.value
    due = deliveries.c.due_at
    tx.execute(update(deliveries).where(ACTIVE_STATE, not_(sending), due > now).values(due_at=due - seconds))
    tx.execute(update(deliveries).where(sending, due > now + LONGEST_LEASE).values(due_at=due - seconds))
    for name in ("next_update_at", "first_attempt_at", "updated_at"):
        moved(deliveries, name, 0.0)
    moved(deliveries, "look_again_at", certain)
    # ``first_sent_at`` stays: a look-up must not begin after the record was made.
    moved(records, "sent_at", 0.0)
    moved(records, "confirm_at", certain)
    moved(buckets, "next_at", SET_BACK_TOLERANCE)
    moved(buckets, "parked_until", 0.0)
    moved(accounts, "not_before", 0.0)


def _move_asked(tx: Transaction, seconds: float, now: float) -> None:
    """Owners who were asked by the old clock were asked that much earlier: what a person did since then counts."""
    key = (packets.c.business, packets.c.id)
    ahead = select(*key, packets.c.route).where(packets.c.updated_at > now)
    for business, packet_id, text in tx.execute(ahead).all():
        route = json.loads(text)
        if (route.get("asked_at") or 0.0) > now:
            moved = json.dumps(route | {"asked_at": route["asked_at"] - seconds}, ensure_ascii=False)
            tx.execute(update(packets).where(key[0] == business, key[1] == packet_id).values(route=moved))
