"""Payment cards: issuer range, length and checksum together; Luhn alone passes a tenth of all numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from handoff_core.privacy.digits import (
    REACH,
    SEPARATORS,
    called_payment,
    called_reference,
    digits_of,
    luhn,
    words_before,
)
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
    (504175, 504175, (16,)),  # Elo
    (506699, 506778, (16,)),
    (509000, 509999, (16,)),
    (627780, 627780, (16,)),
    (636297, 636297, (16,)),
    (636368, 636369, (16,)),
    (501900, 501999, (16,)),  # Dankort
    *((first, first + 99, (16, 18, 19)) for first in (501800, 502000, 503800, 589300, 630400)),  # Maestro
    *((first, first + 99, (16, 18, 19)) for first in (675900, 676100, 676200, 676300)),
)
_ONLY_NAMED: Final[tuple[tuple[int, int, tuple[int, ...]], ...]] = (
    (500000, 509999, tuple(range(12, 20))),  # Maestro
    (560000, 589999, tuple(range(12, 20))),
    (600000, 699999, tuple(range(12, 20))),
)
"""Ranges so wide that only a text which speaks of a card makes a number in them one."""
_RARE: Final = frozenset({13, 17, 18})
"""Lengths that are believed only in a text which speaks of a card, or when written in groups of four."""

_LOOSE: Final = r"\t\n\r,_|·•*:…/\\+"
"""What stands between groups in pasted tables and lists; believed only where a card is spoken of."""
_RUN: Final = re.compile(rf"\d++(?:[{SEPARATORS}{_LOOSE}]{{1,3}}+\d++)*+")
_SHORTEST: Final = 12
_IN_LINE: Final = re.compile(rf"[{SEPARATORS}/]+")
_BETWEEN_FOURS: Final = re.compile(rf"[{SEPARATORS}]+")
_WRITTEN: Final = {
    4: ((4, 4, 4, 4, 3), (4, 4, 4, 4, 2), (4, 4, 4, 4, 1), (4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 5)),
    8: ((8, 8),),
    6: ((6, 10),),
}
"""By the size of its first group: how a number is written that has others beside it; the longest first."""
_UNUSUAL: Final = frozenset({(4, 4, 5), (8, 8), (6, 10)})
"""So written, a number with others beside it is believed only where a card is spoken of."""
_EXPIRY: Final = re.compile(r"(?:0[1-9]|1[0-2])[2-4]\d")
_NAMED_AFTER: Final = re.compile(
    r"[^\w\n]{0,3}(?:(?:cv[vc]2?|cid|exp|expires|expiry|expiring|valid (?:to|until|thru|through)|vence|g[üu]ltig)\b"
    r"|(?:(?:is|was|it's|its|on|from)\W{1,3})?(?:my|our|the|his|her) (?:[a-z]{1,10} ){0,2}"
    r"(?:card|visa|mastercard|amex|maestro|credit card|debit card)\b)",
    re.IGNORECASE,
)
_CARD_ITSELF: Final = re.compile(
    r"\b(?:cards?|visa|master ?card|amex|american express|discover|diners|jcb|maestro|unionpay|elo|pan|karte"
    r"|kreditkarte|carte|tarjeta|carta)\b(?!.*\b(?:ending|ends|endet|last))",
    re.IGNORECASE | re.DOTALL,
)
"""What a list needs before it: "I paid 4200, 4300, 4400 and 4500" tells amounts, "cards ending 4242, …" ends."""
_GLUED_BEFORE: Final = re.compile(
    r"(?<![^\W_])(?:visa|cards?|master ?card|mc|amex|maestro|discover|diners|jcb|elo|pan|cc|no|nr|number|karte|carte"
    r"|tarjeta)_?$",
    re.IGNORECASE,
)
_GLUED_AFTER: Final = re.compile(r"_|(?:cv[vc]2?|cid|exp[a-z]{0,6}|pin|zip)(?![a-z])", re.IGNORECASE)


def find_cards(text: str) -> Iterator[Found]:
    """Every card number in ``text``, however it is grouped, and also with an expiry or a code beside it."""
    for run in _RUN.finditer(text):
        start, end = run.span()
        if end - start < _SHORTEST or len(digits_of(run[0])) < _SHORTEST:
            continue
        whole = False
        for match in _CANDIDATE.finditer(text, start, end + 2):  # two more, for what may not follow
            digits = digits_of(match[0])
            before = words_before(text, match.start())
            if is_card(digits, _sizes(match[0]), before) or (len(digits) >= 13 and _LABEL.search(before) is not None):
                yield Found(match.start(), match.end(), Kind.CARD, digits)
                whole = match.span() == (start, end)
        if not whole:
            yield from _Run(text, start, end).cards()


def is_card(digits: str, sizes: tuple[int, ...], before: str, *, named: bool = False) -> bool:
    """Whether digits that were written in groups of ``sizes``, after the words ``before``, are a card's.

    ``named``: something else than ``before`` speaks of a card.
    """
    if not 12 <= len(digits) <= 19 or len(set(digits)) < 2 or not luhn(digits):
        return False
    named = named or called_payment(before)
    if called_reference(before):
        return False
    if not _in_range(digits, _ISSUERS):
        return named and _in_range(digits, _ONLY_NAMED)
    # A Visa of 19 digits is as rare as one of 13, and its range holds a tenth of all numbers.
    rare = len(digits) in _RARE or (len(digits) == 19 and digits[0] == "4")
    if rare and not named and not _grouped_like_a_card(sizes):
        return False
    return len(sizes) == 1 or _grouped_like_a_card(sizes) or named


class _Run:
    """Digits close to each other in ``text``: a card, and what people write beside it (its date, its code, "1.").

    Whole groups of a run are tried, never a part of one. What has no words that speak of a card must be set apart from
    its neighbours: a list of four-digit numbers holds many runs of four.
    """

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.groups = [one.span() for one in _GROUPS.finditer(text, start, end)]
        self.sizes = [end - start for start, end in self.groups]

    def cards(self) -> Iterator[Found]:
        at = line = ended = 0
        while at < len(self.groups):
            if at and _IN_LINE.fullmatch(self._between(at)) is None:
                line = at
            count = next((n for n in self._counts(at) if self._is_card(at, at + n, line, beside=at == ended > 0)), 0)
            if count:
                start, end = self.groups[at][0], self.groups[at + count - 1][1]
                yield Found(start, end, Kind.CARD, digits_of(self.text[start:end]))
                ended = at + count
            at += count or 1

    def _between(self, at: int) -> str:
        """What stands before the group ``at``, after the one before it."""
        return self.text[self.groups[at - 1][1] : self.groups[at][0]]

    def _counts(self, at: int) -> Iterator[int]:
        """With how many groups from ``at`` a number can be written, the longest first."""
        size = self.sizes[at]
        if 13 <= size <= 19:
            yield 1
        elif size == 1 and (at == 0 or self.sizes[at - 1] != 1):
            alone = next((n for n, one in enumerate(self.sizes[at : at + 20]) if one != 1), len(self.sizes) - at)
            if 13 <= alone <= 19:
                yield alone
        for sizes in _WRITTEN.get(size, ()):
            if tuple(self.sizes[at : at + len(sizes)]) == sizes:
                yield len(sizes)

    def _is_card(self, at: int, end: int, line: int, *, beside: bool) -> bool:
        """Whether the groups from ``at`` to ``end`` are a card's; ``beside``: another card ends where they begin.

        ``line``: the group with which their line begins.
        """
        text, start, stop = self.text, self.groups[at][0], self.groups[end - 1][1]
        digits = digits_of(text[start:stop])
        if not luhn(digits):
            return False
        before, after = words_before(text, start), text[stop : stop + REACH]
        sizes = tuple(self.sizes[at:end])
        glued = before[-1:].isalpha() or before.endswith(("_", "#"))
        glued_to_a_name = glued and _GLUED_BEFORE.search(before) is not None
        named = glued_to_a_name or called_payment(before) or _NAMED_AFTER.match(after) is not None
        if (glued and not glued_to_a_name and not (named and before.endswith("#"))) or not self._ends(after, named):
            return False
        between = {self._between(place) for place in range(at + 1, end)}
        loose = any(_BETWEEN_FOURS.fullmatch(one) is None for one in between)
        if loose and (len(between) > 1 or _CARD_ITSELF.search(before) is None or self._is_of_list(at, end)):
            return False
        if not named and not self._stands_apart(at, end, sizes, beside=beside):
            return False
        if line < at and called_reference(words_before(text, self.groups[line][0])):
            return False
        return is_card(digits, sizes, before, named=named)

    def _is_of_list(self, at: int, end: int) -> bool:
        """Whether groups as long as those from ``at`` to ``end`` go on beside them."""
        return (at > 0 and self.sizes[at - 1] == 4) or (
            end < len(self.groups) and self.sizes[end] == 4 and self._between(end) == self._between(at + 1)
        )

    def _ends(self, after: str, named: bool) -> bool:
        """Whether a number ends here: no letter follows that is not a word of its own."""
        glued = after[:1].isalpha() or after.startswith("_")
        return not glued or (_GLUED_AFTER.match(after) is not None and (named or not after.startswith("_")))

    def _stands_apart(self, at: int, end: int, sizes: tuple[int, ...], *, beside: bool) -> bool:
        """Whether groups that nothing names are set apart from those beside them."""
        left = self._between(at) if at else ""
        right = self._between(end) if end < len(self.groups) else ""
        if at and self.text[self.groups[at - 1][0] - 1 : self.groups[at - 1][0]].isalpha():
            return False  # the first groups of an IBAN or of a code
        if len(sizes) == 1:
            return left not in (".", ",", "-") and right not in (".", ",", "-")
        if sizes in _UNUSUAL or set(sizes) == {1}:
            return False
        if at and not beside and self.sizes[at - 1] == 4 and _BETWEEN_FOURS.fullmatch(left) is not None:
            return False
        if end == len(self.groups) or self.sizes[end] != 4 or _BETWEEN_FOURS.fullmatch(right) is None:
            return True
        following = digits_of(self.text[self.groups[end][0] : self.groups[min(end + 4, len(self.groups)) - 1][1]])
        return _EXPIRY.fullmatch(following[:4]) is not None or (luhn(following) and _in_range(following, _ISSUERS))


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
