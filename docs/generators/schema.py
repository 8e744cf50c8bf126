"""The models of a JSON schema as tables: key, type in words, meaning and default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generators.markdown import cell, table

REFERENCE = "#/$defs/"
"""How a reference to a model of the same schema begins."""

Schema = Mapping[str, Any]

_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "table",
}
_FORMATS = {"date-time": "time", "uri": "url"}


def model_section(header: str, model: Schema, schema: Schema) -> str:
    """A section on a model, or on the one that it refers to: header, description and table."""
    inner = resolved(model, schema)
    return f"### {header}\n{description(inner)}\n\n{model_table(inner, schema)}"


def model_table(model: Schema, schema: Schema) -> str:
    """The fields of a model; a required one is marked with a star."""
    required = model.get("required", [])
    rows: list[tuple[str, ...]] = []
    for name, inner in model["properties"].items():
        must = " *" if name in required else ""
        default = inner.get("default")
        known = f" Default: `{_value(default)}`." if default not in (None, [], {}) else ""
        meaning = description(inner) or description(resolved(inner, schema))
        rows.append((f"`{name}`{must}", _words(inner, schema), f"{cell(meaning)}{cell(known)}"))
    return table(("key", "value", "meaning"), rows)


def description(model: Schema) -> str:
    """What a model or a field says of itself; empty where it says nothing."""
    return str(model.get("description", "")).replace("``", "`")


def resolved(model: Schema, schema: Schema) -> Schema:
    """The model that is referred to, or the model itself where it is no reference."""
    name = model.get("$ref", "").removeprefix(REFERENCE)
    inner: Schema = schema["$defs"][name] if name else model
    return inner


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _words(inner: Schema, schema: Schema) -> str:
    """A field's type in words."""
    if "$ref" in inner:
        return _reference(inner["$ref"].removeprefix(REFERENCE), schema)
    if "const" in inner:
        return f"`{inner['const']}`"
    if "enum" in inner:
        return " ".join(f"`{value}`" for value in inner["enum"])
    for several in ("anyOf", "oneOf"):
        if several in inner:
            return _either([_words(one, schema) for one in inner[several]])
    if inner.get("type") == "array":
        return f"list of {_words(inner['items'], schema)}"
    if isinstance(inner.get("additionalProperties"), dict):
        return f"table of {_words(inner['additionalProperties'], schema)}"
    return _FORMATS.get(inner.get("format", "")) or _TYPES[inner.get("type", "object")]


def _either(words: list[str]) -> str:
    """Alternatives in words; a list of what may also stand alone is said in short."""
    alone = list(dict.fromkeys(word for word in words if not word.startswith("list of ")))
    lists = [word for word in words if word.startswith("list of ")]
    if lists == [f"list of {' or '.join(alone)}"]:
        return f"{' or '.join(alone)}, or a list"
    return " or ".join([*alone, *lists])


def _reference(name: str, schema: Schema) -> str:
    inner = schema["$defs"][name]
    if "enum" in inner:
        return " ".join(f"`{value}`" for value in inner["enum"])
    return f"[{name}](#{name.lower()})" if "properties" in inner else _words(inner, schema)
