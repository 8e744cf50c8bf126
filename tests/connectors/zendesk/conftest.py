"""A Zendesk connector for tests that mock its HTTP with ``responses``, and what such tests write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import responses

from handoff_connectors.zendesk import ZendeskConnector
from handoff_core.connector import Context, Observed, Payload, Remote, View, Write
from handoff_core.testing.case import NotebookMemory, Recording
from handoff_core.testing.clock import FakeClock
from handoff_core.testing.factories import make_view
from handoff_mappings.zendesk import ZendeskSettings

ORIGIN = "https://acme.zendesk.com"
API = f"{ORIGIN}/api/v2"
TOKEN = "canary-oauth-token"


@dataclass
class Desk:
    """The connector under test and everything around it."""

    connector: ZendeskConnector
    http: responses.RequestsMock
    clock: FakeClock
    memory: NotebookMemory
    observed: list[Observed] = field(default_factory=list)

    def payload(self, view: View | None = None, kind: str = "ticket") -> Payload:
        return next(one for one in self.connector.render(view or make_view()) if one.kind == kind)

    def prepare(self, payload: Payload, **refs: str) -> bytes:
        """The frozen bytes, with uploads mocked."""
        for number, _ in enumerate(payload.attachments):
            self.http.post(f"{API}/uploads.json", json={"upload": {"token": f"up{number}"}}, status=201)
        frozen = self.connector.prepare(Write(payload, refs=refs))
        assert frozen is not None
        self.http.reset()
        return frozen

    def create(self, payload: Payload, frozen: bytes | None = None, **refs: str) -> Remote:
        frozen = frozen if frozen is not None else self.prepare(payload, **refs)
        return self.connector.create(Write(payload, refs=refs, frozen=frozen, idempotency_key=f"{payload.key}.r1.1"))

    def sent(self) -> list[tuple[str, str]]:
        """Method and path of each request."""
        return [(call.request.method or "", (call.request.url or "")[len(ORIGIN) :]) for call in self.http.calls]


def ticket_json(payload: Payload, **changes: Any) -> dict[str, Any]:
    """The ticket as Zendesk shows it after it was made from ``payload``."""
    own = {name: value for name, value in payload.body.items() if name not in ("comment", "requester")}
    return {
        "id": 35436,
        "status": "new",
        "created_at": "2026-11-20T15:12:00Z",
        "updated_at": "2026-11-20T15:12:00Z",
        **own,
        **changes,
    }


@pytest.fixture
def make_desk(clock: FakeClock) -> Iterator[Callable[..., Desk]]:
    made: list[ZendeskConnector] = []
    with responses.RequestsMock(assert_all_requests_are_fired=False) as http:

        def make(
            secrets: Mapping[str, str] | None = None,
            recorder: Recording | None = None,
            memory: NotebookMemory | None = None,
            **settings: Any,
        ) -> Desk:
            table = {"connector": "zendesk", "subdomain": "acme", **settings}
            if "auth" not in table:
                table.setdefault("token_env", "ZENDESK_TOKEN")
            known = {"ZENDESK_TOKEN": TOKEN} if secrets is None else secrets
            observed: list[Observed] = []
            memory = memory or NotebookMemory()
            context = Context(
                business="acme-plumbing",
                destination="desk",
                settings=ZendeskSettings.model_validate(table),
                secret=lambda name: known[name],
                clock=clock,
                memory=memory,
                observe=observed.append,
                recorder=recorder,
            )
            connector = ZendeskConnector(context)
            made.append(connector)
            return Desk(connector, http, clock, memory, observed)

        yield make
        for connector in made:
            connector.close()


@pytest.fixture
def desk(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk()
