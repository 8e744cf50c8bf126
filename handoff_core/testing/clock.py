"""A clock that a test moves."""

from __future__ import annotations

import threading

START = 1_795_187_520.0
"""2026-11-20T15:12:00Z, the moment at which the sample packet was made."""


class FakeClock:
    """Stands still until it is moved; ``sleep`` moves it at once. Safe to use from several threads."""

    def __init__(self, now: float = START) -> None:
        self._now = now
        self._lock = threading.Lock()
        self.slept: list[float] = []

    def now(self) -> float:
        """Seconds since the epoch."""
        with self._lock:
            return self._now

    def sleep(self, seconds: float) -> None:
        """Move the clock on by ``seconds``, as if they had been waited for; ``slept`` keeps them."""
        with self._lock:
            self.slept.append(seconds)
            self._now += max(seconds, 0.0)

    def advance(self, seconds: float) -> float:
        """Move the clock on by ``seconds`` (back, when negative) and give its new time."""
        with self._lock:
            self._now += seconds
            return self._now
