"""Says what Slack would refuse in a list of blocks, before it is sent.

slack_sdk's models check only some limits and plain dicts not at all (3.47.0), so the check is over dicts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from handoff_mappings.slack import limits

Block = Mapping[str, Any]


def validate_blocks(blocks: Sequence[Block]) -> list[str]:
    """Every reason why Slack, or our own budget, would refuse these blocks; empty = they are good."""
    problems = list(_whole(blocks))
    for index, block in enumerate(blocks):
        check = _CHECKS.get(str(block.get("type")))
        if check is None:
            problems.append(f"block {index}: type {block.get('type')!r} is not one that Handoff sends")
            continue
        problems += [f"block {index} ({block['type']}): {problem}" for problem in check(block)]
        if len(str(block.get("block_id", ""))) > limits.IDENTIFIER:
            problems.append(f"block {index}: block_id is over {limits.IDENTIFIER} characters")
    return problems


def text_length(blocks: Sequence[Block]) -> int:
    """Characters of all text objects in the blocks together."""
    return sum(len(text) for text in texts(blocks))


def json_length(blocks: Sequence[Block]) -> int:
    """Characters of the blocks' JSON."""
    return len(json.dumps(list(blocks), ensure_ascii=False))


def texts(part: Any) -> Iterator[str]:
    """Every piece of text in blocks, in the order in which it is shown."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "text" and isinstance(value, str):
                yield value
            elif not isinstance(value, str):
                yield from texts(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from texts(value)


def _whole(blocks: Sequence[Block]) -> Iterator[str]:
    if not blocks:
        yield "there is no block"
    if len(blocks) > limits.BLOCKS:
        yield f"{len(blocks)} blocks, at most {limits.BLOCKS}"
    if (length := text_length(blocks)) > limits.MESSAGE_TEXT:
        yield f"{length} characters of text, at most {limits.MESSAGE_TEXT}"
    if (length := json_length(blocks)) > limits.MESSAGE_JSON:
        yield f"{length} characters of JSON, at most {limits.MESSAGE_JSON}"


def _header(block: Block) -> Iterator[str]:
    yield from _text(block.get("text"), limits.HEADER_TEXT, kinds=("plain_text",))


def _section(block: Block) -> Iterator[str]:
    fields = block.get("fields", [])
    if "text" not in block and not fields:
        yield "has neither text nor fields"
    if "text" in block:
        yield from _text(block["text"], limits.SECTION_TEXT)
    if len(fields) > limits.SECTION_FIELDS:
        yield f"{len(fields)} fields, at most {limits.SECTION_FIELDS}"
    for field in fields:
        yield from _text(field, limits.FIELD_TEXT)


def _context(block: Block) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= limits.CONTEXT_ELEMENTS:
        yield f"{len(elements)} elements, 1 to {limits.CONTEXT_ELEMENTS} are allowed"
    for element in elements:
        yield from _text(element, limits.CONTEXT_TEXT)


def _actions(block: Block) -> Iterator[str]:
    elements = block.get("elements", [])
    if not 1 <= len(elements) <= limits.ACTIONS_ELEMENTS:
        yield f"{len(elements)} buttons, 1 to {limits.ACTIONS_ELEMENTS} are allowed"
    names = [str(element.get("action_id")) for element in elements]
    if len(set(names)) < len(names):
        yield "two buttons have one action_id"
    for element in elements:
        if element.get("type") != "button":
            yield f"{element.get('type')!r} is not a button"
            continue
        yield from _text(element.get("text"), limits.BUTTON_TEXT, kinds=("plain_text",))
        if not 1 <= len(str(element.get("action_id", ""))) <= limits.IDENTIFIER:
            yield f"action_id has not 1 to {limits.IDENTIFIER} characters"
        address = str(element.get("url", ""))
        if not address.startswith(("https://", "http://")):
            yield "the address of a button is not http or https"
        if len(address) > limits.BUTTON_URL:
            yield f"the address of a button is over {limits.BUTTON_URL} characters"


def _divider(block: Block) -> Iterator[str]:
    return iter(())


def _text(text: Any, longest: int, *, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> Iterator[str]:
    if not isinstance(text, Mapping) or text.get("type") not in kinds:
        yield f"text is not one of {', '.join(kinds)}"
        return
    words = text.get("text")
    if not isinstance(words, str) or not words.strip():
        yield "text is empty"
    elif len(words) > longest:
        yield f"{len(words)} characters of text, at most {longest}"
    if text["type"] == "mrkdwn" and text.get("verbatim") is not True:
        yield "mrkdwn without verbatim: Slack would turn @here and #general in it into mentions"
    if text["type"] == "plain_text" and text.get("emoji") is not False:
        yield "plain_text without emoji false"


_CHECKS: Final[Mapping[str, Callable[[Block], Iterator[str]]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
}
