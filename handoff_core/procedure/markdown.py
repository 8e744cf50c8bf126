"""The procedure as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from handoff_core.markdown import items, plain, table
from handoff_core.procedure.page import MARK, Page, Section


def as_markdown(page: Page) -> str:
    """The whole page. Nothing in a configuration can become markup."""
    return "\n\n".join(_parts(page)) + "\n"


def _parts(page: Page) -> Iterator[str]:
    yield f"<!-- {MARK} -->"
    yield f"# {plain(page.title)}"
    yield f"Version {page.version} of the configuration."
    if page.open_questions:
        yield "**Not answered yet:**"
        yield items(page.open_questions)
    for number, section in enumerate(page.sections, 1):
        yield from _section(number, section)


def _section(number: int, section: Section) -> Iterator[str]:
    yield f"## {number}. {plain(section.title)}"
    if section.text:
        yield plain(section.text)
    if section.items:
        yield items(section.items)
    if section.table is not None:
        yield table(section.table.head, section.table.rows)
