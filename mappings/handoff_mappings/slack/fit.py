"""Makes a message fit Slack's budgets, and says what was left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from handoff_mappings.brief import Section
from handoff_mappings.slack import limits
from handoff_mappings.slack.validate import json_length, text_length
from handoff_mappings.text import cut


@dataclass(frozen=True)
class Piece:
    """Blocks that are shown or left out together. ``weight``: the heaviest goes first; 0 = it always stays."""

    name: str
    blocks: tuple[dict[str, Any], ...]
    weight: int = 0
    whole: Section | None = None
    """The same as a section, to be shown elsewhere when the piece is left out."""


def size(text: str) -> int:
    """What a cleaned text costs: its characters in JSON, where quotes, backslashes, newlines and tabs count twice."""
    return len(text) + text.count('"') + text.count("\\") + text.count("\n") + text.count("\t")


def fitted(words: str, longest: int, safe: Callable[[str], str]) -> tuple[str, bool]:
    """``safe(words)``, or of the longest beginning that costs at most ``longest``; and whether it was cut."""
    whole = safe(words)
    if size(whole) <= longest:
        return whole, False
    low, high = 0, min(len(words), longest)
    while low < high:
        middle = (low + high + 1) // 2
        if size(safe(cut(words, middle))) <= longest:
            low = middle
        else:
            high = middle - 1
    return safe(cut(words, low)), True


def within_budget(
    pieces: Sequence[Piece], note: Callable[[Sequence[str]], dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[Piece]]:
    """The blocks of the pieces, in order, without those that do not fit; and these.

    ``note`` makes the block that names them; it is put before the last block.
    """
    whole = [block for piece in pieces for block in piece.blocks]
    if _fits([_cost(whole)]):
        return whole, []
    costs = [_cost(piece.blocks) for piece in pieces]
    left_out: set[int] = set()
    while True:
        shown = [place for place in range(len(pieces)) if place not in left_out]
        blocks = [block for place in shown for block in pieces[place].blocks]
        missing = [pieces[place] for place in sorted(left_out)]
        added = [note([piece.name for piece in missing])] if missing else []
        droppable = [place for place in shown if pieces[place].weight]
        if not droppable or _fits([*(costs[place] for place in shown), _cost(added)]):
            return [*blocks[:-1], *added, *blocks[-1:]], missing
        left_out.add(max(droppable, key=lambda place: pieces[place].weight))


def _cost(blocks: Sequence[dict[str, Any]]) -> tuple[int, int, int]:
    """Blocks, characters of text, characters of JSON with the comma and space between blocks."""
    return len(blocks), text_length(blocks), json_length(blocks)


def _fits(costs: Sequence[tuple[int, int, int]]) -> bool:
    count, text, written = (sum(column) for column in zip(*costs, strict=True))
    return bool(count <= limits.BLOCKS and text <= limits.MESSAGE_TEXT and written <= limits.MESSAGE_JSON)
