from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handoff_core.routing.hours import WeekHours, parse_hours

CHICAGO = ZoneInfo("America/Chicago")


def open_at(table: dict[str, Any], moment: datetime) -> bool:
    return WeekHours(parse_hours(table), CHICAGO).contain(moment)


def chicago(day: int, hour: int, minute: int = 0) -> datetime:
    """A day of November 2026: the 16th is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=CHICAGO)


WEEK = {"mon-fri": "08:00-18:00", "sat": ["09:00-12:00", "13:00-15:00"]}


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (chicago(16, 8), True),
        (chicago(16, 7, 59), False),
        (chicago(20, 17, 59), True),
        (chicago(20, 18), False),
        (chicago(21, 12, 30), False),
        (chicago(21, 14), True),
        (chicago(22, 12), False),
    ],
)
def test_a_span_begins_with_its_first_minute_and_ends_before_its_last(moment: datetime, expected: bool) -> None:
    assert open_at(WEEK, moment) is expected


def test_hours_are_meant_on_the_clock_of_the_business() -> None:
    assert open_at(WEEK, datetime(2026, 11, 16, 14, 0, tzinfo=UTC))  # 08:00 in Chicago
    assert not open_at(WEEK, datetime(2026, 11, 16, 13, 59, tzinfo=UTC))


def test_hours_stay_on_the_clock_when_it_is_moved() -> None:
    table = {"sun": "08:00-18:00"}
    assert open_at(table, datetime(2026, 10, 25, 13, 0, tzinfo=UTC))  # summer time, UTC-5
    assert open_at(table, datetime(2026, 11, 1, 14, 0, tzinfo=UTC))  # the clock was set back that night, UTC-6
    assert not open_at(table, datetime(2026, 11, 1, 13, 0, tzinfo=UTC))


def test_a_span_over_midnight_goes_on_into_the_next_day() -> None:
    table = {"sun": "22:00-06:00"}
    assert open_at(table, chicago(22, 23))
    assert open_at(table, chicago(23, 5, 59))
    assert not open_at(table, chicago(23, 6))
    assert not open_at(table, chicago(22, 5))


def test_a_whole_day_and_a_range_over_the_weekend() -> None:
    table = {"sat-mon": "00:00-24:00"}
    assert open_at(table, chicago(21, 0))
    assert open_at(table, chicago(23, 23, 59))
    assert not open_at(table, chicago(24, 0))
    assert not open_at(table, chicago(20, 23, 59))


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ({"monday": "08:00-18:00"}, "that is no day"),
        ({"mon-xyz": "08:00-18:00"}, "that is no day"),
        ({"mon": "8-18"}, "no time span at mon"),
        ({"mon": "08:00-25:00"}, "no time span at mon"),
        ({"mon": 8}, "no time span at mon"),
        ({"mon": ["08:00-09:00", 5]}, "no time span at mon"),
        ({"mon": "08:00-08:00"}, "without length"),
        ({"mon-fri": "08:00-18:00", "wed": "08:00-12:00"}, "names wed twice"),
        ({}, "is empty"),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_the_reason(table: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        parse_hours(table)
