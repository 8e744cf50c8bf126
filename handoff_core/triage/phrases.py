"""Finds phrases in words: a small language for tables that people can read, tried only where a phrase can begin.

In a pattern ``a|b`` is one of several words, ``x?`` may be left out, ``x*`` is any word that begins so, ``#`` is a
number, ``_`` is any one word, ``..`` is up to three words of the same clause, ``^`` and ``$`` are the beginning and
the end of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from handoff_core.triage.words import Words, word_set

_COUNTS: Final = word_set(
    "two three four five six seven eight nine ten several many multiple countless dozens hundreds"
)
_NUMBER: Final = rf"(?:\d[\d.]*|{'|'.join(sorted(_COUNTS))})"
_ANY: Final = r"[^\s.,;:!?]+"


@dataclass(frozen=True, slots=True)
class Found:
    """One phrase: the table that it is in, and its first and last word."""

    label: str
    text: str
    first: int
    last: int


class Phrases:
    """Tables of patterns by label. They are read at the first search, so that importing them costs nothing, and each
    pattern is compiled when a text first holds a word that it can begin with.
    """

    def __init__(self, tables: Mapping[str, Iterable[str]]) -> None:
        self._tables = tables

    @cached_property
    def _by_first(self) -> dict[str, list[_Pattern]]:
        by_first: dict[str, list[_Pattern]] = {}
        for label, patterns in self._tables.items():
            for pattern in patterns:
                for whole in _without_leading_options(pattern):
                    one = _Pattern(label, whole)
                    first = whole.removeprefix("^ ").split()[0]
                    for word in first.split("|"):
                        by_first.setdefault(f"{word[:_KEY]}*" if word.endswith("*") else word, []).append(one)
        return by_first

    def find(self, words: Words) -> Iterator[Found]:
        """Every phrase, in the order of the words; of one label each place counts once."""
        taken: dict[str, int] = {}
        for number, word in enumerate(words.words):
            tried = self._tried(word)
            if not tried:
                continue
            at = words.starts[number]
            sentence_start = number == 0 or words.words[number - 1][0] in ".!?"
            for one in tried:
                if (one.is_first and not sentence_start) or taken.get(one.label, -1) >= number:
                    continue
                match = one.compiled.match(words.text, at)
                if match is None:
                    continue
                last = number + match.group().count(" ")
                taken[one.label] = last
                yield Found(one.label, match.group().strip(), number, last)

    def _tried(self, word: str) -> list[_Pattern]:
        found = self._by_first.get(word, _NONE)
        begun = self._by_first.get(f"{word[:_KEY]}*", _NONE) if len(word) >= _KEY else _NONE
        counted = self._by_first.get("#", _NONE) if word[0].isdigit() or word in _COUNTS else _NONE
        return [*found, *begun, *counted] if begun or counted else found


class _Pattern:
    __slots__ = ("_compiled", "_written", "is_first", "label")

    def __init__(self, label: str, written: str) -> None:
        self.label = label
        self.is_first = written.startswith("^ ")
        self._written = written
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        if self._compiled is None:
            self._compiled = _compiled(self._written.removeprefix("^ "))
        return self._compiled


_KEY: Final = 3
"""Letters by which patterns that begin with an open word (``refund*``) are found."""
_NONE: Final[list[_Pattern]] = []


def _without_leading_options(pattern: str) -> Iterator[str]:
    parts = pattern.split()
    start = 1 if parts[0] == "^" else 0
    if not parts[start].endswith("?"):
        yield " ".join(parts)
        return
    yield " ".join([*parts[:start], parts[start][:-1], *parts[start + 1 :]])
    yield from _without_leading_options(" ".join([*parts[:start], *parts[start + 1 :]]))


def _compiled(pattern: str) -> re.Pattern[str]:
    written = ""
    for number, part in enumerate(pattern.split()):
        gap = " " if number else ""
        if part == "$":
            written += r"(?= [.!?]| *\Z)"
        elif part == "..":
            written += rf"(?: {_ANY}){{0,3}}?"
        elif part.endswith("?"):
            written += rf"(?:{gap}{_word(part[:-1])})?"
        else:
            written += gap + _word(part)
    return re.compile(written + r"(?!\S)")


def _word(part: str) -> str:
    options = [_option(word) for word in part.split("|")]
    return options[0] if len(options) == 1 else f"(?:{'|'.join(options)})"


def _option(word: str) -> str:
    if word == "#":
        return _NUMBER
    if word == "_":
        return _ANY
    return rf"{re.escape(word[:-1])}[^\s.,;:!?]*" if word.endswith("*") else re.escape(word)
