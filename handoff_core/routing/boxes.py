"""Sets of packets as boxes: for each thing that is looked at, the values that are in, as bits of a number.

What a rule matches is a box; what is left of a box beside another one is at most as many boxes as there are things.
So what lies in none of many boxes is found without listing packets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Box = tuple[int, ...]


class Undecided(Exception):
    """Too many boxes had to be looked at."""


@dataclass(slots=True)
class Budget:
    """How many more boxes may be compared; the rules are written by people, but nobody says how many."""

    left: int

    def spend(self, count: int) -> None:
        """Compare so many. Undecided when that is too many."""
        self.left -= count
        if self.left < 0:
            raise Undecided


def meet(one: Box, other: Box) -> Box | None:
    """What two boxes have in common; None for nothing."""
    both = []
    for a, b in zip(one, other, strict=True):
        if not a & b:
            return None
        both.append(a & b)
    return tuple(both)


def beside(box: Box, others: Sequence[Box], budget: Budget) -> Box | None:
    """A part of a box that lies in none of the others; None when they cover it."""
    budget.spend(len(others))
    near = [other for other in others if meet(box, other) is not None]
    waiting: list[tuple[Box, int]] = [(box, 0)]
    while waiting:
        rest, place = waiting.pop()
        first = place
        while place < len(near) and meet(rest, near[place]) is None:
            place += 1
        budget.spend(place - first + 1)
        if place == len(near):
            return rest
        for axis, wanted in enumerate(near[place]):
            outside = rest[axis] & ~wanted
            if outside:
                waiting.append(((*rest[:axis], outside, *rest[axis + 1 :]), place + 1))
                rest = (*rest[:axis], rest[axis] & wanted, *rest[axis + 1 :])
    return None
