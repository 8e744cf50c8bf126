"""hubspot-api-client, made to send through Handoff's own transport.

The client waits for ever by default, repeats GET, PUT and DELETE by itself, gives None for an answer that it does not
expect, and fails with UnicodeDecodeError or AttributeError where an error page is not UTF-8 or TLS fails (12.0.0). None
of that is left here: its requests go through ``Transport``, and what comes back is judged before it sees it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any, Final

from handoff_connectors.answers import request_id
from handoff_connectors.hubspot.errors import GENERAL, Answer, Call, error_of, lost
from handoff_connectors.hubspot.portal import Query
from handoff_connectors.transport import CONNECT_TIMEOUT, Transport
from handoff_connectors.transport import Answer as Canned
from handoff_core.connector import Context, Observed, RecordedRequest
from handoff_core.errors import AuthFailed
from handoff_mappings.hubspot.settings import HubSpotSettings

ORIGIN: Final = "https://api.hubapi.com"
FULL_WINDOW: Final = 0.1
"""Share of the window to wait when nothing is left in it: it rolls, so that calls come free one by one."""


class Client:
    """Sends requests of one account. Opens nothing before the first one; used by one thread at a time."""

    def __init__(self, context: Context, settings: HubSpotSettings) -> None:
        self._context = context
        self._settings = settings
        self._origin = (settings.base_url or ORIGIN).rstrip("/")
        self._transport: Transport | None = None
        self._rest: _Rest | None = None
        self._api: Any = None

    def __call__(
        self, call: Call, method: str, path: str, values: Mapping[str, str], query: Query, body: Any
    ) -> dict[str, Any]:
        """The JSON object that HubSpot answers; empty for 204. Raises only DeliveryErrors."""
        if self._api is None:
            self._open()
        assert self._rest is not None
        self._rest.call = call
        answer: Answer = self._api.call_api(
            path,
            method,
            path_params=dict(values),
            query_params=list(query),
            body=body,
            header_params={"Accept": "application/json"},
            auth_settings=["oauth2"],
            _preload_content=False,
            _request_timeout=(CONNECT_TIMEOUT, self._settings.timeout),
        )
        return answer.json or {}

    def close(self) -> None:
        """Give back the sockets."""
        if self._transport is not None:
            self._transport.close()
        self._transport = self._rest = self._api = None

    def _open(self) -> None:
        self._transport = Transport(
            self._context, origin=self._origin, title="HubSpot", read_limits=read_limits, answer=stand_in
        )
        self._rest = _Rest(self._transport, self._context)
        self._api = _sdk(self.token(), self._origin, self._rest)

    def token(self) -> str:
        """The access token. AuthFailed when it is not set."""
        try:
            return self._context.secret(self._settings.token_env).strip()
        except KeyError:
            name = self._settings.token_env
            raise AuthFailed(f"HubSpot: {name} is not set. Put the access token there or into the env file.") from None


class _Rest:
    """Stands where the client keeps its own HTTP client."""

    def __init__(self, transport: Transport, context: Context) -> None:
        self._transport = transport
        self._context = context
        self.call = Call("calling HubSpot", "the token")

    def request(
        self,
        method: str,
        url: str,
        query_params: Query | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        **ignored: Any,
    ) -> Answer:
        """One request; its answer, when it is a success that says so."""
        call = self.call
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode("utf-8")
        sent = dict(headers or {})
        if content is not None:
            sent["Content-Type"] = "application/json"
        response = self._transport.request(
            method, url, headers=sent, params=query_params or None, data=content, idempotent=call.repeatable
        )
        named = {name.lower(): value for name, value in response.headers.items()}
        answer = Answer(response.status_code, named, response.content)
        if not 200 <= answer.status < 300:
            raise error_of(call, answer, self._context.clock.now())
        found = answer.json
        if answer.status != 204 and (found is None or found.get("status") == "error"):
            what = f"the answer is none of HubSpot's (HTTP {answer.status}; a proxy or a maintenance page?)"
            raise lost(call, what, status=answer.status, request_id=request_id(response))
        return answer

    def GET(self, url: str, **given: Any) -> Answer:
        """As the client's own."""
        return self.request("GET", url, **given)

    def POST(self, url: str, **given: Any) -> Answer:
        """As the client's own."""
        return self.request("POST", url, **given)

    def PUT(self, url: str, **given: Any) -> Answer:
        """As the client's own."""
        return self.request("PUT", url, **given)

    def PATCH(self, url: str, **given: Any) -> Answer:
        """As the client's own."""
        return self.request("PATCH", url, **given)

    def DELETE(self, url: str, **given: Any) -> Answer:
        """As the client's own."""
        return self.request("DELETE", url, **given)


def _sdk(token: str, origin: str, rest: _Rest) -> Any:
    """The client's generic ApiClient over ``rest``: one import, built once, whatever the kind of record."""
    from hubspot import HubSpot

    def over_rest(package: Any, name: str, config: Mapping[str, Any]) -> Any:
        quiet = logging.getLogger("urllib3")
        level = quiet.level
        configuration = package.Configuration()
        quiet.setLevel(level)  # Configuration() sets the level of urllib3's logger for the whole process (12.0.0)
        configuration.host, configuration.access_token = config["host"], config["access_token"]
        configuration.retries = False
        client = package.ApiClient(configuration)
        client.rest_client = rest
        client.user_agent = f"handoff/1 hubspot-api-client-python; {version('hubspot-api-client')}"
        return getattr(package, name)(client)

    sdk = HubSpot(access_token=token, host=origin, retry=False, api_factory=over_rest)
    return sdk.crm.objects.basic_api.api_client


def read_limits(path: str, headers: Mapping[str, str]) -> Iterable[Observed]:
    """What the rate headers say about all calls but searches, whose answers carry none (HubSpot docs, 2026-11)."""
    calls, remaining = _number(headers, "X-HubSpot-RateLimit-Max"), _number(headers, "X-HubSpot-RateLimit-Remaining")
    period = _number(headers, "X-HubSpot-RateLimit-Interval-Milliseconds")
    if calls is None or period is None or calls <= 0 or period <= 0 or path.endswith("/search"):
        return
    seconds = period / 1000.0
    yield Observed(
        limit_class=GENERAL,
        calls=calls,
        period=seconds,
        remaining=remaining,
        resets_in=seconds * FULL_WINDOW if remaining is not None and remaining <= 0 else None,
    )


def stand_in(request: RecordedRequest) -> Canned:
    """What HubSpot would plausibly answer to a recorded request: the record as it was sent, under the id 1."""
    try:
        body = json.loads(request.body) if request.body else {}
    except ValueError:
        body = {}
    if request.method == "GET":
        return Canned({"id": "1", "properties": {}, "results": []})
    return Canned({"id": "1", "properties": body.get("properties", {}), "results": []}, 201)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    try:
        return float(headers.get(name) or "")
    except ValueError:
        return None
