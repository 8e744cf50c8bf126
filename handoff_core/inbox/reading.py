"""Reading the packets of one inbox file, line by line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from handoff_core.inbox.scan import BLANK, BOM, Shape, elements, shape

_CHUNK = 1024 * 1024
SAFE_AGE = 60.0
"""Seconds after which a file that ends early is taken for what it is, not for one that is still being written."""
_LONGEST_FUTURE = 3600.0  # a time stamp further ahead than a wrong clock explains is not waited for


@dataclass(frozen=True, slots=True)
class Line:
    """The text of one packet as it stands in the file. ``number``: the line, or the place in an array, from 1."""

    number: int
    text: bytes


class Changed(Exception):
    """The file was written to while it was read."""


@dataclass(frozen=True, slots=True)
class Gist:
    """What a first pass over a file tells: its hash, and the shape of its end."""

    sha256: str
    end: Shape


def is_lines(name: str) -> bool:
    """Whether a file of this name holds one packet a line."""
    return name.lower().endswith(".jsonl")


def gist(stream: BinaryIO, *, by_line: bool) -> Gist:
    """Read the whole file once. ``end`` is the shape of the last line, or with ``by_line`` off of the whole file."""
    stream.seek(0)
    digest = hashlib.sha256()
    if not by_line:
        text = stream.read()
        digest.update(text)
        return Gist(digest.hexdigest(), shape(text.removeprefix(BOM)))
    last = bytearray()
    start, blank = True, True
    while chunk := stream.read(_CHUNK):
        digest.update(chunk)
        text, start = chunk.removeprefix(BOM) if start else chunk, False
        blank = blank and not text.strip(BLANK)
        _, newline, tail = text.rpartition(b"\n")
        if newline:
            last = bytearray(tail)
        else:
            last += tail
    if blank:
        return Gist(digest.hexdigest(), Shape.EMPTY)
    # A last line with its newline is complete, whatever stands in it.
    return Gist(digest.hexdigest(), shape(bytes(last)) if last.strip(BLANK) else Shape.WHOLE)


def lines(stream: BinaryIO, *, by_line: bool, sha256: str) -> Iterator[Line]:
    """The packets' texts in order. Changed at the end when the content is no longer that of ``sha256``."""
    stream.seek(0)
    if not by_line:
        text = stream.read()
        if hashlib.sha256(text).hexdigest() != sha256:
            raise Changed
        text = text.removeprefix(BOM)
        if text.lstrip(BLANK)[:1] == b"[" and shape(text) is Shape.WHOLE:
            for number, element in enumerate(elements(text), 1):
                yield Line(number, element)
        else:
            yield Line(1, text)
        return
    digest = hashlib.sha256()
    for number, raw in enumerate(stream, 1):
        digest.update(raw)
        text = (raw.removeprefix(BOM) if number == 1 else raw).strip(BLANK)
        if text:
            yield Line(number, text)
    if digest.hexdigest() != sha256:
        raise Changed


def may_be_unfinished(end: Shape, *, modified: float, now: float) -> bool:
    """Whether the writer may still be at it: the JSON ends early and the file is younger than a minute."""
    return end in (Shape.CUT, Shape.EMPTY) and -_LONGEST_FUTURE < now - modified < SAFE_AGE
