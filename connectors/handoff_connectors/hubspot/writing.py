"""Carrying out what is to be written to a record, as far as HubSpot takes it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any, Final

from handoff_connectors.hubspot.attempts import Attempts, Late
from handoff_connectors.hubspot.errors import Conflict, Rejected
from handoff_connectors.hubspot.ownership import Plan
from handoff_connectors.hubspot.portal import Portal
from handoff_connectors.hubspot.records import Found, patch
from handoff_core.errors import Refused

_TRIES: Final = 2
"""HubSpot names everything that is wrong at once; a conflict comes alone, after that."""


def carry_out(
    portal: Portal, attempts: Attempts, found: Found, seen: Mapping[str, Any], plan: Plan, *, droppable: Set[str]
) -> tuple[Plan, Late]:
    """Write the plan's patch; gives the plan as it was carried out, and what of earlier sends may still arrive.

    A value that HubSpot does not take is left out and named in ``kept``, when it is ``droppable``: one bad field of
    a packet must not keep a person from seeing the rest. Everything else is raised.
    """
    earlier: Late | None = None
    for attempt in range(_TRIES + 1):
        if not plan.patch:
            break
        sent = attempts.before_sending(found.path, seen, plan.patch)
        earlier = sent if earlier is None else earlier  # what was refused in between can never arrive
        try:
            patch(portal, found.kind, found.id, plan.patch)
            break
        except Conflict:
            refused = frozenset({"email"}) & droppable & plan.patch.keys()  # another contact has that address
            if not refused or attempt == _TRIES:
                raise
        except Rejected as error:
            refused = error.properties & droppable & plan.patch.keys()
            if not refused or attempt == _TRIES:
                raise
        plan = without(plan, refused)
    return plan, earlier or {}


def without(plan: Plan, names: Set[str]) -> Plan:
    """The plan without some properties, named in ``kept``."""
    return Plan(
        {name: value for name, value in plan.patch.items() if name not in names},
        (*plan.kept, *(not_taken(name) for name in sorted(names))),
        plan.ours - names,
    )


def not_taken(name: str) -> str:
    """How a property that HubSpot refuses is named to people."""
    return f"{name}: HubSpot does not take the value"


def required_id(remote_id: str | None) -> str:
    """The id of the record to write to. Refused when the ledger does not know it."""
    if remote_id is None:
        raise Refused("HubSpot, updating a record: its id is not known. Run handoff sync --reconcile.")
    return remote_id
