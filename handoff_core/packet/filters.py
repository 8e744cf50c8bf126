"""The filters of packet expressions: a short closed list of pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from handoff_core.packet.scalars import format_time, parse_time

Value = str | int | float | bool | datetime | tuple[str | int | float | bool, ...] | None
"""What passes from filter to filter; None is a missing value."""
Argument = str | int | None

LONGEST_TRUNCATION = 100_000
"""Characters; more than any vendor's field takes."""
SEPARATOR = ", "
"""Between the members of a list that no ``join`` joins."""

_NOT_IN_TAG = re.compile(r"[^a-z0-9]+")
_DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", re.ASCII)


@dataclass(frozen=True, slots=True)
class FilterKind:
    """One filter: what its argument is, what it takes, and what it does with a value that is there."""

    argument: Literal["none", "text", "count"]
    apply: Callable[[Value, Argument], Value]
    takes: Literal["any", "list", "time"] = "any"
    """``time`` is a time, or a text that may be one."""


def as_text(value: Value) -> str | None:
    """A value in words: a list joined with ", ", a time as RFC 3339, true and false in lower case."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return SEPARATOR.join(as_text(one) or "" for one in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return format_time(value) if isinstance(value, datetime) else str(value)


def _truncate(value: Value, count: Argument) -> Value:
    text = as_text(value)
    if text is None or not isinstance(count, int) or len(text) <= count:
        return text
    return text[: count - 1] + "…"


def _upper(value: Value, _: Argument) -> Value:
    text = as_text(value)
    return None if text is None else text.upper()


def _lower(value: Value, _: Argument) -> Value:
    text = as_text(value)
    return None if text is None else text.lower()


def _date(value: Value, _: Argument) -> Value:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if not isinstance(value, str):
        return None
    if _DATE.fullmatch(value):
        return value
    try:
        return parse_time(value).date().isoformat()
    except ValueError:
        return None


def _join(value: Value, separator: Argument) -> Value:
    if isinstance(value, tuple):
        return str(separator).join(as_text(one) or "" for one in value)
    return value


def _default(value: Value, text: Argument) -> Value:
    return text if value is None or value == "" else value


def _tag(value: Value, _: Argument) -> Value:
    text = as_text(value)
    return None if text is None else _NOT_IN_TAG.sub("_", text.lower()).strip("_") or None


FILTERS: Mapping[str, FilterKind] = {
    "truncate": FilterKind("count", _truncate),
    "upper": FilterKind("none", _upper),
    "lower": FilterKind("none", _lower),
    "date": FilterKind("none", _date, takes="time"),
    "join": FilterKind("text", _join, takes="list"),
    "default": FilterKind("text", _default),
    "tag": FilterKind("none", _tag),
}
"""All filters. ``truncate`` marks its cut with "…" within the limit; ``date`` gives YYYY-MM-DD, or nothing for what is
no time; ``tag`` gives lower-case letters and digits with ``_`` between them."""
