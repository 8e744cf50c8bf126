"""Everything personal in one text, each place once. Same text, same answer: the answer is kept."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from handoff_core.privacy.cards import find_cards
from handoff_core.privacy.credentials import find_secrets
from handoff_core.privacy.emails import find_emails
from handoff_core.privacy.ibans import find_ibans
from handoff_core.privacy.kinds import Found, Kind
from handoff_core.privacy.national_ids import find_national_ids
from handoff_core.privacy.phones import find_phones
from handoff_core.privacy.spoken import find_spoken

LONGEST_KEPT: Final = 8_000
"""Characters of a text whose answer is kept; longer ones are rare and searched each time."""
KEPT: Final = 8_192
"""Texts whose answer is kept: the turns of some two hundred conversations of 40 turns."""

_ORDER: Final = {
    Kind.SECRET: 0,
    Kind.IBAN: 1,
    Kind.CARD: 2,
    Kind.EMAIL: 3,
    Kind.NATIONAL_ID: 4,
    Kind.PHONE: 5,
}
_DIGITS: Final = re.compile(r"\d(?:\D{0,4}\d){4}")
_SPOKEN: Final = re.compile(
    r"\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    r"|double|triple|hundred)\b.{1,12}?\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|\d)",
    re.IGNORECASE,
)

_SPOKEN_WORDS: Final = (
    *("zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twenty", "thirty"),
    *("forty", "fifty", "sixty", "seventy", "eighty", "ninety", "double", "triple", "hundred"),
)
"""One of them stands in whatever ``_SPOKEN`` finds: a look before a search that costs more."""


def find(text: str, region: str = "") -> tuple[Found, ...]:
    """What is personal in ``text``, in its order, without overlaps.

    ``region``: the country of phone numbers without a country code (``US``), or empty.
    """
    return _kept(text, region) if len(text) <= LONGEST_KEPT else _find(text, region)


def _find(text: str, region: str) -> tuple[Found, ...]:
    every = sorted(_every(text, region), key=lambda one: (_ORDER[one.kind], one.start - one.end, one.start))
    taken: list[Found] = []
    starts: list[int] = []
    for one in every:
        # None of those taken overlaps another, so that only the neighbours can overlap this one.
        place = bisect_left(starts, one.end)
        if place == 0 or taken[place - 1].end <= one.start:
            starts.insert(place, one.start)
            taken.insert(place, one)
    return tuple(taken)


_kept = lru_cache(maxsize=KEPT)(_find)


def _every(text: str, region: str) -> Iterator[Found]:
    small = text.lower()
    yield from find_secrets(text)
    yield from find_emails(text)
    yield from find_ibans(text)
    if _DIGITS.search(text) is not None:
        yield from find_cards(text)
        yield from find_national_ids(text)
        yield from find_phones(text, region)
    if any(word in small for word in _SPOKEN_WORDS) and _SPOKEN.search(text) is not None:
        yield from find_spoken(text, region)
