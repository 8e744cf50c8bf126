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
    """What a first pass over a file tells: its hash and size, and the shape of its end."""

    sha256: str
    size: int
    end: Shape


def is_lines(name: str) -> bool:
    """Whether a file of this name holds one packet a line."""
    return name.lower().endswith(".jsonl")


def gist(stream: BinaryIO, size: int, *, by_line: bool) -> Gist:
    """Read the whole file, of ``size`` bytes, once. ``end`` is the shape of its last line, or without ``by_line`` of
    the whole. Changed when it has grown: a file that grows as fast as it is read would never end.
    """
    stream.seek(0)
    digest = hashlib.sha256()
    if not by_line:
        text = stream.read(size + 1)
        if len(text) > size:
            raise Changed
        digest.update(text)
        return Gist(digest.hexdigest(), len(text), shape(text.removeprefix(BOM)))
    last = bytearray()
    start, blank, read = True, True, 0
    while chunk := stream.read(_CHUNK):
        read += len(chunk)
        if read > size:
            raise Changed
        digest.update(chunk)
        text, start = chunk.removeprefix(BOM) if start else chunk, False
        blank = blank and not text.strip(BLANK)
        _, newline, tail = text.rpartition(b"\n")
        if newline:
            last = bytearray(tail)
        else:
            last += tail
    if blank:
        return Gist(digest.hexdigest(), read, Shape.EMPTY)
    # A last line with its newline is complete, whatever stands in it.
    return Gist(digest.hexdigest(), read, shape(bytes(last)) if last.strip(BLANK) else Shape.WHOLE)


def lines(stream: BinaryIO, found: Gist, *, by_line: bool) -> Iterator[Line]:
    """The packets' texts in order. Changed, at the latest at the end, when the content is no longer ``found``'s."""
    stream.seek(0)
    if not by_line:
        text = stream.read(found.size + 1)
        if hashlib.sha256(text).hexdigest() != found.sha256:
            raise Changed
        text = text.removeprefix(BOM)
        if text.lstrip(BLANK)[:1] == b"[" and shape(text) is Shape.WHOLE:
            for number, element in enumerate(elements(text), 1):
                yield Line(number, element)
        else:
            yield Line(1, text)
        return
    digest = hashlib.sha256()
    read = 0
    for number, raw in enumerate(stream, 1):
        read += len(raw)
        if read > found.size:
            raise Changed
        digest.update(raw)
        text = (raw.removeprefix(BOM) if number == 1 else raw).strip(BLANK)
        if text:
            yield Line(number, text)
    if digest.hexdigest() != found.sha256:
        raise Changed


def may_be_unfinished(end: Shape, *, modified: float, now: float) -> bool:
    """Whether the writer may still be at it: the JSON ends early and the file is younger than a minute."""
    return end in (Shape.CUT, Shape.EMPTY) and -_LONGEST_FUTURE < now - modified < SAFE_AGE
