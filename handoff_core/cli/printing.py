"""Printing: tables for people, JSON for programs, errors on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TextIO

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from handoff_core.connector import Finding
from handoff_core.errors import ConfigError, PacketInvalid
from handoff_core.packet.invisible import without_invisible


class Printable(Protocol):
    """Whatever has a form for programs."""

    def to_object(self) -> dict[str, Any]:
        """JSON values."""


def console() -> Console:
    """Where people read. Colours only on a terminal and without NO_COLOR; nothing in a text is ever markup."""
    return Console(markup=False, highlight=False, emoji=False)


def print_json(found: Printable | Mapping[str, Any], **more: Any) -> None:
    """One object on one line, plain ASCII, so that any terminal and pipe keeps it; ``more`` comes first."""
    values = found if isinstance(found, Mapping) else found.to_object()
    _write(sys.stdout, json.dumps({**more, **values}))


def say(text: str) -> None:
    """A line for people on stdout."""
    _write(sys.stdout, safe(text))


def say_error(text: str) -> None:
    """A line on stderr."""
    _write(sys.stderr, safe(text))


def _write(stream: TextIO, line: str) -> None:
    # print() writes the end of the line on its own; the lines of two threads would run into one.
    stream.write(f"{line}\n")


def say_finding(finding: Finding) -> None:
    """What a reader of a packet could not answer, indented below its packet."""
    where = f" at {finding.path}" if finding.path else ""
    say(f"    {finding.severity} {finding.code}{where}: {clause(finding.text, finding.fix)}")


def transition_lines(announcement: Mapping[str, Any] | None, opening_line: str | None) -> Iterator[tuple[str, str]]:
    """What an automation can say, and the person after it: each with its name."""
    if announcement is not None:
        yield "announce", announcement["text"]
        if announcement["connect_after"]:
            yield "connect", f"not before {announcement['connect_after']}"
    if opening_line:
        yield "begin with", opening_line


def say_invalid(place: str, error: PacketInvalid) -> None:
    """Every reason why a packet cannot be accepted, on stderr."""
    for problem in error.problems:
        say_error(f"{place}: {problem.path or 'packet'}: {clause(problem.text, problem.fix)}")


def clause(text: str, fix: str) -> str:
    """What is wrong and what to do, as two sentences on a line."""
    end = "" if text.endswith((".", "!", "?", "…")) else "."
    return f"{text}{end} {fix[:1].upper()}{fix[1:]}".strip()


def say_config_error(error: ConfigError) -> None:
    """Each error on a line of its own: place, key, what is wrong, what to write. ``check`` tells the warnings."""
    for problem in error.problems:
        if problem.severity == "error":
            say_error(str(problem))


def safe(text: object) -> str:
    """``text`` without what would steer a terminal or hide in it: controls, turned directions, invisible signs."""
    shown = str(text)
    return without_invisible(shown, instead="\N{REPLACEMENT CHARACTER}")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table of plain texts or styled words. Nothing is cut: what does not fit goes on in the next line."""
    shown = Table(title=Text(safe(title)), box=SIMPLE_HEAD, title_justify="left", pad_edge=False, padding=(0, 1, 0, 0))
    for name in columns:
        shown.add_column(name, overflow="fold", min_width=4)
    for row in rows:
        shown.add_row(*(cell if isinstance(cell, Text) else Text(safe(cell)) for cell in row))
    console().print(shown)


_STYLES = {
    "critical": "bold red",
    "high": "yellow",
    "dead": "bold red",
    "parked": "red",
    "unknown": "yellow",
    "retrying": "yellow",
    "refused": "bold red",
    "conflict": "bold red",
    "accepted": "green",
    "delivered": "green",
    "error": "bold red",
    "warning": "yellow",
    "HELD": "bold yellow",
    "now": "bold red",
    "late": "bold red",
    "too_early": "yellow",
    "hold": "yellow",
    "OVERDUE": "bold red",
}


def word(text: str) -> Text:
    """A state, urgency or severity in its colour."""
    return Text(safe(text), style=_STYLES.get(text, ""))


def ago(seconds: float) -> str:
    """An age in its two largest units: ``3 h 12 min``; ``now`` below a minute."""
    minutes = int(max(0.0, seconds)) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else "now"


def many(count: int, one: str, more: str | None = None) -> str:
    """``1 packet``, ``2 packets``; ``more`` where an s at the end is not all: ``2 packets lie``."""
    return f"{count} {one}" if count == 1 else f"{count} {more or f'{one}s'}"


def short(text: str, longest: int = 70) -> str:
    """The text on one line, cut with "…" where it is longer."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"
