"""A Slack connector whose every request ``responses`` answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import pytest
import responses

from handoff_connectors.slack import SlackConnector
from handoff_core.connector import Context, Payload, Recorder, Remote, View, Write
from handoff_core.testing.case import NotebookMemory
from handoff_core.testing.clock import FakeClock
from handoff_core.testing.factories import make_owner, make_view
from handoff_mappings.slack import SlackSettings

TOKEN = "xoxb-canary-5512"
TS = "1795187521.000100"
ALERT_ID = f"C0ALERTS:{TS}"
ME = {
    "ok": True,
    "url": "https://acme.slack.example/",
    "team": "Acme",
    "user_id": "U0BOT",
    "bot_id": "B0BOT",
}


@dataclass
class Workspace:
    """What Slack answers, and what it was asked."""

    mock: responses.RequestsMock
    clock: FakeClock
    memory: NotebookMemory = field(default_factory=NotebookMemory)
    keys: dict[str, Any] = field(default_factory=dict)
    origin: str = "https://slack.com"

    def answers(self, method: str, answer: Any = None, **kind: Any) -> None:
        """The next answers of one method: a JSON value, or ``body=``, ``status=``, ``headers=``."""
        if isinstance(answer, Exception):
            kind["body"] = answer
        elif answer is not None:
            kind["json"] = answer
        self.mock.add(responses.POST, f"{self.origin}/api/{method}", **kind)

    def asked(self, method: str) -> list[dict[str, Any]]:
        """The arguments of every call of one method."""
        return [arguments(call.request) for call in self.mock.calls if call.request.url.endswith(f"/api/{method}")]

    def connector(
        self, recorder: Recorder | None = None, secret: Callable[[str], str] = lambda name: TOKEN
    ) -> SlackConnector:
        """A fresh connector; the memory is shared, as it is in the ledger."""
        settings = SlackSettings.model_validate(
            {"connector": "slack", "token_env": "SLACK_BOT_TOKEN", "channel": "C0ALERTS", **self.keys}
        )
        return SlackConnector(
            Context(
                business="acme",
                destination="alerts",
                settings=settings,
                secret=secret,
                clock=self.clock,
                memory=self.memory,
                recorder=recorder,
            )
        )

    def payload(self, kind: str = "alert", view: View | None = None) -> Payload:
        """What is to be written for a record of ``kind``."""
        rendered = self.connector().render(view or make_view(owner=make_owner(identity="U0DANA")))
        return next(payload for payload in rendered if payload.kind == kind)

    def create(self, kind: str = "alert") -> Remote:
        """Create a record, in the alert's thread where it belongs there."""
        return self.connector().create(Write(self.payload(kind), refs={} if kind == "alert" else {"alert": ALERT_ID}))


def arguments(request: Any) -> dict[str, Any]:
    """The arguments of one call, from its JSON or its form."""
    body = request.body.decode() if isinstance(request.body, bytes) else request.body or ""
    if body.startswith("{"):
        return dict(json.loads(body))
    return {name: values[0] for name, values in parse_qs(body).items()}


@pytest.fixture
def slack(clock: FakeClock) -> Iterator[Workspace]:
    """A workspace that knows our bot and refuses whatever the test did not expect."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        workspace = Workspace(mock, clock)
        workspace.answers("auth.test", ME, headers={"x-oauth-scopes": "chat:write"})
        yield workspace
