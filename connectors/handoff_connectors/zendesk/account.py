"""One Zendesk account as the connector calls it: every request, its status judged, its answer a JSON object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from handoff_connectors.transport import Transport
from handoff_connectors.zendesk.answers import preview_answer, read_limits, vendor_text
from handoff_connectors.zendesk.authors import Authors
from handoff_connectors.zendesk.credentials import Credentials, credentials_of
from handoff_connectors.zendesk.sdk import Zen
from handoff_core.connector import Context
from handoff_core.errors import AuthFailed, Transient
from handoff_mappings.zendesk.settings import ZendeskSettings

PAGE: Final = 100
"""Rows of a page; Zendesk gives no more (Zendesk docs, pagination, 2026-11)."""
MOST_PAGES: Final = 60
"""Pages of one list: 5,000 comments, the most that a ticket has, are 50."""

Given = TypeVar("Given")


class Account:
    """Calls to one account. Raises only the DeliveryError family."""

    def __init__(self, context: Context, settings: ZendeskSettings) -> None:
        self.transport = Transport(
            context,
            origin=settings.origin,
            title="Zendesk",
            vendor_text=vendor_text,
            read_limits=read_limits,
            answer=preview_answer,
            authorization=lambda: self._credentials.header(),
        )
        self._credentials: Credentials = credentials_of(settings, context.secret, lambda: self.transport, context.clock)
        self._zen = Zen(self.transport, origin=settings.origin, timeout=settings.timeout)
        self.authors = Authors(context.memory, lambda: self.get("/api/v2/users/me.json"))

    def get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """One GET; ``params`` are percent-encoded, which zenpy does not do (2.0.57)."""

        def call() -> dict[str, Any]:
            response = self.transport.request("GET", path, params=params)
            self.transport.raise_for_status(response, write=False)
            return self.transport.json_object(response, write=False)

        return self._with_token(call)

    def every(self, path: str, name: str, params: Mapping[str, str] | None = None) -> Iterator[dict[str, Any]]:
        """Every row of a list, page by page by cursor. Transient when the list does not end."""
        asked = {**(params or {}), "page[size]": str(PAGE)}
        for _ in range(MOST_PAGES):
            answer = self.get(path, asked)
            rows = answer.get(name)
            if not isinstance(rows, list):
                raise Transient(f"Zendesk's answer holds no list of {name}")
            yield from (row for row in rows if isinstance(row, dict))
            meta = answer.get("meta")
            cursor = meta.get("after_cursor") if isinstance(meta, dict) and meta.get("has_more") else None
            if not cursor:
                return
            if asked.get("page[after]") == cursor:
                break
            asked["page[after]"] = str(cursor)
        raise Transient(f"Zendesk's list of {name} does not come to an end")

    def ticket(self, ticket_id: str) -> dict[str, Any]:
        """One ticket. Gone when it was deleted."""
        found = self.get(f"/api/v2/tickets/{int(ticket_id)}.json").get("ticket")
        if not isinstance(found, dict):
            raise Transient("Zendesk's answer holds no ticket")
        return found

    def comments(self, ticket_id: str) -> Iterator[dict[str, Any]]:
        """Every comment of a ticket."""
        return self.every(f"/api/v2/tickets/{int(ticket_id)}/comments.json", "comments")

    def create_ticket(self, body: bytes, *, idempotency_key: str | None) -> dict[str, Any]:
        """POST a ticket: exactly these bytes, under this key."""
        answer = self._with_token(lambda: self._zen.create_ticket(body, idempotency_key=idempotency_key))
        self.authors.learn(answer)
        return answer

    def update_ticket(self, ticket_id: str, body: bytes) -> dict[str, Any]:
        """PUT a ticket: exactly these bytes."""
        answer = self._with_token(lambda: self._zen.update_ticket(ticket_id, body))
        self.authors.learn(answer)
        return answer

    def add_tags(self, ticket_id: str, tags: list[str]) -> dict[str, Any]:
        """Add tags; those that are there stay."""
        return self._with_token(lambda: self._zen.add_tags(ticket_id, tags))

    def remove_tags(self, ticket_id: str, tags: list[str]) -> dict[str, Any]:
        """Take tags away; all others stay."""
        return self._with_token(lambda: self._zen.remove_tags(ticket_id, tags))

    def put_ticket(self, ticket_id: str, body: dict[str, Any]) -> None:
        """Write fields of a ticket, to be repeated at will."""
        self._repeatable("PUT", f"/api/v2/tickets/{int(ticket_id)}.json", body)

    def redact(self, comment_id: str, body: dict[str, Any]) -> None:
        """Blacken what is marked in a comment, and its files, for good; to be repeated at will."""
        self._repeatable("PUT", f"/api/v2/comment_redactions/{int(comment_id)}.json", body)

    def delete_ticket(self, ticket_id: str) -> None:
        """Delete a ticket; Zendesk keeps it restorable for 30 days. Gone when it is deleted already."""
        self._repeatable("DELETE", f"/api/v2/tickets/{int(ticket_id)}.json", None)

    def _repeatable(self, method: str, path: str, body: dict[str, Any] | None) -> None:
        def call() -> None:
            response = self.transport.request(method, path, json=body, idempotent=True)
            self.transport.raise_for_status(response, write=False)

        self._with_token(call)

    def upload(self, filename: str, content_type: str, content: bytes) -> dict[str, Any]:
        """Upload a file."""
        return self._with_token(lambda: self._zen.upload(filename, content_type, content))

    def token_mark(self) -> str | None:
        """What tells the token in use from another one; None where the configuration names one."""
        return self._credentials.mark()

    def close(self) -> None:
        """Give back the sockets."""
        self.transport.close()

    def _with_token(self, call: Callable[[], Given]) -> Given:
        """Once more with a new token after a 401, which says that nothing was done."""
        try:
            return call()
        except AuthFailed as error:
            if error.status != 401 or not self._credentials.renew():
                raise
            return call()
