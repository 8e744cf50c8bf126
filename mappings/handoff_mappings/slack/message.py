"""What all our messages have in common: the channel, the key in the metadata, and nothing that Slack may add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID, uuid5

ALERT: Final = "alert"
BRIEF: Final = "brief"
POINTER: Final = "pointer"
NOT_IN_THREAD: Final = frozenset({ALERT, POINTER})
"""Kinds that stand in the channel; every other kind is a reply in the alert's thread."""
EVENT_TYPE: Final = "handoff"
SCHEMA: Final = 1
_CLIENT_IDS: Final = UUID("6f1d9c52-2f5e-5a0b-9a6c-0d3b1c7e4a11")


def message_body(channel: str, key: str, text: str, blocks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The arguments of chat.postMessage.

    The metadata can be read by every app and member of the workspace, so it holds only our own opaque key.
    ``client_msg_id`` is not documented; Slack's error list shows that it knows repeats by it, which is a second
    guard and never the first: see ``client_id``. ``parse`` and the absent ``link_names`` keep @here and #general words.
    """
    return {
        "channel": channel,
        "text": text,
        "blocks": list(blocks),
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"handoff_key": key, "schema": SCHEMA}},
        "client_msg_id": client_id(key),
        "parse": "none",
        "unfurl_links": False,
        "unfurl_media": False,
    }


def client_id(key: str, used_up: int = 0) -> str:
    """The ``client_msg_id`` of a message: the same for every send under its key, until ``used_up`` of them are.

    One is used up when Slack knows it and has no message for it: under that id none is ever posted again.
    """
    return str(uuid5(_CLIENT_IDS, f"{key}#{used_up}" if used_up else key))
