"""Finding a note or task under our key: by the unique property, else among what hangs on the customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from handoff_connectors.hubspot.engagements import STAMPS, anchors_of, body_of, kind_of
from handoff_connectors.hubspot.errors import Rejected
from handoff_connectors.hubspot.links import link_to
from handoff_connectors.hubspot.portal import KEY_PROPERTY, Portal
from handoff_connectors.hubspot.records import Found, associated, read, read_many, search, untouched
from handoff_core.connector import Remote, Write
from handoff_core.errors import Gone
from handoff_mappings.hubspot.plain import ends_with_ref, ref_of

SKEW: Final = 300.0
"""Seconds by which our clock may differ from HubSpot's."""
SOURCE: Final = "hs_object_source"
"""How a record came about; ``CRM_UI`` is a person at HubSpot's own pages."""


def find_engagement(portal: Portal, write: Write) -> Sequence[Remote]:
    """Every active record under the payload's key, oldest first.

    Where a record hangs on nothing and the portal has no unique property, only a search is left: what it shows is
    taken, what it does not show proves nothing.
    """
    kind, key = kind_of(write), write.payload.key
    names = [KEY_PROPERTY, body_of(kind), SOURCE, *STAMPS]
    found = _by_property(portal, kind, key, names)
    if not found:
        since = None if write.since is None else write.since - SKEW
        anchors = anchors_of(write)
        every = _hanging(portal, kind, anchors, names) if anchors else _searched(portal, kind, key, names, since)
        found = [one for one in every if _ours(one, key) and (since is None or (one.created_at or since) >= since)]
    unique = {one.id: one for one in found}
    ordered = sorted(unique.values(), key=lambda one: (one.created_at or 0.0, int(one.id)))
    return [_remote(portal, one, key, write) for one in ordered]


def _by_property(portal: Portal, kind: str, key: str, names: Sequence[str]) -> list[Found]:
    if not portal.unique(kind, KEY_PROPERTY):
        return []
    try:
        return [read(portal, kind, key, names, by=KEY_PROPERTY)]
    except Gone:
        return []
    except Rejected:
        portal.learn_unique(kind, KEY_PROPERTY, False)
        return []


def _hanging(portal: Portal, kind: str, anchors: Iterable[tuple[str, str]], names: Sequence[str]) -> list[Found]:
    ids: dict[str, None] = {}
    for on, given in anchors:
        try:
            ids.update((one, None) for one in associated(portal, on, given, kind))
        except Gone:
            continue
        if on == "contacts":  # everything of a packet with a contact hangs on it
            break
    return list(read_many(portal, kind, list(ids), names))


def _searched(portal: Portal, kind: str, key: str, names: Sequence[str], since: float | None) -> list[Found]:
    recent = ("hs_createdate", "GTE", str(int(since * 1000))) if since is not None else None
    token = (body_of(kind), "CONTAINS_TOKEN", key)
    return search(portal, kind, [[recent or token]], names, "hs_createdate")


def _ours(found: Found, key: str) -> bool:
    """Under our key. A record that a person made is theirs, also where its last line quotes our reference."""
    if found.properties.get(KEY_PROPERTY) == key:
        return True
    return ref_of(found.properties.get(body_of(found.kind), "")) == key and not _by_a_person(found)


def _by_a_person(found: Found) -> bool:
    return found.properties.get(SOURCE, "").startswith("CRM_UI")


def _remote(portal: Portal, found: Found, key: str, write: Write) -> Remote:
    last_line = ends_with_ref(found.properties.get(body_of(found.kind), ""), key)
    return Remote(
        id=found.id,
        url=link_to(portal, found, anchors_of(write)),
        created_at=found.created_at,
        retirable=last_line and untouched(found) and not _by_a_person(found),
    )
