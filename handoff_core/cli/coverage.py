"""What ``check`` says of the rules as a whole: who is left without somebody who can help, and what is of no use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from handoff_core.errors import ConfigProblem

if TYPE_CHECKING:
    from handoff_core.config import Config
    from handoff_core.routing.coverage import Coverage, Gap


def coverage_problems(config: Config, now: datetime | None = None) -> list[ConfigProblem]:
    """Each at its place, for the year that begins ``now``: warnings, and notes of what may well be meant so."""
    from handoff_core.routing.coverage import cover

    found = cover(
        config.routing,
        config.staff,
        owners=tuple(config.owners),
        now=now or datetime.now(UTC),
        hours=config.hours,
    )
    told = {warning.key for warning in config.warnings}
    return [
        ConfigProblem(
            str(config.path),
            *config.position(path),
            ".".join(map(str, path)),
            text,
            fix,
            "note" if path[0] == "owners" else "warning",
        )
        for path, text, fix in _said(config, found)
        if ".".join(map(str, path)) not in told or path[0] != "routing"
    ]


def _said(config: Config, found: Coverage) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    for number in found.never:
        yield (
            ("routing", "rules", number),
            "can never match: earlier rules take every packet that it looks for.",
            "Move it up, or take it out.",
        )
    for number in found.undecided:
        yield (
            ("routing", "rules", number),
            "overlaps with so many earlier rules that nobody can say whether it is ever reached.",
            "Say less in each `when`, or sort the rules by lane.",
        )
    for gap in found.gaps:
        yield _gap(config, gap)
    for owner_id in found.unused:
        yield (
            ("owners", owner_id),
            "is in no rule and is not the fallback: only a packet that names this owner goes there.",
            "Name this owner in a rule's owner or then; or leave it so, if packets name this owner or approver.",
        )


def _gap(config: Config, gap: Gap) -> tuple[tuple[str | int, ...], str, str]:
    path: tuple[str | int, ...] = ("routing", "fallback") if gap.rule is None else ("routing", "rules", gap.rule)
    whose = "no rule matches" if gap.rule is None else "it matches"
    name = config.owners[config.routing.fallback].name
    return (
        path,
        f"leaves a gap: of the packets that {whose}, nobody can take {gap.packet}: {gap.why}. "
        f"{name} gets them all the same.",
        "Add somebody who can to the rule's then, or a rule before it; or let the fallback be somebody without limits.",
    )
