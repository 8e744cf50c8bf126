"""Taking turns: both sides interleaved, so that a machine whose speed drifts favours neither."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Goal:
    """A further thing that a benchmark has to reach. ``sign`` says how ``reached`` relates to ``aim``: ≤, ≥ or =."""

    what: str
    reached: float
    sign: str
    aim: float

    @property
    def met(self) -> bool:
        """Whether it was reached."""
        match self.sign:
            case "≤":
                return self.reached <= self.aim
            case "≥":
                return self.reached >= self.aim
        return self.reached == self.aim


@dataclass(frozen=True)
class Figure:
    """One benchmark: ratios of ours to the other side, round by round, the aim, and what was checked."""

    number: str
    what: str
    against: str
    ours: tuple[float, ...]
    other: tuple[float, ...]
    unit: str
    aim: float
    checked: str
    beside: str = ""
    goals: tuple[Goal, ...] = ()

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours divided by the other side, by round."""
        return tuple(a / b for a, b in zip(self.ours, self.other, strict=True))

    @property
    def median(self) -> float:
        """The median ratio."""
        return statistics.median(self.ratios)

    @property
    def met(self) -> bool:
        """Whether the ratio and every further goal were reached."""
        return self.median <= self.aim and all(goal.met for goal in self.goals)

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return asdict(self) | {
            "ratios": self.ratios,
            "median_ratio": self.median,
            "ours_median": statistics.median(self.ours),
            "other_median": statistics.median(self.other),
            "goals": [asdict(goal) | {"met": goal.met} for goal in self.goals],
            "met": self.met,
        }


def take_turns(
    rounds: int, ours: Callable[[], float], other: Callable[[], float]
) -> tuple[Sequence[float], Sequence[float]]:
    """Run both sides ``rounds`` times after one that does not count; each call gives its figure."""
    ours()
    other()
    pairs = [(ours(), other()) for _ in range(rounds)]
    return tuple(a for a, _ in pairs), tuple(b for _, b in pairs)
