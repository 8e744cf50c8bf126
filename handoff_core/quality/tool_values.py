"""Values as tool logs print them: JSON, and what Python and JavaScript print in its place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_LONGEST_PRINTED = 20_000
"""Characters up to which a value that is no JSON is read as one of Python's or JavaScript's."""
_PRINTED = re.compile(
    r"(?P<double>\"(?:[^\"\\]|\\.)*\")|(?P<single>'(?:[^'\\]|\\.)*')|"
    r"(?P<key>\b[A-Za-z_]\w*)(?=\s*:)|(?P<word>\b(?:None|True|False|undefined|NaN)\b)",
    re.DOTALL,
)
_WORDS = {"None": "null", "True": "true", "False": "false", "undefined": "null", "NaN": "null"}
_KEYWORD = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*[=:]\s*(?P<value>\"[^\"]*\"|'[^']*'|\[[^\]]*\]|[^,\s)]+)")


def value_of(text: str) -> Any:
    """The value that a text is; None where it is none, or is null."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    if len(text) > _LONGEST_PRINTED or text[:1] not in ("{", "["):
        return None
    try:
        return json.loads(_PRINTED.sub(_as_json, text))
    except (ValueError, RecursionError):
        return None


def leading_value(text: str) -> tuple[Any, str]:
    """The object or list with which a text begins, and what follows; None and the text where there is none."""
    if text[:1] not in ("{", "["):
        return None, text
    try:
        value, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        inner, after = in_brackets(text[1:])
        if inner is None:
            return None, text
        value = value_of(text[: len(text) - len(after)])
        return (None, text) if value is None else (value, after)
    return value, text[end:]


def in_brackets(text: str) -> tuple[str | None, str]:
    """What stands before the bracket that closes one opened before ``text``, and what follows it; None: none does."""
    depth, quote = 1, ""
    for place, char in enumerate(text):
        if quote:
            if char == quote and text[place - 1 : place] != "\\":
                quote = ""
        elif char == '"' or (char == "'" and not text[max(0, place - 1) : place].isalnum()):
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0:
                return text[:place].strip(), text[place + 1 :]
    return None, ""


def pairs_of(text: str) -> Mapping[str, Any]:
    """What a call was given, by name: an object, or ``key=value`` pairs; one value without a name stands under ''."""
    text = text.strip()
    if text[:1] == "{":
        value = value_of(text)
        if isinstance(value, dict):
            return value
    pairs = {match["name"]: match["value"].strip("\"'") for match in _KEYWORD.finditer(text)}
    if pairs or not text:
        return pairs
    return {"": text.strip("\"' ")}


def _as_json(match: re.Match[str]) -> str:
    if match["double"]:
        return match[0]
    if match["single"]:
        return json.dumps(match["single"][1:-1].replace("\\'", "'"))
    return f'"{match["key"]}"' if match["key"] else _WORDS[match["word"]]
