"""Numbers that were read out: "four one five, double five", "forty two forty two"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from handoff_core.privacy.cards import is_card
from handoff_core.privacy.digits import called_payment, called_phone, called_reference, words_before
from handoff_core.privacy.kinds import Found, Kind
from handoff_core.privacy.national_ids import normal_id
from handoff_core.privacy.phones import e164

_COUNTED: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_UNITS: Final = {word: str(n) for n, word in enumerate(_COUNTED[:10])} | dict.fromkeys(("oh", "o", "nought"), "0")
_TEENS: Final = {word: str(n) for n, word in enumerate(_COUNTED) if n >= 10}
_TENS: Final = {
    word: str(n)
    for n, word in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2)
}
_TIMES: Final = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
NUMBER_WORDS: Final = frozenset([*_UNITS, *_TEENS, *_TENS, *_TIMES, "hundred"])
"""Words for digits."""
_WORD: Final = "|".join(
    sorted([*_UNITS, *_TEENS, *_TENS, *_TIMES, "hundred", "thousand", "plus"], key=len, reverse=True)
)
"""The longest first: "one" begins with "o", and "seventeen" with "seven"."""
_RUN: Final = re.compile(
    rf"(?<![\w-])(?:{_WORD}|\d{{1,4}})(?:(?:[\s,.\-–…]|and\b|then\b|\buh\b|\bum\b){{1,6}}(?:{_WORD}|\d{{1,4}})(?![\w])){{3,40}}",
    re.IGNORECASE,
)
_TOKEN: Final = re.compile(rf"{_WORD}|\d+", re.IGNORECASE)
_SPOKEN_WORD: Final = re.compile(rf"\b(?:{_WORD})\b", re.IGNORECASE)
_SSN: Final = re.compile(r"\b(?:ssn|social)\b[^\n]{0,60}$", re.IGNORECASE)
_LEAST_WORDS: Final = 3
"""Words for digits in a run; with fewer it is a written number."""


def find_spoken(text: str, region: str) -> Iterator[Found]:
    """Cards, phone numbers and US social security numbers that were read out digit by digit."""
    for match in _RUN.finditer(text):
        run = match[0]
        if len(_SPOKEN_WORD.findall(run)) < _LEAST_WORDS:
            continue
        digits, plus = as_digits(run)
        before = words_before(text, match.start())
        kind = _kind_of(digits, plus, before, region)
        if kind is not None:
            key = digits if kind is not Kind.PHONE else (_phone(digits, plus, region) or digits)
            yield Found(match.start(), match.end(), kind, normal_id(key) if kind is Kind.NATIONAL_ID else key)


def as_digits(run: str) -> tuple[str, bool]:
    """The digits that a run of words means, and whether it begins with "plus"."""
    out: list[str] = []
    times = 1
    open_ten = False
    plus = False
    for token in _TOKEN.findall(run.lower()):
        if token == "plus":
            plus = plus or not out
            continue
        if token in _TIMES:
            times = _TIMES[token]
            open_ten = False
            continue
        if token in ("hundred", "thousand"):
            out.append("00" if token == "hundred" else "000")
            open_ten = False
            continue
        unit = _UNITS.get(token)
        if open_ten and unit not in (None, "0"):
            out[-1] = out[-1][0] + str(unit)
            open_ten = False
            continue
        open_ten = token in _TENS
        word = unit or _TEENS.get(token) or (f"{_TENS[token]}0" if open_ten else token)
        out.append(word * times)
        times = 1
    return "".join(out), plus


def _kind_of(digits: str, plus: bool, before: str, region: str) -> Kind | None:
    if called_reference(before):
        return None
    if is_card(digits, (1,) * len(digits), before):
        return Kind.CARD
    if len(digits) == 9 and _SSN.search(before):
        return Kind.NATIONAL_ID
    if called_payment(before) and not called_phone(before) and len(digits) > 11:
        return None
    if _phone(digits, plus, region) is not None:
        return Kind.PHONE
    if 7 <= len(digits) <= 15 and (called_phone(before) or plus or len(digits) in (10, 11)):
        return Kind.PHONE
    return None


def _phone(digits: str, plus: bool, region: str) -> str | None:
    if plus:
        return e164(f"+{digits}", "")
    return e164(digits, region or "US") if len(digits) >= 9 else None
