"""What the page shows: the packets on the left, and one packet's records as plain values for the templates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from handoff_connectors.sandbox.allow_list import PAGE, plain, sift
from handoff_connectors.sandbox.clock import epoch_seconds
from handoff_connectors.sandbox.hubspot_state import HubSpotState, Record
from handoff_connectors.sandbox.records import RecordIds, key_of_record, packet_key
from handoff_connectors.sandbox.slack_state import Message, SlackState
from handoff_connectors.sandbox.slack_view import Names, message_html
from handoff_connectors.sandbox.wire import Json
from handoff_connectors.sandbox.zendesk_state import Ticket, ZendeskState

if TYPE_CHECKING:
    from handoff_connectors.sandbox.server import Sandbox

ZONE = "America/Chicago"
"""The time zone of the example business and of the stand-ins' accounts; briefs give their times in it too."""
_TIMELINE = 40
"""Entries of a contact's timeline, and messages of a channel, that the page shows."""
_PRIORITIES = {"HIGH": "high", "MEDIUM": "normal", "LOW": "low"}


@dataclass
class Entry:
    """One packet in the list on the left."""

    key: str
    title: str
    places: set[str] = field(default_factory=set)
    doubled: bool = False


def entries(sandbox: Sandbox, found: RecordIds) -> list[Entry]:
    """All packets that have a record somewhere, newest first."""
    listed: dict[str, Entry] = {}
    for key, places in found.items():
        entry = listed.setdefault(packet_key(key), Entry(packet_key(key), ""))
        entry.places |= {place.partition(".")[0] for place in places}
        entry.doubled |= any(len(ids) > 1 for ids in places.values())
    for entry in listed.values():
        entry.title = _title(sandbox, found, entry.key) or entry.key
    return list(listed.values())[::-1]


def _title(sandbox: Sandbox, found: RecordIds, key: str) -> str:
    places = next((found[k] for k in (key, key.replace("ho-", "ho2-", 1)) if k in found), {})
    for ticket_id in places.get("zendesk", ()):
        return str(sandbox.zendesk.tickets[int(ticket_id)].values["subject"])
    for message in sandbox.slack.by_key(key):
        for block in message.values.get("blocks", ()):
            if block.get("type") == "header":
                return str(block["text"]["text"])
        return str(message.values["text"])[:120]
    for note_id in places.get("hubspot.notes", ()):
        return plain(sandbox.hubspot.records["notes", note_id].properties.get("hs_note_body", "")).split("\n")[0][:120]
    return ""


def key_of(found: RecordIds, record_id: str) -> str | None:
    """The packet's key that a record's id belongs to."""
    return next(
        (packet_key(k) for k, places in found.items() if any(record_id in ids for ids in places.values())), None
    )


def tickets(state: ZendeskState, key: str) -> list[Json]:
    """The packet's tickets as an agent sees them."""
    return [
        _ticket(state, ticket)
        for ticket in state.every()
        if not ticket.deleted and packet_key(str(ticket.values["external_id"] or "")) == key
    ]


def _ticket(state: ZendeskState, ticket: Ticket) -> Json:
    values, account = ticket.values, state.account
    assignee = account.users.get(values["assignee_id"] or 0, {}).get("name")
    group = account.groups.get(values["group_id"] or 0, {}).get("name")
    requester = account.users.get(values["requester_id"], {})
    return {
        **values,
        "assignee": "/".join(filter(None, [group, assignee])) or "–",
        "requester": requester.get("name", "–"),
        "requester_email": requester.get("email"),
        "due": when(values["due_at"]) if values["due_at"] else None,
        "fields": [
            {"title": account.fields[e["id"]]["title"], "value": e["value"], "long": len(str(e["value"])) > 60}
            for e in values["custom_fields"]
            if e["value"] not in (None, "", False)
        ],
        "comments": [
            {
                **comment,
                "author": account.users.get(comment["author_id"], {}).get("name", "?"),
                "at": when(comment["created_at"]),
                "html": sift(comment["html_body"], PAGE),
            }
            for comment in ticket.comments
        ],
    }


def contacts(state: HubSpotState, key: str) -> list[Json]:
    """Each contact that the packet's records are on, with its timeline; records without a contact stand alone."""
    own = [r for kind in ("notes", "tasks") for r in state.every(kind) if packet_key(key_of_record(r) or "") == key]
    on: dict[str | None, list[Record]] = {}
    for record in own:
        links = state.associations.get((record.kind, record.id), {})
        for contact_id in [to_id for kind, to_id, _ in links if kind == "contacts"]:
            on.setdefault(contact_id, []).append(record)
        if not any(kind == "contacts" for kind, _, _ in links):
            on.setdefault(None, []).append(record)
    return [_contact(state, key, contact_id, mine) for contact_id, mine in on.items()]


def _contact(state: HubSpotState, key: str, contact_id: str | None, mine: list[Record]) -> Json:
    shown = mine
    person: dict[str, str] = {}
    if contact_id is not None:
        person = state.records["contacts", contact_id].properties
        links = state.associations.get(("contacts", contact_id), {})
        there = [state.records[kind, to_id] for kind, to_id, _ in links if kind in ("notes", "tasks")]
        shown = [record for record in there if not record.archived]
    name = " ".join(filter(None, [person.get("firstname"), person.get("lastname")]))
    shown = sorted(shown, key=lambda r: (r in mine, r.created), reverse=True)[:_TIMELINE]
    return {
        "id": contact_id,
        "name": name or person.get("email") or ("Contact" if contact_id else "No contact"),
        "initials": initials(name or person.get("email") or "–"),
        "rows": [(label, person[k]) for k, label in _CONTACT_ROWS if person.get(k)],
        "more": [(k, v) for k, v in person.items() if k.startswith("handoff_") and v],
        "timeline": [_activity(state, record, key) for record in shown],
    }


_CONTACT_ROWS = (
    ("email", "Email"),
    ("phone", "Phone"),
    ("company", "Company"),
    ("hs_language", "Language"),
    ("hs_timezone", "Time zone"),
)


def _activity(state: HubSpotState, record: Record, key: str) -> Json:
    found = key_of_record(record)
    properties = record.properties
    owner = state.owners.get(properties.get("hubspot_owner_id", ""), {})
    body = properties.get("hs_note_body" if record.kind == "notes" else "hs_task_body", "")
    at = properties.get("hs_timestamp")
    return {
        "kind": record.kind,
        "ours": packet_key(found or "") == key,
        "key": found,
        "owner": " ".join(filter(None, [owner.get("firstName"), owner.get("lastName")])) or None,
        "at": when(at) if at else "",
        "html": sift(body, PAGE),
        "subject": properties.get("hs_task_subject"),
        "done": properties.get("hs_task_status") == "COMPLETED",
        "status": properties.get("hs_task_status", "").replace("_", " ").capitalize(),
        "priority": _PRIORITIES.get(properties.get("hs_task_priority", ""), ""),
        "priority_words": properties.get("hs_task_priority", "").capitalize(),
        "also": [
            f"{kind[:-1]} {to_id}"
            for kind, to_id, _ in state.associations.get((record.kind, record.id), {})
            if kind != "contacts"
        ],
    }


def channels(state: SlackState, key: str) -> list[Json]:
    """Each channel with messages of the packet: those messages and their threads."""
    names = Names(
        {person["id"]: person["real_name"] for person in state.people.values()},
        {channel["id"]: channel["name"] for channel in state.channels.values()},
        {group["id"]: group["handle"] for group in state.groups.values()},
    )
    shown = []
    for channel_id, rows in state.messages.items():
        own = [m for m in list(rows.values()) if not m.is_reply and _belongs(state, m, key)]
        if own:
            messages = [_message(state, message, names) for message in sorted(own, key=lambda m: m.ts)[-_TIMELINE:]]
            shown.append({**state.channels[channel_id], "messages": messages})
    return shown


def _belongs(state: SlackState, message: Message, key: str) -> bool:
    def keys() -> Iterator[Any]:
        for one in (message, *(state.messages[message.channel].get(ts) for ts in message.replies)):
            if one is not None:
                yield one.values.get("metadata", {}).get("event_payload", {}).get("handoff_key")

    return any(packet_key(str(found)) == key for found in keys() if found)


def _message(state: SlackState, message: Message, names: Names) -> Json:
    person = state.people.get(message.values.get("user", ""), {})
    replies = [state.messages[message.channel][ts] for ts in message.replies if ts in state.messages[message.channel]]
    author = person.get("real_name", "?")
    return {
        "author": author,
        "initials": initials(author),
        "app": message.own,
        "at": when_seconds(float(message.ts)),
        "edited": "edited" in message.values,
        "html": message_html(message.values, names),
        "reactions": [(f":{name}:", len(users)) for name, users in message.reactions.items()],
        "replies": [_message(state, reply, names) for reply in replies],
    }


def initials(name: str) -> str:
    """Up to two letters for an avatar."""
    return "".join(word[0] for word in name.split()[:2]).upper()


def when(text: str) -> str:
    """A time as people write it; what is no time stays as it is."""
    try:
        return when_seconds(epoch_seconds(text))
    except ValueError:
        return text


def when_seconds(at: float) -> str:
    """``Fri 20 Nov 2026, 04:00 (America/Chicago)``."""
    moment = datetime.fromtimestamp(at, ZoneInfo(ZONE))
    return f"{moment:%a} {moment.day} {moment:%b %Y, %H:%M} ({ZONE})"
