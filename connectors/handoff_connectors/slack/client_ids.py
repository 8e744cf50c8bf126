"""Which client_msg_id a message is posted under: another one once Slack will take nothing under the last.

A server that knows repeats by this id answers with the first message, and with an error when that one is gone: a
person may have deleted it after its answer was lost. The same id would then get the same error for ever.
"""

from __future__ import annotations

from typing import Any, Final

from handoff_core.connector import Memory, Payload
from handoff_mappings.slack import client_id

KEEP: Final = 14 * 24 * 3600.0
"""Seconds for which it is remembered how many ids are used up; a delivery that fails is given up long before."""


def next_client_id(memory: Memory, payload: Payload) -> dict[str, Any]:
    """The arguments of ``payload``, under the first id of its key that is not used up."""
    arguments = dict(payload.body)
    used_up = _used_up(memory, payload.key)
    if used_up:
        arguments["client_msg_id"] = client_id(payload.key, used_up)
    return arguments


def use_up(memory: Memory, key: str) -> None:
    """Remember that the id which was sent last under this key gets no message posted."""
    memory.remember(_name(key), str(_used_up(memory, key) + 1), seconds=KEEP)


def _used_up(memory: Memory, key: str) -> int:
    text = memory.recall(_name(key)) or ""
    return int(text) if text.isdecimal() else 0


def _name(key: str) -> str:
    # It ends with the key, so that it is forgotten with the packet.
    return f"slack.used-up:{key}"
