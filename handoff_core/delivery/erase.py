"""Carrying an erasure out: every record of a delivery is erased at its vendor, under the delivery's own lease.

It is a delivery like any other: claimed, with a slot of the account's rate for each record, tried again while its
vendor is down, parked with its account, dead when a person has to look. Erasing is safe to repeat, so that no intent
is needed. What a request that was on its way when the erasure came may have made is looked for by its key once it must
show, and erased too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from handoff_core.connector import Payload, Write
from handoff_core.delivery.abilities import erases
from handoff_core.delivery.job import Job
from handoff_core.delivery.payload_text import payload_from_text
from handoff_core.delivery.upsert import Unresolved, found_under
from handoff_core.errors import Gone, Refused
from handoff_core.ledger import deliveries, erasures
from handoff_core.ledger.names import KEPT, State
from handoff_core.ledger.rows import RecordRow
from handoff_core.ledger.transaction import Transaction


def erase_records(job: Job) -> None:
    """Erase every record that is still to be erased; each row then says what stays. Raises the DeliveryError family.

    What hangs on a record goes before it. What one record's vendor refuses keeps the others from nothing.
    """
    refused: list[str] = []
    waits: list[float] = []
    held: set[str] = set()
    for row in _children_first(job.records.values()):
        if row.state == State.ERASED or row.state == KEPT:
            continue
        if row.kind in held:
            held.update(row.parents)
            continue
        certain = 0.0 if row.intent is None else (row.sent_at or 0.0) + job.destination.certainty
        if job.ledger.now() < certain:
            waits.append(certain)
            held.update(row.parents)
            continue
        try:
            _erase(job, row)
        except Refused as error:
            refused.append(str(error))
            job.save(
                replace(job.records[row.kind], reason=str(error)), what="erase", outcome="refused", text=str(error)
            )
    if waits:
        raise Unresolved(min(waits))
    if refused:
        raise Refused("; ".join(dict.fromkeys(refused)))


def still_open(tx: Transaction, job: Job) -> float | None:
    """When something is to be erased that another worker has owned up to meanwhile; None when there is nothing."""
    rows = deliveries.load_records(tx, job.claim.business, job.claim.packet_id, job.claim.destination).values()
    times = [
        (row.sent_at or 0.0) + job.destination.certainty for row in rows if row.state not in (State.ERASED.value, KEPT)
    ]
    return min(times, default=None)


def forget_memory(tx: Transaction, job: Job) -> None:
    """Let the account's memory keep nothing about the delivery's records."""
    rows = [*job.work.records.values(), *job.records.values()]
    names = [name for row in rows for name in (row.remote_id, row.previous_id, row.key) if name]
    erasures.forget_memory(tx, job.destination.account, names)


def _erase(job: Job, row: RecordRow) -> None:
    connector = job.destination.connector
    if not erases(connector):
        title = job.destination.destination.connector_class.title
        raise Refused(
            f"{title}: Handoff cannot erase records there; delete {row.url or row.remote_id or row.key} by hand, "
            f"then run: handoff dead drop {job.claim.packet_id}"
        )
    payload = payload_from_text(row.intent) if row.intent else Payload(row.kind, row.key, {}, needs=row.parents)
    ids = [one for one in (row.remote_id, row.previous_id) if one is not None]
    left: dict[str, None] = {}
    if shared := _shared_since(job, row):
        ids, left = [], {shared: None}
    if row.intent is not None and row.remote_id is None:
        ids += [found.id for found in found_under(job, payload, row)]
        unfound = connector.erasure(row.kind).unfound
        if not ids and unfound:
            left[unfound] = None
    ids = list(dict.fromkeys(ids))
    for before, remote_id in enumerate(ids):
        # The next claim begins with the first again: with a slot for one at a time it would never come to the last.
        job.allow("erase", payload, times=len(ids) - before)
        write = Write(payload, refs=job.refs(), remote_id=remote_id, seen=row.seen or {})
        try:
            left.update(dict.fromkeys(connector.erase(write).left))
        except Gone:
            continue  # a person was faster
        job.at("after_erase")
    done = RecordRow(
        kind=row.kind,
        key=row.key,
        generation=row.generation,
        state=State.ERASED.value,
        remote_id=row.remote_id if left else None,
        url=row.url if left else None,
        revision=row.revision,
        parents=row.parents,
        written_at=row.written_at,
        reason=" ".join(left) or None,
    )
    job.save(done, what="erase", outcome="erased" if ids else "absent", text=done.reason)


def _shared_since(job: Job, row: RecordRow) -> str | None:
    """In words, when a case that came after the erasure has the same record by now: a contact that people own."""
    claim = job.claim
    with job.ledger.read() as tx:
        others = erasures.sharing(tx, claim.business, claim.packet_id, claim.destination, row, ())
    return f"It stays as it is: {', '.join(others)} of the same customer has it now." if others else None


def _children_first(rows: Iterable[RecordRow]) -> list[RecordRow]:
    by_kind = {row.kind: row for row in rows}

    def depth(row: RecordRow, above: frozenset[str] = frozenset()) -> int:
        parents = [by_kind[one] for one in row.parents if one in by_kind and one not in above]
        return 1 + max((depth(one, above | {row.kind}) for one in parents), default=0)

    return sorted(by_kind.values(), key=lambda row: (-depth(row), row.kind))
