"""Which scope a call to the HubSpot stand-in needs."""

from __future__ import annotations

import re

from handoff_connectors.sandbox.hubspot_schema import refusal
from handoff_connectors.sandbox.wire import Refusal

_OBJECTS = re.compile(r"^/crm/(?:v[34]/objects|objects/20\d\d-\d\d)/(\w+)(/.*)?$")
_READS = re.compile(r"/(?:search|batch/read)$")
_UNDER_CONTACTS = frozenset({"contacts", "notes", "tasks"})
"""Notes and tasks have no scopes of their own (HubSpot's spec, 2026-03)."""


def needed_scope(method: str, path: str) -> str | None:
    """The scope for a call about records; None where the stand-in asks for none."""
    found = _OBJECTS.match(path)
    if found is None:
        return "crm.objects.owners.read" if re.match(r"^/crm/(?:v3/)?owners(?:/|$)", path) else None
    if found[1] not in _UNDER_CONTACTS:
        return None
    reads = method == "GET" or _READS.search(path) is not None
    return f"crm.objects.contacts.{'read' if reads else 'write'}"


def missing_scope(scope: str) -> Refusal:
    """HubSpot's 403 for a token without it."""
    text = "This app hasn't been granted all required scopes to make this call."
    return refusal(403, "MISSING_SCOPES", text, errors=[{"context": {"requiredGranularScopes": [scope]}}])
