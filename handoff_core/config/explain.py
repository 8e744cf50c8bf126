"""Turns what pydantic says about a table into words for the person who writes the file."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from handoff_core.config.pasted import looks_like_a_token
from handoff_core.config.positions import KeyPath
from handoff_core.config.problems import Draft, choice, has, value_at
from handoff_core.packet.expression import ExpressionError

_SECRET = re.compile(r"(?:.*[_-])?(?:token|password|passwd|secret|api_?key|access_?key|pat|bearer)", re.IGNORECASE)
_WANTED = {
    "string_type": "text in quotes",
    "bool_type": "true or false, without quotes",
    "bool_parsing": "true or false, without quotes",
    "int_type": "a whole number, without quotes",
    "int_parsing": "a whole number, without quotes",
    "int_from_float": "a whole number",
    "float_type": "a number, without quotes",
    "float_parsing": "a number, without quotes",
    "list_type": "a list in [ ]",
    "tuple_type": "a list in [ ]",
    "dict_type": "a table in { } or under a header in [ ]",
    "mapping_type": "a table in { } or under a header in [ ]",
    "model_type": "a table in { } or under a header in [ ]",
    "model_attributes_type": "a table in { } or under a header in [ ]",
}
_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def is_secret_key(key: str) -> bool:
    """Whether a key looks as if it held a secret itself, as ``token`` does and ``token_env`` does not."""
    return _SECRET.fullmatch(key) is not None


def explain(error: ValidationError, model: type[BaseModel], table: Any, base: KeyPath) -> Iterator[Draft]:
    """One draft for each error of a table that stands at ``base``. Never repeats a value, only keys and known names."""
    for details in error.errors(include_url=False, include_input=False):
        inner = _in_document(details["loc"], table)
        if details["type"] == "missing":
            inner = (*inner, details["loc"][-1])
        # A key that is refused is itself the value that is wrong.
        value = inner[-1] if inner and details["loc"][-1] == "[key]" else value_at(table, inner)
        text, fix = _words(details, model, value, inner)
        yield Draft((*base, *inner), text, fix)


def _in_document(loc: Sequence[str | int], table: Any) -> KeyPath:
    """The part of a location that exists in the document: pydantic adds tags of unions and steps of validators."""
    path: list[str | int] = []
    value = table
    rest = list(loc)
    while rest:
        for take in range(1, len(rest) + 1):
            # A quoted key such as "fact.order" is one key here and two steps there.
            part = rest[0] if take == 1 else ".".join(str(step) for step in rest[:take])
            if not has(value, part):
                continue
            value = value[part]
            path.append(part)
            rest = rest[take:]
            break
        else:
            rest = rest[1:]
    return tuple(path)


def _words(details: ErrorDetails, model: type[BaseModel], value: Any, path: KeyPath) -> tuple[str, str]:
    kind = details["type"]
    context = details.get("ctx", {})
    if kind == "missing":
        return "is missing.", f"Add {path[-1]} = …" + _described(model, details["loc"])
    if kind == "extra_forbidden":
        return _unknown_key(str(path[-1] if path else details["loc"][-1]), known_keys(model, details["loc"][:-1]))
    if kind in _WANTED:
        return f"must be {_WANTED[kind]}.", f"It is {_named(value)} now."
    if kind in {"finite_number", "int_parsing_size"}:
        return "must be an ordinary number.", "Write a smaller one in digits; inf and nan count nothing."
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return f"must be {words} {context[name]:g}.", "Change the number."
    if kind in {"literal_error", "enum", "union_tag_invalid"}:
        return _unknown_value(
            value, str(context.get("expected") or context.get("expected_tags")), str(details["loc"][-1])
        )
    if kind == "union_tag_not_found":
        return f"lacks {context.get('discriminator', 'its kind')}.", "Add it, so that the other keys have a meaning."
    if kind in {"too_short", "string_too_short"}:
        return "is empty.", "Write something, or leave the key out."
    if kind == "handoff":  # the packet's own kinds of values
        return _sentence(str(context["text"]), capital=False), str(context["fix"])
    if kind == "value_error" and "error" in context:
        return _raised(context["error"])
    return _split(details["msg"], "Write another value; docs/configuration.md tells what may stand here.")


def _raised(error: Exception) -> tuple[str, str]:
    if isinstance(error, ExpressionError):
        return f"is not an expression: {error.text} (at its character {error.column}).", error.fix
    return _split(str(error))


def _split(message: str, otherwise: str = "") -> tuple[str, str]:
    """Messages of our own validators read ``what is wrong; what to do``; those that do not are given ``otherwise``."""
    text, _, fix = message.partition("; ")
    return _sentence(text, capital=False), _sentence(fix) if fix else otherwise


def _sentence(text: str, *, capital: bool = True) -> str:
    text = text.rstrip()
    if capital and text:
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?", "…", '"?')) else f"{text}."


def _unknown_key(key: str, known: Sequence[str]) -> tuple[str, str]:
    if is_secret_key(key) or looks_like_a_token(key):
        variable = f"{key}_env" if f"{key}_env" in known else "token_env"
        return (
            "is a secret, and secrets never stand in this file.",
            f'Write {variable} = "NAME" instead, and set NAME in the environment or in the env file. '
            "Then renew the secret: it has been in a file.",
        )
    return "is not a known key.", choice(key, known, "key here")


def _unknown_value(value: Any, expected: str, key: str) -> tuple[str, str]:
    names = re.findall(r"'([^']*)'", expected)
    if not isinstance(value, str) or is_secret_key(key):
        return "is not one of the known values.", f"Known: {', '.join(names)}."
    return f'"{value[:64]}" is not a known value.', choice(value, names, "value")


def _named(value: Any) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, Mapping):
        return "a table"
    return "nothing" if value is None else "a date or time"


def _described(model: type[BaseModel], loc: Sequence[str | int]) -> str:
    for found in _models(model, loc[:-1]):
        field = found.model_fields.get(str(loc[-1]))
        if field is not None and field.description:
            return f" ({field.description.rstrip('.')})"
    return ""


def known_keys(model: type[BaseModel], loc: Sequence[str | int]) -> Sequence[str]:
    """The keys that a table at ``loc`` within a model may have."""
    return sorted({field.alias or name for found in _models(model, loc) for name, field in found.model_fields.items()})


def _models(kind: Any, loc: Sequence[str | int]) -> Iterator[type[BaseModel]]:
    """The models that may stand at ``loc``, seen from the type ``kind``."""
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _models(get_args(kind)[0], loc)
    elif origin is Union or isinstance(kind, types.UnionType):
        for member in get_args(kind):
            yield from _models(member, loc)
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        if not loc:
            yield kind
        elif str(loc[0]) in kind.model_fields:
            yield from _models(kind.model_fields[str(loc[0])].annotation, loc[1:])
        else:  # the tag of a union
            yield from _models(kind, loc[1:])
    elif loc and get_args(kind):
        arguments = [argument for argument in get_args(kind) if argument is not Ellipsis]
        yield from _models(arguments[-1], loc[1:])
