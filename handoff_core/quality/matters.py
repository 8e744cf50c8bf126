"""Whether a text speaks of a matter that a business names in its own words: ``refund``, ``legal advice``.

Words are compared by their stems, so that ``refund`` means refunds, refunded and refunding too. The words of a phrase
may have up to two other words between them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ENDINGS = (
    *(
        "izations",
        "ization",
        "ations",
        "ation",
        "ating",
        "ments",
        "ment",
        "ings",
        "ing",
        "ances",
        "ance",
        "ions",
        "ion",
    ),
    *("ables", "able", "ally", "ates", "ated", "ate", "ers", "er", "als", "al", "ly", "ed", "es", "is", "s"),
)
_SHORTEST = 3
"""Letters that a stem has at least."""
_LONGER = {"ally": 4, "als": 4, "al": 4, "ance": 4, "ances": 4, "er": 4, "ers": 4, "ion": 4, "ions": 4, "is": 5}
"""Endings before which more must stand: legal is no leg."""
_IRREGULAR = {"paid": "pay", "sold": "sell", "gave": "give", "given": "give"}
_ALONE = frozenset({"except", "police", "firs", "warrant", "less", "process", "access", "address", "business", "this"})
"""Words of no family, which would be taken for members of one."""
_FILLERS = frozenset(
    {
        *("a", "an", "the", "of", "for", "on", "to", "in", "any", "all", "about", "anything", "everything", "every"),
        *("question", "questions", "matter", "matters", "issue", "issues", "topic", "topics", "decision", "decisions"),
    }
)
"""Words of a matter that say nothing by themselves: legal questions are whatever is legal."""
_ALTERNATIVES = re.compile(r"[,;/&]|\b(?:and|or)\b", re.IGNORECASE)
_AMOUNT = re.compile(r"\b(?:over|above|under|below|beyond|more than|less than|up to|from)\b[^\w]*\d.*$|[<>]\s*\d.*$")
_BETWEEN = 2


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text speaks of a matter: characters from ``start`` to ``end``."""

    start: int
    end: int


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """What words of one family have in common, in small letters. A rough cut for English; other words keep theirs."""
    word = word.casefold().replace("’", "'").removesuffix("'s")
    if word in _ALONE:
        return f"{word}="
    word = _IRREGULAR.get(word, word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LONGER.get(ending, _SHORTEST):
            word = word[: -len(ending)]
            word += "e" if ending in ("ed", "es") and word.endswith("e") else ""  # agreed, guarantees
            break
    if len(word) > _SHORTEST:
        if word.endswith("ie"):
            word = word[:-1]  # denies, warranties
        elif word[-1] == "y":
            word = f"{word[:-1]}i"  # deny, warranty
        elif word[-1] == "e" or (word[-1] == word[-2] and word[-1] not in "aeious"):
            word = word[:-1]  # waive; cancelled, refitting
    return word


def names_amount(matter: str) -> bool:
    """Whether a matter sets a limit in figures, which nobody compares: ``refunds over 200 dollars`` is every refund."""
    return _AMOUNT.search(matter) is not None


@lru_cache(maxsize=256)
def phrases_of(matter: str) -> tuple[tuple[str, ...], ...]:
    """A matter's phrases as stems: ``prices and discounts`` are two. Fillers count only where nothing else stands."""
    parts = _ALTERNATIVES.split(_AMOUNT.sub("", matter.replace("_", " ")))
    phrases = []
    for part in parts:
        words = [found[0] for found in _WORD.finditer(part)]
        telling = [word for word in words if word.casefold() not in _FILLERS]
        phrases.append(tuple(stem(word) for word in telling or words))
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase))


def may_mention(text: str, matter: str) -> bool:
    """Whether a text has the letters that a mention begins with: a look before a search that costs more."""
    low = text.casefold()
    return any(hint in low for hint in _hints(matter))


@lru_cache(maxsize=256)
def _hints(matter: str) -> tuple[str, ...]:
    first = {phrase[0] for phrase in phrases_of(matter)}
    spelled = (word for word, family in _IRREGULAR.items() if stem(family) in first)
    return (*(one[:_SHORTEST] for one in sorted(first)), *spelled)


def mentions_of(text: str, matter: str) -> tuple[Mention, ...]:
    """Every place where ``text`` speaks of ``matter``."""
    phrases = phrases_of(matter)
    words = list(_WORD.finditer(text))
    stems = [stem(found[0]) for found in words]
    found = []
    for place, one in enumerate(stems):
        for phrase in phrases:
            last = _last(stems, place, phrase) if one == phrase[0] else None
            if last is not None:
                found.append(Mention(words[place].start(), words[last].end()))
    return tuple(found)


def _last(stems: list[str], first: int, wanted: tuple[str, ...]) -> int | None:
    """The place of a phrase's last word when its first stands at ``first``."""
    place = first
    for one in wanted[1:]:
        near = stems[place + 1 : place + 2 + _BETWEEN]
        if one not in near:
            return None
        place += 1 + near.index(one)
    return place
