"""zenpy, made to send through Handoff's own transport, and with exactly the bytes that were committed.

zenpy 2.0.57 sends again after a 429, sends a PUT again after a lost answer, takes an HTML page for success, and has
no way to pass an Idempotency-Key. None of that is left: its session is the transport's, which raises before zenpy
sees an error, and the answers are read from the transport, never from zenpy's cached objects.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import requests

from handoff_connectors.transport import Transport
from handoff_core.errors import HandoffError, Refused

if TYPE_CHECKING:
    from zenpy import Zenpy

_JSON: Final = "application/json"


class Zen:
    """The calls that go through zenpy. Each sends one request and gives Zendesk's JSON."""

    def __init__(self, transport: Transport, *, origin: str, timeout: float) -> None:
        self._transport = transport
        self._origin = origin
        self._timeout = timeout
        self._zenpy: Zenpy | None = None
        self._body: bytes | None = None
        self._headers: Mapping[str, str] = {}
        self._answer: dict[str, Any] | None = None
        transport.through_session(self._send)

    def create_ticket(self, body: bytes, *, idempotency_key: str | None) -> dict[str, Any]:
        """POST a ticket: exactly these bytes, under this key."""
        from zenpy.lib.api_objects import Ticket

        headers = {} if idempotency_key is None else {"Idempotency-Key": idempotency_key}
        # zenpy's own object stays empty: the bytes replace what it would make of it (it cuts times to dates, for one).
        return self._call(lambda zenpy: zenpy.tickets.create(Ticket(subject="")), body, headers)

    def update_ticket(self, ticket_id: str, body: bytes) -> dict[str, Any]:
        """PUT a ticket: exactly these bytes."""
        from zenpy.lib.api_objects import Ticket

        return self._call(lambda zenpy: zenpy.tickets.update(Ticket(id=int(ticket_id))), body)

    def add_tags(self, ticket_id: str, tags: list[str]) -> dict[str, Any]:
        """Add tags; those that are there stay."""
        return self._call(lambda zenpy: zenpy.tickets.add_tags(int(ticket_id), tags))

    def remove_tags(self, ticket_id: str, tags: list[str]) -> dict[str, Any]:
        """Take tags away; all others stay."""
        return self._call(lambda zenpy: zenpy.tickets.delete_tags(int(ticket_id), tags))

    def upload(self, filename: str, content_type: str, content: bytes) -> dict[str, Any]:
        """Upload a file; its token waits 60 minutes for a comment."""
        # zenpy reads the file once and would send an empty one the second time; the bytes are ours to send.
        return self._call(
            lambda zenpy: zenpy.attachments.upload(
                io.BytesIO(content), target_name=filename, content_type=content_type
            ),
            content,
            {"Content-Type": content_type},
        )

    def _call(
        self, call: Callable[[Zenpy], object], body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        from zenpy.lib.exception import APIException, ZenpyException

        self._body, self._headers, self._answer = body, headers or {}, None
        try:
            call(self._client())
        except HandoffError:
            raise
        except (
            APIException,
            ZenpyException,
            requests.RequestException,
            ValueError,
            TypeError,
            AttributeError,
            KeyError,
        ) as error:
            if self._answer is None:
                raise Refused(f"zenpy cannot build this request ({type(error).__name__})") from error
        finally:
            self._body, self._headers = None, {}
        if self._answer is None:
            raise Refused("zenpy sent nothing")
        return self._answer

    def _client(self) -> Zenpy:
        if self._zenpy is None:
            from zenpy import Zenpy

            _keep_quiet()
            # The address is put right in _send: zenpy can only speak of subdomains, and of one for the whole process.
            self._zenpy = Zenpy(
                subdomain="account", session=self._transport.session, timeout=self._timeout, disable_cache=True
            )
        return self._zenpy

    def _send(self, request: requests.PreparedRequest) -> requests.Response:
        sent = request.copy()
        parts = urlsplit(sent.url or "")
        sent.url = f"{self._origin}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        if self._body is not None:
            sent.body = self._body
            sent.headers["Content-Length"] = str(len(self._body))
            sent.headers["Content-Type"] = _JSON
        sent.headers.update(self._headers)
        response = self._transport.exchange(sent, write=True)
        self._transport.raise_for_status(response, write=True)
        self._answer = self._transport.json_object(response, write=True)
        response.request = request  # zenpy compares the address with its own
        response._content = json.dumps(_outline(self._answer)).encode()  # what zenpy makes objects of, for nobody
        return response


def _outline(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of an answer that zenpy must see; making objects of a whole ticket takes it longer than the request."""
    return {
        name: {key: part[key] for key in ("id", "token") if key in part} if isinstance(part, dict) else part
        for name, part in answer.items()
    }


def _keep_quiet() -> None:
    # At DEBUG zenpy logs whole request bodies (2.0.57); whoever wants that sets the level of its logger himself.
    log = logging.getLogger("zenpy")
    if log.level == logging.NOTSET:
        log.setLevel(logging.WARNING)
