"""Packets with one text in every place that takes free text, found by the shape of the models themselves.

A field that is added to the packet is poisoned from that day on, without a change here.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from handoff_core.packet import Lane, Packet
from handoff_core.packet.details import DETAILS_BY_LANE
from handoff_core.packet.shape import Shape, fields_of, shape_of, shape_of_field

URL = "https://desk.example/records/42"
AT = "2026-11-20T09:00:00-06:00"
FIXED: dict[str, Any] = {
    "schema": "handoff.packet/1",
    "id": "case-1",
    "revision": 2,
    "to": None,
    "owner": None,
    "url": URL,
    "links": [URL],
}
"""Places that look like text and take none: formats of their own, addresses, and who owns the case."""


def every_text(lane: Lane | str, text: str, **fixed: Any) -> dict[str, Any]:
    """A packet of a lane with everything given, and ``text`` wherever free text may stand."""
    lane = Lane(lane)
    made = _group(Packet, text, skip=("details", "lane"))
    made |= {"lane": lane.value, "details": _group(DETAILS_BY_LANE[lane], text), "urgency": made["urgency"]}
    # Two turns: what the customer said last is shown apart from the rest.
    turn = made["transcript"][0]
    made["transcript"] = [{**turn, "speaker": "ai"}, {**turn, "speaker": "customer"}]
    made["urgency"]["level"] = "critical"
    made["state"]["status"] = "in_progress"
    made["constraints"] = [
        {"text": text, "kind": kind} for kind in ("must_not_change", "operational", "policy", "legal")
    ]
    made["commitments"] = [{**made["commitments"][0], "status": one} for one in ("open", "kept", "broken")]
    made |= fixed
    return {name: value for name, value in made.items() if value is not None}


def text_places(lane: Lane | str) -> int:
    """How many places ``every_text`` fills."""
    marker = "\N{BLACK STAR}"
    return _count(every_text(lane, marker), marker)


def _count(value: Any, marker: str) -> int:
    if isinstance(value, dict):
        return sum(_count(one, marker) + (name == marker) for name, one in value.items())
    if isinstance(value, list):
        return sum(_count(one, marker) for one in value)
    return int(value == marker)


def _group(model: Any, text: str, skip: tuple[str, ...] = ()) -> dict[str, Any]:
    made = {}
    for name, field in fields_of(model).items():
        if name in skip:
            continue
        made[name] = FIXED[name] if name in FIXED else _of(shape_of_field(field), text)
    return {name: value for name, value in made.items() if value is not None}


def _of(shape: Shape, text: str) -> Any:
    if shape.kind == "group":
        return _group(shape.models[0], text)
    if shape.kind == "list":
        return [_of(shape.item or shape_of(str), text)]
    if shape.kind == "map":
        return {text: _of(shape.item or shape_of(str), text)}
    return _value(shape.types, text)


def _value(types: tuple[type, ...], text: str) -> Any:
    if str in types:
        return text
    for kind in types:
        if issubclass(kind, StrEnum):
            return next(iter(kind)).value
        if issubclass(kind, datetime):
            return AT
        if issubclass(kind, bool):
            return True
    return 1 if int in types else 0.5
