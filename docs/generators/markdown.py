"""Tables, blocks and escapes of Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterable


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table with a line of column names above its rows."""
    return "\n".join([row(head), "|" + "---|" * len(head), *map(row, rows)])


def row(cells: Iterable[str]) -> str:
    """One line of a table; the cells are taken as they are."""
    return f"| {' | '.join(cells)} |"


def cell(text: str) -> str:
    """Plain text as it may stand in a cell: in one line, with nothing that Markdown would act on."""
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;").replace("*", "\\*")


def block(language: str, text: str) -> str:
    """A fenced block."""
    return f"```{language}\n{text}\n```"


def json_text(value: object, *, indent: int | None = None) -> str:
    """A value as JSON that keeps letters of every language readable."""
    return json.dumps(value, indent=indent, ensure_ascii=False)
