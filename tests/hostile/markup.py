"""Reads HTML as a browser does (lexbor): which elements there are, what they say, and what stands in quotations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

ALLOWED = {"p": set(), "br": set(), "strong": set(), "em": set(), "ul": set(), "li": set(), "blockquote": set()} | {
    "a": {"href"}
}

SCHEMES = {"http", "https", "mailto"}


@dataclass(frozen=True)
class Element:
    """One element with its attributes and its depth."""

    tag: str
    attributes: dict[str, str | None]
    depth: int


class Markup:
    """One piece of HTML, parsed."""

    def __init__(self, text: str) -> None:
        self._root = LexborHTMLParser(f"<!doctype html><body>{text}</body>").body
        self.elements: list[Element] = []
        self.strange: list[str] = []
        self.words = ""
        self.quoted = ""
        self.unquoted = ""
        self._walk(self._root, 0, False)

    @property
    def skeleton(self) -> list[tuple[str, int]]:
        """Elements and their depths, without line breaks: what the reader's eye takes for structure."""
        return [(one.tag, one.depth) for one in self.elements if one.tag != "br"]

    @property
    def links(self) -> list[str]:
        """Every address that can be followed."""
        return [one.attributes.get("href") or "" for one in self.elements if one.tag == "a"]

    def problems(self) -> Iterator[str]:
        """What should not be in a note: other tags, attributes, comments, addresses."""
        yield from self.strange
        for one in self.elements:
            if one.tag not in ALLOWED:
                yield f"<{one.tag}>"
            elif extra := set(one.attributes) - ALLOWED[one.tag]:
                yield f"<{one.tag} {' '.join(sorted(extra))}>"
        yield from (
            f"link to {link}" for link in self.links if urlsplit(link).scheme not in ("http", "https", "mailto")
        )

    def _walk(self, node: Any, depth: int, in_quote: bool) -> None:
        child = node.first_child
        while child is not None:
            tag = child.tag
            if tag == "-text":
                self._add(child.text_content or "", in_quote)
            elif tag is None or tag.startswith(("-", "_", "!")):
                self.strange.append(f"a node {tag}")
            else:
                self.elements.append(Element(tag, dict(child.attributes), depth))
                if tag == "br":
                    self._add("\n", in_quote)
                self._walk(child, depth + 1, in_quote or tag == "blockquote")
            child = child.next

    def _add(self, words: str, in_quote: bool) -> None:
        self.words += words
        if in_quote:
            self.quoted += words
        else:
            self.unquoted += words
