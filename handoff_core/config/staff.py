"""What each owner can be asked, from his table, the business's holidays and the levels of ``[routing]``."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from handoff_core.config.business import BusinessSettings
from handoff_core.config.owners import OwnerSettings
from handoff_core.routing.duty import Duty, Levels, Staff, hours_of
from handoff_core.routing.hours import WeekHours
from handoff_core.routing.settings import RoutingSettings


def staff_of(business: BusinessSettings, owners: Mapping[str, OwnerSettings], routing: RoutingSettings) -> Staff:
    """Every owner's limits. Levels that are words stand in the order of ``routing.levels``."""
    return Staff(
        {owner_id: _duty(business, owner, routing) for owner_id, owner in owners.items()},
        Levels(
            {str(need): rank_of(level, routing) for need, level in routing.level_for.items()},
            {rank_of(level, routing): str(level) for level in routing.level_for.values()},
        ),
    )


def rank_of(level: str | int, routing: RoutingSettings) -> int:
    """Where a level stands in its order; ValueError for a word that is not in it."""
    return level if isinstance(level, int) else routing.levels.index(level)


def _duty(business: BusinessSettings, owner: OwnerSettings, routing: RoutingSettings) -> Duty:
    zone = ZoneInfo(owner.timezone) if owner.timezone is not None else business.zone
    own = WeekHours(owner.hours, zone) if owner.hours is not None else None
    return Duty(
        name=owner.name,
        hours=hours_of(own, zone, owner.away, business.holidays, works_holidays=owner.works_holidays),
        languages=owner.languages,
        # Without anything that asks for a level, words of one's own need no order.
        level=rank_of(owner.level, routing) if owner.level is not None and routing.level_for else None,
        level_name=str(owner.level) if owner.level is not None else "",
    )
