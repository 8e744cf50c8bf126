"""The contract that every connector keeps, against a small Zendesk that remembers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from handoff_connectors.zendesk import ZendeskConnector
from handoff_core.testing.connector_contract import ConnectorContract
from handoff_core.testing.faults import FaultyOperation
from handoff_core.testing.stand_in import Answer, Request, Server, StandIn

Ticket = dict[str, Any]
_REDACTION = re.compile(r"/api/v2/comment_redactions/(\d+)")
_ONE = re.compile(r"/api/v2/tickets/(\d+)(/tags|/comments)?")


class SmallZendesk:
    """Tickets by id, and answers by idempotency key."""

    def __init__(self) -> None:
        self.tickets: dict[int, Ticket] = {}
        self.comments: dict[int, list[dict[str, Any]]] = {}
        self.kept: dict[str, tuple[bytes, Answer]] = {}
        self.uploads = 0

    def answer(self, request: Request) -> Answer:
        path = request.path.removesuffix(".json")
        if path == "/api/v2/uploads":
            self.uploads += 1
            return Answer(201, {"upload": {"token": f"u{self.uploads}"}})
        if path == "/api/v2/tickets":
            return self._create(request) if request.method == "POST" else self._list(request.query["external_id"])
        if path == "/api/v2/users/me":
            return Answer(200, {"user": {"id": 9, "role": "agent"}})
        if redaction := _REDACTION.fullmatch(path):
            return self._redact(request.json, int(redaction[1]))
        match = _ONE.fullmatch(path)
        assert match, path
        ticket = self.tickets.get(int(match[1]))
        if ticket is None:
            return Answer(404, {"error": "RecordNotFound"})
        if match[2] == "/comments":
            return Answer(200, {"comments": self.comments[ticket["id"]]})
        if match[2] == "/tags":
            sent = request.json["tags"]
            kept = [one for one in ticket["tags"] if one not in sent]
            ticket["tags"] = kept if request.method == "DELETE" else [*kept, *sent]
            return Answer(200, {"tags": ticket["tags"]})
        if request.method == "DELETE":
            del self.tickets[ticket["id"]]
            return Answer(204)
        if request.method == "PUT":
            self._change(ticket, request.json["ticket"])
        return Answer(200, {"ticket": ticket, "audit": {"id": 1, "events": []}})

    def count(self, kind: str) -> int:
        return sum("handoff_duplicate" not in ticket["tags"] for ticket in self.tickets.values())

    def delete(self, remote_id: str) -> None:
        del self.tickets[int(remote_id)]

    def _create(self, request: Request) -> Answer:
        key = request.headers["idempotency-key"]
        if key in self.kept:
            body, answer = self.kept[key]
            return answer if body == request.body else Answer(400, {"error": "IdempotentRequestError"})
        number = 100 + len(self.tickets)
        ticket = {"id": number, "status": "new", "created_at": "2026-11-20T15:12:00Z", "updated_at": "1"}
        self.tickets[number], self.comments[number] = ticket, []
        self._change(ticket, request.json["ticket"])
        self.kept[key] = (request.body, Answer(201, {"ticket": dict(ticket)}))
        return self.kept[key][1]

    def _change(self, ticket: Ticket, wanted: Ticket) -> None:
        comment = wanted.pop("comment", None)
        if comment is not None:
            assert comment["public"] is False
            number = len(self.comments[ticket["id"]]) + 1
            self.comments[ticket["id"]].append({"id": number, "author_id": 9, **comment})
        ticket |= {**wanted, "updated_at": ticket["updated_at"] + "1"}

    def _redact(self, wanted: dict[str, Any], comment_id: int) -> Answer:
        comment = next(one for one in self.comments[wanted["ticket_id"]] if one["id"] == comment_id)
        comment["html_body"] = re.sub(r"<redact>.*?</redact>", "\N{LOWER SEVEN EIGHTHS BLOCK}", wanted["html_body"])
        return Answer(200, {"comment": comment})

    def _list(self, external_id: str) -> Answer:
        return Answer(200, {"tickets": [one for one in self.tickets.values() if one["external_id"] == external_id]})


def operation_of(request: Request) -> tuple[FaultyOperation | None, str | None]:
    path = request.path.removesuffix(".json")
    if path == "/api/v2/tickets":
        return ("create" if request.method == "POST" else "find"), "ticket"
    if request.method == "PUT" and _ONE.fullmatch(path):
        return "update", "ticket"
    return None, None


class TestZendesk(ConnectorContract):
    version = 1
    connector_class = ZendeskConnector
    settings = {"connector": "zendesk", "token_env": "ZENDESK_TOKEN", "brief_field": 360010}  # noqa: RUF012
    kinds = ("ticket",)

    @pytest.fixture
    def server(self) -> Iterator[Server]:
        with StandIn(SmallZendesk(), operation_of) as server:
            yield server
