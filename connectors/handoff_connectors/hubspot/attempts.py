"""What we sent and have not yet seen back, so that a lost answer is not taken for a person's edit.

An update whose answer is lost may have been applied: the record then holds neither what we saw last nor what we want
now. Before each update the hashes of what is about to be sent are kept in the ledger's memory; a value that has one
of them is ours. They count only until we have seen our own write (the ledger's ``seen`` then changes).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from handoff_connectors.hubspot.ownership import Ours
from handoff_core.connector import Memory
from handoff_mappings.hubspot.plain import words_of

KEEP: Final = 7 * 86_400.0
"""Seconds that a hash is kept: longer than any delivery is retried."""
MOST: Final = 8
"""Sends of one property that are remembered: the newest ones."""
BODIES: Final = frozenset({"hs_note_body", "hs_task_body"})
"""Properties of HTML, compared by their words."""


class Attempts:
    """The hashes of what was sent to one account's records."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def before_sending(self, record: str, seen: Mapping[str, Any], properties: Mapping[str, str]) -> None:
        """Keep what is about to be sent to ``record`` (``notes/17``), on top of what was not yet seen back."""
        sent = self._sent(record, seen)
        for name, value in properties.items():
            hashes = [one for one in sent.get(name, []) if one != _hash(name, value)]
            sent[name] = [*hashes, _hash(name, value)][-MOST:]
        text = json.dumps({"from": _mark(seen), "sent": sent}, sort_keys=True)
        self._memory.remember(_name(record), text, seconds=KEEP)

    def ours(self, record: str, seen: Mapping[str, Any], *, untouched: bool) -> Ours:
        """The judge for one record: what we saw last, or what we sent since. ``untouched``: no person was there."""
        sent: dict[str, list[str]] | None = None

        def judge(name: str, value: str) -> bool:
            nonlocal sent
            if untouched or seen.get(name) == held(name, value):
                return True
            if sent is None:
                sent = self._sent(record, seen)
            return _hash(name, value) in sent.get(name, ())

        return judge

    def _sent(self, record: str, seen: Mapping[str, Any]) -> dict[str, list[str]]:
        text = self._memory.recall(_name(record))
        if text is None:
            return {}
        kept = json.loads(text)
        # Nothing seen: the ledger lost its last write, so that whatever was sent may be there.
        if seen and kept["from"] != _mark(seen):
            return {}
        return {str(name): [str(one) for one in hashes] for name, hashes in kept["sent"].items()}


def held(name: str, value: str) -> str:
    """A property's value as ``seen`` keeps it: a body as its hash, since the ledger need not hold it twice."""
    if name not in BODIES or not value:
        return value
    return "sha256:" + hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def _name(record: str) -> str:
    return f"sent:{record}"


def _mark(seen: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(seen, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _hash(name: str, value: str) -> str:
    text = words_of(value) if name in BODIES else value.strip()
    return hashlib.sha256(f"{name}:{text}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
