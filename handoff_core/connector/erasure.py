"""What a connector says of erasing a record, and what it must know to do it when the packet's words are gone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handoff_core.connector.record import Payload


@dataclass(frozen=True, slots=True)
class Erasure:
    """What becomes of one kind of record at an erasure, in plain words for ``handoff forget --plan``.

    ``stays``: what nobody can erase through the vendor's API, each with what a person does about it.
    """

    what: str
    stays: tuple[str, ...] = ()
    unfound: str = ""
    """Of a record whose creation was never answered, where it can be looked for only by the words that are gone."""


@dataclass(frozen=True)
class Trace:
    """All that is kept of a record until it is erased at its vendor: ids and marks, and none of the packet's words.

    ``payload`` is the record's, emptied of everything but what a look-up by its key needs. ``marks`` becomes
    ``Write.seen`` of the erasure: by it the connector tells what still holds our words from what a person wrote.
    """

    payload: Payload
    marks: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Erased:
    """What came of erasing one record. ``left``: what stays there, in plain words, and what a person can do."""

    left: tuple[str, ...] = ()


def mark_of(key: str, name: str, value: str) -> str:
    """A mark by which a field's value is known again, and from which it cannot be read.

    32 bits, bound to the record and the field: of all telephone numbers several have the same mark, so that guessing
    proves nothing; that a person's own value has it by chance happens once in four thousand million times. Marks are
    kept only until the vendor's record is erased.
    """
    return hashlib.sha256(f"{key}\n{name}\n{value}".encode("utf-8", "surrogatepass")).hexdigest()[:8]


def marks_of(key: str, values: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Marks by field; a field may have held several values of ours."""
    marks: dict[str, list[str]] = {}
    for name, value in values:
        mark = mark_of(key, name, value)
        if mark not in marks.setdefault(name, []):
            marks[name].append(mark)
    return marks
