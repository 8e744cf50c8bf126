"""What a HubSpot portal knows of its objects: properties, association types, what it refuses."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from handoff_connectors.sandbox.clock import epoch_seconds, iso_milliseconds
from handoff_connectors.sandbox.switches import HubSpotSwitches
from handoff_connectors.sandbox.wire import Json, Refusal

OBJECT_TYPES = {
    "contacts": "0-1",
    "companies": "0-2",
    "deals": "0-3",
    "tickets": "0-5",
    "notes": "0-46",
    "tasks": "0-27",
}
ENGAGEMENTS = ("notes", "tasks")
TEXT_LIMIT = 65_536
"""Characters of one property (HubSpot docs, notes: hs_note_body)."""
UNIQUE_PER_OBJECT = 10
"""Unique properties that an object may have (HubSpot docs, properties)."""

ASSOCIATIONS: dict[tuple[str, str], int] = {
    ("notes", "contacts"): 202,
    ("notes", "companies"): 190,
    ("notes", "deals"): 214,
    ("notes", "tickets"): 228,
    ("tasks", "contacts"): 204,
    ("tasks", "companies"): 192,
    ("tasks", "deals"): 216,
    ("tasks", "tickets"): 230,
    ("contacts", "companies"): 279,
    ("contacts", "deals"): 4,
    ("contacts", "tickets"): 15,
}
"""Default association types (HubSpot docs and hubspot-api-client 12.0.0, association_type.py)."""
ASSOCIATIONS |= {
    (there, here): {279: 280, 4: 3, 15: 16}.get(number, number - 1)
    for (here, there), number in list(ASSOCIATIONS.items())
}

_ENUMS = {
    "hs_task_status": ("NOT_STARTED", "IN_PROGRESS", "WAITING", "COMPLETED", "DEFERRED"),
    "hs_task_priority": ("NONE", "LOW", "MEDIUM", "HIGH"),
    "hs_task_type": ("EMAIL", "CALL", "TODO", "LINKED_IN"),
    "hs_ticket_priority": ("LOW", "MEDIUM", "HIGH", "URGENT"),
}
_COMMON = (
    "hubspot_owner_id",
    "hs_object_id:number",
    "hs_object_source",
    "hs_createdate:datetime",
    "hs_lastmodifieddate:datetime",
)
_BUILT_IN = {
    "contacts": (
        "email firstname lastname phone mobilephone company jobtitle hs_language hs_timezone hs_additional_emails "
        "hs_legal_basis hs_email_optout:bool hs_pinned_engagement_id createdate:datetime lastmodifieddate:datetime "
        "lifecyclestage hs_lead_status website address city"
    ),
    "companies": "name domain phone createdate:datetime",
    "deals": "dealname amount:number dealstage pipeline closedate:datetime createdate:datetime",
    "tickets": "subject content hs_pipeline hs_pipeline_stage hs_ticket_priority:enumeration createdate:datetime",
    "notes": "hs_timestamp:datetime hs_note_body hs_attachment_ids hs_body_preview hs_created_by",
    "tasks": (
        "hs_timestamp:datetime hs_task_subject hs_task_body hs_task_status:enumeration hs_task_priority:enumeration "
        "hs_task_type:enumeration hs_task_reminders hs_task_completion_date:datetime hs_created_by"
    ),
}
_REQUIRED = {
    "notes": ("hs_timestamp",),
    "tasks": ("hs_timestamp",),
    "tickets": ("hs_pipeline", "hs_pipeline_stage"),
}
_EMAIL = re.compile(r"[^@\s<>\"(),:;]{1,64}@[A-Za-z0-9.-]{1,253}\.[A-Za-z]{2,}")
_PROPERTY_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
READ_ONLY = frozenset(
    {"hs_object_id", "hs_object_source", "hs_createdate", "hs_lastmodifieddate", "createdate", "lastmodifieddate"}
)


def refusal(status: int, category: str, message: str, **more: Any) -> Refusal:
    """A refusal in HubSpot's shape."""
    body = {"status": "error", "message": message, "correlationId": str(uuid.uuid4()), "category": category, **more}
    return Refusal(status, body)


def object_type(name: str) -> str:
    """The plural name of an object type given by name, singular or id; 400 when there is none."""
    wanted = name.lower()
    for plural, type_id in OBJECT_TYPES.items():
        singular = {"companies": "company"}.get(plural, plural[:-1])
        if wanted in (plural, singular, type_id):
            return plural
    raise refusal(400, "VALIDATION_ERROR", f"Unable to infer object type from: {name}")


@dataclass
class Schema:
    """Properties and their groups by object type."""

    switches: HubSpotSwitches
    properties: dict[str, dict[str, Json]] = field(default_factory=dict)
    groups: dict[str, dict[str, Json]] = field(default_factory=dict)
    owner_ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.seed()

    def seed(self) -> None:
        """Only what every portal has."""
        for kind in OBJECT_TYPES:
            self.groups[kind] = {}
            self.properties[kind] = {}
            for spec in (*_COMMON, *_BUILT_IN[kind].split()):
                name, _, data_type = spec.partition(":")
                self.properties[kind][name] = _definition(name, data_type or "string", name == "email", built_in=True)

    def add(self, kind: str, wanted: Json) -> Json:
        """Make a custom property as POST /properties does; 400, 403 or 409 when the portal does not take it."""
        if not self.switches.schema_scope:
            raise refusal(403, "MISSING_SCOPES", "This app hasn't been granted all required scopes to make this call.")
        name = str(wanted.get("name", ""))
        if not _PROPERTY_NAME.fullmatch(name) or not wanted.get("label") or not wanted.get("groupName"):
            raise refusal(400, "VALIDATION_ERROR", "Invalid input JSON: name, label and groupName are required")
        if wanted["groupName"] not in self.groups[kind] and not _standard_group(wanted["groupName"]):
            raise refusal(400, "VALIDATION_ERROR", f"Property group {wanted['groupName']} does not exist")
        if name in self.properties[kind]:
            raise refusal(409, "OBJECT_ALREADY_EXISTS", f"A property named '{name}' already exists.")
        unique = wanted.get("hasUniqueValue") is True
        if kind in ENGAGEMENTS and not self.switches.custom_on_engagements:
            raise refusal(400, "VALIDATION_ERROR", f"Object type {kind} does not support custom properties")
        if unique and kind in ENGAGEMENTS and not self.switches.unique_on_engagements:
            raise refusal(400, "VALIDATION_ERROR", f"Object type {kind} does not support unique properties")
        custom_unique = sum(p["hasUniqueValue"] and not p["hubspotDefined"] for p in self.properties[kind].values())
        if unique and custom_unique >= UNIQUE_PER_OBJECT:
            raise refusal(400, "VALIDATION_ERROR", f"An object has at most {UNIQUE_PER_OBJECT} unique properties")
        made = {**_definition(name, str(wanted.get("type", "string")), unique, built_in=False), **_described(wanted)}
        self.properties[kind][name] = made
        return made

    def unique(self, kind: str, name: str) -> bool:
        """Whether a record can be addressed by that property."""
        return bool(self.properties[kind].get(name, {}).get("hasUniqueValue"))

    def checked(self, kind: str, wanted: Any, *, new: bool) -> dict[str, str]:
        """Property values as they are kept; one 400 that names everything that is wrong."""
        if not isinstance(wanted, dict):
            raise refusal(
                400, "VALIDATION_ERROR", "Invalid input JSON on line 1, column 1: properties must be an object"
            )
        problems: list[Json] = []
        kept: dict[str, str] = {}
        for name, value in wanted.items():
            definition = self.properties[kind].get(name)
            if definition is None:
                problems.append(_problem(name, f'Property "{name}" does not exist', "PROPERTY_DOESNT_EXIST"))
            elif name in READ_ONLY:
                problems.append(_problem(name, f'"{name}" is a read only property', "READ_ONLY_VALUE"))
            elif isinstance(value, dict | list):
                problems.append(_problem(name, f"{value!r} is not a valid value for {name}", "INVALID_STRING"))
            else:
                text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
                problem = self._problem_of(name, definition["type"], text)
                kept[name] = _normal(definition["type"], text) if problem is None else text
                problems += [problem] if problem else []
        for name in _REQUIRED.get(kind, ()) if new else ():
            if not kept.get(name):
                problems.append(_problem(name, f'Property "{name}" is required', "REQUIRED_FIELD"))
        if problems:
            text = "Property values were not valid: " + json.dumps(problems)
            errors = [
                {"message": p["message"], "code": p["error"], "context": {"propertyName": [p["name"]]}}
                for p in problems
            ]
            raise refusal(400, "VALIDATION_ERROR", text, errors=errors)
        return kept

    def _problem_of(self, name: str, data_type: str, text: str) -> Json | None:
        if not text:
            return None
        if len(text) > TEXT_LIMIT:
            return _problem(
                name, f"{name} was too long: {len(text)} characters, at most {TEXT_LIMIT}", "INVALID_LENGTH"
            )
        if name == "email" and not _EMAIL.fullmatch(text):
            return _problem(name, f"Email address {text} is invalid", "INVALID_EMAIL")
        if name == "hubspot_owner_id" and text not in self.owner_ids:
            return _problem(name, f"{text} is not a valid owner id", "INVALID_OWNER_ID")
        if data_type == "enumeration" and text not in _ENUMS.get(name, (text,)):
            return _problem(name, f"{text} was not one of the allowed options: {list(_ENUMS[name])}", "INVALID_OPTION")
        if data_type == "number" and not re.fullmatch(r"-?\d+(\.\d+)?", text):
            return _problem(name, f"{text} was not a valid number", "INVALID_NUMBER")
        if data_type == "datetime" and _moment(text) is None:
            return _problem(name, f"{text} was not a valid long or ISO 8601 date", "INVALID_DATE")
        return None


def _definition(name: str, data_type: str, unique: bool, *, built_in: bool) -> Json:
    return {
        "name": name,
        "label": name,
        "type": data_type,
        "fieldType": "text",
        "groupName": "handoff" if not built_in else "information",
        "description": "",
        "options": [
            {"label": o, "value": o, "displayOrder": i, "hidden": False} for i, o in enumerate(_ENUMS.get(name, ()))
        ],
        "displayOrder": -1,
        "calculated": False,
        "externalOptions": False,
        "hasUniqueValue": unique,
        "hidden": False,
        "hubspotDefined": built_in,
        "archived": False,
        "modificationMetadata": {"archivable": not built_in, "readOnlyDefinition": built_in, "readOnlyValue": False},
        "formField": True,
    }


def _described(wanted: Json) -> Json:
    return {k: wanted[k] for k in ("label", "type", "fieldType", "groupName", "description", "hidden") if k in wanted}


def _standard_group(name: str) -> bool:
    return name.endswith(("information", "_info", "engagement"))


def _problem(name: str, message: str, code: str) -> Json:
    return {"isValid": False, "message": message, "error": code, "name": name}


def _normal(data_type: str, text: str) -> str:
    moment = _moment(text) if data_type == "datetime" and text else None
    return text if moment is None else iso_milliseconds(moment)


def _moment(text: str) -> float | None:
    """Seconds since the epoch in epoch milliseconds or ISO text; None when it is neither."""
    try:
        at = int(text) / 1000 if re.fullmatch(r"-?\d{1,16}", text) else epoch_seconds(text)
        datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at
