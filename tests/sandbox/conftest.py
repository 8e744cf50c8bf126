"""One set of stand-ins for the whole session, emptied for each test; time stands still until a test moves it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

pytest.importorskip("uvicorn", reason="the stand-ins need the extra `sandbox`: pip install 'handoff[sandbox]'")

from handoff_connectors.sandbox.clock import SettableClock
from handoff_connectors.sandbox.server import Sandbox

START = 1_795_187_520.0


class Api:
    """One vendor over plain HTTP, with a token, without redirects, never waiting for ever."""

    def __init__(self, origin: str, token: str = "token") -> None:
        self.origin = origin
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, json: Any = None, **more: Any) -> requests.Response:
        return self._session.request(
            method, self.origin + path, json=json, allow_redirects=False, **{"timeout": 10, **more}
        )

    def close(self) -> None:
        """Give back the sockets."""
        self._session.close()


@pytest.fixture(scope="session")
def _running() -> Iterator[Sandbox]:
    with Sandbox(clock=SettableClock(START)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_running: Sandbox) -> Sandbox:
    """Empty stand-ins at 2026-11-20T15:12:00Z."""
    assert isinstance(_running.clock, SettableClock)
    _running.clock.freeze(START)
    _running.reset()
    return _running


@pytest.fixture
def clock(sandbox: Sandbox) -> SettableClock:
    """The stand-ins' clock."""
    assert isinstance(sandbox.clock, SettableClock)
    return sandbox.clock


@pytest.fixture
def desk(sandbox: Sandbox) -> Iterator[Api]:
    """The Zendesk stand-in."""
    api = Api(sandbox.zendesk_url)
    yield api
    api.close()


@pytest.fixture
def crm(sandbox: Sandbox) -> Iterator[Api]:
    """The HubSpot stand-in."""
    api = Api(sandbox.hubspot_url)
    yield api
    api.close()


@pytest.fixture
def chat(sandbox: Sandbox) -> Iterator[Api]:
    """The Slack stand-in."""
    api = Api(sandbox.slack_url)
    yield api
    api.close()


@pytest.fixture
def control(sandbox: Sandbox) -> Iterator[Api]:
    """The control API and the page."""
    api = Api(sandbox.page_url)
    yield api
    api.close()
