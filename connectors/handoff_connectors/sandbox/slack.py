"""The Slack stand-in's HTTP face: Web API methods with JSON and form bodies."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from handoff_connectors.sandbox import slack_people
from handoff_connectors.sandbox.clock import SkewedClock
from handoff_connectors.sandbox.limits import TokenBucket, Windows
from handoff_connectors.sandbox.slack_state import APP_ID, BOT_ID, BOT_USER, TEAM_ID, SlackError, SlackState
from handoff_connectors.sandbox.switches import Switches
from handoff_connectors.sandbox.wire import Answer, Call, Json, json_answer

_SCOPE = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.delete": "chat:write",
    "conversations.history": "channels:history",
    "conversations.replies": "channels:history",
    "conversations.info": "channels:read",
    "conversations.list": "channels:read",
    "users.lookupByEmail": "users:read.email",
    "users.info": "users:read",
    "usergroups.list": "usergroups:read",
    "reactions.get": "reactions:read",
    "reactions.add": "reactions:write",
}
_TIER_2 = frozenset({"conversations.list", "usergroups.list"})
_TIER_4 = frozenset({"users.info"})
_UNTIERED = frozenset({"auth.test", "chat.postMessage", "chat.getPermalink"})
_HISTORY = frozenset({"conversations.history", "conversations.replies"})
_PAGE, _MOST_PAGE, _DISTRIBUTED_PAGE = 100, 999, 15


class Slack:
    """The vendor ``slack`` behind the gate."""

    name = "slack"
    suffix = ""

    def __init__(self, clock: SkewedClock, switches: Switches) -> None:
        self.state = SlackState(clock, switches.slack)
        self._url, self._page_url = "", ""
        self._clock = clock
        self._switches = switches
        self._windows = Windows()
        self._channels: dict[str, TokenBucket] = {}
        self._methods: dict[str, Callable[[Json], Json]] = {
            "auth.test": self._auth_test,
            "chat.postMessage": self._post_message,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "chat.getPermalink": self._permalink,
            "conversations.history": self._history,
            "conversations.replies": self._replies,
            "conversations.info": self._channel_info,
            "conversations.list": self._channel_list,
            "users.lookupByEmail": self._lookup_by_email,
            "users.info": self._user_info,
            "usergroups.list": self._group_list,
            "reactions.get": self._reactions,
            "reactions.add": self._react,
        }
        self.app = Starlette(
            routes=[
                Route("/api/{method}", self._call, methods=["GET", "POST"]),
                Route("/archives/{channel}/p{micros:int}", self._open, methods=["GET"]),
            ]
        )

    def reset(self) -> None:
        """An empty workspace, full limits."""
        self.state.reset()
        self._windows.clear()
        self._channels.clear()

    # The gate's side

    def placed(self, url: str, page_url: str) -> None:
        """Learn the own origin and the page's, for links."""
        self._url, self._page_url = url, page_url

    def guard(self, call: Call) -> Answer | None:
        """not_authed, invalid_auth, missing_scope (all under 200), 429 over a limit."""
        if not call.path.startswith("/api/"):
            return None
        arguments = _arguments(call)
        token = call.token or arguments.get("token")
        if not token:
            return _no("not_authed")
        if self.state.accepted_tokens is not None and token not in self.state.accepted_tokens:
            return _no("invalid_auth")
        method = call.path.removeprefix("/api/")
        needed, provided = _SCOPE.get(method), self._switches.slack.scopes
        if needed and needed not in provided.split(","):
            return _no("missing_scope", needed=needed, provided=provided)
        if not self._switches.limits.enforced:
            return None
        wait = self._wait(method, str(arguments.get("channel")))
        return self.limited(str(math.ceil(wait))) if wait else None

    def _wait(self, method: str, channel: str) -> float:
        now, limits = self._clock.now(), self._switches.limits
        if method == "chat.postMessage":
            bucket = self._channels.setdefault(channel, TokenBucket(limits.slack_post_burst, 1.0))
            return bucket.take(now) or self._windows.of("posts", limits.slack_posts_per_minute, 60).take(now)
        if method in _UNTIERED:
            return 0.0
        if method in _HISTORY and self._switches.slack.distributed_app:
            return self._windows.of(method, 1, 60).take(now)
        per_minute = limits.slack_tier_3
        if method in _TIER_2 or method in _TIER_4:
            per_minute = limits.slack_tier_2 if method in _TIER_2 else limits.slack_tier_4
        return self._windows.of(method, per_minute, 60).take(now)

    def headers(self, call: Call) -> Mapping[str, str]:
        """The token's scopes, and a request id."""
        return {"x-oauth-scopes": self._switches.slack.scopes, "x-slack-req-id": "req-1"}

    def limited(self, retry_after: str | None) -> Answer:
        """Slack's 429."""
        return json_answer(
            429, {"ok": False, "error": "ratelimited"}, {"retry-after": retry_after} if retry_after else {}
        )

    def broken(self, status: int) -> Answer:
        """Slack's error with that status."""
        codes = {401: "invalid_auth", 403: "missing_scope", 503: "service_unavailable"}
        return json_answer(status, {"ok": False, "error": codes.get(status, "internal_error")})

    def error_under_200(self, code: str | None) -> Answer:
        """An error body under 200: how Slack tells most errors."""
        return _no(code or "internal_error")

    def human(self, action: str, call: Call) -> None:
        """A person acts on the message that the call names, else on the newest one."""
        arguments = _arguments(call)
        ts = arguments.get("ts") or arguments.get("thread_ts")
        channel = arguments.get("channel")
        try:
            slack_people.act(self.state, action, channel if ts else None, ts, {})
        except SlackError:
            return

    # The methods

    async def _call(self, request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        call = Call(request.method, request.url.path, request.url.query, headers, await request.body())
        method = self._methods.get(request.path_params["method"])
        if method is None:
            return JSONResponse({"ok": False, "error": "unknown_method"})
        try:
            return JSONResponse({"ok": True, **method(_arguments(call))})
        except SlackError as error:
            return JSONResponse({"ok": False, "error": error.code, **error.more})

    def _auth_test(self, arguments: Json) -> Json:
        team = {"url": f"{self._origin()}/", "team": "Acme Plumbing", "team_id": TEAM_ID}
        return {**team, "user": "handoff", "user_id": BOT_USER, "bot_id": BOT_ID, "app_id": APP_ID}

    def _post_message(self, arguments: Json) -> Json:
        message, warnings = self.state.post(arguments)
        answer = {"channel": message.channel, "ts": message.ts, "message": message.values}
        return {**answer, "response_metadata": {"warnings": warnings}} if warnings else answer

    def _update(self, arguments: Json) -> Json:
        message = self.state.update(arguments)
        return {"channel": message.channel, "ts": message.ts, "text": message.values["text"], "message": message.values}

    def _delete(self, arguments: Json) -> Json:
        channel = self.state.channel(arguments.get("channel"))
        self.state.delete(channel, arguments.get("ts"))
        return {"channel": channel, "ts": arguments["ts"]}

    def _permalink(self, arguments: Json) -> Json:
        channel = self.state.channel(arguments.get("channel"))
        message = self.state.message(channel, arguments.get("message_ts"))
        thread = f"?thread_ts={message.thread_ts}&cid={channel}" if message.is_reply else ""
        return {
            "channel": channel,
            "permalink": f"{self._origin()}/archives/{channel}/p{message.ts.replace('.', '')}{thread}",
        }

    def _history(self, arguments: Json) -> Json:
        channel = self.state.channel(arguments.get("channel"))
        return self._messages_page(arguments, self.state.history(channel))

    def _replies(self, arguments: Json) -> Json:
        channel = self.state.channel(arguments.get("channel"))
        rows = self.state.thread(channel, arguments.get("ts"))
        return self._messages_page(arguments, rows, always=rows[0].ts)

    def _messages_page(self, arguments: Json, rows: list[Any], always: str | None = None) -> Json:
        oldest, latest = str(arguments.get("oldest") or "0"), str(arguments.get("latest") or "9999999999")
        inclusive = _true(arguments.get("inclusive"))
        low, high = float(oldest), float(latest)
        kept = [
            m for m in rows if m.ts == always or low < float(m.ts) < high or (inclusive and float(m.ts) in (low, high))
        ]
        most = _DISTRIBUTED_PAGE if self._switches.slack.distributed_app else _MOST_PAGE
        limit = min(int(arguments.get("limit") or _PAGE), most)
        start = _offset(arguments.get("cursor"))
        shown = kept[start : start + limit]
        full = _true(arguments.get("include_all_metadata"))
        more = start + limit < len(kept)
        answer: Json = {"messages": [self.state.shown(m, metadata=full) for m in shown], "has_more": more}
        if more:
            cursor = base64.b64encode(f"next_ts:{start + limit}".encode()).decode()
            answer["response_metadata"] = {"next_cursor": cursor}
        return answer

    def _channel_info(self, arguments: Json) -> Json:
        found = self.state.channels.get(str(arguments.get("channel")))
        if found is None or (found["is_private"] and not found["is_member"]):
            raise SlackError("channel_not_found")
        return {"channel": found}

    def _channel_list(self, arguments: Json) -> Json:
        return {"channels": list(self.state.channels.values()), "response_metadata": {"next_cursor": ""}}

    def _lookup_by_email(self, arguments: Json) -> Json:
        email = str(arguments.get("email") or "").casefold()
        for person in self.state.people.values():
            if email and (person["profile"]["email"] or "").casefold() == email and not person["deleted"]:
                return {"user": person}
        raise SlackError("users_not_found")

    def _user_info(self, arguments: Json) -> Json:
        person = self.state.people.get(str(arguments.get("user")))
        if person is None:
            raise SlackError("user_not_found")
        return {"user": person}

    def _group_list(self, arguments: Json) -> Json:
        return {"usergroups": list(self.state.groups.values())}

    def _reactions(self, arguments: Json) -> Json:
        message = self.state.message(self.state.channel(arguments.get("channel")), arguments.get("timestamp"))
        return {"type": "message", "message": self.state.shown(message, metadata=False)}

    def _react(self, arguments: Json) -> Json:
        channel = self.state.channel(arguments.get("channel"))
        self.state.react(channel, arguments.get("timestamp"), str(arguments.get("name")), BOT_USER)
        return {}

    def _origin(self) -> str:
        return self._url if self._switches.common.links == "loopback" else "https://acme.slack.com"

    async def _open(self, request: Request) -> Response:
        micros = str(request.path_params["micros"])
        record = f"{micros[:-6]}.{micros[-6:]}"
        return RedirectResponse(f"{self._page_url}/?record={record}", 302)


def _no(code: str, **more: str) -> Answer:
    return json_answer(200, {"ok": False, "error": code, **more})


def _arguments(call: Call) -> Json:
    """A method's arguments from its JSON or form body and its query."""
    arguments: Json = dict(parse_qsl(call.query))
    if call.headers.get("content-type", "").startswith("application/json"):
        return arguments | call.json
    return arguments | dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))


def _offset(cursor: Any) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(str(cursor)).decode().removeprefix("next_ts:"))
    except ValueError:
        raise SlackError("invalid_cursor") from None


def _true(value: Any) -> bool:
    return value in (True, 1, "1", "true", "True")
