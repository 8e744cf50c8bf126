"""Erasing a ticket: our fields are emptied, our comments redacted, and the ticket deleted where only we were in it.

Zendesk has no call that takes one comment away. It has one that blackens words and files of a comment for good, in open
and in closed tickets (comment_redactions; Agent Workspace), and one that deletes a whole ticket. What people wrote is
theirs: a ticket with a word of anybody else stays, with ours blackened. The reference line stays readable, so that an
erasure that was interrupted goes on where it was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from handoff_connectors.zendesk.account import Account
from handoff_connectors.zendesk.fields import body_of, held_fields, is_empty, normal, wanted_fields
from handoff_connectors.zendesk.notes import key_in, key_under
from handoff_core.connector import Erased, Erasure, Payload, Trace, Write, mark_of, marks_of
from handoff_core.errors import AuthFailed, DeliveryError, Gone, Refused
from handoff_mappings.html import REFERENCE
from handoff_mappings.zendesk.ticket import TICKET

ERASED_SUBJECT: Final = "Erased"
BLACK: Final = "\N{LOWER SEVEN EIGHTHS BLOCK}"
"""What Zendesk puts in the place of each character that was redacted."""
REDACTED_FILE: Final = "redacted.txt"
"""What an attachment is called after its redaction."""
REQUESTER: Final = (
    "The customer's profile in Zendesk (name, e-mail) is the business's: delete the user there, under People, if it is "
    "to go too."
)
HISTORY: Final = (
    "Zendesk keeps a deleted ticket for 30 days, and the former values of fields in the events of a ticket that stays; "
    "an admin deletes those tickets for good under Views, Deleted tickets."
)

_REFERENCE: Final = re.compile(rf"\s*{REFERENCE}: ho\d*-\S+\s*")
_PART: Final = re.compile(r"(<[^>]*>)")
_ADDRESSED: Final = re.compile(r"<(a|img)\b(?![^>]*\sredact\b)([^>]*?)(/?)>", re.IGNORECASE)


def erasure(kind: str) -> Erasure:
    """What becomes of a ticket, or of a note on it."""
    if kind != TICKET:
        return Erasure("is blackened for good, words and files, or goes with its ticket")
    return Erasure(
        "is deleted where nobody but Handoff wrote in it; else it stays with what people wrote, Handoff's fields are "
        "emptied and its comments and files blackened for good",
        (REQUESTER, HISTORY),
    )


def trace(payload: Payload, seen: Mapping[str, Any]) -> Trace:
    """Marks of what our fields and tags held."""
    values = [*seen.items(), *wanted_fields(payload.body).items()]
    fields = [
        (name, normal(value)) for name, value in values if name not in ("tags", "links_shown") and not is_empty(value)
    ]
    empty = Payload(payload.kind, payload.key, {}, once=payload.once, needs=payload.needs)
    return Trace(empty, marks_of(payload.key, fields))


def erase_ticket(account: Account, write: Write) -> Erased:
    """Empty, blacken, and delete where nobody else wrote; then the same for every other ticket under the key."""
    key = write.payload.key
    others = account.every("/api/v2/tickets.json", "tickets", {"external_id": key})
    ids = [write.remote_id or "", *(str(row["id"]) for row in others if row.get("external_id") == key)]
    left: dict[str, None] = {}
    for ticket_id in dict.fromkeys(one for one in ids if one.isdecimal()):
        left.update(dict.fromkeys(_erase_one(account, ticket_id, key, write.seen)))
    return Erased(tuple(left))


def erase_note(account: Account, write: Write) -> Erased:
    """Blacken one note; its ticket's own erasure does the same for all of them."""
    ticket_id = write.refs.get(TICKET)
    if ticket_id is None:
        return Erased()
    try:
        comments = [one for one in account.comments(ticket_id) if key_under(one, account.authors) == write.payload.key]
    except Gone:
        return Erased()
    _redact(account, ticket_id, comments)
    return Erased()


def _erase_one(account: Account, ticket_id: str, key: str, marks: Mapping[str, Any]) -> tuple[str, ...]:
    try:
        ticket = account.ticket(ticket_id)
        if ticket.get("status") == "deleted":
            return (HISTORY,)
        comments = list(account.comments(ticket_id))
    except Gone:
        return (HISTORY,)
    fields = _Fields(ticket, key, marks)
    if ticket.get("status") != "closed":
        fields.empty(account)
    ours = _ours(account, ticket, comments, key)
    refused: Refused | None = None
    try:
        _redact(account, ticket_id, ours)
    except Refused as error:
        refused = error
    alone = bool(ours) and len(ours) == len(comments) and not fields.changed
    if alone and ticket.get("status") in ("new", "open"):
        try:
            account.delete_ticket(ticket_id)
            return (HISTORY, *_requester(ticket))
        except Gone:
            return (HISTORY,)
        except (AuthFailed, Refused) as error:
            _unless_forbidden(error)
            if refused is not None:
                raise Refused(
                    f"{refused.text}; and ticket #{ticket_id} may not be deleted: delete it by hand"
                ) from None
            return (f"Ticket #{ticket_id} stays, emptied: the token may not delete tickets.", *_requester(ticket))
    if refused is not None:
        raise refused
    if _is_earlier(ticket, key):
        raise Refused(
            f"Ticket #{ticket_id} is one that Handoff wrote before this case's ticket was made anew, and which of its "
            "fields are Handoff's is not known any more (its comments are blackened): delete the ticket by hand"
        )
    if ticket.get("status") == "closed" and fields.ours:
        raise Refused(
            f"Ticket #{ticket_id} is closed, so that Zendesk lets nobody empty its fields any more (its comments are "
            "blackened): delete the ticket by hand"
        )
    words = f"Ticket #{ticket_id} stays, with what people wrote in it: look through it, and delete it if it is to go."
    return (words, HISTORY, *_requester(ticket))


def _is_earlier(ticket: Mapping[str, Any], key: str) -> bool:
    """Whether it is the packet's, of another generation: what was written into it went when it was made anew."""
    held = str(ticket.get("external_id") or "")
    return held != key and _packet_of(held) == _packet_of(key)


def _ours(
    account: Account, ticket: Mapping[str, Any], comments: Sequence[Mapping[str, Any]], key: str
) -> list[Mapping[str, Any]]:
    """Our comments for the packet. A person's that quotes our reference line is theirs.

    The submitter of a ticket is the author of its first comment (Zendesk docs, tickets, 2026-11); should Zendesk take
    the requester for the submitter, the comment that came with our ticket through the API is ours all the same.
    """
    first = min(comments, key=lambda one: one.get("id") or 0, default={})
    ours = []
    for one in comments:
        if _packet_of(key_in(one)) != _packet_of(key):
            continue
        via = one.get("via")
        by_api = one is first and isinstance(via, Mapping) and via.get("channel") == "api"
        for_customer = by_api and one.get("author_id") == ticket.get("requester_id") is not None
        if account.authors.wrote(one) or for_customer:
            ours.append(one)
    return ours


class _Fields:
    """A ticket's fields: ``ours`` still hold what we wrote, ``changed`` hold what a person put in its place."""

    def __init__(self, ticket: Mapping[str, Any], key: str, marks: Mapping[str, Any]) -> None:
        held = {name: value for name, value in held_fields(ticket).items() if name in marks and not is_empty(value)}
        written = [name for name, value in held.items() if mark_of(key, name, normal(value)) in marks[name]]
        self._ticket = ticket
        self.ours = [name for name in written if name == "subject" or name.startswith("field ")]
        self.changed = [name for name in held if name not in written and held[name] != ERASED_SUBJECT]

    def empty(self, account: Account) -> None:
        """Empty those of ours that may hold a customer's words; a person's value stays."""
        change: dict[str, Any] = {name: ERASED_SUBJECT if name == "subject" else None for name in self.ours}
        if change:
            account.put_ticket(str(self._ticket["id"]), {"ticket": body_of(change)})


def _redact(account: Account, ticket_id: str, comments: Sequence[Mapping[str, Any]]) -> None:
    for comment in comments:
        html = str(comment.get("html_body") or comment.get("body") or "")
        marked = to_redact(html)
        files = [
            str(one["content_url"])
            for one in comment.get("attachments") or ()
            if isinstance(one, Mapping) and one.get("content_url") and one.get("file_name") != REDACTED_FILE
        ]
        if marked is None and not files:
            continue
        body: dict[str, Any] = {"ticket_id": int(ticket_id), "html_body": html if marked is None else marked}
        if files:
            body["external_attachment_urls"] = files
        try:
            account.redact(str(comment["id"]), body)
        except (AuthFailed, Refused, Gone) as error:
            _unless_forbidden(error)
            raise Refused(
                f"Zendesk does not blacken Handoff's comments in ticket #{ticket_id} ({error.text}): it takes the "
                "Agent Workspace and an agent who may delete tickets. Allow that, or delete the ticket by hand",
                status=error.status,
            ) from error


def to_redact(html: str) -> str | None:
    """The comment with every word and address marked for redaction, but for its reference line; None = none is left."""
    found = False
    parts: list[str] = []
    for part in _PART.split(html):
        if part.startswith("<"):
            fresh = _ADDRESSED.sub(r"<\1\2 redact\3>", part)
            found = found or fresh != part
            parts.append(fresh)
        elif part.strip() and part.strip().strip(BLACK + " ") and _REFERENCE.fullmatch(part) is None:
            found = True
            parts.append(f"<redact>{part}</redact>")
        else:
            parts.append(part)
    return "".join(parts) if found else None


def _packet_of(key: str | None) -> str:
    """What is the same in all keys of one packet, of whatever generation and kind of record."""
    return (key or "").partition("~")[0].partition("-")[2]


def _requester(ticket: Mapping[str, Any]) -> tuple[str, ...]:
    ours = ticket.get("requester_id") in (None, ticket.get("submitter_id"))
    return () if ours else (REQUESTER,)


def _unless_forbidden(error: DeliveryError) -> None:
    """What this one call may not do stops this erasure; a token that is refused altogether stops the account."""
    if isinstance(error, AuthFailed) and error.status != 403:
        raise error
