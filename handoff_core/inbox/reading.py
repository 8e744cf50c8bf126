"""Reading the packets of one inbox file, line by line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from handoff_core.inbox.scan import BLANK, BOM, Shape, elements, shape

_CHUNK = 1024 * 1024
PART = 1000
"""Lines of one part of a file: of a long one each part is taken on its own, so that a run can stop in between."""
LEAST_PART = 64 * 1024
"""Bytes of a part. Shorter ones go on for another ``PART`` lines: no file has more than a thousand parts."""
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
class Part:
    """Some lines of a file: the number of the first, where their bytes begin and end, and the hash of those.

    ``key`` stands for the file up to this part's end: the same key, the same content. The last part's is the hash of
    the whole file.
    """

    key: str
    first: int
    start: int
    end: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Gist:
    """What a first pass over a file tells: its hash and size, the shape of its end, and its parts: one, where it does
    not hold one packet a line.
    """

    sha256: str
    size: int
    end: Shape
    parts: tuple[Part, ...]


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
        sha256 = digest.hexdigest()
        return Gist(sha256, len(text), shape(text.removeprefix(BOM)), (Part(sha256, 1, 0, len(text), sha256),))
    last = bytearray()
    cutter = _Cutter()
    start, blank, read = True, True, 0
    while chunk := stream.read(_CHUNK):
        read += len(chunk)
        if read > size:
            raise Changed
        digest.update(chunk)
        cutter.feed(chunk)
        text, start = chunk.removeprefix(BOM) if start else chunk, False
        blank = blank and not text.strip(BLANK)
        _, newline, tail = text.rpartition(b"\n")
        if newline:
            last = bytearray(tail)
        else:
            last += tail
    sha256 = digest.hexdigest()
    parts = cutter.parts(sha256)
    if blank:
        return Gist(sha256, read, Shape.EMPTY, parts)
    # A last line with its newline is complete, whatever stands in it.
    return Gist(sha256, read, shape(bytes(last)) if last.strip(BLANK) else Shape.WHOLE, parts)


class _Cutter:
    """Cuts what it is fed into parts of ``PART`` lines, or of a multiple of it."""

    def __init__(self) -> None:
        self._ends: list[Part] = []  # without their keys
        self._at = self._start = 0
        self._first = 1
        self._blocks = self._lines = 0
        self._digest = hashlib.sha256()

    def feed(self, chunk: bytes) -> None:
        """The next bytes of the file."""
        while chunk:
            *ended, rest = chunk.split(b"\n", PART - self._lines)
            self._lines += len(ended)
            whole = self._lines == PART
            mine = chunk[: len(chunk) - len(rest)] if whole else chunk
            self._digest.update(mine)
            self._at += len(mine)
            if whole:
                self._blocks, self._lines = self._blocks + 1, 0
            if whole and self._at - self._start >= LEAST_PART:
                self._close()
            chunk = chunk[len(mine) :]

    def parts(self, sha256: str) -> tuple[Part, ...]:
        """Every part of the file that has this hash."""
        if not self._ends or self._at > self._start:
            self._close()
        made: list[Part] = []
        key = ""
        for part in self._ends:
            key = hashlib.sha256(f"{key} {part.sha256}".encode()).hexdigest()
            made.append(replace(part, key=key))
        return (*made[:-1], replace(made[-1], key=sha256))

    def _close(self) -> None:
        self._ends.append(Part("", self._first, self._start, self._at, self._digest.hexdigest()))
        self._first += self._blocks * PART
        self._start = self._at
        self._blocks = self._lines = 0
        self._digest = hashlib.sha256()


def lines(stream: BinaryIO, found: Gist, part: Part, *, by_line: bool) -> Iterator[Line]:
    """The texts of a part's packets in order. Changed, at the latest at the end, when its content is no longer that of
    ``found``; at the end of the last part, when that of any part is not.
    """
    if not by_line:
        stream.seek(0)
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
    stream.seek(part.start)
    digest = hashlib.sha256()
    at, number = part.start, part.first
    while at < part.end:
        raw = stream.readline(part.end - at)
        if not raw:
            raise Changed
        at += len(raw)
        digest.update(raw)
        text = (raw.removeprefix(BOM) if number == 1 else raw).strip(BLANK)
        if text:
            yield Line(number, text)
        number += 1
    if digest.hexdigest() != part.sha256:
        raise Changed
    if part is found.parts[-1]:
        _check_whole(stream, found)


def _check_whole(stream: BinaryIO, found: Gist) -> None:
    """Changed when the file has grown, or an earlier part of it is another one now."""
    if stream.read(1):
        raise Changed
    if len(found.parts) > 1:
        stream.seek(0)
        digest = hashlib.sha256()
        for start in range(0, found.size, _CHUNK):
            digest.update(stream.read(min(_CHUNK, found.size - start)))
        if digest.hexdigest() != found.sha256:
            raise Changed


def may_be_unfinished(end: Shape, *, modified: float, now: float) -> bool:
    """Whether the writer may still be at it: the JSON ends early and the file is younger than a minute."""
    return end in (Shape.CUT, Shape.EMPTY) and -_LONGEST_FUTURE < now - modified < SAFE_AGE
