"""The known word that was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LONGEST = 80
"""Longer words are not compared: comparing takes time with the square of the length."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word of ``known`` that is spelled most like ``word``; None when none is close."""
    if len(word) > _LONGEST:
        return None
    folded = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower().replace("-", "_"), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None
