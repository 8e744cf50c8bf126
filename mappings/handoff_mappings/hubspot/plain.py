"""The words in a body of HTML, whoever spelt its tags: HubSpot rewrites what it stores."""

from __future__ import annotations

import re
from functools import lru_cache
from html.parser import HTMLParser
from typing import Final

REF: Final = "Handoff ref: "
"""What the last visible line of our notes and tasks begins with; the record's key follows."""

_LISTS: Final = ("dd", "dl", "dt", "li", "ol", "ul")
_TABLES: Final = ("table", "tbody", "td", "tfoot", "th", "thead", "tr")
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_BOXES: Final = ("address", "article", "blockquote", "body", "center", "div", "footer", "header", "main", "section")
_BLOCKS: Final = frozenset({"br", "hr", "p", "pre", *_LISTS, *_TABLES, *_HEADINGS, *_BOXES})
"""Tags that begin and end a line."""
_HIDDEN: Final = frozenset({"script", "style", "template", "head"})
_SPACE: Final = re.compile(r"\s+")


def ref_line(key: str) -> str:
    """The last visible line of a record under ``key``."""
    return f"{REF}{key}"


@lru_cache(maxsize=64)
def lines_of(html: str) -> tuple[str, ...]:
    """The visible lines of ``html``, runs of white space as one space, without empty lines.

    The last ones are kept: a body is compared before and after each write.
    """
    reader = _Lines()
    reader.feed(html)
    reader.close()
    lines = (_SPACE.sub(" ", line).strip() for line in reader.lines())
    return tuple(line for line in lines if line)


def words_of(html: str) -> str:
    """All visible words of ``html`` with single spaces, to compare two spellings of one body."""
    return " ".join(lines_of(html))


def ref_of(html: str) -> str | None:
    """The key in the last line that looks like our reference line; None = there is none.

    What a person writes below it does not hide it. Customers' words stand above it, so they cannot pretend to be it.
    """
    for line in reversed(lines_of(html)):
        if line.startswith(REF) and " " not in line[len(REF) :]:
            return line[len(REF) :] or None
    return None


def ends_with_ref(html: str, key: str) -> bool:
    """Whether our reference line for ``key`` is the last visible line."""
    lines = lines_of(html)
    return bool(lines) and lines[-1] == ref_line(key)


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag in _BLOCKS:
            self._parts.append("\0")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS:
            self._parts.append("\0")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._parts.append(data)

    def lines(self) -> list[str]:
        return "".join(self._parts).split("\0")
