"""What people do to records in HubSpot's own interface, while Handoff is not looking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handoff_connectors.sandbox.hubspot_schema import READ_ONLY, refusal
from handoff_connectors.sandbox.hubspot_state import HubSpotState, Record
from handoff_connectors.sandbox.wire import Json

_TEXT = {"notes": "hs_note_body", "tasks": "hs_task_body", "tickets": "content", "contacts": "jobtitle"}


def update(state: HubSpotState, record: Record, **changes: Any) -> None:
    """Change properties (hubspot_owner_id, hs_task_priority …)."""
    state.update(record, changes)


def edit(state: HubSpotState, record: Record, *, text: str = "Edited by Dana.") -> None:
    """Write a line of one's own under the text."""
    name = _TEXT[record.kind]
    state.update(record, {name: f"{record.properties.get(name, '')}<p>{text}</p>"})


def delete(state: HubSpotState, record: Record) -> None:
    """Put it into the recycle bin."""
    state.archive(record)


def complete(state: HubSpotState, record: Record) -> None:
    """Complete the task."""
    if record.kind == "tasks":
        state.update(record, {"hs_task_status": "COMPLETED"})


def merge(state: HubSpotState, record: Record, *, into: str | None = None) -> str | None:
    """Merge a contact into another (the oldest other one): its records move, it is archived; the target's id."""
    if record.kind != "contacts":
        state.archive(record)
        return None
    others = [other for other in state.every("contacts") if other.id != record.id]
    target = next((other for other in others if into in (None, other.id)), None)
    if target is None:
        return None
    for kind in ("notes", "tasks", "tickets"):
        for linked, _ in state.associated("contacts", record.id, kind):
            state.associate(kind, linked, "contacts", target.id)
    email = record.properties.get("email")
    state.archive(record)
    if email:
        known = target.properties.get("hs_additional_emails", "")
        state.update(target, {"hs_additional_emails": ";".join(filter(None, [known, email]))})
    return target.id


def clone(state: HubSpotState, record: Record) -> str:
    """Make a second record with the same text and associations (and key, where it is not unique); its id."""
    kept = {
        name: value
        for name, value in record.properties.items()
        if not state.schema.unique(record.kind, name) and name not in READ_ONLY
    }
    copied = state.create(record.kind, kept)
    for kind in ("contacts", "companies", "deals", "tickets"):
        for linked, _ in state.associated(record.kind, record.id, kind) if kind != record.kind else ():
            state.associate(record.kind, copied.id, kind, linked)
    return copied.id


ACTIONS: dict[str, Callable[..., Any]] = {
    "update": update,
    "edit": edit,
    "human_edit": edit,
    "delete": delete,
    "deleted": delete,
    "complete": complete,
    "close": complete,
    "closed": complete,
    "merge": merge,
    "merged": merge,
    "clone": clone,
}


def act(state: HubSpotState, action: str, kind: str, record_id: str | None, arguments: Json) -> Any:
    """Do one action to a record, by default the newest of its kind; ValueError for an unknown action."""
    if action not in ACTIONS:
        raise ValueError(f"{action!r} is nothing a person does here; use one of {', '.join(ACTIONS)}")
    if record_id is None:
        alive = state.every(kind)
        if not alive:
            raise refusal(404, "OBJECT_NOT_FOUND", f"no {kind}")
        record_id = alive[-1].id
    return ACTIONS[action](state, state.get(kind, record_id), **arguments)
