"""HO110 to HO119: what is known, how sure that is, and how each attempt ended."""

from __future__ import annotations

from collections.abc import Iterator

from handoff_core.packet import Outcome, Packet
from handoff_core.quality.rule import PlaceRule, QualityContext, Rule

MANY_ITEMS = 12
"""Entries of one list after which nobody sees which of them matter."""


def _unsure_without_unknowns(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    limit = context.limits.low_confidence
    if packet.confidence is not None and packet.confidence < limit and not packet.unknowns:
        yield "unknowns", f"The AI is less than {round(limit * 100)} % sure, and nothing says what is missing."


def _unlabelled_facts(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    names = [fact.name for fact in packet.facts if not (fact.source or "").strip()]
    if names:
        shown = ", ".join(name[:40] for name in names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        place = next(number for number, fact in enumerate(packet.facts) if fact.name == names[0])
        count = "One fact has" if len(names) == 1 else f"{len(names)} facts have"
        yield f"facts.{place}.source", f"{count} no source: {shown}."


def _outcome_without_word(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    for place, attempt in enumerate(packet.attempts):
        if attempt.outcome is Outcome.UNKNOWN and not (attempt.detail or "").strip():
            yield f"attempts.{place}.outcome", "A step was tried, and nothing says how it ended."


def _contradicting_attempts(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    done = {" ".join(text.casefold().split()) for text in packet.completed}
    for place, attempt in enumerate(packet.attempts):
        if attempt.outcome is Outcome.FAILED and " ".join(attempt.action.casefold().split()) in done:
            yield f"attempts.{place}.outcome", "The same step is said to have failed, and to be completed."


def _too_many_items(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    for name in ("events", "attempts", "completed", "facts", "told_customer", "open_concerns", "unknowns"):
        count = len(getattr(packet, name))
        if count > MANY_ITEMS:
            yield name, f"There are {count} entries; more than {MANY_ITEMS} hide those that matter."


RULES: tuple[Rule, ...] = (
    PlaceRule(
        code="HO110",
        name="unsure-without-unknowns",
        severity="warning",
        why="Low confidence alone does not tell a person what to check.",
        fix="Name in unknowns what the AI could not find out.",
        demand="Where confidence is below {low_confidence}, name in unknowns what you could not find out.",
        places=_unsure_without_unknowns,
        passing={"confidence": 0.3, "unknowns": [{"question": "Which of two boilers is meant?"}]},
        failing={"confidence": 0.3},
    ),
    PlaceRule(
        code="HO111",
        name="fact-without-source",
        severity="warning",
        why="A fact that may come from the customer, a record or a guess has to be checked again.",
        fix='Give each fact a source, e.g. "customer", "order A-1001" or "CRM".',
        places=_unlabelled_facts,
        passing={"facts": [{"name": "model", "value": "HX-20", "source": "customer"}]},
        failing={"facts": [{"name": "model", "value": "HX-20"}]},
    ),
    PlaceRule(
        code="HO112",
        name="attempt-without-outcome",
        severity="warning",
        why="A person tries again what did not help, or leaves out what would.",
        fix="Say worked, failed or partial; if nobody knows, say in detail why.",
        demand="Say of each attempt worked, failed or partial; if nobody knows, say in detail why.",
        places=_outcome_without_word,
        passing={"attempts": [{"action": "Reset at the panel", "outcome": "unknown", "detail": "The line broke off"}]},
        failing={"attempts": [{"action": "Reset at the panel"}]},
    ),
    PlaceRule(
        code="HO113",
        name="failed-and-completed",
        severity="warning",
        why="A note that contradicts itself is trusted nowhere.",
        fix="Keep the step where it belongs: in attempts with its outcome, or in completed.",
        demand="Keep each step in one place: in attempts with its outcome, or in completed.",
        places=_contradicting_attempts,
        passing={"completed": ["Warranty checked"], "attempts": [{"action": "Reset", "outcome": "failed"}]},
        failing={"completed": ["Reset"], "attempts": [{"action": "Reset", "outcome": "failed"}]},
    ),
    PlaceRule(
        code="HO114",
        name="too-many-entries",
        severity="info",
        why="A handoff is the important context, not every detail; the conversation is linked.",
        fix="Keep the entries that change what a person does next.",
        places=_too_many_items,
        passing={"events": [{"text": f"Step {number}"} for number in range(1, 4)]},
        failing={"events": [{"text": f"Step {number}"} for number in range(1, 15)]},
    ),
)
