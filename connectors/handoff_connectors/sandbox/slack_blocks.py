"""Which blocks Slack accepts in a message (Slack docs, Block Kit reference, 2026-11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handoff_connectors.sandbox.wire import Json

BLOCKS, SECTION_TEXT, FIELDS, FIELD_TEXT, HEADER_TEXT = 50, 3000, 10, 2000, 150
CONTEXT_ELEMENTS, ACTIONS, BUTTON_TEXT, BUTTON_VALUE, URL, ID = 10, 25, 75, 2000, 3000, 255
_TYPES = ("header", "section", "context", "actions", "divider", "image", "rich_text", "markdown", "input", "table")


def problems_of(blocks: Any) -> list[str]:
    """What Slack would say in ``response_metadata.messages`` of invalid_blocks; empty = accepted."""
    if not isinstance(blocks, list):
        return ["[ERROR] must be an array [json-pointer:/blocks]"]
    found = [] if len(blocks) <= BLOCKS else [f"[ERROR] no more than {BLOCKS} items allowed [json-pointer:/blocks]"]
    ids = [block.get("block_id") for block in blocks if isinstance(block, dict) and block.get("block_id")]
    if len(set(ids)) < len(ids):
        found.append("[ERROR] `block_id` already exists [json-pointer:/blocks]")
    for number, block in enumerate(blocks):
        where = f"/blocks/{number}"
        if not isinstance(block, dict) or block.get("type") not in _TYPES:
            kind = block.get("type") if isinstance(block, dict) else block
            found.append(f"[ERROR] unsupported type: {kind} [json-pointer:{where}]")
            continue
        found += [f"[ERROR] {text} [json-pointer:{where}{at}]" for at, text in _block_problems(block)]
    return found


def text_length(blocks: list[Json]) -> int:
    """Characters of text in all blocks together."""
    return sum(len(text) for block in blocks for text in _texts(block))


def _block_problems(block: Json) -> Iterator[tuple[str, str]]:
    if len(str(block.get("block_id") or "")) > ID:
        yield "/block_id", f"must be less than {ID + 1} characters"
    match block["type"]:
        case "header":
            yield from _text("/text", block.get("text"), HEADER_TEXT, ("plain_text",))
        case "section":
            if block.get("text") is None and not block.get("fields"):
                yield "", "missing required field: text"
            if block.get("text") is not None:
                yield from _text("/text", block["text"], SECTION_TEXT)
            fields = block.get("fields")
            if fields is not None and not 1 <= len(fields) <= FIELDS:
                yield "/fields", f"must have between 1 and {FIELDS} items"
            for number, one in enumerate(fields or ()):
                yield from _text(f"/fields/{number}", one, FIELD_TEXT)
            if block.get("accessory"):
                yield from _element("/accessory", block["accessory"])
        case "context":
            elements = block.get("elements") or []
            if not 1 <= len(elements) <= CONTEXT_ELEMENTS:
                yield "/elements", f"must have between 1 and {CONTEXT_ELEMENTS} items"
            for number, one in enumerate(elements):
                if one.get("type") != "image":
                    yield from _text(f"/elements/{number}", one, FIELD_TEXT)
        case "actions":
            elements = block.get("elements") or []
            if not 1 <= len(elements) <= ACTIONS:
                yield "/elements", f"must have between 1 and {ACTIONS} items"
            ids = [one.get("action_id") for one in elements if one.get("action_id")]
            if len(set(ids)) < len(ids):
                yield "/elements", "`action_id` already exists for block"
            for number, one in enumerate(elements):
                yield from _element(f"/elements/{number}", one)
        case "image":
            if not block.get("image_url") or not block.get("alt_text"):
                yield "", "missing required field: image_url or alt_text"
        case "rich_text":
            if not isinstance(block.get("elements"), list):
                yield "", "missing required field: elements"
        case "input":
            yield "", "input blocks are not supported in messages"


def _text(
    where: str, text: Any, limit: int, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")
) -> Iterator[tuple[str, str]]:
    if not isinstance(text, dict) or text.get("type") not in kinds or not isinstance(text.get("text"), str):
        yield where, f"must be a valid {' or '.join(kinds)} object"
        return
    if not text["text"]:
        yield f"{where}/text", "must be more than 0 characters"
    if len(text["text"]) > limit:
        yield f"{where}/text", f"must be less than {limit + 1} characters"
    wrong = {"plain_text": "verbatim", "mrkdwn": "emoji"}[text["type"]]
    if wrong in text:
        yield where, f"additional property not allowed: {wrong}"


def _element(where: str, element: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(element, dict) or not isinstance(element.get("type"), str):
        yield where, "must be a valid element"
        return
    if element["type"] != "button":
        return
    yield from _text(f"{where}/text", element.get("text"), BUTTON_TEXT, ("plain_text",))
    for name, limit in (("value", BUTTON_VALUE), ("url", URL), ("action_id", ID)):
        if len(str(element.get(name) or "")) > limit:
            yield f"{where}/{name}", f"must be less than {limit + 1} characters"
    if element.get("url") and not str(element["url"]).startswith(("http://", "https://", "mailto:")):
        yield f"{where}/url", "must be a valid url"
    if element.get("style") not in (None, "primary", "danger"):
        yield f"{where}/style", "must be primary or danger"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
