"""What a connector is given when it is constructed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from handoff_core.clock import Clock
from handoff_core.connector.settings import DestinationSettings, Observed


class Memory(Protocol):
    """A small cache in the ledger, shared by all processes, one per account."""

    def recall(self, name: str) -> str | None:
        """The remembered text, or None when there is none or it has expired."""

    def remember(self, name: str, text: str, *, seconds: float) -> None:
        """Keep ``text`` under ``name`` for so many seconds."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a connector is given when it is constructed.

    ``secret`` gives the value of an environment variable by name (KeyError when absent). ``observe`` takes
    what the vendor's headers say about limits. ``recorder``, when set, receives each request instead of the
    network (``handoff preview``).
    """

    business: str
    destination: str
    settings: DestinationSettings
    secret: Callable[[str], str]
    clock: Clock
    memory: Memory
    observe: Callable[[Observed], None] = lambda observed: None
    before_request: Callable[[], None] = lambda: None
    """Called before each request: keeps the lease, and raises when it was lost, so that nothing more is sent."""
    recorder: Recorder | None = None


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One exact request, secrets masked."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: str


class Recorder(Protocol):
    """Receives requests instead of the network."""

    def record(self, request: RecordedRequest) -> None:
        """Keep one request."""
