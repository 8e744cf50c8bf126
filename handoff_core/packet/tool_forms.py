"""The tool definition as each vendor's interface wants it: one schema, four forms.

Written against the vendors' documentation of November 2026. All of them take JSON Schema; Gemini's
``functionDeclarations`` take a part of it, without references, maps and ``additionalProperties``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

VENDORS: Final = ("openai", "openai-responses", "anthropic", "gemini")
"""Whose form can be asked for: OpenAI's Chat Completions and its Responses, Anthropic's Messages, Gemini."""
_GEMINI: Final = frozenset(
    {"type", "format", "description", "enum", "items", "properties", "required", "anyOf", "minimum", "maximum"}
)
_GEMINI_FORMATS: Final = frozenset({"date-time", "enum"})
Schema = Mapping[str, Any]


def tool_for(tool: Schema, vendor: str) -> dict[str, Any]:
    """A tool (``name``, ``description``, ``parameters``) in the form of one of ``VENDORS``. KeyError for another."""
    return _FORMS[vendor](tool)


def _openai(tool: Schema) -> dict[str, Any]:
    return {"type": "function", "function": dict(tool)}


def _openai_responses(tool: Schema) -> dict[str, Any]:
    # strict would ask for every field of the packet, and the model would invent what it does not know.
    return {"type": "function", **tool, "strict": False}


def _anthropic(tool: Schema) -> dict[str, Any]:
    return {"name": tool["name"], "description": tool["description"], "input_schema": tool["parameters"]}


def _gemini(tool: Schema) -> dict[str, Any]:
    parameters = tool["parameters"]
    return {
        "functionDeclarations": [
            {
                "name": tool["name"],
                "description": tool["description"],
                "parameters": _plain(parameters, parameters["$defs"]),
            }
        ]
    }


_FORMS: Final = {
    "openai": _openai,
    "openai-responses": _openai_responses,
    "anthropic": _anthropic,
    "gemini": _gemini,
}


def _plain(schema: Schema, definitions: Schema) -> dict[str, Any]:
    """A schema without references and without what Gemini refuses."""
    if "$ref" in schema:
        inner = _plain(definitions[str(schema["$ref"]).rpartition("/")[2]], definitions)
        own = schema.get("description")
        if own and inner.get("enum"):
            # The words and their meanings stand in the list's own description; both are wanted.
            own = f"{own} {inner.get('description', '')}".strip()
        return {**inner, "description": own} if own else inner
    found = {name: value for name, value in schema.items() if name in _GEMINI}
    if found.get("format") not in _GEMINI_FORMATS:
        found.pop("format", None)
    if "properties" in schema:
        kept = {name: inner for name, inner in schema["properties"].items() if not _is_map(inner)}
        found["properties"] = {name: _plain(inner, definitions) for name, inner in kept.items()}
    if "items" in schema:
        found["items"] = _plain(schema["items"], definitions)
    if "anyOf" in schema:
        found["anyOf"] = [_plain(inner, definitions) for inner in schema["anyOf"]]
    return found


def _is_map(schema: Schema) -> bool:
    """Whether names are free here, which Gemini cannot say: an object without properties is refused there."""
    return schema.get("type") == "object" and "properties" not in schema
