"""JSON and TOML made to cost a reader its time, its memory or its stack; each with what it is about."""

from __future__ import annotations

import json
from collections.abc import Mapping

from handoff_core.packet import LARGEST_PACKET
from handoff_core.testing.factories import make_object

WHOLE = json.dumps(make_object())
_HEAD = WHOLE[:-1]


def packet_with(member: str) -> str:
    """A good packet with one more member, as text."""
    return f"{_HEAD},{member}}}"


def of_size(size: int) -> str:
    """A good packet of exactly so many bytes."""
    base = {name: value for name, value in make_object().items() if name != "goal"}
    room = size - len(json.dumps({"schema": "handoff.packet/1", **base, "goal": ""}))
    return json.dumps({"schema": "handoff.packet/1", **base, "goal": "x" * room})


JSON_BOMBS: Mapping[str, tuple[str | bytes, str, str]] = {
    # name: the text, a path that a problem has, a word of its text
    "lists 500,000 deep": ("[" * 500_000, "", "deeper than 32"),
    "objects 100,000 deep": ('{"a":' * 100_000, "", "deeper than 32"),
    "33 levels": (packet_with('"x":' + "[" * 32 + "]" * 32), "", "deeper than 32"),
    "deep inside of a good packet": (packet_with('"details":{"extra":' + "[" * 40 + "]" * 40 + "}"), "", "deeper"),
    "one byte over 1 MiB": (of_size(LARGEST_PACKET + 1), "", "1 MiB"),
    "16 MiB": (b'"' + b"x" * (16 * 1024 * 1024) + b'"', "", "1 MiB"),
    "NaN": (packet_with('"confidence":NaN'), "", "NaN"),
    "Infinity": (packet_with('"confidence":Infinity'), "", "Infinity"),
    "-Infinity in extra": (packet_with('"details":{"extra":{"x":-Infinity}}'), "", "Infinity"),
    "1e999": (packet_with('"confidence":1e999'), "", "too large"),
    "a number of a million digits": (packet_with(f'"revision":{"9" * 1_000_000}'), "", "64 bits"),
    "65 bits": (packet_with(f'"revision":{2**64}'), "", "64 bits"),
    "a key that stands twice": (packet_with('"summary":"another"'), "summary", "twice"),
    "a key twice, deep inside": (packet_with('"details":{"extra":{"a":1,"a":2}}'), "a", "twice"),
    "a lone surrogate": (packet_with('"goal":"\\ud800"'), "goal", "surrogate"),
    "a lone surrogate as a key": (packet_with('"details":{"extra":{"\\udc00":1}}'), "details.extra", "surrogate"),
    "a lone surrogate as a field": (packet_with('"\\ud800":1'), "", "Unicode"),
    "NUL": (packet_with('"goal":"a\\u0000b"'), "goal", "NUL"),
    "NUL in a key": (packet_with('"customer":{"external_ids":{"\\u0000":"x"}}'), "customer.external_ids", "NUL"),
    "NUL in the raw": (_HEAD.encode() + b',"goal":"\x00"}', "", "not JSON"),
    "a key of a megabyte": (packet_with(f'"{"k" * 1_000_000}":1'), "kkk", "known name"),
    "60,000 unknown keys": (
        packet_with(",".join(f'"k{n}":1' for n in range(60_000))),
        "k0",
        "known name",
    ),
    "200,000 broken facts": (packet_with(f'"facts":[{",".join(["{}"] * 200_000)}]'), "facts.0.name", "missing"),
    "400,000 wrong entries": (packet_with(f'"unknowns":[{",".join(["1"] * 400_000)}]'), "unknowns.0", "object"),
    "50,000 keys twice": (packet_with('"facts":[' + ",".join(['{"a":1,"a":NaN}'] * 50_000) + "]"), "a", "twice"),
    "UTF-16": (WHOLE.encode("utf-16"), "", "not UTF-8"),
    "Latin-1": ('{"id":"\xe9"}'.encode("latin-1"), "", "not UTF-8"),
    "encoded surrogates": (b'{"id":"\xed\xa0\x80"}', "", "not UTF-8"),
    "overlong UTF-8": (b'{"id":"\xc0\x80"}', "", "not UTF-8"),
    "two documents": (WHOLE + WHOLE, "", "not JSON"),
    "a list": (f"[{WHOLE}]", "", "not a JSON object"),
    "nothing": ("", "", "not JSON"),
    "white space": (" " * 1_000_000, "", "not JSON"),
    "an open string": ('{"id":"' + "x" * 1_000_000, "", "not JSON"),
    "backslashes": ('{"id":"' + "\\" * 1_000_000, "", "not JSON"),
    "quotes": ('"' * 1_000_000, "", "not JSON"),
    "a comment": (f"{WHOLE} // done", "", "not JSON"),
    "single quotes": ("{'id': 'x'}", "", "not JSON"),
    "a YAML anchor": ("&a [*a]", "", "not JSON"),
}

TOML_BOMBS: Mapping[str, tuple[bytes, str]] = {
    # name: the text, a word of the refusal
    "a dotted key of 40 KB": (b"x = 1\n" + b"a." * 20_000 + b"a = 1", "20001 parts"),
    "a dotted key of 17 parts": (b"a." * 16 + b"a = 1", "17 parts"),
    "a quoted dotted key": (b'"a b".' * 30_000 + b"x = 1", "parts"),
    "a literal dotted key": (b"'a'." * 30_000 + b"x = 1", "parts"),
    "a spaced dotted key": (b"a \t. " * 40_000 + b"x = 1", "parts"),
    "a header of 40 KB": (b"[" + b"a." * 20_000 + b"a]", "parts"),
    "an array header of 40 KB": (b"[[" + b"a." * 20_000 + b"a]]", "parts"),
    "a dotted key in a table": (b"x = {" + b"a." * 20_000 + b"a = 1}", "parts"),
    "lists 900 deep": (b"a = " + b"[" * 900 + b"]" * 900, "more than 32 deep"),
    "tables 900 deep": (b"a = " + b"{a=" * 900 + b"1" + b"}" * 900, "more than 32 deep"),
    "both, 900 deep": (b"a = " + b"[{a=" * 450 + b"1" + b"}]" * 450, "more than 32 deep"),
    "lists over many lines": (b"a = " + b"[\n" * 900 + b"]\n" * 900, "more than 32 deep"),
    "lists behind comments": (b"a = " + b"[ # x\n" * 900, "more than 32 deep"),
    "keys within tables within keys": (b"a = " + b"{a.a.a.a.a.a.a.a = " * 20, "more than 32 deep"),
    "a header above a deep value": (b"[a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a]\nx = " + b"[" * 17, "more than 32 deep"),
    "33 lists": (b"a = " + b"[" * 33 + b"]" * 33, "more than 32 deep"),
    "one byte over 256 KB": (b"#" * (256 * 1024 + 1), "larger than 256 KB"),
    "64 MB": (b"#" * (64 * 1024 * 1024), "larger than 256 KB"),
}
"""Each is refused before a parser sees it."""
