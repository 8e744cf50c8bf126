"""How a customer feels in one turn, from -1 (bad) to 1 (good): words, phrases, and what stands around them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from handoff_core.triage.lexicon import BOOSTERS, NEGATIONS, NEUTRAL_BEFORE, PHRASES, SOFTENERS, WORDS
from handoff_core.triage.phrases import Phrases
from handoff_core.triage.words import Words, is_break, word_set, words_of

BAD: Final = -0.2
"""A score at or below it is a complaint."""
GOOD: Final = 0.2
"""A score at or above it is praise, thanks or relief."""
_FAR: Final = 3
"""Words between a negation or a booster and what it is said of."""
_SPREAD: Final = 4.0
_WEAK: Final = -1.35
_TROUBLE: Final = 0.33
_ENDS: Final = word_set("but however although though because and")
_THANKS: Final = frozenset(("thanks", "thank", "cheers", "good", "great", "glad"))
_PHRASES: Final = Phrases({str(value): patterns for value, patterns in PHRASES.items()})
_EMOJI: Final = {
    "😡": -2.0, "🤬": -2.4, "😠": -1.8, "😤": -1.4, "😞": -1.2, "😢": -1.2, "😭": -1.2, "👎": -1.5, "🙄": -1.4,
    "😀": 1.2, "😊": 1.3, "🙂": 0.7, "😍": 1.8, "👍": 1.0, "🙏": 0.7, "❤": 1.6, "🎉": 1.5,
    "👿": -1.8, "😒": -1.3, "😩": -1.2, "😫": -1.2, "😖": -1.0, "☹": -1.0, "🙁": -0.9, "😕": -0.7, "💔": -1.2,
    "🤦": -1.2, "♥": 1.6, "💕": 1.5, "💖": 1.5, "💗": 1.5, "💙": 1.4, "💚": 1.4, "💛": 1.4, "🥰": 1.7,
    "👏": 1.2, "🤗": 1.2, "☺": 1.1, "👌": 1.0, "🤩": 1.6, "😃": 1.2, "😄": 1.2, "🖕": -2.4,
}  # fmt: skip
_FACE: Final = re.compile(r"(?<!\S)(?P<sad>[:;]-?[(/])|(?<!\S)(?P<glad>[:;]-?[)D])(?!\S)")


@dataclass(frozen=True, slots=True)
class Mood:
    """The score of one turn, rounded to hundredths, and the words that made it.

    ``felt``: the same, with what only tells of a trouble (it does not work, it is late) counted for a third: who
    describes a fault is not angry yet.
    """

    score: float
    felt: float = 0.0
    because: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """bad, good or neutral."""
        return "bad" if self.score <= BAD else "good" if self.score >= GOOD else "neutral"


def mood_of(text: str | Words) -> Mood:
    """The mood of one turn. The same text has the same mood."""
    words = words_of(text) if isinstance(text, str) else text
    found, covered = _phrases(words)
    found += _single(words, covered)
    found += _signs(words.written)
    score = _score([value for value, _ in found], words, _kind(found))
    felt = _score([value * _TROUBLE if _WEAK < value < 0 else value for value, _ in found], words, _kind(found))
    if words.shouted and score <= 0.3:
        found.append((-0.8, "capitals"))
    return Mood(score, felt, tuple(dict.fromkeys(said for value, said in found if value)))


def _kind(found: list[tuple[float, str]]) -> list[bool]:
    """Which of the values are mere thanks, which a complaint takes the warmth out of."""
    return [said in _THANKS for _, said in found]


def _score(values: list[float], words: Words, thanks: list[bool]) -> float:
    bad = sum(value for value in values if value < 0)
    good = sum(
        value * (0.25 if bad <= -0.9 and polite else 1)
        for value, polite in zip(values, thanks, strict=True)
        if value > 0
    )
    if "but" in words.words and bad < 0:
        good *= 0.5  # "nice, but …": what counts comes after
    total = bad + good
    if words.shouted and total <= 0.3:
        total = min(total, 0) * 1.3 - 0.8
    marks = words.marks
    if marks.count("!") >= 2 and total:
        total *= 1.25
    if "??" in words.written or "?!" in words.written:
        total -= 0.6
    return round(float(total / (total * total + _SPREAD) ** 0.5), 2)


def _phrases(words: Words) -> tuple[list[tuple[float, str]], set[int]]:
    """What the phrases say; of phrases over the same words the one that is found first and longest counts."""
    found: list[tuple[float, str]] = []
    covered: set[int] = set()
    ordered = sorted(_PHRASES.find(words), key=lambda one: (-abs(float(one.label)), one.first))
    neutral = [one for one in ordered if float(one.label) == 0]
    for one in [*(one for one in ordered if float(one.label) != 0), *neutral]:
        span = set(range(one.first, one.last + 1))
        if span & covered:
            continue
        value = float(one.label)
        if value > 0 and "not" not in one.text.split() and _denied(words, one.first):
            value = -0.8 * value
        elif value < 0 and _taken_back(words, one.first):
            value = 0.0
        covered |= span
        found.append((value, one.text))
    return found, covered


def _single(words: Words, covered: set[int]) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []
    for number, word in enumerate(words.words):
        value = WORDS.get(word)
        if value is None or number in covered:
            continue
        after = words.words[number + 1] if number + 1 < len(words.words) else "."
        if after in NEUTRAL_BEFORE:
            continue
        if word == "fed" and after != "up":
            continue
        for step, near in enumerate(_before(words, number)):
            if near in BOOSTERS and step < 2:
                value *= 1.35
            elif near in SOFTENERS and step < 2:
                value *= 0.6
            elif near in NEGATIONS:
                value *= -0.7 if value > 0 or abs(value) > 0.5 else 0
                break
        found.append((value, word))
    return found


def _before(words: Words, number: int) -> list[str]:
    """The words right before one, the nearest first, within its clause."""
    near: list[str] = []
    for word in reversed(words.words[max(0, number - _FAR) : number]):
        if is_break(word) or word in _ENDS:
            break
        near.append(word)
    return near


def _denied(words: Words, first: int) -> bool:
    return any(word in NEGATIONS for word in _before(words, first))


def _taken_back(words: Words, first: int) -> bool:
    """``no longer …``, ``if I had to cancel …`` and the like: said of what is not so."""
    before = _before(words, first)
    return before[:2] == ["longer", "no"] or "if" in before[:1]


def _signs(text: str) -> list[tuple[float, str]]:
    signs = [(value, sign) for sign, value in _EMOJI.items() if sign in text] if not text.isascii() else []
    face = _FACE.search(text) if ":" in text or ";" in text else None
    if face is not None:
        signs.append((-1.0 if face["sad"] else 0.9, face.group()))
    return signs
