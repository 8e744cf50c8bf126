"""Packet expressions: a dotted path into the packet, then filters. No code, no loops.

``urgency.level`` · ``sources.first.url`` · ``facts.order_id | truncate(60)`` · ``unknowns | join("; ")``
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel

from handoff_core.packet.filters import FILTERS, SEPARATOR, Argument, Value, as_text
from handoff_core.packet.model import Packet
from handoff_core.packet.nearest import nearest
from handoff_core.packet.path import FACES, LINKS, NAMED, Place, check_path
from handoff_core.packet.reading import LONGEST_EXPRESSION, ExpressionError, FilterCall, Step, read_expression
from handoff_core.packet.shape import value_below

__all__ = ["LONGEST_EXPRESSION", "Expression", "ExpressionError", "ExpressionText"]


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression. Equal when written alike."""

    text: str
    """As it was written."""
    steps: tuple[Step, ...]
    calls: tuple[FilterCall, ...]

    @classmethod
    def parse(cls, text: str) -> Expression:
        """Check ``text`` against the packet's fields. ExpressionError (a ValueError) says what is wrong and where."""
        return _parsed(text)

    @property
    def path(self) -> str:
        """The path without filters, e.g. ``facts.order_id``."""
        return ".".join(step.name for step in self.steps)

    @property
    def destination(self) -> str | None:
        """For ``links.<destination>``: that destination's name; else None."""
        return self.steps[1].name if self.steps[0].name == LINKS else None

    def evaluate(self, packet: Packet, links: Mapping[str, str]) -> str | int | float | bool | None:
        """The value in ``packet``; None when it is missing. ``links``: sibling records' urls by destination.

        A text without filters is the packet's own, character for character. Lists are joined with ", ", times are
        RFC 3339, words from closed lists are their JSON words.
        """
        if self.steps[0].name == LINKS:
            value: Value = links.get(self.steps[1].name)
        else:
            value = _face(_follow(packet, self.steps))
        for call in self.calls:
            if value is not None or call.name == "default":
                value = FILTERS[call.name].apply(value, call.argument)
        return _plain(value)


def _checked(text: str) -> str:
    Expression.parse(text)
    return text


ExpressionText = Annotated[str, AfterValidator(_checked)]
"""A pydantic field type for settings: a text that is a checked expression, held as text."""


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Expression:
    steps, calls = read_expression(text)
    place = check_path(steps)
    many = place.many
    for call in calls:
        many = _check_call(call, place, many)
    return Expression(text, steps, calls)


def _check_call(call: FilterCall, place: Place, many: bool) -> bool:
    """Whether the value is still a list after ``call``."""
    kind = FILTERS.get(call.name)
    if kind is None:
        meant = nearest(call.name, FILTERS)
        fix = f'Write "{meant}".' if meant else f"There are: {', '.join(FILTERS)}."
        raise ExpressionError("is not a filter", call.name, call.column, fix)
    _check_argument(call, kind.argument)
    if kind.takes == "list" and not many:
        raise ExpressionError("works on lists only", call.name, call.column, "Leave it out.")
    if kind.takes == "time" and (many or not place.may_be_time):
        raise ExpressionError("works on times only", call.name, call.column, "Leave it out, or pick one time.")
    return many and call.name == "default"


def _check_argument(call: FilterCall, wanted: str) -> None:
    examples = {"none": call.name, "text": f'{call.name}("{SEPARATOR}")', "count": f"{call.name}(60)"}
    given: Argument = call.argument
    fits = {"none": given is None, "text": isinstance(given, str), "count": isinstance(given, int)}
    if not fits[wanted]:
        raise ExpressionError("has the wrong argument", call.name, call.column, f"Write {examples[wanted]}.")


def _follow(packet: Packet, steps: tuple[Step, ...]) -> Any:
    value: Any = packet
    for step in steps:
        if value is None:
            return None
        if isinstance(value, BaseModel):
            value = value_below(value, step.name)
        elif isinstance(value, tuple):
            value = _member(value, step)
        else:
            value = value.get(step.name)
    return value


def _member(members: tuple[Any, ...], step: Step) -> Any:
    place = step.place
    if place is not None:
        return members[place] if -len(members) <= place < len(members) else None
    return next((one for one in members if getattr(one, NAMED[type(one)]) == step.name), None)


def _face(value: Any) -> Value:
    if isinstance(value, tuple):
        faces = (_face(one) for one in value)
        return tuple(one for one in faces if isinstance(one, str | int | float)) or None
    if isinstance(value, BaseModel):
        return _face(getattr(value, FACES[type(value)]))
    if isinstance(value, StrEnum):
        return value.value
    found: Value = value
    return found


def _plain(value: Value) -> str | int | float | bool | None:
    if isinstance(value, tuple | datetime):
        return as_text(value)
    return value
