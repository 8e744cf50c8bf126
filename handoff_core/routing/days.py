"""Whole days as people write them: holidays of a business, days on which somebody is away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_YEARLY = re.compile(r"(\d{2})-(\d{2})")
_FIX = 'write e.g. 2026-12-25, "2026-12-24/2027-01-01", or "12-25" for every year'
_LEAP = 2024
"""A year that has every day."""

MonthDay = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Days:
    """A set of calendar days: ranges of dates and ranges of every year, both ends inside."""

    ranges: tuple[tuple[date, date], ...] = ()
    yearly: tuple[tuple[MonthDay, MonthDay], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ranges or self.yearly)

    def contain(self, day: date) -> bool:
        """Whether a day is one of them."""
        if any(first <= day <= last for first, last in self.ranges):
            return True
        here = (day.month, day.day)
        return any(
            first <= here <= last if first <= last else here >= first or here <= last for first, last in self.yearly
        )

    def within(self, first: date, last: date) -> Iterator[date]:
        """Those of the days that lie between two dates, both inside."""
        for number in range((last - first).days + 1):
            if self.contain(day := first + timedelta(days=number)):
                yield day


NO_DAYS = Days()


def parse_days(values: Any) -> Days:
    """Days from a list of dates and ranges. ValueError, with the fix, for anything else."""
    if not isinstance(values, list):
        raise ValueError(f"is not a list of days; {_FIX}")
    ranges: list[tuple[date, date]] = []
    yearly: list[tuple[MonthDay, MonthDay]] = []
    for value in values:
        if isinstance(value, date) and not isinstance(value, datetime):
            ranges.append((value, value))
            continue
        if not isinstance(value, str):
            raise ValueError(f"holds something that is no day; {_FIX}")
        first, slash, last = (part.strip() for part in value.partition("/"))
        last = last if slash else first
        if _DATE.fullmatch(first) and _DATE.fullmatch(last):
            begin, end = _day(first), _day(last)
            if end < begin:
                raise ValueError(f"has a range that ends before it begins ({value[:40]}); put the earlier day first")
            ranges.append((begin, end))
        elif _YEARLY.fullmatch(first) and _YEARLY.fullmatch(last):
            yearly.append((_month_day(first), _month_day(last)))
        else:
            raise ValueError(f'has "{value[:40]}", which is no day; {_FIX}')
    return Days(tuple(ranges), tuple(yearly))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'has "{text}", a day that is in no calendar; {_FIX}') from None


def _month_day(text: str) -> MonthDay:
    day = _day(f"{_LEAP}-{text}")
    return day.month, day.day


def _days(value: Any) -> Any:
    return value if isinstance(value, Days) else parse_days(value)


DaysOff = Annotated[Days, BeforeValidator(_days, json_schema_input_type=list[str])]
"""A pydantic field type: written as a list of days and ranges, held as days."""
