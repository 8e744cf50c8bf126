"""The calls to Slack: each named once, with its class of limit and what its errors mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import requests

from handoff_connectors.answers import request_id
from handoff_connectors.masking import MASK
from handoff_connectors.slack.errors import Answer, Call, error_of
from handoff_connectors.slack.found import Pages
from handoff_connectors.slack.preview import preview_answer
from handoff_connectors.slack.sdk import object_in, web_client
from handoff_connectors.transport import Transport
from handoff_core.connector import Context
from handoff_core.errors import AuthFailed, Refused, Transient
from handoff_mappings.slack import SlackSettings

if TYPE_CHECKING:
    from slack_sdk import WebClient

ORIGIN: Final = "https://slack.com"
POST: Final = "post"
POSTS: Final = "posts"
UPDATE: Final = "update"
HISTORY: Final = "history"
LOOKUP: Final = "lookup"

_PERSON: Final = re.compile(r"[UW][A-Z0-9]{2,30}")
_NOBODY: Final = frozenset({"users_not_found", "user_not_found", "user_not_visible"})


@dataclass(frozen=True, slots=True)
class Person:
    """An account in the workspace."""

    id: str
    active: bool


class Calls:
    """Slack's methods as Handoff uses them. Each gives the answer with ``ok: true`` or raises a DeliveryError."""

    def __init__(self, context: Context, settings: SlackSettings) -> None:
        self._context = context
        self._settings = settings
        self._origin = (settings.base_url or ORIGIN).rstrip("/")
        self._transport: Transport | None = None
        self._client: WebClient | None = None
        self._writes = True
        self._answer: Answer | None = None

    def test(self) -> Answer:
        """Who the token belongs to; the headers name its scopes."""
        call = self._call("auth.test")
        answer = self._sent(call, {})
        self._proven(call, answer)
        return answer

    def post(self, *, channel: str, **arguments: Any) -> Mapping[str, Any]:
        """Post a message."""
        return self._tell("chat.postMessage", f"{POST}:{channel}", channel=channel, **arguments)

    def edit(self, channel: str, **arguments: Any) -> Mapping[str, Any]:
        """Rewrite one of our messages."""
        return self._tell("chat.update", UPDATE, channel=channel, **arguments)

    def delete(self, channel: str, ts: str) -> Mapping[str, Any]:
        """Delete one of our messages."""
        return self._tell("chat.delete", UPDATE, channel=channel, ts=ts)

    def history(self, channel: str) -> Pages:
        """The pages of a channel's messages."""
        return partial(self._read, "conversations.history", channel)

    def replies(self, channel: str) -> Pages:
        """The pages of a thread in a channel; takes ``ts`` of its first message."""
        return partial(self._read, "conversations.replies", channel)

    def person_by_email(self, email: str) -> Person | None:
        """The account with that address; None = there is none."""
        return self._person("users.lookupByEmail", email=email)

    def person(self, identity: str) -> Person | None:
        """The account with that id; None = there is none."""
        return self._person("users.info", user=identity)

    def close(self) -> None:
        """Give back sockets."""
        if self._transport is not None:
            self._transport.close()
        self._transport = self._client = None

    def _tell(self, method: str, limit_class: str, *, channel: str, **arguments: Any) -> Mapping[str, Any]:
        call = self._call(method, limit_class, channel=channel, write=True)
        return self._proven(call, self._sent(call, {"channel": channel, **arguments}))

    def _read(self, method: str, channel: str, **arguments: Any) -> Mapping[str, Any]:
        call = self._call(method, HISTORY, channel=channel)
        return self._proven(call, self._sent(call, {"channel": channel, **arguments}))

    def _call(
        self, method: str, limit_class: str | None = None, *, channel: str | None = None, write: bool = False
    ) -> Call:
        return Call(method, write, self._settings.token_env, limit_class, channel)

    def _person(self, method: str, **arguments: str) -> Person | None:
        answer = self._sent(self._call(method, LOOKUP), arguments)
        if answer.code in _NOBODY:
            return None
        user = self._proven(self._call(method, LOOKUP), answer).get("user")
        identity = user.get("id") if isinstance(user, Mapping) else None
        if not isinstance(user, Mapping) or not isinstance(identity, str) or _PERSON.fullmatch(identity) is None:
            raise Transient(f"Slack {method}: the answer names no account; it is tried again.")
        return Person(identity, active=user.get("deleted") is not True)

    def _proven(self, call: Call, answer: Answer) -> Mapping[str, Any]:
        """The body of an answer that says ``ok: true``; success is never taken from the status alone."""
        if answer.status == 200 and answer.body is not None and answer.body.get("ok") is True:
            return answer.body
        raise error_of(call, answer, self._context.clock.now())

    def _sent(self, call: Call, arguments: Mapping[str, Any]) -> Answer:
        from slack_sdk.errors import SlackApiError, SlackClientError

        self._writes, self._answer = call.write, None
        method = getattr(self._sdk(), call.method.replace(".", "_"))
        try:
            method(**arguments)
        except SlackApiError:
            pass  # an answer without ok: true, judged by who asked
        except SlackClientError as error:
            raise Refused(f"Slack {call.method}: slack_sdk cannot send this ({type(error).__name__}).") from None
        if self._answer is None:
            raise Refused(f"Slack {call.method}: this version of slack_sdk sends past Handoff's transport; use 3.47.")
        return self._answer

    def _sdk(self) -> WebClient:
        if self._client is None:
            context = self._context
            self._transport = Transport(context, origin=self._origin, title="Slack", answer=preview_answer)
            token = MASK if context.recorder is not None else self._token()
            self._client = web_client(token, f"{self._origin}/api/", partial(self._post, self._transport))
        return self._client

    def _token(self) -> str:
        try:
            token = self._context.secret(self._settings.token_env).strip()
        except KeyError:
            token = ""
        if not token or not token.isascii() or not token.isprintable():
            raise AuthFailed(f"Slack: {self._settings.token_env} holds no token; set it to the bot token (xoxb-…).")
        return token

    def _post(self, transport: Transport, url: str, headers: Mapping[str, str], body: bytes) -> requests.Response:
        response = transport.request("POST", url, headers=headers, data=body, idempotent=not self._writes)
        self._answer = Answer(response.status_code, response.headers, object_in(response), request_id(response))
        return response
