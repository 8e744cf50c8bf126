"""The stand-ins as servers: one uvicorn in a thread, four loopback origins."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from handoff_connectors.sandbox.clock import Now, SettableClock, SkewedClock
from handoff_connectors.sandbox.control import control_routes
from handoff_connectors.sandbox.faults import Faults
from handoff_connectors.sandbox.gate import TRANSPORT, Gate
from handoff_connectors.sandbox.hubspot import HubSpot
from handoff_connectors.sandbox.hubspot_state import HubSpotState
from handoff_connectors.sandbox.page import page_app
from handoff_connectors.sandbox.records import RecordIds, duplicates, records
from handoff_connectors.sandbox.request_log import RequestLog
from handoff_connectors.sandbox.slack import Slack
from handoff_connectors.sandbox.slack_state import SlackState
from handoff_connectors.sandbox.switches import Switches
from handoff_connectors.sandbox.wire import Vendor
from handoff_connectors.sandbox.zendesk import Zendesk
from handoff_connectors.sandbox.zendesk_state import ZendeskState

HOST = "127.0.0.1"
_START_SECONDS = 20.0


class OpenProtocol(H11Protocol):
    """uvicorn's HTTP/1.1 protocol that lets the application reach its connection, so that faults can break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note the connection's transport for the application."""
        super().connection_made(transport)
        inner: Any = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            scope[TRANSPORT] = transport
            await inner(scope, receive, send)

        self.app = with_transport


class Sandbox:
    """Zendesk, HubSpot and Slack stand-ins on loopback, each on its own port, and the page on a fourth.

    Use it as a context manager. ``zendesk``, ``hubspot`` and ``slack`` are their states, ``faults``, ``switches``,
    ``clock`` and ``log`` steer and watch them; all may be used from any thread while the servers run.
    ``ports`` are those of Zendesk, HubSpot, Slack and the page; 0 = any free one.
    """

    def __init__(
        self, *, clock: Now | None = None, limits: bool = True, ports: tuple[int, int, int, int] = (0, 0, 0, 0)
    ) -> None:
        self.clock: Now = SettableClock() if clock is None else clock
        self.skewed = {name: SkewedClock(self.clock) for name in ("zendesk", "hubspot", "slack")}
        self.switches = Switches()
        self.switches.limits.enforced = limits
        self.faults = Faults()
        self.log = RequestLog()
        self._zendesk = Zendesk(self.skewed["zendesk"], self.switches)
        self._hubspot = HubSpot(self.skewed["hubspot"], self.switches)
        self._slack = Slack(self.skewed["slack"], self.switches)
        self._vendors: tuple[Vendor, ...] = (self._zendesk, self._hubspot, self._slack)
        self._gates = [
            Gate(vendor, self.faults, self.log, self.switches, self.clock, self.skewed[vendor.name])
            for vendor in self._vendors
        ]
        self._limits = limits
        self._ports = ports
        self._thread: threading.Thread | None = None
        self._server: uvicorn.Server | None = None
        self._failure: list[BaseException] = []

    @property
    def zendesk(self) -> ZendeskState:
        """The Zendesk account."""
        return self._zendesk.state

    @property
    def hubspot(self) -> HubSpotState:
        """The HubSpot portal."""
        return self._hubspot.state

    @property
    def slack(self) -> SlackState:
        """The Slack workspace."""
        return self._slack.state

    @property
    def zendesk_url(self) -> str:
        """Zendesk's origin: what ``base_url`` takes."""
        return f"http://{HOST}:{self._ports[0]}"

    @property
    def hubspot_url(self) -> str:
        """HubSpot's origin."""
        return f"http://{HOST}:{self._ports[1]}"

    @property
    def slack_url(self) -> str:
        """Slack's origin, without ``/api/``."""
        return f"http://{HOST}:{self._ports[2]}"

    @property
    def page_url(self) -> str:
        """The page for people and the control API."""
        return f"http://{HOST}:{self._ports[3]}"

    @property
    def urls(self) -> dict[str, str]:
        """All four origins by name: zendesk, hubspot, slack, page."""
        return {
            "zendesk": self.zendesk_url,
            "hubspot": self.hubspot_url,
            "slack": self.slack_url,
            "page": self.page_url,
        }

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Listen on all four ports and return when they answer; OSError when a port is taken."""
        sockets = [_listening(port) for port in self._ports]
        for gate in self._gates:
            gate.hurry = False
        first, second, third, page = (one.getsockname()[1] for one in sockets)
        self._ports = (first, second, third, page)
        for vendor, url in zip(self._vendors, (self.zendesk_url, self.hubspot_url, self.slack_url), strict=True):
            vendor.placed(url, self.page_url)
        apps: dict[int, ASGIApp] = dict(
            zip(self._ports, [*self._gates, page_app(self, control_routes(self))], strict=True)
        )

        async def by_port(scope: Scope, receive: Receive, send: Send) -> None:
            await apps[scope["server"][1]](scope, receive, send)

        config = uvicorn.Config(
            by_port,
            http=OpenProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=1,
            timeout_keep_alive=75,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, args=(self._server, sockets), name="sandbox", daemon=True)
        self._thread.start()
        waited = 0.0
        pause = threading.Event()
        while not self._server.started and self._thread.is_alive() and waited < _START_SECONDS:
            pause.wait(0.005)
            waited += 0.005
        if not self._server.started:
            raise RuntimeError("the stand-ins did not start") from (self._failure[0] if self._failure else None)

    def stop(self) -> None:
        """Close every connection and give the ports back. What was to be applied late is applied first."""
        self._hurry()
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(10)
            self._server = self._thread = None

    def settle_late(self) -> None:
        """Apply now what was to be applied late, and let hanging requests end."""
        self._hurry()
        for gate in self._gates:
            gate.hurry = False

    def catch_up(self) -> None:
        """Return once everything is applied whose late time the clock has reached: call it after moving the clock."""
        self._wait_while(lambda: any(gate.overdue for gate in self._gates))

    @property
    def late(self) -> int:
        """Requests that are still to be applied late, or that hang."""
        return sum(gate.waiting for gate in self._gates)

    def reset(self) -> None:
        """Empty accounts, no faults, default switches, full limits, no log. Ports and clock stay."""
        self.faults.clear()
        self.switches.reset()
        self.switches.limits.enforced = self._limits
        self.log.clear()
        for skewed in self.skewed.values():
            skewed.skew = 0.0
        for vendor in self._vendors:
            vendor.reset()

    def records(self) -> RecordIds:
        """Every live record of ours by its exact key."""
        return records(self.zendesk, self.hubspot, self.slack)

    def duplicates(self) -> RecordIds:
        """Keys that have more than one record in one place; must be empty."""
        return duplicates(self.records())

    def _hurry(self) -> None:
        for gate in self._gates:
            gate.hurry = True
        self._wait_while(lambda: self.late > 0)

    @staticmethod
    def _wait_while(busy: Callable[[], bool]) -> None:
        pause = threading.Event()
        for _ in range(400):
            if not busy():
                break
            pause.wait(0.005)

    def _run(self, server: uvicorn.Server, sockets: list[socket.socket]) -> None:
        try:
            server.run(sockets=sockets)
        except BaseException as error:
            self._failure.append(error)
            raise
        finally:
            for one in sockets:
                one.close()


def _listening(port: int) -> socket.socket:
    # asyncio turns Nagle's algorithm off only on sockets whose protocol is said; else each answer takes 40 ms.
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((HOST, port))
    except OSError:
        made.close()
        raise
    made.setblocking(False)
    return made
