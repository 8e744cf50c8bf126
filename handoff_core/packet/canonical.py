"""One spelling for one content, so that sameness can be told by a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

WITHOUT = frozenset({"schema", "revision", "made_at", "producer"})
"""What says when and by whom a packet was made, not what it says."""


def canonical_json(packet: Mapping[str, Any]) -> bytes:
    """The content of a packet (its plain object, defaults left out) as sorted JSON without spaces, in UTF-8.

    Empty groups are left out too: ``"state": {}`` says nothing.
    """
    content = {name: value for name, value in packet.items() if name not in WITHOUT}
    return _json(_without_empty(content), sort_keys=True).encode("utf-8")


def digest_of(packet: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON, in hex."""
    return hashlib.sha256(canonical_json(packet)).hexdigest()


def readable_json(packet: Mapping[str, Any]) -> str:
    """A packet's plain object as JSON on one line, in the order of the contract."""
    return _json(packet)


def _json(value: object, *, sort_keys: bool = False) -> str:
    return json.dumps(value, sort_keys=sort_keys, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _without_empty(group: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: _without_empty(value) if isinstance(value, dict) else value for name, value in group.items()}
    return {name: value for name, value in kept.items() if value != {}}
