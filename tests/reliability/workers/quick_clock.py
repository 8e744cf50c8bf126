"""A clock that several processes share: it runs faster than the machine's, and a test moves it on at once."""

from __future__ import annotations

import mmap
import struct
import time
from pathlib import Path

from handoff_core.testing.clock import START

SPEED = 5.0
"""Seconds that pass in one of the machine's."""
_SIZE = struct.calcsize("dd")


class QuickClock:
    """Time since the clock was made, and what it was moved by since, in a file that is mapped into memory.

    Only one process may move it; every process may wait.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            path.write_bytes(struct.pack("dd", time.monotonic(), 0.0))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _SIZE)

    def now(self) -> float:
        """Seconds since the epoch."""
        began, moved = struct.unpack_from("dd", self._map)
        return START + (time.monotonic() - began) * SPEED + moved

    def advance(self, seconds: float) -> None:
        """Move on at once, for everybody."""
        began, moved = struct.unpack_from("dd", self._map)
        struct.pack_into("dd", self._map, 0, began, moved + seconds)

    def sleep(self, seconds: float) -> None:
        """Wait, as long as that is by this clock."""
        time.sleep(max(seconds, 0.001) / SPEED)
