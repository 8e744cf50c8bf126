"""Whose turn it is: of what is due in an account, and of what waits there for a slot that is free by now.

The order is the ledger's: the most urgent first, then who has been due the longest. So it holds for all workers of an
account and after every restart, and a slot is never left unused while somebody waits for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from handoff_core.delivery.destination import OpenDestination
from handoff_core.ledger import accounts, deliveries
from handoff_core.ledger.accounts import AT_ONCE
from handoff_core.ledger.deliveries import Candidate
from handoff_core.ledger.transaction import Transaction


def next_turn(
    tx: Transaction, destinations: Iterable[OpenDestination], *, now: float
) -> tuple[OpenDestination, Candidate] | None:
    """The delivery to claim next; None when none can go on now.

    Of the same priority, who waits for a slot that is free goes before who only is due: nobody knows yet what calls
    that one needs, and the slot would be lost.
    """
    best: tuple[OpenDestination, Candidate] | None = None
    for one in destinations:
        free = (waiting for waiting, at in _waiting(tx, one, now) if at <= now + AT_ONCE)
        found = min(free, key=_place, default=None)
        before = len(deliveries.PRIORITIES) if found is None else found.priority
        found = deliveries.first_due(tx, one.business, one.name, now=now, before=before) or found
        if found is not None and (best is None or _place(found) < _place(best[1])):
            best = one, found
    return best


def next_slot(tx: Transaction, destinations: Iterable[OpenDestination], *, now: float) -> float | None:
    """When there is a slot for somebody who waits for one; None = nobody does."""
    return min((at for one in destinations for _, at in _waiting(tx, one, now)), default=None)


def _waiting(tx: Transaction, one: OpenDestination, now: float) -> Iterator[tuple[Candidate, float]]:
    """The first of each queue, and when the limits leave a slot for it."""
    found = None
    for waiting in deliveries.first_of_queues(tx, one.business, one.name):
        if found is None:
            found = accounts.buckets_of(tx, one.account)
        at = accounts.free_at(
            found,
            deliveries.classes_of(waiting.queue or ""),
            one.limits,
            share=one.destination.settings.rate,
            now=now,
            critical=waiting.priority == 0,
        )
        yield waiting, at


def _place(one: Candidate) -> tuple[int, bool, float]:
    return one.priority, one.queue is None, one.due_at
