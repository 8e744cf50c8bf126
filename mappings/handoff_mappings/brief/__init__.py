"""The brief: one model of what a reader must know, rendered by each destination in its own way. Pure."""

from __future__ import annotations

from handoff_mappings.brief.build import build_brief
from handoff_mappings.brief.changes import head_changes, milestones, newly_taken
from handoff_mappings.brief.model import Brief, HeadLine, Item, Section
from handoff_mappings.brief.reading import head_seconds

__all__ = [
    "Brief",
    "HeadLine",
    "Item",
    "Section",
    "build_brief",
    "head_changes",
    "head_seconds",
    "milestones",
    "newly_taken",
]
