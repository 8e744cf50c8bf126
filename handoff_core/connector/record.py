"""One remote record: what it shall hold, how it is written, and what came of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal


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
    ``urgent``: making this record shows or tells a change of urgency or owner, so it waits behind no other packet's.
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
    text: str | Callable[[], str] = ""
    """The record as a reader sees it, in plain text, for ``handoff preview``; or what makes that text, which a
    delivery never asks for. Not sent, no part of the digest."""

    @property
    def readable(self) -> str:
        """``text``, made if it is still to be made."""
        return self.text if isinstance(self.text, str) else self.text()

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
    lost: Payload | None = None
    """For ``create``: an earlier creation under the vendor's unique key whose answer was lost. It may still arrive.

    For ``update``: what a worker that had lost its lease may have written meanwhile, or the creation of a record that
    was adopted; it is ours, not a person's.
    """


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
    sent: tuple[str, ...] | None = None
    """For ``update``: the names of the fields that this request wrote, for the audit; None = all of the payload's."""


Operation = Literal["find", "prepare", "create", "update", "owner", "retire", "erase"]
