"""Limits on a configuration file's size and depth, judged before anything parses it. Standard library only.

tomllib is quadratic in the parts of a dotted key (40 KB of one key cost it 7 s) and recursive in brackets (some
900 of them end in a RecursionError); so both are counted here first, in one linear pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_BYTES = 256 * 1024
"""Longest file that is read, in bytes."""
MAX_KEY_PARTS = 16
"""Most parts of one dotted key or table header."""
MAX_NESTING = 32
"""Deepest value: the header's parts, the key's parts and every open bracket or brace count."""

# Closing quotes are optional, so that an unfinished string is consumed once instead of being tried again from each
# of its quotes. Quantifiers are possessive for the same reason.
_PART = r"""[A-Za-z0-9_+:-]++|"(?:[^"\\\n]++|\\[^\n])*+"?+|'[^'\n]*+'?+"""
_TOKEN = re.compile(
    r"(?P<skip>\#[^\n]*+"
    r'|"""(?:[^"\\]++|\\.|"{1,2}(?!"))*+(?:""")?+'
    r"|'''(?:[^']++|'{1,2}(?!'))*+(?:''')?+)"
    rf"|(?P<key>(?:{_PART})(?:[ \t]*+\.[ \t]*+(?:{_PART}))*+)"
    r"|(?P<mark>[\[\]{}=,\n])",
    re.DOTALL,
)
_ONE_PART = re.compile(_PART)


@dataclass(frozen=True, slots=True)
class Excess:
    """The first place where a file goes over a limit; ``line`` and ``column`` count from 1."""

    line: int
    column: int
    text: str
    fix: str


def find_excess(text: str) -> Excess | None:
    """The first dotted key or nesting of a TOML text over the limits; None = it may be parsed. Linear in the text."""
    scan = _Scan()
    for match in _TOKEN.finditer(text):
        over = scan.step(match)
        if over is not None:
            line = text.count("\n", 0, match.start()) + 1
            column = match.start() - text.rfind("\n", 0, match.start())
            return Excess(line, column, *over)
    return None


class _Scan:
    """Where in the file the next token stands: in a header, before a key, or so deep in a value."""

    def __init__(self) -> None:
        self.line_start = True
        self.in_header = False
        self.header_parts = 0
        self.key_parts = 0
        self.open: list[int] = []

    def step(self, token: re.Match[str]) -> tuple[str, str] | None:
        """Take one token; what is wrong and what to do, when it goes over a limit."""
        if token.lastgroup == "skip":
            return None
        if token.lastgroup == "key":
            return self._key(token["key"])
        return self._mark(token["mark"])

    def _key(self, key: str) -> tuple[str, str] | None:
        self.line_start = False
        self.key_parts = sum(1 for _ in _ONE_PART.finditer(key)) if "." in key else 1
        if self.in_header:
            self.header_parts = self.key_parts
        if self.key_parts > MAX_KEY_PARTS:
            return (
                f"This dotted key has {self.key_parts} parts; at most {MAX_KEY_PARTS} are read.",
                "No setting of Handoff has more than 6: shorten the key.",
            )
        return self._too_deep(0 if self.in_header else self.key_parts)

    def _mark(self, mark: str) -> tuple[str, str] | None:
        if mark == "\n":
            if not self.open:
                self.line_start, self.in_header, self.key_parts = True, False, 0
        elif mark == "[" and self.line_start and not self.open:
            self.in_header, self.line_start, self.header_parts = True, False, 0
        elif mark in "[{" and not (self.in_header and mark == "[" and self.header_parts == 0 and not self.open):
            self.open.append(max(1, self.key_parts))
            self.key_parts = 0
            return self._too_deep(0)
        elif mark in "]}" and self.open:
            self.open.pop()
        elif mark == ",":
            self.key_parts = 0
        return None

    def _too_deep(self, more: int) -> tuple[str, str] | None:
        header = 0 if self.in_header else self.header_parts
        if header + sum(self.open) + more <= MAX_NESTING:
            return None
        return (
            f"Tables and lists are nested more than {MAX_NESTING} deep here.",
            "No setting of Handoff is deeper than 6: take the inner brackets out.",
        )
