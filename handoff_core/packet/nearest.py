"""The known word that was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LONGEST = 80
"""Longer words are not compared: comparing takes time with the square of the length."""


HANDFUL = 5
"""Names that are told of a long list: nobody reads forty."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word of ``known`` that is spelled most like ``word``; None when none is close."""
    if len(word) > _LONGEST:
        return None
    folded = {name.lower(): name for name in known}
    found = difflib.get_close_matches(word.lower().replace("-", "_"), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def nearest_first(word: str, known: Iterable[str]) -> list[str]:
    """The handful of ``known`` that is spelled most like ``word``, the nearest first."""
    folded = {name.lower(): name for name in known}
    return [folded[name] for name in difflib.get_close_matches(word[:_LONGEST].lower(), folded, n=HANDFUL, cutoff=0.0)]
