"""What a person or a program is shown of a handoff: plain rows that turn into JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from handoff_core.connector import CheckResult, RecordedRequest


@dataclass(frozen=True, slots=True)
class ApprovalStatus:
    """The draft of an outbound reply. ``state``: waiting, approved, rejected or forbidden (no consent to contact).

    ``draft`` is the code of the draft; ``by_id``, ``by_name``, ``at`` (epoch seconds) and ``note`` are the approver's
    word, None while there is none.
    """

    state: str
    draft: str
    approver_id: str
    approver_name: str
    final_owner_id: str
    final_owner_name: str
    by_id: str | None = None
    by_name: str | None = None
    at: float | None = None
    note: str | None = None

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class DeliveryWait:
    """A destination that does not have the newest revision, or not certainly. Times are seconds since the epoch.

    ``state``: of the delivery; ``since``: when that began; ``until``: nothing is sent there before, None where a
    person has to act first.
    """

    destination: str
    state: str
    reason: str | None
    since: float
    until: float | None

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class AccountWait:
    """A vendor that asked to wait for long. ``until`` in seconds since the epoch, of the class that waits longest."""

    destinations: tuple[str, ...]
    limit_classes: tuple[str, ...]
    until: float
    text: str

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return asdict(self) | {"destinations": list(self.destinations), "limit_classes": list(self.limit_classes)}


def approve_command(packet_id: str, asked: ApprovalStatus) -> str:
    """What the approver runs, having read that draft."""
    return f"handoff approve {packet_id} --by {asked.approver_id} --draft {asked.draft}"


@dataclass(frozen=True, slots=True)
class HandoffStatus:
    """One handoff. ``state`` is the worst of its deliveries; ``due`` as the packet says it (RFC 3339).

    ``approval`` is None for everything but an outbound reply with a draft.

    ``closed``: the packet itself says that the work is done. Times are seconds since the epoch.
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
    erased_at: float | None = None
    """When it was erased (epoch seconds): of its content nothing is left here."""
    approval: ApprovalStatus | None = None
    acknowledge_until: float | None = None
    """Until when the owner is to acknowledge; None where nobody is waited for."""
    next_owners: tuple[str, ...] = ()
    """Ids of those who are asked then, in order; the fallback owner is the last."""
    overdue: bool = False
    """Whether nobody acknowledged in time: the next one is asked with the next run, or nobody is left to ask."""
    acknowledged_at: float | None = None
    acknowledged_by: str | None = None
    """The name of the person who did."""
    acknowledged_after: float | None = None
    """Seconds from acceptance to acknowledgement; from the last time that the packet was given out anew."""
    acknowledged_in_time: bool | None = None
    """Whether that is within ``success.acknowledged_within`` of the lane; None while it may be, or none is set."""
    waits: tuple[DeliveryWait, ...] = ()
    """The destinations that it has not reached, or where its newest revision has not: why, since and until when."""

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        after = self.acknowledged_after
        return (
            asdict(self)
            | {
                "next_owners": list(self.next_owners),
                "waits": [one.to_object() for one in self.waits],
                "acknowledged_after": None if after is None else round(after, 1),
            }
            | {"destinations": dict(self.destinations), "age_seconds": round(self.age_seconds, 1)}
        )


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
class ChangesSince:
    """What the packet says differently since the revision of which a destination's readers were last told."""

    destination: str
    revision: int
    changes: tuple[str, ...]

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return asdict(self) | {"changes": list(self.changes)}


@dataclass(frozen=True, slots=True)
class Shown:
    """One handoff with its packet, records and links."""

    status: HandoffStatus
    packet: Mapping[str, Any]
    owner_why: str
    findings: tuple[Mapping[str, Any], ...]
    records: tuple[RecordLine, ...]
    earlier: tuple[Mapping[str, Any], ...] = ()
    """Earlier packets of the same customer, as they were when this revision came: id, when, what is still open."""
    announcement: Mapping[str, Any] | None = None
    opening_line: str | None = None
    changes: tuple[ChangesSince, ...] = ()

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return self.status.to_object() | {
            "earlier": [dict(one) for one in self.earlier],
            "announcement": None if self.announcement is None else dict(self.announcement),
            "opening_line": self.opening_line,
            "changes": [one.to_object() for one in self.changes],
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


@dataclass(frozen=True, slots=True)
class ErasureRecord:
    """One record at a vendor and what an erasure does to it. ``stays``: what cannot be erased, and what a person does.

    ``by_handoff`` is false where a person has to erase it.
    """

    destination: str
    kind: str
    id: str | None
    url: str | None
    what: str
    stays: tuple[str, ...] = ()
    by_handoff: bool = True

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return asdict(self) | {"stays": list(self.stays)}


@dataclass(frozen=True, slots=True)
class ErasedPacket:
    """One packet and what an erasure takes. ``what``: ``erase``, ``transcript`` (its conversation alone), ``draft``.

    ``rows``: how much of its words the ledger holds, by what it is; ``files``: of the inbox folder that hold it.
    ``erased_at``: when it had been erased already (epoch seconds); ``keeps``: why it is left alone.
    """

    id: str
    what: str
    rows: Mapping[str, int]
    files: tuple[str, ...] = ()
    records: tuple[ErasureRecord, ...] = ()
    erased_at: float | None = None
    keeps: str | None = None

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return {
            "id": self.id,
            "what": self.what,
            "rows": dict(self.rows),
            "files": list(self.files),
            "records": [record.to_object() for record in self.records],
            "erased_at": self.erased_at,
            "keeps": self.keeps,
        }


@dataclass(frozen=True, slots=True)
class ErasureResult:
    """What an erasure did, or with ``planned`` would do.

    ``stays``: in plain words, what nobody can erase, or a person only.
    ``unknown``: ids of which nothing is known. ``unfinished``: what could not be done now, and is done by running the
    same command again (a file that another program is writing). ``remote``: records that the next ``sync`` erases at
    their vendors; ``by_hand``: those that a person has to erase.
    """

    planned: bool
    packets: tuple[ErasedPacket, ...]
    stays: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()

    @property
    def remote(self) -> int:
        """Records that the next ``sync`` erases."""
        return sum(record.by_handoff for packet in self.packets for record in packet.records)

    @property
    def by_hand(self) -> int:
        """Records that a person has to erase."""
        return sum(not record.by_handoff for packet in self.packets for record in packet.records)

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return {
            "planned": self.planned,
            "packets": [packet.to_object() for packet in self.packets],
            "remote": self.remote,
            "by_hand": self.by_hand,
            "stays": list(self.stays),
            "unknown": list(self.unknown),
            "unfinished": list(self.unfinished),
        }
