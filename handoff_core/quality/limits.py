"""How long, how alike and how unsure is too much: the figures that quality rules compare with."""

from __future__ import annotations

from dataclasses import dataclass

WORDS_PER_MINUTE = 238
"""Silent reading of English non-fiction by adults (Brysbaert 2019, meta-analysis of 190 studies)."""

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


def seconds_to_read(words: int) -> float:
    """How long a reader needs for so many words."""
    return words * 60 / WORDS_PER_MINUTE


def words_read_in(seconds: float) -> int:
    """How many words a reader manages in so many seconds."""
    return int(seconds * WORDS_PER_MINUTE / 60)
