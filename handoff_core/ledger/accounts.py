"""What all deliveries of one vendor account share: rate buckets, a stop, a breaker, a small memory.

A bucket spaces calls evenly: ``next_at`` is when the next call may start. A delivery whose slot is near books it
and comes back at that time; one whose slot is far joins the queue's tail and books when its turn is near, so that
something more urgent can still go first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Executable, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from handoff_core.connector import Limit, Observed
from handoff_core.ledger.tables import accounts, buckets, memory
from handoff_core.ledger.transaction import Transaction

BOOKING_HORIZON = 2.0
"""Seconds ahead for which a slot may be booked."""

_SELECT = (
    select(
        buckets.c.limit_class,
        buckets.c.calls,
        buckets.c.period,
        buckets.c.next_at,
        buckets.c.tail_at,
        buckets.c.parked_until,
    )
    .where(buckets.c.account == bindparam("a"), buckets.c.limit_class == bindparam("c"))
    .with_for_update()
)
_UPDATE = (
    update(buckets)
    .where(buckets.c.account == bindparam("a"), buckets.c.limit_class == bindparam("c"))
    .values(next_at=bindparam("next"), tail_at=bindparam("tail"))
)

_ACCOUNT = select(
    accounts.c.account,
    accounts.c.stopped,
    accounts.c.reason,
    accounts.c.since,
    accounts.c.not_before,
    accounts.c.failures,
).where(accounts.c.account == bindparam("a"))
_DOWN = select(accounts.c.account).where(or_(accounts.c.stopped, accounts.c.failures >= bindparam("failures")))
_RECALL = select(memory.c.text).where(
    memory.c.account == bindparam("a"), memory.c.name == bindparam("n"), memory.c.expires_at > bindparam("now")
)


@dataclass(frozen=True, slots=True)
class Slot:
    """When an operation may start. ``booked``: the slot is ours; else the time is an estimate, ask again then.

    ``steps``: seconds by class that the calls take away from those that come after. ``free``: when the limits would
    let it start, whoever else waits.
    """

    at: float
    booked: bool
    steps: Mapping[str, float] = field(default_factory=dict)
    free: float = 0.0


@dataclass(frozen=True, slots=True)
class Bucket:
    """One class of call of one account, as stored."""

    limit_class: str
    calls: float
    period: float
    next_at: float = 0.0
    tail_at: float = 0.0
    parked_until: float = 0.0

    def gap(self, share: float) -> float:
        """Seconds between two calls."""
        return self.period / (self.calls * share)

    def earliest(self, limit: Limit, share: float, now: float, *, critical: bool) -> float:
        """When the next call may start; what is critical may use more of the part of the limit that is kept free.

        A quarter of it is for calls that start a little later than their slot, and for operations of several calls.
        """
        spare = max(1.0, self.calls * (1.0 - share))
        burst = max(1.0, spare * 0.75 if critical else min(float(limit.burst), spare / 2))
        return max(now, self.next_at - (burst - 1.0) * self.gap(share), self.parked_until)


def reserve(
    tx: Transaction,
    account: str,
    costs: Mapping[str, int],
    limits: Mapping[str, Limit],
    *,
    share: float,
    now: float,
    critical: bool = False,
    queued: bool = False,
    after: float = 0.0,
    behind: float = 0.0,
    horizon: float = BOOKING_HORIZON,
    whole: Mapping[str, int] | None = None,
) -> Slot:
    """Take a slot for ``costs`` calls of each class at once, or say when to come back.

    ``queued``: this delivery has waited in the tail before and keeps its turn; where the queue is late, it comes back
    ``after`` those whose turn was before. ``behind``: until when what is more urgent waits for such slots; none is
    booked before. ``horizon``: seconds ahead for which a slot may be booked. ``whole``: calls that will follow in a
    row, these among them; as much is left to it in the queue.
    """
    classes = {name: count for name, count in costs.items() if count > 0}
    if not classes:
        return Slot(now, True)
    found = {}
    for name in sorted(classes):  # in one order, so that two workers that lock the rows cannot wait for each other
        limit = limits[name.partition(":")[0]]
        found[name] = _bucket(tx, account, name) or _insert(tx, account, Bucket(name, limit.calls, limit.period))
    limit_of = {name: limits[name.partition(":")[0]] for name in classes}
    at = max(found[name].earliest(limit_of[name], share, now, critical=critical) for name in classes)
    free = at
    booked = at - now <= horizon and behind <= now
    at = at if booked else max(at, behind)
    changes = []
    steps: dict[str, float] = {}
    for name, count in classes.items():
        bucket = found[name]
        step = count * bucket.gap(share)
        steps[name] = (whole or classes)[name] * bucket.gap(share)
        if booked:
            changes.append({"c": name, "next": max(bucket.next_at, at) + step, "tail": bucket.tail_at})
        elif not queued:
            tail = max(bucket.tail_at, at) + step
            changes.append({"c": name, "next": bucket.next_at, "tail": tail})
            at = max(at, tail - step)
    if queued and not booked:
        at = max(at, after)
    if changes:
        tx.execute(_UPDATE, [change | {"a": account} for change in changes])
    return Slot(at, booked, steps, free)


def observe(
    tx: Transaction, account: str, seen: Iterable[Observed], limits: Mapping[str, Limit], *, now: float
) -> Mapping[str, float]:
    """Learn an account's real limits from the vendor's headers; gives by what factor the distance of two calls changed,
    by class."""
    changed: dict[str, float] = {}
    for one in seen:
        base = limits.get(one.limit_class.partition(":")[0])
        if base is None:
            continue
        bucket = _bucket(tx, account, one.limit_class)
        if bucket is None:
            bucket = _insert(tx, account, Bucket(one.limit_class, base.calls, base.period))
        calls = one.calls if one.calls and one.calls > 0 else bucket.calls
        period = one.period if one.period and one.period > 0 else bucket.period
        parked = bucket.parked_until
        if one.remaining is not None and one.remaining <= 0 and one.resets_in:
            parked = max(parked, now + one.resets_in)
        if (calls, period, parked) == (bucket.calls, bucket.period, bucket.parked_until):
            continue
        shrink = changed[one.limit_class] = (period / calls) / (bucket.period / bucket.calls)
        tx.execute(
            update(buckets)
            .where(buckets.c.account == account, buckets.c.limit_class == one.limit_class)
            .values(
                calls=calls,
                period=period,
                parked_until=parked,
                next_at=now + max(0.0, bucket.next_at - now) * shrink,
                tail_at=now + max(0.0, bucket.tail_at - now) * shrink,
            )
        )
    return changed


def park_bucket(
    tx: Transaction, account: str, limit_class: str | None, limits: Mapping[str, Limit], *, until: float
) -> None:
    """The vendor asks to wait: no call of this class (None = of any class) before ``until``."""
    names = [limit_class] if limit_class is not None else list(limits)
    for name in names:
        base = limits.get(name.partition(":")[0])
        if base is None:
            continue
        if _bucket(tx, account, name) is None:
            _insert(tx, account, Bucket(name, base.calls, base.period))
    where = [buckets.c.account == account, buckets.c.parked_until < until]
    if limit_class is not None:
        where.append(buckets.c.limit_class == limit_class)
    tx.execute(update(buckets).where(*where).values(parked_until=until))


def parked_buckets(tx: Transaction, *, later_than: float) -> list[tuple[str, str, float]]:
    """(account, class of call, until when) of what a vendor asked to leave alone until after that time."""
    chosen = select(buckets.c.account, buckets.c.limit_class, buckets.c.parked_until)
    rows = tx.execute(chosen.where(buckets.c.parked_until > later_than))
    return [(str(account), str(limit_class), float(until)) for account, limit_class, until in rows]


@dataclass(frozen=True, slots=True)
class Account:
    """An account's stop and breaker. ``not_before``: nothing is sent before, then one probe."""

    account: str
    stopped: bool = False
    reason: str | None = None
    since: float | None = None
    not_before: float = 0.0
    failures: int = 0


def account(tx: Transaction, name: str) -> Account:
    """The account's row; a fresh one when there is none."""
    row = tx.execute(_ACCOUNT, {"a": name}).first()
    return Account(name) if row is None else Account(*row)


def accounts_down(tx: Transaction, *, failures: int) -> frozenset[str]:
    """Accounts that do not let us in, and those whose last ``failures`` requests all failed."""
    return frozenset(str(name) for (name,) in tx.execute(_DOWN, {"failures": failures}))


def save_account(tx: Transaction, one: Account) -> None:
    """Write the account's row."""
    values = {name: getattr(one, name) for name in Account.__dataclass_fields__}
    upsert = (sqlite if tx.dialect == "sqlite" else postgresql).insert(accounts).values(values)
    rest = {name: value for name, value in values.items() if name != "account"}
    tx.execute(upsert.on_conflict_do_update(index_elements=["account"], set_=rest))


def recall(tx: Transaction, account_name: str, name: str, *, now: float) -> str | None:
    """What is remembered under ``name``, unless it has expired."""
    value = tx.execute(_RECALL, {"a": account_name, "n": name, "now": now}).scalar()
    return None if value is None else str(value)


def remember(tx: Transaction, account_name: str, name: str, text: str, *, until: float) -> None:
    """Keep ``text`` under ``name`` until then."""
    tx.execute(_remember(tx.dialect), {"account": account_name, "name": name, "text": text, "expires_at": until})


@cache
def _remember(dialect: str) -> Executable:
    upsert = sqlite.insert(memory) if dialect == "sqlite" else postgresql.insert(memory)
    return upsert.on_conflict_do_update(
        index_elements=["account", "name"],
        set_={"text": upsert.excluded.text, "expires_at": upsert.excluded.expires_at},
    )


def _bucket(tx: Transaction, account_name: str, limit_class: str) -> Bucket | None:
    row = tx.execute(_SELECT, {"a": account_name, "c": limit_class}).first()
    return None if row is None else Bucket(*row)


def _insert(tx: Transaction, account_name: str, bucket: Bucket) -> Bucket:
    fresh = (sqlite if tx.dialect == "sqlite" else postgresql).insert(buckets)
    tx.execute(
        fresh.values(
            account=account_name,
            limit_class=bucket.limit_class,
            calls=bucket.calls,
            period=bucket.period,
            next_at=0.0,
            tail_at=0.0,
            parked_until=0.0,
        ).on_conflict_do_nothing()
    )
    return bucket
