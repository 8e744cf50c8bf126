"""Owners: who may own a note or a task in HubSpot."""

from __future__ import annotations

from handoff_connectors.hubspot.paths import Route
from handoff_connectors.hubspot.portal import Portal
from handoff_connectors.hubspot.records import record_id
from handoff_core.errors import Transient


def owner_id(portal: Portal, email: str) -> str | None:
    """The id of the active owner with exactly that address; None = nobody.

    It is the owner's ``id``: ``hubspot_owner_id`` does not take the ``userId`` that stands beside it.
    """
    answer = portal.call("looking up an owner", "GET", Route.OWNERS, query=[("email", email), ("limit", "100")])
    results = answer.get("results")
    if not isinstance(results, list):
        raise Transient("HubSpot, looking up an owner: the answer holds no list. It is asked again.")
    for owner in results:
        if not isinstance(owner, dict) or owner.get("archived") is True:
            continue
        address, found = owner.get("email"), record_id(owner.get("id"))
        if found is not None and isinstance(address, str) and address.strip().lower() == email.strip().lower():
            return found
    return None
