"""The gate in front of each stand-in: reads a request whole, logs it, lets faults happen, adds the vendor's headers."""

from __future__ import annotations

import asyncio
import email.utils
import json
import socket
import struct
from collections.abc import Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from handoff_connectors.sandbox.clock import Now, SkewedClock
from handoff_connectors.sandbox.faults import HUMAN, Fault, Faults, Rule
from handoff_connectors.sandbox.request_log import RequestLog
from handoff_connectors.sandbox.switches import Switches
from handoff_connectors.sandbox.wire import OVERRIDES, Answer, Call, Overrides, Vendor, html_answer, perform

TRANSPORT = "sandbox.transport"
"""Where the server puts the connection's transport into the ASGI scope."""

_LISTS = ("tickets", "results", "messages", "users", "comments")
_GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"
_LOGIN_PAGE = "<!doctype html><html><head><title>Please wait</title></head><body>One moment, please.</body></html>"
_DROPPED = None


class Gate:
    """An ASGI application around one vendor."""

    def __init__(
        self, vendor: Vendor, faults: Faults, log: RequestLog, switches: Switches, clock: Now, skewed: SkewedClock
    ) -> None:
        self._vendor = vendor
        self._faults = faults
        self._log = log
        self._switches = switches
        self._clock = clock
        self._skewed = skewed
        self._late: dict[asyncio.Task[None], float] = {}
        self._hanging = 0
        self.hurry = False
        """True: what is to be applied late is applied now, and hanging requests end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        call = await read_call(scope, receive, self._vendor.suffix)
        if call is None:
            return
        entry = self._log.begin(self._clock.now(), self._vendor.name, call)
        half = self._switches.common.latency / 2000
        if half:
            await asyncio.sleep(half)
        rule = self._faults.next(self._vendor.name, call.method, call.path)
        entry.fault = rule.fault.value if rule else None
        answer = await (self._apply(scope, call) if rule is None else self._faulty(rule, scope, receive, call))
        if half:
            await asyncio.sleep(half)
        self._log.end(entry, answer.status if answer else None)
        if answer is None:
            await _closed(scope, receive)
        else:
            await _send(answer, scope, send, broken=rule is not None and rule.fault is Fault.HALF_BODY)
            if rule is not None and rule.fault is Fault.HALF_BODY:
                await _closed(scope, receive, flush=True)

    async def _apply(self, scope: Scope, call: Call) -> Answer:
        refused = self._vendor.guard(call)
        answer = refused if refused is not None else await perform(self._vendor.app, scope, call)
        headers = dict(self._vendor.headers(call))
        headers["date"] = email.utils.formatdate(self._skewed.now(), usegmt=True)
        return answer.with_headers(headers)

    async def _faulty(self, rule: Rule, scope: Scope, receive: Receive, call: Call) -> Answer | None:
        fault = rule.fault
        if fault in HUMAN:
            self._vendor.human(fault.value, call)
            return await self._apply(scope, call)
        if fault is Fault.APPLY_LATE:
            self._later(rule.seconds, scope, call)
            return _DROPPED
        if fault is Fault.CLOCK_SKEW:
            self._skewed.skew = rule.seconds
        applied = await self._overridden(rule, scope, call) if rule.applied else None
        if fault in (Fault.DROP_BEFORE, Fault.APPLY_THEN_DROP):
            return _DROPPED
        if fault is Fault.RESET:
            _linger_zero(scope)
            return _DROPPED
        if fault is Fault.HANG:
            await self._hang(receive)
            return _DROPPED
        if fault is Fault.SLOW:
            await asyncio.sleep(rule.seconds)
        return self._instead(rule, applied)

    async def _overridden(self, rule: Rule, scope: Scope, call: Call) -> Answer:
        token = OVERRIDES.set(
            Overrides(
                stale=rule.seconds if rule.fault is Fault.STALE_SEARCH else 0.0,
                failing_inputs=1 if rule.fault is Fault.PARTIAL_207 else 0,
            )
        )
        try:
            return await self._apply(scope, call)
        finally:
            OVERRIDES.reset(token)

    def _instead(self, rule: Rule, applied: Answer | None) -> Answer:
        match rule.fault:
            case Fault.APPLY_THEN_500:
                return self._vendor.broken(500)
            case Fault.LIMITED:
                return self._vendor.limited(self._retry_after(rule))
            case Fault.STATUS:
                return self._vendor.broken(rule.status)
            case Fault.OK_WITH_ERROR_BODY:
                return self._vendor.error_under_200(rule.code)
            case Fault.HTML_502:
                return html_answer(502, _GATEWAY_PAGE)
            case Fault.HTML_200:
                return html_answer(200, _LOGIN_PAGE)
            case Fault.EMPTY_200:
                return Answer(200)
            case Fault.REDIRECT:
                return Answer(302, (("location", "http://127.0.0.1:9/elsewhere"),))
            case Fault.DUPLICATE_HITS if applied is not None:
                return _doubled(applied)
            case _:
                return applied if applied is not None else self._vendor.broken(503)

    def _retry_after(self, rule: Rule) -> str | None:
        forms: Mapping[str, str | None] = {
            "seconds": str(max(int(rule.seconds), 1)),
            "date": email.utils.formatdate(self._clock.now() + rule.seconds, usegmt=True),
            "fraction": "1.5",
            "missing": None,
            "zero": "0",
            "day": "86400",
        }
        return forms[rule.form]

    def _later(self, seconds: float, scope: Scope, call: Call) -> None:
        due = self._clock.now() + seconds

        async def apply() -> None:
            while self._clock.now() < due and not self.hurry:
                await asyncio.sleep(0.01)
            await self._apply(scope, call)

        task = asyncio.get_running_loop().create_task(apply())
        self._late[task] = due
        task.add_done_callback(lambda done: self._late.pop(done, None))

    @property
    def waiting(self) -> int:
        """Requests that are still to be applied late, or that hang."""
        return len(self._late) + self._hanging

    @property
    def overdue(self) -> int:
        """Requests whose time to be applied late has come, and which are about to be."""
        now = self._clock.now()
        return sum(due <= now for due in list(self._late.values()))

    async def _hang(self, receive: Receive) -> None:
        leaving = asyncio.ensure_future(_until_disconnected(receive))
        self._hanging += 1
        try:
            while not leaving.done() and not self.hurry:
                await asyncio.wait([leaving], timeout=0.05)
        finally:
            leaving.cancel()
            self._hanging -= 1


async def read_call(scope: Scope, receive: Receive, suffix: str) -> Call | None:
    """The whole request; None when the client left before it was complete."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    path = scope["path"].removesuffix(suffix)
    return Call(scope["method"], path, scope["query_string"].decode("latin-1"), headers, b"".join(parts))


async def _send(answer: Answer, scope: Scope, send: Send, *, broken: bool) -> None:
    pairs = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers]
    if answer.status != 204:
        pairs.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": pairs})
    body = answer.body[: len(answer.body) // 2] if broken else answer.body
    await send({"type": "http.response.body", "body": body, "more_body": broken})


async def _closed(scope: Scope, receive: Receive, *, flush: bool = False) -> None:
    """Close the connection under the server and wait until the server has seen it."""
    transport = scope[TRANSPORT]
    transport.close() if flush else transport.abort()
    await _until_disconnected(receive)


async def _until_disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _linger_zero(scope: Scope) -> None:
    """Make the coming close a reset (RST) instead of an orderly end (FIN)."""
    connection = scope[TRANSPORT].get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _doubled(answer: Answer) -> Answer:
    try:
        body: Any = json.loads(answer.body)
    except ValueError:
        return answer
    if not isinstance(body, dict):
        return answer
    for name in _LISTS:
        if isinstance(body.get(name), list):
            body[name] = [hit for hit in body[name] for _ in range(2)]
    return Answer(answer.status, answer.headers, json.dumps(body).encode())
