"""Everything that is wrong with a packet, in words that help to put it right.

No message repeats a value of the packet, since that may be a customer's words; only names of fields are repeated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from itertools import islice
from typing import Any

from pydantic import BaseModel, ValidationError

from handoff_core.errors import Problem
from handoff_core.packet.nearest import nearest, nearest_first
from handoff_core.packet.shape import Shape, fields_of, shape_of, shape_of_field

MOST = 100
"""Problems that are named one by one. 1 MiB can hold 400,000, and no reader, log or file is helped by all of them."""
MANY = 10_000
"""Problems from which on pydantic is not asked for all of them: that takes seconds a megabyte."""

_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_NAME = 48
"""Signs of a name that nobody knows; the longest of the packet's own has 20."""
_NOT_IN_NAMES = re.compile(r"[^\s@]{1,200}@[^\s@]+|\d(?:[\W_]{0,2}\d){6,}")
"""An address, or digits as of a card or a telephone: no name of the packet holds them, a customer's words may."""

_PLAIN_WORDS: Mapping[str, tuple[str, str]] = {
    "string_type": ("is not text", "Write a text in quotes."),
    "string_unicode": ("is not valid Unicode", "Send the text as UTF-8."),
    "int_type": ("is not a whole number", "Write a whole number without quotes, e.g. 3."),
    "float_type": ("is not a number", "Write a number without quotes, e.g. 0.8."),
    "finite_number": ("is not a finite number", "Write a number, e.g. 0.8, or leave it out."),
    "bool_type": ("is neither true nor false", "Write true or false, without quotes."),
    "tuple_type": ("is not a list", "Write a list: […]."),
    "dict_type": ("is not an object", "Write an object: {…}."),
    "model_type": ("is not an object", "Write an object: {…}."),
    "literal_error": (
        "is not a packet format that this version reads",
        'Write "handoff.packet/1", or leave "schema" out.',
    ),
}
"""What pydantic's error types say, where they need no more than the type."""


def problems_of(error: ValidationError, root: type[BaseModel], count: int | None = None) -> tuple[Problem, ...]:
    """One Problem for each thing that pydantic found, in the order of the fields; beyond ``MOST`` a last one counts.

    ``root`` is the validated model. ``count``: how many there are in all, where ``error`` is about a part.
    """
    if count is None:
        count = error.error_count()
    if error.error_count() > MANY:  # the beginning of everything is in order, and then this much is not
        return and_more(count)
    found = error.errors(include_url=False)
    named = [
        Problem(
            path_text(_path(one["loc"])),
            *_words(one["type"], {"input": one["input"], **one.get("ctx", {})}, one["loc"], root),
        )
        for one in found[:MOST]
    ]
    return (*named, *and_more(count - len(named)))


def beginning(value: Any) -> Any:
    """The same object with the first entries of each of its lists, and the first names of each of its objects."""
    if isinstance(value, Mapping):
        return {name: beginning(one) for name, one in islice(value.items(), 2 * MOST)}
    if isinstance(value, list | tuple):
        return [beginning(one) for one in islice(value, 2 * MOST)]
    return value


def and_more(count: int) -> tuple[Problem, ...]:
    """The line that stands for ``count`` further problems; none for none."""
    if count <= 0:
        return ()
    return (
        Problem(
            "", f"has {count:,} further problems", "Correct what is named, or make a smaller packet; then try again."
        ),
    )


def path_text(path: tuple[int | str, ...]) -> str:
    """A path as people write it: ``sources.0.url``; names with other signs stand in quotes.

    A name that is not known may be a customer's words: it is cut, and addresses and long numbers are left out of it.
    """
    return ".".join(str(step) if isinstance(step, int) else _name(step) for step in path)


def _name(name: str) -> str:
    shown = _NOT_IN_NAMES.sub("…", name[: 4 * _LONGEST_NAME])
    if len(shown) > _LONGEST_NAME:
        shown = shown[:_LONGEST_NAME] + "…"
    return shown if _PLAIN.fullmatch(shown) else json.dumps(shown).replace("\\u2026", "…")


def _path(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    return tuple(step for step in loc if step != "[key]")


def _words(kind: str, context: Mapping[str, Any], loc: tuple[int | str, ...], root: type[BaseModel]) -> tuple[str, str]:
    if kind == "handoff":
        return context["text"], context["fix"]
    if kind in _PLAIN_WORDS:
        return _PLAIN_WORDS[kind]
    if kind in _LONG_WORDS:
        return _LONG_WORDS[kind](context, loc, root)
    return f"is not valid ({kind.replace('_', ' ')})", "Compare with the schema: handoff schema packet."


def _missing(context: Mapping[str, Any], loc: tuple[int | str, ...], root: type[BaseModel]) -> tuple[str, str]:
    name = str(loc[-1])
    above = _shape_at(root, loc[:-1])
    for model in above.models if above else ():
        field = fields_of(model).get(name)
        if field is not None:
            legal = [word for kind in shape_of_field(field).types for word in _legal(kind)]
            return "is missing", f'Give "{name}": {field.description}' + (f" One of: {_list(legal)}." if legal else "")
    return "is missing", f'Give "{name}".'


def _unknown_name(context: Mapping[str, Any], loc: tuple[int | str, ...], root: type[BaseModel]) -> tuple[str, str]:
    above = _shape_at(root, loc[:-1])
    known = above.names if above else ()
    meant = nearest(str(loc[-1]), known)
    if meant:
        return "is not a known name", f'Write "{meant}".'
    free = ' What has no field of its own goes into "details.extra".' if len(loc) == 1 or loc[0] == "details" else ""
    few = nearest_first(str(loc[-1]), known)
    if len(few) == len(known):
        return "is not a known name", f"Known here: {_list(few)}.{free}"
    rest = f"and {len(known) - len(few)} more, which `handoff schema packet` lists"
    return "is not a known name", f"Known here, the nearest first: {_list(few)}, {rest}.{free}"


def _not_one_of(context: Mapping[str, Any], loc: tuple[int | str, ...], root: type[BaseModel]) -> tuple[str, str]:
    legal = _legal_at(root, loc)
    meant = nearest(str(context.get("input", "")), legal)
    hint = f'Did you mean "{meant}"? ' if meant else ""
    return "is not one of the known words", f"{hint}Write one of: {_list(legal)}."


def _too_small(context: Mapping[str, Any], loc: tuple[int | str, ...], root: type[BaseModel]) -> tuple[str, str]:
    return f"is less than {context['ge']:g}", f"Write a number of at least {context['ge']:g}."


def _too_large(context: Mapping[str, Any], loc: tuple[int | str, ...], root: type[BaseModel]) -> tuple[str, str]:
    return f"is more than {context['le']:,}", f"Write a number of at most {context['le']:,}."


_LONG_WORDS: Mapping[str, Callable[[Mapping[str, Any], tuple[int | str, ...], type[BaseModel]], tuple[str, str]]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_name,
    "enum": _not_one_of,
    "greater_than_equal": _too_small,
    "less_than_equal": _too_large,
}


def _legal_at(root: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    shape = _shape_at(root, loc)
    return [word for kind in (shape.types if shape else ()) for word in _legal(kind)]


def _legal(kind: type) -> list[str]:
    return [str(word) for word in kind] if issubclass(kind, StrEnum) else []


def _list(words: list[str] | tuple[str, ...]) -> str:
    return ", ".join(words)


def _shape_at(root: type[BaseModel], loc: tuple[int | str, ...]) -> Shape | None:
    shape: Shape | None = shape_of(root)
    for step in loc:
        if shape is None:
            return None
        shape = shape.item if isinstance(step, int) or shape.kind != "group" else shape.below(step)
    return shape
