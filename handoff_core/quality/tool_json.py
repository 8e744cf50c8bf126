"""Calls and results that a log keeps as JSON, in the forms that language models and their frameworks write.

Read are OpenAI's ``tool_calls`` and ``tool`` messages, Anthropic's ``tool_use`` and ``tool_result`` blocks, Gemini's
``functionCall`` and ``functionResponse``, MCP over JSON-RPC, and any object with a name beside arguments or a result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from handoff_core.quality.tool_call import Call
from handoff_core.quality.tool_failure import ERROR_KEYS, is_failure
from handoff_core.quality.tool_values import value_of

_NAME_KEYS = ("tool", "name", "function", "tool_name", "toolName", "action", "method")
_INPUT_KEYS = (
    *("arguments", "args", "input", "inputs", "parameters", "params", "kwargs", "request", "tool_input", "toolInput"),
    "action_input",
)
_RESULT_KEYS = (
    *("result", "output", "outputs", "response", "content", "observation", "returned", "return", "tool_output"),
    *("toolOutput", "tool_result", "data"),
)
_REF_KEYS = ("tool_use_id", "tool_call_id", "toolCallId", "call_id", "toolUseId")
_WHOLE = ("status", "success", "ok", "is_error", "isError")
_GEMINI = {
    "functionCall": "call",
    "function_call": "call",
    "functionResponse": "result",
    "function_response": "result",
}
_DEEPEST = 6
"""Envelopes in envelopes that are opened; a log has two or three."""
_NAME = re.compile(r"[A-Za-z_][\w.\-/]{1,80}")


def from_json(turn: int, value: Any, depth: int = 0) -> Iterator[Call]:
    """Every call and result in a parsed value, at least one."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        if value and all(isinstance(one, dict) and _is_envelope(one) for one in value):
            for one in value:
                yield from from_json(turn, one, depth + 1)
            return
        value = plain(value)
    if not isinstance(value, dict):
        yield Call(turn, "", {}, value, is_failure(value))
        return
    inner = _opened(value)
    if inner is not None:
        yield from from_json(turn, inner, depth + 1)
        return
    yield _one(turn, value)


def plain(value: Any) -> Any:
    """A result without what is wrapped around it: blocks of text are joined, JSON in a text is parsed."""
    if isinstance(value, list) and value and all(isinstance(one, dict) and _is_text(one) for one in value):
        value = "\n".join(one["text"] for one in value)
    elif isinstance(value, dict) and _is_text(value):
        value = value["text"]
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        parsed = value_of(value.strip())
        return value if parsed is None else parsed
    return value


def _is_text(value: Mapping[str, Any]) -> bool:
    return isinstance(value.get("text"), str) and set(value) <= {"type", "text", "annotations", "citations"}


def _is_envelope(value: Mapping[str, Any]) -> bool:
    return bool(_name(value)) or _opened(value) is not None or value.get("type") in ("tool_use", "tool_result")


def _opened(value: Mapping[str, Any]) -> Any:
    """What stands in an envelope that says nothing itself; None where ``value`` is none."""
    if isinstance(value.get("tool_calls"), list) and value["tool_calls"]:
        return value["tool_calls"]
    for key, kind in _GEMINI.items():
        inner = value.get(key)
        if isinstance(inner, dict) and isinstance(inner.get("name"), str):
            return {**inner, "type": f"gemini_{kind}"}
    if value.get("method") == "tools/call" and isinstance(value.get("params"), dict):
        return {**value["params"], "type": "call", "ref": str(value.get("id", ""))}
    if "jsonrpc" in value and ("result" in value or "error" in value):
        inner = value.get("result")
        return {
            "type": "tool_result",
            "tool_use_id": str(value.get("id", "")),
            **({"error": value["error"]} if value.get("error") else {"content": inner}),
        }
    content = value.get("content")
    if isinstance(content, list) and value.get("role") in ("assistant", "user", "model", "tool") and content:
        if all(isinstance(one, dict) and _is_envelope(one) for one in content):
            return content
        return None
    if isinstance(content, list) and set(value) <= {"content", "isError", "structuredContent", "_meta"}:
        return {"type": "tool_result", "content": content, "is_error": bool(value.get("isError"))}
    return None


def _one(turn: int, value: Mapping[str, Any]) -> Call:
    inner = value.get("function")
    if isinstance(inner, dict):
        value = {**value, **inner}
    is_result = value.get("type") in ("tool_result", "gemini_result", "function_call_output")
    name = _name(value)
    is_result = is_result or (not name and any(key in value for key in _REF_KEYS))
    given = next((value[key] for key in _INPUT_KEYS if key in value), None) if not is_result else None
    given = value_of(given) if isinstance(given, str) else given
    results = [value[key] for key in _RESULT_KEYS if key in value]
    errors = {key: value[key] for key in ERROR_KEYS if value.get(key)}
    ref = next((str(value[key]) for key in (*_REF_KEYS, "ref") if value.get(key)), "")
    if not name and is_result:
        return _result(turn, "", results, errors, value, ref)
    if not name or (given is None and not results and not errors):
        return Call(turn, "", {}, value, is_failure(value))
    is_call = isinstance(inner, dict) or value.get("type") in ("tool_use", "function")
    if not ref and is_call and isinstance(value.get("id"), str):
        ref = value["id"]
    made = _result(turn, name, results, errors, value, ref)
    return Call(turn, name, given if isinstance(given, dict) else {}, made.result, made.failed, made.answered, made.ref)


def _result(
    turn: int, name: str, results: list[Any], errors: Mapping[str, Any], value: Mapping[str, Any], ref: str
) -> Call:
    result = plain(results[0]) if results else None
    whole = {key: inner for key, inner in value.items() if key in (*_WHOLE, *ERROR_KEYS)}
    failed = bool(errors) or is_failure(whole) or is_failure(result)
    answered = bool(results or errors or whole)
    said = _said(errors) if errors else result
    return Call(turn, name, {}, said if failed and said is not None else result, failed, answered, ref)


def _said(errors: Mapping[str, Any]) -> Any:
    """What an error says: ``{"error": {"code": …, "message": …}}`` says its message."""
    if len(errors) == 1 and isinstance(inner := next(iter(errors.values())), Mapping):
        return inner
    return errors


def _name(value: Mapping[str, Any]) -> str:
    for key in _NAME_KEYS:
        name = value.get(key)
        if isinstance(name, dict):
            name = name.get("name")
        if (
            isinstance(name, str)
            and _NAME.fullmatch(name)
            and ("function" in value or any(other in value for other in (*_INPUT_KEYS, *_RESULT_KEYS)))
        ):
            return name
    return ""
