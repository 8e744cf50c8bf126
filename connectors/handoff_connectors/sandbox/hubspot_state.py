"""The records of the HubSpot stand-in: objects, associations, owners."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from handoff_connectors.sandbox.allow_list import NARROW, WIDE, sift
from handoff_connectors.sandbox.clock import Now, iso_milliseconds
from handoff_connectors.sandbox.hubspot_schema import ASSOCIATIONS, OBJECT_TYPES, Schema, refusal
from handoff_connectors.sandbox.switches import HubSpotSwitches
from handoff_connectors.sandbox.wire import Json, staleness

PORTAL_ID = 24681357
_HTML = ("hs_note_body", "hs_task_body")
_OWNERS = (
    ("70001", "80001", "Dana", "Fields", "dana@acme.example"),
    ("70002", "80002", "Sam", "Ortiz", "sam@acme.example"),
)
_VERSIONS_KEPT = 30


@dataclass
class Record:
    """One object. ``versions`` holds (time, properties or None when archived) for searches that lag."""

    kind: str
    id: str
    properties: dict[str, str]
    created: float
    updated: float
    archived: bool = False
    versions: list[tuple[float, dict[str, str] | None]] = field(default_factory=list)

    def as_of(self, at: float) -> dict[str, str] | None:
        """The properties as they were at that time; None = not there, or archived."""
        for since, properties in reversed(self.versions):
            if since <= at:
                return properties
        return None


class HubSpotState:
    """Objects, associations and owners. Every method may be called from any thread."""

    def __init__(self, clock: Now, switches: HubSpotSwitches) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.switches = switches
        self.schema = Schema(switches)
        self.url = ""
        self.accepted_tokens: set[str] | None = None
        self.scopes: list[str] = []
        self.records: dict[tuple[str, str], Record] = {}
        self.associations: dict[tuple[str, str], dict[tuple[str, str, int], float]] = {}
        self.owners: dict[str, Json] = {}
        self._unique: dict[tuple[str, str, str], str] = {}
        self._last = 41_000_000_000
        self.reset()

    def reset(self) -> None:
        """An empty portal with the example owners."""
        with self.lock:
            self.records.clear()
            self.associations.clear()
            self._unique.clear()
            self.schema.seed()
            self.owners.clear()
            self.schema.owner_ids.clear()
            self.accepted_tokens = None
            self.scopes = [
                *(f"crm.objects.{kind}.{right}" for kind in OBJECT_TYPES for right in ("read", "write")),
                "crm.objects.owners.read",
                "crm.schemas.contacts.read",
                "crm.schemas.contacts.write",
                "tickets",
            ]
            for owner_id, user_id, first, last, email in _OWNERS:
                self.add_owner(owner_id, user_id, first, last, email)

    def add_owner(self, owner_id: str, user_id: str, first: str, last: str, email: str) -> Json:
        """Make an owner; ``owner_id`` is what hubspot_owner_id takes, ``user_id`` is not."""
        self.schema.owner_ids.add(owner_id)
        self.owners[owner_id] = {
            "id": owner_id,
            "userId": int(user_id),
            "userIdIncludingInactive": int(user_id),
            "email": email,
            "firstName": first,
            "lastName": last,
            "type": "PERSON",
            "archived": False,
            "createdAt": "2026-01-05T09:00:00.000Z",
            "updatedAt": "2026-01-05T09:00:00.000Z",
            "teams": [],
        }
        return self.owners[owner_id]

    def every(self, kind: str) -> list[Record]:
        """All records of a kind that are not archived, oldest first."""
        with self.lock:
            return [r for (k, _), r in self.records.items() if k == kind and not r.archived]

    def get(self, kind: str, record_id: str, id_property: str | None = None, *, archived: bool = False) -> Record:
        """A record by id or by a unique property; 404 when there is none, 400 when the property is not unique."""
        with self.lock:
            found = self.find(kind, record_id, id_property)
            if found is None or found.archived != archived:
                raise refusal(404, "OBJECT_NOT_FOUND", "Object not found.  objectId are usually numeric.")
            return found

    def find(self, kind: str, record_id: str, id_property: str | None = None) -> Record | None:
        """The record, archived or not; None when there is none."""
        if id_property in (None, "", "hs_object_id"):
            return self.records.get((kind, record_id))
        if not self.schema.unique(kind, str(id_property)):
            text = f"Unable to perform update/upsert by non-unique {OBJECT_TYPES[kind]} property"
            raise refusal(400, "VALIDATION_ERROR", text)
        found = self._unique.get((kind, str(id_property), _folded(str(id_property), record_id)))
        if found is None and id_property == "email" and self.switches.email_lookup_sees_secondary:
            found = self._secondary(record_id)
        return None if found is None else self.records[kind, found]

    def create(self, kind: str, wanted: Any, associations: Any = ()) -> Record:
        """Make a record with its associations, or refuse all of it."""
        with self.lock:
            properties = self._stored(self.schema.checked(kind, wanted, new=True))
            self._check_unique(kind, properties, None)
            links = [self._link_of(kind, entry) for entry in associations or ()]
            now = self.clock.now()
            self._last += 7
            record = Record(kind, str(self._last), properties, now, now)
            self.records[kind, record.id] = record
            self._keep(record, now)
            for to_kind, to_id, numbers in links:
                for number in numbers:
                    self._connect(kind, record.id, to_kind, to_id, number)
            return record

    def update(self, record: Record, wanted: Any) -> Record:
        """Change properties; an empty text clears one."""
        with self.lock:
            changes = self._stored(self.schema.checked(record.kind, wanted, new=False))
            self._check_unique(record.kind, changes, record.id)
            merged = {**record.properties, **changes}
            status = changes.get("hs_task_status")
            if status == "COMPLETED" and record.properties.get("hs_task_status") != "COMPLETED":
                merged["hs_task_completion_date"] = iso_milliseconds(self.clock.now())
            self._forget_unique(record)
            record.properties = {name: value for name, value in merged.items() if value != ""}
            self._keep(record, self.clock.now())
            return record

    def archive(self, record: Record) -> None:
        """Put it into the recycle bin: out of reads, listings and searches; its unique values become free."""
        with self.lock:
            self._forget_unique(record)
            record.archived = True
            record.updated = self.clock.now()
            record.versions.append((record.updated, None))

    def associate(self, kind: str, record_id: str, to_kind: str, to_id: str, number: int | None = None) -> int:
        """Associate two records (again is harmless); the type id. 400 for a wrong type, 404 for a missing record."""
        with self.lock:
            self.get(kind, record_id)
            self.get(to_kind, to_id)
            default = ASSOCIATIONS.get((kind, to_kind))
            if default is None or number not in (None, default):
                raise refusal(
                    400, "VALIDATION_ERROR", f"Association type {number} is not valid from {kind} to {to_kind}"
                )
            self._connect(kind, record_id, to_kind, to_id, default)
            return default

    def dissociate(self, kind: str, record_id: str, to_kind: str, to_id: str) -> None:
        """Undo every association between two records."""
        with self.lock:
            for here, there in (((kind, record_id), (to_kind, to_id)), ((to_kind, to_id), (kind, record_id))):
                links = self.associations.get(here, {})
                for key in [key for key in links if key[:2] == there]:
                    del links[key]

    def associated(self, kind: str, record_id: str, to_kind: str) -> list[tuple[str, int]]:
        """Ids and types of the records that a listing shows, with the lag that is set; archived ones are not shown."""
        newest = self.clock.now() - staleness(self.switches.association_lag)
        with self.lock:
            links = self.associations.get((kind, record_id), {})
            return [
                (to_id, number)
                for (there, to_id, number), since in links.items()
                if there == to_kind and since <= newest and not self.records[there, to_id].archived
            ]

    def searchable(self, kind: str) -> Iterator[tuple[Record, dict[str, str]]]:
        """Records and properties as search sees them, with the lag that is set."""
        at = self.clock.now() - staleness(self.switches.search_lag)
        with self.lock:
            seen = [(record, record.as_of(at)) for (k, _), record in self.records.items() if k == kind]
        return ((record, properties) for record, properties in seen if properties is not None and not record.archived)

    def shown(self, record: Record, names: list[str], *, dated: bool) -> Json:
        """A record as the API answers it; ``names`` empty = all that it has."""
        always = ("hs_object_id", "hs_createdate", "hs_lastmodifieddate")
        legacy = {"contacts": ("createdate", "lastmodifieddate", "email", "firstname", "lastname")}
        wanted = dict.fromkeys((*always, *legacy.get(record.kind, ()), *(names or record.properties)))
        values = {name: record.properties.get(name) for name in wanted if name in self.schema.properties[record.kind]}
        answer: Json = {
            "id": record.id,
            "properties": values,
            "createdAt": iso_milliseconds(record.created),
            "updatedAt": iso_milliseconds(record.updated),
            "archived": record.archived,
        }
        if record.archived:
            answer["archivedAt"] = iso_milliseconds(record.updated)
        if dated:
            type_id = self.switches.note_types.get(record.kind, OBJECT_TYPES[record.kind])
            answer["url"] = f"{self.url}/contacts/{PORTAL_ID}/record/{type_id}/{record.id}"
        return answer

    def _connect(self, kind: str, record_id: str, to_kind: str, to_id: str, number: int) -> None:
        now = self.clock.now()
        back = ASSOCIATIONS[to_kind, kind]
        self.associations.setdefault((kind, record_id), {}).setdefault((to_kind, to_id, number), now)
        self.associations.setdefault((to_kind, to_id), {}).setdefault((kind, record_id, back), now)

    def _link_of(self, kind: str, entry: Any) -> tuple[str, str, list[int]]:
        to_id, types = str(entry.get("to", {}).get("id", "")), entry.get("types") or []
        numbers = [int(t.get("associationTypeId", 0)) for t in types]
        for (here, there), number in ASSOCIATIONS.items():
            if here == kind and numbers and set(numbers) == {number}:
                if (there, to_id) not in self.records or self.records[there, to_id].archived:
                    raise refusal(400, "VALIDATION_ERROR", f"Unable to associate: no {there} record with id {to_id}")
                return there, to_id, numbers
        raise refusal(400, "VALIDATION_ERROR", f"One or more association types are not valid for {kind}: {numbers}")

    def _keep(self, record: Record, now: float) -> None:
        record.updated = now
        stamps = {"hs_object_id": record.id, "hs_createdate": iso_milliseconds(record.created)}
        record.properties.setdefault("hs_object_source", "INTEGRATION")
        record.properties |= {**stamps, "hs_lastmodifieddate": iso_milliseconds(now)}
        if "createdate" in self.schema.properties[record.kind]:
            record.properties["createdate"] = iso_milliseconds(record.created)
        if record.kind == "contacts":
            record.properties["lastmodifieddate"] = iso_milliseconds(now)
        for name, value in record.properties.items():
            if self.schema.unique(record.kind, name):
                self._unique[record.kind, name, _folded(name, value)] = record.id
        for address in filter(None, record.properties.get("hs_additional_emails", "").casefold().split(";")):
            self._unique["contacts", "hs_additional_emails", address] = record.id
        record.versions.append((now, dict(record.properties)))
        del record.versions[:-_VERSIONS_KEPT]

    def _forget_unique(self, record: Record) -> None:
        for name, value in record.properties.items():
            self._unique.pop((record.kind, name, _folded(name, value)), None)
        for address in record.properties.get("hs_additional_emails", "").casefold().split(";"):
            self._unique.pop(("contacts", "hs_additional_emails", address), None)

    def _check_unique(self, kind: str, properties: dict[str, str], own: str | None) -> None:
        for name, value in properties.items():
            if not value or not self.schema.unique(kind, name):
                continue
            other = self._unique.get((kind, name, _folded(name, value)))
            if other is None and name == "email":
                other = self._secondary(value)
            if other is None or other == own:
                continue
            if name == "email":
                raise refusal(409, "CONFLICT", f"Contact already exists. Existing ID: {other}")
            text = f"{name}={value} is already in use by {kind} {other}"
            if self.switches.duplicate_unique == "409":
                raise refusal(409, "CONFLICT", text)
            raise refusal(400, "VALIDATION_ERROR", f"Property values were not valid: {text}")

    def _secondary(self, email: str) -> str | None:
        return self._unique.get(("contacts", "hs_additional_emails", email.casefold()))

    def _stored(self, properties: dict[str, str]) -> dict[str, str]:
        kept = {name: self._html(value) if name in _HTML and value else value for name, value in properties.items()}
        if kept.get("email"):
            kept["email"] = kept["email"].lower()
        return kept

    def _html(self, text: str) -> str:
        kept = sift(text, WIDE if self.switches.html_tags == "wide" else NARROW)
        if self.switches.rewrite_html == "keep":
            return kept
        inner = kept.removeprefix("<div>").removesuffix("</div>") if kept.startswith("<div>") else kept
        inner = inner.replace("<br>", "<br />").replace("<p>", '<p style="margin:0;">')
        return f'<div style="" dir="auto" data-top-level="true">{inner}</div>'


def _folded(name: str, value: str) -> str:
    return value.casefold() if name == "email" else value
