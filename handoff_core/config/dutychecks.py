"""What ``[owners]``, ``[business]`` and ``[routing]`` say together of duty, levels and the time to acknowledge."""

from __future__ import annotations

from collections.abc import Iterator

from handoff_core.config.positions import KeyPath
from handoff_core.config.problems import Problems, choice
from handoff_core.config.settings import Settings
from handoff_core.routing.settings import AcknowledgeIn, RoutingSettings


def check_duty(settings: Settings, problems: Problems) -> None:
    """Levels that stand in one order, and business time only where there are business hours."""
    routing = settings.routing
    if routing is None:
        return
    _check_levels(settings, routing, problems)
    if settings.business is None or settings.business.hours is not None:
        return
    for path in _in_business_time(settings, routing):
        problems.add(
            path,
            "counts within business hours, and none are given.",
            'Write hours = { mon-fri = "08:00-18:00" } in [business], or acknowledge_in = "clock".',
        )


def _in_business_time(settings: Settings, routing: RoutingSettings) -> Iterator[KeyPath]:
    if routing.acknowledge_in is AcknowledgeIn.BUSINESS:
        yield ("routing", "acknowledge_in")
    for number, rule in settings.rules.items():
        if rule.acknowledge_in is AcknowledgeIn.BUSINESS:
            yield ("routing", "rules", number, "acknowledge_in")


def _check_levels(settings: Settings, routing: RoutingSettings, problems: Problems) -> None:
    if len(set(routing.levels)) < len(routing.levels):
        problems.add(("routing", "levels"), "names a level twice.", "Name each once, the lowest first.")
    levels: list[tuple[KeyPath, str | int]] = [
        (("routing", "level_for", need), level) for need, level in routing.level_for.items()
    ]
    of_owners: list[tuple[KeyPath, str | int]] = [
        (("owners", owner_id, "level"), owner.level)
        for owner_id, owner in settings.owners.items()
        if owner.level is not None
    ]
    if not routing.level_for:
        for path, _ in of_owners:
            problems.warn(
                path,
                "is asked for by nothing.",
                'Say what needs which level: [routing] level_for = { needs_authority = "…" }, or leave it out.',
            )
        return
    for path, level in (*levels, *of_owners):
        if isinstance(level, str) and level not in routing.levels:
            problems.add(
                path,
                f'"{level[:64]}" is not one of [routing] levels.',
                choice(level, routing.levels, "level") if routing.levels else 'Write levels = ["…"], the lowest first.',
            )
        elif isinstance(level, int) and routing.levels:
            problems.add(
                path,
                "is a number, but [routing] levels are words.",
                f"Write one of {', '.join(routing.levels)}, or leave levels out.",
            )
