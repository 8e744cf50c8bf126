"""Blocks as a reader sees them, in plain text, for a preview."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from handoff_mappings.slack.escape import ZERO_WIDTH_SPACE

_LINK: Final = re.compile(r"<(https?://[^|>]*)\|([^>]*)>")
_MENTION: Final = re.compile(r"<(@|!subteam\^)([A-Z0-9]+)>")


def readable(blocks: Sequence[Mapping[str, Any]]) -> str:
    """The texts of the blocks, a block a paragraph; links and buttons with their addresses."""
    return "\n\n".join("\n".join(_lines(block)) for block in blocks)


def _lines(block: Mapping[str, Any]) -> Iterator[str]:
    if "text" in block:
        yield _words(block["text"])
    for field in block.get("fields", ()):
        yield _words(field).replace("\n", " ", 1)
    for element in block.get("elements", ()):
        yield f"[{_words(element['text'])}] {element['url']}" if element["type"] == "button" else _words(element)


def _words(text: Mapping[str, Any]) -> str:
    words = str(text["text"])
    if text["type"] == "mrkdwn" and ("&" in words or "<" in words):
        words = html.unescape(_MENTION.sub(r"@\2", _LINK.sub(r"\2 (\1)", words)))
    return words.replace(ZERO_WIDTH_SPACE, "")
