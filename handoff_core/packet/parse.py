"""From bytes to plain objects: everything that can be refused before the fields are looked at.

Size and depth are checked before the JSON is parsed, so that a hostile text costs no more than reading it once.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handoff_core.errors import PacketInvalid, Problem
from handoff_core.packet.problems import MOST, and_more, path_text
from handoff_core.packet.scalars import LARGEST_INTEGER

LARGEST_PACKET = 1_048_576
"""Bytes of a packet as JSON in UTF-8 (1 MiB)."""
DEEPEST = 32
"""Levels of lists and objects within each other; a packet that means something has at most 4."""

# An unterminated string reaches to the end of the text: the scan never starts anew inside of it (linear time).
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_NO_BRACKET = re.compile(rb"[^\[\]{}]+")


def parse_object(text: bytes | str) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """The JSON object in ``text``, and what is wrong with its numbers and keys.

    Raises PacketInvalid when no object can be had: more than 1 MiB, not UTF-8, nested deeper than 32 levels,
    not JSON, or not an object. Problems are returned for what can be named while the rest is still worth checking:
    keys that stand twice, numbers that are not finite or have more than 64 bits.
    """
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text)
    check_size(len(content))
    content = content.removeprefix(b"\xef\xbb\xbf")
    _check_depth(content)
    try:
        decoded = content.decode("utf-8", "surrogatepass" if isinstance(text, str) else "strict")
    except UnicodeDecodeError as error:
        raise _refused(
            f"is not UTF-8 (byte {error.start + 1:,} of {len(content):,})", "Write the file as UTF-8."
        ) from None
    reading = _Reading()
    try:
        value = json.loads(
            decoded,
            object_pairs_hook=reading.take_object,
            parse_int=reading.take_integer,
            parse_float=reading.take_float,
            parse_constant=reading.take_constant,
        )
    except json.JSONDecodeError as error:
        raise _refused(
            f"is not JSON: {error.msg} at line {error.lineno}, column {error.colno}",
            "Check the quotes, commas and brackets there, and that the text is complete.",
        ) from None
    if not isinstance(value, dict):
        raise _refused("is not a JSON object", 'Write one object: {"id": …, "lane": …, …}.')
    problems = tuple(reading.problems)
    return value, (*problems[:MOST], *and_more(len(problems) - MOST))


def check_size(size: int) -> None:
    """PacketInvalid when a packet of ``size`` bytes is larger than 1 MiB."""
    if size > LARGEST_PACKET:
        raise _refused(
            f"has {size:,} bytes; at most {LARGEST_PACKET:,} (1 MiB) are taken",
            "Shorten the transcript, or link to large content in sources.",
        )


def check_object(values: object) -> dict[str, Any]:
    """``values`` as a dict with text keys; PacketInvalid when it is none, or deeper than 32 levels."""
    if not isinstance(values, Mapping):
        raise _refused("is not an object", "Give a dict with the packet's fields.")
    level: list[object] = [values]
    for _depth in range(DEEPEST):
        below: list[object] = []
        for one in level:
            if isinstance(one, Mapping):
                if any(not isinstance(key, str) for key in one):
                    raise _refused("has a name that is not text", "Use text for all names.")
                below += one.values()
            elif isinstance(one, list | tuple):
                below += one
        level = [one for one in below if isinstance(one, Mapping | list | tuple)]
        if not level:
            return dict(values)
        if len(level) > LARGEST_PACKET:
            break
    raise _too_deep()


@dataclass(frozen=True, slots=True)
class _Reading:
    """Collects problems while the JSON is parsed, each once however often it comes: some are not placed yet."""

    problems: dict[Problem, None] = field(default_factory=dict)

    def take_object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        taken = dict(pairs)
        if len(taken) < len(pairs):
            seen: set[str] = set()
            twice = {name: None for name, _ in pairs if name in seen or seen.add(name)}  # type: ignore[func-returns-value]
            for name in twice:
                self._add("stands twice in one object", "Keep one of the two; they may differ.", path_text((name,)))
        return taken

    def take_integer(self, digits: str) -> int:
        # 20 signs are the longest 64-bit number with its sign; int() itself is slow on very long ones.
        if len(digits) > 20 or abs(int(digits)) > LARGEST_INTEGER:
            self._add("holds a whole number of more than 64 bits", "Write such a number as text.")
            return 0
        return int(digits)

    def take_float(self, digits: str) -> float:
        number = float(digits)
        if not math.isfinite(number):
            self._add("holds a number that is too large", "Write such a number as text.")
            return 0.0
        return number

    def take_constant(self, word: str) -> float:
        self._add(f"holds {word}, which is not JSON", "Write a finite number, or leave the field out.")
        return 0.0

    def _add(self, text: str, fix: str, path: str = "") -> None:
        self.problems[Problem(path, text, fix)] = None


def _check_depth(content: bytes) -> None:
    depth = 0
    for bracket in _NO_BRACKET.sub(b"", _STRING.sub(b"", content)):
        if bracket in b"[{":
            depth += 1
            if depth > DEEPEST:
                raise _too_deep()
        else:
            depth -= 1


def _too_deep() -> PacketInvalid:
    return _refused(
        f"is nested deeper than {DEEPEST} levels", "Flatten it; what has no field of its own goes into details.extra."
    )


def _refused(text: str, fix: str) -> PacketInvalid:
    return PacketInvalid([Problem("", text, fix)])
