"""HubSpot's batch calls: read, create, update, upsert, archive; 207 where inputs fail one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handoff_connectors.sandbox.clock import iso_milliseconds
from handoff_connectors.sandbox.hubspot_schema import refusal
from handoff_connectors.sandbox.hubspot_state import HubSpotState, Record
from handoff_connectors.sandbox.wire import OVERRIDES, Json, Refusal

INPUTS = 100
"""Inputs of one batch (HubSpot docs, usage limits)."""

Maker = Callable[[Json], Json | None]


def run(state: HubSpotState, kind: str, verb: str, body: Json, *, dated: bool) -> tuple[int, Json | None]:
    """Status and body of the answer to one batch call."""
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not inputs or not all(isinstance(entry, dict) for entry in inputs):
        raise refusal(400, "VALIDATION_ERROR", "Invalid input JSON: inputs must be a list of objects that is not empty")
    if len(inputs) > INPUTS:
        raise refusal(400, "VALIDATION_ERROR", f"The batch has {len(inputs)} inputs, more than {INPUTS}")
    if verb == "archive":
        for entry in inputs:
            record = state.find(kind, str(entry.get("id")))
            if record is not None and not record.archived:
                state.archive(record)
        return 204, None
    make = _maker(state, kind, verb, body, dated)
    started = iso_milliseconds(state.clock.now())
    results, errors = _results(state, kind, verb, inputs, make)
    answer: Json = {"status": "COMPLETE", "results": results, "startedAt": started}
    answer["completedAt"] = iso_milliseconds(state.clock.now())
    if errors:
        return 207, {**answer, "numErrors": len(errors), "errors": errors}
    return 201 if verb == "create" else 200, answer


def _maker(state: HubSpotState, kind: str, verb: str, body: Json, dated: bool) -> Maker:
    def read(entry: Json) -> Json | None:
        record = state.find(kind, str(entry.get("id")), body.get("idProperty"))
        if record is None or record.archived:
            return None
        return state.shown(record, body.get("properties") or [], dated=dated)

    def create(entry: Json) -> Json:
        record = state.create(kind, entry.get("properties"), entry.get("associations"))
        return _traced(state.shown(record, [], dated=dated), entry)

    def update(entry: Json) -> Json:
        record = state.get(kind, str(entry.get("id")), entry.get("idProperty"))
        return _traced(state.shown(state.update(record, entry.get("properties")), [], dated=dated), entry)

    def upsert(entry: Json) -> Json:
        record, new = upserted(state, kind, entry)
        return _traced({**state.shown(record, [], dated=dated), "new": new}, entry)

    return {"read": read, "create": create, "update": update, "upsert": upsert}[verb]


def upserted(state: HubSpotState, kind: str, entry: Json) -> tuple[Record, bool]:
    """One upsert input: the record, and whether it is new."""
    name, value = entry.get("idProperty"), str(entry.get("id", ""))
    properties: Any = entry.get("properties")
    if not name or not value:
        raise refusal(400, "VALIDATION_ERROR", "Each input needs id and idProperty")
    with state.lock:
        found = state.find(kind, value, name)
        if found is not None and not found.archived:
            return state.update(found, properties), False
        wanted = {**properties, name: value} if isinstance(properties, dict) else properties
        return state.create(kind, wanted), True


def _results(
    state: HubSpotState, kind: str, verb: str, inputs: list[Json], make: Maker
) -> tuple[list[Json], list[Json]]:
    overrides = OVERRIDES.get()
    failing = overrides.failing_inputs if overrides else 0
    traced = state.switches.trace_ids and all(entry.get("objectWriteTraceId") for entry in inputs)
    results: list[Json] = []
    errors: list[Json] = []
    good = inputs[: len(inputs) - failing]
    if not traced and verb != "read":
        _rehearse(state, kind, verb, good)
    for entry in good:
        try:
            result = make(entry)
        except Refusal as refused:
            if not traced:
                raise
            errors.append(_error(refused, entry))
            continue
        if result is None:
            missing = refusal(404, "OBJECT_NOT_FOUND", "Could not get some objects, they may be deleted or not exist.")
            errors.append(_error(missing, entry))
        else:
            results.append(result)
    broken = refusal(500, "INTERNAL_ERROR", "internal error")
    errors += [_error(broken, entry) for entry in inputs[len(inputs) - failing :]]
    return results, errors


def _rehearse(state: HubSpotState, kind: str, verb: str, inputs: list[Json]) -> None:
    """Without trace ids one bad input fails the whole batch: find it before anything is applied."""
    keys = [entry.get("id") for entry in inputs]
    if verb != "create" and len(set(keys)) < len(keys):
        raise refusal(400, "VALIDATION_ERROR", "Duplicate IDs found in batch input")
    for entry in inputs:
        found = None if verb == "create" else state.find(kind, str(entry.get("id")), entry.get("idProperty"))
        if verb == "update" and (found is None or found.archived):
            raise refusal(404, "OBJECT_NOT_FOUND", "Object not found.  objectId are usually numeric.")
        state.schema.checked(kind, entry.get("properties"), new=found is None or found.archived)


def _traced(result: Json, entry: Json) -> Json:
    trace = entry.get("objectWriteTraceId")
    return {**result, "objectWriteTraceId": trace} if trace else result


def _error(refused: Refusal, entry: Json) -> Json:
    context = {"ids": [str(entry.get("id"))]} if entry.get("id") else {}
    if entry.get("objectWriteTraceId"):
        context["objectWriteTraceId"] = [str(entry["objectWriteTraceId"])]
    body = refused.body
    return {"status": "error", "category": body["category"], "message": body["message"], "context": context}
