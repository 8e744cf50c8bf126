"""What the connector says of itself, owners, checks, previews, and how it sits on the SDK."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import Any

import pytest

from handoff_connectors.slack import SlackConnector
from handoff_core.connector import DestinationSettings, Write
from handoff_core.errors import RateLimited, Refused, Transient
from handoff_core.testing.case import Recording
from handoff_core.testing.factories import make_owner
from handoff_mappings.slack import SlackSettings

SETTINGS = SlackSettings.model_validate({"connector": "slack", "token_env": "T", "channel": "C0ALERTS"})
ALL_SCOPES = "chat:write,channels:history,groups:history,users:read,users:read.email"


def test_the_account_is_a_hash_that_does_not_give_the_token_away() -> None:
    account = SlackConnector.account(SETTINGS, lambda name: "xoxb-1")
    assert len(account) == 12
    assert account == SlackConnector.account(SETTINGS, lambda name: " xoxb-1\n")
    assert account != SlackConnector.account(SETTINGS, lambda name: "xoxb-2")
    assert "xoxb" not in account


def test_settings_of_another_connector_are_a_mistake(slack: Any) -> None:
    with pytest.raises(TypeError):
        SlackConnector.account(DestinationSettings(connector="other"), lambda name: "")


def test_what_each_operation_costs(slack: Any) -> None:
    slack.keys = {"channels_by_urgency": {"critical": "C0URGENT"}}
    connector, alert, brief = slack.connector(), slack.payload(), slack.payload("brief")
    assert connector.cost("create", alert) == {"post:C0ALERTS": 1, "posts": 1}
    assert connector.cost("update", alert) == {"update": 1}
    assert connector.cost("find", alert) == {"history": 2}
    assert connector.cost("find", brief) == {"history": 1}
    assert connector.cost("owner", alert) == {"lookup": 1}
    assert connector.cost("prepare", alert) == {}


def test_limits_are_those_of_slacks_documentation() -> None:
    limits = SlackConnector.limits
    assert (limits["post"].calls, limits["post"].period) == (1, 1.0)
    assert all((limits[name].calls, limits[name].period) == (50, 60.0) for name in ("update", "history", "lookup"))


def test_an_owner_is_found_by_address(slack: Any) -> None:
    slack.answers("users.lookupByEmail", {"ok": True, "user": {"id": "U0DANA", "deleted": False}})
    assert slack.connector().find_owner("dana@acme.example") == "U0DANA"
    assert slack.asked("users.lookupByEmail") == [{"email": "dana@acme.example"}]


@pytest.mark.parametrize(
    "answer",
    [{"ok": False, "error": "users_not_found"}, {"ok": True, "user": {"id": "U0GONE", "deleted": True}}],
)
def test_nobody_or_a_closed_account_is_no_owner(slack: Any, answer: Any) -> None:
    slack.answers("users.lookupByEmail", answer)
    assert slack.connector().find_owner("dana@acme.example") is None


@pytest.mark.parametrize(
    "answer", [{"ok": True}, {"ok": True, "user": {"id": "dana>"}}, {"ok": False, "error": "fatal_error"}]
)
def test_an_odd_answer_never_means_that_nobody_is_there(slack: Any, answer: Any) -> None:
    slack.answers("users.lookupByEmail", answer)
    with pytest.raises(Transient):
        slack.connector().find_owner("dana@acme.example")


def test_a_limit_on_look_ups_parks_their_bucket(slack: Any) -> None:
    slack.answers("users.lookupByEmail", {"ok": False, "error": "ratelimited"}, status=429)
    with pytest.raises(RateLimited) as caught:
        slack.connector().find_owner("dana@acme.example")
    assert caught.value.limit_class == "lookup"


def test_a_preview_records_the_exact_requests_with_the_secret_masked(slack: Any) -> None:
    recording = Recording()
    connector = slack.connector(recorder=recording)
    alert = connector.create(Write(slack.payload()))
    brief = connector.create(Write(slack.payload("brief"), refs={"alert": alert.id}))
    methods = [request.url.rpartition("/")[2] for request in recording.requests]
    assert methods == ["auth.test", "chat.postMessage", "chat.postMessage"]
    assert brief.id.startswith(f"{alert.id}:")
    assert all(request.headers["Authorization"] == "***" for request in recording.requests)
    assert "Maria Lindqvist" in recording.requests[1].body
    assert len(slack.mock.calls) == 0


def test_a_preview_of_an_edit_a_look_up_and_an_owner_sends_nothing(slack: Any) -> None:
    recording = Recording()
    connector = slack.connector(recorder=recording)
    alert = connector.create(Write(slack.payload()))
    assert connector.update(Write(slack.payload(), remote_id=alert.id)).id == alert.id
    assert connector.find(Write(slack.payload())) == []
    assert connector.find_owner("dana@acme.example")
    assert len(slack.mock.calls) == 0


def test_nothing_of_a_message_is_logged(slack: Any, caplog: pytest.LogCaptureFixture) -> None:
    slack.answers("chat.postMessage", body="<html>Maria Lindqvist</html>")
    with caplog.at_level(logging.DEBUG), pytest.raises(Exception, match="not one of Slack's"):
        slack.create()
    assert "Maria" not in caplog.text
    assert "xoxb" not in caplog.text


def test_the_token_stands_in_no_error(slack: Any) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": "invalid_auth"})
    with pytest.raises(Exception, match="invalid_auth") as caught:
        slack.create()
    assert "xoxb-canary" not in f"{caught.value!r}{caught.value.__cause__!r}{caught.value.__context__!r}"


def test_a_proxy_in_the_environment_is_not_taken_for_a_loopback_address(
    slack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    slack.origin = "http://127.0.0.1:4003"
    slack.keys = {"base_url": slack.origin}
    slack.answers("auth.test", {"ok": True, "bot_id": "B0BOT"})
    slack.answers("chat.postMessage", {"ok": True, "channel": "C0ALERTS", "ts": "1795187521.000100"})
    assert slack.create().id
    assert slack.mock.calls[-1].request.req_kwargs["proxies"] == {}


def test_closing_gives_the_connection_back_and_a_later_call_opens_a_new_one(slack: Any) -> None:
    slack.answers("users.lookupByEmail", {"ok": False, "error": "users_not_found"})
    connector = slack.connector()
    connector.find_owner("dana@acme.example")
    connector.close()
    connector.close()
    assert connector.find_owner("dana@acme.example") is None


def test_rendering_needs_no_sdk() -> None:
    code = "import sys, handoff_connectors.slack; sys.exit('slack_sdk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_sdk_that_would_send_past_the_transport_is_refused(slack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from slack_sdk import WebClient

    monkeypatch.setattr(WebClient, "users_lookupByEmail", lambda self, **arguments: None)
    with pytest.raises(Refused, match="past Handoff's transport"):
        slack.connector().find_owner("dana@acme.example")


def check(slack: Any, *owners: Any, scopes: str | None = ALL_SCOPES) -> dict[str, Any]:
    headers = {} if scopes is None else {"x-oauth-scopes": scopes}
    slack.mock.replace(
        "POST",
        "https://slack.com/api/auth.test",
        json={"ok": True, "user_id": "U0BOT", "bot_id": "B0BOT", "team": "Acme"},
        headers=headers,
    )
    return {result.subject: result for result in slack.connector().check(owners)}


def test_a_destination_that_works_has_nothing_to_fix(slack: Any) -> None:
    slack.answers("conversations.history", {"ok": True, "messages": []})
    slack.answers("users.info", {"ok": True, "user": {"id": "U0DANA"}})
    results = check(slack, make_owner(identity="U0DANA"))
    assert {name: result.ok for name, result in results.items()} == {
        "token": True,
        "scopes": True,
        "channel C0ALERTS": True,
        "owner dana": True,
    }


def test_a_refused_token_is_the_only_line(slack: Any) -> None:
    slack.mock.replace("POST", "https://slack.com/api/auth.test", json={"ok": False, "error": "invalid_auth"})
    (result,) = slack.connector().check([])
    assert (result.subject, result.ok, result.key) == ("token", False, "token_env")
    assert "SLACK_BOT_TOKEN" in result.text


def test_a_vendor_that_is_down_is_not_called_a_bad_token(slack: Any) -> None:
    slack.mock.replace("POST", "https://slack.com/api/auth.test", status=503)
    (result,) = slack.connector().check([])
    assert result.ok is None


def test_each_missing_scope_is_named_with_its_purpose(slack: Any) -> None:
    slack.answers("conversations.history", {"ok": True, "messages": []})
    results = check(slack, scopes="chat:write, users:read.email,groups:history")
    assert results["scope channels:history"].ok is False
    assert "find an alert again" in results["scope channels:history"].text
    assert results["scope users:read"].ok is None
    assert "scopes" not in results


def test_scopes_that_slack_does_not_name_cannot_be_told(slack: Any) -> None:
    slack.answers("conversations.history", {"ok": True, "messages": []})
    assert check(slack, scopes=None)["scopes"].ok is None


def test_each_channel_is_read_once_and_its_key_named(slack: Any) -> None:
    slack.keys = {"channels_by_urgency": {"critical": "C0URGENT"}, "channels_by_lane": {"sales": "C0SALES"}}
    slack.answers("conversations.history", {"ok": True, "messages": []})
    slack.answers("conversations.history", {"ok": False, "error": "not_in_channel"})
    slack.answers("conversations.history", {"ok": False, "error": "channel_not_found"})
    results = check(slack)
    assert results["channel C0ALERTS"].ok is True
    assert results["channel C0URGENT"].ok is False
    assert results["channel C0URGENT"].key == "channels_by_urgency.critical"
    assert "/invite" in results["channel C0SALES"].text
    assert results["channel C0SALES"].key == "channels_by_lane.sales"


@pytest.mark.parametrize(
    ("changes", "answer", "ok"),
    [
        ({"identity": "U0DANA"}, {"ok": False, "error": "user_not_found"}, False),
        ({"identity": "U0DANA"}, {"ok": True, "user": {"id": "U0DANA", "deleted": True}}, False),
        ({"identity": "U0DANA"}, {"ok": False, "error": "missing_scope"}, None),
        ({"identity": "S0DESK"}, None, None),
        ({"identity": "9001"}, None, False),
        ({"identity": None}, {"ok": True, "user": {"id": "U0DANA"}}, True),
        ({"identity": None}, {"ok": False, "error": "users_not_found"}, False),
        ({"identity": None, "email": None}, None, None),
        ({"identity": None, "team": True}, None, None),
    ],
)
def test_each_owner_is_looked_at(slack: Any, changes: Any, answer: Any, ok: bool | None) -> None:
    slack.answers("conversations.history", {"ok": True, "messages": []})
    for method in ("users.info", "users.lookupByEmail"):
        slack.answers(method, answer or {"ok": False, "error": "fatal_error"})
    result = check(slack, make_owner(**changes))["owner dana"]
    assert result.ok is ok
    assert result.ok or result.fix
