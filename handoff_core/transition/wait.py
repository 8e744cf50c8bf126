"""How long it takes until a person is at a handoff: a range from what it took before, or that nobody can say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from handoff_core.routing.hours import WeekHours

ENOUGH: Final = 8
"""Answers of the past without which no wait is named: with fewer, one slow day would be most of the range."""
LOOK_BACK: Final = 90 * 86_400.0
"""Seconds that the past goes back: a team of last year may be another one."""
AROUND: Final = 1
"""Hours before and after the hour of the day that count as the same time of day."""
_LOWEST, _HIGHEST = 0.2, 0.9
"""Which shares of the answers were quicker than the two ends of the range: nine of ten were within it or sooner."""
_DAY_HOURS: Final = 24


@dataclass(frozen=True, slots=True)
class Answered:
    """A handoff of the past: when it came and when a person was first at work on it, in epoch seconds."""

    came: float
    answered: float

    @property
    def seconds(self) -> float:
        """How long it took."""
        return max(0.0, self.answered - self.came)


@dataclass(frozen=True, slots=True)
class Wait:
    """A range in seconds, whole minutes; ``answers``: how many of the past it is made of.

    ``same_hour``: those came at this time of the day; else at any time at which the business was open, as it is now.
    """

    low: float
    high: float
    answers: int
    same_hour: bool


def expected_wait(history: Sequence[Answered], now: datetime, *, hours: WeekHours | None, zone: tzinfo) -> Wait | None:
    """The range for one lane's handoff that comes ``now`` (aware); None where too little is known to say.

    ``history`` is of that lane. With business hours only what came while they ran counts, and only while they run.
    """
    if hours is not None and not hours.contain(now):
        return None
    open_ = [one for one in history if hours is None or hours.contain(datetime.fromtimestamp(one.came, UTC))]
    hour = now.astimezone(zone).hour
    near = [one for one in open_ if _apart(datetime.fromtimestamp(one.came, zone).hour, hour) <= AROUND]
    for some, same_hour in ((near, True), (open_, False)):
        if len(some) >= ENOUGH:
            took = sorted(one.seconds for one in some)
            low = math.floor(_rank(took, _LOWEST) / 60) * 60
            high = max(60, math.ceil(_rank(took, _HIGHEST) / 60) * 60)
            return Wait(float(low), float(high), len(some), same_hour)
    return None


def _apart(one: int, other: int) -> int:
    distance = abs(one - other)
    return min(distance, _DAY_HOURS - distance)


def _rank(values: Sequence[float], share: float) -> float:
    """The nearest rank: a value that did occur."""
    return values[max(0, math.ceil(share * len(values)) - 1)]
