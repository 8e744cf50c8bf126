"""Durations as people write them: ``50s``, ``15m``, ``1h``, ``28h``, ``30d``, ``1.5s``."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any

from pydantic import BeforeValidator

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
LONGEST = 100 * 366 * 86400.0
"""A hundred years: longer than any law keeps records, and short enough that every clock and calendar can count it."""
_TOO_LONG = 'is longer than 100 years; write a duration that somebody will wait for, e.g. "20s", "15m", "1h" or "30d"'
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d|w)")


def parse_duration(text: str) -> float:
    """Seconds in a duration such as ``15m``. ValueError, with the fix, for anything else, and above ``LONGEST``."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise ValueError('is not a duration; write a number and a unit, e.g. "20s", "15m", "1h" or "30d"')
    return _bounded(float(match[1]) * _UNITS[match[2]])


def format_duration(seconds: float) -> str:
    """The shortest exact spelling of so many seconds: 900 → ``15m``."""
    for unit in ("w", "d", "h", "m"):
        if seconds >= _UNITS[unit] and seconds % _UNITS[unit] == 0:
            return f"{int(seconds // _UNITS[unit])}{unit}"
    return f"{seconds:g}s"


def _bounded(seconds: float) -> float:
    # Endless time passes every "more than 0", and fails where it is added to a date or put into words.
    if not math.isfinite(seconds):
        raise ValueError('is no length of time; write a number and a unit in quotes, e.g. "20s", "15m", "1h" or "30d"')
    if seconds > LONGEST:
        raise ValueError(_TOO_LONG)
    return seconds


def _seconds(value: Any) -> Any:
    if isinstance(value, str):
        return parse_duration(value)
    if isinstance(value, bool) or not isinstance(value, float):
        raise ValueError('is not a duration; write a number and a unit in quotes, e.g. "20s"')
    return _bounded(value)


Duration = Annotated[float, BeforeValidator(_seconds, json_schema_input_type=str)]
"""A pydantic field type: written as text, held as seconds, at most ``LONGEST``."""
