"""HTML reduced to an allow-list of tags, as vendors store it and as the page shows it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Set
from html.parser import HTMLParser
from urllib.parse import urlsplit

NARROW: Mapping[str, Set[str]] = {
    "p": set(),
    "br": set(),
    "strong": set(),
    "b": set(),
    "em": set(),
    "i": set(),
    "ul": set(),
    "ol": set(),
    "li": set(),
    "a": {"href"},
    "blockquote": set(),
    "div": set(),
    "span": set(),
}
WIDE: Mapping[str, Set[str]] = {
    **NARROW,
    **{f"h{level}": set() for level in range(1, 7)},
    "u": set(),
    "s": set(),
    "hr": set(),
    "pre": set(),
    "code": set(),
    "table": set(),
    "thead": set(),
    "tbody": set(),
    "tr": set(),
    "th": set(),
    "td": set(),
    "img": {"src", "alt"},
}
PAGE: Mapping[str, Set[str]] = {tag: kept for tag, kept in WIDE.items() if tag != "img"}
"""What the stand-ins' own page shows: no images, so that looking at a record fetches nothing."""

_VOID = frozenset({"br", "hr", "img"})
_DROPPED_WITH_CONTENT = frozenset(
    {"script", "style", "iframe", "object", "template", "noscript", "title", "svg", "math"}
)
_BLOCK = frozenset(
    {"p", "div", "li", "ul", "ol", "blockquote", "tr", "table", "pre", "h1", "h2", "h3", "h4", "h5", "h6"}
)
_SCHEMES = frozenset({"http", "https", "mailto"})


class _Sieve(HTMLParser):
    def __init__(self, allowed: Mapping[str, Set[str]]) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._allowed = allowed
        self._open: list[str] = []
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED_WITH_CONTENT:
            self._skipping += 1
        if self._skipping or tag not in self._allowed:
            return
        kept = [(name, value) for name, value in attrs if name in self._allowed[tag] and value and _harmless(value)]
        inside = "".join(f' {name}="{html.escape(value)}"' for name, value in kept)
        self.out.append(f"<{tag}{inside}>")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED_WITH_CONTENT:
            self._skipping = max(self._skipping - 1, 0)
        elif not self._skipping and tag in self._open:
            while (last := self._open.pop()) != tag:
                self.out.append(f"</{last}>")
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.out.append(html.escape(data, quote=False))

    def finished(self) -> str:
        self.close()
        return "".join(self.out) + "".join(f"</{tag}>" for tag in reversed(self._open))


def _harmless(url: str) -> bool:
    try:
        return urlsplit(url.strip()).scheme.lower() in _SCHEMES
    except ValueError:
        return False


def sift(text: str, allowed: Mapping[str, Set[str]]) -> str:
    """The HTML with only allowed tags and attributes, well-formed; scripts and styles go with their content."""
    sieve = _Sieve(allowed)
    sieve.feed(text)
    return sieve.finished()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipping += tag in _DROPPED_WITH_CONTENT
        if tag in _BLOCK or tag == "br":
            self.out.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._skipping -= tag in _DROPPED_WITH_CONTENT and self._skipping > 0
        if tag in _BLOCK:
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.out.append(data)


def plain(text: str) -> str:
    """The words of the HTML, a line a block."""
    words = _Words()
    words.feed(text)
    words.close()
    return re.sub(r"\n\s*\n+", "\n\n", "".join(words.out)).strip()


def tags_of(text: str) -> set[str]:
    """Every tag name that a browser's parser would see in the HTML."""
    found: set[str] = set()

    class _Names(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.add(tag)

    names = _Names(convert_charrefs=True)
    names.feed(text)
    names.close()
    return found
