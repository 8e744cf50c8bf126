"""What the stand-ins must hold afterwards: one record in each system, with the newest content, each thing told once."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

from handoff_connectors.sandbox.allow_list import plain
from handoff_connectors.sandbox.records import RecordIds
from handoff_connectors.sandbox.server import Sandbox

Content = dict[str, Any]
"""Everything that people can see of one packet, without ids and times that differ from run to run."""

_TICKET_FIELDS = ("subject", "status", "priority", "assignee_id", "group_id", "type", "due_at")
_LINKS = re.compile(r"\n\nThe same case elsewhere\n\n(?:(?:HubSpot|Slack)\n\n)+")
_STAMPS = frozenset(
    {
        "hs_object_id",
        "createdate",
        "hs_createdate",
        "hs_lastmodifieddate",
        "lastmodifieddate",
        "hs_task_completion_date",
    }
)
"""HubSpot's ids, and the times at which something was written."""


def content(sandbox: Sandbox, key: str) -> Content:
    """What the three systems show of the packet with this key, remote ids replaced by what they name."""
    ours = {one: places for one, places in sandbox.records().items() if one.partition("~")[0] == key}
    shown = {"desk": _desk(sandbox, key), "crm": _crm(sandbox, ours), "alerts": _alerts(sandbox, ours)}
    text = json.dumps(shown)
    for remote_id, name in sorted(_names(ours, key).items(), key=lambda pair: -len(pair[0])):
        text = re.sub(rf"(?<![0-9.-]){re.escape(remote_id)}(?![0-9])", name, text)
    found: Content = json.loads(text)
    return found


def twins(sandbox: Sandbox, key: str) -> list[str]:
    """Whatever exists twice: tickets, notes, tasks, messages, comments, contacts."""
    doubled = [f"{place} {one}: {ids}" for one, places in sandbox.duplicates().items() for place, ids in places.items()]
    for ticket in sandbox.zendesk.by_key(key):
        said = Counter(comment["plain_body"] for comment in ticket.comments)
        doubled += [f"comment: {text[:80]!r}" for text, times in said.items() if times > 1]
    emails = Counter(one.properties.get("email") for one in sandbox.hubspot.every("contacts"))
    return doubled + [f"contact {email}" for email, times in emails.items() if times > 1]


def _names(ours: RecordIds, key: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for one, places in ours.items():
        for place, ids in places.items():
            for number, remote_id in enumerate(ids):
                suffix = one.removeprefix(key) + ("" if number == 0 else f" twin {number}")
                names[remote_id] = f"<{place}{suffix}>"
                if place == "slack":
                    names[remote_id.replace(".", "")] = f"<{place}{suffix}>"
    return names


def _desk(sandbox: Sandbox, key: str) -> list[Any]:
    return [
        {
            **{name: ticket.values[name] for name in _TICKET_FIELDS},
            "tags": sorted(ticket.values["tags"]),
            "fields": {str(one["id"]): one["value"] for one in ticket.values["custom_fields"]},
            # One that is there twice is a twin, see below.
            "comments": list(
                dict.fromkeys(
                    (
                        one["public"],
                        _without_links(one["plain_body"]),
                        tuple(sorted(file["file_name"] for file in one["attachments"])),
                    )
                    for one in ticket.comments
                )
            ),
        }
        for ticket in sandbox.zendesk.by_key(key)
    ]


def _without_links(text: str) -> str:
    """A comment cannot be edited, so it shows the links that were known when it was written; a field shows them all."""
    return _LINKS.sub("\n\n", text)


def _crm(sandbox: Sandbox, ours: RecordIds) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for kind in ("notes", "tasks"):
        ids = {i for places in ours.values() for i in places.get(f"hubspot.{kind}", [])}
        found[kind] = [
            {name: _shown(name, value) for name, value in record.properties.items() if not _is_stamp(kind, name)}
            for record in sandbox.hubspot.every(kind)
            if record.id in ids
        ]
    found["contacts"] = [
        {name: value for name, value in record.properties.items() if not _is_stamp("contacts", name)}
        for record in sandbox.hubspot.every("contacts")
    ]
    return found


def _shown(name: str, value: Any) -> Any:
    return plain(value) if name in ("hs_note_body", "hs_task_body") else value


def _is_stamp(kind: str, name: str) -> bool:
    # A note's hs_timestamp is when it was written, a task's is when it is due.
    return name in _STAMPS or (kind == "notes" and name == "hs_timestamp")


def _alerts(sandbox: Sandbox, ours: RecordIds) -> list[Any]:
    ids = {i for places in ours.values() for i in places.get("slack", [])}
    return [
        {
            "channel": message.channel,
            "text": message.values.get("text"),
            # Block ids that nobody gave are Slack's own.
            "blocks": [
                {name: value for name, value in block.items() if name != "block_id"}
                for block in message.values.get("blocks") or ()
            ],
            "metadata": message.values.get("metadata"),
            "thread": message.thread_ts,
        }
        for rows in sandbox.slack.messages.values()
        for message in rows.values()
        if message.ts in ids
    ]


def differences(found: Any, wanted: Any, path: str = "") -> list[str]:
    """Every place where the two differ, in a line each."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        keys = sorted({*found, *wanted})
        return [line for key in keys for line in differences(found.get(key), wanted.get(key), f"{path}.{key}")]
    if isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        pairs = enumerate(zip(found, wanted, strict=True))
        return [line for place, (a, b) in pairs for line in differences(a, b, f"{path}[{place}]")]
    if found == wanted:
        return []
    if isinstance(found, str) and isinstance(wanted, str):
        start = next((i for i, (a, b) in enumerate(zip(found, wanted, strict=False)) if a != b), 0)
        begin = max(start - 40, 0)
        return [f"{path}: …{found[begin : start + 120]!r} instead of …{wanted[begin : start + 120]!r}"]
    return [f"{path}: {str(found)[:300]} instead of {str(wanted)[:300]}"]
