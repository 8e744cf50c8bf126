"""One turn of a tool: the calls and results that it shows, in whatever way it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from handoff_core.quality.tool_call import Call
from handoff_core.quality.tool_failure import STATUS, begins_with_failure, code_of, is_failure
from handoff_core.quality.tool_json import from_json
from handoff_core.quality.tool_markup import BEGINS, from_markup
from handoff_core.quality.tool_values import in_brackets, leading_value, pairs_of, value_of

_TOOL = r"(?:[A-Za-z][A-Za-z0-9]*(?:[_.\-][A-Za-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]+)+)"
"""What only names of tools look like: ``get_order``, ``orders.get``, ``getOrder``."""
_LABEL = re.compile(
    r"^\s*(?:\[(?:tool|function|api|system|result|output)(?:[ _-](?:call|result|response|output))?\]\s*:?|"
    r"(?:tool|function|api)(?:[ _](?:call|use|result|response|output|message|log))?\s*(?:\([\w.\- ]+\)\s*)?"
    r"(?::|>|-+>?)|"
    r"(?:result|response|output|observation|returned)\s*:(?!\s*\d)|>{1,3}(?=\s))\s*",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"^\W*(?:(?:tool|call|calling|called|function|tool[_ ]call|action|success|ok|done|executed|completed|"
    r"invoke)\s*[:>-]*\s*)?`?(?P<name>[A-Za-z_][\w.\-/]{1,80})`?"
    r"\s*\((?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_NAMED = re.compile(
    r"^\s*`?(?P<name>[a-z][a-z0-9]*(?:[_.\-][a-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]+)+)`?\s*(?:->|=>|→|:)\s*(?P<rest>.*)$",
    re.DOTALL,
)
_IN_SQUARES = re.compile(rf"^\s*\[(?P<name>{_TOOL})\]\s*:?\s*(?P<rest>.*)$", re.DOTALL)
_JSON_AFTER_NAME = re.compile(
    rf"^\s*(?:(?i:tool|function|call)\s*[:>-]*\s*)?`?(?P<name>{_TOOL})`?[:\s]\s*(?P<rest>\{{.*)$",
    re.DOTALL,
)
_TOLD_RESULT = re.compile(
    rf"^\s*(?i:the )?(?i:(?:tool|function|api|call to|response (?:from|of)|result (?:of|from)|output (?:of|from))\s+)?"
    rf"[`\"']?(?P<name>{_TOOL})[`\"']?\s*(?:\(\)|tool|function|call)?\s*"
    r"(?P<how>returned|returns|responded(?: with)?|answered|gave|says|executed successfully|ran successfully|succeeded|"
    r"completed(?: successfully)?|finished|failed(?: with)?|errored|timed out|threw|raised|:)\s*[:\-–]*\s*"
    r"(?P<rest>.*)$",
    re.DOTALL,
)
_FAILING = ("failed", "errored", "timed out", "threw", "raised")
_TOLD_CALL = re.compile(
    rf"^\s*(?i:(?:the )?(?:ai|assistant|agent|bot) )?(?i:calling|called|invoking|invoked|using|used|running|ran|"
    rf"executing|executed)\s+(?:the )?(?:(?:tool|function|api)\s+)?[`\"']?(?P<name>{_TOOL})[`\"']?"
    r"(?:\s+(?:tool|function))?"
    r"(?:\s+(?:with|using|on|for)\b(?:\s+the)?(?:\s+(?:arguments?|args|parameters?|params|input))?)?\s*[:=]?\s*"
    r"(?P<rest>.*)$",
    re.DOTALL,
)
_AND_GOT = re.compile(
    r"(?:^|[\s,;.])(?:and )?(?:got|returned|received|result|output|response|which (?:gave|returned))\s*[:=]?\s+|"
    r"\s*(?:->|=>|→)\s*",
    re.IGNORECASE,
)
_WITH_PAIRS = re.compile(
    rf"^\s*`?(?P<name>{_TOOL})`?(?P<pairs>(?:[ \t]+[A-Za-z_]\w*=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s\"']+))+)\s*"
    r"(?P<rest>.*)$",
    re.DOTALL,
)
_FIELD = re.compile(
    r"^[ \t]*(?P<key>tool[ _]?call|tool[ _]?name|tool|name|function|action|action[ _]input|tool[ _]input|"
    r"arguments|args|"
    r"input|inputs|parameters|params|result|output|response|observation|returned|error|status)[ \t]*[:=][ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
_NAMES = ("tool call", "tool name", "tool", "name", "function", "action")
_INPUTS = ("action input", "tool input", "arguments", "args", "input", "inputs", "parameters", "params")
_RESULTS = ("result", "output", "response", "observation", "returned", "error", "status")
_ARROW = re.compile(
    r"^\s*(?:->|=>|→|:|=|<(?=\s)|returned|returns|result:?|output:?|response:?|and got)\s*", re.IGNORECASE
)
_AFTER_STATUS = re.compile(
    r"^\s*(?:HTTP\S*\s*)?(?P<code>[1-5]\d\d)\b(?:[ \t]+[A-Za-z][A-Za-z ]{0,30})?[:,\s-]*(?=[{\[])"
)
_VERBS = "GET|POST|PUT|PATCH|DELETE"
_HTTP = re.compile(rf"^\s*(?P<verb>{_VERBS})\s+(?P<path>\S+)(?P<rest>.*)$", re.DOTALL)
_HTTP_BACK = re.compile(
    rf"^\s*(?P<rest>(?:HTTP(?:/\d(?:\.\d)?)?|status|response)?\s*[1-5]\d\d\b[^\n]{{0,60}}?)\s+(?:for|on|from|to)\s+"
    rf"(?P<verb>{_VERBS})\s+(?P<path>\S+)",
    re.IGNORECASE,
)
_VERB_WORDS = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "delete"}
_LABELS = 3
"""Labels that may stand before one another: ``Tool: Result: …``."""


def called_by_ai(turn: int, text: str) -> Iterator[Call]:
    """The calls of a turn of the AI that is nothing but calls, or ends in tags that are."""
    begins = BEGINS.search(text)
    if begins is not None:
        yield from (call for call in from_markup(turn, text[begins.start() :]) if call.name)
    elif text.lstrip()[:1] in ("{", "[") or _CALL.match(text) or _TOLD_CALL.match(text) or _FIELD.match(text):
        yield from (call for call in read(turn, text) if call.name and ("_" in call.name or call.given))


def read(turn: int, text: str) -> Iterator[Call]:
    """Every call and result of a turn, at least one: what is no call is a result in words."""
    stripped = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    fields = _fields(stripped)
    if fields is not None:
        yield _from_fields(turn, *fields)
        return
    for _ in range(_LABELS):
        label = _LABEL.match(stripped)
        if label is None or not stripped[label.end() :].strip():
            break
        stripped = stripped[label.end() :].strip()
    if stripped[:1] in ("{", "["):
        value = value_of(stripped)
        if value is not None:
            yield from from_json(turn, value)
            return
    if stripped[:1] == "<":
        found = tuple(from_markup(turn, stripped))
        if found:
            yield from found
            return
    yield _in_words(turn, stripped)


def _in_words(turn: int, text: str) -> Call:
    http = _HTTP.match(text) or _HTTP_BACK.match(text)
    if http is not None:
        return _from_http(turn, http)
    told = _TOLD_CALL.match(text)
    if told is not None:
        return _from_told(turn, told)
    match = _CALL.match(text) if not begins_with_failure(text) else None
    if match is not None:
        inner, rest = in_brackets(match["rest"])
        if inner is not None:
            return _ended(turn, match["name"], pairs_of(inner), rest)
    match = _WITH_PAIRS.match(text)
    if match is not None:
        pairs = pairs_of(match["pairs"].replace(" ", ", "))
        if not match["rest"].strip() and "status" in pairs:  # how it ended, not what it was given
            return Call(turn, match["name"], {}, pairs, is_failure(match["pairs"]) or is_failure(pairs))
        return _ended(turn, match["name"], pairs, match["rest"])
    for pattern in (_IN_SQUARES, _JSON_AFTER_NAME, _NAMED):
        match = pattern.match(text)
        if match is not None:
            return _named(turn, match["name"], match["rest"].strip())
    match = _TOLD_RESULT.match(text)
    if match is not None:
        how, rest = match["how"].casefold(), match["rest"].strip()
        if how.startswith(_FAILING):
            return Call(turn, match["name"], {}, rest or how, failed=True)
        return _ended(turn, match["name"], {}, f": {rest or how}")
    return Call(turn, "", {}, text, is_failure(text))


def _named(turn: int, name: str, rest: str) -> Call:
    value, after = leading_value(rest)
    if isinstance(value, dict) and after.strip():
        return _ended(turn, name, value, after)
    result, failed = _result(rest)
    return Call(turn, name, {}, result, failed)


def _ended(turn: int, name: str, given: Mapping[str, Any], rest: str) -> Call:
    arrow = _ARROW.match(rest)
    after = (rest[arrow.end() :] if arrow is not None else rest).strip()
    if not after:
        return Call(turn, name, given, None, failed=False, answered=False)
    result, failed = _result(after)
    return Call(turn, name, given, result, failed)


def _result(text: str) -> tuple[Any, bool]:
    """A result parsed where it is JSON, and whether it says that the call failed."""
    status = _AFTER_STATUS.match(text)
    body = text[status.end() :] if status is not None else text
    value = value_of(body) if body[:1] in ("{", "[", '"') else None
    if value is None:
        return text, is_failure(text)
    return value, is_failure(value) or (status is not None and int(status["code"]) >= 400)


def _from_http(turn: int, http: re.Match[str]) -> Call:
    path = re.sub(r"^https?://[^/]*", "", http["path"].partition("?")[0])
    name = "_".join(
        [_VERB_WORDS[http["verb"].upper()], *(part for part in re.split(r"[/.:]+", path) if part.isalpha())]
    )
    ids = [part for part in path.split("/") if any(char.isdigit() for char in part) and len(part) > 2]
    result = http["rest"].strip()
    status = STATUS.search(result if result[:1] in "-=→:hHsSrR" else f": {result}")
    failed = code_of(status) >= 400 if status else is_failure(result)
    return Call(turn, name, {"id": ids} if ids else {}, result, failed, bool(result))


def _from_told(turn: int, told: re.Match[str]) -> Call:
    rest = told["rest"].strip().rstrip(".")
    value, after = leading_value(rest)
    if isinstance(value, dict):
        got = _AND_GOT.match(after)
        return _ended(turn, told["name"], value, f": {after[got.end() :]}" if got is not None else after)
    given, got_word, result = rest, _AND_GOT.search(rest), ""
    if got_word is not None:
        given, result = rest[: got_word.start()], rest[got_word.end() :]
    return _ended(turn, told["name"], pairs_of(given.strip("() ")), f": {result}" if result else "")


def _fields(text: str) -> tuple[str, dict[str, str]] | None:
    """A block of ``key: value`` lines that names a tool first: its name, and the other fields."""
    first = _FIELD.match(text)
    if first is None or first["key"].casefold().replace("_", " ") not in _NAMES:
        return None
    marks = list(_FIELD.finditer(text))[:8]
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    found = {
        mark["key"].casefold().replace("_", " ").replace("toolcall", "tool call"): text[mark.end() : end].strip()
        for mark, end in zip(marks, ends, strict=True)
    }
    name = found[first["key"].casefold().replace("_", " ").replace("toolcall", "tool call")].strip("`\"'")
    return (name, found) if len(marks) > 1 and re.fullmatch(r"[A-Za-z_][\w.\-/]{1,80}", name) else None


def _from_fields(turn: int, name: str, found: Mapping[str, str]) -> Call:
    given = next((pairs_of(found[key]) for key in _INPUTS if key in found), {})
    result = next((f"{'Error: ' * (key == 'error')}{found[key]}" for key in _RESULTS if found.get(key)), "")
    return _ended(turn, name, given, f": {result}" if result else "")
