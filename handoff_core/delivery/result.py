"""What a run did, in numbers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from handoff_core.views import AccountWait


@dataclass(frozen=True, slots=True)
class SyncResult:
    """One run for one business. ``taken``, ``refused``, ``delivered``, ``outcomes``, ``escalated`` and ``unanswered``
    count this run, the others are the state at its end.
    """

    business: str
    taken: int = 0
    refused: int = 0
    delivered: int = 0
    waiting: int = 0
    """Deliveries that are still to be written or confirmed, now or at their time, and those in another process's hands,
    which may be a dead one's until its lease ends."""
    retrying: int = 0
    unknown: int = 0
    parked: int = 0
    dead: int = 0
    held: int = 0
    outcomes: int = 0
    escalated: int = 0
    """Packets whose owner did not acknowledge in time, so that another one is asked."""
    unanswered: int = 0
    """Those of them for which nobody is left to ask next."""
    asked_to_wait: tuple[AccountWait, ...] = ()
    """The accounts whose vendor asked to wait for more than an hour."""
    exit: int = 0
    seconds: float = 0.0
    erased: int = 0
    """Deliveries of erased packets whose records were erased in this run; told to people, no part of the object."""
    put_off: int = 0
    """Deliveries that were tried in this run and wait for another try; told to people, no part of the object."""
    stuck: int = 0
    """Files of the inbox that could not be moved away, or taken at all; told to people, no part of the object."""

    def to_object(self) -> dict[str, Any]:
        """The object that ``sync --json`` prints."""
        waits = [one.to_object() for one in self.asked_to_wait]
        values = asdict(self) | {"asked_to_wait": waits, "seconds": round(self.seconds, 3)}
        del values["erased"], values["put_off"], values["stuck"]
        return values


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a drain has come: deliveries done in this run, and still waiting."""

    done: int
    waiting: int


@dataclass(slots=True)
class Tally:
    """Counts of one drain. ``newly_stuck`` counts what this run newly refused, gave up or parked.

    A delivery that is written twice in a run, because a sibling's link became known, is delivered once.
    """

    arrived: set[tuple[str, str, str]] = field(default_factory=set)
    newly_stuck: int = 0
    erased: int = 0
    tried: set[tuple[str, str, str]] = field(default_factory=set)
    """Deliveries that a vendor did not take at some time in this run."""

    @property
    def delivered(self) -> int:
        """How many deliveries this run brought to their newest revision."""
        return len(self.arrived)

    @property
    def put_off(self) -> int:
        """How many deliveries were tried and have not arrived."""
        return len(self.tried - self.arrived)
