"""Zendesk's answers: its own words about errors, its rate headers, and the ids that prove success."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import requests

from handoff_connectors.transport import Answer
from handoff_core.connector import Observed, RecordedRequest
from handoff_core.errors import Unknown

API: Final = "api"
"""The class of every call: the plan's requests per minute."""
UPDATE: Final = "update"
"""The class of calls that change a ticket: 100 a minute in an account (Zendesk docs, rate limits, 2026-11)."""

_MINUTE: Final = 60.0
_ENDPOINT: Final = re.compile(r"zendesk-ratelimit-tickets?-update", re.IGNORECASE)
_PART: Final = re.compile(r"(total|remaining|resets)\s*=\s*(\d+)")
_TICKET: Final = re.compile(r"/api/v2/tickets/(\d+)")


def vendor_text(response: requests.Response) -> str:
    """Zendesk's words about an error: name, description, and each problem of a field."""
    try:
        body = response.json()
    except ValueError:
        return ""
    if not isinstance(body, dict):
        return ""
    error = body.get("error")
    words = [error.get("title"), error.get("message")] if isinstance(error, dict) else [error]
    words += [body.get("description"), body.get("error_description"), body.get("message")]
    words += list(_problems(body.get("details")))
    return "; ".join(dict.fromkeys(word for word in words if isinstance(word, str) and word))


def error_name(response: requests.Response) -> str:
    """``RecordInvalid``, ``IdempotentRequestError`` …; empty when the answer names none."""
    try:
        body = response.json()
    except ValueError:
        return ""
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, str) else ""


def read_limits(path: str, headers: Mapping[str, str]) -> Iterable[Observed]:
    """What the headers say: the plan's limit on every answer, the update limit on ticket updates."""
    calls = _number(headers.get("X-Rate-Limit") or headers.get("ratelimit-limit"))
    if calls:
        remaining = _number(headers.get("X-Rate-Limit-Remaining") or headers.get("ratelimit-remaining"))
        resets = _number(headers.get("ratelimit-reset"))
        yield Observed(API, calls=calls, period=_MINUTE, remaining=remaining, resets_in=resets)
    for name, value in headers.items():
        if _ENDPOINT.fullmatch(name):
            parts = {key: float(number) for key, number in _PART.findall(value)}
            if parts.get("total"):
                yield Observed(
                    UPDATE,
                    calls=parts["total"],
                    period=_MINUTE,
                    remaining=parts.get("remaining"),
                    resets_in=parts.get("resets"),
                )


def positive_id(value: Any, what: str) -> int:
    """An id that Zendesk gave; Unknown for anything else, since then nothing proves that the write happened."""
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise Unknown(f"Zendesk's answer holds no id of {what}; whether it was made is not known")
    return value


def epoch(text: Any) -> float | None:
    """Seconds since the epoch of a time as Zendesk writes it; None for anything else."""
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() if isinstance(text, str) else None
    except ValueError:
        return None


def preview_answer(request: RecordedRequest) -> Answer:
    """What Zendesk would say, so that a preview can show every request of an operation."""
    path = request.url.partition("?")[0].removesuffix(".json")
    if path.endswith("/uploads"):
        return Answer({"upload": {"token": "upload-token-of-zendesk"}}, status=201)
    if path.endswith("/tickets") and request.method == "GET":
        return Answer({"tickets": []})
    if path.endswith("/tags"):
        return Answer({"tags": []})
    if path.endswith("/comments"):
        return Answer({"comments": []})
    if path.endswith("/search"):
        return Answer({"users": []})
    found = _TICKET.search(path)
    ticket = {"id": int(found[1]) if found else 1, "status": "new", "custom_fields": [], "tags": []}
    return Answer({"ticket": ticket, "audit": {"id": 1, "events": [{"id": 1, "type": "Comment"}]}}, status=201)


def _problems(details: Any) -> Iterable[str]:
    for entries in details.values() if isinstance(details, dict) else ():
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and isinstance(entry.get("description"), str):
                yield entry["description"]


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
