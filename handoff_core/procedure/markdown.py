"""The procedure as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handoff_core.procedure.page import MARK, Page, Section, Table

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")


def as_markdown(page: Page) -> str:
    """The whole page. Nothing in a configuration can become markup."""
    return "\n\n".join(_parts(page)) + "\n"


def _parts(page: Page) -> Iterator[str]:
    yield f"<!-- {MARK} -->"
    yield f"# {_plain(page.title)}"
    yield f"Version {page.version} of the configuration."
    if page.open_questions:
        yield "**Not answered yet:**"
        yield _items(page.open_questions)
    for number, section in enumerate(page.sections, 1):
        yield from _section(number, section)


def _section(number: int, section: Section) -> Iterator[str]:
    yield f"## {number}. {_plain(section.title)}"
    if section.text:
        yield _plain(section.text)
    if section.items:
        yield _items(section.items)
    if section.table is not None:
        yield _table(section.table)


def _items(items: tuple[str, ...]) -> str:
    return "\n".join(f"- {_plain(item)}" for item in items)


def _table(table: Table) -> str:
    rows = (table.head, tuple("---" for _ in table.head), *table.rows)
    return "\n".join(f"| {' | '.join(cell if cell == '---' else _plain(cell) for cell in row)} |" for row in rows)


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
