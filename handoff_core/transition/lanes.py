"""Lanes in which nobody is told anything."""

from __future__ import annotations

from handoff_core.packet.enums import Lane

NOBODY_WAITS = frozenset({Lane.INTERNAL_TASK, Lane.CONTENT})
"""Lanes in which no customer waits."""
