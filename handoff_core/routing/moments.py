"""The moments of a year that differ in who is on duty: one for each combination that occurs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from handoff_core.routing.hours import WeekHours

WEEK = 7
YEAR = 366
HALF_A_YEAR = 26 * WEEK
"""Days after which the clock is moved the other way, where it is moved at all."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment that stands for all at which the same people are on duty."""

    at: datetime
    open: bool | None
    """Whether the business is open; None when it has no hours."""


def moments(business: WeekHours | None, others: Iterable[WeekHours], now: datetime) -> tuple[Moment, ...]:
    """The moments of the year that begins now: a week of summer and one of winter time, and each time off."""
    every = tuple(dict.fromkeys(one for one in (business, *others) if one is not None))
    if not every:
        return (Moment(now, None),)
    found: dict[tuple[bool, ...], datetime] = {}
    for at in sorted(_changes(every, now)):
        moment = datetime.fromtimestamp(at, UTC)
        found.setdefault(tuple(one.contain(moment) for one in every), moment)
    zone = every[0].zone
    return tuple(
        Moment(at.astimezone(zone), None if business is None else business.contain(at)) for at in found.values()
    )


def _changes(every: tuple[WeekHours, ...], now: datetime) -> set[float]:
    """Every moment at which somebody may come or go; no combination begins at another one."""
    today = now.date()
    days = set(_days(every, today))
    changes = {now.timestamp()}
    for one in every:
        for day in days:
            for start, end in one.intervals(day):
                changes |= {start, end}
    return changes


def _days(every: tuple[WeekHours, ...], today: date) -> Iterator[date]:
    yield from _week(today)
    yield from _week(today + timedelta(days=HALF_A_YEAR))
    last = today + timedelta(days=YEAR)
    for one in every:
        off = set(one.closed.within(today, last))
        for day in off:
            # Whoever is off together is so from the first day of one of them: a week from there shows every weekday.
            if day - timedelta(days=1) not in off:
                yield day - timedelta(days=1)
                yield from (later for later in _week(day) if later in off)


def _week(first: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(WEEK))
