"""Canaries, and the search for them: as they are, encoded, escaped, and in pieces."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

PIECE = 12
"""So many characters in a row of a canary are a leak: no text holds them by chance."""
_BETWEEN = re.compile(rb"(?:[\s\"'+,]|\\[nrt]|\\)+")


def canary(name: str, prefix: str = "") -> str:
    """A token of a vendor's kind, long and with signs that encodings change; the same on every run."""
    digest = hashlib.sha256(f"canary {name}".encode()).digest()
    return f"{prefix}{base64.b64encode(digest).decode()[:40]}+/{digest.hex()[:8]}="


@dataclass(frozen=True)
class Hit:
    """A canary that was found: which, in what form, where."""

    canary: str
    form: str
    place: str


class Search:
    """Looks for canaries. ``values``: the secrets by their names."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._needles: dict[bytes, tuple[str, str]] = {}
        for name, value in values.items():
            for form, needle in _forms(value):
                self._needles.setdefault(needle, (name, form))

    @property
    def forms(self) -> int:
        """How many different byte strings are looked for."""
        return len(self._needles)

    def hits(self, place: str, content: bytes | str) -> Iterator[Hit]:
        """Every canary in ``content``, once a form; also where white space, quotes or plus signs part it."""
        raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
        joined = _BETWEEN.sub(b"", raw)
        found = set()
        for needle, known in self._needles.items():
            if known not in found and (needle in raw or needle in joined):
                found.add(known)
                yield Hit(*known, place)


def _forms(value: str) -> Iterator[tuple[str, bytes]]:
    raw = value.encode()
    own = raw.partition(b"@")[0]  # the host of an address is no secret
    for at in range(len(own) - PIECE + 1):
        yield "a piece", own[at : at + PIECE]
    for form, text in (
        ("url-encoded", quote(value, safe="")),
        ("url-encoded as a form", quote_plus(value)),
        ("json-escaped", json.dumps(value)[1:-1]),
        ("json-escaped twice", json.dumps(json.dumps(value))[3:-3]),
        ("with every sign escaped", "".join(f"\\u{ord(sign):04x}" for sign in value)),
        ("in hex", raw.hex()),
        ("turned round", value[::-1]),
    ):
        yield form, text.encode()
    for form, encode in (("base64", base64.b64encode), ("url-safe base64", base64.urlsafe_b64encode)):
        for shift in range(3):  # wherever it stands in a longer text that was encoded as a whole
            encoded = encode(b"x" * shift + raw)
            yield form, encoded[4 * (shift > 0) : len(encoded) // 4 * 4 - 4]
