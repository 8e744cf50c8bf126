"""What Slack makes of mrkdwn: which parts are live (mentions, links) and which are words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from handoff_connectors.sandbox.wire import Json

Kind = Literal["text", "user", "channel", "group", "broadcast", "date", "link"]

_CONTROL = re.compile(r"<([@#!]?[^<>\n]+)>")
_PLAIN_BROADCAST = re.compile(r"(?<![\w@])@(here|channel|everyone)\b")
_PLAIN_CHANNEL = re.compile(r"(?<![\w&#])#([a-z0-9_-]{1,80})\b")


@dataclass(frozen=True)
class Part:
    """A piece of a text: its kind, what it points at (an id, a url, a broadcast word), and its words."""

    kind: Kind
    target: str
    words: str


def parts_of(text: str, *, verbatim: bool, plain_at_stays: bool = False) -> Iterator[Part]:
    """The pieces of an mrkdwn text, in order. Without ``verbatim`` plain ``@here`` and ``#general`` come alive."""
    at = 0
    for control in _CONTROL.finditer(text):
        yield from _words(text[at : control.start()], alive=not verbatim and not plain_at_stays)
        yield _control(control[1])
        at = control.end()
    yield from _words(text[at:], alive=not verbatim and not plain_at_stays)


def live_parts(message: Json, *, plain_at_stays: bool = False) -> list[Part]:
    """Every mention, link and date that a message's readers would get, from its blocks and its text."""
    found = [part for text in _mrkdwn_objects(message.get("blocks") or []) for part in _parts(text, plain_at_stays)]
    # The top-level text notifies too; chat.postMessage does not link names in it unless asked (link_names, parse).
    found += list(parts_of(str(message.get("text") or ""), verbatim=True))
    return [part for part in found if part.kind != "text"]


def _parts(text: Json, plain_at_stays: bool) -> Iterator[Part]:
    return parts_of(text["text"], verbatim=text.get("verbatim") is True, plain_at_stays=plain_at_stays)


def _mrkdwn_objects(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn" and isinstance(value.get("text"), str):
            yield value
        elif value.get("type") == "markdown" and isinstance(value.get("text"), str):
            yield {"text": value["text"], "verbatim": False}
        elif value.get("type") == "user" and value.get("user_id"):
            yield {"text": f"<@{value['user_id']}>", "verbatim": True}
        elif value.get("type") == "broadcast":
            yield {"text": f"<!{value.get('range', 'here')}>", "verbatim": True}
        else:
            for inner in value.values():
                yield from _mrkdwn_objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _mrkdwn_objects(inner)


def _words(text: str, *, alive: bool) -> Iterator[Part]:
    if not text:
        return
    if not alive:
        yield Part("text", "", html.unescape(text))
        return
    at = 0
    spots = sorted([*_PLAIN_BROADCAST.finditer(text), *_PLAIN_CHANNEL.finditer(text)], key=lambda spot: spot.start())
    for spot in spots:
        if spot.start() > at:
            yield Part("text", "", html.unescape(text[at : spot.start()]))
        yield Part("broadcast" if spot[0][0] == "@" else "channel", spot[1], spot[0])
        at = spot.end()
    if text[at:]:
        yield Part("text", "", html.unescape(text[at:]))


def _control(inside: str) -> Part:
    target, _, label = inside.partition("|")
    words = html.unescape(label or target)
    if target.startswith("@"):
        return Part("user", target[1:], words)
    if target.startswith("#"):
        return Part("channel", target[1:], words)
    if target.startswith("!subteam^"):
        return Part("group", target.removeprefix("!subteam^"), words)
    if target.startswith("!date^"):
        return Part("date", target.removeprefix("!date^").split("^")[0], words)
    if target.startswith("!"):
        return Part("broadcast", target[1:], words)
    return Part("link", html.unescape(target), words)
