"""Who is passed over, why, and who gets the packet then."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handoff_core.connector import Owner
from handoff_core.routing import Duty, Levels, Route, RoutingSettings, Staff, WeekHours, route
from handoff_core.routing.days import NO_DAYS, parse_days
from handoff_core.routing.duty import hours_of
from handoff_core.routing.hours import parse_hours
from handoff_core.testing.factories import make_packet

CHICAGO = ZoneInfo("America/Chicago")
DAYTIME = WeekHours(parse_hours({"mon-fri": "08:00-17:00"}), CHICAGO)
NOON = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
"""A Friday, 12:00 in Chicago."""
NIGHT = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
LEVELS = Levels({"high": 2, "needs_authority": 3}, {2: "senior", 3: "owner"})
STAFF = Staff(
    {
        "dana": Duty("Dana Fields"),
        "omar": Duty("Omar Reyes", DAYTIME, ("en",), 1, "dispatcher"),
        "kim": Duty("Kim Lee", DAYTIME, ("en-GB", "es"), 2, "senior"),
        "ada": Duty("Ada Kaya", None, None, 3, "owner"),
    },
    LEVELS,
)
OWNERS = {one: Owner(one, duty.name, f"{one}@acme.example") for one, duty in STAFF.duties.items()}


def routed(rule: dict[str, Any], *, now: datetime = NOON, staff: Staff = STAFF, **fields: Any) -> Route:
    settings = RoutingSettings.model_validate({"fallback": "dana", "rules": [{"name": "r", **rule}]})
    plain = {"owner": None, "classification": None, "customer": None, "escalation": {"reason": "other"}}
    packet = make_packet(**{**plain, **fields})
    return route(packet, settings, OWNERS, ("desk",), now=now, staff=staff)


ES = {"customer": {"language": "es-MX"}}
HARD = {"classification": {"complexity": "high"}}
AUTHORITY = {"escalation": {"reason": "needs_authority"}}
CHAIN = {"owner": "omar", "then": ["kim", "ada"]}

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str, dict[str, str], tuple[str, ...]]] = {
    "whoever is there": (CHAIN, {}, "omar", {}, ("kim", "ada")),
    "at night": (
        CHAIN,
        {"now": NIGHT},
        "ada",
        {"omar": "off duty until Mon 23 Nov, 08:00 CST", "kim": "off duty until Mon 23 Nov, 08:00 CST"},
        ("omar", "kim"),
    ),
    "another language": (CHAIN, ES, "kim", {"omar": "speaks en, not es-MX"}, ("ada",)),
    "another region of a language": (CHAIN, {"customer": {"language": "en-US"}}, "omar", {}, ("kim", "ada")),
    "a language that nobody states": (
        {"owner": "omar", "then": ["kim"]},
        {"customer": {"language": "de"}},
        "dana",
        {"omar": "speaks en, not de", "kim": "speaks en-GB, es, not de"},
        (),
    ),
    "a complex case": (CHAIN, HARD, "kim", {"omar": "level dispatcher, senior is needed"}, ("ada",)),
    "a matter of authority": (
        CHAIN,
        AUTHORITY,
        "ada",
        {"omar": "level dispatcher, owner is needed", "kim": "level senior, owner is needed"},
        (),
    ),
    "the higher of two needs": (
        {"owner": "kim", "then": ["ada"]},
        {**HARD, **AUTHORITY},
        "ada",
        {"kim": "level senior, owner is needed"},
        (),
    ),
    "a need of no level": (CHAIN, {"classification": {"complexity": "medium"}}, "omar", {}, ("kim", "ada")),
    "a rule without an owner": ({"then": ["omar"]}, {}, "dana", {}, ("omar",)),
    "an owner whom the packet names": ({"owner": "kim"}, {"owner": {"id": "omar"}, **ES, **AUTHORITY}, "omar", {}, ()),
    "an owner whom the packet names, at night": (
        {"owner": "kim", "then": ["ada"]},
        {"owner": {"email": "omar@acme.example"}, "now": NIGHT},
        "ada",
        {"omar": "off duty until Mon 23 Nov, 08:00 CST", "kim": "off duty until Mon 23 Nov, 08:00 CST"},
        ("omar", "kim"),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_who_cannot_take_a_packet_is_passed_over_for_the_next(name: str) -> None:
    rule, fields, owner, passed, chain = CASES[name]
    found = routed(rule, **fields)
    assert (found.owner_id, found.chain) == (owner, chain)
    assert {one.owner_id: one.why for one in found.passed} == passed
    for one in found.passed:
        assert f"{one.name} ({one.why})" in found.why
    assert ("passed over" in found.why) is bool(passed)


def test_the_fallback_takes_what_nobody_else_can_although_he_cannot_either() -> None:
    staff = Staff({**STAFF.duties, "dana": Duty("Dana Fields", DAYTIME)}, LEVELS)
    found = routed({"owner": "omar"}, now=NIGHT, staff=staff)
    assert found.owner_id == "dana"
    assert found.why.endswith("so the fallback owner takes it, although off duty until Mon 23 Nov, 08:00 CST")


def test_a_fallback_who_is_off_duty_is_passed_over_where_the_rule_names_others() -> None:
    staff = Staff({**STAFF.duties, "dana": Duty("Dana Fields", DAYTIME)}, LEVELS)
    found = routed({"then": ["ada"]}, now=NIGHT, staff=staff)
    assert (found.owner_id, [one.owner_id for one in found.passed]) == ("ada", ["dana"])


def test_who_is_on_duty_is_asked_of_now_and_not_of_the_packet() -> None:
    assert routed({"owner": "omar"}, made_at="2026-11-20T12:00:00-06:00", now=NIGHT).owner_id == "dana"


def test_the_same_packet_and_moment_give_the_same_route() -> None:
    assert routed(CHAIN, now=NIGHT) == routed(CHAIN, now=NIGHT)


@pytest.mark.parametrize(("works", "there"), [(False, False), (True, True)])
def test_holidays_of_the_business_are_those_of_its_people_but_for_who_is_on_call(works: bool, there: bool) -> None:
    holiday = datetime(2026, 12, 25, 12, tzinfo=CHICAGO)
    found = hours_of(DAYTIME, CHICAGO, NO_DAYS, parse_days(["12-25"]), works_holidays=works)
    assert found is not None
    assert found.contain(holiday) is there


def test_who_has_no_hours_is_there_at_any_time_but_when_away() -> None:
    holidays = parse_days(["12-25"])
    assert hours_of(None, CHICAGO, NO_DAYS, holidays, works_holidays=False) is None
    away = hours_of(None, CHICAGO, parse_days([date(2026, 12, 24)]), holidays, works_holidays=False)
    assert away is not None
    assert not away.contain(datetime(2026, 12, 24, 3, tzinfo=CHICAGO))
    assert away.contain(datetime(2026, 12, 25, 3, tzinfo=CHICAGO))


def test_an_owner_who_is_back_in_a_year_is_off_duty_without_a_date() -> None:
    long = hours_of(None, CHICAGO, parse_days(["2026-11-01/2027-06-01"]), NO_DAYS, works_holidays=False)
    assert Duty("Omar", long).off_duty(NOON) == "off duty"
