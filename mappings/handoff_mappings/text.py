"""Untrusted text made safe to show: cleaned, cut in sight, escaped for HTML. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from handoff_core.packet.invisible import without_invisible

KEPT: Final = 4_096
"""Texts whose safe spelling is kept: each is shown in several records, and in each again at every revision."""

_SCHEMES: Final = frozenset({"http", "https", "mailto"})
_UNSAFE_IN_LINK: Final = re.compile(r"[\s\"'<>`\\{}]")
_SINGLE: Final = str.maketrans("“‟❝〝„”❞〞〟", "‘‘‘‘‚’’’’")
"""Double quotation marks, and the single ones that stand for them within a quotation."""
_LONGEST_CLUSTER: Final = 16
"""Characters that ``cut`` steps back at most to find the beginning of a combined sign."""


def clean(text: str) -> str:
    """The text without characters that nobody sees or that turn its direction; newlines are ``\\n``."""
    if text.isascii() and text.isprintable():  # most texts, and a call less for each
        return text
    return without_invisible(text)


@lru_cache(maxsize=KEPT)
def one_line(text: str) -> str:
    """The cleaned text on one line, every run of white space one space."""
    return " ".join(clean(text).split())


def in_quotes(text: str) -> str:
    """Somebody else's words within a line of ours: “…”, and no sign of theirs can end it."""
    return f"“{text.translate(_SINGLE)}”"


def cut(text: str, limit: int, marker: str = "…") -> str:
    """At most ``limit`` characters of ``text``, ending with ``marker`` when something was taken away.

    A sign that is made of several characters (an accent, an emoji with a skin tone) is kept whole or left out.
    """
    if len(text) <= limit:
        return text
    if limit <= len(marker):
        return marker[: max(limit, 0)]
    end = limit - len(marker)
    for back in range(min(_LONGEST_CLUSTER, end)):
        if not _continues(text, end - back):
            end -= back
            break
    return text[:end].rstrip().rstrip("\u200c") + marker


@lru_cache(maxsize=KEPT)
def escape_html(text: str) -> str:
    """The cleaned text for HTML content and attribute values: nothing in it can be a tag, an entity or a quote."""
    return html.escape(clean(text), quote=True)


@lru_cache(maxsize=KEPT)
def safe_link(url: str) -> str | None:
    """An address that may stand in a link: http, https or mailto, without spaces, quotes and braces; else None."""
    text = url.strip()
    if clean(text) != text or _UNSAFE_IN_LINK.search(text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme.lower() not in _SCHEMES:
        return None
    return text if parts.hostname or parts.scheme.lower() == "mailto" else None


def html_link(url: str, label: str) -> str:
    """``<a href="…">label</a>`` for a good address; label and address in words for any other."""
    words = escape_html(one_line(label))
    address = safe_link(url)
    if address is None:
        return f"{words} ({escape_html(one_line(url))})"
    return f'<a href="{escape_html(address)}">{words or escape_html(address)}</a>'


def _continues(text: str, at: int) -> bool:
    """Whether the character at ``at`` belongs to the sign before it."""
    character = text[at]
    return (
        unicodedata.combining(character) != 0
        or unicodedata.category(character) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
        or "\u200d" in text[at - 1 : at + 1]
        or character == "\u200c"
        or "\ufe00" <= character <= "\ufe0f"
    )
