"""HO4xx: handoffs to other agents."""

from __future__ import annotations

from collections.abc import Iterator

from handoff_core.packet import Packet
from handoff_core.quality.rule import PlaceRule, QualityContext, Rule


def _to_an_agent(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if packet.to is not None:
        yield "to", "Agents' outboxes are not served in this version; a person gets it."


RULES: tuple[Rule, ...] = (
    PlaceRule(
        code="HO401",
        name="to-an-agent",
        severity="warning",
        why="The agent that is named never sees the packet, so a person must know that it is theirs.",
        fix="Leave to out, or see that the owner knows which agent was meant.",
        demand="Leave to out: a person gets this.",
        places=_to_an_agent,
        passing={"to": None},
        failing={"to": "agent:planner"},
    ),
)
