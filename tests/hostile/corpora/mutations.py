"""Packets changed by chance, from a seed: each is what a broken or hostile producer could send."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

from corpora import slack, strings
from corpora.packets import every_text
from handoff_core.packet import Lane
from handoff_core.testing.factories import make_object

VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    0.5,
    -0.0,
    1e308,
    -1e-308,
    2**31,
    2**53 + 1,
    2**63 - 1,
    2**63,
    -(2**63),
    10**30,
    float("nan"),
    float("inf"),
    "",
    " ",
    "\n\t",
    "\u200b",
    "\u202e\u2066",
    "\x00",
    "a\x00b",
    "\ud800",
    "x\udfffy",
    "\x1b[31m",
    "\ufeff",
    "e\u0301" * 50,
    "\U0001f469\u200d\U0001f527" * 20,
    "\U000e0041" * 300,
    "x" * 5_000,
    "a b " * 20_000,
    "<" * 3_000,
    [],
    {},
    [[]],
    [None],
    [""],
    [{}],
    {"": ""},
    {"id": "x"},
    {"text": None},
    ["x"] * 300,
    "null",
    "true",
    "critical",
    "CRITICAL",
    "done",
    "2026-11-20T17:30:00Z",
    "2026-11-20T17:30:00",
    "2026-02-30T00:00:00Z",
    "0001-01-03T00:00:01+14:00",
    "9999-12-29T23:59:60Z",
    "2026-11-20T17:30:00.123456789123Z",
    "https://x.example/" + "y" * 1_980,
    "https://user:pw@x.example/",
    "javascript:alert(1)",
    "http://[::1]:99999/",
    "http://\u2100.example/",
    "agent:planner",
    "../../etc/passwd",
    "case-1.json",
)
"""What is put in the place of any value."""
_INSERTED = (
    b"\x00",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xf8\x88\x80\x80\x80",
    b"\xef\xbb\xbf",
    b"{",
    b"}",
    b"[",
    b"]",
    b'"',
    b"\\",
    b"\\u0000",
    b"\\ud800",
    b"\\u",
    b",",
    b":",
    b"NaN",
    b"Infinity",
    b"-",
    b"1e999",
    b"9" * 400,
    b"//",
    b"/**/",
    b"\n",
    b"\xe2\x80\xae",
    b"[" * 40,
)


def mutated(count: int, seed: int) -> Iterator[bytes]:
    """``count`` texts, in turn from a packet of every lane, most of them with one to three changes."""
    chance = Random(seed)
    hostile = [*slack.strings(), *strings("html"), *strings("templates")]
    lanes = list(Lane)
    for number in range(count):
        lane = lanes[number % len(lanes)]
        base = make_object(lane=lane) if number % 3 else every_text(lane, chance.choice(hostile))
        base["id"] = f"case-{number}"
        changed = copy.deepcopy(base)
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            _change(changed, chance, hostile)
        text = json.dumps(changed, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
        yield _broken(text, chance) if chance.random() < 0.2 else text


def _change(packet: dict[str, Any], chance: Random, hostile: list[str]) -> None:
    holder, key = chance.choice(list(_places(packet)))
    kind = chance.choice((0, 1, 2, 4, 4, 4, 4, 6, 7, 8, 9, 9))
    if kind == 0:
        del holder[key]
    elif kind <= 2 or (kind == 4 and not isinstance(holder[key], str)):
        holder[key] = copy.deepcopy(chance.choice(VALUES))
    elif kind == 4:
        holder[key] = chance.choice(hostile)
    elif kind == 6:
        holder[key] = [holder[key]]
    elif kind == 7 and isinstance(holder, dict):
        holder[chance.choice((key.upper(), key + "s", key[:-1], f" {key}", chance.choice(hostile)))] = holder.pop(key)
    elif kind == 8 and isinstance(holder, dict):
        holder[chance.choice(("unknown", "__class__", "to", "owner", "schema", "constructor", ""))] = holder[key]
    elif isinstance(holder, list):
        holder.extend(copy.deepcopy(holder) * chance.choice((1, 3, 20)))
    else:
        other, place = chance.choice(list(_places(packet)))
        other[place] = copy.deepcopy(holder[key])


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a packet as its holder and its key or number."""
    keys = list(value) if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def _broken(text: bytes, chance: Random) -> bytes:
    at = chance.randrange(len(text))
    kind = chance.randrange(5)
    if kind == 0:
        return text[:at]
    if kind == 1:
        return text[:at] + chance.choice(_INSERTED) + text[at:]
    if kind == 2:
        return text[:at] + bytes([text[at] ^ (1 << chance.randrange(8))]) + text[at + 1 :]
    if kind == 3:
        return text[:at] + text[at + chance.randrange(1, 30) :]
    return text + chance.choice((text, b" ", b"\n{}", b",", b"\x00"))
