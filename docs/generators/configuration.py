"""The tables of handoff.toml, and those of its destinations."""

from __future__ import annotations

from collections.abc import Mapping

from generators.schema import REFERENCE, model_section, resolved
from handoff_core.config.schema import config_schema

_FURTHER: Mapping[str, Mapping[str, str]] = {
    "routing": {"[[routing.rules]]": "Rule", "when": "When"},
    "delivery": {"retry": "RetrySettings"},
    "triage": {"[triage.weights]": "Weights"},
    "lanes": {"[lanes.<lane>] quality": "LaneQualitySettings", "[lanes.<lane>] style": "StyleSettings"},
}
"""Models inside a table that have a section of their own after it, by its header."""


def configuration_tables() -> str:
    """Every table of handoff.toml that is acted on."""
    schema = config_schema()
    parts: list[str] = []
    for name, inner in schema["properties"].items():
        if name == "destinations":
            continue
        header, model = (
            (f"[{name}.<name>]", inner["additionalProperties"])
            if isinstance(inner.get("additionalProperties"), dict)
            else (f"[{name}]", inner)
        )
        if name == "lanes":
            header, model = "[lanes.<lane>]", next(iter(inner["properties"].values()))
        parts.append(model_section(f"`{header}`", model, schema))
        for key, further in _FURTHER.get(name, {}).items():
            parts.append(model_section(f"`{key}`", {"$ref": REFERENCE + further}, schema))
    return "\n\n".join(parts)


def configuration_destinations() -> str:
    """Every connector's table, and the ways to log in to Zendesk."""
    schema = config_schema()
    parts: list[str] = []
    for rule in schema["properties"]["destinations"]["additionalProperties"]["allOf"]:
        name = rule["if"]["properties"]["connector"]["const"]
        parts.append(model_section(f'`connector = "{name}"`', rule["then"], schema))
        auth = resolved(rule["then"], schema)["properties"].get("auth", {})
        for option in auth.get("oneOf", []):
            kind = resolved(option, schema)["properties"]["kind"]["const"]
            parts.append(model_section(f'`auth = {{ kind = "{kind}", … }}`', option, schema))
    return "\n\n".join(parts)
