"""B12: routing one packet by 200 rules when owners have hours, languages and levels, against owners without limits.

Beside it: what `handoff check` takes to judge all packets of these rules at once.
"""

from __future__ import annotations

import random
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.rounds import Figure, Goal, take_turns
from handoff_core.connector import Owner
from handoff_core.packet.enums import Channel, Complexity, Lane, Reason, UrgencyLevel
from handoff_core.routing import Duty, Levels, Route, RoutingSettings, Staff, WeekHours, route
from handoff_core.routing.coverage import cover
from handoff_core.routing.hours import parse_hours
from handoff_core.testing.factories import make_packet

ROUNDS = 7
PACKETS = 400
RULES, OWNERS = 200, 30
ZONE = ZoneInfo("America/Chicago")
OPEN = WeekHours(parse_hours({"mon-fri": "08:00-18:00"}), ZONE)
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
CHOICES: dict[str, Any] = {
    "lane": [one.value for one in Lane],
    "urgency": [one.value for one in UrgencyLevel],
    "reason": [one.value for one in Reason],
    "channel": [one.value for one in Channel],
    "complexity": [one.value for one in Complexity],
    "language": ["en", "es", "pt", "pt-BR", "de", "fr"],
}


def run() -> Figure:
    """Milliseconds a packet, by round."""
    chance = random.Random(3)
    names = [f"owner-{number}" for number in range(OWNERS)]
    owners = {name: Owner(name, name) for name in names}
    settings = RoutingSettings.model_validate(
        {"fallback": names[0], "rules": [_rule(number, names, chance) for number in range(RULES)]}
    )
    limited = Staff({name: _duty(name, chance) for name in names}, Levels({"high": 2, "needs_authority": 3}))
    packets = [make_packet(id=f"case-{number}", owner=None) for number in range(PACKETS)]

    def routed(staff: Staff) -> list[Route]:
        moments = [NOW + timedelta(hours=number) for number in range(PACKETS)]
        return [
            route(packet, settings, owners, ("desk",), now=now, hours=OPEN, staff=staff)
            for packet, now in zip(packets, moments, strict=True)
        ]

    def ours() -> float:
        return _each(lambda: routed(limited))

    mine, theirs = take_turns(ROUNDS, ours, lambda: _each(lambda: routed(Staff())))
    began = time.process_time()
    found = cover(settings, limited, owners=names, now=NOW, hours=OPEN)
    covering = time.process_time() - began
    passed = sum(bool(one.passed) for one in routed(limited))
    return Figure(
        "B12",
        f"routing by {RULES} rules, owners with limits",
        "owners without limits",
        tuple(mine),
        tuple(theirs),
        "ms",
        5.0,
        f"{passed} of {PACKETS} packets passed somebody over; {len(found.never)} rules never match, "
        f"{len(found.undecided)} are undecided",
        goals=(
            Goal("routing of a packet, ms (median)", statistics.median(mine), "≤", 0.2),
            Goal(f"judging all packets of {RULES} rules, s", covering, "≤", 1.0),
        ),
    )


def _each(work: Any) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000 / PACKETS


def _rule(number: int, names: list[str], chance: random.Random) -> dict[str, Any]:
    looked_at = chance.sample(sorted(CHOICES), chance.randint(3, 5))
    when: dict[str, Any] = {key: chance.sample(CHOICES[key], chance.randint(1, 2)) for key in looked_at}
    if chance.random() < 0.3:
        when["within_hours"] = chance.random() < 0.5
    return {"name": f"rule {number}", "when": when, "owner": chance.choice(names), "then": [chance.choice(names)]}


def _duty(name: str, chance: random.Random) -> Duty:
    span = f"{chance.randint(6, 10):02}:00-{chance.randint(15, 20)}:30"
    languages = ("en", "es") if chance.random() < 0.5 else ("en",)
    return Duty(name, WeekHours(parse_hours({"mon-fri": span}), ZONE), languages, chance.randint(1, 3), "some")
