"""Finds our messages by the key in their metadata, and reads what Slack says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from handoff_connectors.slack.workspace import Workspace
from handoff_core.connector import Remote
from handoff_core.errors import Refused, Transient

EVENT_TYPE: Final = "handoff"
PAGE: Final = 200
"""Messages asked for at once; up to 999 are allowed (Slack docs, conversations.history, 2026-11)."""
MOST_PAGES: Final = 200
"""Pages after which a look-up gives up, so that a broken cursor cannot go round for ever."""

_TS: Final = re.compile(r"\d{10}\.\d{6}")
_CHANNEL: Final = re.compile(r"[CDG][A-Z0-9]{2,30}")


class Pages(Protocol):
    """One call that answers a list of messages in pages."""

    def __call__(self, **arguments: Any) -> Mapping[str, Any]: ...


def remote_id_of(channel: object, ts: object, thread: str | None = None) -> str | None:
    """``CHANNEL:ts``, in a thread ``CHANNEL:thread:ts``; None when one of them has not the shape that Slack gives."""
    if not isinstance(channel, str) or _CHANNEL.fullmatch(channel) is None:
        return None
    stamps = (ts,) if thread is None else (thread, ts)
    if not all(isinstance(stamp, str) and _TS.fullmatch(stamp) for stamp in stamps):
        return None
    return ":".join((channel, *map(str, stamps)))


def split_id(remote_id: str) -> tuple[str, str]:
    """Channel and ts of the message itself. Refused when it is not an id of ours."""
    channel, *stamps = remote_id.split(":")
    if len(stamps) not in (1, 2) or remote_id_of(channel, stamps[-1], *stamps[:-1]) is None:
        raise Refused("Slack: the ledger's id of this record is not CHANNEL:ts; run `handoff sync --reconcile`.")
    return channel, stamps[-1]


def messages(pages: Pages, **arguments: Any) -> Iterator[Mapping[str, Any]]:
    """Every message of a listing, page by page."""
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        more = {} if cursor is None else {"cursor": cursor}
        answer = pages(include_all_metadata=True, limit=PAGE, **arguments, **more)
        found = answer.get("messages")
        if not isinstance(found, list):
            raise Transient("Slack: the listing of messages has no messages in it; try again later.")
        yield from (message for message in found if isinstance(message, Mapping))
        cursor = _next_cursor(answer)
        if cursor is None:
            return
    raise Transient(f"Slack: the listing did not end after {MOST_PAGES} pages; try again later.")


def remotes(
    listing: Iterator[Mapping[str, Any]], channel: str, key: str, us: Workspace, *, thread: str | None = None
) -> Sequence[Remote]:
    """Our own messages under ``key``, the oldest first."""
    found = []
    for message in listing:
        remote_id = remote_id_of(channel, message.get("ts"), thread)
        if remote_id is not None and key_in(message) == key and us.wrote(message):
            found.append(
                Remote(
                    id=remote_id,
                    url=us.permalink(remote_id),
                    created_at=float(message["ts"]),
                    retirable=_untouched(message, us),
                )
            )
    return sorted(found, key=lambda remote: remote.created_at or 0.0)


def key_in(message: Mapping[str, Any]) -> str | None:
    """The key that our metadata carries; None for anybody else's message."""
    metadata = message.get("metadata")
    if not isinstance(metadata, Mapping) or metadata.get("event_type") != EVENT_TYPE:
        return None
    payload = metadata.get("event_payload")
    key = payload.get("handoff_key") if isinstance(payload, Mapping) else None
    return key if isinstance(key, str) else None


def _next_cursor(answer: Mapping[str, Any]) -> str | None:
    metadata = answer.get("response_metadata")
    cursor = metadata.get("next_cursor") if isinstance(metadata, Mapping) else None
    return cursor if isinstance(cursor, str) and cursor else None


def _untouched(message: Mapping[str, Any], us: Workspace) -> bool:
    if message.get("reply_count", 0) != 0:
        return False
    reactions = message.get("reactions", [])
    if not isinstance(reactions, list):
        return False
    # ``users`` may be cut short, ``count`` is whole (Slack docs, "reactions" of a message, 2026-11).
    return all(
        isinstance(reaction, Mapping) and reaction.get("users") == [us.user_id] and reaction.get("count") == 1
        for reaction in reactions
    )
