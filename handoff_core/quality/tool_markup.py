"""Calls and results between tags: ``<tool_call name="…">``, ``<invoke name="…">``, ``<function=…>``, ``<result>``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from handoff_core.quality.english import words
from handoff_core.quality.tool_call import Call
from handoff_core.quality.tool_json import from_json, plain
from handoff_core.quality.tool_values import pairs_of, value_of

BEGINS = re.compile(r"<(?:tool|function|invoke|call|[a-z]+:(?:invoke|function))[\w:]*[ >=]")
"""Where a call begins in a text that says other things before it."""
_OPEN = re.compile(r"\s*<(?P<tag>[A-Za-z_][\w:.-]*)(?:=(?P<named>[\w.\-/]+))?(?P<attributes>[^<>]*)>")
_ATTRIBUTE = re.compile(r"\b(?P<name>[\w-]+)\s*=\s*[\"'](?P<value>[^\"']*)[\"']")
_CALLS = words("tool_call tool_use function_call invoke function call tool action")
_RESULTS = words(
    "tool_result tool_response tool_output function_result function_response function_output result response output "
    "observation return error"
)
_AROUND = words("tool_calls tool_uses function_calls function_results tool_results tool_outputs results calls")
_NAMES = ("name", "tool_name", "tool", "function")
_MOST = 40
"""Elements of one turn that are read."""


def from_markup(turn: int, text: str) -> Iterator[Call]:
    """Every call and result of a text that begins with a tag; none where the tags say neither."""
    for tag, attributes, body in _elements(text):
        short = tag.rpartition(":")[2].casefold()
        named = attributes.get("name") or attributes.get("tool") or attributes.get("function") or ""
        if short in _AROUND:
            yield from from_markup(turn, body)
        elif short in _RESULTS:
            yield from _result(turn, short, named, body)
        elif short in _CALLS:
            yield from _call(turn, named, body)
        elif "_" in short and body.lstrip()[:1] == "<":
            yield Call(turn, tag, _children(body), None, answered=False)


def _elements(text: str) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """Elements side by side, in time that grows with the length; one that is never closed goes to the end."""
    at = 0
    for _ in range(_MOST):
        match = _OPEN.match(text, at)
        if match is None:
            return
        attributes = {one["name"]: one["value"] for one in _ATTRIBUTE.finditer(match["attributes"])}
        if match["named"]:
            attributes["name"] = match["named"]
        end = text.find(f"</{match['tag']}", match.end())
        if end < 0:
            yield match["tag"], attributes, text[match.end() :]
            return
        yield match["tag"], attributes, text[match.end() : end]
        close = text.find(">", end)
        at = close + 1 if close >= 0 else len(text)


def _children(body: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag, attributes, inner in _elements(body):
        found[attributes.get("name") or tag] = inner.strip()
    return found


def _call(turn: int, named: str, body: str) -> Iterator[Call]:
    value = value_of(body.strip())
    if isinstance(value, dict | list):
        if named:
            yield Call(turn, named, value if isinstance(value, dict) else {}, None, answered=False)
        else:
            yield from (call for call in from_json(turn, value) if call.name)
        return
    inner = _children(body)
    if not named and len(inner) == 1 and next(iter(inner)) in _CALLS:
        yield from from_markup(turn, body)
        return
    name = named or next((inner.pop(key) for key in _NAMES if key in inner), "")
    if not name:
        first = next(_elements(body), None)
        if first is not None and first[0].rpartition(":")[2] in _CALLS and first[1]:
            yield from from_markup(turn, body)
        return
    given: Any = inner
    for key in ("arguments", "parameters", "input", "args"):
        if key in inner:
            given = pairs_of(inner[key]) if inner[key][:1] != "<" else _children(inner[key])
    yield Call(turn, name, given, None, answered=False)


def _result(turn: int, tag: str, named: str, body: str) -> Iterator[Call]:
    text = body.strip()
    children = _children(text) if text[:1] == "<" else {}
    name = named or next((children[key] for key in _NAMES if key in children), "")
    for key in ("error", "stderr"):
        if children.get(key):
            yield Call(turn, name, {}, f"Error: {children[key]}", failed=True)
            return
    said = next((children[key] for key in ("output", "result", "content", "stdout", "value") if key in children), text)
    for call in from_json(turn, plain(said)):
        failed = call.failed or tag == "error"
        yield Call(turn, call.name or name, call.given, call.result, failed, ref=call.ref)
