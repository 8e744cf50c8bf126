"""Finding where JSON values begin and end without parsing them: no recursion, whatever the nesting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum

_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+("?)|[\[\]{}]|,', re.DOTALL)
BLANK = b" \t\r\n"
BOM = b"\xef\xbb\xbf"


class Shape(Enum):
    """What a piece of text looks like from outside."""

    EMPTY = "empty"
    """Nothing but white space."""
    WHOLE = "whole"
    """One object or array from its first bracket to the matching last one (or something that is neither)."""
    CUT = "cut"
    """Ends before its last bracket or inside a string: the writer may not be done."""
    MORE = "more"
    """Goes on after the first value."""


def shape(text: bytes) -> Shape:
    """Whether ``text`` is one bracketed JSON value, ends early, or goes on after it."""
    body = text.strip(BLANK)
    if not body:
        return Shape.EMPTY
    if body[:1] not in b"[{":
        return Shape.WHOLE
    depth = 0
    for match in _TOKEN.finditer(body):
        token = match[0]
        if token in (b"[", b"{"):
            depth += 1
        elif token in (b"]", b"}"):
            depth -= 1
            if depth == 0:
                return Shape.WHOLE if match.end() == len(body) else Shape.MORE
        elif token[:1] == b'"' and not match[1]:
            return Shape.CUT
    return Shape.CUT


def elements(array: bytes) -> Iterator[bytes]:
    """The elements of one JSON array, each exactly as it stands; nothing for an empty array.

    ``array`` is one whole array (``shape`` says WHOLE). Bad commas give elements that do not parse.
    """
    body = array.strip(BLANK)
    depth = 0
    start = 1
    for match in _TOKEN.finditer(body):
        token = match[0]
        if token in (b"[", b"{"):
            depth += 1
        elif token in (b"]", b"}"):
            depth -= 1
        elif token == b"," and depth == 1:
            yield body[start : match.start()].strip(BLANK)
            start = match.end()
    last = body[start:-1].strip(BLANK)
    if last or start > 1:
        yield last
