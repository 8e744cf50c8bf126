"""What passes between the gate and a vendor: a call, an answer, a refusal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Scope

Json = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One request as it arrived. ``path`` is without query and the vendor's suffix."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def json(self) -> Json:
        """The body as a JSON object; empty when it is none."""
        try:
            parsed = json.loads(self.body)
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {}

    @property
    def token(self) -> str | None:
        """What the Authorization header carries after its scheme; None without one."""
        scheme, _, rest = self.headers.get("authorization", "").partition(" ")
        return rest.strip() or None if scheme.lower() in ("bearer", "basic") else None


@dataclass(frozen=True)
class Answer:
    """One answer, whole."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def with_headers(self, more: Mapping[str, str]) -> Answer:
        """The same answer with further headers; those it has already win."""
        have = {name.lower() for name, _ in self.headers}
        extra = tuple((name, value) for name, value in more.items() if name.lower() not in have)
        return Answer(self.status, self.headers + extra, self.body)


def json_answer(status: int, body: object, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer with a JSON body."""
    pairs = (("content-type", "application/json; charset=utf-8"), *(headers or {}).items())
    return Answer(status, pairs, json.dumps(body).encode())


def html_answer(status: int, body: str) -> Answer:
    """An answer with an HTML body, as a gateway in front of a vendor gives it."""
    return Answer(status, (("content-type", "text/html; charset=utf-8"),), body.encode())


class Refusal(Exception):
    """A vendor says no: the status and the JSON body of its answer."""

    def __init__(self, status: int, body: Json, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


async def refusal_response(request: Request, refusal: Exception) -> Response:
    """The exception handler of each vendor's application."""
    assert isinstance(refusal, Refusal)
    return JSONResponse(refusal.body, refusal.status, headers=refusal.headers)


@dataclass
class Overrides:
    """What a fault changes for one request: how stale listings and searches are, and how many batch inputs fail."""

    stale: float = 0.0
    failing_inputs: int = 0


OVERRIDES: ContextVar[Overrides | None] = ContextVar("OVERRIDES", default=None)


def staleness(lag: float) -> float:
    """``lag`` seconds, or more where a fault makes this request's view older."""
    overrides = OVERRIDES.get()
    return max(lag, overrides.stale) if overrides else lag


class Vendor(Protocol):
    """One stand-in, as the gate drives it."""

    name: str
    suffix: str
    """What may stand at the end of every path and means nothing (Zendesk: ``.json``)."""

    @property
    def app(self) -> ASGIApp:
        """Serves the calls that the guard lets in."""

    def placed(self, url: str, page_url: str) -> None:
        """Learn the own origin and the page's, for links."""

    def reset(self) -> None:
        """An empty account with the example people, full limits."""

    def guard(self, call: Call) -> Answer | None:
        """The refusal for a wrong token or a used-up limit; None = let it in."""

    def headers(self, call: Call) -> Mapping[str, str]:
        """What every answer to this call carries."""

    def limited(self, retry_after: str | None) -> Answer:
        """This vendor's 429; ``retry_after`` is the header's exact text, None = no such header."""

    def broken(self, status: int) -> Answer:
        """This vendor's 5xx."""

    def error_under_200(self, code: str | None) -> Answer:
        """An error body under status 200."""

    def human(self, action: str, call: Call) -> None:
        """A person acts on the record that this call is about (else on the newest one)."""


@dataclass
class Captured:
    """Collects what an application sends."""

    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)

    async def send(self, message: Message) -> None:
        """Take one ASGI message."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        elif message["type"] == "http.response.body":
            self.parts.append(message.get("body", b""))


async def perform(app: ASGIApp, scope: Scope, call: Call) -> Answer:
    """Run the application on a whole call and collect its whole answer."""
    captured = Captured()
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": call.body, "more_body": False}

    await app({**scope, "path": call.path, "raw_path": call.path.encode()}, receive, captured.send)
    headers = tuple((name, value) for name, value in captured.headers if name.lower() != "content-length")
    return Answer(captured.status, headers, b"".join(captured.parts))
