"""Payment cards: issuer range, length and checksum together; Luhn alone passes a tenth of all numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from handoff_core.privacy.digits import SEPARATORS, called_payment, called_reference, digits_of, luhn, words_before
from handoff_core.privacy.kinds import Found, Kind

_CANDIDATE: Final = re.compile(rf"(?<![\w#])(?<!\d[.,\-])\d(?:[{SEPARATORS}/]{{0,3}}\d){{11,18}}(?![\w])(?!-?\d)")
_LABEL: Final = re.compile(
    r"\b(?<!gift )(?<!loyalty )(?:(?:credit|debit)[ -]?card(?: (?:number|no|nr))?|card (?:number|no|nr)|kartennummer)"
    r"[^\w\n]{0,3}(?:(?:is|was|it's|ist)[^\w\n]{1,3})?$",
    re.IGNORECASE,
)
"""What names a card's number directly before it: one with a mistyped digit is hidden like any other."""
_GROUPS: Final = re.compile(r"\d+")

# First digits (as a range of their first six) and lengths. ISO/IEC 7812 and the networks' published ranges, 2025.
_ISSUERS: Final[tuple[tuple[int, int, tuple[int, ...]], ...]] = (
    (400000, 499999, (13, 16, 19)),  # Visa
    (510000, 559999, (16,)),  # Mastercard
    (222100, 272099, (16,)),  # Mastercard, since 2017
    (340000, 349999, (15,)),  # American Express
    (370000, 379999, (15,)),
    (300000, 305999, (14, 16)),  # Diners Club
    (309500, 309599, (14, 16)),
    (360000, 369999, (14, 16)),
    (380000, 399999, (14, 16)),
    (352800, 358999, (16, 17, 18, 19)),  # JCB
    (601100, 601199, (16, 19)),  # Discover
    (644000, 659999, (16, 19)),
    (620000, 629999, (16, 17, 18, 19)),  # UnionPay
    (810000, 817199, (16, 17, 18, 19)),
    (220000, 220499, (16, 17, 18, 19)),  # Mir
    (979200, 979289, (16,)),  # Troy
    (606282, 606282, (16,)),  # Hipercard
    (508500, 508999, (16,)),  # RuPay
    (607000, 608999, (16,)),
)
_ONLY_NAMED: Final[tuple[tuple[int, int, tuple[int, ...]], ...]] = (
    (500000, 509999, tuple(range(12, 20))),  # Maestro
    (560000, 589999, tuple(range(12, 20))),
    (600000, 699999, tuple(range(12, 20))),
)
"""Ranges so wide that only a text which speaks of a card makes a number in them one."""
_RARE: Final = frozenset({13, 14, 17, 18, 19})
"""Lengths that are believed only in a text which speaks of a card, or when written in groups of four."""


def find_cards(text: str) -> Iterator[Found]:
    """Every card number in ``text``, however it is grouped."""
    for match in _CANDIDATE.finditer(text):
        digits = digits_of(match[0])
        before = words_before(text, match.start())
        if is_card(digits, _sizes(match[0]), before) or (len(digits) >= 13 and _LABEL.search(before) is not None):
            yield Found(match.start(), match.end(), Kind.CARD, digits)


def is_card(digits: str, sizes: tuple[int, ...], before: str) -> bool:
    """Whether digits that were written in groups of ``sizes``, after the words ``before``, are a card's."""
    if not 12 <= len(digits) <= 19 or len(set(digits)) < 2 or not luhn(digits):
        return False
    named = called_payment(before)
    if called_reference(before):
        return False
    if not _in_range(digits, _ISSUERS):
        return named and _in_range(digits, _ONLY_NAMED)
    if len(digits) in _RARE and not named and not _grouped_like_a_card(sizes):
        return False
    return len(sizes) == 1 or _grouped_like_a_card(sizes) or named


def _in_range(digits: str, issuers: tuple[tuple[int, int, tuple[int, ...]], ...]) -> bool:
    first = int(digits[:6])
    return any(low <= first <= high and len(digits) in lengths for low, high, lengths in issuers)


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(len(one) for one in _GROUPS.findall(text))


def _grouped_like_a_card(sizes: tuple[int, ...]) -> bool:
    """4-4-4-4, 4-6-5 and 4-6-4, and digits one by one as they are read out."""
    if len(sizes) < 3:
        return len(sizes) == 2 and set(sizes) == {8}
    return (
        (set(sizes[:-1]) == {4} and sizes[-1] <= 4)
        or sizes in ((4, 6, 5), (4, 6, 4), (6, 10), (4, 4, 4, 4, 3))
        or set(sizes) <= {1, 2}
    )
