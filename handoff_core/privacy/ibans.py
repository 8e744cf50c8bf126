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
_BEGIN: Final = re.compile(
    rf"(?<![A-Za-z0-9])(?:[Ii][Bb][Aa][Nn])?([A-Za-z])[{SEPARATORS}]?([A-Za-z])[{SEPARATORS}]?(\d)[{SEPARATORS}]?(\d)",
    re.ASCII,
)
_IGNORED: Final = re.compile(rf"[{SEPARATORS}]")
_LABEL: Final = re.compile(
    r"\biban(?:[^\w\n]{1,3}(?:number|no|nr))?[^\w\n]{0,3}(?:(?:is|was|it's|ist)[^\w\n]{1,3})?\Z", re.IGNORECASE
)
"""What names the number directly before it: one with a mistyped letter is hidden like any other."""
_REACH: Final = 30
_MOST_BETWEEN: Final = 2
"""Separators between two characters of one number."""
_LOOSE: Final = r"\t\n\r,;_/|·"
_IN_FOURS: Final = re.compile(
    rf"[A-Z]{{2}}\d\d(?P<between>[{SEPARATORS}{_LOOSE}]{{1,3}})[A-Z0-9]{{4}}(?:(?P=between)[A-Z0-9]{{4}}){{1,6}}"
    r"(?:(?P=between)[A-Z0-9]{1,3})?(?![A-Z0-9])",
    re.ASCII | re.IGNORECASE,
)
"""Groups of four with the same between all of them: then it may be a line's end or a table's bar."""
_WIDE: Final = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_NARROW: Final = {wide: wide - 0xFEE0 for wide in range(0xFF10, 0xFF5B)}
"""The letters and digits that East Asian keyboards write twice as wide."""


def find_ibans(text: str) -> Iterator[Found]:
    """Every IBAN in ``text``, in groups or not, in capitals or not."""
    if not text.isascii() and _WIDE.search(text) is not None:
        text = text.translate(_NARROW)
    for match in _BEGIN.finditer(text):
        length = LENGTHS.get((match[1] + match[2]).upper())
        if length is None:
            continue
        start = match.start(1)
        for end, number in (_take(text, start, length), _take_fours(text, start, length)):
            if len(number) == length and _ends(text, end) and (checksum_fits(number) or _is_named(text, start)):
                yield Found(start, end, Kind.IBAN, number)
                break


def _is_named(text: str, start: int) -> bool:
    return _LABEL.search(text, max(0, start - _REACH), start) is not None


def _ends(text: str, end: int) -> bool:
    """Whether a number ends here; a word that is glued to its last digit is no part of it ("…13t.n.v. Jansen")."""
    after = text[end : end + 1]
    return not after.isalnum() or (after.islower() and text[end - 1].isdigit() and text[end : end + 2] != after)


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


def _take_fours(text: str, start: int, length: int) -> tuple[int, str]:
    """The end and the characters of a number in groups of four from ``start``, whatever stands between the groups."""
    match = _IN_FOURS.match(text, start)
    if match is None:
        return start, ""
    between = match["between"]
    groups = length // 4 + (length % 4 > 0)
    end = start + length + (groups - 1) * len(between)
    number = text[start:end].replace(between, "").upper()
    return (end, number) if end <= match.end() else (start, "")
