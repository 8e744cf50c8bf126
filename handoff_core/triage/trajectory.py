"""The mood of a conversation as a series: its trend in a word, and a line of small bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from handoff_core.packet.enums import Speaker
from handoff_core.packet.parts import Turn
from handoff_core.triage.sentiment import mood_of

BARS: Final = "▁▂▃▄▅▆▇█"
"""From -1 to 1."""
_STEP: Final = 0.3
"""A change of the mood that is called one."""


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The customer's mood, turn by turn: number of the turn and score, -1 to 1."""

    series: tuple[tuple[int, float], ...]

    @property
    def trend(self) -> str:
        """One word."""
        return trend_of([score for _, score in self.series])

    @property
    def sparkline(self) -> str:
        """One bar a turn of the customer."""
        return sparkline([score for _, score in self.series])


def trajectory(turns: Iterable[Turn]) -> Trajectory:
    """The series of a conversation; where a turn says no sentiment, it is computed from the words."""
    return Trajectory(
        tuple(
            (number, turn.sentiment if turn.sentiment is not None else _score(turn.text))
            for number, turn in enumerate(turns)
            if turn.speaker is Speaker.CUSTOMER
        )
    )


@lru_cache(maxsize=2048)
def _score(text: str) -> float:
    """Kept by its text: a record is rendered for each destination and again for each revision."""
    return mood_of(text).score


def trend_of(scores: Sequence[float]) -> str:
    """falling, rising, steady, or mixed: the last third of a conversation against its first."""
    if len(scores) < 2:
        return "steady"
    part = max(1, len(scores) // 3)
    change = sum(scores[-part:]) / part - sum(scores[:part]) / part
    if change <= -_STEP:
        return "falling"
    if change >= _STEP:
        return "rising"
    return "mixed" if max(scores) - min(scores) >= 3 * _STEP else "steady"


def sparkline(scores: Iterable[float]) -> str:
    """A bar for each score; text, so that it stands in any system."""
    top = len(BARS) - 1
    return "".join(BARS[min(top, max(0, round((score + 1) / 2 * top)))] for score in scores)
