"""Untrusted text made safe for Slack: nothing in it can mention, link, format or hide.

Slack docs, "Formatting message text", 2026-11: ``&``, ``<`` and ``>`` are the three control characters. ``*``,
``_`` and ``~`` cannot be escaped; a zero-width space after them keeps them from formatting. It does not stop a
backtick, which makes code of whatever stands between two of them, so that one becomes a letter that looks like it.
Slack draws ``:name:`` as an emoji, in ``text`` too; one behind the first colon keeps it as it was written.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from handoff_mappings.text import KEPT, clean, one_line

ZERO_WIDTH_SPACE: Final = "\u200b"
LIKE_A_BACKTICK: Final = "\u02cb"
"""The modifier letter grave accent: looks like a backtick and formats nothing."""

_SPECIAL: Final = re.compile(r"[`*_~@&<>]")
_FORMATTING: Final = re.compile(r"(?<![^\W_])[*_~]|[*_~](?![^\W_])")
_BROADCAST: Final = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
_QUOTE: Final = re.compile(r"^(\s*)>", re.MULTILINE)
_CONTROL: Final = re.compile(r"<(?=[!@#A-Za-z])")
_URL_OR_EMOJI: Final = re.compile(r"https?://\S+|:(?!\d{1,2}:)(?=[\w'+-]+:)", re.IGNORECASE)
"""An address, which must stay one, or the colon before the name of an emoji. 10:30:00 is a time and holds none."""
_URL_ESCAPES: Final = {"|": "%7C", "<": "%3C", ">": "%3E", '"': "%22", "\\": "%5C", "`": "%60"}
_PERSON: Final = re.compile(r"[UW][A-Z0-9]{2,24}")
_GROUP: Final = re.compile(r"S[A-Z0-9]{2,24}")


def plain(text: str) -> str:
    """Text for a ``plain_text`` object: cleaned, on one line, and no ``<!``, ``<@``, ``<#`` or ``<word`` in it."""
    parted = _CONTROL.sub("<" + ZERO_WIDTH_SPACE, one_line(text))
    return _BROADCAST.sub("@" + ZERO_WIDTH_SPACE, parted)


@lru_cache(maxsize=KEPT)
def mrkdwn(text: str) -> str:
    """Text for a ``mrkdwn`` object (with ``verbatim``) or the top-level text: it shows as it was written.

    Only a backtick is changed, into ``LIKE_A_BACKTICK``.
    """
    if _SPECIAL.search(text) is None and _URL_OR_EMOJI.search(text) is None and clean(text) == text:
        return text  # most texts; a message has about a hundred of them
    safe = _QUOTE.sub(r"\1" + ZERO_WIDTH_SPACE + ">", clean(text).replace("`", LIKE_A_BACKTICK))
    safe = _FORMATTING.sub(lambda match: match[0] + ZERO_WIDTH_SPACE, safe)
    safe = _BROADCAST.sub("@" + ZERO_WIDTH_SPACE, safe)
    safe = _URL_OR_EMOJI.sub(lambda match: ":" + ZERO_WIDTH_SPACE if match[0] == ":" else match[0], safe)
    return safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def safe_url(url: str) -> str | None:
    """An address that may stand in a link or behind a button; None when it is not plain http or https."""
    text = url.strip()
    if clean(text) != text or any(character.isspace() for character in text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return None
    return "".join(_URL_ESCAPES.get(character, character) for character in text)


def link(url: str, label: str) -> str:
    """``<url|label>`` for a good address, else the label in words."""
    words = mrkdwn(one_line(label))
    address = safe_url(url)
    if address is None:
        return words
    return f"<{address.replace('&', '&amp;')}|{words.replace('|', '¦') or 'open'}>"


def mention(identity: str | None) -> str | None:
    """``<@U…>`` for a person, ``<!subteam^S…>`` for a user group; None when it is neither (``W…`` is a person too)."""
    if identity is None:
        return None
    if _PERSON.fullmatch(identity):
        return f"<@{identity}>"
    if _GROUP.fullmatch(identity):
        return f"<!subteam^{identity}>"
    return None
