"""What the ledger's functions take and give: plain frozen rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StoredPacket:
    """The newest revision of a packet, without its body."""

    id: str
    revision: int
    digest: str
    lane: str
    urgency: str
    held: bool
    released: bool
    closed: bool
    route: str
    findings: str
    received_at: float
    erased_at: float | None = None


@dataclass(frozen=True, slots=True)
class NewRevision:
    """A revision that has been judged newer, ready to be written. ``body``, ``route``, ``findings``, ``approval``,
    ``earlier``, ``offered`` are JSON.

    ``customer``: None = as in the revision before, and so are ``earlier`` and ``offered`` then: the packet's content is
    the same. ``answered``: the first sign that a person is at work on it.
    """

    packet_id: str
    revision: int
    digest: str
    lane: str
    summary: str
    urgency: str
    next_due: str | None
    closed: bool
    held: bool
    released: bool
    owner_id: str
    body: str
    route: str
    findings: str
    approval: str | None = None
    customer: CustomerRow | None = None
    earlier: str | None = None
    offered: str | None = None
    answered: bool = False


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """How later packets of the same customer find this one, by digests, and what they show of it, as JSON."""

    account: str | None
    email: str | None
    phone: str | None
    open_matters: str


@dataclass(frozen=True, slots=True)
class EarlierPacket:
    """An earlier packet of the same customer. ``open_matters`` is JSON; ``url`` one of its records."""

    id: str
    lane: str
    received_at: float
    closed: bool
    open_matters: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Body:
    """What is kept of one revision: the packet's JSON, and what stands beside it (JSON; None = nothing)."""

    body: str | None
    earlier: str | None = None
    offered: str | None = None


@dataclass(frozen=True, slots=True)
class WantedDelivery:
    """A destination that shall hold a revision. ``wait`` seconds for siblings' links before the first record."""

    destination: str
    rank: int
    priority: int
    wait: float = 0.0
    look_first: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery under lease. Every later write names ``fence``; a worker that lost its lease writes nothing."""

    business: str
    packet_id: str
    destination: str
    fence: int
    was: str
    priority: int
    wanted: int
    done: int
    told: int
    attempts: int
    first_attempt_at: float | None
    look_first: bool
    urgent: bool
    url: str | None
    links_seen: str | None
    rank: int
    updated_at: float
    due_at: float
    look_again_at: float | None = None
    doubted: str | None = None


@dataclass(frozen=True, slots=True)
class Sibling:
    """The delivery of the same packet in one destination."""

    destination: str
    state: str
    rank: int
    url: str | None
    links_seen: str | None
    due_at: float
    attempts: int
    wanted: int
    urgent: bool
    look_again_at: float | None
    queue: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """Everything a delivery needs to know, read in one transaction. Bodies and routes are JSON."""

    claim: Claim
    revision: int
    digest: str
    body: str
    route: str
    findings: str
    held: bool
    closed: bool
    received_at: float
    told_body: str | None
    told_owner: str | None
    siblings: tuple[Sibling, ...]
    records: dict[str, RecordRow]
    erased_at: float | None = None
    """When the packet was erased: its records are then to be erased too, and ``body`` is empty."""
    approval: str | None = None
    told_approval: str | None = None
    earlier: str | None = None
    offered: str | None = None


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One remote record as the ledger knows it. Columns as in ``tables.records``; ``seen`` is parsed."""

    kind: str
    key: str
    generation: int = 1
    state: str = "new"
    remote_id: str | None = None
    previous_id: str | None = None
    url: str | None = None
    revision: int = 0
    digest: str | None = None
    seen: dict[str, Any] | None = None
    kept: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    edited: bool = False
    merged: bool = False
    written_at: float | None = None
    confirm_at: float | None = None
    operation: str | None = None
    intent: str | None = None
    intent_revision: int | None = None
    frozen: bytes | None = None
    idempotency_key: str | None = None
    first_sent_at: float | None = None
    sent_at: float | None = None
    reason: str | None = None
