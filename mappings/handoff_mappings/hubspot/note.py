"""The note that holds the brief, and the added note for when a person has made the first one his own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from handoff_core.connector import Payload, View
from handoff_core.packet import Packet
from handoff_mappings.brief import Brief, build_brief, head_changes, milestones
from handoff_mappings.html import brief_html, news_html
from handoff_mappings.hubspot.contact import CONTACT
from handoff_mappings.hubspot.limits import NOTE_BODY
from handoff_mappings.hubspot.plain import readable
from handoff_mappings.hubspot.settings import HubSpotSettings
from handoff_mappings.hubspot.values import associations_of, field_values, own_key, owner_values, timestamp

NOTE: Final = "note"

_SPOKEN: Final = frozenset({"last_words", "routing", "do_not_ask"})
"""Sections that change with every turn, tell nothing about the case, or only name what stands elsewhere."""


def note_of(view: View, brief: Brief, settings: HubSpotSettings, contact: Payload | None) -> Payload:
    """The brief, rewritten in place with every revision."""
    key = own_key(view, NOTE)
    body, shortened = brief_html(replace(brief, reference=key), NOTE_BODY, see=_see(view), notes=notes_of(view))
    extra, cut_fields = field_values(settings.note_fields, view)
    return Payload(
        kind=NOTE,
        key=key,
        body={
            "properties": {"hs_note_body": body, **owner_values(view.owner), **extra},
            "associations": associations_of(view.packet),
        },
        title=brief.title,
        urgent=urgent(view),
        needs=needs_of(contact),
        withheld=withheld_of(view, brief, shortened, cut_fields),
        local=local_of(view, contact, settings.note_fields),
        text=lambda: readable(body),
    )


def added_note_of(view: View, brief: Brief, settings: HubSpotSettings, contact: Payload | None) -> Payload | None:
    """What is new, as a note of its own, once a person has edited the first one; None when nothing is."""
    note = view.records.get(NOTE)
    if note is None or not note.edited or view.told is None or view.told.revision >= view.revision:
        return None
    changed = _changed_sections(view, brief)
    changes = (*milestones(view), *head_changes(view))
    if not changes and not changed:
        return None
    told = replace(
        brief, sections=tuple(replace(one, above_fold=one.above_fold or one.id in changed) for one in brief.sections)
    )
    titles = [one.title for one in told.sections if one.id in changed]
    lines = (*changes, f"Changed below: {', '.join(titles)}") if titles else changes
    key = f"{view.key}~m{view.revision}"
    body, shortened = news_html(
        told,
        "What is new (a person edited the first note, so it stays as it is)",
        lines,
        NOTE_BODY,
        key=key,
        see=_see(view),
        notes=notes_of(view),
    )
    extra, cut_fields = field_values(settings.note_fields, view)
    return Payload(
        kind=f"m{view.revision}",
        key=key,
        body={
            "properties": {"hs_note_body": body, **owner_values(view.owner), **extra},
            "associations": associations_of(view.packet),
        },
        title=f"What is new: {brief.title}",
        once=True,
        told=True,
        urgent=urgent(view),
        needs=needs_of(contact),
        withheld=withheld_of(view, brief, shortened, cut_fields),
        local=local_of(view, contact, settings.note_fields),
        text=lambda: readable(body),
    )


def notes_of(view: View) -> tuple[str, ...]:
    """What the reader must know besides the brief: where the conversation is."""
    if not view.packet.transcript:
        return ()
    return (f"The conversation is not part of this note. See {_see(view)}.",)


def withheld_of(view: View, brief: Brief, shortened: tuple[str, ...], cut_fields: tuple[str, ...]) -> tuple[str, ...]:
    """In words, what the record does not show."""
    conversation = ("the conversation",) if view.packet.transcript else ()
    lines = tuple(f"{name}: shortened or left out for length" for name in shortened)
    return (
        *view.withheld,
        *brief.left_out,
        *conversation,
        *lines,
        *(f"property {name}: shortened" for name in cut_fields),
    )


def needs_of(contact: Payload | None) -> tuple[str, ...]:
    """The contact comes first: a note belongs to it from its first moment."""
    return (CONTACT,) if contact is not None else ()


def local_of(view: View, contact: Payload | None, fields: Mapping[str, str]) -> dict[str, Any]:
    """What the connector needs to know, and what makes it look at the associations again."""
    made_at = view.packet.made_at
    return {
        "identity": dict(contact.local["identity"]) if contact is not None else {},
        "at": timestamp(made_at) if made_at else None,
        "optional": sorted(fields),
    }


def urgent(view: View) -> bool:
    """Whether the urgency or the owner is another than the readers were told."""
    told = view.told
    if told is None:
        return False
    return told.packet.urgency.level is not view.packet.urgency.level or told.owner.id != view.owner.id


def attached(packet: Packet, contact: Payload | None) -> bool:
    """Whether the note has anything to hang on, so that somebody comes across it."""
    return contact is not None or bool(associations_of(packet))


def _see(view: View) -> str:
    others = ", ".join(dict.fromkeys(link.label for link in view.links))
    command = f"handoff show {view.packet.id}"
    return f"the records in {others}, or run: {command}" if others else f"the sources, or run: {command}"


def _changed_sections(view: View, brief: Brief) -> frozenset[str]:
    if view.told is None:
        return frozenset()
    before = build_brief(replace(view, packet=view.told.packet, owner=view.told.owner))
    old = {one.id: one.items for one in before.sections}
    return frozenset(one.id for one in brief.sections if one.id not in _SPOKEN and old.get(one.id) != one.items)
