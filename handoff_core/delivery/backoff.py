"""When to try again: exponential with full jitter in the upper half."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds: the first wait, its growth, the longest wait, and when to give up counted from the first attempt."""

    first: float = 5.0
    factor: float = 3.0
    longest: float = 3600.0
    give_up_after: float = 28 * 3600.0

    def delay(self, attempt: int, random: Callable[[], float]) -> float:
        """Seconds to wait after failed attempt number ``attempt`` (from 1); between half and all of the step."""
        # The exponent is bounded because 3.0 ** 700 no longer fits a float.
        step = min(self.longest, self.first * self.factor ** min(attempt - 1, 60))
        return step * (0.5 + 0.5 * random())

    def exhausted(self, first_attempt_at: float | None, now: float) -> bool:
        """Whether the time to try is over."""
        return first_attempt_at is not None and now - first_attempt_at >= self.give_up_after
