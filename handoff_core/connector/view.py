"""What ``render`` may look at: the packet, its owner, and what is known of its records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from handoff_core.packet import Commitment, Packet
from handoff_core.style.model import LaneStyle


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns the next step, as one destination knows him. ``identity`` is None where it is not known there."""

    id: str
    name: str
    email: str | None = None
    team: bool = False
    identity: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a reader of the packet could not answer, or that is odd. ``severity``: error | warning | info."""

    code: str
    severity: str
    path: str
    text: str
    fix: str


@dataclass(frozen=True, slots=True)
class SiblingLink:
    """The record of the same packet in another destination. ``label`` is the connector's title, e.g. ``Zendesk``."""

    destination: str
    label: str
    url: str


class ApprovalState(StrEnum):
    """Where the draft of an outbound reply stands. Whatever it says, Handoff sends nothing to a customer."""

    WAITING = "waiting"
    """The approver has not said anything of this draft yet."""
    APPROVED = "approved"
    """The approver accepts this draft: a person may send it."""
    REJECTED = "rejected"
    """The approver does not accept this draft; the note says why."""
    FORBIDDEN = "forbidden"
    """The customer does not want to be contacted: nobody can approve that it is sent."""


@dataclass(frozen=True, slots=True)
class Approval:
    """What became of the draft that a packet brings. ``draft`` is a short code of it and of whom it goes to.

    ``approver``: who is asked. ``final_owner``: who sends it. ``by``, ``at`` (epoch seconds), ``note``: the approver's
    word; None while there is none.
    """

    state: ApprovalState
    draft: str
    approver: Owner
    final_owner: Owner
    by: Owner | None = None
    at: float | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """The revision whose content this destination's append-only records (first comment, milestones) last told."""

    packet: Packet
    owner: Owner
    revision: int
    approval: Approval | None = None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Who took the packet and when, told for the first time by ``revision``."""

    name: str
    at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class Unanswered:
    """In words, that the owner before did not acknowledge in time, told for the first time by ``revision``.

    ``last``: nobody is left to ask after the owner of now.
    """

    text: str
    revision: int
    last: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier packet of the same customer, as the ledger knew it when this revision was accepted.

    ``at``: when it came (epoch seconds). ``summary`` is empty where the customer did not agree to sharing. ``promises``
    are those that were not kept yet, ``concerns`` those that were not answered. ``url``: one of its records.
    """

    id: str
    at: float
    lane: str
    closed: bool
    summary: str = ""
    promises: tuple[Commitment, ...] = ()
    concerns: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """What the automation was given for the transfer. Nobody knows whether it was said to the customer.

    ``text``: the announcement, empty where none was offered. ``connect_after`` (epoch seconds): until then the
    automation was asked to leave the person alone with the packet; None = it was not.
    """

    text: str = ""
    connect_after: float | None = None


@dataclass(frozen=True, slots=True)
class RecordState:
    """What the ledger knows of one remote record. ``edited``: a person changed the text that we wrote.

    ``merged_into``: the record was merged by a person into the one with this id (``remote_id`` is then its
    target already). ``previous_id``: the remote id of the generation before this one.
    """

    kind: str
    key: str
    remote_id: str | None
    url: str | None
    generation: int = 1
    edited: bool = False
    merged: bool = False
    previous_id: str | None = None
    seen: Mapping[str, Any] = field(default_factory=dict)
    """What the connector returned as ``Remote.seen`` after our last write; empty when unknown."""


@dataclass(frozen=True)
class View:
    """All that ``render`` may look at. Same view, same payloads: no clock, no network, no settings of the process."""

    packet: Packet
    revision: int
    """The ledger's number of this revision; rises with every accepted revision."""
    business_id: str
    business_name: str
    timezone: str
    region: str
    destination: str
    key: str
    """``ho-<business>.<packet>``, or ``ho2-…`` for generation 2."""
    owner: Owner
    owner_why: str
    """In words why this owner: the rule that matched, the packet's own wish, or the fallback."""
    acknowledge_within: float | None = None
    """Seconds within which the owner must answer; None = no such rule."""
    chain: tuple[Owner, ...] = ()
    """Who comes next while nobody acknowledges; the fallback owner is the last."""
    acknowledge_in_business_time: bool = False
    """Whether only business hours count for that time."""
    acknowledged: Acknowledged | None = None
    """None until a person has taken it."""
    unanswered: Unanswered | None = None
    """Set while nobody has, although somebody was asked in vain."""
    held: bool = False
    approval: Approval | None = None
    """Of an outbound reply with a draft, and never while it is held."""
    agent_served: bool = False
    """Whether the agent that ``packet.to`` names has an outbox, so that it gets the packet too."""
    findings: tuple[Finding, ...] = ()
    withheld: tuple[str, ...] = ()
    """In plain words, what this destination may not see; ``packet`` comes without it. Named in the record."""
    links: tuple[SiblingLink, ...] = ()
    links_final: bool = True
    """False while a sibling's first record is about to come: a record that can only be written once waits."""
    told: Told | None = None
    records: Mapping[str, RecordState] = field(default_factory=dict)
    """By kind; only records that exist in the ledger."""
    earlier: tuple[Earlier, ...] = ()
    """Earlier packets of the same customer, the newest first; as this destination may see them."""
    offered: Offered | None = None
    """What was offered for the transfer; None where nothing was."""
    style: LaneStyle | None = None
    """How the business wants records of this lane laid out; None = the lane's built-in style."""

    @property
    def links_by_destination(self) -> Mapping[str, str]:
        """Sibling urls by destination name, for packet expressions (``links.<destination>``)."""
        return {link.destination: link.url for link in self.links}
