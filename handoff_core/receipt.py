"""The receipt of a packet: what was accepted, who owns it, where it goes, and what a reader could not answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from handoff_core.connector import Finding
from handoff_core.errors import Problem

WAS_ERASED = "was erased on "
"""How the problem of a packet begins that was erased."""


class ReceiptStatus(StrEnum):
    """What became of a packet."""

    ACCEPTED = "accepted"
    """Durable; it will be delivered."""
    UNCHANGED = "unchanged"
    """The same revision is there already."""
    STALE = "stale"
    """Older than what is there; nothing changed."""
    CONFLICT = "conflict"
    """Same order, other content: refused, never silent."""
    REFUSED = "refused"
    """Not acceptable; ``problems`` says why."""


@dataclass(frozen=True, slots=True)
class ReceiptOwner:
    """Who owns the next step, and why."""

    id: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt a packet. ``id`` is None only when a refused packet's id cannot be read.

    ``announcement``: what the customer can be told, with its parts; ``opening_line``: a first sentence for the person;
    ``connect_after``: the moment (RFC 3339) before which he has the packet for himself. Each is None where there is
    nothing to say, and where the packet says it itself.
    """

    id: str | None
    status: ReceiptStatus
    revision: int | None = None
    owner: ReceiptOwner | None = None
    destinations: tuple[str, ...] = ()
    held: bool = False
    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    announcement: Mapping[str, Any] | None = None
    opening_line: str | None = None
    connect_after: str | None = None

    @property
    def erased(self) -> bool:
        """Whether it was refused because its packet was erased."""
        return self.status is ReceiptStatus.REFUSED and any(one.text.startswith(WAS_ERASED) for one in self.problems)

    def to_object(self) -> dict[str, Any]:
        """The object that ``submit --json`` prints."""
        return asdict(self) | {
            "status": self.status.value,
            "announcement": None if self.announcement is None else dict(self.announcement),
            "destinations": list(self.destinations),
            "findings": [asdict(finding) for finding in self.findings],
            "problems": [asdict(problem) for problem in self.problems],
        }

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(self.to_object(), ensure_ascii=False)
