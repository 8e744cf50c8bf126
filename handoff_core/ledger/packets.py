"""Writing a revision: the packet, its body and one delivery per destination, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from handoff_core.ledger.names import State
from handoff_core.ledger.rows import Body, CustomerRow, NewRevision, StoredPacket, WantedDelivery
from handoff_core.ledger.tables import IS_OPEN, deliveries, destinations, packets, records, revisions
from handoff_core.ledger.transaction import Transaction
from handoff_core.packet.enums import UrgencyLevel

_B: BindParameter[str] = bindparam("business")
_ID: BindParameter[str] = bindparam("packet_id")

_FIND = select(
    packets.c.id,
    packets.c.revision,
    packets.c.digest,
    packets.c.lane,
    packets.c.urgency,
    packets.c.held,
    packets.c.released,
    packets.c.closed,
    packets.c.route,
    packets.c.findings,
    packets.c.received_at,
    packets.c.erased_at,
).where(packets.c.business == _B, packets.c.id_folded == bindparam("folded"))
_BODY = select(revisions.c.body, revisions.c.earlier, revisions.c.offered).where(
    revisions.c.business == _B, revisions.c.packet_id == _ID, revisions.c.revision == bindparam("revision")
)
_APPROVAL = select(revisions.c.approval).where(
    revisions.c.business == _B, revisions.c.packet_id == _ID, revisions.c.revision == bindparam("revision")
)
_BESIDE = (
    select(revisions.c.earlier, revisions.c.offered)
    .where(revisions.c.business == _B, revisions.c.packet_id == _ID)
    .order_by(revisions.c.revision.desc())
    .limit(1)
)
_ACCEPT_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:k, 0))")
_INSERT_PACKET = insert(packets)
_CHANGED = ("revision", "digest", "lane", "summary", "urgency", "next_due", "closed", "held", "released", "route")
_UPDATE_PACKET = (
    update(packets)
    .where(packets.c.business == bindparam("b"), packets.c.id == bindparam("i"))
    .values({name: bindparam(name) for name in (*_CHANGED, "findings", "updated_at")})
)
_UPDATE_CONTENT = _UPDATE_PACKET.values(
    {name: bindparam(name) for name in ("customer_account", "customer_email", "customer_phone", "open_matters")}
    | {"answered_at": func.coalesce(packets.c.answered_at, bindparam("answered"))}
)
"""The same of a revision that says something new, and so may be of another customer."""
_ANSWERED = (
    update(packets)
    .where(packets.c.business == bindparam("b"), packets.c.id == bindparam("i"), packets.c.answered_at.is_(None))
    .values(answered_at=bindparam("at"))
)
_INSERT_REVISION = insert(revisions)
_FORGET_BODIES = (
    update(revisions)
    .where(
        revisions.c.business == bindparam("b"),
        revisions.c.packet_id == bindparam("i"),
        revisions.c.revision < bindparam("r"),
        revisions.c.body.is_not(None),
        ~exists().where(
            deliveries.c.business == revisions.c.business,
            deliveries.c.packet_id == revisions.c.packet_id,
            or_(deliveries.c.told == revisions.c.revision, deliveries.c.state == State.SENDING.value),
        ),
        # An open intent that turns out to have been carried out has told its revision.
        ~exists().where(
            records.c.business == revisions.c.business,
            records.c.packet_id == revisions.c.packet_id,
            records.c.intent_revision == revisions.c.revision,
        ),
    )
    .values(body=None, approval=None, earlier=None, offered=None)
)


def _in_state(*states: State) -> ColumnElement[bool]:
    """Written out: IN with a list cannot be compiled once for all parameters."""
    return or_(*(deliveries.c.state == state.value for state in states))


_NEXT_UPDATE = case(
    (deliveries.c.next_update_at > bindparam("now"), deliveries.c.next_update_at), else_=bindparam("now")
)
"""When a record may be written again."""
_WAITS = _in_state(State.PENDING, State.UNKNOWN)
_WAKE = (
    update(deliveries)
    .where(deliveries.c.business == bindparam("b"), deliveries.c.packet_id == bindparam("i"))
    .values(
        wanted=bindparam("wanted"),
        urgent=or_(deliveries.c.urgent, bindparam("hurry")),
        priority=case(
            (deliveries.c.url.is_(None), bindparam("first_priority")),
            (deliveries.c.urgent, 0),
            else_=bindparam("update_priority"),
        ),
        state=case((_in_state(State.DELIVERED, State.DEAD), State.PENDING.value), else_=deliveries.c.state),
        due_at=case(
            # A worker's lease is its due time, and an unknown outcome is resolved at its own time.
            (_in_state(State.SENDING, State.UNKNOWN, State.PARKED, State.RETRYING), deliveries.c.due_at),
            (and_(bindparam("hurry"), deliveries.c.url.is_not(None)), bindparam("now")),
            # Its place among those that wait for their first record stays its own.
            (
                bindparam("hurry"),
                case((deliveries.c.due_at > bindparam("now"), bindparam("now")), else_=deliveries.c.due_at),
            ),
            (_in_state(State.DELIVERED, State.DEAD), _NEXT_UPDATE),
            # All is written, and it waits only to confirm an update whose answer was lost: news need not wait for that.
            (and_(deliveries.c.done >= deliveries.c.wanted, deliveries.c.due_at > _NEXT_UPDATE), _NEXT_UPDATE),
            else_=deliveries.c.due_at,
        ),
        attempts=case((deliveries.c.state == State.UNKNOWN.value, deliveries.c.attempts), else_=0),
        first_attempt_at=None,
        reason=case((deliveries.c.state == State.DEAD.value, None), else_=deliveries.c.reason),
        put_off=case((and_(_WAITS, not_(bindparam("hurry"))), deliveries.c.put_off), else_=None),
        # What waits for a slot keeps its place: the newest content goes out where the older one would have.
        queue=case((not_(bindparam("hurry")), deliveries.c.queue), else_=None),
        updated_at=bindparam("now"),
    )
)
_DESTINATIONS = select(deliveries.c.destination).where(deliveries.c.business == _B, deliveries.c.packet_id == _ID)
_INSERT_DELIVERY = insert(deliveries)
_COUNT_HELD = select(func.count()).select_from(packets).where(packets.c.business == _B, packets.c.held, IS_OPEN)
_SEEN_DESTINATIONS = select(destinations.c.name, destinations.c.first_seen).where(destinations.c.business == _B)


def find_packet(tx: Transaction, business: str, packet_id: str) -> StoredPacket | None:
    """The packet whose id is this one, or differs from it only in case."""
    if tx.dialect == "postgresql":
        # Two processes that accept revisions of one packet at once would both judge by the same older one. One lock
        # a business, not a packet: two inbox files that name the same packets in another order cannot deadlock.
        tx.execute(_ACCEPT_ALONE, {"k": f"handoff.accept:{business}"})
    row = tx.execute(_FIND, {"business": business, "folded": packet_id.lower()}).first()
    return None if row is None else StoredPacket(*row)


def body_of(tx: Transaction, business: str, packet_id: str, revision: int) -> str | None:
    """The packet's JSON of one revision; None when it is no longer kept."""
    return content_of(tx, business, packet_id, revision).body


def content_of(tx: Transaction, business: str, packet_id: str, revision: int) -> Body:
    """The packet's JSON of one revision with what stands beside it; empty when it is no longer kept."""
    row = tx.execute(_BODY, {"business": business, "packet_id": packet_id, "revision": revision}).first()
    return Body(None) if row is None else Body(*row)


def approval_of(tx: Transaction, business: str, packet_id: str, revision: int) -> str | None:
    """What is known of the approval of one revision's draft, as JSON; None where nothing is to be approved."""
    value = tx.execute(_APPROVAL, {"business": business, "packet_id": packet_id, "revision": revision}).scalar()
    return None if value is None else str(value)


def add_revision(
    tx: Transaction,
    business: str,
    new: NewRevision,
    wanted: Sequence[WantedDelivery],
    *,
    hurry: bool,
    known: bool,
    now: float,
) -> None:
    """Write one revision that was judged newer, and make every destination want it.

    ``known``: the packet is in the ledger already. ``hurry``: urgency or owner changed, so that no destination
    waits for its update interval. Destinations are added, never taken away.
    """
    shared = {
        "revision": new.revision,
        "digest": new.digest,
        "lane": new.lane,
        "summary": new.summary,
        "urgency": new.urgency,
        "next_due": new.next_due,
        "closed": new.closed,
        "held": new.held,
        "released": new.released,
        "route": new.route,
        "findings": new.findings,
        "updated_at": now,
    }
    present: set[str] = set()
    earlier, offered = new.earlier, new.offered
    customer = {} if new.customer is None else _customer(new.customer)
    if known:
        key = {"b": business, "i": new.packet_id}
        if new.customer is None:
            tx.execute(_UPDATE_PACKET, shared | key)
            earlier, offered = tx.execute(_BESIDE, {"business": business, "packet_id": new.packet_id}).one()
        else:
            tx.execute(_UPDATE_CONTENT, shared | customer | key | {"answered": now if new.answered else None})
        present = set(tx.execute(_DESTINATIONS, {"business": business, "packet_id": new.packet_id}).scalars())
        tx.execute(
            _WAKE,
            {
                "b": business,
                "i": new.packet_id,
                "wanted": new.revision,
                "hurry": hurry,
                "first_priority": first_priority(new.urgency),
                "update_priority": 0 if hurry else 2,
                "now": now,
            },
        )
    else:
        tx.execute(
            _INSERT_PACKET,
            shared
            | customer
            | {"business": business, "id": new.packet_id, "id_folded": new.packet_id.lower(), "received_at": now},
        )
    tx.execute(
        _INSERT_REVISION,
        {
            "business": business,
            "packet_id": new.packet_id,
            "revision": new.revision,
            "digest": new.digest,
            "owner_id": new.owner_id,
            "received_at": now,
            "body": new.body,
            "approval": new.approval,
            "earlier": earlier,
            "offered": offered,
        },
    )
    if known:
        tx.execute(_FORGET_BODIES, {"b": business, "i": new.packet_id, "r": new.revision})
    fresh = [_delivery(business, new, delivery, now) for delivery in wanted if delivery.destination not in present]
    if fresh:
        tx.execute(_INSERT_DELIVERY, fresh)


def first_priority(urgency: str) -> int:
    """The priority of a packet's first records, whoever's word its newest revision is."""
    return 0 if urgency == UrgencyLevel.CRITICAL.value else 1


def new_destinations(
    tx: Transaction, business: str, names: Iterable[str], *, now: float, received_at: float | None = None
) -> frozenset[str]:
    """Those of ``names`` under which this packet's records are looked for before they are made.

    They are new to a ledger that has packets already, or have come into it after the packet (``received_at``; None =
    it comes now): the destination may have been renamed, or the ledger restored.
    """
    seen: dict[str, float] = dict(tx.execute(_SEEN_DESTINATIONS, {"business": business}).all())
    later = {name for name in names if received_at is not None and seen.get(name, now) > received_at}
    fresh = [name for name in names if name not in seen]
    if not fresh:
        return frozenset(later)
    history = tx.execute(select(literal(1)).where(exists().where(packets.c.business == business)).limit(1)).first()
    upsert = (sqlite if tx.dialect == "sqlite" else postgresql).insert(destinations).on_conflict_do_nothing()
    tx.execute(upsert, [{"business": business, "name": name, "first_seen": now} for name in fresh])
    return frozenset(later).union(fresh if history else ())


def count_held(tx: Transaction, business: str) -> int:
    """How many open packets are held."""
    return int(tx.execute(_COUNT_HELD, {"business": business}).scalar_one())


def was_answered(tx: Transaction, business: str, packet_id: str, *, at: float) -> None:
    """A person is at work on it, the first sign of it counts: from these times the wait of later customers is told."""
    tx.execute(_ANSWERED, {"b": business, "i": packet_id, "at": at})


def _customer(row: CustomerRow) -> dict[str, object]:
    return {
        "customer_account": row.account,
        "customer_email": row.email,
        "customer_phone": row.phone,
        "open_matters": row.open_matters,
    }


def _delivery(business: str, new: NewRevision, wanted: WantedDelivery, now: float) -> dict[str, object]:
    return {
        "business": business,
        "packet_id": new.packet_id,
        "destination": wanted.destination,
        "state": State.PENDING.value,
        "priority": wanted.priority,
        "rank": wanted.rank,
        "due_at": now + wanted.wait,
        "wanted": new.revision,
        "done": 0,
        "told": 0,
        "fence": 0,
        "attempts": 0,
        "first_attempt_at": None,
        "look_first": wanted.look_first,
        "urgent": False,
        "put_off": None,
        "queue": None,
        "url": None,
        "links_seen": None,
        "next_update_at": 0.0,
        "reason": None,
        "updated_at": now,
    }
