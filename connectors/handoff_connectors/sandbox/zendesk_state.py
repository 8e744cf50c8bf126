"""The tickets of the Zendesk stand-in, and what the API and people can do to them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from handoff_connectors.sandbox.allow_list import NARROW, WIDE, plain, sift
from handoff_connectors.sandbox.clock import Now, iso_seconds
from handoff_connectors.sandbox.switches import ZendeskSwitches
from handoff_connectors.sandbox.wire import Json, Refusal, staleness
from handoff_connectors.sandbox.zendesk_account import BOT_ID, Account, not_found, record_invalid
from handoff_connectors.sandbox.zendesk_fields import (
    PRIORITIES,
    STATUSES,
    TYPES,
    apply_fields,
    checked_choice,
    checked_subject,
    checked_tags,
    clear_fields_without_tag,
    field_entries,
)

COMMENT_LIMIT = 65_535
"""Characters of one comment, markup included (Zendesk community 4719863289498)."""
UPLOAD_SECONDS = 3600.0
"""How long an upload token lives unused (Zendesk docs, attachments: 60 minutes)."""

_PLAIN_KEYS = ("external_id", "recipient", "problem_id", "organization_id", "ticket_form_id", "brand_id")


@dataclass
class Upload:
    """A file that waits for a comment, or belongs to one."""

    id: int
    token: str
    filename: str
    content_type: str
    content: bytes
    at: float
    used: bool = False


@dataclass
class Ticket:
    """One ticket: its JSON as the API shows it, comments, audits, and what people did to it."""

    id: int
    values: Json
    created: float
    updated: float
    comments: list[Json] = field(default_factory=list)
    audits: list[Json] = field(default_factory=list)
    deleted: bool = False
    merged_into: int | None = None

    @property
    def closed(self) -> bool:
        """Closed for good: no change is accepted."""
        return bool(self.values["status"] == "closed")


class ZendeskState:
    """Tickets, uploads and the account. Every method may be called from any thread."""

    def __init__(self, clock: Now, switches: ZendeskSwitches) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.switches = switches
        self.account = Account(clock)
        self.tickets: dict[int, Ticket] = {}
        self.uploads: dict[str, Upload] = {}
        self.url = ""
        self._last = {"ticket": 1000, "comment": 500_000, "audit": 700_000, "upload": 300_000}

    def reset(self) -> None:
        """An empty account with the example people."""
        with self.lock:
            self.tickets.clear()
            self.uploads.clear()
            self.account.issued_tokens.clear()
            self.account.revoked_tokens.clear()
            self.account.accepted_tokens = None
            self.account.seed()

    def next_id(self, kind: str) -> int:
        """The next id of a ticket, comment, audit or upload."""
        with self.lock:
            self._last[kind] += 1
            return self._last[kind]

    def ticket(self, ticket_id: int) -> Ticket:
        """A ticket that is not deleted; 404 else."""
        found = self.tickets.get(ticket_id)
        if found is None or found.deleted:
            raise not_found()
        return found

    def by_key(self, external_id: str) -> list[Ticket]:
        """Every ticket with that external_id that is not deleted, at once, oldest first: the truth, for tests."""
        with self.lock:
            return [t for t in self.tickets.values() if t.values["external_id"] == external_id and not t.deleted]

    def listing(self, external_id: str | None) -> list[Ticket]:
        """What GET /tickets shows, with the lag that is set."""
        newest = self.clock.now() - staleness(self.switches.listing_lag)
        with self.lock:
            found = [t for t in self.tickets.values() if not t.deleted and t.created <= newest]
        return found if external_id is None else [t for t in found if t.values["external_id"] == external_id]

    def create(self, wanted: Json, author: int = BOT_ID) -> tuple[Ticket, Json]:
        """Make a ticket from ``{"subject": …, "comment": {…}, …}``; the ticket and its first audit."""
        with self.lock:
            comment = wanted.get("comment") or {"body": wanted.get("description")}
            if not (comment.get("html_body") or comment.get("body")):
                raise record_invalid({"base": "Description: cannot be blank"})
            source = self._followed(wanted.get("via_followup_source_id"))
            now = self.clock.now()
            values = self._blank(now, author)
            if source is not None:
                values["via"] = {
                    "channel": "api",
                    "source": {"from": {"ticket_id": source.id}, "to": {}, "rel": "follow_up"},
                }
                values["tags"] = list(source.values["tags"]) if "tags" not in wanted else []
            self._assign(values, wanted)
            comments = self._comment(comment, author, now)
            if wanted.get("requester_id"):
                if wanted["requester_id"] not in self.account.users:
                    raise record_invalid({"requester": "Requester: is invalid"})
                values["requester_id"] = wanted["requester_id"]
            elif wanted.get("requester"):
                values["requester_id"] = self.account.requester(wanted["requester"])
            self._claim(comment)
            ticket_id = self.next_id("ticket")
            values |= {
                "id": ticket_id,
                "url": f"{self.url}/api/v2/tickets/{ticket_id}.json",
                "description": comments["plain_body"],
                "is_public": comments["public"],
                "subject": values["subject"] or comments["plain_body"][:60],
            }
            if values["assignee_id"] and values["status"] == "new":
                values["status"] = "open"
            ticket = Ticket(ticket_id, values, now, now)
            self.tickets[ticket_id] = ticket
            if source is not None:
                source.values["followup_ids"].append(ticket_id)
            events = [{"type": "Create", "field_name": k, "value": v} for k, v in _told(values)]
            return ticket, self._audit(ticket, author, [*events, comments], wanted.get("metadata"), comments)

    def change(self, ticket_id: int, wanted: Json, author: int = BOT_ID) -> tuple[Ticket, Json]:
        """Update a ticket; 409 when ``safe_update`` finds that it moved, 422 when it is closed or full."""
        with self.lock:
            ticket = self.ticket(ticket_id)
            self._unmoved(ticket, wanted)
            if ticket.closed:
                raise record_invalid({"status": "Status: closed prevents ticket update"})
            comment = wanted.get("comment")
            has_comment = bool(comment and (comment.get("html_body") or comment.get("body")))
            if has_comment and len(ticket.comments) >= self.switches.comment_limit:
                raise record_invalid(
                    {"base": f"Ticket has reached the maximum of {self.switches.comment_limit} comments"}
                )
            now = self.clock.now()
            values = {**ticket.values, "custom_fields": [dict(e) for e in ticket.values["custom_fields"]]}
            self._assign(values, wanted)
            said = self._comment(comment or {}, author, now) if has_comment else None
            self._claim(comment if comment and has_comment else {})
            events: list[Json] = [
                {"type": "Change", "field_name": k, "value": v, "previous_value": ticket.values.get(k)}
                for k, v in _told(values)
                if ticket.values.get(k) != v
            ]
            ticket.values = values
            if said is not None and said["public"]:
                values["is_public"] = True
            return ticket, self._touch(ticket, author, events, said, wanted.get("metadata"))

    def retag(self, ticket_id: int, tags: Any, how: str, stamp: Json, author: int = BOT_ID) -> list[str]:
        """Add (PUT), set (POST) or remove (DELETE) tags; the tags that the ticket then has."""
        with self.lock:
            ticket = self.ticket(ticket_id)
            now = checked_tags(tags or [], self.switches)
            have = ticket.values["tags"]
            wanted = {"PUT": [*have, *now], "POST": now, "DELETE": [t for t in have if t not in now]}[how]
            self.change(ticket_id, {**stamp, "tags": wanted}, author)
            return list(ticket.values["tags"])

    def upload(self, filename: str, content_type: str, content: bytes) -> Upload:
        """Keep a file until a comment takes it."""
        with self.lock:
            upload_id = self.next_id("upload")
            made = Upload(
                upload_id, f"tok{upload_id:x}{len(content):x}", filename, content_type, content, self.clock.now()
            )
            self.uploads[made.token] = made
            return made

    def public_comments(self) -> list[Json]:
        """Every comment of the API's user that a customer can read; there must be none."""
        with self.lock:
            return [c for t in self.tickets.values() for c in t.comments if c["public"] and c["author_id"] == BOT_ID]

    def every(self) -> Iterator[Ticket]:
        """All tickets, deleted ones too."""
        with self.lock:
            return iter(list(self.tickets.values()))

    def _blank(self, now: float, author: int) -> Json:
        stamp = iso_seconds(now)
        nothing = ("type", "priority", "assignee_id", "group_id", "due_at", "satisfaction_rating", *_PLAIN_KEYS)
        return {
            **dict.fromkeys(nothing),
            "via": {"channel": "api", "source": {"from": {}, "to": {}, "rel": None}},
            "created_at": stamp,
            "updated_at": stamp,
            "generated_timestamp": int(now),
            "subject": "",
            "status": "new",
            "custom_status_id": 1,
            "requester_id": author,
            "submitter_id": author,
            "tags": [],
            "custom_fields": [{"id": field_id, "value": None} for field_id in self.account.fields],
            "collaborator_ids": [],
            "follower_ids": [],
            "email_cc_ids": [],
            "followup_ids": [],
            "has_incidents": False,
        }

    def _assign(self, values: Json, wanted: Json) -> None:
        """Check and take over the fields that a request may set."""
        for name in _PLAIN_KEYS:
            if name in wanted:
                values[name] = wanted[name]
        if "subject" in wanted:
            values["subject"] = checked_subject(wanted["subject"], self.switches)
        for name, allowed in (("priority", PRIORITIES), ("type", TYPES), ("status", STATUSES)):
            if name in wanted:
                values[name] = checked_choice(name, wanted[name], allowed)
        if "custom_status_id" in wanted:
            found = [s for s in self.account.statuses() if s["id"] == wanted["custom_status_id"]]
            if not found:
                raise record_invalid({"custom_status_id": "Custom status: is invalid"})
            values["status"], values["custom_status_id"] = found[0]["status_category"], found[0]["id"]
        if "due_at" in wanted:
            values["due_at"] = wanted["due_at"]
        if values["type"] != "task":
            values["due_at"] = None
        if "group_id" in wanted:
            values["group_id"] = None if wanted["group_id"] is None else self.account.group(wanted["group_id"])
        if "assignee_id" in wanted:
            values["assignee_id"] = None if wanted["assignee_id"] is None else self.account.agent(wanted["assignee_id"])
        if "tags" in wanted:
            values["tags"] = checked_tags(wanted["tags"] or [], self.switches)
            clear_fields_without_tag(self.account, values)
        apply_fields(self.account, self.switches, values, field_entries(wanted.get("custom_fields")))

    def _followed(self, source_id: Any) -> Ticket | None:
        if source_id is None:
            return None
        source = self.tickets.get(int(source_id))
        if source is None or source.deleted:
            raise record_invalid({"via_followup_source_id": "Followup source: is invalid"})
        if not source.closed:
            raise record_invalid({"via_followup_source_id": "Followup source: is not a closed ticket"})
        return source

    def _unmoved(self, ticket: Ticket, wanted: Json) -> None:
        # safe_update false acts as true; only leaving it out forces the update (Zendesk docs, tickets).
        if "safe_update" not in wanted:
            return
        stamp = wanted.get("updated_stamp")
        if stamp is None:
            raise Refusal(400, {"error": "BadRequest", "description": "updated_stamp is required with safe_update"})
        if stamp != ticket.values["updated_at"]:
            raise Refusal(409, {"error": "UpdateConflict", "description": "Safe Update prevented updating ticket"})

    def _comment(self, wanted: Json, author: int, now: float) -> Json:
        markup = wanted.get("html_body")
        if markup is None:
            paragraphs = str(wanted.get("body")).split("\n\n")
            markup = "".join(f"<p>{sift(p, {})}</p>" for p in paragraphs)
        if len(markup) > COMMENT_LIMIT:
            raise record_invalid({"comment": f"Comment: is too long (maximum is {COMMENT_LIMIT} characters)"})
        kept = sift(markup, WIDE if self.switches.html_tags == "wide" else NARROW)
        words = plain(kept)
        return {
            "id": self.next_id("comment"),
            "type": "Comment",
            "author_id": wanted.get("author_id", author),
            "body": words,
            "plain_body": words,
            "html_body": f'<div class="zd-comment" dir="auto">{kept}</div>',
            "public": bool(wanted.get("public", True)),
            "attachments": [self._attachment(self._waiting(token)) for token in wanted.get("uploads") or ()],
            "created_at": iso_seconds(now),
            "via": {"channel": "api" if author == BOT_ID else "web", "source": {"from": {}, "to": {}, "rel": None}},
        }

    def _waiting(self, token: str) -> Upload:
        upload = self.uploads.get(token)
        if upload is None or upload.used or upload.at + UPLOAD_SECONDS <= self.clock.now():
            raise record_invalid({"base": "Attachment: upload token is invalid or has expired"})
        return upload

    def _claim(self, comment: Json) -> None:
        for token in comment.get("uploads") or ():
            self.uploads[token].used = True

    def _attachment(self, upload: Upload) -> Json:
        return {
            "id": upload.id,
            "file_name": upload.filename,
            "content_type": upload.content_type,
            "size": len(upload.content),
            "content_url": f"{self.url}/attachments/{upload.id}",
            "inline": False,
            "deleted": False,
            "thumbnails": [],
        }

    def _touch(
        self, ticket: Ticket, author: int, events: list[Json], comment: Json | None, metadata: Any = None
    ) -> Json:
        # A PUT that changes nothing leaves updated_at alone.
        if events or comment:
            ticket.updated = self.clock.now()
            ticket.values["updated_at"] = iso_seconds(ticket.updated)
            ticket.values["generated_timestamp"] = int(ticket.updated)
        return self._audit(ticket, author, [*events, *([comment] if comment else [])], metadata, comment)

    def _audit(self, ticket: Ticket, author: int, events: list[Json], metadata: Any, comment: Json | None) -> Json:
        if comment is not None:
            ticket.comments.append({**comment, "audit_id": self._last["audit"] + 1})
        audit = {
            "id": self.next_id("audit"),
            "ticket_id": ticket.id,
            "author_id": author,
            "created_at": iso_seconds(self.clock.now()),
            "metadata": {"system": {}, "custom": metadata or {}},
            "via": {"channel": "api" if author == BOT_ID else "web", "source": {"from": {}, "to": {}, "rel": None}},
            "events": [{"id": self.next_id("audit"), **event} for event in events],
        }
        ticket.audits.append(audit)
        return audit


def _told(values: Json) -> list[tuple[str, Any]]:
    """The fields that audits speak of: name and value, custom fields by id."""
    named = ("subject", "priority", "type", "status", "assignee_id", "group_id", "tags", "external_id", "due_at")
    return [(name, values[name]) for name in named] + [(str(e["id"]), e["value"]) for e in values["custom_fields"]]
