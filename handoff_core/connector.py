"""The protocol that connectors implement.

A connector knows one vendor: it renders a packet into payloads (pure, by its mapping), and finds, creates and
updates remote records. Everything that must be right once (intents, look-ups before a second creation, retries,
rate buckets, crash safety, generations) is in ``handoff_core.delivery`` and never in a connector.

A connector is constructed once per destination and lane of work, used by one thread at a time, and opens its
connection when it is first used. It raises only the ``DeliveryError`` family; whatever an SDK raises is
translated. It never retries by itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict, Field

from handoff_core.clock import Clock
from handoff_core.durations import Duration
from handoff_core.packet import Packet

CONNECTORS = "handoff.connectors"
"""The entry-point group in which a connector announces itself: ``name = "package.module:ConnectorClass"``."""


class DestinationSettings(BaseModel):
    """What every ``[destinations.<name>]`` table takes; a connector's own settings model inherits it.

    Every duration is in seconds once loaded. ``settle`` and ``min_update_interval`` have the connector's
    defaults, given by its own settings model.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    connector: str
    base_url: str | None = Field(
        None, description="Origin to call instead of the vendor's own; https, or a loopback address."
    )
    timeout: Duration = Field(
        20.0, gt=0, description="Longest wait for an answer (read); connecting takes at most 3.05 s."
    )
    settle: Duration = Field(
        60.0, gt=0, description="How long the vendor may take to show a record that it has accepted."
    )
    min_update_interval: Duration = Field(10.0, ge=0, description="Least time between two updates of one record.")
    rate: float = Field(0.8, gt=0, le=1, description="Share of the vendor's rate limit that Handoff may use.")


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``calls`` calls in ``period`` seconds; ``burst`` of them may come at once (1 = evenly spaced)."""

    calls: float
    period: float
    burst: int = 1


@dataclass(frozen=True, slots=True)
class Observed:
    """What a vendor's headers said about a class of call: its limit now, what is left, seconds until it resets."""

    limit_class: str
    calls: float | None = None
    period: float | None = None
    remaining: float | None = None
    resets_in: float | None = None


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


@dataclass(frozen=True, slots=True)
class Told:
    """The revision whose content this destination's append-only records (first comment, milestones) last told."""

    packet: Packet
    owner: Owner
    revision: int


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
    """Who comes next while nobody acknowledges."""
    held: bool = False
    findings: tuple[Finding, ...] = ()
    links: tuple[SiblingLink, ...] = ()
    links_final: bool = True
    """False while a sibling's first record is about to come: a record that can only be written once waits."""
    told: Told | None = None
    records: Mapping[str, RecordState] = field(default_factory=dict)
    """By kind; only records that exist in the ledger."""

    @property
    def links_by_destination(self) -> Mapping[str, str]:
        """Sibling urls by destination name, for packet expressions (``links.<destination>``)."""
        return {link.destination: link.url for link in self.links}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a record."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Payload:
    """What one remote record shall hold. Built by a mapping, sent by a connector.

    ``kind`` names the record within its destination (``ticket``, ``note``, ``m3``). ``body`` is the vendor's own
    JSON as far as the mapping can say it. ``once``: written once and never changed (a comment, a thread reply).
    ``look_up_first``: a record that people own too (a contact), always looked for before it is made.
    ``told``: creating this record tells the reader the whole head, so later milestones count from it.
    ``urgent``: the update may not wait for ``min_update_interval`` (urgency or owner changed).
    ``needs``: kinds of this destination that must have a remote id before.
    ``local`` is for the connector alone, never sent, and counts for the digest.
    """

    kind: str
    key: str
    body: Mapping[str, Any]
    title: str = ""
    once: bool = False
    look_up_first: bool = False
    told: bool = False
    urgent: bool = False
    needs: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    withheld: tuple[str, ...] = ()
    """Plain words: what did not fit or may not be shown here. Named in the record and in ``handoff show``."""
    local: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    """The record as a reader sees it, in plain text, for ``handoff preview``. Not sent, no part of the digest."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what would be sent, hex; attachments count only at creation and are left out."""
        text = json.dumps([self.kind, self.key, self.body, self.local], sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Write:
    """One creation or update, as the delivery loop asks for it.

    ``refs``: remote ids of this destination's other records, by kind. ``remote_id``: the record to update.
    ``seen``: what the connector returned as ``Remote.seen`` after our last write; empty when unknown.
    ``adopted``: the record was found, not made by this ledger's last request: write everything.
    ``frozen``: the exact bytes that ``prepare`` returned, committed before the first send.
    ``idempotency_key``: for vendors that keep one; the same for every send of the same frozen bytes.
    """

    payload: Payload
    refs: Mapping[str, str] = field(default_factory=dict)
    remote_id: str | None = None
    seen: Mapping[str, Any] = field(default_factory=dict)
    adopted: bool = False
    frozen: bytes | None = None
    idempotency_key: str | None = None
    since: float | None = None
    """For ``find``: when the creation that is looked for was first sent (epoch seconds); None = any time."""


@dataclass(frozen=True)
class Remote:
    """One remote record. ``id`` is proven to have the vendor's shape before it is returned.

    ``seen``: our own fields as the vendor holds them after the write (JSON values), to tell a person's edit later.
    ``kept``: names of fields left alone because a person changed them.
    For ``find``: ``created_at`` orders duplicates; ``retirable`` = key and author are ours and no person touched it.
    ``edited``: a person changed the text, so it was left alone and a ``once`` record must tell the news instead.
    """

    id: str
    url: str | None = None
    seen: Mapping[str, Any] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    edited: bool = False
    created_at: float | None = None
    retirable: bool = False


Operation = Literal["find", "prepare", "create", "update", "owner", "retire"]


class Connector(Protocol):
    """One vendor. Class attributes describe it; instances talk to it."""

    title: ClassVar[str]
    """The vendor's own spelling, shown to people."""
    settings_model: ClassVar[type[DestinationSettings]]
    limits: ClassVar[Mapping[str, Limit]]
    """Rate limit per class of call on the vendor's smallest plan. ``post:C1`` falls under the class ``post``."""
    rank: ClassVar[int]
    """A non-critical first record waits up to 2 s for the links of siblings with a lower rank."""

    def __init__(self, context: Context) -> None: ...

    @classmethod
    def account(cls, settings: DestinationSettings, secret: Callable[[str], str]) -> str:
        """The account that limits and tokens belong to, without any secret in it (``acme``, or a short hash)."""

    def render(self, view: View) -> Sequence[Payload]:
        """What this destination's records shall hold, in the order in which they are written. Pure."""

    def cost(self, operation: Operation, payload: Payload) -> Mapping[str, int]:
        """How many calls of which class an operation makes at most."""

    def find(self, write: Write) -> Sequence[Remote]:
        """Every active record under ``write.payload.key``; never by a search index. Empty = not there (yet)."""

    def create(self, write: Write) -> Remote:
        """Make the record. Unknown when the answer was lost."""

    def update(self, write: Write) -> Remote:
        """Bring our own fields of ``write.remote_id`` to the payload; a person's changes stay."""

    def close(self) -> None:
        """Give back sockets."""


@runtime_checkable
class Prepares(Protocol):
    """Needs requests before its body is complete (uploads); the body is then frozen and committed."""

    def prepare(self, write: Write) -> bytes | None:
        """The exact bytes to send for ``write.payload``; None = this kind needs none. Safe to repeat."""


@runtime_checkable
class Replays(Protocol):
    """The vendor de-duplicates a creation by a key of ours."""

    def replay_window(self, payload: Payload) -> float:
        """Seconds after the first send in which sending the same bytes again is safe; 0 = never, inf = always."""


@runtime_checkable
class DoubtsReplay(Protocol):
    """Replays, but cannot always tell whether the vendor would know our key again."""

    def doubts_replay(self, first_sent_at: float) -> bool:
        """Whether a key that was first sent then (epoch seconds) may be unknown to the vendor by now.

        The same bytes are then sent again only when the lost request can no longer arrive or come into sight.
        """


@runtime_checkable
class FindsOwners(Protocol):
    """Looks an owner up by e-mail."""

    def find_owner(self, email: str) -> str | None:
        """The vendor's id of the person; None = nobody there has that address."""


@runtime_checkable
class Retires(Protocol):
    """Can take a duplicate of ours out of the way."""

    def retire(self, write: Write, keep: Remote) -> None:
        """Retire the record ``write.remote_id`` in favour of ``keep``."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of ``handoff check --online``. ``ok`` None = not possible to tell. ``fix`` says what to do."""

    subject: str
    ok: bool | None
    text: str
    fix: str = ""
    key: str = ""
    """The configuration key it concerns, below ``destinations.<name>``; empty = the table itself."""


@runtime_checkable
class Checks(Protocol):
    """Can be asked whether it would work."""

    def check(self, owners: Sequence[Owner], *, set_up: bool = False) -> Sequence[CheckResult]:
        """Token, scopes, fields, channels, owners. ``set_up``: also make what is missing there and may be made."""


@runtime_checkable
class SetUpFiles(Protocol):
    """Has files that a person needs once, before the first run (an app manifest); ``handoff init`` writes them."""

    @classmethod
    def set_up_files(cls, name: str) -> Mapping[str, str]:
        """Text by file name, for a business called ``name``. No secrets; the person is told what to do with each."""
