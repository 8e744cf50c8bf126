"""What all deliveries of one vendor account share: rate buckets, a stop, a breaker, a small memory.

A bucket spaces calls evenly: ``next_at`` is when the next call may start. A delivery that finds no slot now waits in a
queue (``deliveries.queue``) and is claimed again when there is one, so that something more urgent can still go first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Executable, bindparam, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from handoff_core.connector import Limit, Observed
from handoff_core.ledger.tables import accounts, buckets, memory
from handoff_core.ledger.transaction import Transaction

AT_ONCE = 0.005
"""Seconds: a slot this near is now."""

_SELECT = (
    select(
        buckets.c.limit_class,
        buckets.c.calls,
        buckets.c.period,
        buckets.c.next_at,
        buckets.c.parked_until,
    )
    .where(buckets.c.account == bindparam("a"), buckets.c.limit_class == bindparam("c"))
    .with_for_update()
)
_UPDATE = (
    update(buckets)
    .where(buckets.c.account == bindparam("a"), buckets.c.limit_class == bindparam("c"))
    .values(next_at=bindparam("next"))
)

_BUCKETS = select(
    buckets.c.limit_class, buckets.c.calls, buckets.c.period, buckets.c.next_at, buckets.c.parked_until
).where(buckets.c.account == bindparam("a"))
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

_FORGET_EXPIRED = delete(memory).where(memory.c.expires_at <= bindparam("now"))


@dataclass(frozen=True, slots=True)
class Slot:
    """When an operation may start. ``taken``: the slot is ours; else it is when the limits would leave one, and
    ``short`` the classes of call of which there is none before."""

    at: float
    taken: bool
    short: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Bucket:
    """One class of call of one account, as stored."""

    limit_class: str
    calls: float
    period: float
    next_at: float = 0.0
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
    ahead: float = AT_ONCE,
) -> Slot:
    """Take a slot for ``costs`` calls of each class if there is one within ``ahead`` seconds."""
    classes = {name: count for name, count in costs.items() if count > 0}
    if not classes:
        return Slot(now, True)
    found = {}
    for name in sorted(classes):  # in one order, so that two workers that lock the rows cannot wait for each other
        limit = limits[name.partition(":")[0]]
        found[name] = _bucket(tx, account, name) or _insert(tx, account, Bucket(name, limit.calls, limit.period))
    at = free_at(found, classes, limits, share=share, now=now, critical=critical)
    if at > now + ahead:
        each = {name: free_at(found, (name,), limits, share=share, now=now, critical=critical) for name in classes}
        return Slot(at, False, frozenset(name for name, free in each.items() if free > now + ahead))
    changes = [
        {"a": account, "c": name, "next": max(found[name].next_at, at) + count * found[name].gap(share)}
        for name, count in classes.items()
    ]
    tx.execute(_UPDATE, changes)
    return Slot(at, True)


def buckets_of(tx: Transaction, account: str) -> Mapping[str, Bucket]:
    """The account's buckets by class of call, as far as it has used them."""
    return {row[0]: Bucket(*row) for row in tx.execute(_BUCKETS, {"a": account})}


def free_at(
    found: Mapping[str, Bucket],
    classes: Iterable[str],
    limits: Mapping[str, Limit],
    *,
    share: float,
    now: float,
    critical: bool,
) -> float:
    """When the limits leave a slot for calls of all these classes; a class that nobody knows limits nothing."""
    times = [now]
    for name in classes:
        bucket, limit = found.get(name), limits.get(name.partition(":")[0])
        if bucket is not None and limit is not None:
            times.append(bucket.earliest(limit, share, now, critical=critical))
    return max(times)


def observe(
    tx: Transaction, account: str, seen: Iterable[Observed], limits: Mapping[str, Limit], *, now: float
) -> None:
    """Learn an account's real limits from the vendor's headers."""
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
        shrink = (period / calls) / (bucket.period / bucket.calls)
        tx.execute(
            update(buckets)
            .where(buckets.c.account == account, buckets.c.limit_class == one.limit_class)
            .values(
                calls=calls,
                period=period,
                parked_until=parked,
                next_at=now + max(0.0, bucket.next_at - now) * shrink,
            )
        )


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


def forget_expired(tx: Transaction, *, now: float) -> None:
    """Remove what no account remembers any more. In a transaction of its own: others remember while they hold rows."""
    tx.execute(_FORGET_EXPIRED, {"now": now})


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
            parked_until=0.0,
        ).on_conflict_do_nothing()
    )
    return bucket
