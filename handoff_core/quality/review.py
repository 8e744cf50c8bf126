"""HO904: what the AI may never decide, as ``[review] ai_never_decides`` lists it, and decided all the same.

A matter is decided when a sentence speaks of it and says so: a decision in ``decisions`` whose ``by`` is no person,
words by which the AI gives or refuses it, or a promise of it. A condition, a question, or a person's recorded decision
on the same matter is none of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff_core.packet import OutboundReplyDetails, Packet
from handoff_core.quality.deciding import decides
from handoff_core.quality.matters import mentions_of
from handoff_core.quality.note import words_of
from handoff_core.quality.rule import PlaceRule, QualityContext, Rule
from handoff_core.routing.people import find_person

_MACHINES = frozenset({"ai", "bot", "chatbot", "voicebot", "llm", "gpt", "chatgpt", "claude", "gemini", "copilot"})
"""Words that name a machine, whatever stands beside them."""
_MACHINE_LIKE = frozenset(
    {
        *("agent", "assistant", "system", "model", "automation", "automatic", "automatically", "automated", "virtual"),
        *("digital", "voice", "chat", "support", "the", "a", "an", "our", "this", "by", "rule", "workflow", "script"),
    }
)
"""Words that name a machine when nothing else stands beside them: an assistant manager is a person."""
_CONFIRMED = re.compile(
    r"\b(?:approved|confirmed|authori[sz]ed|accepted|signed off|okayed) by (?P<who>.+)", re.IGNORECASE
)


def is_machine(by: str | None, packet: Packet, context: QualityContext) -> bool:
    """Whether nobody, or a machine, is named as who decided."""
    if by is None or not by.strip():
        return True
    if find_person(by, context.owners) is not None:
        return False
    confirmed = _CONFIRMED.search(by)
    if confirmed is not None:
        return is_machine(confirmed["who"].strip(" )."), packet, context)
    producer = packet.producer.name if packet.producer is not None else None
    words = words_of(by)
    if producer and words_of(producer) == words:
        return True
    return bool(_MACHINES.intersection(words)) or set(words) <= _MACHINE_LIKE


def _decided(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    for matter in context.never_decides:
        for path in _places(packet, context, matter):
            yield path, f"The AI may not decide: {matter}. Here it reads as if it had; a person decides."


def _places(packet: Packet, context: QualityContext, matter: str) -> Iterator[str]:
    """Every place where a matter is decided by no person."""
    by_person = False
    for number, decision in enumerate(packet.decisions):
        if not mentions_of(decision.text, matter):
            continue
        if is_machine(decision.by, packet, context):
            yield f"decisions.{number}"
        else:
            by_person = True
    if by_person:
        return
    for path, text, promise in _texts(packet, context):
        if decides(text, matter, promise=promise):
            yield path


def _texts(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str, bool]]:
    """Path, text, and whether naming a matter there is a promise of it already."""
    yield "summary", packet.summary, False
    yield "next_action.text", packet.next_action.text, False
    for name in ("completed", "told_customer"):
        for place, text in enumerate(getattr(packet, name)):
            yield f"{name}.{place}", text, name == "told_customer"
    for place, promise in enumerate(packet.commitments):
        yield f"commitments.{place}", promise.text, True
    for path, text in (
        ("state.text", packet.state.text if packet.state else None),
        ("analysis", packet.analysis),
        ("rationale", packet.rationale),
        ("opening_line", packet.opening_line),
        ("announcement.text", packet.announcement.text if packet.announcement else None),
    ):
        yield path, text or "", False
    if isinstance(packet.details, OutboundReplyDetails) and not context.approved:  # else a person has taken its words
        yield "details.draft", packet.details.draft or "", False
    for place, turn in context.read(packet).said_by_ai:
        yield f"transcript.{place}", turn.text, False


RULES: tuple[Rule, ...] = (
    PlaceRule(
        code="HO904",
        name="ai-never-decides",
        severity="error",
        why="`[review] ai_never_decides` lists it: only a person decides it, and no person is named who did.",
        fix="Ask for it in decisions_needed, or record in decisions which person decided it (by).",
        places=_decided,
        passing={
            "decisions_needed": [{"question": "Refund the call-out fee?"}],
            "told_customer": ["Dana Fields decides on the refund by noon"],
        },
        failing={"decisions": [{"text": "Refund of 49 dollars", "by": "AI"}]},
    ),
)
