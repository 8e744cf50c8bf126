"""``handoff lint``: what a reader of a packet could not answer, in ruff's manner."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from handoff_core.cli import exits
from handoff_core.cli.businesses import load_if_any
from handoff_core.cli.findings import FORMATS, annotation
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.packets import PACKET_FILE, PacketText, packet_texts
from handoff_core.cli.printing import clause, console, many, print_json, safe, say, say_error, word
from handoff_core.clock import SystemClock
from handoff_core.connector import Finding
from handoff_core.errors import PacketInvalid, Problem

if TYPE_CHECKING:
    from handoff_core.config import Config
    from handoff_core.packet import Packet
    from handoff_core.quality.note import Note

_PLACE = re.compile(r"(?P<file>.*):(?P<number>\d+)")
INVALID = "invalid"
"""Stands where a finding has its code: the packet could not be accepted at all."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One packet with what was found. ``note`` is None for one that cannot be accepted."""

    piece: PacketText
    packet: Packet | None
    note: Note | None
    findings: tuple[Finding, ...]
    unseen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Questions that the packet answers and the records of a destination do not show, by destination."""

    @property
    def file(self) -> str:
        """The file, as it was named."""
        place = _PLACE.fullmatch(self.piece.place)
        return place["file"] if place else self.piece.place

    def line(self, path: str) -> int:
        """The line of a field, from 1: that of its outermost key, else that of the packet."""
        place = _PLACE.fullmatch(self.piece.place)
        first = int(place["number"]) if place else 1
        key = path.partition(".")[0].partition("[")[0]
        found = re.search(rb'^\s{0,8}"' + re.escape(key.encode()) + rb'"\s*:', self.piece.text, re.MULTILINE)
        return first + (self.piece.text.count(b"\n", 0, found.end()) if key and found else 0)

    def count(self, severity: str) -> int:
        """How many findings are of one severity."""
        return sum(finding.severity == severity for finding in self.findings)


@click.command(short_help="What a reader could not answer, in ruff's manner.")
@click.argument("packets", type=PACKET_FILE, nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="End with 1 for warnings too.")
@click.option("--cold-read", is_flag=True, help="Also show the six answers that a reader finds, and those missing.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="full", show_default=True, help="How findings are printed."
)
@shared
@pass_scope
def lint(scope: Scope, packets: Sequence[str], strict: bool, cold_read: bool, form: str) -> int:
    """Judge packets (JSON, or JSONL with one packet a line; "-" reads standard input) by the quality rules.

    Stores and sends nothing. With a configuration its rules, limits, lanes and routing count, and --cold-read looks
    for the answers in each destination's records too; where there is none, each packet is judged by itself. Ends with
    1 for an error, or for a packet that could not be accepted.
    """
    form = "json" if scope.as_json else form
    config = load_if_any(scope, "A packet is judged by the rules of one business")
    found: list[Judged] = []
    empty = 0
    for name in packets:
        before = len(found)
        for piece in packet_texts(name):
            judged = _judge(piece, config, cold_read=cold_read)
            found.append(judged)
            _print(judged, form, cold_read=cold_read)
        if len(found) == before:
            empty += 1
            say_error(f"{name}: this file holds no packet.")
    errors, warnings = (sum(one.count(severity) for one in found) for severity in ("error", "warning"))
    if form == "full":
        say(f"{many(len(found), 'packet')}: {many(errors, 'error')}, {many(warnings, 'warning')}")
    return exits.SOMETHING if errors or empty or (strict and warnings) else exits.NOTHING


def _judge(piece: PacketText, config: Config | None, *, cold_read: bool) -> Judged:
    from handoff_core.packet import Packet
    from handoff_core.quality.note import Note

    try:
        packet = Packet.from_json(piece.text)
    except PacketInvalid as error:
        return Judged(piece, None, None, tuple(_invalid(problem) for problem in error.problems))
    unseen = _unseen(packet, config) if cold_read and config is not None else {}
    return Judged(piece, packet, Note(packet), _findings(packet, config), unseen)


def _unseen(packet: Packet, config: Config) -> dict[str, tuple[str, ...]]:
    from handoff_core.replay.run import unseen

    return unseen(config, packet, SystemClock())


def _invalid(problem: Problem) -> Finding:
    return Finding(INVALID, "error", problem.path, problem.text, problem.fix)


def _findings(packet: Packet, config: Config | None) -> tuple[Finding, ...]:
    from handoff_core.delivery.assessed import assess_packet
    from handoff_core.quality import SEVERITIES, QualityContext, QualitySettings, assess

    if config is None:
        return assess(packet, QualitySettings.model_validate({}), QualityContext(routed=False))
    found = assess_packet(config, packet, now=time.time()).findings
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def _print(judged: Judged, form: str, *, cold_read: bool) -> None:
    if form == "json":
        print_json(_for_programs(judged))
        return
    for finding in judged.findings:
        line = judged.line(finding.path)
        if form == "github":
            text = clause(finding.text, finding.fix)
            title = f"{finding.code} {finding.path}".strip()
            say(annotation(finding.severity, judged.file, line, 1, title, text))
        elif form == "concise":
            where = f"{finding.path}: " if finding.path else ""
            say(f"{judged.file}:{line}: {finding.code} {finding.severity}: {where}{finding.text}")
        else:
            _print_full(judged, finding, line)
    if form == "full" and judged.packet is not None and judged.note is not None:
        if cold_read:
            _print_answers(judged, judged.note)
            for name, questions in judged.unseen.items():
                say(f"    {name}: its record does not show: {', '.join(questions)}")
        _print_reading(judged, judged.packet, judged.note)


def _print_full(judged: Judged, finding: Finding, line: int) -> None:
    from handoff_core.quality import RULES

    head = Text.assemble((safe(f"{judged.file}:{line}"), "bold"), ": ", safe(finding.code), " ", word(finding.severity))
    head.append(safe(f": {finding.path}: {finding.text}" if finding.path else f": {finding.text}"))
    out = console()
    out.print(head, soft_wrap=True)
    why = next((rule.why for rule in RULES if rule.code == finding.code), "")
    for label, text in (("why", why), ("fix", finding.fix)):
        if text:
            out.print(Text(f"    {label}  {safe(text)}"), soft_wrap=True)


def _print_reading(judged: Judged, packet: Packet, note: Note) -> None:
    from handoff_core.quality import open_questions
    from handoff_core.quality.limits import seconds_to_read

    line = (
        f"{packet.id}: the head has {many(note.head_words, 'word')} ({seconds_to_read(note.head_words):.0f} s), "
        f"the note {many(note.words, 'word')} ({seconds_to_read(note.words):.0f} s)"
    )
    left = open_questions(judged.findings)
    say(f"{line}; not answered: {', '.join(left)}" if left else f"{line}; who, what, why, when, where, next answered")


def _print_answers(judged: Judged, note: Note) -> None:
    for question, answer, missing in _answers(judged, note):
        say(f"    {question:<6}{f'NOT ANSWERED: {missing}' if missing else answer}")


def _answers(judged: Judged, note: Note) -> Iterator[tuple[str, str, str]]:
    """Each question with its answer in the head, and the finding that says that it is none."""
    from handoff_core.quality import QUESTIONS, open_questions

    for question in QUESTIONS:
        missing = [one.text for one in judged.findings if open_questions([one]) == (question,)]
        answer = " ".join(note.answer(question).split())
        if question == "who" and not answer and not missing:
            answer = _NOBODY if note.packet.customer is None else "Not said"
        yield question, answer, missing[0] if missing else ""


_NOBODY = "Internal, no customer"
"""What a record says of a packet that is about no customer."""


def _for_programs(judged: Judged) -> dict[str, Any]:
    from handoff_core.quality import open_questions
    from handoff_core.quality.limits import seconds_to_read

    note = judged.note
    reading = None
    if note is not None:
        reading = {
            "head_words": note.head_words,
            "head_seconds": round(seconds_to_read(note.head_words), 1),
            "note_words": note.words,
            "note_seconds": round(seconds_to_read(note.words), 1),
        }
    return {
        "file": judged.file,
        "line": judged.line(""),
        "id": judged.packet.id if judged.packet is not None else None,
        "ok": judged.count("error") == 0,
        "findings": [{**asdict(one), "line": judged.line(one.path)} for one in judged.findings],
        "open_questions": list(open_questions(judged.findings)),
        "answers": {question: answer for question, answer, _ in _answers(judged, note)} if note is not None else None,
        "reading": reading,
        "unseen": {name: list(questions) for name, questions in judged.unseen.items()},
    }
