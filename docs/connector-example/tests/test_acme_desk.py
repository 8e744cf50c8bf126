"""The whole contract, against a stand-in of Acme Desk that keeps tickets in a dict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from handoff_acme_desk import TEXT_LIMIT, AcmeDeskConnector

from handoff_core.testing.connector_contract import ConnectorContract
from handoff_core.testing.stand_in import Answer, Request, StandIn


class AcmeDesk:
    def __init__(self) -> None:
        self.tickets: dict[str, dict[str, Any]] = {}

    def answer(self, request: Request) -> Answer:
        ticket_id = request.path.removeprefix("/tickets").strip("/")
        if request.method == "GET":
            shown = [ticket for ticket in self.tickets.values() if ticket["key"] == request.query["key"]]
            return Answer(200, {"tickets": shown})
        if len(request.json["text"]) > TEXT_LIMIT:
            return Answer(422, {"error": "the text is too long"})
        if request.method == "POST":
            ticket_id = str(len(self.tickets) + 1)
            self.tickets[ticket_id] = {"id": int(ticket_id)}
        if ticket_id not in self.tickets:
            return Answer(404, {"error": "no such ticket"})
        self.tickets[ticket_id].update(request.json)
        return Answer(200, self.tickets[ticket_id])

    def count(self, kind: str) -> int:
        return len(self.tickets)

    def delete(self, remote_id: str) -> None:
        del self.tickets[remote_id]


class TestAcmeDesk(ConnectorContract):
    version = 1
    connector_class = AcmeDeskConnector
    settings = {"connector": "acme-desk", "token_env": "ACME_DESK_TOKEN"}  # noqa: RUF012
    kinds = ("ticket",)

    @pytest.fixture
    def server(self) -> Iterator[StandIn]:
        with StandIn(AcmeDesk()) as server:
            yield server
