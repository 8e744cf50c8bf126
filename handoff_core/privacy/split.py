"""Values that one speaker said in parts: "my card is 4111 1111", "go on", "1111 1111".

Consecutive texts of one speaker are read as one text, joined by a space, and only what reaches over a border counts.
Most borders hold nothing that could go on, so that a look at the two edges comes before any search.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Final

from handoff_core.privacy.find import KEPT, find
from handoff_core.privacy.kinds import Found, Kind
from handoff_core.privacy.national_ids import may_be_named
from handoff_core.privacy.phones import e164
from handoff_core.privacy.spoken import NUMBER_WORDS

_SHORT: Final = 80
"""Characters of what others may say in between: "go on", "and the last eight digits, please?"."""
_MOST_BETWEEN: Final = 2
"""Texts of others between two parts."""
_WINDOW: Final = 240
"""Characters of a long text that are read before and after a border: a value that was read out, and what names it."""

# What an edge may be in the middle of. The same bit at both sides of a border: a value may reach over it.
_NUMBER: Final = 1
_LETTER: Final = 2
_GROUP: Final = 4
_ADDRESS: Final = 8
"""An ``at`` or ``dot`` is enough at one side: what stands at the other may be any word."""
_BEGINS: Final = 4
"""Bits by which those of the beginning are shifted."""
_ENDS: Final = (1 << _BEGINS) - 1

_ECHOED: Final = 4
"""Digits, or words for them, of a part that is known again; fewer stand in other numbers too."""
_FILLERS: Final = frozenset({"and", "then", "uh", "um", "uhm", "er", "erm", "und", "dann", "wait", "okay", "ok"})
_BETWEEN: Final = " \t\r\n,.;:…–—-"
_LEAD: Final = re.compile(
    rf"[{_BETWEEN}]*(?:(?:and|then|uh|um|uhm|er|erm|und|dann|yes|yeah|ok|okay|so|ja|followed by)\b[{_BETWEEN}]*){{0,3}}"
    r"(?:(?:the\s+)?(?:rest|last|next|other|remaining|second|final)\b"
    r"(?:\s+(?:part|half|bit|digits?|numbers?|ones?|two|three|four|six|eight|\d))*"
    rf"\s*(?:is|are)\b[{_BETWEEN}]*)?",
    re.IGNORECASE,
)
"""What stands before the part that goes on: "and then", "the last four digits are"."""
_LEAD_REACH: Final = 80
_WORD_AT: Final = re.compile(r"[^\W\d_]+")
_NUMBER_AT: Final = re.compile(r"[(+]{0,2}\d")
_GROUP_AT: Final = re.compile(r"[A-Z0-9]{1,4}\b")
_IN_GROUPS: Final = re.compile(r"\b(?:[A-Za-z]{2} ?\d\d(?:[ -]?[A-Z0-9]{1,4}){0,8}|[A-Z]{2})\Z")
_GROUPS_REACH: Final = 45
_ENDS_IN_ADDRESS: Final = re.compile(
    r"(?:@|\b(?:at|ät|dot|punkt|underscore|at sign)[\])}>]?)\s*\Z|@[\w.-]{1,40}\.\Z", re.IGNORECASE
)
_BEGINS_IN_ADDRESS: Final = re.compile(
    r"[\s\[({<]*(?:@|\.\w|(?:dot|punkt|underscore|at sign)\b"
    r"|(?:at|ät)\b(?:[^\n]{1,60}?(?:\.\w|\b(?:dot|punkt|point|punto)\b)|\W{1,3}[\w-]{1,40}\W*\Z))",
    re.IGNORECASE,
)
_KINDS: Final = frozenset({Kind.CARD, Kind.IBAN, Kind.NATIONAL_ID, Kind.PHONE, Kind.EMAIL})
"""A secret has no form by which two halves could be known to belong together."""
_CERTAIN: Final = frozenset({Kind.SECRET, Kind.CARD, Kind.IBAN})
"""What is whole within one text: a longer value that reaches over it is chance."""


_AT: Final = attrgetter("at")


@dataclass(frozen=True, slots=True)
class Split:
    """One value in several texts. ``parts``: the number of each text, and what of it belongs to the value.

    ``echoes``: where somebody repeats a part in the same form.
    """

    parts: tuple[tuple[int, Found], ...]
    echoes: tuple[tuple[int, Found], ...] = ()

    @property
    def completed(self) -> int:
        """The text with which the value is whole."""
        return self.parts[-1][0]


@dataclass(frozen=True, slots=True)
class _Piece:
    """``text[start:end]`` of one text, as it stands in the joined one from ``at``."""

    number: int
    start: int
    end: int
    at: int


def find_split(texts: Sequence[str], region: str, speaker: Callable[[int], object] | None = None) -> tuple[Split, ...]:
    """The values that reach over several of the texts, in their order. ``speaker``: who said the text of a number.

    Only parts of one speaker belong together, with little said by others in between. What counts within one text
    counts here, but for secrets, telephone numbers that are not valid, and national ids that nothing names.
    """
    edges: list[int] = []
    before: dict[int, int] = {}
    third = second = last = 0  # what the three texts before end in
    for number, edge in enumerate(map(_edges, texts)):
        edges.append(edge)
        # As ``_touch``, against all three at once: of most borders no more is ever looked at.
        if (
            edge >> _BEGINS & (third | second | last) or (edge >> _BEGINS | third | second | last) & _ADDRESS
        ) and number:
            earlier = _earlier(texts, number, speaker)
            if earlier is not None and _touch(edges[earlier], edge):
                before[number] = earlier
        third, second, last = second, last, edge & _ENDS
    if not before:
        return ()
    return tuple(split for chain in _chains(before, texts) for split in _in_chain(chain, texts, region))


def _earlier(texts: Sequence[str], number: int, speaker: Callable[[int], object] | None) -> int | None:
    """The text of the same speaker that the text ``number`` may go on from."""
    if speaker is None:
        return number - 1
    own = speaker(number)
    for earlier in range(number - 1, max(-1, number - _MOST_BETWEEN - 2), -1):
        if speaker(earlier) == own:
            return earlier
        if len(texts[earlier]) > _SHORT:
            break
    return None


def _touch(earlier: int, later: int) -> bool:
    """Whether the end of a text and the beginning of a later one may be in the middle of one value."""
    begins = later >> _BEGINS
    return bool(earlier & begins & (_NUMBER | _LETTER | _GROUP) or (earlier | begins) & _ADDRESS)


@lru_cache(maxsize=KEPT)
def _edges(text: str) -> int:
    """What a text ends in, and, shifted by ``_BEGINS``, what it begins with."""
    end = _tail(text)
    tail = text[max(0, end - _GROUPS_REACH) : end]
    last = tail[-1:]
    word = _last_word(tail)
    ends = 0
    if last.isdecimal() or (last == ")" and tail[-2:-1].isdecimal()) or word in NUMBER_WORDS:
        ends |= _NUMBER
    if len(word) == 1:
        ends |= _LETTER
    if _IN_GROUPS.search(tail) is not None:
        ends |= _GROUP
    if _ENDS_IN_ADDRESS.search(text, max(0, len(text) - _GROUPS_REACH)) is not None:
        ends |= _ADDRESS
    at = _lead(text)
    found = _WORD_AT.match(text, at)
    word = found[0].lower() if found is not None else ""
    begins = 0
    if word in NUMBER_WORDS or _NUMBER_AT.match(text, at) is not None:
        begins |= _NUMBER
    if len(word) == 1:
        begins |= _LETTER
    if _GROUP_AT.match(text, at) is not None:
        begins |= _GROUP
    if _BEGINS_IN_ADDRESS.match(text) is not None:
        begins |= _ADDRESS
    return ends | begins << _BEGINS


def _tail(text: str) -> int:
    """Where a text ends without the dots, commas and fillers after which somebody goes on."""
    end = len(text)
    for _ in range(3):
        end = len(text[max(0, end - _GROUPS_REACH) : end].rstrip(_BETWEEN)) + max(0, end - _GROUPS_REACH)
        word = _last_word(text[max(0, end - _GROUPS_REACH) : end])
        if word not in _FILLERS:
            break
        end -= len(word)
    return end


def _last_word(text: str) -> str:
    at = len(text)
    while at and text[at - 1].isalpha():
        at -= 1
    return text[at:].lower()


def _lead(text: str) -> int:
    """Where a text begins without what stands before the part that goes on."""
    found = _LEAD.match(text, 0, _LEAD_REACH)
    return found.end() if found is not None else 0


def _chains(before: dict[int, int], texts: Sequence[str]) -> Iterator[list[int]]:
    """Texts that may hold one value together; a long one in the middle ends one chain and begins the next."""
    chains: dict[int, list[int]] = {}
    for number, earlier in before.items():
        chain = chains.pop(earlier, None)
        if chain is not None and len(texts[earlier]) > 2 * _WINDOW:
            yield chain
            chain = None
        chain = [earlier] if chain is None else chain
        chain.append(number)
        chains[number] = chain
    yield from chains.values()


def _in_chain(chain: list[int], texts: Sequence[str], region: str) -> Iterator[Split]:
    taken: dict[int, list[Found]] = {}
    found = [*_in_row(chain, texts, region, taken)]
    # What follows a value may hide where it ends: then two parts are enough to see it.
    for pair in pairwise(chain) if len(chain) > 2 else ():
        found += _in_row(pair, texts, region, taken)
    for one in sorted(found, key=lambda one: (one.parts[0][0], one.parts[0][1].start)):
        yield Split(one.parts, tuple(_echoes(one, texts)))


def _in_row(row: Sequence[int], texts: Sequence[str], region: str, taken: dict[int, list[Found]]) -> Iterator[Split]:
    """What reaches over a border, and shares no sign with what was ``taken`` before."""
    # As they stand first: an address may end in the very dot that is in the way of a number.
    # Without a joint last, a card that was parted within a group: "4111 11", "11 1111 1111".
    for joint, trimmed in ((" ", False), (" ", True), ("", True)):
        for split in _reaching(row, texts, region, joint, trimmed=trimmed):
            overlaps = any(
                part.start < known.end and known.start < part.end
                for number, part in split.parts
                for known in taken.get(number, ())
            )
            if overlaps or (not joint and split.parts[0][1].kind is not Kind.CARD):
                continue
            for number, part in split.parts:
                taken.setdefault(number, []).append(part)
            yield split


def _echoes(split: Split, texts: Sequence[str]) -> Iterator[tuple[int, Found]]:
    """Where a part is repeated until shortly after the value is whole: "4111 1111, and the last eight digits?"."""
    own = {number for number, _ in split.parts}
    first = split.parts[0][0]
    repeated = {
        texts[number][part.start : part.end]
        for number, part in split.parts
        if part.kind is not Kind.EMAIL
        and len(re.findall(r"\d|[^\W\d_]{2,}", texts[number][part.start : part.end])) >= _ECHOED
    }
    for number in range(first, min(len(texts), split.completed + _MOST_BETWEEN + 1)):
        for words in repeated if number not in own else ():
            for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", texts[number], re.IGNORECASE):
                yield number, Found(match.start(), match.end(), split.parts[0][1].kind, split.parts[0][1].key)


def _reaching(row: Sequence[int], texts: Sequence[str], region: str, joint: str, *, trimmed: bool) -> Iterator[Split]:
    """What reaches over a border of the texts of a row once they are joined. ``trimmed``: without their fillers."""
    pieces: list[_Piece] = []
    at = 0
    said: list[str] = []
    for number in row:
        text = texts[number]
        first, last = number == row[0], number == row[-1]
        start = 0 if first or not trimmed else _lead(text)
        end = len(text) if last or not trimmed else _tail(text)
        if first:
            start = _word_from(text, end - _WINDOW)
        elif last:
            end = _word_until(text, start + _WINDOW)
        said.append(text[start:end])
        pieces.append(_Piece(number, start, start + len(said[-1]), at))
        at += len(said[-1]) + len(joint)
    joined = joint.join(said)
    for found in find(joined, region):
        if found.kind not in _KINDS:
            continue
        parts = tuple(_parts(found, pieces))
        if len(parts) > 1 and _is_certain(found, joined) and not _is_chance(found, parts, texts, region):
            yield Split(parts)


def _parts(found: Found, pieces: list[_Piece]) -> Iterator[tuple[int, Found]]:
    for place in range(max(0, bisect_right(pieces, found.start, key=_AT) - 1), len(pieces)):
        piece = pieces[place]
        if piece.at >= found.end:
            break
        start = max(found.start, piece.at)
        end = min(found.end, piece.at + piece.end - piece.start)
        if start < end:
            moved = piece.start - piece.at
            yield piece.number, Found(start + moved, end + moved, found.kind, found.key)


def _is_certain(found: Found, joined: str) -> bool:
    if found.kind is Kind.PHONE:
        return found.key.startswith("+") and e164(found.key, "") is not None
    if found.kind is Kind.NATIONAL_ID:
        return may_be_named(joined[max(0, found.start - _WINDOW) : found.start])
    return True


def _is_chance(found: Found, parts: tuple[tuple[int, Found], ...], texts: Sequence[str], region: str) -> bool:
    """Whether one of the texts holds a whole value where this one reaches over it: two numbers in a row are two."""
    for number, part in parts:
        for one in find(texts[number], region):
            if one.start >= part.end or part.start >= one.end or (one.kind is found.kind is Kind.EMAIL):
                continue
            if one.kind in _CERTAIN or one.kind is Kind.EMAIL:
                return True
            if one.kind is found.kind and (one.kind is not Kind.PHONE or e164(one.key, "") is not None):
                return True
    return False


def _word_from(text: str, at: int) -> int:
    """The beginning of the first word from ``at``."""
    if at <= 0:
        return 0
    return next((place + 1 for place in range(at, min(len(text), at + _WINDOW)) if text[place].isspace()), at)


def _word_until(text: str, at: int) -> int:
    """The end of the last word before ``at``."""
    if at >= len(text):
        return len(text)
    return next((place for place in range(at, max(0, at - _WINDOW), -1) if text[place].isspace()), at)
