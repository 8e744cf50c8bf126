"""A slot for one request of a delivery: now, at a time that is worth waiting for, or later.

The bucket of the account in the ledger says when a call may start (``ledger/accounts.py``), the process's line when it
is worth asking again (``line.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from handoff_core.connector import Operation, Payload
from handoff_core.delivery.abilities import prepares
from handoff_core.ledger import accounts, deliveries
from handoff_core.ledger.names import State
from handoff_core.ledger.transaction import Transaction

if TYPE_CHECKING:
    from handoff_core.delivery.job import Job

AT_ONCE = 0.005
"""Seconds: a slot this near is now."""
LATEST = 0.5
"""Seconds after its slot at which a call may still start. Calls that are later are given another slot: all at once
they would be too many for the vendor."""


def take_slot(job: Job, tx: Transaction, operation: Operation, payload: Payload, *, times: int = 1) -> float | None:
    """Seconds to wait in place for a slot that is ours; None when the delivery was given back until its time.

    What a look-up or an upload of this claim gave is in memory only, and giving the delivery back would throw it away.
    So its slots are reserved with those of what follows, and where that was not enough a near one is waited for.
    ``times``: that an operation is done so often in a row is in memory only too.
    """
    now = job.ledger.now()
    costs = job.destination.connector.cost(operation, payload)
    if costs and all(job.in_hand[name] >= count * times for name, count in costs.items()):
        job.in_hand.subtract(costs)
        return 0.0
    costs = {name: count * times for name, count in _until_made(job, operation, payload).items()}
    line = job.destination.line
    ours = job.slot == f"{operation}:{payload.kind}"
    if ours:
        job.slot = None
        if now - job.claim.due_at <= LATEST:
            _keep_rest(job, operation, payload, costs)
            return 0.0
    own = _own_priority(job)
    # First records and what is urgent do not go to the end of the updates' queue, only behind each other; and one
    # that has begun is finished before another begins, or all would get their first record at the very end.
    late = job.slot == deliveries.QUEUE
    begun = job.holding or ours or (own < 2 and bool(job.refs()))
    slot = accounts.reserve(
        tx,
        job.destination.account,
        costs,
        job.destination.limits,
        share=job.destination.destination.settings.rate,
        now=now,
        critical=own == 0,
        queued=late or own < 2,
        after=line.end(costs, own, late=late),
        behind=0.0 if begun else line.spoken_for(costs, own),
        horizon=job.lease / 2 if begun else accounts.BOOKING_HORIZON,
        whole=_still_needed(job, costs, own),
    )
    if not slot.booked and (late or own < 2):
        line.join(slot.steps, own, slot.at, now, late=late)
    step = max(slot.steps.values(), default=0.0)
    if slot.booked:
        line.leave(job.claim.packet_id)
        line.free_from(costs, slot.at + step, step)
    else:
        line.wait(job.claim.packet_id, costs, own)
        line.free_from(costs, slot.free, step)
    wait = slot.at - now
    if slot.booked and (wait <= AT_ONCE or (job.holding and wait <= accounts.BOOKING_HORIZON)):
        _keep_rest(job, operation, payload, costs)
        return 0.0 if wait <= AT_ONCE else wait
    deliveries.give_back(
        tx,
        job.claim,
        now=now,
        state=State.UNKNOWN if job.claim.was == State.UNKNOWN else State.PENDING,
        due_at=slot.at,
        told=job.told,
        booked=f"{operation}:{payload.kind}" if slot.booked else deliveries.QUEUE,
        priority=deliveries.BOOKED if slot.booked else own,
    )
    return None


def _until_made(job: Job, operation: Operation, payload: Payload) -> Mapping[str, int]:
    """Calls of an operation, and of those that follow it at once until the record is made: what a look-up or an upload
    gave is in memory only, and nobody should have to wait for a slot with it."""
    connector = job.destination.connector
    row = job.record_of(payload)
    fresh = row.remote_id is None and row.operation is None
    follow: tuple[Operation, ...] = ()
    if operation == "prepare" or (operation == "find" and fresh):
        follow = ("prepare", "create") if operation == "find" and prepares(connector) else ("create",)
    whole = Counter(connector.cost(operation, payload))
    for one in follow:
        whole.update(connector.cost(one, payload))
    return whole


def _keep_rest(job: Job, operation: Operation, payload: Payload, reserved: Mapping[str, int]) -> None:
    job.in_hand = Counter(reserved)
    job.in_hand.subtract(job.destination.connector.cost(operation, payload))


def _still_needed(job: Job, costs: Mapping[str, int], own: int) -> Mapping[str, int]:
    """Calls by class that this delivery will take in a row, as far as its place in the queue is concerned: up to
    its first address, or all of its updates."""
    connector = job.destination.connector
    makes: tuple[Operation, ...] = ("prepare", "create") if prepares(connector) else ("create",)
    whole: Counter[str] = Counter()
    for payload in job.plan:
        row = job.records.get(payload.kind)
        if row is not None and row.remote_id is not None:
            if own == 2 and not payload.once and row.digest != payload.digest:
                whole.update(connector.cost("update", payload))
            continue
        looked_up = payload.look_up_first or job.claim.look_first
        for operation in ("find", *makes) if looked_up else makes:
            whole.update(connector.cost(operation, payload))
        if own < 2 and not payload.look_up_first:
            break
    return {name: max(count, whole[name]) for name, count in costs.items()}


def _own_priority(job: Job) -> int:
    if job.claim.priority != deliveries.BOOKED:
        return job.claim.priority
    return 0 if job.claim.urgent else 1 if job.url is None else 2
