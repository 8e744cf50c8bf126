"""The stand-ins' time: real by default, moved or frozen by tests."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Protocol


class Now(Protocol):
    """Anything that tells the time."""

    def now(self) -> float:
        """Seconds since the epoch, UTC."""


class SettableClock:
    """The machine's clock plus an offset that a test moves; ``freeze`` stops it."""

    def __init__(self, at: float | None = None) -> None:
        self._lock = threading.Lock()
        self._offset = 0.0
        self._frozen: float | None = at

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        with self._lock:
            return (time.time() if self._frozen is None else self._frozen) + self._offset

    def advance(self, seconds: float) -> float:
        """Move on by so many seconds (negative: back); the new time."""
        with self._lock:
            self._offset += seconds
        return self.now()

    def freeze(self, at: float | None = None) -> None:
        """Stop at ``at``, or at the time it is."""
        at = self.now() if at is None else at
        with self._lock:
            self._frozen, self._offset = at, 0.0

    def thaw(self) -> None:
        """Run on with the machine's clock, from the machine's time."""
        with self._lock:
            self._frozen, self._offset = None, 0.0


class SkewedClock:
    """Another clock, wrong by ``skew`` seconds: a vendor whose clock differs from ours."""

    def __init__(self, clock: Now, skew: float = 0.0) -> None:
        self._clock = clock
        self.skew = skew

    def now(self) -> float:
        """Seconds since the epoch, UTC, plus the skew."""
        return self._clock.now() + self.skew


def iso_seconds(at: float) -> str:
    """``2026-11-20T10:00:00Z``: Zendesk's times have whole seconds."""
    return datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_milliseconds(at: float) -> str:
    """``2026-11-20T10:00:00.123Z``: HubSpot's times have milliseconds."""
    moment = datetime.fromtimestamp(round(at * 1000) / 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def epoch_seconds(text: str) -> float:
    """Seconds since the epoch in an ISO time; ValueError when it is none. No offset means UTC."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
