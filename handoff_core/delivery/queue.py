"""Whose turn it is: of what is due in an account, and of what waits there for a slot that is free by now.

The order is the ledger's: the most urgent first, then who has been due the longest. So it holds for all workers of an
account and after every restart, and no slot that somebody waits for is left unused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from handoff_core.delivery.destination import OpenDestination
from handoff_core.ledger import accounts, claims
from handoff_core.ledger.accounts import AT_ONCE, Bucket
from handoff_core.ledger.claims import Candidate
from handoff_core.ledger.names import PRIORITIES
from handoff_core.ledger.transaction import Transaction


def next_turn(
    tx: Transaction, destinations: Collection[OpenDestination], *, now: float
) -> tuple[OpenDestination, Candidate] | None:
    """The delivery to claim next; None when none can go on now.

    Of the same priority, who waits for a slot that is free goes before who only is due: nobody knows yet what calls
    that one needs, and the slot would be lost.
    """
    free = ((one, first) for at, one, first in _turns(tx, destinations, now) if at <= now + AT_ONCE)
    best = next(free, None)
    before = len(PRIORITIES) if best is None else best[1].priority
    for one in destinations:
        due = claims.first_due(tx, one.business, one.name, now=now, before=before)
        if due is not None and (best is None or _place(due) < _place(best[1])):
            best = one, due
    return best


def next_slot(tx: Transaction, destinations: Collection[OpenDestination], *, now: float) -> float | None:
    """When there is a slot for somebody who waits for one; None = nobody does."""
    return min((at for at, *_ in _turns(tx, destinations, now)), default=None)


def _turns(
    tx: Transaction, destinations: Collection[OpenDestination], now: float
) -> Iterator[tuple[float, OpenDestination, Candidate]]:
    """The first of each queue and when the limits leave a slot for it, in the order of their places.

    Left out is who could go now, but would take a call that somebody before him waits for with others, and will have
    them sooner than there is another: whoever needs several classes of call would never find all of them at once.
    """
    found: Mapping[str, Bucket] = {}
    waiting = []
    for one in destinations:
        for first in claims.first_of_queues(tx, one.business, one.name):
            found = found or accounts.buckets_of(tx, one.account)
            waiting.append((_place(first), one, first))
    wanted: dict[str, float] = {}
    for _, one, first in sorted(waiting, key=lambda each: each[0]):
        share = one.destination.settings.rate
        classes = claims.classes_of(first.queue or "[]")
        critical = first.priority == 0
        at = accounts.free_at(found, classes, one.limits, share=share, now=now, critical=critical)
        if at > now + AT_ONCE:
            wanted |= {name: min(at, wanted.get(name, at)) for name in classes}
        elif any(wanted[name] < now + found[name].gap(share) for name in classes if name in wanted and name in found):
            continue
        yield at, one, first


def _place(one: Candidate) -> tuple[int, bool, float]:
    return one.priority, one.queue is None, one.due_at
