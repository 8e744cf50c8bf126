"""What is left of a case after its erasure: in the ledger's files, and in all that the vendors hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from handoff_connectors.sandbox.server import Sandbox

CANARY = "Quetzalcoatlus"
PERSON = {
    "name": f"Maria {CANARY}",
    "email": "maria@quetzal.example",
    "phone": "+13125550177",
    "company": f"{CANARY} Ltd",
}
WORDS = (CANARY, "quetzal.example", "3125550177")


def canary_packet_values(number: int) -> dict[str, Any]:
    """What makes a packet of the life be about the canary."""
    return {
        "summary": f"{CANARY} has no hot water, {number} times.",
        "customer": PERSON,
        "next_action": {"text": f"Call {CANARY} back", "due": "2026-12-21T15:00:00Z"},
        "transcript": [{"speaker": "customer", "text": f"I am {CANARY}", "at": "2026-11-20T09:00:00Z"}],
    }


def words_in_files(folder: Path) -> list[str]:
    """Files that hold a word of the customer's."""
    return [
        path.name
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".toml" and any(word.encode() in path.read_bytes() for word in WORDS)
    ]


def words_at_vendors(sandbox: Sandbox, *, but: tuple[str, ...] = ()) -> list[str]:
    """Where the vendors hold a word of the customer's: deleted and archived records too.

    Not the events of a deleted ticket, the profile of its requester, and what search still has in its index: those are
    named in the plan as what stays.
    """
    return [
        name for name, content in _everything(sandbox) if name not in but and any(word in content for word in WORDS)
    ]


def active(sandbox: Sandbox, key: str) -> list[str]:
    """Records of the packet that a person can open, contacts apart."""
    tickets = [f"ticket {one.id}" for one in sandbox.zendesk.by_key(key)]
    notes = [f"{kind} {one.id}" for kind in ("notes", "tasks") for one in sandbox.hubspot.every(kind)]
    messages = [f"message {ts}" for channel in sandbox.slack.messages.values() for ts in channel]
    return tickets + notes + messages


def _everything(sandbox: Sandbox) -> Iterator[tuple[str, str]]:
    for ticket in sandbox.zendesk.every():
        yield f"ticket {ticket.id}", repr(ticket.values)
        yield f"comments of {ticket.id}", repr(ticket.comments)
        said = [event for audit in ticket.audits for event in audit["events"] if event.get("type") == "Comment"]
        yield f"comments in the events of {ticket.id}", repr(said)
    for upload in sandbox.zendesk.uploads.values():
        if not upload.used:
            continue  # an upload that no comment takes vanishes by itself within the hour
        yield f"file {upload.filename}", f"{upload.filename} {upload.content.decode('utf-8', 'replace')}"
    for record in sandbox.hubspot.records.values():
        yield f"{record.kind} {record.id}", repr(record.properties)
    for channel in sandbox.slack.messages.values():
        for message in channel.values():
            yield f"message {message.ts}", repr(message.values)
