"""The moments of a year that differ in who is on duty: one for each combination that occurs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from handoff_core.routing.hours import WeekHours

YEAR = 366


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment that stands for all at which the same people are on duty."""

    at: datetime
    open: bool | None
    """Whether the business is open; None when it has no hours."""


def moments(business: WeekHours | None, others: Iterable[WeekHours], now: datetime) -> tuple[Moment, ...]:
    """The moments of the year that begins now: a week for each way in which clocks and days off stand together."""
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
    days = _days(every, now.date())
    changes = {now.timestamp()}
    for one in every:
        for day in days:
            for start, end in one.intervals(day):
                changes |= {start, end}
    return changes


def _days(every: tuple[WeekHours, ...], today: date) -> list[date]:
    """The first of all days on which the same clocks show the same and the same people are off, for each weekday.

    Zones change their clocks on different dates, so that their shifts meet otherwise for some weeks. Two days are the
    same only when the days beside them are: a shift elsewhere may fall on another date.
    """
    zones = tuple({str(one.zone): one.zone for one in every}.values())
    off = tuple(dict.fromkeys(one.closed for one in every if one.closed))
    span = [today + timedelta(days=number) for number in range(-1, YEAR + 2)]
    looks = [(_offsets(zones, day), tuple(one.contain(day) for one in off)) for day in span]
    found: dict[object, date] = {}
    for place in range(1, len(span) - 1):
        found.setdefault((span[place].weekday(), *looks[place - 1 : place + 2]), span[place])
    return list(found.values())


def _offsets(zones: tuple[tzinfo, ...], day: date) -> tuple[timedelta | None, ...]:
    midnight = datetime.combine(day, time(), UTC)
    return tuple(midnight.astimezone(zone).utcoffset() for zone in zones)
