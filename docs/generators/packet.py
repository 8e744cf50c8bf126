"""The packet: its fields, the groups they are made of, the details of every lane, and the closed lists of words."""

from __future__ import annotations

from generators.markdown import table
from generators.schema import model_section, model_table, resolved
from handoff_core.packet.schema import closed_lists, packet_schema


def packet_fields() -> str:
    """The fields of the packet itself."""
    return model_table(packet_schema(), packet_schema())


def packet_groups() -> str:
    """The groups that packet fields are made of, by name."""
    schema = packet_schema()
    groups = {name: inner for name, inner in schema["$defs"].items() if "properties" in inner}
    kept = {name: inner for name, inner in groups.items() if not name.endswith("Details")}
    return "\n\n".join(model_section(name, inner, schema) for name, inner in kept.items())


def packet_details() -> str:
    """What ``details`` may hold, lane by lane; ``extra`` is said once."""
    schema = packet_schema()
    parts: list[str] = []
    for rule in schema["allOf"]:
        lane = rule["if"]["properties"]["lane"]["const"]
        details = resolved(rule["then"]["properties"]["details"], schema)
        own = {name: inner for name, inner in details["properties"].items() if name != "extra"}
        parts.append(f"### `{lane}`\n\n{model_table({**details, 'properties': own}, schema)}")
    return "\n\n".join(parts)


def packet_words() -> str:
    """Every closed list of words, with the meaning of each word."""
    parts: list[str] = []
    for kind in closed_lists():
        words = table(("word", "meaning"), [(f"`{word}`", word.meaning) for word in kind])
        parts.append(f"### {kind.__name__}\n{kind.__doc__}\n\n{words}")
    return "\n\n".join(parts)
