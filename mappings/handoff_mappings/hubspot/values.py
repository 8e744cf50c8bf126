"""Single values as HubSpot properties take them: text, always."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from handoff_core.connector import Owner, View
from handoff_core.packet import Expression, Packet
from handoff_core.privacy.tokens import is_withheld
from handoff_mappings.hubspot.limits import TEXT_PROPERTY
from handoff_mappings.text import clean, cut

OBJECTS_BY_ID_NAME: Final[Mapping[str, str]] = {
    "hubspot_company": "companies",
    "hubspot_deal": "deals",
    "hubspot_ticket": "tickets",
}
"""Names in ``customer.external_ids`` and the HubSpot objects that they are ids of."""
CONTACT_ID_NAME: Final = "hubspot"
"""The name in ``customer.external_ids`` of the contact's id."""

_RECORD_ID: Final = re.compile(r"[1-9]\d{0,19}")


def field_values(fields: Mapping[str, str], view: View) -> tuple[dict[str, str], tuple[str, ...]]:
    """The values of a field table, without those that the packet does not have; and the names of cut ones."""
    values: dict[str, str] = {}
    shortened: list[str] = []
    for name, expression in fields.items():
        value = Expression.parse(expression).evaluate(view.packet, view.links_by_destination)
        text = clean(_text(value)).strip()
        if not text or is_withheld(text):
            continue
        if len(text) > TEXT_PROPERTY:
            shortened.append(name)
        values[name] = cut(text, TEXT_PROPERTY)
    return values, tuple(shortened)


def own_key(view: View, kind: str, suffix: str = "") -> str:
    """The key of one record: the one it was made under, for as long as it is there.

    When the note is made anew as ``ho2-…``, a task that nobody removed stays ``ho-…~task``: that is what HubSpot holds
    as its key, so its reference line says the same.
    """
    known = view.records.get(kind)
    return f"{view.key}{suffix}" if known is None else known.key


def owner_values(owner: Owner) -> dict[str, str]:
    """The owner's property; empty when the owner is not known in HubSpot (the text then names him)."""
    return {"hubspot_owner_id": owner.identity} if owner.identity else {}


def timestamp(moment: datetime) -> str:
    """A moment as HubSpot writes it back: ``2026-11-20T17:00:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def associations_of(packet: Packet) -> list[list[str]]:
    """``[["companies", "31"], …]``: the records beside the contact that the packet names by id."""
    ids = packet.customer.external_ids if packet.customer else {}
    return [
        [kind, ids[name].strip()]
        for name, kind in OBJECTS_BY_ID_NAME.items()
        if name in ids and _RECORD_ID.fullmatch(ids[name].strip())
    ]


def contact_id_of(packet: Packet) -> str | None:
    """The contact's id, where the packet names a plausible one."""
    given = packet.customer.external_ids.get(CONTACT_ID_NAME, "").strip() if packet.customer else ""
    return given if _RECORD_ID.fullmatch(given) else None


def _text(value: str | int | float | bool | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
