"""What agents do to tickets in Zendesk's own interface, while Handoff is not looking."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handoff_connectors.sandbox.wire import Json
from handoff_connectors.sandbox.zendesk_account import not_found
from handoff_connectors.sandbox.zendesk_state import Ticket, ZendeskState

DANA = 9001
"""The agent who acts."""


def update(state: ZendeskState, ticket: Ticket, **changes: Any) -> None:
    """Change fields (assignee_id, status, priority, subject, group_id, custom_fields …) as an agent."""
    state.change(ticket.id, changes, DANA)


def comment(state: ZendeskState, ticket: Ticket, *, text: str = "I am on it.", public: bool = False) -> None:
    """Add a comment."""
    state.change(ticket.id, {"comment": {"body": text, "public": public}}, DANA)


def edit(state: ZendeskState, ticket: Ticket, *, text: str = "Edited by Dana.") -> None:
    """Write over the text: every multi-line field that is filled, and the subject. Comments cannot be edited."""
    fields = [
        {"id": entry["id"], "value": text}
        for entry in ticket.values["custom_fields"]
        if entry["value"] and state.account.fields[entry["id"]]["type"] == "textarea"
    ]
    state.change(ticket.id, {"subject": text, "custom_fields": fields}, DANA)


def solve(state: ZendeskState, ticket: Ticket) -> None:
    """Solve it; it can be opened again."""
    state.change(ticket.id, {"status": "solved", "assignee_id": ticket.values["assignee_id"] or DANA}, DANA)


def close(state: ZendeskState, ticket: Ticket) -> None:
    """Close it for good."""
    if not ticket.closed:
        state.change(ticket.id, {"status": "closed", "assignee_id": ticket.values["assignee_id"] or DANA}, DANA)


def delete(state: ZendeskState, ticket: Ticket) -> None:
    """Delete it: it can no longer be read or listed."""
    with state.lock:
        ticket.deleted = True


def merge(state: ZendeskState, ticket: Ticket, *, into: int | None = None) -> int:
    """Merge it into another ticket (a new one when ``into`` is None); the target's id.

    The source is closed with the tag closed_by_merge and a private note that names the target.
    """
    with state.lock:
        if into is None:
            made, _ = state.create(
                {"subject": "An earlier ticket", "comment": {"body": "Hello?", "public": True}}, DANA
            )
            into = made.id
        target = state.ticket(into)
        words = ticket.values["subject"]
        state.change(
            ticket.id,
            {
                "comment": {"body": f"This request was closed and merged into request #{into}.", "public": False},
                "tags": [*ticket.values["tags"], "closed_by_merge"],
                "status": "closed",
            },
            DANA,
        )
        ticket.audits[-1]["via"] = {
            "channel": "web",
            "source": {"from": {}, "to": {"ticket_id": into, "subject": target.values["subject"]}, "rel": "merge"},
        }
        ticket.comments[-1]["via"] = ticket.audits[-1]["via"]
        ticket.merged_into = into
        state.change(
            into,
            {
                "comment": {
                    "body": f'Request #{ticket.id} "{words}" was closed and merged into this request.',
                    "public": False,
                }
            },
            DANA,
        )
        source = {"from": {"ticket_ids": [ticket.id], "subject": words}, "to": {}, "rel": "merge"}
        target.audits[-1]["via"] = {"channel": "web", "source": source}
        return into


def clone(state: ZendeskState, ticket: Ticket) -> int:
    """Make a second ticket with the same external_id, as a race of two writers would; its id."""
    first = ticket.comments[0]
    copied, _ = state.create(
        {
            "subject": ticket.values["subject"],
            "external_id": ticket.values["external_id"],
            "tags": ticket.values["tags"],
            "comment": {"html_body": first["html_body"], "public": first["public"]},
        }
    )
    return copied.id


ACTIONS: dict[str, Callable[..., Any]] = {
    "update": update,
    "comment": comment,
    "edit": edit,
    "human_edit": edit,
    "solve": solve,
    "close": close,
    "closed": close,
    "delete": delete,
    "deleted": delete,
    "merge": merge,
    "merged": merge,
    "clone": clone,
}


def act(state: ZendeskState, action: str, ticket_id: int | None, arguments: Json) -> Any:
    """Do one action to a ticket, by default the newest; ValueError for an unknown action, Refusal when it cannot be."""
    if action not in ACTIONS:
        raise ValueError(f"{action!r} is nothing an agent does here; use one of {', '.join(ACTIONS)}")
    if ticket_id is None:
        alive = [ticket.id for ticket in state.every() if not ticket.deleted]
        if not alive:
            raise not_found()
        ticket_id = alive[-1]
    return ACTIONS[action](state, state.ticket(ticket_id), **arguments)
