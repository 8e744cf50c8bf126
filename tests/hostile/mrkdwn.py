"""Reads mrkdwn as Slack does, written from Slack's rules and sharing nothing with the mapping or the stand-in.

Slack docs, "Formatting message text" and "Text object", 2026-11: ``&lt; &gt; &amp;`` are text; ``<…>`` is a control:
``@`` a person, ``#`` a channel, ``!`` a group, a broadcast or a date, anything else a link, with ``|`` before its
label. ``*bold* _italic_ ~struck~`` begin before a sign that is not white space and end behind one, at the edge of a
word; one or three backticks make code of what stands between two; ``>`` at the beginning of a line quotes it. Without
``verbatim`` plain @here, @channel, @everyone, #channel, urls and addresses come alive too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_CONTROL = re.compile(r"<([^<>]*)>")
_FENCE = re.compile(r"```(.+?)```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_SPACE = "\\s\u200b\u2060\ufeff"
_STYLE = re.compile(
    rf"(?<![\w*_~])([*_~])(?=[^{_SPACE}])([^\n]*?)(?<=[^{_SPACE}])\1(?![\w])",
)
_QUOTE = re.compile(r"^[ \t]*(?:>|&gt;)[ \t]?(.*)$", re.MULTILINE)
_BARE = re.compile(
    r"(?<![\w])@(?:here|channel|everyone|group)\b|(?<![\w&#])#[\w-]+|https?://[^\s<>|]+|www\.\S+|[\w.+-]+@[\w-]+\.\w+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Live:
    """Something that does more than show letters. ``target``: an id, a url, a word; ``words``: what is shown."""

    kind: str
    target: str
    words: str


def live(text: str, *, verbatim: bool = True) -> Iterator[Live]:
    """All that is live in a mrkdwn text."""
    for control in _CONTROL.finditer(text):
        yield _control(control[1])
    words = _CONTROL.sub(" ", text)
    if "<" in words or ">" in words.replace("\n>", "\n").removeprefix(">"):
        yield Live("broken", "", words)  # a sign that should have been escaped
    if not verbatim:
        yield from (Live("bare", one[0], one[0]) for one in _BARE.finditer(words))


def formatted(text: str) -> Iterator[str]:
    """The words that are shown bold, slanted, struck or as code."""
    for pattern in (_FENCE, _CODE):
        yield from (one[1] for one in pattern.finditer(text))
        text = pattern.sub(" ", text)
    text = _CONTROL.sub(lambda one: one[1].partition("|")[2] or " ", text)
    yield from (one[2] for one in _STYLE.finditer(text))


def quoted(text: str) -> str:
    """What stands in quotations, and nothing else."""
    return "\n".join(one[1] for one in _QUOTE.finditer(text))


def unquoted(text: str) -> str:
    """What stands outside of quotations."""
    return _QUOTE.sub("", text)


def shown(text: str) -> str:
    """The letters that a reader sees."""
    text = _CONTROL.sub(lambda one: one[1].partition("|")[2] or one[1], text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("\u200b", "")


def objects(blocks: Any) -> Iterator[Mapping[str, Any]]:
    """Every text object of some blocks."""
    if isinstance(blocks, Mapping):
        if blocks.get("type") in ("mrkdwn", "plain_text", "markdown"):
            yield blocks
        for value in blocks.values():
            yield from objects(value)
    elif isinstance(blocks, list | tuple):
        for value in blocks:
            yield from objects(value)


def _control(inside: str) -> Live:
    target, _, label = inside.partition("|")
    kinds = {"@": "person", "#": "channel", "!": "broadcast"}
    kind = kinds.get(target[:1], "link")
    return Live(kind, target if kind == "link" else target[1:], label or target)
