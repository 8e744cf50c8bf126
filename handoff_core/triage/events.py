"""Events that a business describes in its own words (``refund over 200 dollars``), found in what a customer says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

from handoff_core.triage.words import Words, is_break, word_set, words_of

_EMPTY: Final = word_set(
    "a an the any some all of to for in on at by with from about that this it is are was be been being "
    "has have had do does did customer customers client caller user guest lead patient person people "
    "somebody someone they he she we you i my our your their question questions case cases matter matters "
    "issue issues request requests thing things kind every each other wants want asks ask asked says said "
    "mentions mention mentioned reports report needs need there who which when if as than dollars dollar "
    "euros euro pounds usd eur gbp than also etc something anything anybody"
)
"""Words of a description that nobody has to say."""
_AMOUNT: Final = re.compile(
    r"(?:over|above|more than|greater than|exceeding|at least|from|>=?)\s*[$€£]?\s*(?P<amount>\d[\d,.]*)\s*"
    r"(?P<thousand>k\b)?",
    re.IGNORECASE,
)
_MONEY: Final = re.compile(
    r"[$€£]\s*(?P<before>\d[\d,]*(?:\.\d+)?)|(?P<after>\d[\d,]*(?:\.\d+)?)\s*(?:dollars?|bucks|euros?|pounds?|usd|eur|gbp)\b",
    re.IGNORECASE,
)
_ALSO: Final = {
    "legal": "topic legal", "lawsuit": "topic legal", "lawyer": "topic legal", "safety": "topic danger",
    "danger": "topic danger", "emergency": "topic danger", "fraud": "topic fraud", "complaint": "topic complaint",
    "person": "asked", "human": "asked", "supervisor": "asked", "manager": "asked", "death": "topic bereavement",
    "contract": "topic contract", "bill": "topic billing_dispute", "billing": "topic billing_dispute",
    "cancel": "leaving", "injur": "topic danger", "hardship": "topic hardship", "discount": "authority",
    "medical": "topic health", "health": "topic health", "urgent": "topic urgent",
}  # fmt: skip
"""A description of this one word is also met by what another table finds."""


def stem(word: str) -> str:
    """A word without its ending, so that refunds and refunded are one; rough on purpose."""
    for ending in (
        "ations",
        "ation",
        "ments",
        "ment",
        "ings",
        "ing",
        "ies",
        "ied",
        "ers",
        "ed",
        "es",
        "er",
        "s",
        "y",
        "e",
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@dataclass(frozen=True, slots=True)
class Event:
    """One description. ``ways``: sets of word stems, one of which must be said in one sentence.

    ``least``: an amount of money that must be named at least, in the same turn.
    """

    text: str
    ways: tuple[frozenset[str], ...]
    least: float | None = None
    also: frozenset[str] = frozenset()

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a description; ``or``, commas and slashes separate ways in which it can happen."""
        plain, least = text, None
        found = _AMOUNT.search(text)
        if found is not None:
            least = float(found["amount"].rstrip(".,").replace(",", "")) * (1000 if found["thousand"] else 1)
            plain = text[: found.start()] + text[found.end() :]
        parts = re.split(r",|/|;|\bor\b", plain.casefold())
        said = [[word for word in words_of(part).words if word not in _EMPTY and not is_break(word)] for part in parts]
        ways = tuple(frozenset(stem(word) for word in words) for words in said if words)
        also = {_ALSO[words[0]] for words in said if len(words) == 1 and words[0] in _ALSO}
        if re.search(r"\basks?\b.*\b(?:person|human|manager|supervisor)|\bspeak to a\b", text, re.IGNORECASE):
            also.add("asked")
        return cls(text, ways, least, frozenset(also))

    def happened(
        self, sentences: tuple[frozenset[str], ...], amounts: tuple[float, ...], labels: frozenset[str]
    ) -> bool:
        """Whether a turn tells it. ``sentences``: stems of each; ``labels``: what other tables found there."""
        if self.least is not None and not any(amount >= self.least for amount in amounts):
            return False
        return not self.also.isdisjoint(labels) or any(way <= sentence for way in self.ways for sentence in sentences)


def event_problem(text: str) -> str:
    """What is wrong with a description; empty when nothing is."""
    if Event.of(text).ways or Event.of(text).also:
        return ""
    return "names nothing that can be found in a conversation; write the words that customers use, such as gas smell"


def sentences_of(words: Words) -> tuple[frozenset[str], ...]:
    """The stems of each sentence."""
    sentences: list[set[str]] = [set()]
    for word in words.words:
        if word[0] in ".!?":
            sentences.append(set())
        elif not is_break(word):
            sentences[-1].add(stem(word))
    return tuple(frozenset(sentence) for sentence in sentences if sentence)


def amounts_of(text: str) -> tuple[float, ...]:
    """The sums of money that a text names."""
    if not any(character.isdigit() for character in text):
        return ()
    return tuple(float((one["before"] or one["after"]).replace(",", "")) for one in _MONEY.finditer(text))
