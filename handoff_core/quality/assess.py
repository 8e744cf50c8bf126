"""Reads a packet as the person who gets it would, and says which of his questions it leaves open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from handoff_core.connector import Finding
from handoff_core.packet import Packet
from handoff_core.quality import review
from handoff_core.quality.note import Note
from handoff_core.quality.rule import QUESTIONS, SEVERITIES, QualityContext
from handoff_core.quality.rules import RULES
from handoff_core.quality.settings import Gate, LaneQualitySettings, QualitySettings

ALWAYS = review.RULES
"""What the business says in `[review]`: it is no matter of how strictly packets are read."""
_QUESTION = {rule.code: rule.question for rule in RULES}


def assess(
    packet: Packet,
    settings: QualitySettings,
    context: QualityContext,
    lane: LaneQualitySettings | None = None,
) -> tuple[Finding, ...]:
    """Every finding of every rule that is on, errors first. When the gate is off, only what the AI may never decide.

    A packet is never refused here. ``lane``: the settings of the packet's lane. Pure.
    """
    rules = RULES if settings.gate is not Gate.OFF else ALWAYS
    if not context.never_decides and rules is ALWAYS:
        return ()
    ignored = settings.ignored(lane)
    reading = replace(context, note=Note(packet), limits=settings.limits(lane))
    found = [finding for rule in rules if rule.code not in ignored for finding in rule.check(packet, reading)]
    return tuple(sorted(found, key=lambda finding: SEVERITIES.index(finding.severity)))


def open_questions(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Which of who, what, why, when, where and next a reader could not answer, in this order."""
    asked = {_QUESTION.get(finding.code, "") for finding in findings if finding.severity != "info"}
    return tuple(question for question in QUESTIONS if question in asked)


def is_held(findings: Iterable[Finding], gate: Gate) -> bool:
    """Whether the packet goes to the fallback owner first: the gate is ``hold`` and a finding is an error."""
    return gate is Gate.HOLD and any(finding.severity == "error" for finding in findings)
