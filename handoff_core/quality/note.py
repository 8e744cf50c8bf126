"""The packet as its reader sees it: the lines of the note, the head, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from handoff_core.packet import CommitmentStatus, ConstraintKind, Outcome, Packet, Speaker, Turn, format_time
from handoff_core.quality.english import ENGLISH, OTHER_LANGUAGES
from handoff_core.quality.tool_calls import Call, calls_of

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NOT_READ = frozenset({"transcript", "producer", "schema_", "privacy", "id", "to"})
_TELLING = (
    "summary",
    "goal",
    "need",
    "analysis",
    "rationale",
    "risk",
    "state.",
    "next_action.",
    "escalation.",
    "events.",
    "attempts.",
    "completed.",
)
WORDS_OF_A_TIME = 8
"""Words of a deadline in full, ``deadline Fri 20 Nov 2026, 18:00 (America/Chicago)``; due stands in two lines."""
WORDS_OF_LABELS = 26
"""Words that the head brings itself: six labels, the words for reason, urgency and channel, and the owner."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the note. ``kind``: done, failed or plain (said, wanted, planned)."""

    path: str
    text: str
    kind: str = "plain"


class Note:
    """Views of one packet, each made when a rule first asks for it."""

    def __init__(self, packet: Packet) -> None:
        self.packet = packet

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """What is said of the case in words, with its path."""
        return tuple(line for line in _lines(self.packet) if line.text and not line.text.isspace())

    @cached_property
    def blob(self) -> str:
        """Everything that the note shows, values and ids too, in small letters."""
        values = (value for name, value in self.packet.__dict__.items() if name not in _NOT_READ)
        return "\n".join(text for value in values for text in _texts(value)).casefold()

    @cached_property
    def squeezed(self) -> str:
        """``blob`` without anything but letters and digits, one space between words."""
        return f" {' '.join(_WORD.findall(self.blob))} "

    @cached_property
    def head(self) -> str:
        """The answers to the six questions, as far as the packet gives them, one a line."""
        return "\n".join(_head(self.packet))

    @cached_property
    def fold(self) -> str:
        """The head and what stands above the fold below it, in small letters."""
        packet = self.packet
        more = [one.question for one in packet.decisions_needed]
        shown = (ConstraintKind.OPERATIONAL, ConstraintKind.MUST_NOT_CHANGE)
        more += [one.text for one in packet.constraints if one.kind in shown]
        more += [one.text for one in packet.commitments if one.status is CommitmentStatus.OPEN]
        return "\n".join([self.head, packet.risk or "", *more]).casefold()

    @cached_property
    def head_words(self) -> int:
        """Words of the head, with those that every record adds."""
        due, deadline = self.packet.next_action.due, self.packet.urgency.deadline
        times = (
            (deadline is not None) + 2 * (due is not None and due != deadline) + (due is not None and due == deadline)
        )
        return count_words(self.head) + WORDS_OF_LABELS + times * WORDS_OF_A_TIME

    @cached_property
    def words(self) -> int:
        """Words of the whole note, without the transcript."""
        return count_words(self.blob) + WORDS_OF_LABELS

    @cached_property
    def told_words(self) -> int:
        """Words in which the note tells the case: without names, lists of values, promises and links."""
        return sum(count_words(line.text) for line in self.lines if line.path.startswith(_TELLING))

    @cached_property
    def said(self) -> tuple[tuple[int, Turn], ...]:
        """The customer's turns with their places in the transcript."""
        return self._turns(Speaker.CUSTOMER)

    @cached_property
    def said_by_ai(self) -> tuple[tuple[int, Turn], ...]:
        """The AI's turns with their places in the transcript."""
        return self._turns(Speaker.AI)

    @cached_property
    def customer_text(self) -> str:
        """All that the customer said, in small letters: to see at once that a word was never said."""
        return "\n".join(turn.text for _, turn in self.said).casefold()

    @cached_property
    def ai_text(self) -> str:
        """All that the AI said, in small letters."""
        return "\n".join(turn.text for _, turn in self.said_by_ai).casefold()

    @cached_property
    def spoken(self) -> str:
        """The whole conversation in small letters, one space between words."""
        return " ".join(" ".join(turn.text for turn in self.packet.transcript).casefold().split())

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """The calls of the tool log; none where the conversation has no turn of a tool."""
        return calls_of(self.packet) if any(turn.speaker is Speaker.TOOL for turn in self.packet.transcript) else ()

    @cached_property
    def conversation_words(self) -> int:
        """Words that people and the AI spoke; what tools printed does not count."""
        spoken = (Speaker.CUSTOMER, Speaker.AI, Speaker.HUMAN)
        return sum(count_words(turn.text) for turn in self.packet.transcript if turn.speaker in spoken)

    @cached_property
    def is_english(self) -> bool:
        """Whether the note seems to be written in English: rules that look for words judge no other language."""
        packet = self.packet
        text = " ".join((packet.summary, packet.next_action.text, packet.escalation.text or "")).casefold()
        words = _WORD.findall(text)
        english = sum(word in ENGLISH for word in words)
        other = sum(word in OTHER_LANGUAGES for word in words)
        strange = sum(not char.isascii() and char.isalpha() for char in text)
        return english >= other and strange * 5 <= len(text)

    def answer(self, question: str) -> str:
        """What the head says to one of who, what, why, when, where and next, in the packet's own words."""
        packet = self.packet
        urgency = packet.urgency
        times = (packet.next_action.due, urgency.deadline)
        source = next((one for one in packet.sources if one.open_first), next(iter(packet.sources), None))
        answers: dict[str, tuple[str | None, ...]] = {
            "who": (next(_head(packet)),),
            "what": (packet.summary,),
            "why": (packet.escalation.reason.value, packet.escalation.text),
            "when": (urgency.level.value, urgency.reason, *(format_time(at) for at in times if at is not None)),
            "where": (packet.channel.value if packet.channel else None, source.label if source else None),
            "next": (packet.next_action.text,),
        }
        return "; ".join(part for part in answers[question] if part)

    def may_repeat(self, text: str) -> bool:
        """Whether enough runs of three words of a text stand in the conversation that it may be a copy. Cheap."""
        words = text.casefold().split()
        runs = [" ".join(words[place : place + 3]) for place in range(len(words) - 2)]
        return sum(run in self.spoken for run in runs) * 4 >= len(runs) > 0

    def has(self, value: str) -> bool:
        """Whether the note shows a value, whatever signs stand around or between its parts."""
        wanted = " ".join(_WORD.findall(value.casefold().replace("_", " ")))
        return bool(wanted) and f" {wanted} " in self.squeezed

    def _turns(self, speaker: Speaker) -> tuple[tuple[int, Turn], ...]:
        turns = enumerate(self.packet.transcript)
        return tuple((place, turn) for place, turn in turns if turn.speaker is speaker)


def mentions(text: str, hints: tuple[str, ...]) -> bool:
    """Whether one of the hints stands in a text: a look before a search that costs more."""
    return any(hint in text for hint in hints)


def count_words(text: str) -> int:
    """How many words a reader reads."""
    return len(text.split())


def words_of(text: str) -> list[str]:
    """The words of a text, in small letters, without signs."""
    return _WORD.findall(text.casefold().replace("_", " "))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        for inner in value.__dict__.values():
            yield from _texts(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner)
    elif value is not None and not isinstance(value, bool | datetime):
        yield str(value)


def _head(packet: Packet) -> Iterator[str]:
    customer = packet.customer
    who = (customer.name, customer.company, customer.email, customer.phone) if customer else ()
    yield ", ".join(part for part in who if part)
    yield packet.summary
    yield packet.escalation.text or ""
    yield packet.urgency.reason or ""
    yield next((source.label for source in packet.sources), "")
    yield packet.next_action.text


_FAILED = frozenset({Outcome.FAILED, Outcome.PARTIAL})


def _lines(packet: Packet) -> Iterator[Line]:
    yield Line("summary", packet.summary)
    for name in ("goal", "need", "analysis", "rationale", "opening_line", "risk"):
        yield Line(name, getattr(packet, name) or "")
    if packet.state is not None:
        yield Line("state.text", packet.state.text or "")
    yield Line("next_action.text", packet.next_action.text)
    yield Line("escalation.text", packet.escalation.text or "")
    yield Line("escalation.focus", packet.escalation.focus or "")
    yield Line("escalation.trigger", packet.escalation.trigger or "")
    yield Line("urgency.reason", packet.urgency.reason or "")
    for place, event in enumerate(packet.events):
        yield Line(f"events.{place}", event.text, "done")
    for place, attempt in enumerate(packet.attempts):
        kind = "failed" if attempt.outcome in _FAILED else "done" if attempt.outcome is Outcome.WORKED else "plain"
        yield Line(f"attempts.{place}", f"{attempt.action} {attempt.detail or ''}", kind)
    for name, kind in (("completed", "done"), ("told_customer", "plain"), ("open_concerns", "plain")):
        for place, text in enumerate(getattr(packet, name)):
            yield Line(f"{name}.{place}", text, kind)
    for place, fact in enumerate(packet.facts):
        yield Line(f"facts.{place}", f"{fact.name.replace('_', ' ')} {fact.words}")
    for place, unknown in enumerate(packet.unknowns):
        yield Line(f"unknowns.{place}", f"{unknown.question} {unknown.why or ''}")
    for place, decision in enumerate(packet.decisions):
        yield Line(f"decisions.{place}", decision.text, "done")
    for place, needed in enumerate(packet.decisions_needed):
        yield Line(f"decisions_needed.{place}", needed.question)
    for place, constraint in enumerate(packet.constraints):
        yield Line(f"constraints.{place}", constraint.text)
    for place, promise in enumerate(packet.commitments):
        yield Line(f"commitments.{place}", promise.text)
    for place, contact in enumerate(packet.prior_contacts):
        yield Line(f"prior_contacts.{place}", contact.summary)
    if packet.announcement is not None:
        yield Line("announcement.text", packet.announcement.text)
    if packet.details is not None:
        for name, value in packet.details.__dict__.items():
            for text in _texts(value):
                yield Line(f"details.{name}", text)
