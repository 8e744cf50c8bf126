"""What ``[owners]``, ``[business]`` and ``[routing]`` say together of duty, levels and the time to acknowledge."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff_core.config.positions import KeyPath
from handoff_core.config.problems import Problems, choice
from handoff_core.config.settings import Settings
from handoff_core.packet.enums import Lane
from handoff_core.routing.settings import AcknowledgeIn, RoutingSettings

_TAG = re.compile(r"[a-z]{2,3}([-_][a-z0-9]{1,8})*", re.IGNORECASE)
_TAG_OF = {
    "arabic": "ar",
    "chinese": "zh",
    "dutch": "nl",
    "english": "en",
    "español": "es",
    "french": "fr",
    "german": "de",
    "hindi": "hi",
    "italian": "it",
    "japanese": "ja",
    "korean": "ko",
    "mandarin": "zh",
    "polish": "pl",
    "portuguese": "pt",
    "russian": "ru",
    "spanish": "es",
    "tagalog": "tl",
    "turkish": "tr",
    "ukrainian": "uk",
    "vietnamese": "vi",
}
"""Tags of languages that people like to write out."""


def check_duty(settings: Settings, problems: Problems) -> None:
    """Languages by their tags, levels in one order, times that somebody waits for, business time only with hours."""
    _check_languages(settings, problems)
    routing = settings.routing
    if routing is None:
        return
    _check_levels(settings, routing, problems)
    _check_timers(settings, problems)
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


def _check_languages(settings: Settings, problems: Problems) -> None:
    for path, language in _languages(settings):
        if not _TAG.fullmatch(language.strip()):
            tag = _TAG_OF.get(language.strip().casefold())
            problems.warn(
                path,
                f'"{language[:64]}" is no language tag (BCP 47), so that no packet\'s language is ever the same.',
                f'Write "{tag}".' if tag else 'Write a tag such as "en", "es" or "pt-BR".',
            )


def _languages(settings: Settings) -> Iterator[tuple[KeyPath, str]]:
    for owner_id, owner in settings.owners.items():
        for place, language in enumerate(owner.languages or ()):
            yield ("owners", owner_id, "languages", place), language
    for number, rule in settings.rules.items():
        for language in rule.when.language or ():
            yield ("routing", "rules", number, "when", "language"), language


def _check_timers(settings: Settings, problems: Problems) -> None:
    for lane, of_lane in settings.lanes.items():
        wanted = of_lane.success is not None and of_lane.success.acknowledged_within is not None
        if wanted and not _waits(settings, lane):
            problems.warn(
                ("lanes", lane, "success", "acknowledged_within"),
                "is only measured: no rule that such packets can match has acknowledge_within; nobody is asked next.",
                f'Write acknowledge_within = "15m" in a rule for {lane}, or leave this out.',
            )


def _waits(settings: Settings, lane: str) -> bool:
    """Whether some rule that a packet of a lane can match waits for an acknowledgement."""
    for _, rule in sorted(settings.rules.items()):
        if rule.when.lane is not None and Lane(lane) not in rule.when.lane:
            continue
        if rule.acknowledge_within is not None:
            return True
        if not rule.when.model_dump(exclude={"lane"}, exclude_none=True, exclude_defaults=True):
            return False  # it takes all that are left
    return False


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
