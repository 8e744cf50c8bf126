"""What is said of all packets is what routing every one of them shows."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from functools import cache
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handoff_core.connector import Owner
from handoff_core.packet import Packet
from handoff_core.routing import Duty, Levels, RoutingSettings, Staff, WeekHours, route
from handoff_core.routing.coverage import Coverage, cover
from handoff_core.routing.days import parse_days
from handoff_core.routing.hours import parse_hours
from handoff_core.testing.factories import make_packet

UTC_ZONE = ZoneInfo("UTC")
NOW = datetime(2026, 11, 16, 7, 0, tzinfo=UTC)
"""A Monday before anybody is there."""
OPEN = WeekHours(parse_hours({"mon-fri": "08:00-18:00"}), UTC_ZONE)
EARLY = WeekHours(parse_hours({"mon-sun": "06:00-14:00"}), UTC_ZONE)
LATE = WeekHours(parse_hours({"mon-sun": "14:00-22:00"}), UTC_ZONE)
LIMITED = Staff(
    {
        "dana": Duty("Dana", OPEN, ("en",), 3, "3"),
        "omar": Duty("Omar", EARLY, ("en", "es"), 1, "1"),
        "kim": Duty("Kim", LATE, ("es",), 2, "2"),
    },
    Levels({"high": 2, "needs_authority": 3}),
)
ANYBODY = Staff({name: Duty(name) for name in ("dana", "omar", "kim")})


def covered(rules: list[dict[str, Any]], staff: Staff = ANYBODY, **more: Any) -> Coverage:
    named = [{"name": f"rule {number}", **rule} for number, rule in enumerate(rules)]
    settings = RoutingSettings.model_validate({"fallback": "dana", "rules": named, "level_for": {}})
    return cover(settings, staff, owners=tuple(staff.duties), now=NOW, hours=more.pop("hours", OPEN), **more)


NEVER: dict[str, tuple[list[dict[str, Any]], tuple[int, ...]]] = {
    "the same again": ([{"when": {"lane": "sales"}}, {"when": {"lane": "sales"}}], (1,)),
    "a part of an earlier one": ([{"when": {"lane": "sales"}}, {"when": {"lane": "sales", "urgency": "high"}}], (1,)),
    "more than an earlier one": ([{"when": {"lane": "sales", "urgency": "high"}}, {"when": {"lane": "sales"}}], ()),
    "two that take it together": (
        [
            {"when": {"urgency": ["low", "normal"]}},
            {"when": {"urgency": ["high", "critical"], "lane": "sales"}},
            {"when": {"lane": "sales"}},
        ],
        (2,),
    ),
    "within and outside hours": (
        [{"when": {"within_hours": True}}, {"when": {"within_hours": False}}, {"when": {"lane": "sales"}}],
        (2,),
    ),
    "a region of a language": ([{"when": {"language": "pt"}}, {"when": {"language": "pt-BR"}}], (1,)),
    "a language of a region": ([{"when": {"language": "pt-BR"}}, {"when": {"language": "pt"}}], ()),
    "an issue in other letters": ([{"when": {"issue_type": "Leak"}}, {"when": {"issue_type": " leak "}}], (1,)),
    "a fact's values in pieces": (
        [{"when": {"fact.a": "x"}}, {"when": {"fact.a": "y"}}, {"when": {"fact.a": ["x", "y"]}}],
        (2,),
    ),
    "another fact": ([{"when": {"fact.a": "x"}}, {"when": {"fact.b": "x"}}], ()),
    "every channel, and none": (
        [
            {"when": {"channel": ["call", "chat", "text", "form", "email", "social", "internal"]}},
            {"when": {"lane": "sales"}},
        ],
        (),
    ),
}


@pytest.mark.parametrize("name", NEVER)
def test_a_rule_that_can_never_match_is_named(name: str) -> None:
    rules, never = NEVER[name]
    assert covered(rules).never == never


def test_owners_whom_nothing_names_are_named() -> None:
    assert covered([{"owner": "omar"}]).unused == ("kim",)
    assert covered([{"then": ["kim"]}]).unused == ("omar",)


def test_with_an_owner_without_limits_there_is_no_gap() -> None:
    staff = Staff({**LIMITED.duties, "dana": Duty("Dana")}, LIMITED.levels)
    assert covered([{"when": {"lane": "sales"}, "owner": "omar"}], staff).gaps == ()


def test_a_gap_says_which_packet_when_and_why() -> None:
    staff = Staff({"dana": Duty("Dana", OPEN), "omar": Duty("Omar", EARLY)})
    found = covered([{"when": {"lane": "sales", "urgency": "critical"}, "owner": "omar"}], staff)
    first, rest = found.gaps
    assert (first.rule, first.why) == (0, "Omar (off duty), Dana (off duty)")
    assert first.packet == "those with lane sales, urgency critical, at a time such as Mon 2026-11-16 18:00 UTC"
    assert (rest.rule, rest.why) == (None, "Dana (off duty)")


def test_days_off_at_the_same_time_are_a_gap() -> None:
    christmas = [parse_days([days]) for days in ("2026-12-20/2026-12-24", "2026-12-24/2026-12-30")]
    week = parse_hours({"mon-sun": "00:00-24:00"})
    staff = Staff(
        {
            name: Duty(name, WeekHours(week, UTC_ZONE, off))
            for name, off in zip(("dana", "omar"), christmas, strict=True)
        }
    )
    [gap, rest] = covered([{"owner": "omar", "when": {"lane": "sales"}}], staff).gaps
    assert "Thu 2026-12-24" in gap.packet
    assert rest.rule is None


def test_an_hour_that_is_left_only_in_summer_time_is_a_gap_in_november_too() -> None:
    london = WeekHours(parse_hours({"mon-sun": "08:00-20:00"}), ZoneInfo("Europe/London"))
    night = WeekHours(parse_hours({"mon-sun": "20:00-08:00"}), UTC_ZONE)
    staff = Staff({"dana": Duty("Dana", night), "omar": Duty("Omar", london)})
    [gap] = covered([{"owner": "omar"}], staff, hours=None).gaps
    assert "19:00 UTC" in gap.packet


def test_an_hour_that_is_left_while_only_one_zone_has_moved_its_clocks_is_a_gap() -> None:
    day = WeekHours(parse_hours({"mon-sun": "00:00-12:00"}), ZoneInfo("America/Chicago"))
    night = WeekHours(parse_hours({"mon-sun": "19:00-07:00"}), ZoneInfo("Europe/Berlin"))
    staff = Staff({"dana": Duty("Dana", day), "omar": Duty("Omar", night)})
    at = datetime(2027, 3, 20, 17, 30, tzinfo=UTC)
    assert not day.contain(at)
    assert not night.contain(at)
    [gap] = covered([{"owner": "omar"}], staff, hours=None).gaps
    assert "2027-03-14" in gap.packet
    assert gap.packet.startswith("those that come at a time such as Sun")


def test_days_off_while_only_one_zone_has_moved_its_clocks_are_a_gap() -> None:
    week = parse_hours({"mon-sun": "00:00-24:00"})
    day = WeekHours(parse_hours({"mon-sun": "00:00-12:00"}), ZoneInfo("America/Chicago"))
    night = WeekHours(parse_hours({"mon-sun": "19:00-07:00"}), ZoneInfo("Europe/Berlin"))
    staff = Staff(
        {
            "dana": Duty("Dana", day),
            "omar": Duty("Omar", night),
            "kim": Duty("Kim", WeekHours(week, UTC_ZONE, parse_days(["2027-03-01/2027-03-24"]))),
        }
    )
    [gap] = covered([{"owner": "omar", "then": ["kim"]}], staff, hours=None).gaps
    assert "2027-03-14" in gap.packet


def test_a_weekday_within_days_off_on_which_nobody_else_works_is_a_gap() -> None:
    always, weekdays = parse_hours({"mon-sun": "00:00-24:00"}), parse_hours({"mon-fri": "00:00-24:00"})
    away = parse_days(["2026-12-23/2026-12-27"])
    staff = Staff(
        {
            "dana": Duty("Dana", WeekHours(always, UTC_ZONE, away)),
            "omar": Duty("Omar", WeekHours(weekdays, UTC_ZONE)),
        }
    )
    [gap] = covered([{"owner": "omar"}], staff, hours=None).gaps
    assert "Sat 2026-12-26" in gap.packet


LANES, URGENCIES = ("sales", "support", "booking"), ("low", "high")
LANGUAGES, COMPLEXITIES, REASONS = (None, "en", "es", "fr"), ("low", "high", None), ("other", "needs_authority")
TIMES = [datetime(2026, 11, day, hour, tzinfo=UTC) for day in (16, 21) for hour in (3, 7, 9, 15, 19, 23)]


def some_rules(chance: random.Random) -> list[dict[str, Any]]:
    def rule() -> dict[str, Any]:
        choices: dict[str, tuple[Any, ...]] = {
            "lane": LANES,
            "urgency": URGENCIES,
            "language": LANGUAGES[1:],
            "complexity": COMPLEXITIES[:2],
            "reason": REASONS,
        }
        when: dict[str, Any] = {
            key: chance.sample(values, chance.randint(1, 2))
            for key, values in choices.items()
            if chance.random() < 0.35
        }
        if chance.random() < 0.3:
            when["within_hours"] = chance.random() < 0.5
        owner, following = chance.choice(["omar", "kim", "dana"]), chance.choice(["omar", "kim"])
        return {"when": when, "owner": owner, "then": [following]}

    return [rule() for _ in range(chance.randint(1, 7))]


@cache
def every_packet() -> tuple[Packet, ...]:
    """One of each kind: every value that a rule may name, and one that none does."""
    return tuple(
        make_packet(
            lane=lane,
            details=None,
            urgency={"level": urgency},
            customer={"name": "M", "language": language} if language else None,
            classification={"complexity": complexity} if complexity else None,
            escalation={"reason": reason},
            owner=None,
            made_at=None,
        )
        for lane, urgency, language, complexity, reason in product(
            (*LANES, "content"), (*URGENCIES, "normal"), (*LANGUAGES, "de"), COMPLEXITIES, (*REASONS, "emotion")
        )
    )


def listed(rules: list[dict[str, Any]]) -> tuple[set[str], set[str | None]]:
    """Rules that match some packet, and those (None: no rule) that leave one to a fallback who cannot take it."""
    named = [{"name": f"rule {number}", **rule} for number, rule in enumerate(rules)]
    settings = RoutingSettings.model_validate({"fallback": "dana", "rules": named})
    owners = {name: Owner(name, name) for name in LIMITED.duties}
    matched: set[str] = set()
    gaps: set[str | None] = set()
    for packet, now in product(every_packet(), TIMES):
        found = route(packet, settings, owners, (), now=now, hours=OPEN, staff=LIMITED)
        matched |= {found.rule} if found.rule else set()
        if ", although " in found.why:
            gaps.add(found.rule)
    return matched, gaps


@pytest.mark.parametrize("seed", range(8))
def test_what_is_said_of_all_packets_is_what_routing_each_of_them_shows(seed: int) -> None:
    rules = some_rules(random.Random(seed))
    found = covered(rules, LIMITED)
    matched, gaps = listed(rules)
    said = {f"rule {number}" for number in range(len(rules)) if number not in found.never}
    assert matched == said
    assert gaps == {None if one.rule is None else f"rule {one.rule}" for one in found.gaps}


def test_rules_too_entangled_are_said_to_be_undecided_rather_than_judged_for_ever() -> None:
    found = covered(some_rules(random.Random(3)), LIMITED, budget=3)
    assert found.undecided
    assert found.never == ()
