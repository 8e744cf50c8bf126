"""Every request that reached a stand-in, and counts of them."""

from __future__ import annotations

import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from handoff_connectors.sandbox.wire import Call

_KEPT = 200_000
_BODIES_KEPT = 2_000
_SECRET_HEADERS = frozenset({"authorization", "cookie"})


@dataclass
class Entry:
    """One request. ``status`` is None while it runs, or when it never got an answer; ``body`` may be forgotten."""

    number: int
    at: float
    vendor: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes | None
    status: int | None = None
    fault: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry for the control API; the body as text."""
        body = None if self.body is None else self.body.decode("utf-8", "replace")
        return {**self.__dict__, "body": body}


@dataclass
class RequestLog:
    """Requests in the order in which they arrived. Tokens are not kept."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=_KEPT))
    counts: Counter[str] = field(default_factory=Counter)
    _bodies: deque[Entry] = field(default_factory=deque)
    _number: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, at: float, vendor: str, call: Call) -> Entry:
        """Note a request that has arrived whole."""
        headers = {name: value for name, value in call.headers.items() if name not in _SECRET_HEADERS}
        with self._lock:
            self._number += 1
            entry = Entry(self._number, at, vendor, call.method, call.path, call.query, headers, call.body)
            self.entries.append(entry)
            self._bodies.append(entry)
            if len(self._bodies) > _BODIES_KEPT:
                self._bodies.popleft().body = None
            self.counts[vendor] += 1
            self.counts[f"{vendor} {call.method}"] += 1
            return entry

    def end(self, entry: Entry, status: int | None) -> None:
        """Note how it was answered."""
        with self._lock:
            entry.status = status
            self.counts[f"{entry.vendor} {status or 'no answer'}"] += 1

    def of(self, vendor: str = "*", method: str = "*", path: str = "") -> list[Entry]:
        """The requests of a vendor, a method and a piece of the path."""
        with self._lock:
            return [
                entry
                for entry in self.entries
                if vendor in ("*", entry.vendor) and method in ("*", entry.method) and path in entry.path
            ]

    def clear(self) -> None:
        """Forget every request."""
        with self._lock:
            self.entries.clear()
            self._bodies.clear()
            self.counts.clear()
