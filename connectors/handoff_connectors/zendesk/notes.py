"""Private notes on a ticket: ours by their author, told apart by the key in their last line."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any, Final

from handoff_connectors.zendesk.account import Account
from handoff_connectors.zendesk.answers import epoch, positive_id
from handoff_connectors.zendesk.authors import Authors
from handoff_core.connector import Remote, Write
from handoff_core.errors import Gone, Refused, Unknown
from handoff_mappings.html import REFERENCE

_TAG: Final = re.compile(r"<[^>]*>")
_REFERENCE: Final = re.compile(rf"{REFERENCE}: (ho\d*-\S+)$")


class Notes:
    """The record kinds that are comments: written once, never changed."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def find(self, write: Write, ticket_id: str) -> list[Remote]:
        """Our private comments on the ticket whose last line carries the key, the oldest first."""
        try:
            comments = list(self._account.comments(ticket_id))
        except Gone:  # with the ticket every note is gone; writing the next one says so
            return []
        found = [
            Remote(id=str(comment["id"]), created_at=epoch(comment.get("created_at")))
            for comment in comments
            if isinstance(comment.get("id"), int) and is_under_key(comment, write.payload.key, self._account.authors)
        ]
        return sorted(found, key=lambda remote: (remote.created_at or 0.0, int(remote.id)))

    def create(self, ticket_id: str, frozen: bytes) -> Remote:
        """PUT the frozen bytes, which hold nothing but a private comment."""
        answer = self._account.update_ticket(ticket_id, frozen)
        audit = answer.get("audit")
        if not isinstance(audit, dict):
            raise Unknown("Zendesk's answer holds no audit; whether the note was written is not known")
        for event in audit.get("events") or ():
            if isinstance(event, dict) and event.get("type") == "Comment":
                return Remote(id=str(positive_id(event.get("id"), "the note")))
        raise Unknown("Zendesk's answer holds no comment; whether the note was written is not known")


def key_under(comment: Mapping[str, Any], authors: Authors) -> str | None:
    """The key in the reference line of a private comment of ours; None for anybody else's, also one that quotes it."""
    key = key_in(comment)
    return key if key is not None and authors.wrote(comment) else None


def key_in(comment: Mapping[str, Any]) -> str | None:
    """The key in a private comment's last line, whoever wrote it."""
    found = None if comment.get("public", True) else _REFERENCE.search(words_in(comment))
    return found[1] if found else None


def is_under_key(comment: Mapping[str, Any], key: str, authors: Authors) -> bool:
    """Whether it is a private comment of ours that ends with the reference line for this key."""
    ends = not comment.get("public", True) and words_in(comment).endswith(f"{REFERENCE}: {key}")
    return ends and authors.wrote(comment)


def words_in(comment: Mapping[str, Any]) -> str:
    """A comment's words on one line."""
    text = comment.get("plain_body")
    if not isinstance(text, str) or not text.strip():
        text = html.unescape(_TAG.sub(" ", str(comment.get("html_body") or comment.get("body") or "")))
    return " ".join(text.split())


def parent_of(write: Write) -> str:
    """The id of the ticket that the note belongs to."""
    ticket_id = write.refs.get("ticket")
    if ticket_id is None or not ticket_id.isdecimal():
        raise Refused("the note has no ticket to stand on")
    return ticket_id
