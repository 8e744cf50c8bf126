"""What a vendor's HTTP answer means, the same for all vendors: a status becomes an error by what is to be done."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, Final

import requests

from handoff_core.errors import AuthFailed, DeliveryError, Gone, RateLimited, Refused, Transient, Unknown
from handoff_mappings.text import cut, one_line

VendorText = Callable[[requests.Response], str]
"""The vendor's own words about an error, taken from the body of its answer; empty when there are none."""

WAIT_WITHOUT_WORD: Final = 10.0
"""Seconds to wait after a 429 that does not say how long."""
SHORTEST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 31 * 86_400.0
"""Seconds; a longer Retry-After is a broken clock, not a limit."""
LONGEST_VENDOR_TEXT: Final = 300
"""Characters of a vendor's own words in an error text."""
REQUEST_IDS: Final = ("X-Zendesk-Request-Id", "X-HubSpot-Correlation-Id", "X-Slack-Req-Id", "X-Request-Id")
"""Headers that name the request for the vendor's support desk, the most specific first."""

_ADDRESS: Final = re.compile(r"\S+@\S+")


def raise_for_status(
    response: requests.Response,
    *,
    write: bool,
    title: str,
    now: float,
    vendor_text: VendorText,
    limit_class: str | None = None,
    wait: float = WAIT_WITHOUT_WORD,
) -> None:
    """Raise the DeliveryError that a status other than 2xx stands for.

    ``write``: the request may have changed something, so that an answer which does not say so leaves it unknown.
    ``title`` is the vendor's name, ``now`` the clock (epoch seconds), ``wait`` the seconds after a 429 without
    Retry-After.
    """
    status = response.status_code
    if 200 <= status < 300:
        return
    where = request_id(response)
    said = _quoted(vendor_text(response))
    text = f"{title} answered {status}{said}"
    if status in (401, 402, 403):
        raise AuthFailed(f"{text}: {_ACCESS[status]}", status=status, request_id=where)
    if status in (404, 410):
        error = Gone(f"{text}: what was asked for is not there")
        error.status, error.request_id = status, where
        raise error
    if status == 429:
        raise RateLimited(
            f"{text}: it asks to wait",
            retry_after=retry_after(response.headers, now, wait),
            limit_class=limit_class,
            status=status,
            request_id=where,
        )
    if status in (409, 423, 425):
        raise Transient(f"{text}: another change is under way; it is tried again", status=status, request_id=where)
    if 400 <= status < 500 and status != 408:
        raise Refused(
            f"{text}: it does not take this content; correct what it names, then retry", status=status, request_id=where
        )
    if 300 <= status < 400:
        text += ": a redirect, which is never followed; check the account's address in the configuration"
    raise lost(text, write=write, status=status, request_id=where)


_ACCESS: Final[Mapping[int, str]] = {
    401: "the token is not accepted; check that it is complete, not expired and not revoked",
    402: "the account is suspended or unpaid",
    403: "the token may not do this; give it the missing scope or role (check --online names it)",
}


def lost(text: str, *, write: bool, status: int | None = None, request_id: str | None = None) -> DeliveryError:
    """The error for an answer that does not tell: Unknown where something may have changed, else Transient."""
    if write:
        return Unknown(f"{text}; whether it was carried out is not known", status=status, request_id=request_id)
    return Transient(text, status=status, request_id=request_id)


def json_object(response: requests.Response, *, write: bool, title: str) -> dict[str, Any]:
    """The JSON object in a 2xx answer. An empty page, HTML or a list is no success: Unknown or Transient."""
    try:
        found = json.loads(response.content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        kind = "an empty answer" if not response.content.strip() else "something else than a JSON object"
        text = f"{title} answered {response.status_code} with {kind} (a proxy or a maintenance page?)"
        raise lost(text, write=write, status=response.status_code, request_id=request_id(response))
    return found


def request_id(response: requests.Response) -> str | None:
    """The vendor's own id of the request, for its support desk."""
    for name in REQUEST_IDS:
        value = response.headers.get(name)
        if value:
            return cut(one_line(value), 100)
    return None


def retry_after(headers: Mapping[str, str], now: float, default: float = WAIT_WITHOUT_WORD) -> float:
    """Seconds to wait, at least 1, from a Retry-After header: a number, a date, nothing or nonsense (``default``).

    ``headers`` must find names in any case, as those of ``requests`` do. A date counts from the answer's own Date.
    """
    value = (headers.get("Retry-After") or "").strip()
    if not value:
        return default
    try:
        seconds = float(value)
    except ValueError:
        until = _epoch(value)
        if until is None:
            return default
        sent = _epoch(headers.get("Date") or "")
        seconds = until - (now if sent is None else sent)
    if not math.isfinite(seconds):
        return default
    return min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT)


def _epoch(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _quoted(words: str) -> str:
    # Vendors repeat addresses that they do not like; an error text is logged and shown to operators.
    words = cut(_ADDRESS.sub("(an address)", one_line(words)), LONGEST_VENDOR_TEXT)
    return f" “{words}”" if words else ""
