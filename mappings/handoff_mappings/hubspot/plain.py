"""The words in a body of HTML, whoever spelt its tags: HubSpot rewrites what it stores."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
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
_SHOWN: Final = (("<p><strong>", "\n\n"), ("<p>", "\n"), ("<br>", "\n"), ("<li>", "\n- "), ("<blockquote>", "\n> "))
"""How a preview shows the tags that begin a line of ours."""
_TAG: Final = re.compile(
    r"<!--.*?(?:-->|\Z)"  # a comment
    r"|<[!?][^>]*+(?:>|\Z)"  # a declaration
    r"|<(/?)([a-zA-Z][^\s/>]*+)(?:[^>\"']++|\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))*+(?:>|\Z)",  # a tag
    re.DOTALL,
)


def ref_line(key: str) -> str:
    """The last visible line of a record under ``key``."""
    return f"{REF}{key}"


@lru_cache(maxsize=64)
def lines_of(html: str) -> tuple[str, ...]:
    """The visible lines of ``html``, runs of white space as one space, without empty lines.

    The last ones are kept: a body is compared before and after each write.
    """
    parts: list[str] = []
    hidden = 0
    for text, slash, name in _pieces(html):
        if text and not hidden:
            parts.append(unescape(text))
        tag = name.lower()
        if tag in _HIDDEN:
            hidden = max(0, hidden - 1) if slash else hidden + 1
        elif tag in _BLOCKS:
            parts.append("\0")
    lines = (" ".join(line.split()) for line in "".join(parts).split("\0"))
    return tuple(line for line in lines if line)


def readable(html: str) -> str:
    """A body of ours in plain text, for a preview: a blank line before a title, dashes in lists."""
    for tag, shown in _SHOWN:
        html = html.replace(tag, shown)
    return unescape(_TAG.sub("", html)).strip()


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


def _pieces(html: str) -> Iterator[tuple[str, str, str]]:
    """Text, then the tag that ends it: its slash and name, empty for a comment and at the end."""
    at = 0
    for found in _TAG.finditer(html):
        yield html[at : found.start()], found[1] or "", found[2] or ""
        at = found.end()
    yield html[at:], "", ""
