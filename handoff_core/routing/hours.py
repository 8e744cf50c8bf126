"""Business hours as people write them, and whether a moment falls into them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated, Any

from pydantic import BeforeValidator

from handoff_core.routing.days import NO_DAYS, Days

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_END = 24 * 60
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")

Span = tuple[int, int]
"""From and until, in minutes of the day; "until" is outside."""
Week = tuple[tuple[Span, ...], ...]
"""Spans of each day, Monday first; seven of them."""
Interval = tuple[float, float]
"""From and until, in seconds since the epoch; "until" is outside."""


EVERY_HOUR: Week = (((0, _DAY_END),),) * 7
"""A week without a pause."""
LOOK_AHEAD = 400
"""Days that are searched for the next opening: a year and a bit, so that a yearly holiday is behind us."""


@dataclass(frozen=True, slots=True)
class WeekHours:
    """Hours of a week in one time zone, but for the days on which all is closed.

    A moment is judged by the clock on the wall there. So an hour that the clock skips in spring is nobody's, one that
    it repeats in autumn is open twice, and a span ends when the clock first shows its end.
    """

    week: Week
    zone: tzinfo
    closed: Days = NO_DAYS

    def contain(self, moment: datetime) -> bool:
        """Whether an aware moment falls into the hours, on the clock of their own zone."""
        local = moment.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        if not any(start <= minute < end for start, end in self.week[local.weekday()]):
            return False
        return not self.closed or not self.closed.contain(local.date())

    def intervals(self, day: date) -> tuple[Interval, ...]:
        """The open times of one local day as seconds since the epoch, in order; the end is outside."""
        if not self.week[day.weekday()] or self.closed.contain(day):
            return ()
        return tuple(_joined(sorted(self._pieces(day))))

    def upcoming(self, moment: datetime) -> Iterator[Interval]:
        """The open times from a moment on, the first one cut at it; at most those of ``LOOK_AHEAD`` days."""
        now = moment.timestamp()
        # A span of the day before may still be open where a clock was moved; it costs nothing to look.
        day = moment.astimezone(self.zone).date() - timedelta(days=1)
        for number in range(LOOK_AHEAD):
            for start, end in self.intervals(day + timedelta(days=number)):
                if end > now:
                    yield max(start, now), end

    def opens_at(self, moment: datetime) -> datetime | None:
        """When it is open next: the moment itself while it is open; None when it stays closed."""
        start = next((start for start, _ in self.upcoming(moment)), None)
        return None if start is None else datetime.fromtimestamp(start, self.zone)

    def closes_at(self, moment: datetime) -> datetime | None:
        """When it closes next after a moment at which it is open; None while it is closed, and where it never does."""
        at = moment.astimezone(self.zone)
        for _ in range(2 * len(DAYS)):
            minute = at.hour * 60 + at.minute
            end = max((end for start, end in self.week[at.weekday()] if start <= minute < end), default=None)
            if end is None:
                return at if at > moment else None
            midnight = datetime.combine(at.date() + timedelta(days=end // _DAY_END), time(), self.zone)
            at = midnight + timedelta(minutes=end % _DAY_END)
        return None

    def after(self, moment: datetime, seconds: float) -> datetime | None:
        """The moment at which it will have been open for so many seconds; None when it stays closed too long."""
        left = seconds
        for start, end in self.upcoming(moment):
            if left <= end - start:
                return datetime.fromtimestamp(start + left, self.zone)
            left -= end - start
        return None

    def _pieces(self, day: date) -> Iterator[Interval]:
        noon = datetime.combine(day, time(12), UTC)
        before, after = (self._offset(noon + timedelta(hours=hours)) for hours in (-36, 36))
        midnight = datetime.combine(day, time(), UTC).timestamp()
        moved = None if before == after else self._moved_at(noon, before)
        for start, end in self.week[day.weekday()]:
            first, last = midnight + start * 60, midnight + end * 60
            if moved is None:
                yield first - before, last - before
                continue
            if first - before < moved:
                yield first - before, min(last - before, moved)
            if last - after > moved:
                yield max(first - after, moved), last - after

    def _moved_at(self, noon: datetime, before: float) -> float:
        """The second at which the clock was moved, within a day and a half of ``noon``."""
        low, high = -36 * 3600, 36 * 3600
        while high - low > 1:
            middle = (low + high) // 2
            if self._offset(noon + timedelta(seconds=middle)) == before:
                low = middle
            else:
                high = middle
        return noon.timestamp() + high

    def _offset(self, moment: datetime) -> float:
        offset = moment.astimezone(self.zone).utcoffset()
        return offset.total_seconds() if offset is not None else 0.0


def _joined(pieces: Sequence[Interval]) -> Iterator[Interval]:
    """Without gaps of no length, and nothing twice."""
    last: Interval | None = None
    for start, end in pieces:
        if end <= start:
            continue
        if last is not None and start <= last[1]:
            last = (last[0], max(last[1], end))
            continue
        if last is not None:
            yield last
        last = (start, end)
    if last is not None:
        yield last


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
