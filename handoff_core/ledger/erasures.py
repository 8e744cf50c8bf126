"""Erasing a packet: in one transaction its words leave every table, and what is left says only that it was there.

What stays of it is its row in ``packets`` (id, lane, when it was erased: a late update is refused by it), who owned
which revision when, who was sent which fields when, and per record its key and, until it is erased at its vendor too,
its id there. A worker that is at one of its deliveries loses its lease by the same transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from handoff_core.ledger import customers
from handoff_core.ledger.deliveries import load_records
from handoff_core.ledger.names import ERASING, KEPT, SCRUB_DUE, State
from handoff_core.ledger.records import save_record_of
from handoff_core.ledger.rows import Claim, RecordRow
from handoff_core.ledger.tables import deliveries, draft_turns, drafts, memory, meta, packets, records, revisions, trail
from handoff_core.ledger.transaction import Transaction

PAGE = 200
"""Bodies read at once: one may have a megabyte."""

Records = Mapping[str, Sequence[RecordRow]]
"""The records of a packet by destination."""


def erased_at(tx: Transaction, business: str, packet_id: str) -> float | None:
    """When the packet was erased; None for any other."""
    at: float | None = tx.execute(
        select(packets.c.erased_at).where(packets.c.business == business, packets.c.id == packet_id)
    ).scalar()
    return at


def lock(tx: Transaction, business: str, packet_id: str) -> None:
    """On PostgreSQL: let no worker commit anything about the packet until this transaction ends."""
    if tx.dialect == "postgresql":
        tx.execute(
            select(packets.c.id).where(packets.c.business == business, packets.c.id == packet_id).with_for_update()
        )


def delivery_states(tx: Transaction, business: str, packet_id: str) -> dict[str, str]:
    """State by destination."""
    rows = tx.execute(
        select(deliveries.c.destination, deliveries.c.state)
        .where(deliveries.c.business == business, deliveries.c.packet_id == packet_id)
        .order_by(deliveries.c.destination)
    )
    return {str(destination): str(state) for destination, state in rows}


def records_of(tx: Transaction, business: str, packet_id: str) -> dict[str, tuple[RecordRow, ...]]:
    """The packet's records by destination; a destination without any is there too."""
    names = delivery_states(tx, business, packet_id)
    return {name: tuple(load_records(tx, business, packet_id, name).values()) for name in names}


def count_rows(tx: Transaction, business: str, packet_id: str) -> dict[str, int]:
    """How much of the packet's words the ledger holds, by what it is: a noun in the singular."""
    mine = records.c.packet_id == packet_id
    counts = {
        "revision": _count(tx, revisions, revisions.c.packet_id == packet_id, business, revisions.c.body.is_not(None)),
        "trail text": _count(tx, trail, trail.c.packet_id == packet_id, business, trail.c.text.is_not(None)),
        "record note": _count(tx, records, mine, business, records.c.seen.is_not(None)),
        "open request": _count(tx, records, mine, business, records.c.intent.is_not(None)),
        "draft": _count(tx, drafts, drafts.c.id == packet_id, business),
        "draft turn": _count(tx, draft_turns, draft_turns.c.draft_id == packet_id, business),
    }
    return {name: count for name, count in counts.items() if count}


def has_draft(tx: Transaction, business: str, packet_id: str) -> bool:
    """Whether there is a live draft of that id."""
    return bool(_count(tx, drafts, drafts.c.id == packet_id, business))


def sharing(
    tx: Transaction, business: str, packet_id: str, destination: str, row: RecordRow, going: Iterable[str]
) -> tuple[str, ...]:
    """Ids of other packets, none of them ``going`` too, that have the same record: a contact that people own."""
    if row.remote_id is None:
        return ()
    found = tx.execute(
        select(records.c.packet_id)
        .join(packets, (packets.c.business == records.c.business) & (packets.c.id == records.c.packet_id))
        .where(
            records.c.business == business,
            records.c.destination == destination,
            records.c.kind == row.kind,
            records.c.remote_id == row.remote_id,
            packets.c.erased_at.is_(None),
        )
    ).scalars()
    # Sorted here: asked for an order, SQLite takes the index that has it and looks through every record.
    return tuple(sorted(set(map(str, found)) - {packet_id, *going}))


def hand_over(tx: Transaction, business: str, packet_id: str, destination: str, row: RecordRow) -> None:
    """Let another packet that has the same record answer for what was written there."""
    there = load_records(tx, business, packet_id, destination).get(row.kind)
    if there is not None and row.seen:
        save_record_of(tx, business, packet_id, destination, replace(there, seen={**row.seen, **(there.seen or {})}))


def erase(
    tx: Transaction, business: str, packet_id: str, *, known: bool, lane: str, route: str, traces: Records, now: float
) -> None:
    """Take the packet's words out of every table. ``traces``: what stays of its records, by destination.

    A delivery with a record that is to be erased becomes due, to erase it; any other is at its end. ``known``: the
    packet is in the ledger; else there is a draft alone, and the row that refuses a late packet is made.
    """
    blank: dict[str, Any] = {
        "digest": "",
        "lane": lane,
        "summary": "",
        "urgency": "normal",
        "next_due": None,
        "closed": True,
        "held": False,
        "released": False,
        "route": route,
        "findings": "[]",
        "erased_at": now,
        "acknowledge_at": None,
        "updated_at": now,
        "customer_account": None,
        "customer_email": None,
        "customer_phone": None,
        "open_matters": None,
        "answered_at": None,
    }
    if known:
        tx.execute(update(packets).where(packets.c.business == business, packets.c.id == packet_id).values(blank))
    else:
        own = {"business": business, "id": packet_id, "id_folded": packet_id.lower()}
        tx.execute(packets.insert().values({**own, **blank, "revision": 0, "received_at": now}))
    want_scrub(tx)
    of_packet = revisions.c.packet_id == packet_id
    tx.execute(
        update(revisions)
        .where(revisions.c.business == business, of_packet)
        .values(body=None, approval=None, earlier=None, offered=None, digest="")
    )
    for other, revision, text in customers.telling_of(tx, business, packet_id):
        customers.tell(tx, business, other, revision, without_earlier(text, packet_id))
    tx.execute(update(trail).where(trail.c.business == business, trail.c.packet_id == packet_id).values(text=None))
    forget_draft(tx, business, packet_id)
    for destination in delivery_states(tx, business, packet_id):
        rows = traces.get(destination, ())
        tx.execute(
            delete(records).where(
                records.c.business == business,
                records.c.packet_id == packet_id,
                records.c.destination == destination,
                records.c.kind.not_in([row.kind for row in rows]),
            )
        )
        for row in rows:
            save_record_of(tx, business, packet_id, destination, row)
        open_ = any(row.state in (ERASING, State.UNKNOWN) for row in rows)
        _make_due(tx, business, packet_id, destination, state=State.PENDING if open_ else State.ERASED, now=now)


def without_earlier(text: str, packet_id: str) -> str | None:
    """What a revision tells of earlier packets, without one of them; None when nothing is left."""
    kept = [one for one in json.loads(text) if one["id"] != packet_id]
    return json.dumps(kept, ensure_ascii=False) if kept else None


def want_scrub(tx: Transaction) -> None:
    """Have the database's files rid of what was erased, also when this process dies before it has done so."""
    upsert = (sqlite if tx.dialect == "sqlite" else postgresql).insert(meta)
    tx.execute(upsert.values(name=SCRUB_DUE, value="1").on_conflict_do_nothing())


def wants_scrub(tx: Transaction) -> bool:
    """Whether that is still to be done."""
    return tx.execute(select(meta.c.name).where(meta.c.name == SCRUB_DUE)).first() is not None


def was_scrubbed(tx: Transaction) -> None:
    """It is done."""
    tx.execute(delete(meta).where(meta.c.name == SCRUB_DUE))


def erase_remotely(tx: Transaction, business: str, packet_id: str, destination: str, *, now: float) -> int:
    """Have the records erased that retention had left at their vendor; gives how many."""
    changed = tx.execute(
        update(records)
        .where(
            records.c.business == business,
            records.c.packet_id == packet_id,
            records.c.destination == destination,
            records.c.state == KEPT,
        )
        .values(state=ERASING)
    ).rowcount
    if changed:
        _make_due(tx, business, packet_id, destination, state=State.PENDING, now=now)
    return int(changed)


def reopen(tx: Transaction, claim: Claim, row: RecordRow, *, at: float) -> None:
    """Have a record erased that a worker without a lease may have written after all; so this is not under the fence."""
    there = load_records(tx, claim.business, claim.packet_id, claim.destination).get(row.kind)
    if there is not None:
        other = row.remote_id if row.remote_id not in (None, there.remote_id) else there.previous_id
        row = replace(row, remote_id=there.remote_id or row.remote_id, previous_id=other)
    save_record_of(tx, claim.business, claim.packet_id, claim.destination, row)
    tx.execute(
        update(deliveries)
        .where(
            deliveries.c.business == claim.business,
            deliveries.c.packet_id == claim.packet_id,
            deliveries.c.destination == claim.destination,
            deliveries.c.state == State.ERASED.value,
        )
        .values(state=State.PENDING.value, due_at=at)
    )


def forget_memory(tx: Transaction, account: str, names: Iterable[str]) -> None:
    """Forget what a connector remembers about these records: remote ids and keys, by which such names end."""
    for name in dict.fromkeys(names):
        ends = [memory.c.name.endswith(f"{sign}{name}", autoescape=True) for sign in (":", "/")]
        tx.execute(delete(memory).where(memory.c.account == account, or_(*ends)))


def forget_draft(tx: Transaction, business: str, draft_id: str) -> None:
    """Remove a live draft and its turns."""
    want_scrub(tx)
    tx.execute(delete(draft_turns).where(draft_turns.c.business == business, draft_turns.c.draft_id == draft_id))
    tx.execute(delete(drafts).where(drafts.c.business == business, drafts.c.id == draft_id))


def bodies(tx: Transaction, business: str) -> Iterator[tuple[str, str]]:
    """Every body that is kept, of packets and of drafts, with its packet's id: page by page."""
    last: tuple[str, int] = ("", 0)
    while True:
        after = or_(
            revisions.c.packet_id > last[0],
            (revisions.c.packet_id == last[0]) & (revisions.c.revision > last[1]),
        )
        page = tx.execute(
            select(revisions.c.packet_id, revisions.c.revision, revisions.c.body)
            .where(revisions.c.business == business, revisions.c.body.is_not(None), after)
            .order_by(revisions.c.packet_id, revisions.c.revision)
            .limit(PAGE)
        ).all()
        yield from ((str(packet_id), str(body)) for packet_id, _, body in page)
        if len(page) < PAGE:
            break
        last = (page[-1][0], page[-1][1])
    yield from (
        (str(draft_id), str(body))
        for draft_id, body in tx.execute(select(drafts.c.id, drafts.c.body).where(drafts.c.business == business))
    )


def closed_before(
    tx: Transaction, business: str, before: float, packet_id: str | None = None, *, holding: str = ""
) -> tuple[tuple[str, bool], ...]:
    """Closed packets that were last changed before, the oldest first (or that one); and whether each may go.

    ``holding``: only those of which a kept body holds this text.

    One that a person still has to look at, or that is not wholly delivered, may not.
    """
    open_ = exists().where(
        deliveries.c.business == packets.c.business,
        deliveries.c.packet_id == packets.c.id,
        deliveries.c.state.not_in((State.DELIVERED.value, State.DROPPED.value, State.ERASED.value)),
    )
    rows = tx.execute(
        select(packets.c.id, open_)
        .where(
            packets.c.business == business,
            packets.c.closed,
            packets.c.erased_at.is_(None),
            packets.c.updated_at < before,
            *([] if packet_id is None else [packets.c.id == packet_id]),
            *([] if not holding else [_holds(holding)]),
        )
        .order_by(packets.c.updated_at)
    )
    return tuple((str(packet_id), not waits) for packet_id, waits in rows)


def _holds(text: str) -> ColumnElement[bool]:
    return exists().where(
        revisions.c.business == packets.c.business,
        revisions.c.packet_id == packets.c.id,
        revisions.c.body.contains(text, autoescape=True),
    )


def abandoned_drafts(tx: Transaction, business: str, before: float, draft_id: str | None = None) -> tuple[str, ...]:
    """Drafts that nobody has handed off, last changed before (or that one). Until the transaction ends, nobody
    changes that one.
    """
    asked = (
        select(drafts.c.id)
        .where(
            drafts.c.business == business,
            ~drafts.c.handed_off,
            drafts.c.updated_at < before,
            *([] if draft_id is None else [drafts.c.id == draft_id]),
        )
        .order_by(drafts.c.updated_at)
    )
    rows = tx.execute(asked if draft_id is None else asked.with_for_update()).scalars()
    return tuple(str(one) for one in rows)


def bodies_of(tx: Transaction, business: str, packet_id: str) -> dict[int, str]:
    """The packet's kept bodies by revision."""
    rows = tx.execute(
        select(revisions.c.revision, revisions.c.body).where(
            revisions.c.business == business, revisions.c.packet_id == packet_id, revisions.c.body.is_not(None)
        )
    )
    return {int(revision): str(body) for revision, body in rows}


def replace_body(tx: Transaction, business: str, packet_id: str, revision: int, body: str) -> None:
    """Keep another body of a revision. Its digest stays that of what was submitted, so that the same is known again."""
    want_scrub(tx)
    tx.execute(
        update(revisions)
        .where(revisions.c.business == business, revisions.c.packet_id == packet_id, revisions.c.revision == revision)
        .values(body=body)
    )


def erased_ids(tx: Transaction, business: str) -> frozenset[str]:
    """Ids of every packet that was erased."""
    # Not IS NOT NULL: with a bound it is plain to SQLite which index to take.
    rows = tx.execute(select(packets.c.id).where(packets.c.business == business, packets.c.erased_at >= 0))
    return frozenset(str(one) for one in rows.scalars())


def _make_due(tx: Transaction, business: str, packet_id: str, destination: str, *, state: State, now: float) -> None:
    """Whoever has the delivery has lost it."""
    tx.execute(
        update(deliveries)
        .where(
            deliveries.c.business == business,
            deliveries.c.packet_id == packet_id,
            deliveries.c.destination == destination,
        )
        .values(
            fence=deliveries.c.fence + 1,
            state=state.value,
            priority=1,
            due_at=now,
            attempts=0,
            first_attempt_at=None,
            look_first=False,
            look_again_at=None,
            doubted=None,
            urgent=False,
            put_off=None,
            queue=None,
            url=None,
            links_seen=None,
            reason=None,
            updated_at=now,
        )
    )


def _count(tx: Transaction, table: Any, mine: Any, business: str, *more: Any) -> int:
    asked = select(func.count()).select_from(table).where(table.c.business == business, mine, *more)
    return int(tx.execute(asked).scalar_one())
