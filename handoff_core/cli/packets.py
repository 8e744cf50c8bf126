"""Reading packets that a person names on the command line: JSON or JSONL, told apart by what is in them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import click

from handoff_core.inbox.scan import BLANK, BOM, Shape, elements, shape

LARGEST = 64 * 1024 * 1024
"""Bytes of one JSON document, and of one line; lines are streamed and have no such limit in sum."""

PACKET_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True)
"""A file, or ``-`` for standard input."""


@dataclass(frozen=True, slots=True)
class PacketText:
    """The text of one packet, and where it stood: ``file`` and line (or place in an array), from 1."""

    place: str
    text: bytes


def packet_texts(name: str) -> Iterator[PacketText]:
    """Every packet of a file or of standard input (``-``), one at a time. A usage error when it cannot be read."""
    try:
        with _opened(name) as stream:
            yield from _split("stdin" if name == "-" else name, stream)
    except OSError as error:
        raise click.BadParameter(f"{name} cannot be read: {error.strerror}.") from error


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    with open(name, "rb") as stream:
        yield stream


def _split(name: str, stream: BinaryIO) -> Iterator[PacketText]:
    skipped = 0
    first = _line(name, 1, stream).removeprefix(BOM)
    while first and not first.strip(BLANK):
        skipped += 1
        first = _line(name, skipped + 1, stream)
    head = first.strip(BLANK)
    if (head[:1] == b"{" and shape(head) is Shape.WHOLE) or name.lower().endswith(".jsonl"):
        yield from _lines(name, first, stream, skipped)
        return
    text = first + stream.read(LARGEST - len(first) + 1)
    if len(text) > LARGEST:
        raise click.BadParameter(
            f"{name} is larger than {LARGEST // 1024 // 1024} MiB; write one packet a line (JSONL)."
        )
    yield from _document(name, text)


def _lines(name: str, first: bytes, stream: BinaryIO, skipped: int) -> Iterator[PacketText]:
    number = skipped + 1
    line = first
    while line:
        text = line.strip(BLANK)
        if text:
            yield PacketText(f"{name}:{number}", text)
        number += 1
        line = _line(name, number, stream)


def _line(name: str, number: int, stream: BinaryIO) -> bytes:
    line = stream.readline(LARGEST + 1)
    if len(line) > LARGEST:  # no more of it is read: a line without an end would fill the memory
        raise click.BadParameter(f"{name}:{number} is a line of more than {LARGEST // 1024 // 1024} MiB.")
    return line


def _document(name: str, text: bytes) -> Iterator[PacketText]:
    found = shape(text)
    if found is Shape.EMPTY:
        return
    if found is Shape.WHOLE and text.lstrip(BLANK)[:1] == b"[":
        for number, element in enumerate(elements(text), 1):
            yield PacketText(f"{name}:{number}", element)
        return
    rows = text.split(b"\n")
    if found in (Shape.MORE, Shape.CUT) and any(row[:1] == b"{" and shape(row) is Shape.WHOLE for row in rows):
        # JSONL whose first line is broken: the good lines must not suffer for it.
        for number, row in enumerate(rows, 1):
            if row.strip(BLANK):
                yield PacketText(f"{name}:{number}", row.strip(BLANK))
        return
    yield PacketText(name, text)
