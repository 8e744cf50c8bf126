"""International bank account numbers: a country's length, and the checksum of ISO 7064."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from handoff_core.privacy.digits import SEPARATORS
from handoff_core.privacy.kinds import Found, Kind

# SWIFT, IBAN Registry, release 99 (2024).
LENGTHS: Final = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FK FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
_BEGIN: Final = re.compile(rf"(?<![A-Za-z0-9])([A-Za-z]{{2}})[{SEPARATORS}]?(\d)[{SEPARATORS}]?(\d)", re.ASCII)
_IGNORED: Final = re.compile(rf"[{SEPARATORS}]")
_LABEL: Final = re.compile(
    r"\biban(?:[^\w\n]{1,3}(?:number|no|nr))?[^\w\n]{0,3}(?:(?:is|was|it's|ist)[^\w\n]{1,3})?\Z", re.IGNORECASE
)
"""What names the number directly before it: one with a mistyped letter is hidden like any other."""
_REACH: Final = 30
_MOST_BETWEEN: Final = 2
"""Separators between two characters of one number."""


def find_ibans(text: str) -> Iterator[Found]:
    """Every IBAN in ``text``, in groups or not, in capitals or not."""
    for match in _BEGIN.finditer(text):
        length = LENGTHS.get(match[1].upper())
        if length is None:
            continue
        end, number = _take(text, match.start(), length)
        if len(number) != length or text[end : end + 1].isalnum():
            continue
        if checksum_fits(number) or _LABEL.search(text, max(0, match.start() - _REACH), match.start()) is not None:
            yield Found(match.start(), end, Kind.IBAN, number)


def checksum_fits(number: str) -> bool:
    """ISO 7064 mod 97-10, letters counted from A = 10."""
    return int("".join(str(int(one, 36)) for one in number[4:] + number[:4])) % 97 == 1


def _take(text: str, start: int, length: int) -> tuple[int, str]:
    """The end of the first ``length`` letters and digits from ``start``, and they in capitals."""
    taken: list[str] = []
    skipped = 0
    for at in range(start, len(text)):
        one = text[at]
        if one.isascii() and one.isalnum():
            taken.append(one.upper())
            skipped = 0
            if len(taken) == length:
                return at + 1, "".join(taken)
        elif _IGNORED.match(one) and skipped < _MOST_BETWEEN:
            skipped += 1
        else:
            break
    return start, ""
