"""How long a text takes to read."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

WORDS_PER_MINUTE: Final = 238
"""Silent reading of English non-fiction by adults (Brysbaert 2019, meta-analysis of 190 studies)."""
LONGEST_WORD: Final = 14
"""Characters that count as one word: a longer run (an address, a text without spaces) counts as several."""

KEPT: Final = 1_024
"""Texts whose words are counted once: each is shown in several systems, and in each again at every revision."""


def seconds_to_read(words: float) -> float:
    """How long a reader needs for so many words."""
    return words * 60 / WORDS_PER_MINUTE


def words_in(seconds: float) -> int:
    """How many words are read in so many seconds."""
    return math.floor(seconds * WORDS_PER_MINUTE / 60)


@lru_cache(maxsize=KEPT)
def count_words(text: str) -> int:
    """The words of a text as a reader meets them."""
    return sum(word_cost(word) for word in text.split())


def word_cost(word: str) -> int:
    """What one run of characters without a space counts; a dash alone is not read."""
    if not any(map(str.isalnum, word)):
        return 0
    return 1 if len(word) <= LONGEST_WORD else math.ceil(len(word) / LONGEST_WORD)
