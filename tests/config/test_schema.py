from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from handoff_core.config import config_schema

pytestmark = pytest.mark.usefixtures("real_connectors")


def refs_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for inner in value.values():
            yield from refs_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from refs_in(inner)


def test_the_schema_is_json_and_whole() -> None:
    schema = json.loads(json.dumps(config_schema()))
    assert schema["required"] == ["business", "owners", "destinations", "routing"]
    assert {ref.removeprefix("#/$defs/") for ref in refs_in(schema)} <= set(schema["$defs"])


def test_every_installed_connector_is_in_the_schema() -> None:
    schema = config_schema()
    destination = schema["properties"]["destinations"]["additionalProperties"]
    names = {branch["if"]["properties"]["connector"]["const"] for branch in destination["allOf"]}
    assert names >= {"zendesk", "hubspot", "slack"}


def test_durations_and_single_values_are_written_as_in_the_file() -> None:
    definitions = config_schema()["$defs"]
    first = definitions["RetrySettings"]["properties"]["first"]
    assert (first["type"], first["default"]) == ("string", "5s")
    one, several = definitions["When"]["properties"]["lane"]["anyOf"]
    assert one == {"$ref": "#/$defs/Lane"}
    assert several == {"type": "array", "items": {"$ref": "#/$defs/Lane"}}


def test_toml_has_no_null() -> None:
    assert "null" not in json.dumps(config_schema())


def test_every_setting_says_what_it_means() -> None:
    for name, definition in config_schema()["$defs"].items():
        for key, field in definition.get("properties", {}).items():
            described = (
                field.get("description") or key in {"connector", "kind", "rules", "retry"} or key.endswith("_env")
            )
            assert described, f"{name}.{key}"
