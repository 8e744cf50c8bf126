"""How long a head takes to read, and a head cut so that it is read in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handoff_core.style.reading import LONGEST_WORD, count_words, seconds_to_read, word_cost
from handoff_mappings.brief.model import Brief, HeadLine
from handoff_mappings.text import cut

TITLE: Final = "what"
"""The line that is the record's title as well: read in the list, before the record is opened. It is never cut."""
GLANCES: Final = frozenset({"who", "when", "where", "slot", "approval", "order_id", "draft_status", "due", "status"})
"""Lines that name somebody, a time, a place or a state: they are recognised, not read word by word."""
GLANCE: Final = 2
"""Words that such a line counts, as the owner does."""
LONGEST_GLANCE: Final = 9
"""Words of such a line, so that it can be taken in at a glance."""
_LEAST: Final = 4
"""Words that are left of any sentence."""
_NEXT: Final = 4
"""Words by which the next step may be longer than the longest other line before it gives way."""


def head_seconds(brief: Brief) -> float:
    """How long the head takes to read for somebody who has read the title: owner and lines, without their labels."""
    return seconds_to_read(GLANCE + sum(_cost(line) for line in brief.head))


def read_in(lines: Sequence[HeadLine], words: int) -> tuple[HeadLine, ...]:
    """The lines, cut in sight where all of them but the title have more than ``words`` together."""
    wanted = [count_words(line.text) if line.id == TITLE else _most(line, words) for line in lines]
    excess = GLANCE - words
    for line, most in zip(lines, wanted, strict=True):
        excess += 0 if line.id == TITLE else GLANCE if line.id in GLANCES else most
    if excess > 0:
        _shorten(lines, wanted, excess)
    return tuple(_cut(line, most) for line, most in zip(lines, wanted, strict=True))


def _most(line: HeadLine, words: int) -> int:
    return LONGEST_GLANCE if line.id in GLANCES else min(count_words(line.text), words)


def _cost(line: HeadLine) -> int:
    if line.id == TITLE:
        return 0
    return GLANCE if line.id in GLANCES else count_words(line.text)


def _shorten(lines: Sequence[HeadLine], wanted: list[int], excess: int) -> None:
    sentences = [place for place, line in enumerate(lines) if line.id not in GLANCES and line.id != TITLE]
    while excess > 0:
        longest = max(sentences, key=lambda place: wanted[place] - (_NEXT if lines[place].id == "next" else 0))
        if wanted[longest] <= _LEAST:
            return
        wanted[longest] -= 1
        excess -= 1


def _cut(line: HeadLine, most: int) -> HeadLine:
    if count_words(line.text) <= most:
        return line
    return line._replace(text=_first_words(line.text, most), uncut=line.uncut or line.text)


def _first_words(text: str, most: int) -> str:
    kept: list[str] = []
    left = most
    for word in text.split():
        cost = word_cost(word)
        if cost > left:
            if not kept:
                kept.append(cut(word, LONGEST_WORD * most - 1, marker=""))
            return " ".join(kept).rstrip(" ,;:–-(.…") + "…"
        kept.append(word)
        left -= cost
    return text
