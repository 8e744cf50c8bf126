"""How long a packet waited for somebody to take it, and whether that is too long."""

from __future__ import annotations

from dataclasses import dataclass

from handoff_core.config import Config
from handoff_core.delivery.route_text import StoredRoute
from handoff_core.delivery.view import escalation_path


@dataclass(frozen=True, slots=True)
class Waited:
    """``after``: seconds from acceptance to acknowledgement, or from when the packet was last given out anew."""

    next_owners: tuple[str, ...] = ()
    overdue: bool = False
    after: float | None = None
    in_time: bool | None = None
    """Within what counts as success in its lane; None while it still may be, or where nothing is said of that.

    Alone it makes nothing overdue: only a rule with ``acknowledge_within`` waits for somebody.
    """


def waited_for(
    config: Config,
    lane: str,
    route: StoredRoute,
    *,
    received_at: float,
    acknowledge_at: float | None,
    open_: bool,
    now: float,
) -> Waited:
    """``open_``: the packet is neither held nor done, so that somebody has to take it."""
    of_lane = config.lanes.get(lane)
    wanted = of_lane.success.acknowledged_within if of_lane is not None and of_lane.success is not None else None
    asked_at = max(received_at, route.asked_at or 0.0)
    if route.taken is not None:
        after = max(0.0, route.taken.at - asked_at)
        return Waited(after=after, in_time=None if wanted is None else after <= wanted)
    if not open_:
        return Waited()
    late = wanted is not None and now - asked_at > wanted
    ran_out = acknowledge_at is not None and acknowledge_at <= now
    nobody_left = route.lapsed is not None and route.lapsed.last
    return Waited(
        next_owners=escalation_path(config, route) if acknowledge_at is not None else (),
        overdue=ran_out or nobody_left,
        in_time=False if late else None,
    )
