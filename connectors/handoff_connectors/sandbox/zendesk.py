"""The Zendesk stand-in's HTTP face: /api/v2 as far as Handoff and its users need it, and OAuth tokens."""

from __future__ import annotations

import asyncio
import base64
import math
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from handoff_connectors.sandbox import zendesk_people
from handoff_connectors.sandbox.clock import SkewedClock, iso_seconds
from handoff_connectors.sandbox.limits import Window, Windows
from handoff_connectors.sandbox.switches import Switches
from handoff_connectors.sandbox.wire import Answer, Call, Json, Refusal, json_answer, refusal_response, staleness
from handoff_connectors.sandbox.zendesk_account import BOT_ID, not_found
from handoff_connectors.sandbox.zendesk_idempotency import KeptAnswers
from handoff_connectors.sandbox.zendesk_pages import page_of
from handoff_connectors.sandbox.zendesk_redaction import redact_comment
from handoff_connectors.sandbox.zendesk_state import Ticket, ZendeskState

_TICKET_WRITE = re.compile(r"/api/v2/tickets/(\d+)(/tags)?$")
_OPEN_PATHS = ("/oauth/tokens", "/agent/", "/attachments/")


class Zendesk:
    """The vendor ``zendesk`` behind the gate."""

    name = "zendesk"
    suffix = ".json"

    def __init__(self, clock: SkewedClock, switches: Switches) -> None:
        self.state = ZendeskState(clock, switches.zendesk)
        self._page_url = ""
        self._clock = clock
        self._switches = switches
        self._windows = Windows()
        self._kept = KeptAnswers(clock, switches.zendesk)
        self.app = Starlette(routes=self._routes(), exception_handlers={Refusal: refusal_response})

    def reset(self) -> None:
        """An empty account, full limits."""
        self.state.reset()
        self._windows.clear()
        self._kept.clear()

    # The gate's side

    def placed(self, url: str, page_url: str) -> None:
        """Learn the own origin and the page's, for links."""
        self.state.url, self._page_url = url, page_url
        self.state.account.url = url

    def guard(self, call: Call) -> Answer | None:
        """401 for a wrong token, 403 for a missing scope, 429 over a limit."""
        if call.path.startswith(_OPEN_PATHS):
            return None
        problem = self.state.account.problem_of_token(_token(call))
        if problem == "expired":
            text = "The access token provided is expired, revoked, malformed or invalid for other reasons."
            return json_answer(401, {"error": "invalid_token", "error_description": text})
        if problem:
            return json_answer(401, {"error": "Couldn't authenticate you"})
        if call.method != "GET" and "write" not in self._switches.zendesk.scopes:
            return json_answer(
                403, {"error": "Forbidden", "description": "Missing the following required scopes: write"}
            )
        return self._over_limit(call)

    def _over_limit(self, call: Call) -> Answer | None:
        if not self._switches.limits.enforced:
            return None
        now = self._clock.now()
        for window in self._windows_for(call):
            wait = window.take(now)
            if wait:
                return self.limited(str(math.ceil(wait)))
        return None

    def _windows_for(self, call: Call) -> list[Window]:
        limits = self._switches.limits
        found = []
        written = _TICKET_WRITE.search(call.path)
        if call.method != "GET" and written:
            found.append(self._windows.of(f"ticket {written[1]}", limits.zendesk_updates_per_ticket, 600))
            found.append(self._windows.of("updates", limits.zendesk_updates_per_minute, 60))
        if call.path.startswith("/api/v2/incremental/"):
            found.append(self._windows.of("incremental", 10, 60))
        return [*found, self._windows.of("account", limits.zendesk_per_minute, 60)]

    def headers(self, call: Call) -> Mapping[str, str]:
        """Rate headers; on ticket updates those of that endpoint too."""
        now, limits = self._clock.now(), self._switches.limits
        account = self._windows.of("account", limits.zendesk_per_minute, 60)
        told = {
            "x-rate-limit": str(account.calls),
            "x-rate-limit-remaining": str(account.remaining(now)),
            "ratelimit-limit": str(account.calls),
            "ratelimit-remaining": str(account.remaining(now)),
            "ratelimit-reset": str(account.resets_in(now)),
            "x-zendesk-request-id": secrets.token_hex(8),
        }
        if call.method != "GET" and _TICKET_WRITE.search(call.path):
            updates = self._windows.of("updates", limits.zendesk_updates_per_minute, 60)
            told["zendesk-ratelimit-tickets-update"] = (
                f"total={updates.calls}; remaining={updates.remaining(now)}; resets={updates.resets_in(now)}"
            )
        return told

    def limited(self, retry_after: str | None) -> Answer:
        """Zendesk's 429."""
        headers = {} if retry_after is None else {"retry-after": retry_after}
        return json_answer(
            429, {"error": "APIRateLimitExceeded", "description": "Number of allowed API requests exceeded"}, headers
        )

    def broken(self, status: int) -> Answer:
        """Zendesk's error with that status."""
        names = {401: "Couldn't authenticate you", 403: "Forbidden", 404: "RecordNotFound", 409: "DatabaseConflict"}
        return json_answer(status, {"error": names.get(status, "InternalError"), "description": "Something went wrong"})

    def error_under_200(self, code: str | None) -> Answer:
        """An error body under 200."""
        return json_answer(200, {"error": code or "InternalError", "description": "Something went wrong"})

    def human(self, action: str, call: Call) -> None:
        """An agent acts on the ticket in the path, else on the newest one; without any, nothing happens."""
        found = re.search(r"/tickets/(\d+)", call.path)
        try:
            zendesk_people.act(self.state, action, int(found[1]) if found else None, {})
        except Refusal:
            return

    # The routes

    def _routes(self) -> Sequence[Route]:
        base, ticket = "/api/v2", "/api/v2/tickets/{id:int}"
        return [
            Route(f"{base}/tickets", self._create, methods=["POST"]),
            Route(f"{base}/tickets", self._list, methods=["GET"]),
            Route(f"{base}/tickets/show_many", self._show_many, methods=["GET"]),
            Route(ticket, self._show, methods=["GET"]),
            Route(ticket, self._update, methods=["PUT"]),
            Route(ticket, self._delete, methods=["DELETE"]),
            Route(f"{ticket}/tags", self._tags, methods=["PUT", "POST", "DELETE"]),
            Route(f"{ticket}/comments", self._comments, methods=["GET"]),
            Route(f"{ticket}/audits", self._audits, methods=["GET"]),
            Route(f"{base}/comment_redactions/{{id:int}}", self._redact, methods=["PUT"]),
            Route(f"{base}/incremental/tickets/cursor", self._incremental, methods=["GET"]),
            Route(f"{base}/search", self._search, methods=["GET"]),
            Route(f"{base}/uploads", self._upload, methods=["POST"]),
            Route(f"{base}/users/me", self._me, methods=["GET"]),
            Route(f"{base}/users/search", self._search_users, methods=["GET"]),
            Route(f"{base}/users/create_or_update", self._create_or_update_user, methods=["POST"]),
            Route(f"{base}/users", self._collection("users"), methods=["GET"]),
            Route(f"{base}/users/{{id:int}}", self._member("users", "user"), methods=["GET"]),
            Route(f"{base}/groups", self._collection("groups"), methods=["GET"]),
            Route(f"{base}/groups/assignable", self._collection("groups"), methods=["GET"]),
            Route(f"{base}/groups/{{id:int}}", self._member("groups", "group"), methods=["GET"]),
            Route(f"{base}/ticket_fields", self._collection("fields", "ticket_fields"), methods=["GET"]),
            Route(f"{base}/ticket_fields/{{id:int}}", self._member("fields", "ticket_field"), methods=["GET"]),
            Route(f"{base}/ticket_forms", self._collection("forms", "ticket_forms"), methods=["GET"]),
            Route(f"{base}/custom_statuses", self._statuses, methods=["GET"]),
            Route(f"{base}/oauth/tokens/current", self._current_token, methods=["GET"]),
            Route(f"{base}/guide/survey_responses", self._surveys, methods=["GET"]),
            Route("/oauth/tokens", self._new_token, methods=["POST"]),
            Route("/attachments/{id:int}", self._attachment, methods=["GET"]),
            Route("/agent/tickets/{id:int}", self._open, methods=["GET"]),
        ]

    async def _create(self, request: Request) -> Response:
        body = await request.body()
        wanted = _member_of(await _json(request), "ticket")

        async def make() -> Response:
            if self._switches.zendesk.create_seconds:
                await asyncio.sleep(self._switches.zendesk.create_seconds)
            ticket, audit = self.state.create(wanted)
            return JSONResponse(
                {"ticket": ticket.values, "audit": audit}, 201, headers={"location": ticket.values["url"]}
            )

        key = request.headers.get("idempotency-key")
        return await make() if key is None else await self._kept.once(key, _bearer(request), body, make)

    async def _update(self, request: Request) -> Response:
        wanted = _member_of(await _json(request), "ticket")
        ticket, audit = self.state.change(request.path_params["id"], wanted)
        return JSONResponse({"ticket": ticket.values, "audit": audit})

    async def _show(self, request: Request) -> Response:
        return JSONResponse({"ticket": self.state.ticket(request.path_params["id"]).values})

    async def _delete(self, request: Request) -> Response:
        if not self._switches.zendesk.may_delete:
            raise Refusal(403, {"error": "Forbidden", "description": "You do not have access to this page."})
        zendesk_people.delete(self.state, self.state.ticket(request.path_params["id"]))
        return Response(status_code=204)

    async def _redact(self, request: Request) -> Response:
        if not self._switches.zendesk.redacts:
            raise Refusal(403, {"error": "Forbidden", "description": "You do not have access to this page."})
        return JSONResponse({"comment": redact_comment(self.state, request.path_params["id"], await _json(request))})

    async def _show_many(self, request: Request) -> Response:
        ids = [int(text) for text in request.query_params.get("ids", "").split(",") if text.strip().isdigit()]
        found = [self.state.tickets[i] for i in ids if i in self.state.tickets and not self.state.tickets[i].deleted]
        return page_of(self.state.url, request, "tickets", [ticket.values for ticket in found])

    async def _list(self, request: Request) -> Response:
        found = self.state.listing(request.query_params.get("external_id"))
        return page_of(self.state.url, request, "tickets", [ticket.values for ticket in found])

    async def _tags(self, request: Request) -> Response:
        body = await _json(request)
        stamp: Json = {name: body[name] for name in ("safe_update", "updated_stamp") if name in body}
        tags = self.state.retag(request.path_params["id"], body.get("tags"), request.method, stamp)
        return JSONResponse({"tags": tags}, 201 if request.method == "POST" else 200)

    async def _comments(self, request: Request) -> Response:
        ticket = self.state.ticket(request.path_params["id"])
        newest_first = (
            request.query_params.get("sort_order") == "desc" or request.query_params.get("sort") == "-created_at"
        )
        return page_of(self.state.url, request, "comments", ticket.comments[::-1] if newest_first else ticket.comments)

    async def _audits(self, request: Request) -> Response:
        return page_of(self.state.url, request, "audits", self.state.ticket(request.path_params["id"]).audits)

    async def _incremental(self, request: Request) -> Response:
        since = request.query_params.get("cursor") or request.query_params.get("start_time") or "0"
        at, _, after = since.partition(".")
        try:
            mark = (float(at), int(after or 0))
        except ValueError:
            raise Refusal(400, {"error": "InvalidValue", "description": "cursor or start_time is not valid"}) from None
        size = min(int(request.query_params.get("per_page", 1000)), 1000)
        # The export leaves out the last minute (Zendesk docs, incremental exports).
        moved = sorted((int(t.updated), t.id, t) for t in self.state.every() if t.updated <= self._clock.now() - 60)
        due = [(at, ticket_id, t) for at, ticket_id, t in moved if (at, ticket_id) > mark]
        shown = due[:size]
        cursor = f"{shown[-1][0]}.{shown[-1][1]}" if shown else since
        tickets = [{**t.values, "status": "deleted"} if t.deleted else t.values for _, _, t in shown]
        url = f"{self.state.url}/api/v2/incremental/tickets/cursor.json?cursor={cursor}"
        return JSONResponse(
            {"tickets": tickets, "after_cursor": cursor, "after_url": url, "end_of_stream": len(due) <= size}
        )

    async def _search(self, request: Request) -> Response:
        newest = self._clock.now() - staleness(self._switches.zendesk.search_lag)
        wanted = re.search(r'external_id:"?([^\s"]+)', request.query_params.get("query", ""))
        found = [t for t in self.state.listing(wanted[1] if wanted else None) if t.updated <= newest]
        return JSONResponse({"results": [{**t.values, "result_type": "ticket"} for t in found], "count": len(found)})

    async def _upload(self, request: Request) -> Response:
        name = request.query_params.get("filename")
        if not name:
            raise Refusal(400, {"error": "MissingParameter", "description": "filename is required"})
        kind = request.headers.get("content-type", "application/octet-stream")
        upload = self.state.upload(name, kind, await request.body())
        expires = iso_seconds(upload.at + 3600)
        return JSONResponse({"upload": {"token": upload.token, "expires_at": expires, "attachments": []}}, 201)

    async def _attachment(self, request: Request) -> Response:
        for upload in self.state.uploads.values():
            if upload.id == request.path_params["id"]:
                headers = {"content-disposition": "attachment", "x-content-type-options": "nosniff"}
                return Response(upload.content, media_type="application/octet-stream", headers=headers)
        raise not_found()

    async def _me(self, request: Request) -> Response:
        return JSONResponse({"user": self.state.account.users[BOT_ID]})

    async def _search_users(self, request: Request) -> Response:
        query = request.query_params.get("query", "")
        words = re.sub(r"^(email|type|name):", "", query).strip('"').casefold()
        newest = self._clock.now() - staleness(self._switches.zendesk.user_search_lag)
        found = [
            user
            for user in self.state.account.users.values()
            if words in f"{user['name']} {user['email']}".casefold() and _made_before(user, newest)
        ]
        return page_of(self.state.url, request, "users", found)

    async def _create_or_update_user(self, request: Request) -> Response:
        wanted = _member_of(await _json(request), "user")
        known = self.state.account.user_by_email(str(wanted.get("email") or ""))
        user_id = self.state.account.requester(wanted)
        return JSONResponse({"user": self.state.account.users[user_id]}, 200 if known else 201)

    async def _statuses(self, request: Request) -> Response:
        return JSONResponse({"custom_statuses": self.state.account.statuses()})

    async def _current_token(self, request: Request) -> Response:
        scopes = self._switches.zendesk.scopes.split()
        return JSONResponse({"token": {"id": 1, "user_id": BOT_ID, "scopes": scopes, "expires_at": None}})

    async def _surveys(self, request: Request) -> Response:
        if not self._switches.zendesk.surveys:
            raise not_found()
        return JSONResponse({"survey_responses": [], "meta": {"has_more": False}, "links": {}})

    async def _new_token(self, request: Request) -> Response:
        body = await request.body()
        if request.headers.get("content-type", "").startswith("application/json"):
            wanted = await _json(request)
        else:
            wanted = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if wanted.get("grant_type") != "client_credentials":
            raise Refusal(
                400, {"error": "unsupported_grant_type", "error_description": "only client_credentials is known here"}
            )
        clients, client = self.state.account.clients, str(wanted.get("client_id") or "")
        secret = wanted.get("client_secret")
        if not client or not secret or (clients is not None and clients.get(client) != secret):
            raise Refusal(401, {"error": "invalid_client", "error_description": "Client authentication failed"})
        token = secrets.token_hex(20)
        self.state.account.issued_tokens[token] = self._clock.now() + self._switches.zendesk.token_seconds
        answer: Json = {"access_token": token, "token_type": "bearer"}
        if self._switches.zendesk.token_answer == "full":
            seconds = int(self._switches.zendesk.token_seconds)
            answer |= {"expires_in": seconds, "refresh_token": None, "scope": wanted.get("scope", "read write")}
        return JSONResponse(answer)

    async def _open(self, request: Request) -> Response:
        ticket: Ticket = self.state.ticket(request.path_params["id"])
        return RedirectResponse(f"{self._page_url}/?key={ticket.values['external_id'] or ''}", 302)

    def _collection(self, attribute: str, name: str | None = None) -> Any:
        async def show(request: Request) -> Response:
            return page_of(
                self.state.url, request, name or attribute, list(getattr(self.state.account, attribute).values())
            )

        return show

    def _member(self, attribute: str, name: str) -> Any:
        async def show(request: Request) -> Response:
            found = getattr(self.state.account, attribute).get(request.path_params["id"])
            if found is None:
                raise not_found()
            return JSONResponse({name: found})

        return show


def _made_before(user: Json, newest: float) -> bool:
    return bool(user["role"] != "end-user" or user["created_at"] <= iso_seconds(newest))


def _token(call: Call) -> str | None:
    """The bearer token; of ``email/token:secret`` the secret."""
    raw = call.token
    if raw is None or not call.headers["authorization"].lower().startswith("basic"):
        return raw
    try:
        user, _, secret = base64.b64decode(raw).decode().partition(":")
    except ValueError:
        return None
    return secret or None if user.endswith("/token") else None


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "")


async def _json(request: Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        raise Refusal(400, {"error": "InvalidJSON", "description": "Unable to parse the request body"}) from None
    if not isinstance(body, dict):
        raise Refusal(400, {"error": "InvalidValue", "description": "The request body must be an object"})
    return body


def _member_of(body: Json, name: str) -> Json:
    found = body.get(name)
    if not isinstance(found, dict):
        raise Refusal(400, {"error": "ParameterMissing", "description": f"Parameter {name} is required"})
    return found
