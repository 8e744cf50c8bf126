"""The JSON Schema and the tool definition, which come from the model."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handoff_core.packet import DETAILS_BY_LANE, Lane, Packet
from handoff_core.packet.schema import (
    FILLED_BY_THE_PROGRAM,
    closed_lists,
    groups,
    packet_schema,
    tool_definition,
)
from handoff_core.packet.shape import fields_of
from handoff_core.testing.factories import make_object


def test_the_schema_names_its_dialect_and_the_required_fields() -> None:
    schema = packet_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["id", "lane", "summary", "next_action", "escalation"]
    assert list(schema["properties"]) == list(fields_of(Packet))
    json.dumps(schema)


@pytest.mark.parametrize("model", [Packet, *groups()], ids=lambda model: model.__name__)
def test_every_field_is_described_in_one_plain_sentence(model: Any) -> None:
    schema = packet_schema()
    properties = schema["properties"] if model is Packet else schema["$defs"][model.__name__]["properties"]
    assert set(properties) == set(fields_of(model))
    for name, field in fields_of(model).items():
        description = field.description or ""
        assert description.endswith((".", "pt-BR.")), name
        assert len(description) <= 100, name
        assert properties[name]["description"] == description


@pytest.mark.parametrize("words", closed_lists(), ids=lambda words: words.__name__)
def test_every_word_of_a_closed_list_has_a_meaning(words: Any) -> None:
    description = packet_schema()["$defs"][words.__name__]["description"]
    for word in words:
        assert word.meaning.endswith(".")
        assert word.meaning in description
        assert word == word.value
        assert words(word.value) is word


def test_no_part_of_the_packet_is_left_out() -> None:
    names = set(packet_schema()["$defs"])
    assert names == {model.__name__ for model in groups()} | {words.__name__ for words in closed_lists()}
    assert len(closed_lists()) == 13
    assert {model.__name__ for model in DETAILS_BY_LANE.values()} < names


def test_details_depend_on_the_lane() -> None:
    by_lane = {
        rule["if"]["properties"]["lane"]["const"]: rule["then"]["properties"]["details"]["$ref"]
        for rule in packet_schema()["allOf"]
    }
    assert by_lane == {str(lane): f"#/$defs/{model.__name__}" for lane, model in DETAILS_BY_LANE.items()}


def test_limits_stand_in_the_schema() -> None:
    schema = packet_schema()
    assert schema["properties"]["id"]["pattern"] == "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
    assert schema["properties"]["revision"]["minimum"] == 1
    assert (schema["properties"]["confidence"]["minimum"], schema["properties"]["confidence"]["maximum"]) == (0, 1)
    assert schema["properties"]["made_at"]["format"] == "date-time"
    assert schema["$defs"]["Source"]["properties"]["url"]["maxLength"] == 2_000
    assert schema["$defs"]["Turn"]["properties"]["sentiment"]["minimum"] == -1
    assert schema["properties"]["to"]["pattern"].startswith("^agent:")


@pytest.mark.parametrize("lane", list(Lane))
def test_a_full_packet_uses_only_names_of_the_schema(lane: Lane) -> None:
    schema = packet_schema()
    packet = Packet.from_object(make_object(lane=lane)).to_object()
    _check(packet, schema, schema["$defs"])
    _check(packet["details"], schema["$defs"][DETAILS_BY_LANE[lane].__name__], schema["$defs"])


def _check(value: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> None:
    """A small part of JSON Schema: references, names, required names, types and closed lists."""
    if "$ref" in schema:
        schema = definitions[schema["$ref"].removeprefix("#/$defs/")]
    if "enum" in schema:
        assert value in schema["enum"]
    python = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}
    if "type" in schema:
        assert isinstance(value, python[schema["type"]])
    if isinstance(value, dict) and "properties" in schema:
        assert set(schema.get("required", ())) <= set(value)
        for name, below in value.items():
            _check(below, schema["properties"][name], definitions)
    if isinstance(value, list):
        for below in value:
            _check(below, schema["items"], definitions)


def test_the_tool_leaves_out_what_the_program_fills_in() -> None:
    tool = tool_definition()
    assert tool["name"] == "hand_off"
    assert set(tool) == {"name", "description", "parameters"}
    offered = set(tool["parameters"]["properties"])
    assert offered == set(fields_of(Packet)) - FILLED_BY_THE_PROGRAM
    assert tool["parameters"]["required"] == ["lane", "summary", "next_action", "escalation"]


def test_the_tool_defines_what_it_refers_to_and_nothing_else() -> None:
    tool = tool_definition()
    text = json.dumps(tool)
    defined = set(tool["parameters"]["$defs"])
    referred = {part.split('"')[0] for part in text.split('"#/$defs/')[1:]}
    assert referred == defined
    assert "Turn" not in defined
    assert "Producer" not in defined


def test_arguments_of_the_tool_make_a_packet_with_an_id() -> None:
    arguments = {name: value for name, value in make_object().items() if name not in FILLED_BY_THE_PROGRAM}
    assert Packet.from_object({"id": "case-1", **arguments}).id == "case-1"
