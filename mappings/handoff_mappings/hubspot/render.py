"""From a view to the records that HubSpot shall hold. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from handoff_core.connector import Payload, View
from handoff_mappings.brief import build_brief
from handoff_mappings.hubspot.contact import contact_of
from handoff_mappings.hubspot.note import added_note_of, note_of
from handoff_mappings.hubspot.settings import HubSpotSettings
from handoff_mappings.hubspot.task import task_of


def render(view: View, settings: HubSpotSettings) -> Sequence[Payload]:
    """Contact, note, task and added note, in the order in which they are written."""
    brief = build_brief(view)
    contact = contact_of(view, settings)
    records = (
        contact,
        note_of(view, brief, settings, contact),
        task_of(view, brief, settings, contact),
        added_note_of(view, brief, settings, contact),
    )
    return [record for record in records if record is not None]
