"""A slot for one request of a delivery: now, at a time that is worth waiting for, or later.

The bucket of the account in the ledger says when a call may start (``ledger/accounts.py``); who finds no slot waits in
the queue of the calls that it needs (``queue.py``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from handoff_core.connector import Operation, Payload
from handoff_core.delivery.abilities import prepares
from handoff_core.ledger import accounts, claims
from handoff_core.ledger.accounts import AT_ONCE
from handoff_core.ledger.names import PRIORITIES
from handoff_core.ledger.transaction import Transaction

if TYPE_CHECKING:
    from handoff_core.delivery.job import Job

WORTH_WAITING = 2.0
"""Seconds for which a delivery that holds something in memory only waits in place for a slot."""
WORTH_MORE = 30.0
"""The same for what follows a look-up and nothing else: given back, it would be looked up for ever."""
_AFTER_LOOK_UP = frozenset({"retire", "erase"})


class NoSlot(Exception):
    """The limits leave no slot before ``at``: the delivery waits in ``queue``. Nothing failed.

    ``since``: its place there, the time from which it has been due. Times are epoch seconds. ``shown``: a change of
    urgency or owner is wholly shown and told; only what it does not hurry is still missing.
    """

    shown = False

    def __init__(self, queue: str, priority: int, since: float, at: float) -> None:
        self.at = at
        self.queue = queue
        self.priority = priority
        self.since = since
        super().__init__(queue)


def take_slot(job: Job, tx: Transaction, operation: Operation, payload: Payload, *, times: int = 1) -> float | NoSlot:
    """Seconds to wait in place for a slot that is ours, or where to wait for one.

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
    priority, since = place_of(job, payload, now)
    queue = claims.queue_of(name for name, count in costs.items() if count)
    critical = priority == 0
    short = [at for name in costs if (at := job.short.get((name, critical))) is not None]
    if short:
        # What comes later in the plan does not go before what found none.
        return NoSlot(queue, priority, since, max(short))
    patience = WORTH_MORE if operation in _AFTER_LOOK_UP else WORTH_WAITING
    slot = accounts.reserve(
        tx,
        job.destination.account,
        costs,
        job.destination.limits,
        share=job.destination.destination.settings.rate,
        now=now,
        critical=critical,
        ahead=patience if job.holding else AT_ONCE,
    )
    if not slot.taken:
        # What is critical may use more of a limit: where it finds none, nothing else does.
        job.short |= {(name, which): slot.at for name in slot.short for which in {critical, False}}
        return NoSlot(queue, priority, since, slot.at)
    job.in_hand = Counter(costs)
    job.in_hand.subtract(job.destination.connector.cost(operation, payload))
    wait = slot.at - now
    return 0.0 if wait <= AT_ONCE else wait


def place_of(job: Job, payload: Payload | None, now: float) -> tuple[int, float]:
    """The delivery's place among those that wait for a slot: its priority, and from when it counts that it waits.

    First records come in the order in which their packets came, in each system the same, so that their links are soon
    all there. What follows a first record is as urgent as an update and waits anew, or all that came before would have
    every record before others have their first. What has begun keeps its place, and so is finished before another
    begins. A change of urgency or owner hurries what shows it (``job.hurried``), not what else is still to be made.
    Without ``payload`` it is the place of the delivery as a whole.
    """
    was = job.claim.priority
    if job.url is None:
        return was, min(now, job.claim.due_at, job.work.received_at)
    hurries = job.hurries(payload) if payload is not None else job.claim.urgent and not job.shows_change()
    priority = PRIORITIES[0] if hurries else PRIORITIES[-1]
    return priority, now if priority > was else min(now, job.claim.due_at)


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
