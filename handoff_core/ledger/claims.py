"""Claiming: which delivery comes next, and taking it under a lease.

A delivery is due from ``due_at``. One that is due and for which the limits leave no slot waits in the ``queue`` of the
classes of call that it needs, and keeps its ``due_at``: that is its place, for every worker and after every restart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from handoff_core.ledger.deliveries import ACTIVE_STATE, KEY, PARKED
from handoff_core.ledger.names import PRIORITIES, State
from handoff_core.ledger.rows import Claim
from handoff_core.ledger.tables import deliveries
from handoff_core.ledger.transaction import Row, Transaction

_CLAIM_COLUMNS = (
    deliveries.c.packet_id,
    deliveries.c.fence,
    deliveries.c.state,
    deliveries.c.priority,
    deliveries.c.wanted,
    deliveries.c.done,
    deliveries.c.told,
    deliveries.c.attempts,
    deliveries.c.first_attempt_at,
    deliveries.c.look_first,
    deliveries.c.urgent,
    deliveries.c.url,
    deliveries.c.links_seen,
    deliveries.c.rank,
    deliveries.c.updated_at,
    deliveries.c.due_at,
    deliveries.c.look_again_at,
    deliveries.c.doubted,
)
_CHOSEN = (deliveries.c.queue, *_CLAIM_COLUMNS)
_IN_PLACE = (deliveries.c.queue, deliveries.c.priority, deliveries.c.due_at)
"""The order of the index, whole: PostgreSQL does not see that a column asked to be NULL needs no sorting."""
_DUE = (
    select(*_CHOSEN)
    .where(
        deliveries.c.business == bindparam("b"),
        deliveries.c.destination == bindparam("d"),
        deliveries.c.priority == bindparam("p"),
        deliveries.c.due_at <= bindparam("now"),
        deliveries.c.queue.is_(None),
        ACTIVE_STATE,
    )
    .order_by(*_IN_PLACE)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_FIRST_OF_NEXT_QUEUE = (
    select(*_CHOSEN)
    .where(
        deliveries.c.business == bindparam("b"),
        deliveries.c.destination == bindparam("d"),
        deliveries.c.queue > bindparam("after"),
        ACTIVE_STATE,
    )
    .order_by(*_IN_PLACE)
    .limit(1)
)
_LOCK_CANDIDATE = (
    select(deliveries.c.fence).where(*KEY, deliveries.c.fence == bindparam("old")).with_for_update(skip_locked=True)
)
_PROBE = (
    select(*_CHOSEN)
    .where(
        deliveries.c.business == bindparam("b"),
        deliveries.c.destination == bindparam("d"),
        PARKED,
    )
    .order_by(deliveries.c.updated_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_DUE_ANY = (
    select(*_CHOSEN)
    .where(
        deliveries.c.business == bindparam("b"),
        deliveries.c.destination == bindparam("d"),
        deliveries.c.due_at <= bindparam("now"),
        ACTIVE_STATE,
    )
    .order_by(deliveries.c.due_at)
    .limit(1)
    .with_for_update(skip_locked=True)
)
_TAKE = (
    update(deliveries)
    .where(*KEY, deliveries.c.fence == bindparam("old"))
    .values(fence=bindparam("new"), state=State.SENDING.value, due_at=bindparam("until"), queue=None)
)
_PLACE = {column.name: place for place, column in enumerate(_CHOSEN)}
_NEXT_DUE = (
    select(deliveries.c.due_at)
    .where(
        deliveries.c.business == bindparam("b"),
        deliveries.c.destination == bindparam("d"),
        deliveries.c.priority == bindparam("p"),
        deliveries.c.queue.is_(None),
        ACTIVE_STATE,
    )
    .order_by(*_IN_PLACE)
    .limit(1)
)
"""Of one priority: the index of what is due has its first entry there."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A delivery that could be claimed now. ``queue``: the classes of call that it waits for; None = it only is due."""

    business: str
    destination: str
    row: Row

    @property
    def packet_id(self) -> str:
        """The packet that is delivered."""
        return str(self.row[_PLACE["packet_id"]])

    @property
    def queue(self) -> str | None:
        """As ``queue_of`` names it."""
        value: str | None = self.row[_PLACE["queue"]]
        return value

    @property
    def priority(self) -> int:
        """One of ``PRIORITIES``."""
        return int(self.row[_PLACE["priority"]])

    @property
    def due_at(self) -> float:
        """Since when it is due: of one priority, who has waited longest comes first."""
        return float(self.row[_PLACE["due_at"]])


def queue_of(classes: Iterable[str]) -> str:
    """The queue of those that need calls of all these classes, as JSON: a slot that suits one of them suits each."""
    return json.dumps(sorted(classes), separators=(",", ":"))


def classes_of(queue: str) -> tuple[str, ...]:
    """The classes of call that a queue waits for."""
    return tuple(json.loads(queue))


def first_due(
    tx: Transaction, business: str, destination: str, *, now: float, before: int = len(PRIORITIES)
) -> Candidate | None:
    """The most urgent delivery that is due and waits for no slot; only of a priority more urgent than ``before``."""
    for priority in PRIORITIES[:before]:
        row = tx.execute(_DUE, {"b": business, "d": destination, "p": priority, "now": now}).first()
        if row is not None:
            return Candidate(business, destination, row)
    return None


def first_of_queues(tx: Transaction, business: str, destination: str) -> Iterator[Candidate]:
    """Of each queue the most urgent delivery, and of those the one that has waited longest."""
    after = ""
    while True:
        row = tx.execute(_FIRST_OF_NEXT_QUEUE, {"b": business, "d": destination, "after": after}).first()
        if row is None:
            return
        yield Candidate(business, destination, row)
        after = row[_PLACE["queue"]]


def first_parked(tx: Transaction, business: str, destination: str, *, now: float) -> Candidate | None:
    """A parked delivery, to see by it whether its account answers again."""
    # A worker that died during a probe left it under an ended lease, not parked.
    row = tx.execute(_PROBE, {"b": business, "d": destination}).first()
    row = row or tx.execute(_DUE_ANY, {"b": business, "d": destination, "now": now}).first()
    return None if row is None else Candidate(business, destination, row)


def take(tx: Transaction, one: Candidate, *, now: float, lease: float) -> Claim | None:
    """Claim it for ``lease`` seconds; None when another worker was faster."""
    _, packet_id, fence, *rest = one.row
    if tx.dialect == "postgresql":
        # Who looked at the first of a queue has not locked it; nobody waits for a worker that takes it now.
        key = {"b": one.business, "i": packet_id, "d": one.destination, "old": fence}
        if tx.execute(_LOCK_CANDIDATE, key).first() is None:
            return None
    taken = tx.execute(
        _TAKE,
        {
            "b": one.business,
            "i": packet_id,
            "d": one.destination,
            "old": fence,
            "new": fence + 1,
            "until": now + lease,
        },
    )
    return Claim(one.business, packet_id, one.destination, fence + 1, *rest) if taken.rowcount == 1 else None


def claim(tx: Transaction, business: str, destination: str, *, now: float, lease: float) -> Claim | None:
    """Take the most urgent due delivery of one destination that waits for no slot; None when there is none."""
    found = first_due(tx, business, destination, now=now)
    return None if found is None else take(tx, found, now=now, lease=lease)


def next_due(tx: Transaction, pairs: Sequence[tuple[str, str]]) -> float | None:
    """The earliest due time among these (business, destination) pairs of what waits for no slot; leases of other
    workers included."""
    times = [
        tx.execute(_NEXT_DUE, {"b": business, "d": name, "p": priority}).scalar()
        for business, name in pairs
        for priority in PRIORITIES
    ]
    return min((float(time) for time in times if time is not None), default=None)
