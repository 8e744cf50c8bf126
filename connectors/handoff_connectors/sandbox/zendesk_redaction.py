"""Redaction in the Zendesk stand-in: marked words of a comment become blocks, its files empty ones, for good."""

from __future__ import annotations

import re
from typing import Any

from handoff_connectors.sandbox.allow_list import plain
from handoff_connectors.sandbox.wire import Json
from handoff_connectors.sandbox.zendesk_account import not_found, record_invalid
from handoff_connectors.sandbox.zendesk_state import Ticket, ZendeskState

BLOCK = "\N{LOWER SEVEN EIGHTHS BLOCK}"
REDACTED_FILE = "redacted.txt"

_WORDS = re.compile(r"<redact>(.*?)</redact>", re.DOTALL)
_ELEMENT = re.compile(r"<(\w+)\b[^>]*\sredact\s*/?>")


def redact_comment(state: ZendeskState, comment_id: int, wanted: Json) -> Json:
    """Blacken what ``html_body`` marks, and empty the files of ``external_attachment_urls``; the comment afterwards.

    Closed tickets too; 404 where the comment is not the ticket's, 422 where its other words were changed.
    """
    with state.lock:
        ticket = state.ticket(int(wanted.get("ticket_id") or 0))
        found = next((one for one in ticket.comments if one["id"] == comment_id), None)
        if found is None:
            raise not_found()
        marked = wanted.get("html_body")
        if marked is not None and _unmarked(str(marked)) != _unmarked(found["html_body"]):
            raise record_invalid({"html_body": "Html body: only redact tags may be added"})
        changes: Json = {}
        if marked is not None:
            html = _ELEMENT.sub(r"<\1>", _WORDS.sub(lambda match: BLOCK * len(match[1]), str(marked)))
            words = plain(html)
            changes = {"html_body": html, "body": words, "plain_body": words}
        urls = set(wanted.get("external_attachment_urls") or ())
        changes["attachments"] = [
            _emptied(state, one) if one["content_url"] in urls else one for one in found["attachments"]
        ]
        _apply(ticket, comment_id, changes)
        if ticket.comments[0]["id"] == comment_id:
            ticket.values["description"] = ticket.comments[0]["plain_body"]
        return next(one for one in ticket.comments if one["id"] == comment_id)


def _unmarked(html: str) -> str:
    return re.sub(r"\sredact(?=\s*/?>)", "", re.sub(r"</?redact>", "", html))


def _emptied(state: ZendeskState, attachment: Json) -> Json:
    for upload in state.uploads.values():
        if upload.id == attachment["id"]:
            upload.content, upload.filename = b"", REDACTED_FILE
    return {**attachment, "file_name": REDACTED_FILE, "size": 0, "content_type": "text/plain"}


def _apply(ticket: Ticket, comment_id: int, changes: Json) -> None:
    """In the comment, and where the ticket's events repeat it."""
    ticket.comments[:] = [{**one, **changes} if one["id"] == comment_id else one for one in ticket.comments]
    for audit in ticket.audits:
        events: list[Any] = audit["events"]
        audit["events"] = [{**one, **changes} if one.get("id") == comment_id else one for one in events]
