"""Events that a business describes in its own words (``refund over 200 dollars``), found in what a customer says."""

from __future__ import annotations

import itertools
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

_DECISIONS: Final = word_set(
    "refund discount price pric rate quot credit waiver waive exception compensat goodwill reimburse reimburs rebat "
    "cancel extension voucher payback chargeback"
)
"""Stems of what is given or refused: such an event happens where it is asked for, not where it is mentioned."""
_ASKS: Final = word_set(
    "can could may would will please want wants need needs like wish demand require request expect give offer get "
    "deserve entitled insist claim claiming asking ask make grant lower reduce any possible chance about let"
)
_UNMET: Final = word_set("refused refuse denied rejected waiting owe owed promised")
_NOT: Final = word_set("not never no nobody")
_GIVEN: Final = word_set("received receive got get given give gave sent send paid pay refunded arrived arrive came")
_WANTS_TO_KNOW: Final = word_set(
    "what how when where who which do does is are was tell know show explain understand find see saw wondering"
)
_BARE: Final = word_set("a an the full my our just some partial big bigger small proper please now immediately today")
_JOINS: Final = word_set("and but because when so while if")
_OBJECTS: Final = word_set("me us my our the this that it him her please now")
_MONEY_WORDS: Final = word_set("price bill cost total news saw heard invoice")
_TALK_OF_WORK: Final = word_set("work works working job closed")


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
class Sentence:
    """The stems of one sentence, and those of them that stand in a clause which asks for something."""

    stems: frozenset[str]
    asked: frozenset[str]
    words: frozenset[str]

    def is_idle(self, way: frozenset[str]) -> bool:
        """A figure of speech: a shock at the price, somebody who works after hours."""
        if "shock" in way:
            return not _MONEY_WORDS.isdisjoint(self.words) and "electric" not in self.words
        return "hour" in way and not _TALK_OF_WORK.isdisjoint(self.words) and "hour" not in self.asked


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
        self,
        sentences: tuple[Sentence, ...],
        amounts: tuple[float, ...],
        labels: frozenset[str],
        *,
        must_ask: bool = False,
    ) -> bool:
        """Whether a turn tells it. ``labels``: what other tables found there.

        ``must_ask``: only where the customer asks for it, or complains that it was not given; a decision (a refund, a
        discount) always has to be asked for.
        """
        if self.least is not None and not any(amount >= self.least for amount in amounts):
            return False
        if not self.also.isdisjoint(labels):
            return True
        return any(
            way <= one.stems
            and not one.is_idle(way)
            and (not (must_ask or not way.isdisjoint(_DECISIONS)) or not way.isdisjoint(one.asked))
            for way in self.ways
            for one in sentences
        )


def event_problem(text: str) -> str:
    """What is wrong with a description; empty when nothing is."""
    if Event.of(text).ways or Event.of(text).also:
        return ""
    return "names nothing that can be found in a conversation; write the words that customers use, such as gas smell"


def sentences_of(words: Words) -> tuple[Sentence, ...]:
    """What each sentence says and asks for."""
    found: list[Sentence] = []
    clauses: list[list[str]] = [[]]
    for word in (*words.words, "."):
        if not is_break(word) and word not in _JOINS:
            clauses[-1].append(word)
            continue
        clauses.append([])
        if word[0] in ".!?":
            if any(clauses):
                found.append(_sentence(clauses))
            clauses = [[]]
    return tuple(found)


def _sentence(clauses: list[list[str]]) -> Sentence:
    said = frozenset(word for clause in clauses for word in clause)
    asked = frozenset(stem(word) for clause in clauses if _asks(clause) for word in clause)
    return Sentence(frozenset(map(stem, said)), asked, said)


def _asks(clause: list[str]) -> bool:
    """Whether a clause asks to be given something, or says that it was not given; not where it wants to know."""
    said = set(clause)
    for word, after in itertools.pairwise(clause):
        if word == "not" and after in ("want", "need", "ask", "require", "wish"):
            return False
    if clause[:2] in (["how", "about"], ["what", "about"]):
        return True
    if not said.isdisjoint(("thanks", "thank")) and "please" not in said:
        return False
    if not said.isdisjoint(_UNMET) or not (said.isdisjoint(_NOT) or said.isdisjoint(_GIVEN)):
        return not clause[:1] or clause[0] not in ("what", "how", "do", "does")
    if not said.isdisjoint(_WANTS_TO_KNOW):
        return False
    if not said.isdisjoint(_ASKS):
        return True
    rest = [word for word in clause if word not in _BARE and not word[0].isdigit()]
    return len(rest) == 1 or (len(clause) > 1 and clause[1] in _OBJECTS and stem(clause[0]) in _DECISIONS)


def amounts_of(text: str) -> tuple[float, ...]:
    """The sums of money that a text names."""
    if not any(character.isdigit() for character in text):
        return ()
    return tuple(float((one["before"] or one["after"]).replace(",", "")) for one in _MONEY.finditer(text))
