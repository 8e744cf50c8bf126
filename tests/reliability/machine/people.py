"""What people do to records, and what of it must still be there afterwards."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from handoff_connectors.sandbox import hubspot_people, slack_people, zendesk_people
from tests.reliability.machine.remote import Remote, brief_of

LEE = 9003
"""An agent whom no packet names as its owner."""
LEE_IN_HUBSPOT = "70003"


@dataclass
class People:
    """Dana and Lee at their screens. Each action remembers what it left; ``undone`` says what was lost since."""

    remote: Remote
    tickets: dict[int, dict[str, object]] = field(default_factory=dict)
    engagements: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    replies: dict[tuple[str, str], str] = field(default_factory=dict)
    acts: int = 0

    def edit(self, place: str, key: str) -> bool:
        """Write over the text (in Slack: reply in the thread); False when there is nothing to edit."""
        self.acts += 1
        words = f"Edited by Dana, {self.acts}."
        sandbox = self.remote.sandbox
        if place == "ticket":
            for ticket in self.remote.tickets(key):
                had_brief = bool(brief_of(ticket))
                zendesk_people.edit(sandbox.zendesk, ticket, text=words)
                left = self.tickets.setdefault(ticket.id, {})
                left["subject"] = words
                if had_brief:
                    left["brief"] = words
                return had_brief
        elif place == "alert":
            for message in self.remote.alerts(key):
                ts = slack_people.reply(sandbox.slack, message, text=words)
                self.replies[message.channel, ts] = words
                return False  # what stands in the message stays ours
        else:
            for record in self.remote.engagements(f"{place}s", key):
                hubspot_people.edit(sandbox.hubspot, record, text=words)
                name = f"hs_{place}_body"
                self.engagements.setdefault((record.kind, record.id), {})[name] = record.properties[name]
                return True
        return False

    def take_over(self, place: str, key: str) -> bool:
        """Lee makes it his: assignee and status of a ticket, owner of a note, owner and completion of a task.

        False when there is nothing.
        """
        self.acts += 1
        sandbox = self.remote.sandbox
        if place == "ticket":
            for ticket in self.remote.tickets(key):
                zendesk_people.update(sandbox.zendesk, ticket, assignee_id=LEE, status="pending")
                self.tickets.setdefault(ticket.id, {}).update(assignee_id=LEE, status="pending")
                return True
        elif place != "alert":
            for record in self.remote.engagements(f"{place}s", key):
                changes = {"hubspot_owner_id": LEE_IN_HUBSPOT}
                if place == "task":
                    changes["hs_task_status"] = "COMPLETED"
                hubspot_people.update(sandbox.hubspot, record, **changes)
                self.engagements.setdefault((record.kind, record.id), {}).update(changes)
                return True
        return False

    def close(self, key: str) -> bool:
        """Close the ticket for good; False when there is none."""
        self.acts += 1
        for ticket in self.remote.tickets(key):
            zendesk_people.close(self.remote.sandbox.zendesk, ticket)
            self.tickets.setdefault(ticket.id, {})["status"] = "closed"
            return True
        return False

    def merge(self, key: str) -> bool:
        """Merge the ticket into another one; False when there is none."""
        self.acts += 1
        for ticket in self.remote.tickets(key):
            zendesk_people.merge(self.remote.sandbox.zendesk, ticket)
            self.tickets.setdefault(ticket.id, {})["status"] = "closed"
            return True
        return False

    def delete(self, place: str, key: str) -> bool:
        """Delete or archive it; False when there is none."""
        self.acts += 1
        sandbox = self.remote.sandbox
        if place == "ticket":
            for ticket in self.remote.tickets(key):
                zendesk_people.delete(sandbox.zendesk, ticket)
                return True
        elif place == "alert":
            for message in self.remote.alerts(key):
                slack_people.delete(sandbox.slack, message)
                for ts in message.replies:  # they went with their thread
                    self.replies.pop((message.channel, ts), None)
                return True
        else:
            for record in self.remote.engagements(f"{place}s", key):
                hubspot_people.delete(sandbox.hubspot, record)
                return True
        return False

    def undone(self) -> list[str]:
        """What people left and does not stand there any more; must be empty."""
        lost = []
        for ticket_id, left in self.tickets.items():
            ticket = self.remote.sandbox.zendesk.tickets[ticket_id]
            now = {**ticket.values, "brief": brief_of(ticket)}
            lost += [f"ticket {ticket_id}: {n} was {v!r}, is {now[n]!r}" for n, v in left.items() if now[n] != v]
        for place, changes in self.engagements.items():
            held = self.remote.sandbox.hubspot.records[place].properties
            lost += [f"{place}: {n} was {v!r}, is {held.get(n)!r}" for n, v in changes.items() if held.get(n) != v]
        for (channel, ts), words in self.replies.items():
            message = self.remote.sandbox.slack.messages[channel].get(ts)
            if message is None or words not in json.dumps(message.values):
                lost.append(f"reply {ts} in {channel}")
        return lost
