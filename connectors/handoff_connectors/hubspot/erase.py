"""Erasing in HubSpot: notes and tasks are emptied and archived; a contact is people's, only what is ours goes from it.

HubSpot's API archives, it does not purge: an archived note can be restored for 90 days. So its words are overwritten
before. A note whose text a person has changed is archived as it is: those words are theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from handoff_connectors.hubspot.attempts import held, properties_in
from handoff_connectors.hubspot.engagements import body_of, kind_of
from handoff_connectors.hubspot.errors import Rejected
from handoff_connectors.hubspot.portal import KEY_PROPERTY, PHONE_PROPERTY, Portal
from handoff_connectors.hubspot.records import SINGULAR, Found, archive, patch, read
from handoff_connectors.hubspot.writing import required_id
from handoff_core.connector import Erased, Erasure, Payload, Trace, Write, mark_of, marks_of
from handoff_core.errors import AuthFailed, Refused
from handoff_mappings.hubspot import CONTACT
from handoff_mappings.hubspot.plain import words_of

CONTACTS: Final = "contacts"
ERASED: Final = "Erased"
"""What stands in the place of a text."""
TEXTS: Final = frozenset({"hs_note_body", "hs_task_body", "hs_task_subject"})
ASSOCIATIONS: Final = "associations"
ARCHIVED: Final = (
    "HubSpot keeps an archived record restorable for 90 days, emptied, and the history of its properties; it cannot be "
    "purged through the API."
)
CONTACT_STAYS: Final = (
    "The contact is people's and stays; HubSpot keeps the former values in its property history. If the person is to "
    'go altogether, delete the contact there with "Permanently delete" (GDPR).'
)
MAY_BE_MADE: Final = (
    "Whether HubSpot made a contact is not known, and it could only be looked for by the address that is erased: "
    "search for the customer there, and delete the contact if nobody else works with it."
)


def erasure(kind: str) -> Erasure:
    """What becomes of a contact, a note or a task."""
    if kind == CONTACT:
        return Erasure("stays; what Handoff wrote in it, and nobody changed, is cleared", (CONTACT_STAYS,), MAY_BE_MADE)
    return Erasure("is emptied and archived; one whose text a person changed is archived as it is", (ARCHIVED,))


def trace(payload: Payload, seen: Mapping[str, Any]) -> Trace:
    """Marks of what our properties held, and what a look-up by key needs: ids alone."""
    wanted: Mapping[str, str] = payload.body.get("properties", {})
    values = [*properties_in(seen).items(), *((name, _intended(name, value)) for name, value in wanted.items())]
    identity = payload.local.get("identity", {})
    return Trace(
        Payload(
            payload.kind,
            payload.key,
            {"properties": {}, ASSOCIATIONS: payload.body.get(ASSOCIATIONS, [])},
            once=payload.once,
            look_up_first=payload.look_up_first,
            needs=payload.needs,
            local={"identity": {name: identity[name] for name in ("id", "key") if name in identity}, "optional": []},
        ),
        marks_of(payload.key, ((name, value) for name, value in values if value)),
    )


def erase(portal: Portal, write: Write) -> Erased:
    """Erase a contact's part of ours, or a note or task. Gone when it is not there any more."""
    try:
        return _erase_contact(portal, write) if write.payload.kind == CONTACT else _erase_engagement(portal, write)
    except AuthFailed as error:
        if error.status != 403:
            raise
        raise Refused(f"{error.text} Or delete the record by hand.", status=403, request_id=error.request_id) from error


def _erase_contact(portal: Portal, write: Write) -> Erased:
    given = required_id(write.remote_id)
    found = read(portal, CONTACTS, given, [*write.seen, KEY_PROPERTY, PHONE_PROPERTY])
    change = dict.fromkeys(_ours(found, write), "")
    key = write.payload.key.partition("~")[0]
    # Our own two properties are nobody else's, and may have been filled before anything was seen.
    change |= {KEY_PROPERTY: ""} if found.properties.get(KEY_PROPERTY) == key else {}
    change |= {PHONE_PROPERTY: ""} if found.properties.get(PHONE_PROPERTY) and "phone" in change else {}
    refused: list[str] = []
    if change:
        try:
            patch(portal, CONTACTS, given, change)
        except Rejected as error:
            refused = sorted(error.properties & change.keys())
            rest = {name: value for name, value in change.items() if name not in error.properties}
            if not refused or not rest:
                raise
            patch(portal, CONTACTS, given, rest)
    words = (f"HubSpot does not let {', '.join(refused)} of the contact be emptied: do it by hand.",) if refused else ()
    return Erased((*words, CONTACT_STAYS))


def _erase_engagement(portal: Portal, write: Write) -> Erased:
    given, kind = required_id(write.remote_id), kind_of(write)
    found = read(portal, kind, given, [*write.seen, body_of(kind)])
    ours = _ours(found, write)
    left: tuple[str, ...] = (ARCHIVED,)
    if body_of(kind) in ours or not found.properties.get(body_of(kind)):
        try:
            patch(portal, kind, given, {name: ERASED if name in TEXTS else "" for name in ours if _is_free(name)})
        except Rejected:
            left = (*left, f"HubSpot did not let the {SINGULAR[kind]} be emptied before it was archived.")
    elif found.properties[body_of(kind)] != ERASED and words_of(found.properties[body_of(kind)]) != ERASED:
        left = (*left, f"A person had changed the text of the {SINGULAR[kind]}: it was archived with their words.")
    archive(portal, kind, given)
    return Erased(left)


def _ours(found: Found, write: Write) -> set[str]:
    """Properties that still hold what we wrote."""
    names = set()
    for name, marks in write.seen.items():
        value = found.properties.get(name, "")
        now = (held(name, value), _intended(name, value))
        if value and any(mark_of(write.payload.key, name, one) in marks for one in now):
            names.add(name)
    return names


def _intended(name: str, value: str) -> str:
    """A property as it was to be written: HubSpot rewrites the HTML of a text, so that only its words compare."""
    return f"words:{words_of(value)}" if name in TEXTS else value


def _is_free(name: str) -> bool:
    """Whether a property of a note or task can be emptied: words, not what HubSpot needs of every record."""
    return name in TEXTS or not name.startswith(("hs_", "hubspot_"))
