"""Why deliveries do not go on: their own reasons and times, and the accounts whose vendor asked to wait for long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from handoff_core.config import Config
from handoff_core.ledger import accounts, claims, queries
from handoff_core.ledger.names import LONG_WAIT, State
from handoff_core.ledger.transaction import Transaction
from handoff_core.views import AccountWait, DeliveryWait


def moment(config: Config, at: float) -> str:
    """A time in the business's own zone, to the second, in ISO 8601."""
    return datetime.fromtimestamp(at, config.business.zone).isoformat(timespec="seconds")


def delivery_waits(
    tx: Transaction, config: Config, packet_id: str | None = None, *, now: float
) -> dict[str, tuple[DeliveryWait, ...]]:
    """By packet, the deliveries that do not go on by themselves at once."""
    later = now + LONG_WAIT
    queued = bool(accounts.parked_buckets(tx, later_than=later))
    rows = queries.stalled_rows(tx, config.business.id, packet_id, later_than=later, queued=queued)
    names = {row["destination"] for row in rows if row["destination"] in config.places}
    known = {name: accounts.account(tx, config.account_of(name)) for name in sorted(names)}
    kept: dict[str, Mapping[str, accounts.Bucket]] = {}
    found: dict[str, list[DeliveryWait]] = {}
    for row in rows:
        name = row["destination"]
        due_at = row["due_at"] if row["queue"] is None else _slot_of(tx, config, row, kept, now=now)
        if row["state"] == State.PENDING and due_at <= later:
            continue  # it waits for a slot that comes soon
        wait = _wait(row, known.get(name, accounts.Account("")), due_at)
        found.setdefault(row["packet_id"], []).append(wait)
    return {packet: tuple(sorted(waits, key=lambda one: one.destination)) for packet, waits in found.items()}


def _slot_of(
    tx: Transaction,
    config: Config,
    row: Mapping[str, Any],
    kept: dict[str, Mapping[str, accounts.Bucket]],
    *,
    now: float,
) -> float:
    """When the limits leave a slot for a delivery that waits for one. ``kept``: the buckets by destination."""
    place = config.places.get(row["destination"])
    if place is None:
        return now
    if place.name not in kept:
        kept[place.name] = accounts.buckets_of(tx, config.account_of(place.name))
    return accounts.free_at(
        kept[place.name],
        claims.classes_of(row["queue"]),
        place.connector_class.limits,
        share=place.settings.rate,
        now=now,
        critical=row["priority"] == 0,
    )


def account_waits(tx: Transaction, config: Config, *, now: float) -> tuple[AccountWait, ...]:
    """The accounts of the business whose vendor asked to wait for more than an hour from now."""
    return told(config, accounts.parked_buckets(tx, later_than=now + LONG_WAIT))


def told(config: Config, parked: Iterable[Sequence[Any]]) -> tuple[AccountWait, ...]:
    """The same of rows (account, class of call, until when); those of other businesses are left out."""
    classes: dict[str, dict[str, float]] = {}
    for account, limit_class, until in parked:
        classes.setdefault(str(account), {})[str(limit_class)] = float(until)
    names: dict[str, list[str]] = {}
    for name in config.places:
        names.setdefault(config.account_of(name), []).append(name)
    waits = []
    for account, destinations in names.items():
        if account not in classes:
            continue
        kinds = tuple(sorted(classes[account]))
        until = max(classes[account].values())
        title = config.places[destinations[0]].connector_class.title
        text = (
            f"{', '.join(destinations)}: {title} asked to wait until {moment(config, until)} with {', '.join(kinds)}; "
            "what is due there is sent then"
        )
        waits.append(AccountWait(tuple(destinations), kinds, until, text))
    return tuple(waits)


def _wait(row: Mapping[str, Any], account: accounts.Account, due_at: float) -> DeliveryWait:
    since, until = row["updated_at"], None
    if row["state"] == State.PARKED:
        if account.stopped:
            # A probe writes the delivery anew; the account has stood still for longer.
            since, until = account.since or since, account.not_before
    elif row["state"] != State.DEAD:
        since, until = row["first_attempt_at"] or since, max(due_at, account.not_before)
    reason = row["reason"]
    if reason is None and row["queue"] is not None:
        reason = f"the vendor's limit leaves no call of {', '.join(claims.classes_of(row['queue']))} before"
    return DeliveryWait(row["destination"], row["state"], reason, since, until)
