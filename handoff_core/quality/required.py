"""HO1xx: what must be there, because of the packet's nature or of its lane."""

from __future__ import annotations

from collections.abc import Iterator

from handoff_core.packet import Nature, Packet
from handoff_core.packet.expression import Expression
from handoff_core.quality.rule import PlaceRule, QualityContext, Rule


def _ambiguous_without_unknowns(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if packet.nature is Nature.AMBIGUOUS and not packet.unknowns:
        yield "unknowns", "The case is called ambiguous, but nothing is named that is not known."


def _sensitive_without_risk(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if packet.nature is Nature.SENSITIVE and not (packet.risk or "").strip():
        yield "risk", "The case is called sensitive, but no risk is named."


def _missing_for_lane(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    for path in context.require.get(packet.lane.value, ()):
        value = Expression.parse(path).evaluate(packet, {})
        if value is None or (isinstance(value, str) and not value.strip()):
            yield path, f"The lane {packet.lane.value} needs {path}, and the packet does not say it."


RULES: tuple[Rule, ...] = (
    PlaceRule(
        "HO101",
        "warning",
        "Who takes over an ambiguous case must know what to find out.",
        "List in unknowns what is missing, and why it matters; or call the case routine.",
        _ambiguous_without_unknowns,
    ),
    PlaceRule(
        "HO102",
        "error",
        "Who takes over a sensitive case must know what a wrong word can do.",
        "Say in risk what could go wrong.",
        _sensitive_without_risk,
    ),
    PlaceRule(
        "HO103",
        "error",
        "The business has said that nobody can work on this lane without it.",
        "Ask for it before handing over; if it cannot be had, say so in unknowns and hand over all the same.",
        _missing_for_lane,
    ),
)
