"""Notes and tasks: made once under our key, attached to the customer, rewritten in place until a person edits them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from handoff_connectors.hubspot.attempts import ASSOCIATIONS, LATE, Attempts, held, properties_in
from handoff_connectors.hubspot.errors import Rejected
from handoff_connectors.hubspot.links import link_to
from handoff_connectors.hubspot.ownership import Policy, plan_of
from handoff_connectors.hubspot.portal import KEY_PROPERTY, Portal
from handoff_connectors.hubspot.records import (
    SINGULAR,
    Found,
    archive,
    associate,
    create,
    read,
    untouched,
    upsert,
)
from handoff_connectors.hubspot.writing import carry_out, not_taken, required_id
from handoff_core.clock import Clock
from handoff_core.connector import Remote, Write
from handoff_core.errors import DeliveryError, Gone, RateLimited, Transient, Unknown
from handoff_mappings.hubspot import CONTACT, TASK
from handoff_mappings.hubspot.plain import ends_with_ref

OWNER: Final = "hubspot_owner_id"
STAMPS: Final = ("hs_createdate", "hs_lastmodifieddate")

_POLICY: Final = Policy(
    fill_empty=False,
    lasting=frozenset(
        {
            *("hs_timestamp", "hs_note_body", "hs_task_body", "hs_task_subject"),
            *("hs_task_status", "hs_task_type", "hs_task_priority", KEY_PROPERTY),
        }
    ),
)

Anchors = list[tuple[str, str]]
"""Records that an engagement is attached to: (kind, id)."""


class Engagements:
    """Notes and tasks of one account."""

    def __init__(self, portal: Portal, attempts: Attempts, clock: Clock) -> None:
        self._portal = portal
        self._attempts = attempts
        self._clock = clock

    def create(self, write: Write) -> Remote:
        """Make the record, attached to the contact and whatever else the packet names."""
        kind, anchors = kind_of(write), anchors_of(write)
        there = self._made_before(kind, write)
        if there is not None:
            return self._go_on_with(there, write)
        properties = {**write.payload.body["properties"]}
        properties.setdefault("hs_timestamp", self._timestamp(write.payload.local))
        kept: list[str] = []
        try:
            found, attached = self._make(kind, write, properties, anchors, kept)
        except Rejected as refused:
            dropped = _droppable(write) & refused.properties & properties.keys()
            if not dropped:
                raise
            kept = [not_taken(name) for name in sorted(dropped)]
            properties = {name: value for name, value in properties.items() if name not in dropped}
            found, attached = self._make(kind, write, properties, anchors, kept)
        seen = self._seen_after(found, properties, attached)
        seen |= self._attempts.late(seen, self._attempts.late_creation(kind, write))
        return Remote(found.id, link_to(self._portal, found, anchors), seen, tuple(kept), created_at=found.created_at)

    def update(self, write: Write) -> Remote:
        """Rewrite what still holds our own last writing; ``edited`` when a person changed the text."""
        kind, anchors = kind_of(write), anchors_of(write)
        wanted: Mapping[str, str] = write.payload.body["properties"]
        seen = properties_in(write.seen)
        found = read(self._portal, kind, required_id(write.remote_id), [*wanted, *seen, *STAMPS])
        body = body_of(kind)
        unknown = body not in seen and write.lost is None and LATE not in write.seen
        fresh = unknown and untouched(found) and ends_with_ref(found.properties[body], write.payload.key)
        self._attempts.may_have_written(found.path, write)
        ours = self._attempts.ours(found.path, write.seen, untouched=fresh)
        plan = plan_of(found.properties, wanted, seen, ours, _POLICY)
        edited = body in plan.kept
        plan, sent = carry_out(self._portal, self._attempts, found, write.seen, plan, droppable=_droppable(write))
        before = [] if write.adopted else [str(one) for one in write.seen.get(ASSOCIATIONS, ())]
        attached, missing = self._attach(found, anchors, before)
        kept = [*plan.kept, *missing]
        if plan.patch:
            now = self._read_back(found, sorted(plan.ours))
            if now is None:  # not seen back: what was sent is remembered, and the ledger keeps what it saw before
                link = self._link(found, anchors)
                return Remote(found.id, link, write.seen, tuple(kept), edited, sent=tuple(plan.patch))
        else:
            now = found
        after: dict[str, Any] = {name: held(name, now.properties.get(name, "")) for name in sorted(plan.ours)}
        if edited and body in seen:
            after[body] = seen[body]  # what a person wrote never becomes ours by being seen
        after |= {ASSOCIATIONS: attached, **self._attempts.late(write.seen, sent)}
        return Remote(found.id, self._link(found, anchors), after, tuple(kept), edited, sent=tuple(plan.patch))

    def retire(self, write: Write, keep: Remote) -> None:
        """Archive a duplicate of ours; HubSpot keeps it restorable. One that is gone already is as good."""
        given = required_id(write.remote_id)
        if given == keep.id:
            return
        try:
            archive(self._portal, kind_of(write), given)
        except Gone:
            return

    def _made_before(self, kind: str, write: Write) -> Found | None:
        """What an earlier creation under the unique key made, whose answer was lost: people may have it by now."""
        if write.lost is None or not self._portal.unique(kind, KEY_PROPERTY):
            return None
        try:
            return read(self._portal, kind, write.payload.key, (), by=KEY_PROPERTY)
        except (Gone, Rejected):  # it was not made; or the property is no longer unique, which the creation finds out
            return None

    def _go_on_with(self, there: Found, write: Write) -> Remote:
        try:
            remote = self.update(replace(write, remote_id=there.id, seen={}))
        except RateLimited:
            raise
        except (Gone, Transient) as error:
            # It was there a moment ago. Of a creation, Gone would say that the contact is.
            raise Unknown(error.text, status=error.status, request_id=error.request_id) from error
        return replace(remote, created_at=there.created_at)

    def _make(
        self, kind: str, write: Write, properties: Mapping[str, str], anchors: Anchors, kept: list[str]
    ) -> tuple[Found, list[str]]:
        if self._portal.unique(kind, KEY_PROPERTY):
            try:
                key, trace = write.payload.key, write.payload.digest[:32]
                found = upsert(self._portal, kind, KEY_PROPERTY, key, properties, trace)
            except Rejected as refused:
                if not refused.is_about_the_key(KEY_PROPERTY):
                    raise
                # The property was unique when it was looked at last, and no longer is.
                self._portal.learn_unique(kind, KEY_PROPERTY, False)
            else:
                return found, self._attach_new(found, anchors, kept)
        return self._post(kind, properties, anchors, kept)

    def _post(
        self, kind: str, properties: Mapping[str, str], anchors: Anchors, kept: list[str]
    ) -> tuple[Found, list[str]]:
        try:
            return create(self._portal, kind, properties, anchors), [_spell(*one) for one in anchors]
        except (Rejected, Gone) as refused:
            if isinstance(refused, Rejected) and refused.properties & properties.keys():
                raise
            # One wrong id among several refuses all of them. Nothing was made: see which are there.
            there, missing = self._there(anchors)
            if not missing:
                raise
            kept += missing
            return create(self._portal, kind, properties, there), [_spell(*one) for one in there]

    def _there(self, anchors: Anchors) -> tuple[Anchors, list[str]]:
        there: Anchors = []
        missing: list[str] = []
        for kind, given in anchors:
            try:
                read(self._portal, kind, given, ())
                there.append((kind, given))
            except Gone:
                if kind == "contacts":  # the delivery loop makes the contact anew, then this
                    raise
                missing.append(_not_there(kind, given))
        return there, missing

    def _attach_new(self, found: Found, anchors: Anchors, kept: list[str]) -> list[str]:
        attached: list[str] = []
        for kind, given in anchors:
            try:
                associate(self._portal, found.kind, found.id, kind, given)
            except (Gone, Rejected):
                if kind == "contacts":
                    raise
                kept.append(_not_there(kind, given))
                continue
            except RateLimited:
                raise
            except Transient as error:
                # The record is there: it must be looked up, or written under its key again, not made blindly.
                raise Unknown(error.text, status=error.status, request_id=error.request_id) from error
            attached.append(_spell(kind, given))
        return attached

    def _attach(self, found: Found, anchors: Anchors, before: Sequence[str]) -> tuple[list[str], list[str]]:
        attached, missing = list(before), []
        for kind, given in anchors:
            if _spell(kind, given) in attached:
                continue
            try:
                associate(self._portal, found.kind, found.id, kind, given)
                attached.append(_spell(kind, given))
            except (Gone, Rejected):
                missing.append(_not_there(kind, given))
        return attached, missing

    def _seen_after(self, found: Found, properties: Mapping[str, str], attached: list[str]) -> dict[str, Any]:
        now = self._read_back(found, list(properties))
        if now is None:
            return {**self._attempts.not_seen_back(properties), ASSOCIATIONS: attached}
        values = {name: held(name, now.properties.get(name, "")) for name in sorted(properties)}
        return {**values, ASSOCIATIONS: attached}

    def _read_back(self, found: Found, names: Sequence[str]) -> Found | None:
        """The record as HubSpot holds it now: it rewrites HTML. None when it cannot be read: the write was done."""
        try:
            return read(self._portal, found.kind, found.id, [*names, *STAMPS])
        except DeliveryError:
            return None

    def _timestamp(self, local: Mapping[str, Any]) -> str:
        at = local.get("at")
        if at:
            return str(at)
        moment = datetime.fromtimestamp(self._clock.now() + (local.get("due_within") or 0.0), UTC)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _link(self, found: Found, anchors: Anchors) -> str | None:
        return link_to(self._portal, found, anchors)


def kind_of(write: Write) -> str:
    """HubSpot's name of the kind of record."""
    return "tasks" if write.payload.kind == TASK else "notes"


def body_of(kind: str) -> str:
    """The property with the text."""
    return "hs_task_body" if kind == "tasks" else "hs_note_body"


def anchors_of(write: Write) -> Anchors:
    """What the record is attached to: the contact first."""
    contact = write.refs.get(CONTACT)
    named = [(str(kind), str(given)) for kind, given in write.payload.body["associations"]]
    return [*([("contacts", contact)] if contact else []), *named]


def _droppable(write: Write) -> frozenset[str]:
    return frozenset(write.payload.local["optional"]) | {OWNER}


def _spell(kind: str, given: str) -> str:
    return f"{kind}/{given}"


def _not_there(kind: str, given: str) -> str:
    return f"{SINGULAR[kind]} {given}: HubSpot does not have it, so the record is not attached to it"
