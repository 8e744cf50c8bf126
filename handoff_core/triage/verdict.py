"""What is decided at one turn, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handoff_core.packet.enums import Meaning
from handoff_core.receipt import Receipt
from handoff_core.triage.signals import Sign


class Timing(Meaning):
    """When a person should take over."""

    NOW = "now", "Hand over now."
    LATE = "late", "A person was due some turns ago and has not come: hand over at once."
    TOO_EARLY = "too_early", "Something speaks for a person, but what the person needs is not known yet."
    HOLD = "hold", "Something speaks for a person, and waiting is better: the reason says why."
    NOT_YET = "not_yet", "Nothing calls for a person."


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict of one turn.

    ``turn`` counts from 0. ``score`` is what all signals come to, ``threshold`` what it takes now: frustration lowers
    it. ``reasons``: the strongest first. ``missing``: what is not known yet, also beside ``now``. ``sentiment``: of
    this turn, None where the customer did not speak. ``due_since``: the turn at which a person was first called for.
    ``receipt``: of the revision that the turn became, once the conversation was handed off.
    """

    verdict: Timing
    turn: int
    score: float
    threshold: float
    reasons: tuple[Sign, ...] = ()
    missing: tuple[str, ...] = ()
    sentiment: float | None = None
    mood: float = 0.0
    trend: str = "steady"
    due_since: int | None = None
    receipt: Receipt | None = None

    @property
    def is_due(self) -> bool:
        """Whether a person should take over: now or late."""
        return self.verdict in (Timing.NOW, Timing.LATE)

    @property
    def text(self) -> str:
        """The verdict in a sentence or two."""
        why = "; ".join(sign.text for sign in self.reasons) or self.verdict.meaning.rstrip(".").lower()
        missing = f" Not known yet: {', '.join(self.missing)}." if self.missing else ""
        return f"{self.verdict.value}: {why}.{missing}"

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return {
            "turn": self.turn,
            "verdict": self.verdict.value,
            "score": self.score,
            "threshold": self.threshold,
            "sentiment": self.sentiment,
            "mood": self.mood,
            "trend": self.trend,
            "due_since": self.due_since,
            "reasons": [
                {"signal": sign.signal.value, "weight": sign.weight, "text": sign.text, "turn": sign.turn}
                for sign in self.reasons
            ],
            "missing": list(self.missing),
        }
