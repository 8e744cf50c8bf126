"""The values of withheld fields, taken out of every text that repeats them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from handoff_core.privacy.tokens import TOKEN, is_withheld

_SHORTEST_KNOWN: Final = 4
"""Characters of a withheld value that is looked for in the texts too, whatever it is; of a shorter one only words."""
_SHORT_KNOWN: Final = re.compile(r"[^\W\d_]{3}|[A-Z]{2}")
"""A short word that is looked for too: "HIV", "gin", and in capitals alone "MS". A short number stands everywhere."""
_EVERYWHERE: Final = frozenset(
    (
        *("all", "and", "any", "are", "but", "can", "few", "for", "had", "has", "her", "him", "his", "how", "may"),
        *("new", "nil", "non", "not", "now", "off", "old", "one", "our", "out", "she", "six", "ten", "the", "too"),
        *("two", "was", "who", "why", "yes", "you", "NO", "ON", "OK", "IN", "AT", "US", "IT"),
    )
)
"""Short words that say nothing of anybody: a fact "pregnant: yes" does not take every "yes" out of a conversation."""
_SHORTEST_NAME: Final = 3


@dataclass(frozen=True)
class KnownValues:
    """``markers``: each value with what stands in its place; case is ignored. ``names``: words of names, with case."""

    markers: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def taken_out_of(self, text: str) -> str:
        """``text`` with each value replaced where it stands as a whole word; a marker that stands there stays."""
        # Compiling and searching the pattern costs more than all else, and most texts repeat no withheld value.
        words = self._longest_words
        if words:
            folded = _fold(text)
            for word in words:
                if word in folded:
                    text = self._pattern.sub(self._marker, text)
                    break
        for name, marker in self.names.items():
            if name in text:
                text = re.sub(rf"(?<![\w\[]){re.escape(name)}(?!\w)", marker, text)
        return text

    @cached_property
    def _values(self) -> tuple[str, ...]:
        """Those that are looked for, the longest first."""
        sought = [one for one in self.markers if one and not is_withheld(one) and _is_sought(one)]
        return tuple(sorted(sought, key=lambda one: (-len(one), one)))

    @cached_property
    def _longest_words(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_fold(max(one.split(), key=len)) for one in self._values))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        each = "|".join(
            rf"(?-i:{re.escape(one)})" if len(one) < _SHORTEST_NAME else r"\s+".join(map(re.escape, one.split()))
            for one in self._values
        )
        return re.compile(rf"{TOKEN.pattern}|(?<!\w)(?P<value>{each})(?!\w)", re.IGNORECASE)

    @cached_property
    def _by_folded(self) -> Mapping[str, str]:
        return {" ".join(_fold(one).split()): self.markers[one] for one in reversed(self._values)}

    def _marker(self, match: re.Match[str]) -> str:
        value = match["value"]
        return match[0] if value is None else self._by_folded[" ".join(_fold(value).split())]


def names_in(value: str) -> tuple[str, ...]:
    """The words of a name that are looked for each by itself."""
    return tuple(one for one in re.findall(r"[\w'-]+", value) if len(one) >= _SHORTEST_NAME)


def _is_sought(value: str) -> bool:
    if len(value) >= _SHORTEST_KNOWN:
        return True
    everywhere = value in _EVERYWHERE or (len(value) >= _SHORTEST_NAME and value.lower() in _EVERYWHERE)
    return not everywhere and _SHORT_KNOWN.fullmatch(value) is not None


def _fold(text: str) -> str:
    """``text`` so that whatever ``re.IGNORECASE`` takes for the same letter is the same letter."""
    if text.isascii():
        return text.lower()
    return text.casefold().replace("i\u0307", "i").replace("ı", "i")
