"""What we sent and have not yet seen back, so that a lost answer is not taken for a person's edit.

An update whose answer is lost may have been applied: the record then holds neither what we saw last nor what we want
now. Before each update the hashes of what is about to be sent are kept in the ledger's memory; a value that has one
of them is ours. They count until we have seen our own write (the ledger's ``seen`` then changes).

HubSpot may also apply such an update after a newer one. So what was sent without an answer goes on counting in ``seen``
itself, until a look at the record at which it could no longer arrive.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from handoff_connectors.hubspot.ownership import Ours
from handoff_core.clock import Clock
from handoff_core.connector import Memory, Write
from handoff_mappings.hubspot.plain import words_of

KEEP: Final = 7 * 86_400.0
"""Seconds that a hash is kept: longer than any delivery is retried."""
MOST: Final = 8
"""Sends of one property that are remembered: the newest ones."""
ASSOCIATIONS: Final = "associations"
"""Where ``seen`` keeps what the record was attached to: ``["contacts/5"]``."""
LATE: Final = "late"
"""Where ``seen`` keeps what may still arrive: ``{"until": epoch seconds, "hashes": {property: [hash]}}``."""
BODIES: Final = frozenset({"hs_note_body", "hs_task_body"})
"""Properties of HTML, compared by their words."""
MOMENTS: Final = frozenset({"hs_timestamp"})
"""Points in time, which HubSpot gives back with milliseconds."""


Late = Mapping[str, Any]
"""Hashes of what may still arrive, and until when; empty for nothing."""


class Attempts:
    """The hashes of what was sent to one account's records.

    ``certainty``: seconds after a send until which HubSpot may still apply it.
    """

    def __init__(self, memory: Memory, clock: Clock, certainty: float) -> None:
        self._memory = memory
        self._clock = clock
        self._certainty = certainty

    def before_sending(self, record: str, seen: Mapping[str, Any], properties: Mapping[str, str]) -> Late:
        """Keep what is about to be sent to ``record`` (``notes/17``); gives what was sent before and not seen back."""
        sent, at = self._sent(record, seen)
        together = {name: list(hashes) for name, hashes in sent.items()}
        for name, value in properties.items():
            hashes = [one for one in together.get(name, []) if one != _hash(name, value)]
            together[name] = [*hashes, _hash(name, value)][-MOST:]
        text = json.dumps({"from": _mark(seen), "sent": together, "at": self._clock.now()}, sort_keys=True)
        self._memory.remember(_name(record), text, seconds=KEEP)
        return {"until": at + self._certainty, "hashes": sent} if sent else {}

    def late(self, seen: Mapping[str, Any], sent: Late) -> dict[str, Late]:
        """The part of the next ``seen`` that says what may still arrive: of what the last one said, and of ``sent``."""
        every = [one for one in (seen.get(LATE), sent) if one and self._clock.now() < one["until"]]
        if not every:
            return {}
        hashes: dict[str, list[str]] = {}
        for one in every:
            for name, more in one["hashes"].items():
                hashes[name] = [*dict.fromkeys((*hashes.get(name, ()), *more))][-MOST:]
        return {LATE: {"until": max(one["until"] for one in every), "hashes": hashes}}

    def late_creation(self, kind: str, write: Write) -> Late:
        """What may still arrive at a record that was made by its unique key: creations whose answers were lost."""
        if write.lost is None:
            return {}
        record = f"{kind}/{write.payload.key}"
        self.before_sending(record, {}, write.lost.body["properties"])
        return self.before_sending(record, {}, {})

    def not_seen_back(self, properties: Mapping[str, str]) -> dict[str, Late]:
        """The part of ``seen`` of a record that was made and could not be read back: what was sent is ours."""
        hashes = {name: [_hash(name, value)] for name, value in properties.items()}
        return {LATE: {"until": self._clock.now() + self._certainty, "hashes": hashes}}

    def may_have_written(self, record: str, write: Write) -> None:
        """Count as ours what another worker of ours may have written since: else it would pass for a person's edit."""
        if write.lost is not None:
            self.before_sending(record, write.seen, write.lost.body["properties"])

    def ours(self, record: str, seen: Mapping[str, Any], *, untouched: bool) -> Ours:
        """The judge for one record: what we saw last, or what we sent since. ``untouched``: no person was there."""
        sent: Mapping[str, list[str]] | None = None
        late: Mapping[str, list[str]] = (seen.get(LATE) or {}).get("hashes", {})

        def judge(name: str, value: str) -> bool:
            nonlocal sent
            if untouched or seen.get(name) == held(name, value):
                return True
            if sent is None:
                sent, _ = self._sent(record, seen)
            return _hash(name, value) in (*sent.get(name, ()), *late.get(name, ()))

        return judge

    def _sent(self, record: str, seen: Mapping[str, Any]) -> tuple[dict[str, list[str]], float]:
        """Hashes that were not seen back, by property, and when the last of them was sent."""
        text = self._memory.recall(_name(record))
        if text is None:
            return {}, 0.0
        kept = json.loads(text)
        # Nothing seen: the ledger lost its last write, so that whatever was sent may be there.
        if seen and kept["from"] != _mark(seen):
            return {}, 0.0
        return {str(name): [str(one) for one in hashes] for name, hashes in kept["sent"].items()}, kept["at"]


def properties_in(seen: Mapping[str, Any]) -> dict[str, str]:
    """The properties in ``seen``, without what else it keeps."""
    return {name: str(value) for name, value in seen.items() if name not in (ASSOCIATIONS, LATE)}


def held(name: str, value: str) -> str:
    """A property's value as ``seen`` keeps it: a body as its hash, since the ledger need not hold it twice."""
    if name not in BODIES or not value:
        return value
    return "sha256:" + hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def _name(record: str) -> str:
    return f"sent:{record}"


def _mark(seen: Mapping[str, Any]) -> str:
    text = json.dumps(properties_in(seen), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _hash(name: str, value: str) -> str:
    text = words_of(value) if name in BODIES else _moment(value) if name in MOMENTS else value.strip()
    return hashlib.sha256(f"{name}:{text}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _moment(value: str) -> str:
    text = value.strip()
    try:
        return text if text.isdecimal() else str(round(datetime.fromisoformat(text).timestamp() * 1000))
    except ValueError:
        return text
