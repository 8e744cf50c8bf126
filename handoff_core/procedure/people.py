"""People: when the business is open, who is there, and who signs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handoff_core.config import Config
from handoff_core.config.owners import OwnerSettings
from handoff_core.config.problems import value_at
from handoff_core.procedure.words import hours, listed

_SPARE = 2
"""Rows for people whom the configuration does not name."""


def hours_note(config: Config) -> str:
    """When the business is open, and whom everything falls back on."""
    fallback = config.owners[config.routing.fallback].name
    table = value_at(config.source.document, ("business", "hours"))
    opened = f"We are open {hours(table)} ({config.business.timezone})" if table else "No opening hours are agreed"
    return f"{opened}. {fallback} gets whatever nobody else gets."


def staff(config: Config) -> tuple[tuple[str, ...], ...]:
    """One row a person or team."""
    tables: Mapping[str, Any] = config.source.document["owners"]
    return tuple(_row(owner, tables[owner_id]) for owner_id, owner in config.owners.items())


def _row(owner: OwnerSettings, table: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        f"{owner.name} (team)" if owner.team else owner.name,
        hours(table["hours"]) if table.get("hours") else "any time",
        listed(owner.languages) if owner.languages else "any",
        str(owner.level) if owner.level is not None else "–",
    )


def signatures(config: Config) -> tuple[tuple[str, ...], ...]:
    """A row for each person, and a few more."""
    names = [owner.name for owner in config.owners.values() if not owner.team]
    return tuple((name, "", "") for name in (*names, *[""] * _SPARE))
