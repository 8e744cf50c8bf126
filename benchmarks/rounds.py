"""Taking turns: both sides interleaved, so that a machine whose speed drifts favours neither."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


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

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours divided by the other side, by round."""
        return tuple(a / b for a, b in zip(self.ours, self.other, strict=True))

    @property
    def median(self) -> float:
        """The median ratio."""
        return statistics.median(self.ratios)

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return asdict(self) | {"ratios": self.ratios, "median_ratio": self.median, "met": self.median <= self.aim}


def take_turns(
    rounds: int, ours: Callable[[], float], other: Callable[[], float]
) -> tuple[Sequence[float], Sequence[float]]:
    """Run both sides ``rounds`` times after one that does not count; each call gives its figure."""
    ours()
    other()
    pairs = [(ours(), other()) for _ in range(rounds)]
    return tuple(a for a, _ in pairs), tuple(b for _, b in pairs)
