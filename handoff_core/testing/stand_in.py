"""A stateful stand-in of a vendor on a loopback port, with faults, so that a connector's tests need no account.

Whoever writes a connector writes the ``Vendor``: a few lines that keep records and answer requests. ``StandIn``
serves it, counts requests and lets the faults of the contract suite happen. A stand-in of another make serves as
well, if it has the methods of ``Server``.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol, Self, runtime_checkable
from urllib.parse import parse_qsl, urlsplit

from handoff_core.testing.faults import RETRY_AFTER, Fault, FaultyOperation


class Server(Protocol):
    """What the contract suite asks of a stand-in."""

    @property
    def origin(self) -> str:
        """Where it listens, e.g. ``http://127.0.0.1:40123``; becomes the connector's ``base_url``."""

    @property
    def requests(self) -> int:
        """How many requests have arrived so far."""

    def count(self, kind: str) -> int:
        """How many active records of a kind the vendor holds, duplicates included."""

    def delete(self, remote_id: str) -> None:
        """A person deletes a record there."""

    def fail_next(self, fault: Fault, operation: FaultyOperation, kind: str) -> None:
        """Let ``fault`` happen to the next request that finds, creates or updates a record of ``kind``; once."""

    def catch_up(self) -> None:
        """Let the ``settle`` time pass: what the vendor has accepted now shows in everything but its search."""

    def freeze_search(self) -> None:
        """From now on the vendor's search shows nothing new. No search, nothing to do."""


@dataclass(frozen=True)
class Request:
    """One request as it arrived. Header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """One answer; ``body`` is sent as JSON, None as nothing at all."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Vendor(Protocol):
    """The vendor's behaviour. One request at a time reaches it."""

    def answer(self, request: Request) -> Answer:
        """Answer a request, and keep what it changes."""

    def count(self, kind: str) -> int:
        """How many active records of a kind there are."""

    def delete(self, remote_id: str) -> None:
        """A person deletes a record."""


@runtime_checkable
class Searches(Protocol):
    """A vendor whose search lags behind."""

    def freeze_search(self) -> None:
        """From now on the search shows nothing new."""


_BY_METHOD: Mapping[str, FaultyOperation] = {"GET": "find", "POST": "create", "PUT": "update", "PATCH": "update"}


def operation_by_method(request: Request) -> tuple[FaultyOperation | None, str | None]:
    """What a plain REST request does: GET finds, POST creates, PUT and PATCH update; of any kind."""
    return _BY_METHOD.get(request.method), None


class StandIn:
    """Serves a ``Vendor`` while it is entered. ``operation_of`` says what a request does to which kind (None: any)."""

    def __init__(
        self,
        vendor: Vendor,
        operation_of: Callable[[Request], tuple[FaultyOperation | None, str | None]] = operation_by_method,
    ) -> None:
        self.vendor = vendor
        self._operation_of = operation_of
        self._faults: list[tuple[Fault, FaultyOperation, str]] = []
        self._lock = threading.Lock()
        self._requests = 0
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _endpoint(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def requests(self) -> int:
        """How many requests have arrived so far."""
        with self._lock:
            return self._requests

    def count(self, kind: str) -> int:
        """How many active records of a kind the vendor holds."""
        with self._lock:
            return self.vendor.count(kind)

    def delete(self, remote_id: str) -> None:
        """A person deletes a record there."""
        with self._lock:
            self.vendor.delete(remote_id)

    def fail_next(self, fault: Fault, operation: FaultyOperation, kind: str) -> None:
        """Let ``fault`` happen to the next request of that operation; once."""
        with self._lock:
            self._faults.append((fault, operation, kind))

    def catch_up(self) -> None:
        """Nothing to wait for: the vendor shows at once what it has accepted."""

    def freeze_search(self) -> None:
        """From now on the vendor's search shows nothing new."""
        if isinstance(self.vendor, Searches):
            with self._lock:
                self.vendor.freeze_search()

    def perform(self, request: Request) -> Answer | None:
        """The answer to a request, faults included; None = close the connection without one."""
        with self._lock:
            self._requests += 1
            fault = self._fault_for(request)
            applied = None
            if fault in (None, Fault.APPLY_THEN_DROP, Fault.APPLY_THEN_500):
                applied = self.vendor.answer(request)
        if fault is None:
            return applied
        if fault is Fault.HANG:
            self._closing.wait(60)
        return _INSTEAD.get(fault)

    def _fault_for(self, request: Request) -> Fault | None:
        operation, kind = self._operation_of(request)
        for planned in self._faults:
            if planned[1] == operation and kind in (None, planned[2]):
                self._faults.remove(planned)
                return planned[0]
        return None


_HTML = Answer(200, "<!doctype html><title>Please wait</title>", {"content-type": "text/html"})
_INSTEAD: Mapping[Fault, Answer] = {
    Fault.APPLY_THEN_500: Answer(500, {"error": "internal error"}),
    Fault.SERVER_ERROR: Answer(500, {"error": "internal error"}),
    Fault.HTML_200: _HTML,
    Fault.EMPTY_200: Answer(200),
    Fault.LIMITED: Answer(429, {"error": "too many requests"}, {"retry-after": str(RETRY_AFTER)}),
    Fault.UNAUTHORIZED: Answer(401, {"error": "invalid token"}),
    Fault.UNPROCESSABLE: Answer(422, {"error": "the content is not accepted"}),
}
"""What is answered; a fault without an answer closes the connection."""


def _endpoint(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Endpoint(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = stand_in.perform(Request(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body))
            if answer is None:
                self.close_connection = True
                return
            is_html = answer.headers.get("content-type") == "text/html"
            content = b"" if answer.body is None else (answer.body if is_html else json.dumps(answer.body)).encode()
            self.send_response(answer.status)
            for name, value in {
                "content-type": "application/json",
                "content-length": str(len(content)),
                **answer.headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:  # the client has left, as it does when it waits no longer
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Endpoint
