"""The shape of the packet: which names, lists and values stand where. Read from the models once."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Kind = Literal["group", "list", "map", "value"]


@dataclass(frozen=True, slots=True)
class Shape:
    """One place in the packet.

    ``group``: named fields, of any of ``models`` (``details`` has one model a lane). ``list``: of ``item``.
    ``map``: free names, each with an ``item``. ``value``: one of ``types``.
    """

    kind: Kind
    models: tuple[type[BaseModel], ...] = ()
    item: Shape | None = None
    types: tuple[type, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the fields, as they are written in JSON; empty unless it is a group."""
        return tuple(dict.fromkeys(name for model in self.models for name in fields_of(model)))

    def below(self, name: str) -> Shape | None:
        """The shape of the field ``name`` of a group; None when there is no such field."""
        found = [shape_of_field(fields_of(model)[name]) for model in self.models if name in fields_of(model)]
        return _either(found) if found else None


@cache
def fields_of(model: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """The fields of a model by their JSON names."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def value_below(group: BaseModel, name: str) -> Any:
    """What the field ``name`` (its JSON name) of a group holds; None when the group has no such field."""
    for attribute, field in type(group).model_fields.items():
        if name == (field.alias or attribute):
            return getattr(group, attribute)
    return None


def shape_of_field(field: FieldInfo) -> Shape:
    """The shape of what a field holds."""
    annotation: Any = field.annotation
    return shape_of(annotation)


@cache
def shape_of(annotation: Any) -> Shape:
    """The shape of a type annotation as the models use them; an optional one has the shape of what it may hold."""
    origin = typing.get_origin(annotation)
    arguments = typing.get_args(annotation)
    if origin is typing.Annotated:
        return shape_of(arguments[0])
    if origin in (typing.Union, types.UnionType):
        return _either([shape_of(one) for one in arguments if one is not type(None)])
    if origin is tuple:
        return Shape("list", item=shape_of(arguments[0]))
    if origin is dict:
        return Shape("map", item=shape_of(arguments[1]))
    if origin is Literal:
        return Shape("value", types=(str,))
    if issubclass(annotation, BaseModel):
        return Shape("group", models=(annotation,))
    return Shape("value", types=(annotation,))


def _either(shapes: Iterable[Shape]) -> Shape:
    distinct = tuple(dict.fromkeys(shapes))
    if len(distinct) == 1:
        return distinct[0]
    models = tuple(model for shape in distinct for model in shape.models)
    if models:
        return Shape("group", models=models)
    return Shape("value", types=tuple(dict.fromkeys(kind for shape in distinct for kind in shape.types)))
