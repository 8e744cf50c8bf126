"""Zendesk's Idempotency-Key on POST /api/v2/tickets: the first answer is kept for two hours."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from starlette.responses import JSONResponse, Response

from handoff_connectors.sandbox.clock import Now
from handoff_connectors.sandbox.switches import ZendeskSwitches
from handoff_connectors.sandbox.wire import Json, Refusal

KEY_SECONDS = 7200.0
"""Keys expire after two hours (Zendesk docs, ticketing introduction)."""
KEY_LENGTH = 255
LOOKUP = "x-idempotency-lookup"


@dataclass
class _Kept:
    body: bytes
    at: float
    done: asyncio.Event = field(default_factory=asyncio.Event)
    answer: tuple[int, bytes] | None = None


class KeptAnswers:
    """Answers by key. Used from the server's event loop only."""

    def __init__(self, clock: Now, switches: ZendeskSwitches) -> None:
        self._clock = clock
        self._switches = switches
        self._kept: dict[tuple[str, str], _Kept] = {}

    def clear(self) -> None:
        """Forget every key."""
        self._kept.clear()

    async def once(self, key: str, token: str, body: bytes, make: Callable[[], Awaitable[Response]]) -> Response:
        """The answer of ``make``, or the one kept under the key; 400 when the key was used with another body."""
        if len(key) > KEY_LENGTH:
            raise Refusal(400, _error("IdempotentRequestError", f"Idempotency key is longer than {KEY_LENGTH}"))
        place = (token if self._switches.idempotency_scope == "token" else "", key)
        kept = self._kept.get(place)
        if kept is not None and kept.at + KEY_SECONDS > self._clock.now():
            if _parsed(kept.body) != _parsed(body):
                text = "Request parameters don't match the given idempotency key"
                raise Refusal(400, _error("IdempotentRequestError", text))
            if kept.answer is None:
                if self._switches.idempotency_in_flight == "409":
                    raise Refusal(409, _error("IdempotentRequestInProgress", "A request with this key is in progress"))
                await kept.done.wait()
            if kept.answer is not None:
                status, content = kept.answer
                return Response(content, status, {LOOKUP: "hit"}, "application/json; charset=utf-8")
        return await self._first(place, body, make)

    async def _first(self, place: tuple[str, str], body: bytes, make: Callable[[], Awaitable[Response]]) -> Response:
        kept = self._kept[place] = _Kept(body, self._clock.now())
        try:
            try:
                response = await make()
            except Refusal as refusal:
                if not self._switches.idempotency_keeps_errors:
                    raise
                response = JSONResponse(refusal.body, refusal.status)
            kept.answer = (response.status_code, bytes(response.body))
            response.headers[LOOKUP] = "miss"
            return response
        finally:
            if kept.answer is None:
                del self._kept[place]
            kept.done.set()


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return body


def _error(name: str, description: str) -> Json:
    return {"error": name, "description": description}
