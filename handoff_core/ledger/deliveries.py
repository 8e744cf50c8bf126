"""Claiming a delivery under a lease, and giving it back in the state that it reached.

A delivery is due from ``due_at``. One that is due and for which the limits leave no slot waits in the ``queue`` of the
classes of call that it needs, and keeps its ``due_at``: that is its place, for every worker and after every restart.

Every write after the claim names the fence of the claim. When it matches no row the lease was lost to another
worker; LeaseLost is raised and the transaction, with whatever else it wrote, is rolled back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, bindparam, case, exists, or_, select, text, update

from handoff_core.ledger.names import ACTIVE, State
from handoff_core.ledger.rows import Claim, RecordRow, Sibling, Work
from handoff_core.ledger.tables import deliveries, packets, records, revisions
from handoff_core.ledger.transaction import Row, Transaction

LINKS = "links"
"""What a first record was put off for, once: its siblings' links."""
PRIORITIES = (0, 1, 2)
"""0 critical or a change of urgency or owner, 1 a first record, 2 all that comes after it."""

_KEY = (
    deliveries.c.business == bindparam("b"),
    deliveries.c.packet_id == bindparam("i"),
    deliveries.c.destination == bindparam("d"),
)
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
_ACTIVE_VALUES = tuple(state.value for state in ACTIVE)
# Written out, not bound: only then can the database see that a partial index serves the query.
ACTIVE_STATE = text("deliveries.state IN ({})".format(", ".join(f"'{value}'" for value in _ACTIVE_VALUES)))
PARKED = text("deliveries.state IN ('dead', 'parked') AND deliveries.state = 'parked'")
_CHOSEN = (deliveries.c.queue, *_CLAIM_COLUMNS)
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
    .order_by(deliveries.c.due_at)
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
    .order_by(deliveries.c.queue, deliveries.c.priority, deliveries.c.due_at)
    .limit(1)
)
_LOCK_CANDIDATE = (
    select(deliveries.c.fence).where(*_KEY, deliveries.c.fence == bindparam("old")).with_for_update(skip_locked=True)
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
    .where(*_KEY, deliveries.c.fence == bindparam("old"))
    .values(fence=bindparam("new"), state=State.SENDING.value, due_at=bindparam("until"), queue=None)
)
_PLACE = {column.name: place for place, column in enumerate(_CHOSEN)}
_LOCK_PACKET = (
    select(packets.c.id).where(packets.c.business == bindparam("b"), packets.c.id == bindparam("i")).with_for_update()
)
_UNDER_FENCE = (*_KEY, deliveries.c.fence == bindparam("f"), deliveries.c.state == State.SENDING.value)
_HELD = select(deliveries.c.fence).where(*_UNDER_FENCE).with_for_update()
_WANTED = select(deliveries.c.wanted).where(*_KEY)
_NEWS = select(deliveries.c.wanted, deliveries.c.priority).where(*_KEY)
_DELIVERED = deliveries.c.state == State.DELIVERED.value
_DOUBT = (
    update(deliveries)
    .where(*_KEY)
    .values(
        look_again_at=bindparam("at"),
        doubted=bindparam("intent"),
        due_at=case((_DELIVERED, bindparam("at")), else_=deliveries.c.due_at),
        state=case((_DELIVERED, State.PENDING.value), else_=deliveries.c.state),
    )
)
_WAKE = (
    update(deliveries)
    .where(
        deliveries.c.business == bindparam("b"),
        deliveries.c.packet_id == bindparam("i"),
        deliveries.c.destination == bindparam("d"),
        or_(deliveries.c.state == State.DELIVERED.value, deliveries.c.state == State.PENDING.value),
    )
    .values(
        state=State.PENDING.value,
        # Of what is delivered it says when that was; what waits keeps its place.
        due_at=case(
            (or_(_DELIVERED, deliveries.c.due_at > bindparam("now")), bindparam("now")), else_=deliveries.c.due_at
        ),
        # Another record of it may need calls of which there are some.
        queue=case((deliveries.c.url.is_(None), deliveries.c.queue), else_=None),
    )
)
_sibling = deliveries.alias("sibling")
_WAIT_FOR_LINKS = (
    update(deliveries)
    .where(
        deliveries.c.business == bindparam("b"),
        deliveries.c.due_at <= bindparam("now"),
        ACTIVE_STATE,
        deliveries.c.state == State.PENDING.value,
        deliveries.c.priority == 1,
        deliveries.c.done == 0,
        deliveries.c.attempts == 0,
        deliveries.c.url.is_(None),
        deliveries.c.put_off.is_(None),
        deliveries.c.queue.is_(None),
        exists().where(
            _sibling.c.business == deliveries.c.business,
            _sibling.c.packet_id == deliveries.c.packet_id,
            _sibling.c.destination == bindparam("d"),
            _sibling.c.rank < deliveries.c.rank,
            _sibling.c.attempts == 0,
            _sibling.c.url.is_(None),
            or_(_sibling.c.state == State.PENDING.value, _sibling.c.state == State.SENDING.value),
        ),
    )
    .values(due_at=bindparam("until"), put_off=LINKS)
)
_NEXT_DUE = (
    select(deliveries.c.due_at)
    .where(
        deliveries.c.business == bindparam("b"),
        deliveries.c.destination == bindparam("d"),
        deliveries.c.priority == bindparam("p"),
        deliveries.c.queue.is_(None),
        ACTIVE_STATE,
    )
    .order_by(deliveries.c.due_at)
    .limit(1)
)
"""Of one priority: the index of what is due has its first entry there."""
_WORK = (
    select(
        packets.c.revision,
        packets.c.digest,
        revisions.c.body,
        packets.c.route,
        packets.c.findings,
        packets.c.held,
        packets.c.closed,
        packets.c.received_at,
        packets.c.erased_at,
        revisions.c.approval,
        revisions.c.earlier,
        revisions.c.offered,
    )
    .join(
        revisions,
        (revisions.c.business == packets.c.business)
        & (revisions.c.packet_id == packets.c.id)
        & (revisions.c.revision == packets.c.revision),
    )
    .where(packets.c.business == bindparam("b"), packets.c.id == bindparam("i"))
)
_TOLD = select(revisions.c.body, revisions.c.owner_id, revisions.c.approval).where(
    revisions.c.business == bindparam("b"),
    revisions.c.packet_id == bindparam("i"),
    revisions.c.revision == bindparam("r"),
)
_SIBLINGS = select(
    deliveries.c.destination,
    deliveries.c.state,
    deliveries.c.rank,
    deliveries.c.url,
    deliveries.c.links_seen,
    deliveries.c.due_at,
    deliveries.c.attempts,
    deliveries.c.wanted,
    deliveries.c.urgent,
    deliveries.c.look_again_at,
    deliveries.c.queue,
).where(deliveries.c.business == bindparam("b"), deliveries.c.packet_id == bindparam("i"))
_RECORD_NAMES = tuple(RecordRow.__dataclass_fields__)
_RECORDS = select(*(records.c[name] for name in _RECORD_NAMES)).where(
    records.c.business == bindparam("b"), records.c.packet_id == bindparam("i"), records.c.destination == bindparam("d")
)


class LeaseLost(Exception):
    """Another worker has taken this delivery over; whatever this one was about to write is void."""


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


def load(tx: Transaction, claim: Claim) -> Work:
    """All that the delivery needs to know, as of this transaction."""
    key = {"b": claim.business, "i": claim.packet_id}
    revision, digest, body, *packet, erased_at, approval, earlier, offered = tx.execute(_WORK, key).one()
    told_body = told_owner = told_approval = None
    if claim.told:
        told = tx.execute(_TOLD, key | {"r": claim.told}).first()
        if told is not None:
            told_body, told_owner, told_approval = told
    every = siblings(tx, claim.business, claim.packet_id)
    rows = load_records(tx, claim.business, claim.packet_id, claim.destination)
    told = (told_body, told_owner, every, rows, erased_at, approval, told_approval, earlier, offered)
    return Work(*(claim, revision, digest, body or "", *packet, *told))


def lock_packet(tx: Transaction, claim: Claim) -> None:
    """On PostgreSQL: let no other delivery of the packet, and no new revision, commit until this transaction ends.

    Siblings read each other's links; without the lock two that end at once would each miss the other's.
    """
    if tx.dialect == "postgresql":
        tx.execute(_LOCK_PACKET, {"b": claim.business, "i": claim.packet_id})


def with_told(tx: Transaction, work: Work, claim: Claim) -> Work:
    """``work`` with what was told by the revision that the claim now names."""
    told = tx.execute(_TOLD, {"b": claim.business, "i": claim.packet_id, "r": claim.told}).first()
    body, owner, approval = told if told is not None else (None, None, None)
    return replace(work, claim=claim, told_body=body, told_owner=owner, told_approval=approval)


def siblings(tx: Transaction, business: str, packet_id: str) -> tuple[Sibling, ...]:
    """The packet's deliveries, this one among them."""
    return tuple(Sibling(*row) for row in tx.execute(_SIBLINGS, {"b": business, "i": packet_id}))


def load_records(tx: Transaction, business: str, packet_id: str, destination: str) -> dict[str, RecordRow]:
    """The destination's records by kind."""
    rows = tx.execute(_RECORDS, {"b": business, "i": packet_id, "d": destination})
    return {row[0]: _record(row) for row in rows}


def hold(tx: Transaction, claim: Claim) -> None:
    """Make sure that the lease is ours until this transaction ends. LeaseLost when it is not."""
    key = {"b": claim.business, "i": claim.packet_id, "d": claim.destination, "f": claim.fence}
    if tx.execute(_HELD, key).first() is None:
        raise LeaseLost


def renew(tx: Transaction, claim: Claim, *, until: float, **values: Any) -> None:
    """Hold the lease until ``until``, and set further columns. LeaseLost when it is no longer ours."""
    _under_fence(tx, claim, {"due_at": until} | values)


def give_back(tx: Transaction, claim: Claim, *, now: float, state: State, due_at: float, **values: Any) -> None:
    """End the claim in ``state``. ``values`` are further columns of ``deliveries``. LeaseLost when it was lost."""
    _under_fence(tx, claim, {"state": state.value, "due_at": due_at, "updated_at": now} | values)


def queue_up(
    tx: Transaction,
    claim: Claim,
    *,
    revision: int,
    now: float,
    state: State,
    since: float,
    priority: int,
    queue: str,
    told: int,
) -> None:
    """End the claim, which worked on ``revision``, to wait for a slot. LeaseLost when it was lost.

    Where a more urgent revision has come meanwhile, the delivery is due at once instead.
    """
    key = {"b": claim.business, "i": claim.packet_id, "d": claim.destination}
    wanted, own = tx.execute(_NEWS, key).one()
    waiting: dict[str, Any] = {"due_at": since, "priority": priority, "queue": queue}
    if wanted > revision and own == 0 and priority > 0:
        waiting = {"due_at": now, "priority": own, "queue": None}
    give_back(tx, claim, now=now, state=state, told=told, reason=None, **waiting)


def wanted_now(tx: Transaction, claim: Claim) -> int:
    """The revision that this delivery is to reach, as of now."""
    return int(tx.execute(_WANTED, {"b": claim.business, "i": claim.packet_id, "d": claim.destination}).scalar_one())


def doubt(tx: Transaction, claim: Claim, intent: str, *, at: float) -> None:
    """Have what was sent looked for at ``at``; not under the fence, which was lost. Only the last such word counts."""
    key = {"b": claim.business, "i": claim.packet_id, "d": claim.destination}
    tx.execute(_DOUBT, key | {"at": at, "intent": intent})


def wake(tx: Transaction, business: str, packet_id: str, names: Iterable[str], *, now: float) -> None:
    """Make delivered siblings due again, and pending ones that wait for links, or with a record for a slot, due now."""
    for name in names:
        tx.execute(_WAKE, {"b": business, "i": packet_id, "d": name, "now": now})


def wait_for_links(tx: Transaction, business: str, destination: str, *, now: float, until: float) -> None:
    """Put off, once, first records that are due while their sibling of lower rank in ``destination`` is to get a link.

    Each is woken as soon as the link is there; critical ones wait for nothing.
    """
    tx.execute(_WAIT_FOR_LINKS, {"b": business, "d": destination, "now": now, "until": until})


def next_due(tx: Transaction, pairs: Sequence[tuple[str, str]]) -> float | None:
    """The earliest due time among these (business, destination) pairs of what waits for no slot; leases of other
    workers included."""
    times = [
        tx.execute(_NEXT_DUE, {"b": business, "d": name, "p": priority}).scalar()
        for business, name in pairs
        for priority in PRIORITIES
    ]
    return min((float(time) for time in times if time is not None), default=None)


def _under_fence(tx: Transaction, claim: Claim, values: dict[str, Any]) -> None:
    key = {"b": claim.business, "i": claim.packet_id, "d": claim.destination, "f": claim.fence}
    done = tx.execute(_update_of(tuple(values)), key | {f"new_{name}": value for name, value in values.items()})
    if done.rowcount != 1:
        raise LeaseLost


@lru_cache(maxsize=64)
def _update_of(names: tuple[str, ...]) -> Executable:
    """Built once for each set of columns: building it costs more than running it."""
    return update(deliveries).where(*_UNDER_FENCE).values({name: bindparam(f"new_{name}") for name in names})


def _record(row: Sequence[Any]) -> RecordRow:
    values = dict(zip(_RECORD_NAMES, row, strict=True))
    values["seen"] = json.loads(values["seen"]) if values["seen"] else None
    for name in ("kept", "withheld", "parents"):
        values[name] = tuple(json.loads(values[name])) if values[name] else ()
    return RecordRow(**values)
