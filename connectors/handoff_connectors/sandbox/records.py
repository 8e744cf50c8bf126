"""Which records exist under which of Handoff's keys, in all three stand-ins: the truth, for tests and the page."""

from __future__ import annotations

import re

from handoff_connectors.sandbox.allow_list import plain
from handoff_connectors.sandbox.hubspot_state import HubSpotState, Record
from handoff_connectors.sandbox.slack_state import SlackState
from handoff_connectors.sandbox.zendesk_state import ZendeskState

_KEY = re.compile(r"\bho2?-[a-z0-9][a-z0-9-]{0,31}\.[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?(?:~\w+)?")

RecordIds = dict[str, dict[str, list[str]]]
"""Key → ``zendesk`` | ``hubspot.notes`` | ``hubspot.tasks`` | ``slack`` … → remote ids, oldest first."""


def packet_key(key: str) -> str:
    """The packet's own key: without generation and without the record's suffix."""
    return re.sub(r"^ho\d+-", "ho-", key).partition("~")[0]


def key_of_record(record: Record) -> str | None:
    """The key of a HubSpot record: its handoff_key property, else the last one that its text shows."""
    if record.properties.get("handoff_key"):
        return record.properties["handoff_key"]
    text = record.properties.get("hs_note_body") or record.properties.get("hs_task_body") or ""
    found = _KEY.findall(plain(text))
    return found[-1] if found else None


def records(zendesk: ZendeskState, hubspot: HubSpotState, slack: SlackState) -> RecordIds:
    """Every live record of ours by its exact key. A key with two ids in one place is a duplicate."""
    found: RecordIds = {}

    def note(key: str | None, place: str, remote_id: str) -> None:
        if key:
            found.setdefault(key, {}).setdefault(place, []).append(remote_id)

    for ticket in zendesk.every():
        if not ticket.deleted:
            note(ticket.values["external_id"], "zendesk", str(ticket.id))
    for kind in ("notes", "tasks"):
        for record in hubspot.every(kind):
            note(key_of_record(record), f"hubspot.{kind}", record.id)
    with slack.lock:
        messages = [message for rows in slack.messages.values() for message in rows.values()]
    for message in sorted(messages, key=lambda m: m.ts):
        key = message.values.get("metadata", {}).get("event_payload", {}).get("handoff_key")
        note(key, "slack", message.ts)
    return found


def duplicates(found: RecordIds) -> RecordIds:
    """Keys and places with more than one record; must be empty."""
    doubled = {key: {p: ids for p, ids in places.items() if len(ids) > 1} for key, places in found.items()}
    return {key: places for key, places in doubled.items() if places}
