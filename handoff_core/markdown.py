"""Text and tables as Markdown in which nothing that somebody wrote can become markup. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# An underscore inside a word (order_id) marks nothing up, and stays readable.
_SPECIAL = re.compile(r"([\\`*\[\]<>|#~]|(?<![^\W_])_|_(?![^\W_]))")
_LIST = re.compile(r"^(?=[-+=](?:\s|$))|^(\d+)(?=[.)](?:\s|$))")


def plain(text: str) -> str:
    """A text on one line, to be read as it stands."""
    escaped = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return _LIST.sub(lambda one: f"{one[1]}\\" if one[1] else "\\", escaped)


def items(texts: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {plain(text)}" for text in texts)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; every row has as many cells as the head."""
    lines = [[plain(cell) for cell in head], ["---"] * len(head), *([plain(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
