"""The calls in a tool log: what was called, with what, and how it ended.

Logs are written in many ways; these are read: ``name({"key": …}) -> result``, ``name(key=value): result``, a JSON
object with ``name``/``tool``/``function`` and ``arguments``/``input``, ``result``/``output``/``error``; a call in one
turn and its result in the next; a bare result, as JSON or in words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from handoff_core.packet import Packet, Speaker
from handoff_core.quality.english import words

_CALL = re.compile(
    r"^\s*(?:(?:tool|call|calling|called|function|tool[_ ]call|action|"
    r"invoke)\s*[:>-]*\s*)?`?(?P<name>[A-Za-z_][\w.\-/]{1,80})`?"
    r"\s*\((?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_NAMED = re.compile(
    r"^\s*`?(?P<name>[a-z][a-z0-9]*(?:[_.\-][a-z0-9]+)+|[a-z]+(?:[A-Z][a-z0-9]+)+)`?\s*(?:->|=>|→|:)\s*(?P<rest>.*)$",
    re.DOTALL,
)
_JSON_AFTER_NAME = re.compile(r"^\s*`?(?P<name>[a-z][a-z0-9]*(?:_[a-z0-9]+)+)`?\s+(?P<rest>\{.*)$", re.DOTALL)
_ARROW = re.compile(r"^\s*(?:->|=>|→|:|=|returned|returns|result:?|output:?)\s*", re.IGNORECASE)
_KEYWORD = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*[=:]\s*(?P<value>\"[^\"]*\"|'[^']*'|\[[^\]]*\]|[^,\s)]+)")
_HTTP = re.compile(r"^\s*(?P<verb>GET|POST|PUT|PATCH|DELETE)\s+(?P<path>\S+)(?P<rest>.*)$", re.DOTALL)
_STATUS = re.compile(
    r"\b(?:HTTP(?:/\d(?:\.\d)?)?\s*|status(?: code)?\s*[:=]?\s*)(?P<code>[1-5]\d\d)\b|"
    r"(?:->|=>|→|:)\s*(?P<after>[1-5]\d\d)\b",
    re.IGNORECASE,
)
_FAILED_START = re.compile(
    r"^\W*(?:\w+ ?)?(?:error|exception|traceback|failure|failed|fatal|timeout|timed out|unauthori[sz]ed|"
    r"forbidden|denied|"
    r"invalid|not found|no such|bad request|cannot|could not|couldn['’]t|unable)\b",
    re.IGNORECASE,
)
_FAILED_WORDS = re.compile(
    r"\b(?:timed out|time-?out|not found|no such|does not exist|could not|couldn['’]t|cannot|can['’]t|unable to|"
    r"was (?:declined|rejected|refused|denied)|(?:is|are|was) not (?:available|eligible|allowed|permitted|reachable)|"
    r"declined|rejected|refused|failed|failure|access denied|permission denied|unauthori[sz]ed|forbidden|"
    r"unavailable|service down|internal server error|rate limit(?:ed)?|exception|error (?:code )?[A-Z]*\d+)\b",
    re.IGNORECASE,
)
_NOT_FAILED = re.compile(
    r"\b(?:no|0|zero|without|not|never) (?:\w+ )?(?:errors?|failures?|failed)\b|\b0 failed\b", re.IGNORECASE
)
_ERROR_KEYS = ("error", "errors", "error_message", "exception", "error_code", "fault")
_BAD = words(
    "error failed failure fail denied rejected declined timeout not_found unauthorized forbidden exception unavailable"
)
_SHORT = 400
"""Characters up to which a result in words is searched for a failure; a longer text is a page that was read."""
_NAME_KEYS = ("tool", "name", "function", "tool_name", "action", "method")
_INPUT_KEYS = ("arguments", "args", "input", "parameters", "params", "kwargs", "request")
_RESULT_KEYS = ("result", "output", "response", "content", "observation", "returned", "return", "data")


@dataclass(frozen=True, slots=True)
class Call:
    """One call. ``name`` is empty where the log shows a result only; ``result`` is parsed where it is JSON."""

    turn: int
    name: str
    given: Mapping[str, Any] = field(default_factory=dict)
    result: Any = None
    failed: bool = False
    answered: bool = True
    """Whether the log shows any result."""

    @property
    def text(self) -> str:
        """The result in words; empty for JSON."""
        return self.result if isinstance(self.result, str) else ""


def calls_of(packet: Packet) -> tuple[Call, ...]:
    """Every call of the tool log, in order, each with its result."""
    calls: list[Call] = []
    waiting: list[int] = []
    for turn, said in enumerate(packet.transcript):
        if said.speaker not in (Speaker.TOOL, Speaker.AI):
            continue
        found = tuple(_read(turn, said.text)) if said.speaker is Speaker.TOOL else tuple(_called_by_ai(turn, said.text))
        for call in found:
            if not call.name and waiting:
                place = waiting.pop(0)
                before = calls[place]
                calls[place] = Call(call.turn, before.name, before.given, call.result, call.failed)
                continue
            if not call.answered:
                waiting.append(len(calls))
            calls.append(call)
    return tuple(calls)


def _called_by_ai(turn: int, text: str) -> Iterator[Call]:
    """A turn of the AI that is nothing but a call."""
    if text.lstrip()[:1] in ("{", "[") or _CALL.match(text):
        yield from (call for call in _read(turn, text) if call.name and ("_" in call.name or call.given))


def _read(turn: int, text: str) -> Iterator[Call]:
    stripped = text.strip().removeprefix("```json").removeprefix("```").removesuffix("```").strip()
    if stripped[:1] in ("{", "["):
        value = _json(stripped)
        if value is not None:
            yield from _from_json(turn, value)
            return
    http = _HTTP.match(stripped)
    if http is not None:
        yield _from_http(turn, http)
        return
    match = _CALL.match(stripped)
    if match is not None:
        given, rest = _arguments(match["rest"])
        if given is not None:
            yield _ended(turn, match["name"], given, rest)
            return
    for pattern in (_NAMED, _JSON_AFTER_NAME):
        match = pattern.match(stripped)
        if match is not None:
            yield _named(turn, match["name"], match["rest"].strip())
            return
    yield Call(turn, "", {}, stripped, is_failure(stripped))


def _named(turn: int, name: str, rest: str) -> Call:
    value, after = _leading_json(rest)
    arrow = _ARROW.match(after) if isinstance(value, dict) and after.strip() else None
    if arrow is not None:
        return _ended(turn, name, value, after)
    result = value if value is not None and not after.strip() else rest
    return Call(turn, name, {}, result, is_failure(result))


def _ended(turn: int, name: str, given: Mapping[str, Any], rest: str) -> Call:
    arrow = _ARROW.match(rest)
    after = (rest[arrow.end() :] if arrow is not None else rest).strip()
    if not after:
        return Call(turn, name, given, None, failed=False, answered=False)
    value = _json(after) if after[:1] in ("{", "[", '"') else None
    result = value if value is not None else after
    return Call(turn, name, given, result, is_failure(result))


def _from_http(turn: int, http: re.Match[str]) -> Call:
    verb = {"GET": "get", "POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "delete"}[http["verb"]]
    path = http["path"].partition("?")[0]
    name = "_".join([verb, *(part for part in re.split(r"[/.:]+", path) if part.isalpha())])
    ids = [part for part in path.split("/") if any(char.isdigit() for char in part) and len(part) > 2]
    status = _STATUS.search(http["rest"])
    failed = int(status["code"] or status["after"]) >= 400 if status else is_failure(http["rest"].strip())
    result = http["rest"].strip()
    return Call(turn, name, {"id": ids} if ids else {}, result, failed, bool(result))


def _from_json(turn: int, value: Any) -> Iterator[Call]:
    if isinstance(value, list):
        named = [one for one in value if isinstance(one, dict) and _name(one)]
        if named and len(named) == len(value):
            for one in named:
                yield from _from_json(turn, one)
            return
        yield Call(turn, "", {}, value, is_failure(value))
        return
    if not isinstance(value, dict):
        yield Call(turn, "", {}, value, is_failure(value))
        return
    if isinstance(value.get("tool_calls"), list):
        yield from _from_json(turn, value["tool_calls"])
        return
    inner = value.get("function")
    if isinstance(inner, dict):
        value = {**value, **inner}
    name = _name(value)
    given = next((value[key] for key in _INPUT_KEYS if key in value), None)
    if isinstance(given, str):
        given = _json(given)
    results = [value[key] for key in _RESULT_KEYS if key in value]
    errors = {key: value[key] for key in _ERROR_KEYS if value.get(key)}
    if not name or (given is None and not results and not errors):
        yield Call(turn, "", {}, value, is_failure(value))
        return
    result = results[0] if results else None
    if isinstance(result, str) and result.lstrip()[:1] in ("{", "["):
        parsed = _json(result)
        result = result if parsed is None else parsed
    whole = {key: inner for key, inner in value.items() if key in ("status", "success", "ok", *_ERROR_KEYS)}
    failed = bool(errors) or is_failure(whole) or is_failure(result)
    answered = bool(results or errors or whole)
    yield Call(
        turn, name, given if isinstance(given, dict) else {}, errors or result if failed else result, failed, answered
    )


def _name(value: Mapping[str, Any]) -> str:
    for key in _NAME_KEYS:
        name = value.get(key)
        if isinstance(name, dict):
            name = name.get("name")
        if (
            isinstance(name, str)
            and re.fullmatch(r"[A-Za-z_][\w.\-/]{1,80}", name)
            and ("function" in value or any(other in value for other in (*_INPUT_KEYS, *_RESULT_KEYS)))
        ):
            return name
    return ""


def is_failure(result: Any) -> bool:
    """Whether a result says that the call failed. Words inside of a JSON record are not taken for it."""
    if isinstance(result, str):
        text = result.strip()
        if not text or _NOT_FAILED.search(text):
            return False
        status = _STATUS.match(text)
        if status is not None:
            return int(status["code"] or status["after"]) >= 400
        return _FAILED_START.match(text) is not None or (len(text) <= _SHORT and bool(_FAILED_WORDS.search(text)))
    if isinstance(result, Mapping):
        if any(_says_error(result.get(key)) for key in _ERROR_KEYS):
            return True
        if any(result.get(key) is False for key in ("success", "ok", "succeeded")):
            return True
        for key in ("status", "result", "outcome"):
            word = result.get(key)
            if isinstance(word, str) and word.casefold().replace(" ", "_") in _BAD and not _is_record(result):
                return True
        code = next(
            (result[key] for key in ("status_code", "statusCode", "http_status", "code", "status") if key in result), 0
        )
        return isinstance(code, int) and not isinstance(code, bool) and 400 <= code <= 599
    return False


def _says_error(value: Any) -> bool:
    return bool(value) and not (isinstance(value, str) and value.casefold() in ("none", "null", "no", "false", "ok"))


def _is_record(result: Mapping[str, Any]) -> bool:
    """Whether a JSON object is the record of something, whose status is its own: a payment that was declined."""
    return any(key.endswith("_id") or key == "id" for key in result) and len(result) > 3


def _arguments(text: str) -> tuple[Mapping[str, Any] | None, str]:
    """What stands in the brackets of a call, and the text after them; None where they do not close."""
    depth, quote = 1, ""
    for place, char in enumerate(text):
        if quote:
            if char == quote and text[place - 1 : place] != "\\":
                quote = ""
        elif char == '"' or (char == "'" and not text[place - 1 : place].isalnum()):
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0:
                return _pairs(text[:place].strip()), text[place + 1 :]
    return None, ""


def _pairs(text: str) -> Mapping[str, Any]:
    if text[:1] == "{":
        value = _json(text)
        if isinstance(value, dict):
            return value
    pairs = {match["name"]: match["value"].strip("\"'") for match in _KEYWORD.finditer(text)}
    if pairs or not text:
        return pairs
    return {"": text.strip("\"' ")}


def _leading_json(text: str) -> tuple[Any, str]:
    if text[:1] not in ("{", "["):
        return None, text
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None, text
    return value, text[end:]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
