"""A delivery under a lease, and giving it back in the state that it reached (claimed it is in ``claims.py``).

Every write after the claim names the fence of the claim. When it matches no row the lease was lost to another
worker; LeaseLost is raised and the transaction, with whatever else it wrote, is rolled back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import Executable, bindparam, case, exists, or_, select, text, update

from handoff_core.ledger.names import PRIORITIES, State, is_active, is_parked
from handoff_core.ledger.rows import Claim, RecordRow, Sibling, Work
from handoff_core.ledger.tables import deliveries, packets, records, revisions
from handoff_core.ledger.transaction import Transaction

LINKS = "links"
"""What a first record was put off for, once: its siblings' links."""

KEY = (
    deliveries.c.business == bindparam("b"),
    deliveries.c.packet_id == bindparam("i"),
    deliveries.c.destination == bindparam("d"),
)
ACTIVE_STATE = text(is_active("deliveries.state"))
PARKED = text(is_parked("deliveries.state"))
_LOCK_PACKET = (
    select(packets.c.id).where(packets.c.business == bindparam("b"), packets.c.id == bindparam("i")).with_for_update()
)
_UNDER_FENCE = (*KEY, deliveries.c.fence == bindparam("f"), deliveries.c.state == State.SENDING.value)
_HELD = select(deliveries.c.fence).where(*_UNDER_FENCE).with_for_update()
_WANTED = select(deliveries.c.wanted).where(*KEY)
_NEWS = select(deliveries.c.wanted, deliveries.c.priority, deliveries.c.urgent).where(*KEY)
_DELIVERED = deliveries.c.state == State.DELIVERED.value
_DOUBT = (
    update(deliveries)
    .where(*KEY)
    .values(
        look_again_at=bindparam("at"),
        doubted=bindparam("intent"),
        due_at=case((_DELIVERED, bindparam("at")), else_=deliveries.c.due_at),
        state=case((_DELIVERED, State.PENDING.value), else_=deliveries.c.state),
    )
)
_SETTLE_DOUBT = (
    update(deliveries)
    .where(*KEY, deliveries.c.look_again_at == bindparam("at"))
    .values(look_again_at=None, doubted=None)
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
    shown: bool = False,
) -> None:
    """End the claim, which worked on ``revision``, to wait for a slot. LeaseLost when it was lost.

    ``shown``: what was urgent about the revision is shown and told. Where a more urgent revision has come meanwhile,
    the delivery is due at once instead; as a first record only what is critical is.
    """
    key = {"b": claim.business, "i": claim.packet_id, "d": claim.destination}
    wanted, own, urgent = tx.execute(_NEWS, key).one()
    waiting: dict[str, Any] = {"due_at": since, "priority": priority, "queue": queue}
    if wanted > revision and priority > 0 and (own == 0 or (urgent and priority == PRIORITIES[-1])):
        waiting = {"due_at": now, "priority": 0, "queue": None}
    elif shown:
        waiting["urgent"] = False
    give_back(tx, claim, now=now, state=state, told=told, reason=None, **waiting)


def wanted_now(tx: Transaction, claim: Claim) -> int:
    """The revision that this delivery is to reach, as of now."""
    return int(tx.execute(_WANTED, {"b": claim.business, "i": claim.packet_id, "d": claim.destination}).scalar_one())


def doubt(tx: Transaction, claim: Claim, intent: str, *, at: float) -> None:
    """Have what was sent looked for at ``at``; not under the fence, which was lost. Only the last such word counts."""
    key = {"b": claim.business, "i": claim.packet_id, "d": claim.destination}
    tx.execute(_DOUBT, key | {"at": at, "intent": intent})


def settle_doubt(tx: Transaction, claim: Claim) -> None:
    """What was to be looked for was looked for, unless something else is by now."""
    key = {"b": claim.business, "i": claim.packet_id, "d": claim.destination}
    tx.execute(_SETTLE_DOUBT, key | {"at": claim.look_again_at})


def wake(tx: Transaction, business: str, packet_id: str, names: Iterable[str], *, now: float) -> None:
    """Make delivered siblings due again, and pending ones that wait for links, or with a record for a slot, due now."""
    for name in names:
        tx.execute(_WAKE, {"b": business, "i": packet_id, "d": name, "now": now})


def wait_for_links(tx: Transaction, business: str, destination: str, *, now: float, until: float) -> None:
    """Put off, once, first records that are due while their sibling of lower rank in ``destination`` is to get a link.

    Each is woken as soon as the link is there; critical ones wait for nothing.
    """
    tx.execute(_WAIT_FOR_LINKS, {"b": business, "d": destination, "now": now, "until": until})


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
