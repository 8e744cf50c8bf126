"""A clock that several processes share: it stands still until one of them moves it."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Self

from handoff_core.testing.clock import START

_SIZE = struct.calcsize("d")


class SharedClock:
    """Time in a file, mapped into memory; ``sleep`` moves it for everybody at once.

    Only one process may move it at a time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _SIZE)

    @classmethod
    def make(cls, path: Path, now: float = START) -> Self:
        """A new clock in a new file."""
        path.write_bytes(struct.pack("d", now))
        return cls(path)

    def now(self) -> float:
        """Seconds since the epoch."""
        return float(struct.unpack_from("d", self._map)[0])

    def set(self, now: float) -> None:
        """Make it ``now``."""
        struct.pack_into("d", self._map, 0, now)

    def sleep(self, seconds: float) -> None:
        """Move on by ``seconds``, as if they had been waited for."""
        self.set(self.now() + max(seconds, 0.001))

    advance = sleep
