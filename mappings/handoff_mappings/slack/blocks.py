"""The blocks that Handoff sends: header, section, context and actions. Their texts are safe already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handoff_mappings.slack import limits
from handoff_mappings.slack.escape import plain, safe_url
from handoff_mappings.slack.fit import fitted

Block = dict[str, Any]


def header(words: str) -> Block:
    """A large line. ``words`` are plain text of at most 150 characters."""
    return {"type": "header", "text": plain_text(words)}


def section(text: str) -> Block:
    """One text in mrkdwn, at most 3,000 characters."""
    return {"type": "section", "text": mrkdwn_text(text)}


def field_section(texts: Sequence[str]) -> Block:
    """Short texts in two columns: at most ten."""
    return {"type": "section", "fields": [mrkdwn_text(text) for text in texts[: limits.SECTION_FIELDS]]}


def context(text: str) -> Block:
    """A small grey line."""
    return {"type": "context", "elements": [mrkdwn_text(text)]}


def link_button(name: str, words: str, url: str, *, primary: bool = False) -> Block | None:
    """A button that opens ``url``; None when that is not a plain http(s) address of at most 3,000 characters."""
    address = safe_url(url)
    if address is None or len(address) > limits.BUTTON_URL:
        return None
    shown, _ = fitted(words, limits.BUTTON_TEXT, plain)
    button: Block = {"type": "button", "action_id": name, "text": plain_text(shown or "Open"), "url": address}
    return {**button, "style": "primary"} if primary else button


def actions(buttons: Sequence[Block]) -> Block:
    """A row of buttons: at most 25."""
    return {"type": "actions", "elements": list(buttons[: limits.ACTIONS_ELEMENTS])}


def plain_text(words: str) -> Block:
    """A text object that Slack does not parse."""
    return {"type": "plain_text", "text": words, "emoji": False}


def mrkdwn_text(text: str) -> Block:
    """A text object in mrkdwn. Without ``verbatim`` Slack would make mentions out of @here and #general."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}
