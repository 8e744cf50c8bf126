"""Open times of a year: clocks that are moved, holidays, zones of half an hour. Minute by minute is the judge."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff_core.routing.days import NO_DAYS, Days, parse_days
from handoff_core.routing.hours import WeekHours, parse_hours

ZONES = [
    "UTC",
    "America/Chicago",
    "Europe/Berlin",
    "Asia/Kolkata",  # +05:30
    "Australia/Adelaide",  # +09:30, moved by an hour
    "Australia/Lord_Howe",  # moved by half an hour
    "America/St_Johns",  # -03:30
    "Asia/Kathmandu",  # +05:45
    "Pacific/Apia",
    "Africa/Casablanca",  # moved twice around Ramadan
]
MOVED = {
    "America/Chicago": [date(2026, 3, 8), date(2026, 11, 1)],
    "Europe/Berlin": [date(2026, 3, 29), date(2026, 10, 25)],
    "Australia/Adelaide": [date(2026, 4, 5), date(2026, 10, 4)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    "America/St_Johns": [date(2026, 3, 8), date(2026, 11, 1)],
    "Africa/Casablanca": [date(2026, 2, 15), date(2026, 3, 22)],
}
MINUTE = timedelta(minutes=1)


def hours(table: dict[str, Any], zone: str = "America/Chicago", closed: Days = NO_DAYS) -> WeekHours:
    return WeekHours(parse_hours(table), ZoneInfo(zone), closed)


def minutes(week: WeekHours, first: date, days: int = 1) -> set[float]:
    """Every open minute of local days, found by asking for each minute."""
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(hours=30)
    found = set()
    for number in range((days * 24 + 60) * 60):
        moment = begin + number * MINUTE
        local = moment.astimezone(week.zone).date()
        if 0 <= (local - first).days < days and week.contain(moment):
            found.add(moment.timestamp())
    return found


def in_intervals(week: WeekHours, first: date, days: int = 1) -> set[float]:
    return {
        float(second)
        for number in range(days)
        for start, end in week.intervals(first + timedelta(days=number))
        for second in range(int(start), int(end), 60)
    }


TABLES: list[dict[str, Any]] = [
    {"mon-sun": "00:00-24:00"},
    {"mon-sun": "01:30-02:30"},
    {"mon-sun": ["00:15-01:45", "02:00-03:15", "22:00-23:59"]},
    {"mon-sun": "22:00-06:00"},
]


@pytest.mark.parametrize("zone", MOVED)
@pytest.mark.parametrize("table", TABLES, ids=["all day", "in the gap", "pieces", "over midnight"])
def test_open_times_are_the_open_minutes_also_on_days_on_which_the_clock_is_moved(
    zone: str, table: dict[str, Any]
) -> None:
    week = hours(table, zone)
    for day in MOVED[zone]:
        assert in_intervals(week, day) == minutes(week, day)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    def span() -> str:
        start, end = sorted(draw(st.lists(st.integers(0, 95), min_size=2, max_size=2, unique=True)))
        return f"{start // 4:02}:{start % 4 * 15:02}-{end // 4:02}:{end % 4 * 15:02}"

    days = draw(st.sets(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), min_size=1))
    return {day: [span() for _ in range(draw(st.integers(1, 2)))] for day in days}


@settings(max_examples=40, deadline=None)
@given(tables(), st.sampled_from(ZONES), st.integers(0, 364))
def test_open_times_are_the_open_minutes_of_any_week(table: dict[str, Any], zone: str, day: int) -> None:
    first = date(2026, 1, 1) + timedelta(days=day)
    week = hours(table, zone, parse_days(["12-25", first + timedelta(days=1)]))
    assert in_intervals(week, first, 2) == minutes(week, first, 2)


@settings(max_examples=60, deadline=None)
@given(tables(), st.sampled_from(ZONES), st.integers(0, 365 * 24 * 60), st.integers(1, 6 * 60))
def test_the_end_of_a_wait_leaves_exactly_so_many_open_minutes_behind(
    table: dict[str, Any], zone: str, begin: int, wait: int
) -> None:
    week = hours(table, zone)
    start = datetime(2026, 1, 1, tzinfo=UTC) + begin * MINUTE
    end = week.after(start, wait * 60.0)
    assert end is not None
    open_minutes = 0
    moment = start
    while moment < end:
        open_minutes += week.contain(moment)
        moment += MINUTE
    assert open_minutes == wait
    assert week.contain(end - MINUTE)


@settings(max_examples=60, deadline=None)
@given(tables(), st.sampled_from(ZONES), st.integers(0, 365 * 24 * 60))
def test_the_next_opening_is_the_first_open_minute(table: dict[str, Any], zone: str, begin: int) -> None:
    week = hours(table, zone)
    start = datetime(2026, 1, 1, tzinfo=UTC) + begin * MINUTE
    opening = week.opens_at(start)
    assert opening is not None
    assert week.contain(opening)
    assert opening >= start
    assert opening == start or not week.contain(opening - MINUTE)


def test_a_night_shift_works_an_hour_less_in_spring_and_an_hour_more_in_autumn() -> None:
    week = hours({"sat": "22:00-06:00"})
    saturdays = (date(2026, 3, 7), date(2026, 10, 31), date(2026, 11, 7))
    shifts = [(*week.intervals(day), *week.intervals(day + timedelta(days=1))) for day in saturdays]
    lengths = [sum(end - start for start, end in shift) / 3600 for shift in shifts]
    assert lengths == [7, 9, 8]


def test_business_time_is_not_stretched_by_a_clock_that_is_moved() -> None:
    week = hours({"sun": "00:00-24:00"})
    before = datetime(2026, 11, 1, 0, 30, tzinfo=week.zone)
    after = week.after(before, 3 * 3600)
    assert after is not None
    assert (after.hour, after.minute) == (2, 30)


def test_holidays_are_closed_from_midnight_to_midnight() -> None:
    week = hours({"mon-fri": "08:00-18:00"}, closed=parse_days([date(2026, 11, 26), "2026-12-24/2027-01-01"]))
    chicago = week.zone
    assert not week.contain(datetime(2026, 11, 26, 12, tzinfo=chicago))
    assert week.contain(datetime(2026, 11, 27, 12, tzinfo=chicago))
    assert not week.contain(datetime(2027, 1, 1, 12, tzinfo=chicago))
    opening = week.opens_at(datetime(2026, 12, 23, 18, tzinfo=chicago))
    assert opening == datetime(2027, 1, 4, 8, tzinfo=chicago)


def test_a_day_is_that_of_the_zone_of_the_hours() -> None:
    week = hours({"mon-sun": "00:00-24:00"}, "Pacific/Apia", parse_days([date(2026, 12, 25)]))
    assert not week.contain(datetime(2026, 12, 24, 11, tzinfo=UTC))  # the 25th, 00:00 there
    assert week.contain(datetime(2026, 12, 25, 11, tzinfo=UTC))


def test_what_never_opens_is_said_to_never_open() -> None:
    week = hours({"mon": "08:00-09:00"}, closed=parse_days(["01-01/12-31"]))
    assert week.opens_at(datetime(2026, 1, 1, tzinfo=UTC)) is None
    assert week.after(datetime(2026, 1, 1, tzinfo=UTC), 60) is None


@pytest.mark.parametrize(
    ("days", "inside", "outside"),
    [
        (["12-25"], [(2026, 12, 25), (2031, 12, 25)], [(2026, 12, 24), (2026, 12, 26)]),
        (["12-30/01-02"], [(2026, 12, 30), (2026, 12, 31), (2027, 1, 1), (2027, 1, 2)], [(2026, 12, 29), (2027, 1, 3)]),
        (["02-29"], [(2028, 2, 29)], [(2027, 2, 28), (2027, 3, 1)]),
        ([date(2026, 7, 4)], [(2026, 7, 4)], [(2027, 7, 4)]),
        (["2026-07-04 / 2026-07-06"], [(2026, 7, 4), (2026, 7, 6)], [(2026, 7, 3), (2026, 7, 7)]),
        ([], [], [(2026, 7, 4)]),
    ],
)
def test_days_are_dates_ranges_and_days_of_every_year(
    days: list[Any], inside: list[tuple[int, int, int]], outside: list[tuple[int, int, int]]
) -> None:
    found = parse_days(days)
    assert all(found.contain(date(*day)) for day in inside)
    assert not any(found.contain(date(*day)) for day in outside)
