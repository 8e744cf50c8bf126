"""Slack messages as HTML, the way Slack's own client shows blocks and mrkdwn."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from handoff_connectors.sandbox.slack_mrkdwn import Part, parts_of
from handoff_connectors.sandbox.wire import Json

_EMOJI = {
    "rotating_light": "🚨",
    "warning": "⚠️",
    "red_circle": "🔴",
    "large_orange_circle": "🟠",
    "large_blue_circle": "🔵",
    "white_circle": "⚪",
    "white_check_mark": "✅",
    "eyes": "👀",
    "bust_in_silhouette": "👤",
    "memo": "📝",
    "ticket": "🎫",
    "link": "🔗",
    "+1": "👍",
}
_HELD = re.compile("\ue000(\\d+)\ue001")
_FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_MARKS = (("*", "strong"), ("_", "em"), ("~", "s"))


@dataclass(frozen=True)
class Names:
    """People, channels and groups by id, as readers see them."""

    people: Mapping[str, str]
    channels: Mapping[str, str]
    groups: Mapping[str, str]


def message_html(message: Json, names: Names) -> str:
    """The body of one message: its blocks, else its text."""
    blocks = message.get("blocks")
    if not blocks:
        return f'<div class="sl-text">{mrkdwn_html(str(message.get("text", "")), names, verbatim=True)}</div>'
    return "".join(_block(block, names) for block in blocks)


def mrkdwn_html(text: str, names: Names, *, verbatim: bool) -> str:
    """One mrkdwn text as HTML. Only what Slack itself makes live becomes a tag; all else is escaped."""
    held: list[str] = []

    def hold(piece: str) -> str:
        held.append(piece)
        return f"\ue000{len(held) - 1}\ue001"

    text = text.replace("\ue000", "").replace("\ue001", "")
    text = _FENCE.sub(lambda m: hold(f"<pre>{_words(m[1])}</pre>"), text)
    text = _CODE.sub(lambda m: hold(f"<code>{_words(m[1])}</code>"), text)
    pieces = (
        hold(_live(part, names)) if part.kind != "text" else html.escape(part.words, quote=False)
        for part in parts_of(text, verbatim=verbatim)
    )
    out = _lines("".join(pieces))
    while _HELD.search(out):
        out = _HELD.sub(lambda m: held[int(m[1])], out)
    return out


def _words(text: str) -> str:
    return html.escape(html.unescape(text), quote=False)


def _lines(text: str) -> str:
    out: list[str] = []
    quoting = False
    for line in text.split("\n"):
        quoted = line.startswith("&gt;")
        if quoted != quoting:
            out.append("<blockquote>" if quoted else "</blockquote>")
            quoting = quoted
        elif out:
            out.append("<br>")
        out.append(_marked(line[4:].lstrip(" ") if quoted else line))
    return "".join(out) + ("</blockquote>" if quoting else "")


def _marked(line: str) -> str:
    for sign, tag in _MARKS:
        mark = re.escape(sign)
        # A zero-width space after the sign keeps it a sign: that is how texts are made harmless in Slack.
        pattern = rf"(?<![\w{mark}]){mark}(?![\s\u200b{mark}])([^{mark}\n]*?[^\s{mark}\u200b]){mark}(?![\w{mark}])"
        line = re.sub(pattern, rf"<{tag}>\1</{tag}>", line)
    return re.sub(r":([a-z0-9_+-]+):", lambda m: _EMOJI.get(m[1], m[0]), line)


def _live(part: Part, names: Names) -> str:
    words = html.escape(part.words)
    match part.kind:
        case "user":
            return f'<span class="sl-mention">@{html.escape(names.people.get(part.target, part.target))}</span>'
        case "channel":
            return f'<span class="sl-mention">#{html.escape(names.channels.get(part.target, part.target))}</span>'
        case "group":
            return f'<span class="sl-mention">@{html.escape(names.groups.get(part.target, part.target))}</span>'
        case "broadcast":
            return f'<span class="sl-mention sl-loud">@{html.escape(part.target.lstrip("!").split("|")[0])}</span>'
        case "link":
            return link_html(part.target, words)
        case _:
            return words


def link_html(url: str, words: str, css: str = "") -> str:
    """A link that opens aside, or its words alone when the address is not a web or mail address."""
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return words
    if scheme not in ("http", "https", "mailto"):
        return words
    named = f' class="{css}"' if css else ""
    return f'<a{named} href="{html.escape(url)}" rel="noopener noreferrer">{words}</a>'


def _text(text: Any, names: Names) -> str:
    if not isinstance(text, dict):
        return ""
    if text.get("type") == "mrkdwn":
        return mrkdwn_html(str(text.get("text", "")), names, verbatim=text.get("verbatim") is True)
    return html.escape(str(text.get("text", ""))).replace("\n", "<br>")


def _block(block: Json, names: Names) -> str:
    match block.get("type"):
        case "header":
            return f'<div class="sl-header">{_text(block.get("text"), names)}</div>'
        case "section":
            out = f'<div class="sl-text">{_text(block["text"], names)}</div>' if block.get("text") else ""
            fields = "".join(f"<div>{_text(field, names)}</div>" for field in block.get("fields") or ())
            out += f'<div class="sl-fields">{fields}</div>' if fields else ""
            return f'<div class="sl-section"><div>{out}</div>{_element(block.get("accessory"), names)}</div>'
        case "context":
            inner = " ".join(_text(element, names) for element in block.get("elements") or ())
            return f'<div class="sl-context">{inner}</div>'
        case "actions":
            inner = "".join(_element(element, names) for element in block.get("elements") or ())
            return f'<div class="sl-actions">{inner}</div>'
        case "divider":
            return "<hr>"
        case "rich_text":
            return f'<div class="sl-text">{"".join(_rich(block.get("elements") or [], names))}</div>'
        case "markdown":
            return f'<div class="sl-text">{mrkdwn_html(str(block.get("text", "")), names, verbatim=False)}</div>'
        case other:
            return f'<div class="sl-context">[{html.escape(str(other))}]</div>'


def _element(element: Any, names: Names) -> str:
    if not isinstance(element, dict) or element.get("type") != "button":
        return ""
    style = f"sl-button sl-{element['style']}" if element.get("style") in ("primary", "danger") else "sl-button"
    words = _text(element.get("text"), names)
    if element.get("url"):
        return link_html(str(element["url"]), words, style)
    return f'<span class="{style}">{words}</span>'


def _rich(elements: list[Json], names: Names) -> Iterator[str]:
    for element in elements:
        inner = "".join(_rich(element["elements"], names)) if isinstance(element.get("elements"), list) else ""
        match element.get("type"):
            case "rich_text_section":
                yield f"<div>{inner}</div>"
            case "rich_text_quote":
                yield f"<blockquote>{inner}</blockquote>"
            case "rich_text_preformatted":
                yield f"<pre>{inner}</pre>"
            case "rich_text_list":
                items = "".join(f"<li>{''.join(_rich([item], names))}</li>" for item in element.get("elements", ()))
                yield f"<ul>{items}</ul>"
            case "text":
                yield _styled(
                    html.escape(str(element.get("text", ""))).replace("\n", "<br>"), element.get("style") or {}
                )
            case "link":
                yield link_html(str(element.get("url")), html.escape(str(element.get("text") or element.get("url"))))
            case "user":
                yield _live(Part("user", str(element.get("user_id")), ""), names)
            case "emoji":
                yield _EMOJI.get(str(element.get("name")), f":{html.escape(str(element.get('name')))}:")
            case "broadcast":
                yield _live(Part("broadcast", str(element.get("range")), ""), names)


def _styled(text: str, style: Mapping[str, Any]) -> str:
    for name, tag in (("code", "code"), ("bold", "strong"), ("italic", "em"), ("strike", "s")):
        if style.get(name):
            text = f"<{tag}>{text}</{tag}>"
    return text
