"""Time as a parameter, so that tests move it instead of sleeping."""

from __future__ import annotations

import time
from typing import Protocol

AHEAD = "clock-ahead"
"""Name in an account's memory: by how many seconds our clock was ahead of the vendor's, at most, in the last days.

What is looked for by time is looked for that much earlier. A connector that reads the vendor's time may note it.
"""


class Clock(Protocol):
    """Seconds since the epoch, and waiting."""

    def now(self) -> float:
        """Seconds since the epoch, UTC."""

    def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Seconds since the epoch, UTC."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Return after ``seconds``; at once for zero or less."""
        if seconds > 0:
            time.sleep(seconds)
