"""The contract that every connector keeps, against a small Slack that remembers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest

from handoff_connectors.slack import SlackConnector
from handoff_core.testing.connector_contract import ConnectorContract
from handoff_core.testing.faults import FaultyOperation
from handoff_core.testing.stand_in import Answer, Request, Server, StandIn
from handoff_mappings.slack import validate_blocks

Message = dict[str, Any]


def arguments(request: Request) -> dict[str, Any]:
    if request.body.startswith(b"{"):
        return dict(request.json)
    return dict(parse_qsl(request.body.decode()))


def key_of(message: Message) -> str:
    return str(message["metadata"]["event_payload"]["handoff_key"])


def kind_of(key: str) -> str:
    return key.partition("~")[2] or "alert"


class SmallSlack:
    """Messages by ts, in one or more channels."""

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}

    def answer(self, request: Request) -> Answer:
        method = request.path.removeprefix("/api/").replace(".", "_")
        answer: Answer = getattr(self, method)(arguments(request))
        return answer

    def count(self, kind: str) -> int:
        return sum(kind_of(key_of(message)) == kind for message in self.messages.values())

    def delete(self, remote_id: str) -> None:
        del self.messages[remote_id.rpartition(":")[2]]

    def auth_test(self, given: Message) -> Answer:
        return ok(url="https://acme.slack.example/", team="Acme", user_id="U0BOT", bot_id="B0BOT")

    def chat_postMessage(self, given: Message) -> Answer:
        if validate_blocks(given["blocks"]):
            return no("invalid_blocks")
        ts = f"1795187521.{len(self.messages) + 1:06d}"
        self.messages[ts] = {**given, "ts": ts, "user": "U0BOT", "bot_id": "B0BOT"}
        return ok(channel=given["channel"], ts=ts)

    def chat_update(self, given: Message) -> Answer:
        if given["ts"] not in self.messages:
            return no("message_not_found")
        self.messages[given["ts"]] |= given
        return ok(channel=given["channel"], ts=given["ts"], text=given["text"])

    def chat_delete(self, given: Message) -> Answer:
        if self.messages.pop(given["ts"], None) is None:
            return no("message_not_found")
        return ok(channel=given["channel"], ts=given["ts"])

    def conversations_history(self, given: Message) -> Answer:
        return self._listing(given, lambda message: "thread_ts" not in message)

    def conversations_replies(self, given: Message) -> Answer:
        return self._listing(given, lambda message: given["ts"] in (message["ts"], message.get("thread_ts")))

    def _listing(self, given: Message, wanted: Any) -> Answer:
        found = [
            message
            for ts, message in self.messages.items()
            if message["channel"] == given["channel"] and float(ts) >= float(given["oldest"]) and wanted(message)
        ]
        return ok(messages=found)


def ok(**values: Any) -> Answer:
    return Answer(200, {"ok": True, **values})


def no(code: str) -> Answer:
    return Answer(200, {"ok": False, "error": code})


def operation_of(request: Request) -> tuple[FaultyOperation | None, str | None]:
    method = request.path.removeprefix("/api/")
    if method in ("chat.postMessage", "chat.update"):
        return ("create" if method == "chat.postMessage" else "update"), kind_of(key_of(json.loads(request.body)))
    if method in ("conversations.history", "conversations.replies"):
        return "find", "alert" if method == "conversations.history" else "brief"
    return None, None


class TestSlack(ConnectorContract):
    version = 1
    connector_class = SlackConnector
    settings = {"connector": "slack", "token_env": "SLACK_BOT_TOKEN", "channel": "C0ALERTS"}  # noqa: RUF012
    kinds = ("alert", "brief")

    @pytest.fixture
    def server(self) -> Iterator[Server]:
        with StandIn(SmallSlack(), operation_of) as server:
            yield server
