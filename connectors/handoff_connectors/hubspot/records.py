"""Records of a HubSpot account: read, written and associated, each proven by its id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from handoff_connectors.hubspot.errors import SEARCH, rejected
from handoff_connectors.hubspot.paths import Route
from handoff_connectors.hubspot.portal import Portal
from handoff_core.errors import Gone, Transient, Unknown
from handoff_mappings.hubspot.limits import ASSOCIATIONS_PAGE, BATCH_READ, SEARCH_PAGE

ASSOCIATION_TYPES: Final[Mapping[tuple[str, str], int]] = {
    ("notes", "contacts"): 202,
    ("notes", "companies"): 190,
    ("notes", "deals"): 214,
    ("notes", "tickets"): 228,
    ("tasks", "contacts"): 204,
    ("tasks", "companies"): 192,
    ("tasks", "deals"): 216,
    ("tasks", "tickets"): 230,
}
"""HubSpot's own association types, as hubspot-api-client 12.0.0 lists them (crm/association_type.py)."""
SINGULAR: Final[Mapping[str, str]] = {
    "notes": "note",
    "tasks": "task",
    "contacts": "contact",
    "companies": "company",
    "deals": "deal",
    "tickets": "ticket",
}
MOST_PAGES: Final = 20
"""Pages of one listing that are read at most: 10,000 records of one contact."""
UNTOUCHED: Final = 10.0
"""Seconds between creation and last change within which no person changed a record."""

_ID: Final = re.compile(r"[1-9]\d{0,19}")


@dataclass(frozen=True, slots=True)
class Found:
    """One record as HubSpot holds it. Property values are text, ``""`` for none; times are epoch seconds."""

    kind: str
    id: str
    properties: Mapping[str, str]
    created_at: float | None
    modified_at: float | None
    url: str | None

    @property
    def path(self) -> str:
        """Kind and id: ``notes/17``."""
        return f"{self.kind}/{self.id}"


def untouched(found: Found) -> bool:
    """Whether the record is as it was made: HubSpot's own last touches come within seconds."""
    if found.created_at is None or found.modified_at is None:
        return False
    return found.modified_at - found.created_at <= UNTOUCHED


def record_id(value: object) -> str | None:
    """A record's id as HubSpot writes it; None for anything else."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return text if isinstance(text, str) and _ID.fullmatch(text) else None


def read(portal: Portal, kind: str, given: str, names: Iterable[str], *, by: str | None = None) -> Found:
    """The record with the id ``given``, or with that value of the unique property ``by``. Gone when there is none."""
    doing = f"reading a {SINGULAR[kind]}"
    query = [("properties", name) for name in dict.fromkeys(names)]
    if by is not None:
        query.append(("idProperty", by))
    answer = portal.call(doing, "GET", Route.OBJECT, query=query, type=kind, id=given)
    found = found_of(kind, answer)
    if found is None:
        raise Transient(f"HubSpot, {doing}: the answer holds no record. It is asked again.")
    if answer.get("archived") is True:
        raise Gone(f"HubSpot, {doing}: it was archived by a person.")
    return found


def create(
    portal: Portal, kind: str, properties: Mapping[str, str], associations: Sequence[tuple[str, str]] = ()
) -> Found:
    """Make a record, associated at once. ``associations``: (kind, id). Unknown unless the answer holds its id."""
    doing = f"creating a {SINGULAR[kind]}"
    body = {"properties": dict(properties), "associations": [_association(kind, *one) for one in associations]}
    answer = portal.call(doing, "POST", Route.OBJECTS, body=body, repeatable=False, type=kind)
    found = found_of(kind, answer)
    if found is None:
        raise Unknown(f"HubSpot, {doing}: the answer names no id; the {SINGULAR[kind]} may be there.")
    return found


def upsert(portal: Portal, kind: str, by: str, value: str, properties: Mapping[str, str], trace: str) -> Found:
    """Make the record whose unique property ``by`` has ``value``, or write to it. Safe to repeat.

    ``trace`` (objectWriteTraceId) makes HubSpot report this input by itself instead of failing the batch.
    """
    doing = f"creating a {SINGULAR[kind]} by {by}"
    one = {"idProperty": by, "id": value, "properties": dict(properties), "objectWriteTraceId": trace}
    answer = portal.call(doing, "POST", Route.UPSERT, body={"inputs": [one]}, repeatable=False, type=kind)
    results = answer.get("results")
    for result in results if isinstance(results, list) else ():
        found = found_of(kind, result)
        if found is not None and found.properties.get(by, value) == value:
            return found
    for error in _errors(answer):
        if error.get("category") in _CERTAIN:
            raise rejected(f"HubSpot, {doing}", {**error, "errors": [error]}, 207, None)
    raise Unknown(f"HubSpot, {doing}: the answer names no id; the {SINGULAR[kind]} may be there.")


def patch(portal: Portal, kind: str, given: str, properties: Mapping[str, str]) -> None:
    """Write some properties of a record. Gone when it is not there. Unknown unless the answer holds its id."""
    doing = f"updating a {SINGULAR[kind]}"
    body = {"properties": dict(properties)}
    answer = portal.call(doing, "PATCH", Route.OBJECT, body=body, repeatable=False, type=kind, id=given)
    if found_of(kind, answer) is None:
        raise Unknown(f"HubSpot, {doing}: the answer names no id; it is written again.")


def archive(portal: Portal, kind: str, given: str) -> None:
    """Move a record to the recycling bin."""
    portal.call(f"archiving a {SINGULAR[kind]}", "DELETE", Route.OBJECT, type=kind, id=given)


def associate(portal: Portal, kind: str, given: str, to: str, to_id: str) -> None:
    """Associate two records by HubSpot's default type. Safe to repeat. Gone when one of them is not there."""
    doing = f"associating a {SINGULAR[kind]} with a {SINGULAR[to]}"
    answer = portal.call(doing, "PUT", Route.ASSOCIATE, type=kind, id=given, to=to, to_id=to_id)
    for error in _errors(answer):
        raise rejected(f"HubSpot, {doing}", error, 207, None)


def associated(portal: Portal, kind: str, given: str, to: str) -> list[str]:
    """Ids of the ``to`` records associated with a record, each once; from the database, not from a search index."""
    doing = f"listing the {to} of a {SINGULAR[kind]}"
    ids: dict[str, None] = {}
    after: str | None = None
    for _ in range(MOST_PAGES):
        query = [("limit", str(ASSOCIATIONS_PAGE)), *([("after", after)] if after else [])]
        answer = portal.call(doing, "GET", Route.ASSOCIATED, query=query, type=kind, id=given, to=to)
        ids.update((one, None) for one in _associated_ids(answer, doing))
        after = _after(answer)
        if after is None:
            break
    return list(ids)


def read_many(portal: Portal, kind: str, ids: Sequence[str], names: Sequence[str]) -> Iterator[Found]:
    """The records among ``ids`` that are there; archived ones are left out."""
    doing = f"reading {kind}"
    for start in range(0, len(ids), BATCH_READ):
        inputs = [{"id": one} for one in ids[start : start + BATCH_READ]]
        answer = portal.call(doing, "POST", Route.READ, body={"properties": list(names), "inputs": inputs}, type=kind)
        # 207 names what it could not give: a record that is gone is simply absent, anything else is no answer.
        if any(error.get("category") != "OBJECT_NOT_FOUND" for error in _errors(answer)):
            raise Transient(f"HubSpot, {doing}: some records could not be read. They are asked again.")
        yield from _results(kind, answer, doing)


def search(
    portal: Portal, kind: str, groups: Sequence[Sequence[tuple[str, str, str]]], names: Sequence[str], sort: str
) -> list[Found]:
    """The first page of a search, oldest first. Its index lags: absence means nothing.

    ``groups``: one of them must match, and in it every (property, operator, value).
    """
    doing = f"searching {kind}"
    body = {
        "filterGroups": [
            {"filters": [{"propertyName": name, "operator": how, "value": value} for name, how, value in group]}
            for group in groups
        ],
        "properties": list(names),
        "sorts": [{"propertyName": sort, "direction": "ASCENDING"}],
        "limit": SEARCH_PAGE,
    }
    answer = portal.call(doing, "POST", Route.SEARCH, body=body, limit_class=SEARCH, type=kind)
    found = {one.id: one for one in _results(kind, answer, doing)}
    return list(found.values())


def found_of(kind: str, answer: object) -> Found | None:
    """One record in an answer; None when it is none."""
    if not isinstance(answer, dict):
        return None
    given, properties = record_id(answer.get("id")), answer.get("properties")
    if given is None or not isinstance(properties, dict):
        return None
    values = {str(name): value if isinstance(value, str) else "" for name, value in properties.items()}
    created = values.get("hs_createdate") or values.get("createdate") or answer.get("createdAt")
    modified = values.get("hs_lastmodifieddate") or values.get("lastmodifieddate") or answer.get("updatedAt")
    url = answer.get("url")
    return Found(
        kind=kind,
        id=given,
        properties=values,
        created_at=_epoch(created),
        modified_at=_epoch(modified),
        url=url if isinstance(url, str) and re.match(r"https?://[^\s]+\Z", url) else None,
    )


_CERTAIN: Final = frozenset({"VALIDATION_ERROR", "CONFLICT", "OBJECT_NOT_FOUND", "MISSING_SCOPES", "BAD_REQUEST"})
"""Categories of an error in a batch which say for certain that the input was not written."""


def _association(kind: str, to: str, to_id: str) -> dict[str, Any]:
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": ASSOCIATION_TYPES[kind, to]}]
    return {"to": {"id": to_id}, "types": types}


def _results(kind: str, answer: Mapping[str, Any], doing: str) -> Iterator[Found]:
    results = answer.get("results")
    if not isinstance(results, list):
        raise Transient(f"HubSpot, {doing}: the answer holds no list. It is asked again.")
    for result in results:
        found = found_of(kind, result)
        if found is None:
            raise Transient(f"HubSpot, {doing}: the answer holds something that is no record. It is asked again.")
        if result.get("archived") is not True:
            yield found


def _associated_ids(answer: Mapping[str, Any], doing: str) -> Iterator[str]:
    results = answer.get("results")
    if not isinstance(results, list):
        raise Transient(f"HubSpot, {doing}: the answer holds no list. It is asked again.")
    for result in results:
        given = record_id(result.get("toObjectId", result.get("id"))) if isinstance(result, dict) else None
        if given is not None:
            yield given


def _after(answer: Mapping[str, Any]) -> str | None:
    paging = answer.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else None
    after = following.get("after") if isinstance(following, dict) else None
    return str(after) if isinstance(after, str | int) and not isinstance(after, bool) else None


def _errors(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    errors = answer.get("errors")
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []


def _epoch(value: object) -> float | None:
    if not isinstance(value, str) or not value:
        return None
    try:
        return int(value) / 1000.0 if value.isdigit() else datetime.fromisoformat(value).timestamp()
    except (ValueError, OverflowError):
        return None
