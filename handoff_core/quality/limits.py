"""How long, how alike and how unsure is too much: the figures that quality rules compare with."""

from __future__ import annotations

from dataclasses import dataclass

from handoff_core.style.reading import seconds_to_read

__all__ = ["DEFAULT_LIMITS", "Limits", "seconds_to_read"]

LONGEST_STEP = 40
"""Words after which an instruction has to be read twice."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a lane allows; ``[quality]`` and ``[lanes.<lane>.quality]`` set it."""

    longest_head: float = 40.0
    """Seconds to read the six lines at the top."""
    longest_reading: float = 180.0
    """Seconds to read the whole note."""
    longest_before_reason: int = 70
    """Words that may stand before the reason of the escalation."""
    largest_overlap: float = 0.6
    """Share of the summary that may be word for word in one turn of the conversation, from 0 to 1."""
    low_confidence: float = 0.5
    """Below it the packet must say what is missing."""


DEFAULT_LIMITS = Limits()
"""What holds where nobody says otherwise."""
