"""HubSpot: a contact, a note with the brief and a task, each one record for life."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from handoff_connectors.hubspot.attempts import Attempts
from handoff_connectors.hubspot.check import checks
from handoff_connectors.hubspot.client import Client
from handoff_connectors.hubspot.contacts import Contacts
from handoff_connectors.hubspot.engagements import Engagements, anchors_of, kind_of
from handoff_connectors.hubspot.erase import erase, erasure, trace
from handoff_connectors.hubspot.errors import GENERAL, SEARCH
from handoff_connectors.hubspot.lookup import find_engagement
from handoff_connectors.hubspot.owners import owner_id
from handoff_connectors.hubspot.portal import KEY_PROPERTY, Portal
from handoff_core.connector import (
    CheckResult,
    Context,
    DestinationSettings,
    Erased,
    Erasure,
    Limit,
    Operation,
    Owner,
    Payload,
    Remote,
    Trace,
    View,
    Write,
)
from handoff_core.packet.enums import Sensitivity
from handoff_mappings.hubspot import CONTACT, TASK, HubSpotSettings, render


class HubSpotConnector:
    """One HubSpot account, through an access token (service key, private app or OAuth)."""

    title: ClassVar[str] = "HubSpot"
    settings_model: ClassVar[type[DestinationSettings]] = HubSpotSettings
    rank: ClassVar[int] = 20
    sensitivity: ClassVar[Sensitivity] = Sensitivity.PERSONAL
    example_identity: ClassVar[str] = "1"
    """Stands in a preview for an owner's id, which is looked up at delivery."""
    limits: ClassVar[Mapping[str, Limit]] = {
        # HubSpot docs, usage limits, 2026-11: 100 calls in 10 seconds for a private app on Free and Starter; searches
        # have five a second and account of their own.
        GENERAL: Limit(calls=100, period=10.0, burst=10),
        SEARCH: Limit(calls=5, period=1.0),
    }

    def __init__(self, context: Context) -> None:
        settings = _checked(context.settings)
        self._settings = settings
        self._client = Client(context, settings)
        recorded = context.recorder is not None
        self._portal = Portal(self._client, context.memory, context.clock, settings, recorded=recorded)
        attempts = Attempts(context.memory, context.clock, settings.certainty)
        self._contacts = Contacts(self._portal, attempts)
        self._engagements = Engagements(self._portal, attempts, context.clock)

    @classmethod
    def account(cls, settings: DestinationSettings, secret: Callable[[str], str]) -> str:
        """A short hash of the token, from which nobody can read the token back."""
        token = secret(_checked(settings).token_env).strip()
        return hashlib.sha256(f"handoff-account:{token}".encode()).hexdigest()[:12]

    def render(self, view: View) -> Sequence[Payload]:
        """Contact, note, task and, where a person edited the note, an added one. Pure."""
        return render(view, self._settings)

    def cost(self, operation: Operation, payload: Payload) -> Mapping[str, int]:
        """How many calls of which class in the usual course; what is learnt once a day is not counted."""
        if operation in ("owner", "retire"):
            return {GENERAL: 1}
        if operation == "erase":
            return {GENERAL: 3}
        if operation == "prepare":
            return {}
        if payload.kind == CONTACT:
            return _contact_cost(operation, payload)
        associations = len(anchors_of(Write(payload))) + (1 if payload.needs else 0)
        by_key = self._portal.steadily_unique(kind_of(Write(payload)), KEY_PROPERTY)
        if operation == "find":
            searched = {} if associations or by_key else {SEARCH: 1}
            return {GENERAL: (1 if by_key else 2 * min(associations, 1)), **searched}
        if operation == "create":
            return {GENERAL: 2 + (associations if by_key else 0)}
        return {GENERAL: 3}

    def replay_window(self, payload: Payload) -> float:
        """For ever where HubSpot keeps the record unique (our unique property, a contact's e-mail); else never."""
        if payload.kind == CONTACT:
            return math.inf if self._contacts.repeatable(payload.local) else 0.0
        kind = "tasks" if payload.kind == TASK else "notes"
        return math.inf if self._portal.steadily_unique(kind, KEY_PROPERTY) else 0.0

    def find(self, write: Write) -> Sequence[Remote]:
        """Every active record under the key. Where a search is used, it only ever adopts."""
        return self._contacts.find(write) if write.payload.kind == CONTACT else find_engagement(self._portal, write)

    def create(self, write: Write) -> Remote:
        """Make the record. Unknown when the answer was lost."""
        return self._of(write).create(write)

    def update(self, write: Write) -> Remote:
        """Bring our own properties to the payload; a person's changes stay."""
        return self._of(write).update(write)

    def find_owner(self, email: str) -> str | None:
        """The id of the HubSpot owner with exactly that address; None = nobody."""
        return owner_id(self._portal, email)

    def retire(self, write: Write, keep: Remote) -> None:
        """Archive a duplicate note or task of ours. Contacts are people's: they are left alone."""
        if write.payload.kind != CONTACT:
            self._engagements.retire(write, keep)

    @classmethod
    def erasure(cls, kind: str) -> Erasure:
        """Notes and tasks are emptied and archived; of a contact only what is ours goes."""
        return erasure(kind)

    @classmethod
    def trace(cls, payload: Payload, seen: Mapping[str, Any]) -> Trace:
        """Marks of what our properties held, and ids."""
        return trace(payload, seen)

    def erase(self, write: Write) -> Erased:
        """Empty what is ours, then archive it unless it is a contact."""
        return erase(self._portal, write)

    def check(self, owners: Sequence[Owner], *, set_up: bool = False) -> Sequence[CheckResult]:
        """Token, scopes, properties and owners. ``set_up``: makes our unique properties."""
        return checks(self._portal, self._settings, owners, token=self._client.token, set_up=set_up)

    def close(self) -> None:
        """Give back sockets."""
        self._client.close()

    def _of(self, write: Write) -> Contacts | Engagements:
        return self._contacts if write.payload.kind == CONTACT else self._engagements


def _contact_cost(operation: Operation, payload: Payload) -> Mapping[str, int]:
    identity = payload.local["identity"]
    if operation == "find":
        searches = not identity.get("email") and not identity.get("id")
        return {GENERAL: 1, **({SEARCH: 1} if searches else {})}
    return {GENERAL: 1 if operation == "create" else 2}


def _checked(settings: DestinationSettings) -> HubSpotSettings:
    if not isinstance(settings, HubSpotSettings):
        raise TypeError("HubSpotConnector takes HubSpotSettings")
    return settings
