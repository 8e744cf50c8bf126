"""Finds phrases in words: a small language for tables that people can read, tried only where a phrase can begin.

In a pattern ``a|b`` is one of several words, ``x?`` may be left out, ``x*`` is any word that begins so, ``#`` is a
number, ``_`` is any one word, ``..`` is up to three words of the same clause, ``^`` and ``$`` are the beginning and
the end of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from handoff_core.triage.words import Words, is_break

_NUMBER: Final = (
    r"(?:\d[\d.]*|two|three|four|five|six|seven|eight|nine|ten|several|many|multiple|countless|a (?:dozen|hundred))"
)
_ANY: Final = r"[^\s.,;:!?]+"


@dataclass(frozen=True, slots=True)
class Found:
    """One phrase: the table that it is in, and its first and last word."""

    label: str
    text: str
    first: int
    last: int


class Phrases:
    """Tables of patterns by label. A longer phrase is found before a shorter one that begins at the same word."""

    def __init__(self, tables: Mapping[str, Iterable[str]]) -> None:
        by_first: dict[str, list[tuple[str, str]]] = {}
        anywhere: list[tuple[str, str]] = []
        for label, patterns in tables.items():
            for pattern in patterns:
                for whole in _without_leading_options(pattern):
                    first = whole.removeprefix("^ ").split()[0]
                    alternatives = first.split("|")
                    if any(word.endswith("*") or word in ("_", "#", "..") for word in alternatives):
                        anywhere.append((label, whole))
                    for word in alternatives:
                        by_first.setdefault(word, []).append((label, whole))
        self._by_first = {word: [(label, _compiled(pattern)) for label, pattern in ones] for word, ones in by_first.items()}
        self._anywhere = [(label, _compiled(pattern)) for label, pattern in dict.fromkeys(anywhere)]

    def find(self, words: Words) -> Iterator[Found]:
        """Every phrase, in the order of the words; of one label each place counts once."""
        taken: dict[str, int] = {}
        for number, word in enumerate(words.words):
            tried = self._by_first.get(word)
            if tried is None and (not self._anywhere or is_break(word)):
                continue
            at = words.starts[number]
            sentence_start = number == 0 or words.words[number - 1] in ".!?"
            for label, (pattern, is_first) in (*(tried or ()), *self._anywhere):
                if is_first and not sentence_start:
                    continue
                match = pattern.match(words.text, at)
                if match is None or taken.get(label, -1) >= number:
                    continue
                last = number + match.group().count(" ")
                taken[label] = last
                yield Found(label, match.group().strip(), number, last)


def _without_leading_options(pattern: str) -> Iterator[str]:
    parts = pattern.split()
    start = 1 if parts[0] == "^" else 0
    yield_without = parts[start].endswith("?")
    if yield_without:
        yield " ".join([*parts[:start], parts[start][:-1], *parts[start + 1 :]])
        yield from _without_leading_options(" ".join([*parts[:start], *parts[start + 1 :]]))
    else:
        yield pattern


def _compiled(pattern: str) -> tuple[re.Pattern[str], bool]:
    parts = pattern.split()
    is_first = parts[0] == "^"
    parts = parts[1:] if is_first else parts
    written = ""
    for number, part in enumerate(parts):
        gap = " " if number else ""
        if part == "$":
            written += r"(?= [.!?]| *\Z)"
        elif part == "..":
            written += rf"(?: {_ANY}){{0,3}}?"
        elif part.endswith("?"):
            written += rf"(?:{gap}{_word(part[:-1])})?"
        else:
            written += gap + _word(part)
    return re.compile(written + r"(?![^\s])"), is_first


def _word(part: str) -> str:
    options = [
        _NUMBER if word == "#" else _ANY if word == "_" else rf"{re.escape(word[:-1])}[^\s.,;:!?]*" if word.endswith("*")
        else re.escape(word)
        for word in part.split("|")
    ]  # fmt: skip
    return options[0] if len(options) == 1 else f"(?:{'|'.join(options)})"
