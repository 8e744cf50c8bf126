"""What stands in the three systems, read past every lag: the truth that the invariants are about."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from handoff_connectors.sandbox.hubspot_state import Record
from handoff_connectors.sandbox.records import key_of_record, packet_key
from handoff_connectors.sandbox.server import Sandbox
from handoff_connectors.sandbox.slack_state import Message
from handoff_connectors.sandbox.zendesk_account import BOT_ID
from handoff_connectors.sandbox.zendesk_state import Ticket

PLACES = {"ticket": "desk", "note": "crm", "task": "crm", "alert": "alerts"}
"""The records that there is one of, and their destinations."""
BRIEF_FIELD = 360010
_RETIRED = "handoff_duplicate"


@dataclass(frozen=True)
class Remote:
    """The three systems as one test looks at them."""

    sandbox: Sandbox

    def tickets(self, key: str) -> list[Ticket]:
        """Tickets of a packet that agents can work on, of whichever generation."""
        return [
            ticket
            for ticket in self.sandbox.zendesk.every()
            if not ticket.deleted
            and not ticket.closed
            and _RETIRED not in ticket.values["tags"]
            and packet_key(ticket.values["external_id"] or "") == key
        ]

    def engagements(self, kind: str, key: str) -> list[Record]:
        """The packet's notes or tasks, the added ones left out."""
        suffix = "~task" if kind == "tasks" else ""
        found = []
        for record in self.sandbox.hubspot.every(kind):
            own = key_of_record(record) or ""
            if packet_key(own) == key and own.partition("~")[1:] == suffix.partition("~")[1:]:
                found.append(record)
        return found

    def alerts(self, key: str) -> list[Message]:
        """The packet's alerts, of whichever generation."""
        found = []
        for rows in list(self.sandbox.slack.messages.values()):
            for message in list(rows.values()):
                own = _slack_key(message)
                if "~" not in own and packet_key(own) == key:
                    found.append(message)
        return found

    def words_of_tickets(self, key: str) -> str:
        """All that stands in the packet's tickets, closed ones too, but for those that were deleted."""
        return repr(
            [
                (ticket.values, ticket.comments)
                for ticket in self.sandbox.zendesk.every()
                if not ticket.deleted and packet_key(ticket.values["external_id"] or "") == key
            ]
        )

    def ids(self, place: str, key: str) -> list[str]:
        """Ids of the active records in a place, the oldest first."""
        if place == "ticket":
            return [str(ticket.id) for ticket in self.tickets(key)]
        if place == "alert":
            return [f"{one.channel}:{one.ts}" for one in self.alerts(key)]
        return [record.id for record in self.engagements(f"{place}s", key)]

    def shows(self, place: str, key: str, token: str) -> bool:
        """Whether the packet's record shows these words where it is rewritten in place."""
        if place == "ticket":
            return any(token in str(brief_of(ticket)) for ticket in self.tickets(key))
        if place == "alert":
            return any(token in json.dumps(one.values) for one in self.alerts(key))
        return any(token in json.dumps(one.properties) for one in self.engagements(f"{place}s", key))

    def tells(self, place: str, key: str, token: str) -> bool:
        """Whether a reader finds these words there at all: in the record, or in what was added beside it."""
        if self.shows(place, key, token):
            return True
        if place == "ticket":
            return any(token in one["plain_body"] for ticket in self.tickets(key) for one in ticket.comments)
        notes = self.sandbox.hubspot.every("notes")
        return any(packet_key(key_of_record(one) or "") == key and token in json.dumps(one.properties) for one in notes)

    def doubled(self) -> dict[str, list[str]]:
        """Exact keys that have two live records in one place, comments of tickets included."""
        found = {
            f"{key} in {place}": ids
            for key, places in self.sandbox.duplicates().items()
            for place, ids in places.items()
            if place != "zendesk" or len([one for one in ids if not self._retired(one)]) > 1
        }
        for ticket in self.sandbox.zendesk.every():
            last = [one["plain_body"].split()[-1] for one in ticket.comments if one["author_id"] == BOT_ID]
            twice = [key for key, count in Counter(last).items() if count > 1 and key.startswith("ho")]
            found |= {f"{key} in comments": [str(ticket.id)] for key in twice}
        return found

    def public(self) -> list[object]:
        """Every comment of ours that a customer can read."""
        return list(self.sandbox.zendesk.public_comments())

    def _retired(self, ticket_id: str) -> bool:
        return _RETIRED in self.sandbox.zendesk.tickets[int(ticket_id)].values["tags"]


def brief_of(ticket: Ticket) -> str | None:
    """The field that holds the brief."""
    found = next((one["value"] for one in ticket.values["custom_fields"] if one["id"] == BRIEF_FIELD), None)
    return None if found is None else str(found)


def _slack_key(message: Message) -> str:
    return str(message.values.get("metadata", {}).get("event_payload", {}).get("handoff_key", ""))
