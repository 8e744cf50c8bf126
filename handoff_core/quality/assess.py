"""Reads a packet as the person who gets it would, and says which of his questions it leaves open."""

from __future__ import annotations

from collections.abc import Iterable

from handoff_core.connector import Finding
from handoff_core.packet import Packet
from handoff_core.quality import agents, contact, required
from handoff_core.quality.rule import QualityContext, Rule
from handoff_core.quality.settings import Gate, QualitySettings

RULES: tuple[Rule, ...] = (*required.RULES, *contact.RULES, *agents.RULES)
"""Every rule, in the order in which findings are shown. HO301 (unknown owner) comes from routing."""


def assess(packet: Packet, settings: QualitySettings, context: QualityContext) -> tuple[Finding, ...]:
    """Every finding of every rule, errors first; none when the gate is off. A packet is never refused here. Pure."""
    if settings.gate is Gate.OFF:
        return ()
    found = [finding for rule in RULES for finding in rule.check(packet, context)]
    return tuple(sorted(found, key=lambda finding: finding.severity != "error"))


def is_held(findings: Iterable[Finding], gate: Gate) -> bool:
    """Whether the packet goes to the fallback owner first: the gate is ``hold`` and a finding is an error."""
    return gate is Gate.HOLD and any(finding.severity == "error" for finding in findings)
