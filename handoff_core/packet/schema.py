"""The packet as a JSON Schema and as a tool that a language model can call. Both come from the model."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from handoff_core.packet.details import DETAILS_BY_LANE
from handoff_core.packet.enums import Lane, Meaning
from handoff_core.packet.model import SCHEMA, Packet
from handoff_core.packet.shape import fields_of, shape_of, shape_of_field

DIALECT = "https://json-schema.org/draft/2020-12/schema"

FILLED_BY_THE_PROGRAM = frozenset({"schema", "id", "revision", "made_at", "producer", "transcript"})
"""Fields that the program around a language model knows better than the model: no part of the tool."""

TOOL_NAME = "hand_off"
"""What the tool is called in prompts."""
_TOOL_TEXT = (
    "Hand this case over to a person. Call it when the customer asks for a person, when the matter is beyond what you "
    "may or can do, or when a mistake would cost much. Say only what you know, and name what you do not know."
)


def packet_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a packet. ``details`` depends on ``lane``."""
    schema = Packet.model_json_schema(by_alias=True, schema_generator=_Generator)
    definitions = schema.pop("$defs")
    _describe(schema, Packet)
    for model in groups():
        _describe(definitions[model.__name__], model)
    for words in closed_lists():
        definitions[words.__name__] = _list_of_words(words)
    properties = schema["properties"]
    properties["details"] = {"type": "object", "description": properties["details"]["description"]}
    return {
        "$schema": DIALECT,
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        "title": "Handoff packet",
        "description": "One case on its way from an AI agent to a person. At most 1 MiB of JSON in UTF-8.",
        **{name: value for name, value in schema.items() if name not in ("title", "description")},
        "allOf": [
            {
                "if": {"properties": {"lane": {"const": str(lane)}}, "required": ["lane"]},
                "then": {"properties": {"details": {"$ref": f"#/$defs/{model.__name__}"}}},
            }
            for lane, model in DETAILS_BY_LANE.items()
        ],
        "$defs": definitions,
    }


def tool_definition(lane: Lane | None = None) -> dict[str, Any]:
    """A tool for any language model: ``name``, ``description`` and ``parameters`` (a JSON Schema).

    Fields that the program fills in are not offered. Add them to the model's arguments and give the whole to
    ``Packet.from_object``. ``lane``: offer only this lane and its details.
    """
    schema = packet_schema()
    properties = {name: field for name, field in schema["properties"].items() if name not in FILLED_BY_THE_PROGRAM}
    # No if/then here: several vendors' tools refuse conditions at the top level of the parameters.
    forms = [{"$ref": f"#/$defs/{DETAILS_BY_LANE[one].__name__}"} for one in DETAILS_BY_LANE if lane in (None, one)]
    properties["details"] = (
        {"description": "What only this lane has; take the form that belongs to the lane.", "anyOf": forms}
        if len(forms) > 1
        else {"description": "What only this lane has.", **forms[0]}
    )
    if lane is not None:
        properties["lane"] = {"type": "string", "enum": [lane.value], "description": lane.meaning}
    parameters = {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": [name for name in schema["required"] if name not in FILLED_BY_THE_PROGRAM],
    }
    used = _definitions_used(parameters, schema["$defs"])
    return {"name": TOOL_NAME, "description": _TOOL_TEXT, "parameters": {**parameters, "$defs": used}}


def groups() -> tuple[type[BaseModel], ...]:
    """Every group of fields below the packet, details of all lanes included, each once."""
    found: dict[type[BaseModel], None] = {}
    waiting = [shape_of(Packet)]
    while waiting:
        shape = waiting.pop(0)
        new = [model for model in shape.models if model not in found]
        found.update(dict.fromkeys(new))
        waiting += [shape_of_field(field) for model in new for field in fields_of(model).values()]
        waiting += [shape.item] if shape.item else []
    return tuple(model for model in found if model is not Packet)


def closed_lists() -> tuple[type[Meaning], ...]:
    """Every closed list of words in the packet, each once."""
    kinds = [
        kind
        for model in (Packet, *groups())
        for field in fields_of(model).values()
        for kind in shape_of_field(field).types
    ]
    return tuple(dict.fromkeys(kind for kind in kinds if issubclass(kind, Meaning)))


def _list_of_words(words: type[Meaning]) -> dict[str, Any]:
    meanings = " ".join(f"{word.value}: {word.meaning}" for word in words)
    return {"type": "string", "enum": [word.value for word in words], "description": f"{words.__doc__} {meanings}"}


def _describe(schema: dict[str, Any], model: type[BaseModel]) -> None:
    # pydantic leaves a description out where it is the same as the one that is referred to; readers want it there.
    for name, field in fields_of(model).items():
        schema["properties"][name]["description"] = field.description


def _definitions_used(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    open_names = _references(schema)
    while open_names:
        name = open_names.pop()
        if name not in wanted:
            wanted[name] = copy.deepcopy(definitions[name])
            open_names |= _references(definitions[name])
    return {name: wanted[name] for name in definitions if name in wanted}


def _references(schema: object) -> set[str]:
    if isinstance(schema, Mapping):
        own = {str(schema["$ref"]).rpartition("/")[2]} if "$ref" in schema else set()
        return own.union(*(_references(value) for value in schema.values()))
    if isinstance(schema, list):
        return set().union(*(_references(value) for value in schema))
    return set()


class _Generator(GenerateJsonSchema):
    """pydantic's schema without titles and nulls.

    The parser takes null for "not given"; the schema leaves it out, so that nobody is taught to write it.
    """

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        return {name: value for name, value in super().model_schema(schema).items() if name != "title"}
