"""What a Zendesk account holds besides tickets: people, groups, fields, forms, tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from handoff_connectors.sandbox.clock import Now, iso_seconds
from handoff_connectors.sandbox.wire import Json, Refusal

BOT_ID = 9000
"""The user that every API token belongs to."""

_EMAIL = re.compile(r"[^@\s<>\"]{1,64}@[^@\s<>\"]{1,253}\.[^@\s<>\"]{2,}")
_AGENTS = ((BOT_ID, "Handoff", "handoff@acme.example", "admin"), (9001, "Dana Fields", "dana@acme.example", "agent"))
_MORE_AGENTS = ((9002, "Sam Ortiz", "sam@acme.example", "agent"), (9003, "Lee Moran", "lee@acme.example", "admin"))
_GROUPS = ((360007, "Support desk"), (360008, "Dispatch"))
_FIELDS = (
    (360001, "text", "Urgency"),
    (360002, "text", "Order number"),
    (360003, "text", "Source"),
    (360010, "textarea", "Handoff brief"),
    (360011, "text", "Handoff links"),
    (360012, "integer", "Handoff revision"),
)
_STATUSES = ((1, "new"), (2, "open"), (3, "pending"), (4, "hold"), (5, "solved"))


def record_invalid(problems: dict[str, str]) -> Refusal:
    """422 RecordInvalid, shaped as Zendesk shapes it: what is wrong, by field."""
    details = {name: [{"description": text, "error": None}] for name, text in problems.items()}
    return Refusal(422, {"error": "RecordInvalid", "description": "Record validation errors", "details": details})


def not_found() -> Refusal:
    """404 RecordNotFound."""
    return Refusal(404, {"error": "RecordNotFound", "description": "Not found"})


@dataclass
class Account:
    """People, groups, fields, forms and tokens. ``accepted_tokens`` None: any token that is not empty."""

    clock: Now
    url: str = ""
    users: dict[int, Json] = field(default_factory=dict)
    groups: dict[int, Json] = field(default_factory=dict)
    fields: dict[int, Json] = field(default_factory=dict)
    forms: dict[int, Json] = field(default_factory=dict)
    accepted_tokens: set[str] | None = None
    revoked_tokens: set[str] = field(default_factory=set)
    issued_tokens: dict[str, float] = field(default_factory=dict)
    """Token from client_credentials → the time at which it expires."""
    clients: dict[str, str] | None = None
    """OAuth client ids and secrets; None: any."""
    _last_user: int = 20000

    def __post_init__(self) -> None:
        self.seed()

    def seed(self) -> None:
        """The example account: four agents, two groups, six fields, one form."""
        self.users, self.groups, self.fields, self.forms = {}, {}, {}, {}
        for user_id, name, email, role in (*_AGENTS, *_MORE_AGENTS):
            self.add_user(name, email, role=role, user_id=user_id)
        for group_id, name in _GROUPS:
            self.add_group(group_id, name)
        for field_id, kind, title in _FIELDS:
            self.add_field(field_id, kind, title)
        self.forms[11] = {
            "id": 11,
            "name": "Default",
            "active": True,
            "default": True,
            "ticket_field_ids": list(self.fields),
        }

    def add_user(
        self, name: str, email: str | None, *, role: str = "end-user", user_id: int | None = None, **more: Any
    ) -> Json:
        """Make a user; he is returned as the API shows him."""
        if user_id is None:
            self._last_user += 1
            user_id = self._last_user
        now = iso_seconds(self.clock.now())
        self.users[user_id] = {
            "id": user_id,
            "url": f"{self.url}/api/v2/users/{user_id}.json",
            "name": name,
            "email": email,
            "role": role,
            "active": True,
            "suspended": False,
            "verified": role != "end-user",
            "external_id": None,
            "phone": None,
            "time_zone": "America/Chicago",
            "locale": "en-US",
            "created_at": now,
            "updated_at": now,
            **more,
        }
        return self.users[user_id]

    def add_group(self, group_id: int, name: str) -> Json:
        """Make a group of agents."""
        self.groups[group_id] = {
            "id": group_id,
            "url": f"{self.url}/api/v2/groups/{group_id}.json",
            "name": name,
            "deleted": False,
            "is_public": True,
            "default": False,
        }
        return self.groups[group_id]

    def add_field(self, field_id: int, kind: str, title: str, options: tuple[str, ...] = ()) -> Json:
        """Make a custom ticket field; ``options`` are the tags of a tagger or multiselect."""
        self.fields[field_id] = {
            "id": field_id,
            "url": f"{self.url}/api/v2/ticket_fields/{field_id}.json",
            "type": kind,
            "title": title,
            "raw_title": title,
            "active": True,
            "required": False,
            "removable": True,
            "custom_field_options": [{"id": i, "name": o, "value": o} for i, o in enumerate(options, 1)],
        }
        return self.fields[field_id]

    def statuses(self) -> list[Json]:
        """The custom statuses: one for each category."""
        return [
            {"id": i, "status_category": name, "agent_label": name.title(), "active": True, "default": True}
            for i, name in _STATUSES
        ]

    def user_by_email(self, email: str) -> Json | None:
        """The active user with that address, whatever its case."""
        wanted = email.strip().casefold()
        return next((u for u in self.users.values() if (u["email"] or "").casefold() == wanted and u["active"]), None)

    def requester(self, wanted: Json) -> int:
        """The id of ``{name, email}``: the user with that address, else a new one. 422 for what is no address."""
        email = wanted.get("email")
        if email:
            if not _EMAIL.fullmatch(str(email)):
                raise record_invalid({"requester": f"Requester: Email:  {email} is not properly formatted"})
            known = self.user_by_email(email)
            if known:
                return int(known["id"])
        name = str(wanted.get("name") or email or "").strip()
        if not name:
            raise record_invalid({"requester": "Requester: Name:  is too short (minimum is 1 character)"})
        return int(self.add_user(name, email or None)["id"])

    def agent(self, user_id: Any) -> int:
        """The id of an agent; 422 when nobody, or no agent, has it."""
        user = self.users.get(user_id) if isinstance(user_id, int) else None
        if user is None or user["role"] == "end-user" or not user["active"]:
            raise record_invalid({"assignee": "Assignee: is invalid"})
        return int(user["id"])

    def group(self, group_id: Any) -> int:
        """The id of a group; 422 when there is none."""
        if not isinstance(group_id, int) or group_id not in self.groups:
            raise record_invalid({"group": "Group: is invalid"})
        return group_id

    def problem_of_token(self, token: str | None) -> str | None:
        """Why a token is not accepted; None = it is."""
        if not token:
            return "missing"
        expires = self.issued_tokens.get(token)
        if token in self.revoked_tokens or (expires is not None and expires <= self.clock.now()):
            return "expired"
        if self.accepted_tokens is not None and token not in self.accepted_tokens and expires is None:
            return "unknown"
        return None
