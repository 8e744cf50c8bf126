"""The JSON Schema of a configuration file, for editors and other programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from handoff_core.config.destinations import settings_models
from handoff_core.config.settings import MANY, ONE
from handoff_core.durations import format_duration
from handoff_core.packet.enums import Lane

_REF = "#/$defs/{model}"
_REQUIRED = ["business", "owners", "destinations", "routing"]


def config_schema() -> Mapping[str, Any]:
    """JSON Schema (2020-12) of ``handoff.toml``, with the settings of every installed connector."""
    connectors = settings_models()
    models = dict(ONE) | {name: model for name, model in MANY.items() if model is not None}
    refs, definitions = models_json_schema(
        [(model, "validation") for model in dict.fromkeys([*models.values(), *connectors.values()])],
        ref_template=_REF,
    )
    properties = {name: refs[model, "validation"] for name, model in models.items() if name in ONE}
    for name, model in models.items():
        if name in MANY:
            properties[name] = {"type": "object", "additionalProperties": refs[model, "validation"]}
    properties["lanes"] = {
        "type": "object",
        "properties": {lane.value: refs[models["lanes"], "validation"] for lane in Lane},
        "additionalProperties": False,
    }
    properties["owners"]["minProperties"] = 1
    properties["destinations"] = _destinations({name: refs[model, "validation"] for name, model in connectors.items()})
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "handoff.toml",
        "description": "The configuration of one business.",
        "type": "object",
        "properties": properties,
        "required": _REQUIRED,
        "additionalProperties": False,
        **definitions,
    }
    whole: Mapping[str, Any] = _as_written(schema)
    return whole


def _as_written(value: Any) -> Any:
    """The same schema for TOML, which has no null, with the defaults of durations as people write them."""
    if isinstance(value, list):
        return [_as_written(inner) for inner in value if inner != {"type": "null"}]
    if not isinstance(value, dict):
        return value
    kept = {key: _as_written(inner) for key, inner in value.items() if not (key == "default" and inner is None)}
    if kept.get("type") == "string" and isinstance(kept.get("default"), float):
        kept["default"] = format_duration(kept["default"])
    if len(kept.get("anyOf", ())) == 1:
        return {**kept.pop("anyOf")[0], **kept}
    return kept


def _destinations(refs: Mapping[str, Any]) -> dict[str, Any]:
    """Which settings a destination takes hangs on its connector; one of another package may take any."""
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": {
            "type": "object",
            "properties": {"connector": {"type": "string", "examples": sorted(refs)}},
            "required": ["connector"],
            "allOf": [_when(name, refs[name]) for name in sorted(refs)],
        },
    }


def _when(connector: str, ref: Any) -> Mapping[str, Any]:
    return {"if": {"properties": {"connector": {"const": connector}}}, "then": ref}
