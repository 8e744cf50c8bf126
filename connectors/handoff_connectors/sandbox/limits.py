"""How a vendor counts calls: rolling windows and token buckets, by the stand-ins' clock."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field


@dataclass
class Window:
    """At most ``calls`` in any ``period`` seconds."""

    calls: int
    period: float
    _taken: deque[float] = field(default_factory=deque)

    def take(self, now: float) -> float:
        """Count one call; 0.0, or the seconds to wait when the window is full (it is then not counted)."""
        self._forget(now)
        if len(self._taken) < self.calls:
            self._taken.append(now)
            return 0.0
        return max(self._taken[0] + self.period - now, 0.001) if self._taken else self.period

    def remaining(self, now: float) -> int:
        """Calls that are left at ``now``."""
        self._forget(now)
        return max(self.calls - len(self._taken), 0)

    def resets_in(self, now: float) -> int:
        """Whole seconds until the oldest counted call leaves the window."""
        self._forget(now)
        return math.ceil(self._taken[0] + self.period - now) if self._taken else 0

    def _forget(self, now: float) -> None:
        # A clock set back would keep old calls for ever: calls from the future are forgotten too.
        while self._taken and (self._taken[0] <= now - self.period or self._taken[0] > now):
            self._taken.popleft()


@dataclass
class TokenBucket:
    """``burst`` calls at once, refilled at ``per_second``."""

    burst: int
    per_second: float
    _tokens: float = -1.0
    _at: float = 0.0

    def take(self, now: float) -> float:
        """Count one call; 0.0, or the seconds until one is free."""
        if self._tokens < 0:
            self._tokens = float(self.burst)
        self._tokens = min(self.burst, self._tokens + max(now - self._at, 0.0) * self.per_second)
        self._at = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0
        return (1 - self._tokens) / self.per_second


class Windows:
    """Windows by name, made when first needed."""

    def __init__(self) -> None:
        self._windows: dict[str, Window] = {}

    def of(self, name: str, calls: int, period: float) -> Window:
        """The window of that name; a changed limit takes effect at once."""
        window = self._windows.setdefault(name, Window(calls, period))
        window.calls, window.period = calls, period
        return window

    def clear(self) -> None:
        """Forget every call."""
        self._windows.clear()
