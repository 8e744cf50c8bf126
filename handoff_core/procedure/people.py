"""People: when the business is open, who is there, and who signs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handoff_core.config import Config
from handoff_core.config.owners import OwnerSettings
from handoff_core.config.problems import value_at
from handoff_core.packet.enums import Complexity
from handoff_core.procedure.words import days, hours, listed, plain

_SPARE = 2
"""Rows for people whom the configuration does not name."""


def hours_note(config: Config) -> str:
    """When the business is open, whom everything falls back on, and who is passed over."""
    fallback = config.owners[config.routing.fallback].name
    table = value_at(config.source.document, ("business", "hours"))
    opened = f"We are open {hours(table)} ({config.business.timezone})" if table else "No opening hours are agreed"
    closed = days(value_at(config.source.document, ("business", "holidays")) or ())
    opened += f"; closed on {closed}" if closed else ""
    return (
        f"{opened}. {fallback} gets whatever nobody else gets. Who is not there, does not "
        f"speak the customer's language or lacks the level is passed over for the next one of the row.{_levels(config)}"
    )


def _levels(config: Config) -> str:
    needs = [f"{_need(name)} needs {level}" for name, level in config.routing.level_for.items()]
    return f" Levels: {listed(needs)}." if needs else ""


def _need(name: str) -> str:
    return f"{plain(name)} complexity" if name in {one.value for one in Complexity} else f"reason {plain(name)}"


def staff(config: Config) -> tuple[tuple[str, ...], ...]:
    """One row a person or team."""
    tables: Mapping[str, Any] = config.source.document["owners"]
    return tuple(_row(owner, tables[owner_id]) for owner_id, owner in config.owners.items())


def _row(owner: OwnerSettings, table: Mapping[str, Any]) -> tuple[str, ...]:
    reached = hours(table["hours"]) if table.get("hours") else "any time"
    zone = f" ({owner.timezone})" if owner.timezone is not None else ""
    holidays = ", on holidays too" if owner.works_holidays else ""
    return (
        f"{owner.name} (team)" if owner.team else owner.name,
        f"{reached}{zone}{holidays}",
        days(table.get("away", ())) or "–",
        listed(owner.languages) if owner.languages else "any",
        str(owner.level) if owner.level is not None else "any",
    )


def signatures(config: Config) -> tuple[tuple[str, ...], ...]:
    """A row for each person, and a few more."""
    names = [owner.name for owner in config.owners.values() if not owner.team]
    return tuple((name, "", "") for name in (*names, *[""] * _SPARE))
