"""slack_sdk's WebClient, made to send through Handoff's own transport.

slack_sdk opens one urllib connection a call, takes proxies from the environment even for a loopback address, and
by default sends chat.postMessage a second time when the connection is reset after Slack has read it (3.47.0).
None of that is left here: no retry, and every request goes through ``Send``.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.request import Request

import requests

if TYPE_CHECKING:
    from slack_sdk import WebClient

Send = Callable[[str, Mapping[str, str], bytes], requests.Response]
"""POSTs (url, headers, body) and gives the answer, read whole; raises only DeliveryErrors."""

_QUIET: Final = logging.getLogger("handoff.slack_sdk")


def web_client(token: str, base_url: str, send: Send) -> WebClient:
    """A WebClient that retries nothing, logs no message body and has no connection of its own."""
    from slack_sdk import WebClient

    class OverTransport(WebClient):
        """The SDK has no seam for a transport but this method of its own."""

        def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
            body = req.data if isinstance(req.data, bytes) else b""
            response = send(url, dict(req.header_items()), body)
            found = object_in(response)
            # The SDK fails in several ways on anything but a JSON object (3.47.0), so it is shown an empty one.
            text = "{}" if found is None else response.content.decode("utf-8", "replace")
            return {"status": response.status_code, "headers": dict(response.headers), "body": text}

    return OverTransport(token=token, base_url=base_url, logger=_quiet(), retry_handlers=[])


def object_in(response: requests.Response) -> dict[str, Any] | None:
    """The JSON object that an answer holds; None when it holds anything else."""
    try:
        found = json.loads(response.content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _quiet() -> logging.Logger:
    # With the level NOTSET the SDK formats every message body for a debug line, and its error lines quote answers.
    _QUIET.setLevel(logging.WARNING)
    _QUIET.disabled = True
    return _QUIET
