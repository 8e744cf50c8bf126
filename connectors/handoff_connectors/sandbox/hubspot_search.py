"""HubSpot's search: filters, one sort, pages; it sees what its index has, not what was just written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handoff_connectors.sandbox.clock import epoch_seconds
from handoff_connectors.sandbox.hubspot_schema import refusal
from handoff_connectors.sandbox.hubspot_state import HubSpotState
from handoff_connectors.sandbox.wire import Json

PAGE, MOST_PAGE, MOST_RESULTS = 10, 200, 10_000
GROUPS, FILTERS_A_GROUP, FILTERS = 5, 6, 18
QUERY_LENGTH = 3_000
"""Limits of one search (HubSpot docs, CRM search, 2026-11)."""


def run(state: HubSpotState, kind: str, body: Json, *, dated: bool) -> Json:
    """The answer to one search; 400 over its limits or for a property that does not exist."""
    groups = body.get("filterGroups") or []
    filters = [f for group in groups for f in group.get("filters", [])]
    if (
        len(groups) > GROUPS
        or len(filters) > FILTERS
        or any(len(g.get("filters", [])) > FILTERS_A_GROUP for g in groups)
    ):
        raise refusal(400, "VALIDATION_ERROR", "Too many filters")
    if len(str(body.get("query") or "")) > QUERY_LENGTH:
        raise refusal(400, "VALIDATION_ERROR", f"query is longer than {QUERY_LENGTH} characters")
    for one in filters:
        if one.get("propertyName") not in state.schema.properties[kind]:
            raise refusal(400, "VALIDATION_ERROR", f"There was a problem with the request: {one.get('propertyName')}")
        if one.get("operator") not in _OPERATORS:
            raise refusal(400, "VALIDATION_ERROR", f"{one.get('operator')} is no operator")
    limit, start = int(body.get("limit") or PAGE), int(body.get("after") or 0)
    if limit > MOST_PAGE or start + limit > MOST_RESULTS:
        raise refusal(400, "VALIDATION_ERROR", f"At most {MOST_PAGE} a page and {MOST_RESULTS} a query")
    words = str(body.get("query") or "").casefold()
    found = [
        (record, properties)
        for record, properties in state.searchable(kind)
        if (not groups or any(all(_holds(f, properties) for f in g.get("filters", [])) for g in groups))
        and (not words or any(words in value.casefold() for value in properties.values()))
    ]
    name, descending = _sort(body.get("sorts") or [])
    found.sort(key=lambda pair: _comparable(pair[1].get(name, "")), reverse=descending)
    shown = []
    for record, properties in found[start : start + limit]:
        answer = state.shown(record, body.get("properties") or [], dated=dated)
        answer["properties"] = {name: properties.get(name) for name in answer["properties"]}
        shown.append(answer)
    answered: Json = {"total": len(found), "results": shown}
    if start + limit < len(found):
        answered["paging"] = {"next": {"after": str(start + limit)}}
    return answered


def _sort(sorts: list[Any]) -> tuple[str, bool]:
    if len(sorts) > 1:
        raise refusal(400, "VALIDATION_ERROR", "Only one sort is supported")
    if not sorts:
        return "hs_createdate", False
    first = sorts[0]
    if isinstance(first, str):
        return first.lstrip("-"), first.startswith("-")
    return str(first.get("propertyName")), first.get("direction") == "DESCENDING"


def _comparable(value: Any) -> tuple[int, float, str]:
    """Times in both spellings and numbers compare as numbers, other text as text, whatever its case."""
    text = str(value)
    try:
        return (0, float(text), "")
    except ValueError:
        pass
    try:
        return (0, epoch_seconds(text) * 1000, "")
    except ValueError:
        return (1, 0.0, text.casefold())


def _holds(one: Json, properties: dict[str, str]) -> bool:
    return _OPERATORS[one["operator"]](properties.get(one["propertyName"]), one)


def _compared(holds: Callable[[Any, Any], bool]) -> Callable[[str | None, Json], bool]:
    return lambda have, one: have is not None and holds(_comparable(have), _comparable(one.get("value")))


_OPERATORS: dict[str, Callable[[str | None, Json], bool]] = {
    "EQ": _compared(lambda a, b: a == b),
    "NEQ": _compared(lambda a, b: a != b),
    "LT": _compared(lambda a, b: a < b),
    "LTE": _compared(lambda a, b: a <= b),
    "GT": _compared(lambda a, b: a > b),
    "GTE": _compared(lambda a, b: a >= b),
    "IN": lambda have, one: have is not None and have.casefold() in [str(v).casefold() for v in one.get("values", [])],
    "NOT_IN": lambda have, one: (
        have is None or have.casefold() not in [str(v).casefold() for v in one.get("values", [])]
    ),
    "HAS_PROPERTY": lambda have, one: bool(have),
    "NOT_HAS_PROPERTY": lambda have, one: not have,
    "CONTAINS_TOKEN": lambda have, one: (
        have is not None and str(one.get("value")).strip("*").casefold() in have.casefold()
    ),
    "BETWEEN": lambda have, one: (
        have is not None and _comparable(one.get("value")) <= _comparable(have) <= _comparable(one.get("highValue"))
    ),
}
