"""What the automation is given for a transfer, and what is kept of it beside the revision."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from handoff_core.config import Config
from handoff_core.connector import ApprovalState, Earlier, Offered
from handoff_core.delivery.approval import StoredApproval
from handoff_core.delivery.route_text import StoredRoute
from handoff_core.packet import Packet
from handoff_core.transition.announce import Announced, announce
from handoff_core.transition.opening import opening_line
from handoff_core.transition.wait import Answered, expected_wait

_WAITS = frozenset({ApprovalState.WAITING, ApprovalState.REJECTED})


def offer(
    config: Config,
    packet: Packet,
    route: StoredRoute,
    approval: StoredApproval | None,
    answered: tuple[tuple[float, float], ...],
    *,
    held: bool,
    now: float,
) -> Announced | None:
    """The announcement for a packet that comes now; None where there is none to make.

    ``answered``: when handoffs of its lane came and were answered.
    """
    zone = ZoneInfo(config.business.timezone)
    moment = datetime.fromtimestamp(now, UTC)
    lane = config.lanes.get(packet.lane.value)
    # By no rule, although there are some: who takes it is anybody's guess.
    unsure = route.rule is None and bool(config.routing.rules) and route.owner_id == config.routing.fallback
    return announce(
        packet,
        business=config.business.shown_name,
        owner=None if unsure or route.owner_id not in config.owners else config.owner(route.owner_id),
        held=held,
        waits_for_approval=approval is not None and approval.state in _WAITS,
        wait=expected_wait([Answered(*one) for one in answered], moment, hours=config.hours, zone=zone),
        hours=config.hours,
        prepare=lane.prepare if lane is not None else None,
        now=now,
    )


def opening_of(config: Config, packet: Packet, earlier: tuple[Earlier, ...]) -> str | None:
    """A first sentence for the person, built from the packet; None where nothing specific is known."""
    return opening_line(packet, earlier, zone=ZoneInfo(config.business.timezone)) or None


@lru_cache(maxsize=256)
def read_offered(text: str | None) -> Offered | None:
    """What records show of an announcement that was kept; None where none was made."""
    found = parse_offered(text)
    if found is None:
        return None
    after = found["connect_after"]
    return Offered(found["text"], None if after is None else datetime.fromisoformat(after).timestamp())


def parse_offered(text: str | None) -> Mapping[str, Any] | None:
    """The announcement with its parts, as the receipt has it."""
    found: Mapping[str, Any] | None = None if text is None else json.loads(text)
    return found
