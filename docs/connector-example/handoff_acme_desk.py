"""Acme Desk, a ticket system with a small JSON API: one ticket a packet, rewritten in place."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import requests

from handoff_core.connector import Context, DestinationSettings, Limit, Payload, RecordedRequest, Remote, View, Write
from handoff_core.durations import Duration
from handoff_core.errors import AuthFailed, Gone, RateLimited, Refused, Transient, Unknown
from handoff_mappings.brief import build_brief
from handoff_mappings.text import cut

TEXT_LIMIT = 60_000  # Acme Desk docs, tickets, 2026-11: more is 422


class AcmeDeskSettings(DestinationSettings):
    token_env: str
    settle: Duration = 5.0  # Acme Desk docs, consistency, 2026-11: lists show a ticket within 5 s


class AcmeDeskConnector:
    title: ClassVar[str] = "Acme Desk"
    settings_model: ClassVar[type[DestinationSettings]] = AcmeDeskSettings
    limits: ClassVar[Mapping[str, Limit]] = {"api": Limit(calls=100, period=60.0, burst=10)}
    rank: ClassVar[int] = 10

    def __init__(self, context: Context) -> None:
        self._context = context
        self._origin = (context.settings.base_url or "https://api.acmedesk.example").rstrip("/")
        self._session = requests.Session()

    @classmethod
    def account(cls, settings: DestinationSettings, secret: Callable[[str], str]) -> str:
        return settings.base_url or "acme-desk"

    def render(self, view: View) -> Sequence[Payload]:
        brief = build_brief(view)
        top = (*brief.head, *brief.below)
        lines = [brief.banner, brief.owner_line, *(f"{one.label}: {one.text}" for one in top), brief.acknowledge_line]
        for section in brief.sections:
            lines += ["", section.title, *(f"- {item.text} {item.note} {item.url or ''}" for item in section.items)]
        lines += ["", *(f"{link.label}: {link.url}" for link in brief.links), brief.reference]
        text = "\n".join(lines)
        cut_off = ("the end of the brief",) if len(text) > TEXT_LIMIT else ()
        withheld = (*view.withheld, *brief.left_out, *cut_off)
        body = {"key": view.key, "subject": cut(brief.title, 150), "text": cut(text, TEXT_LIMIT, "… (cut)")}
        return [Payload("ticket", view.key, body, title=brief.title, withheld=withheld, text=text)]

    def cost(self, operation: str, payload: Payload) -> Mapping[str, int]:
        return {"api": 1}

    def find(self, write: Write) -> Sequence[Remote]:
        tickets = self._ask("GET", "/tickets", params={"key": write.payload.key})["tickets"]
        return [self._remote(ticket) for ticket in tickets if ticket["key"] == write.payload.key]

    def create(self, write: Write) -> Remote:
        return self._remote(self._ask("POST", "/tickets", write.payload.body))

    def update(self, write: Write) -> Remote:
        return self._remote(self._ask("PUT", f"/tickets/{write.remote_id}", write.payload.body))

    def close(self) -> None:
        self._session.close()

    def _remote(self, ticket: Mapping[str, Any]) -> Remote:
        if not isinstance(ticket.get("id"), int):  # success is an id, not a status code
            raise Unknown("Acme Desk answered without a ticket id; the ticket may be there.")
        return Remote(str(ticket["id"]), url=f"{self._origin}/t/{ticket['id']}", created_at=ticket.get("created"))

    def _ask(self, method: str, path: str, body: Any = None, params: Mapping[str, str] | None = None) -> Any:
        self._context.before_request()
        what, lost = f"Acme Desk {method} {path}", Transient if method == "GET" else Unknown
        if self._context.recorder is not None:
            masked = RecordedRequest(method, self._origin + path, {"Authorization": "Bearer ***"}, json.dumps(body))
            self._context.recorder.record(masked)
            raise Unknown(f"{what}: a preview sends nothing.")
        token = self._context.secret(self._context.settings.token_env)  # type: ignore[attr-defined]
        self._session.auth = lambda request: request.headers.update(Authorization=f"Bearer {token}") or request
        wait, url = (3.05, self._context.settings.timeout), self._origin + path
        try:
            answer = self._session.request(method, url, params, json=body, timeout=wait, allow_redirects=False)
            found = answer.json() if answer.ok else None
        except requests.RequestException as error:  # "from None": their texts may hold urls and headers
            raise lost(f"{what}: no usable answer ({type(error).__name__}).") from None
        seconds, status = answer.headers.get("Retry-After", ""), answer.status_code
        if status == 429:
            raise RateLimited(f"{what}: too many requests.", retry_after=float(seconds) if seconds.isdigit() else 30.0)
        if status in (401, 403):
            raise AuthFailed(f"{what}: the token is refused ({status}); make a new one in Acme Desk.", status=status)
        if status in (404, 410):
            raise Gone(f"{what}: the ticket was deleted.")
        if status >= 500:
            raise lost(f"{what}: server error {status}.", status=status)
        if not isinstance(found, dict):
            raise Refused(f"{what}: refused with {status}; compare the ticket with Acme's limits.", status=status)
        return found
