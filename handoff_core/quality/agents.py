"""HO4xx: handoffs to other agents."""

from __future__ import annotations

from collections.abc import Iterator

from handoff_core.packet import Packet
from handoff_core.quality.rule import PlaceRule, QualityContext, Rule


def _to_an_agent(packet: Packet, context: QualityContext) -> Iterator[tuple[str, str]]:
    if packet.to is not None and packet.to.removeprefix("agent:") not in context.agents:
        yield "to", "That agent has no outbox here; only people get the packet."


RULES: tuple[Rule, ...] = (
    PlaceRule(
        code="HO401",
        name="to-an-agent",
        severity="warning",
        why="The agent that is named never sees the packet, so a person must know that it is theirs.",
        fix="Give the agent an outbox under [agents.<name>], or leave to out.",
        demand="Leave to out, unless this configuration has an outbox for that agent.",
        places=_to_an_agent,
        passing={"to": None},
        failing={"to": "agent:planner"},
    ),
)
