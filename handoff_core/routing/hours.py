"""Business hours as people write them, and whether a moment falls into them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Annotated, Any

from pydantic import BeforeValidator

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_END = 24 * 60
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")

Span = tuple[int, int]
"""From and until, in minutes of the day; "until" is outside."""
Week = tuple[tuple[Span, ...], ...]
"""Spans of each day, Monday first; seven of them."""


@dataclass(frozen=True, slots=True)
class WeekHours:
    """Hours of a week in one time zone."""

    week: Week
    zone: tzinfo

    def contain(self, moment: datetime) -> bool:
        """Whether an aware moment falls into the hours, on the clock of their own zone."""
        local = moment.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self.week[local.weekday()])


def parse_hours(table: Mapping[str, Any]) -> Week:
    """Hours from ``{mon-fri = "08:00-18:00", sat = ["09:00-12:00", "13:00-15:00"]}``.

    A span such as ``22:00-06:00`` goes on into the next day. ValueError, with the fix, for anything else.
    """
    week: list[list[Span]] = [[] for _ in DAYS]
    written: dict[int, str] = {}
    for key, value in table.items():
        for day in _days(key):
            if day in written:
                raise ValueError(f'names {DAYS[day]} twice ("{written[day]}" and "{key}"); keep one of them')
            written[day] = key
            for start, end in _spans(key, value):
                if end > start:
                    week[day].append((start, end))
                else:
                    week[day].append((start, _DAY_END))
                    week[(day + 1) % 7].append((0, end))
    if not written:
        raise ValueError('is empty; write e.g. { mon-fri = "08:00-18:00" }, or leave it out')
    return tuple(tuple(sorted(spans)) for spans in week)


def _days(key: str) -> Iterator[int]:
    first, dash, last = key.lower().partition("-")
    if first not in DAYS or (dash and last not in DAYS):
        raise ValueError(f'has a key "{key[:40]}" that is no day; use {", ".join(DAYS)} or a range such as mon-fri')
    start = DAYS.index(first)
    for step in range((DAYS.index(last) - start) % 7 + 1 if dash else 1):
        yield (start + step) % 7


def _spans(key: str, value: Any) -> Iterator[Span]:
    for text in value if isinstance(value, list) else [value]:
        match = _SPAN.fullmatch(text.strip()) if isinstance(text, str) else None
        if match is None:
            raise ValueError(f'has no time span at {key}; write e.g. "08:00-18:00", or a list of such spans')
        start = int(match[1]) * 60 + int(match[2])
        end = int(match[3]) * 60 + int(match[4]) if match[3] else _DAY_END
        if start == end:
            raise ValueError(f'has a span without length at {key}; for the whole day write "00:00-24:00"')
        yield start, end


def _week(value: Any) -> Any:
    if not isinstance(value, Mapping):
        raise ValueError('is not a table of hours; write e.g. { mon-fri = "08:00-18:00" }')
    return parse_hours(value)


Hours = Annotated[Week, BeforeValidator(_week, json_schema_input_type=dict[str, str | list[str]])]
"""A pydantic field type: written as a table of days, held as a week."""
