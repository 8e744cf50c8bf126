"""What a person or a program is shown of a handoff: plain rows that turn into JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from handoff_core.connector import CheckResult, RecordedRequest


@dataclass(frozen=True, slots=True)
class HandoffStatus:
    """One handoff. ``state`` is the worst of its deliveries; ``due`` as the packet says it (RFC 3339).

    ``closed``: the packet itself says that the work is done.
    """

    id: str
    lane: str
    summary: str
    owner_id: str
    owner_name: str
    urgency: str
    state: str
    held: bool
    due: str | None
    age_seconds: float
    needs_person: bool
    revision: int
    destinations: Mapping[str, str]
    closed: bool

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return asdict(self) | {"destinations": dict(self.destinations), "age_seconds": round(self.age_seconds, 1)}


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One remote record, or a destination that has none yet (``kind`` and ``id`` are None)."""

    destination: str
    kind: str | None
    id: str | None
    url: str | None
    state: str
    reason: str | None
    withheld: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return asdict(self) | {"withheld": list(self.withheld), "kept": list(self.kept)}


@dataclass(frozen=True, slots=True)
class Shown:
    """One handoff with its packet, records and links."""

    status: HandoffStatus
    packet: Mapping[str, Any]
    owner_why: str
    findings: tuple[Mapping[str, Any], ...]
    records: tuple[RecordLine, ...]

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return self.status.to_object() | {
            "owner_why": self.owner_why,
            "findings": [dict(finding) for finding in self.findings],
            "records": [record.to_object() for record in self.records],
            "packet": dict(self.packet),
        }


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the audit trail. ``at`` in seconds since the epoch; ``fields`` are names, never values."""

    at: float
    revision: int
    destination: str | None
    kind: str | None
    what: str
    outcome: str
    text: str | None
    fields: tuple[str, ...] = ()

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return asdict(self) | {"fields": list(self.fields)}


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One time at which a record showed fields of a packet. ``certain`` is false where the answer was lost."""

    at: float
    destination: str
    record: str
    revision: int
    fields: tuple[str, ...]
    certain: bool

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return asdict(self) | {"fields": list(self.fields)}


@dataclass(frozen=True, slots=True)
class DeadLine:
    """One delivery that was given up or refused."""

    id: str
    destination: str
    since: float
    revision: int
    reason: str | None
    summary: str

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PreviewRecord:
    """One record as it would be made: readable text, and the exact requests with secrets masked."""

    destination: str
    connector: str
    kind: str
    title: str
    text: str
    withheld: tuple[str, ...]
    requests: tuple[RecordedRequest, ...]

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return asdict(self) | {
            "withheld": list(self.withheld),
            "requests": [asdict(request) | {"headers": dict(request.headers)} for request in self.requests],
        }


@dataclass(frozen=True, slots=True)
class OnlineResult:
    """One line of ``check --online``."""

    destination: str
    result: CheckResult

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return {"destination": self.destination} | asdict(self.result)
