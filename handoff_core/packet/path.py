"""Paths into the packet, checked against its models before any packet is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel

from handoff_core.packet.details import Answer
from handoff_core.packet.model import Packet
from handoff_core.packet.nearest import nearest
from handoff_core.packet.parts import (
    Attempt,
    Commitment,
    Constraint,
    Decision,
    DecisionNeeded,
    Event,
    Fact,
    OpenQuestion,
    PriorContact,
    Source,
    Turn,
)
from handoff_core.packet.reading import ExpressionError, Step
from handoff_core.packet.shape import Shape, shape_of

LINKS = "links"
"""Not a field of the packet: the urls of its records in the other destinations."""

NAMED: Mapping[type[BaseModel], str] = {Fact: "name", Source: "label"}
"""Lists whose members can be picked by a name, and the field that holds it."""

FACES: Mapping[type[BaseModel], str] = {
    Answer: "answer",
    Attempt: "action",
    Commitment: "text",
    Constraint: "text",
    Decision: "text",
    DecisionNeeded: "question",
    Event: "text",
    Fact: "value",
    OpenQuestion: "question",
    PriorContact: "summary",
    Source: "url",
    Turn: "text",
}
"""What a member of a list stands for when the path ends there."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path ends. ``many``: a list; ``may_be_time``: a time, or a text that may be one."""

    many: bool
    may_be_time: bool


def check_path(steps: tuple[Step, ...]) -> Place:
    """Where the path ends; ExpressionError when the packet has no such place."""
    if steps[0].name == LINKS and not steps[0].quoted:
        return _check_link(steps)
    shape = shape_of(Packet)
    for number, step in enumerate(steps):
        shape = _below(shape, step, steps[number - 1] if number else None)
    return _end(shape, steps[-1])


def _check_link(steps: tuple[Step, ...]) -> Place:
    if len(steps) != 2:
        raise ExpressionError(
            "takes exactly one name", LINKS, steps[0].column, "Write links.<destination>, e.g. links.desk."
        )
    return Place(many=False, may_be_time=False)


def _below(shape: Shape, step: Step, above: Step | None) -> Shape:
    if shape.kind == "group":
        found = shape.below(step.name)
        if found is None:
            raise _unknown(shape, step, above)
        return found
    if shape.item is not None and shape.kind == "map":
        return shape.item
    if shape.item is not None:
        if step.place is None and not set(shape.item.models) & set(NAMED):
            raise ExpressionError(
                "cannot be picked from this list by a name", step.name, step.column, "Write first, last or a number."
            )
        return shape.item
    raise ExpressionError(
        "leads nowhere: the value before it has no parts", step.name, step.column, "End the path before it."
    )


def _unknown(shape: Shape, step: Step, above: Step | None) -> ExpressionError:
    known = (*shape.names, LINKS) if above is None else shape.names
    meant = nearest(step.name, known)
    where = f'is not a field of "{above.name}"' if above else "is not a field of the packet"
    return ExpressionError(
        where, step.name, step.column, f'Write "{meant}".' if meant else f"There are: {', '.join(known)}."
    )


def _end(shape: Shape, last: Step) -> Place:
    if shape.kind == "map":
        raise ExpressionError("holds several values", last.name, last.column, f"Add a name: {last.name}.<name>.")
    many = shape.kind == "list"
    if shape.item is not None:
        shape = shape.item
    if shape.kind == "group":
        face = FACES.get(shape.models[0])
        if face is None:
            raise ExpressionError(
                "holds several fields",
                last.name,
                last.column,
                f"Add one of them: {', '.join(f'{last.name}.{name}' for name in shape.names)}.",
            )
        below = shape.below(face)
        shape = below if below is not None else shape
    return Place(many, any(kind in (datetime, str) for kind in shape.types))
