"""The exit codes of ``handoff``; the standard library only."""

from __future__ import annotations

from collections.abc import Iterable

NOTHING = 0
"""Nothing needs a person."""
SOMETHING = 1
"""Something needs a person."""
USAGE = 2
"""The command was written wrongly."""
STORE = 69
"""The store cannot be reached (EX_UNAVAILABLE of sysexits.h)."""
CONFIG = 78
"""The configuration is wrong (EX_CONFIG of sysexits.h)."""
INTERRUPTED = 130
"""Ctrl-C."""

_WORST_FIRST = (CONFIG, STORE, SOMETHING)


def worst(codes: Iterable[int]) -> int:
    """The code of a run for several businesses: the first of 78, 69, 1 that occurred."""
    occurred = set(codes)
    return next((code for code in _WORST_FIRST if code in occurred), NOTHING)
