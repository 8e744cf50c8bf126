"""Posting: one message, proven by its channel and ts, or an error that says what is known."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import urllib3

from handoff_core.connector import Write
from handoff_core.errors import AuthFailed, DeliveryError, Gone, RateLimited, Refused, Transient, Unknown

TS = "1795187521.000100"
POSTED = {"ok": True, "channel": "C0ALERTS", "ts": TS}


def test_a_posted_alert_is_known_by_channel_and_ts(slack: Any) -> None:
    slack.answers("chat.postMessage", POSTED)
    remote = slack.create()
    assert remote.id == f"C0ALERTS:{TS}"
    assert remote.url == "https://acme.slack.example/archives/C0ALERTS/p1795187521000100"
    assert remote.kept == ()


def test_the_request_carries_key_blocks_and_nothing_that_lets_slack_add_to_it(slack: Any) -> None:
    slack.answers("chat.postMessage", POSTED)
    slack.create()
    (sent,) = slack.asked("chat.postMessage")
    assert sent["channel"] == "C0ALERTS"
    assert sent["metadata"]["event_payload"] == {"handoff_key": "ho-acme-plumbing.case-8841", "schema": 1}
    assert sent["blocks"][0]["type"] == "header"
    assert sent["text"].startswith("🔧 [SUPPORT] Maria")
    assert sent["parse"] == "none"
    assert sent["unfurl_links"] is False
    assert sent["unfurl_media"] is False
    assert sent["client_msg_id"]
    assert "link_names" not in sent
    assert "thread_ts" not in sent


def test_the_token_goes_in_the_header_and_never_in_the_body(slack: Any) -> None:
    slack.answers("chat.postMessage", POSTED)
    slack.create()
    request = slack.mock.calls[-1].request
    assert request.headers["Authorization"] == "Bearer xoxb-canary-5512"
    assert b"xoxb-canary" not in request.body


def test_who_we_are_is_asked_once_and_remembered(slack: Any) -> None:
    slack.answers("chat.postMessage", POSTED)
    slack.create()
    slack.create()
    assert len(slack.asked("auth.test")) == 1


def test_a_reply_is_posted_into_the_thread_of_the_alert(slack: Any) -> None:
    slack.answers("chat.postMessage", {"ok": True, "channel": "C0ALERTS", "ts": "1795187522.000200"})
    remote = slack.create("brief")
    (sent,) = slack.asked("chat.postMessage")
    assert sent["thread_ts"] == TS
    assert remote.id == f"C0ALERTS:{TS}:1795187522.000200"
    assert remote.url == f"https://acme.slack.example/archives/C0ALERTS/p1795187522000200?thread_ts={TS}&cid=C0ALERTS"


def test_a_reply_without_its_alert_is_not_sent(slack: Any) -> None:
    with pytest.raises(Transient, match="nothing was sent"):
        slack.connector().create(Write(slack.payload("brief")))
    assert slack.asked("chat.postMessage") == []


@pytest.mark.parametrize(
    "answer",
    [
        {"ok": True},
        {"ok": True, "channel": "C0ALERTS"},
        {"ok": True, "channel": "C0ALERTS", "ts": 1795187521.0001},
        {"ok": True, "channel": "C0ALERTS", "ts": "yesterday"},
        {"ok": True, "channel": "#alerts", "ts": TS},
        {"ok": "yes", "channel": "C0ALERTS", "ts": TS},
        {"channel": "C0ALERTS", "ts": TS},
        {"ok": False},
        [],
        "ok",
    ],
)
def test_an_answer_that_proves_no_message_leaves_it_unknown(slack: Any, answer: Any) -> None:
    slack.answers("chat.postMessage", answer)
    with pytest.raises(Unknown):
        slack.create()


@pytest.mark.parametrize("body", ["", "<html>Bad gateway</html>", '{"ok": true, "cha', "[" * 100_000])
@pytest.mark.parametrize("status", [200, 302, 500, 502, 503])
def test_an_answer_that_is_not_slacks_leaves_it_unknown(slack: Any, body: str, status: int) -> None:
    slack.answers("chat.postMessage", body=body, status=status)
    with pytest.raises(Unknown):
        slack.create()


@pytest.mark.parametrize(
    "broken",
    [
        requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", ConnectionResetError(104))),
        requests.ReadTimeout("read timed out"),
        requests.exceptions.ChunkedEncodingError("IncompleteRead"),
    ],
)
def test_a_lost_answer_leaves_it_unknown_and_posts_no_second_message(slack: Any, broken: Exception) -> None:
    slack.answers("chat.postMessage", broken)
    with pytest.raises(Unknown):
        slack.create()
    assert len(slack.asked("chat.postMessage")) == 1


def test_a_refused_connection_changed_nothing(slack: Any) -> None:
    slack.answers("chat.postMessage", requests.ConnectTimeout("connect timed out"))
    with pytest.raises(Transient):
        slack.create()


@pytest.mark.parametrize("code", ["internal_error", "fatal_error", "service_unavailable", "request_timeout"])
def test_an_error_after_which_it_may_be_there_leaves_it_unknown(slack: Any, code: str) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": code})
    with pytest.raises(Unknown):
        slack.create()


@pytest.mark.parametrize("code", ["duplicate_message_not_found", "duplicate_channel_not_found"])
def test_a_repeated_client_id_means_that_an_earlier_send_may_have_arrived(slack: Any, code: str) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": code})
    with pytest.raises(Unknown, match="has had this message before"):
        slack.create()


@pytest.mark.parametrize("code", ["duplicate_message_not_found", "duplicate_channel_not_found"])
@pytest.mark.parametrize("kind", ["alert", "brief"])
def test_an_id_that_slack_knows_without_its_message_is_never_sent_again(slack: Any, kind: str, code: str) -> None:
    for answer in ({"ok": False, "error": code}, {"ok": False, "error": code}, POSTED):
        slack.answers("chat.postMessage", answer)
    for _ in range(2):
        with pytest.raises(Unknown):
            slack.create(kind)
    slack.create(kind)
    slack.create(kind)
    *others, last, again = (sent["client_msg_id"] for sent in slack.asked("chat.postMessage"))
    assert len({*others, last}) == 3
    assert again == last


def test_a_used_up_id_concerns_its_own_message_alone(slack: Any) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": "duplicate_message_not_found"})
    slack.answers("chat.postMessage", POSTED)
    with pytest.raises(Unknown):
        slack.create("alert")
    slack.create("brief")
    assert slack.asked("chat.postMessage")[-1]["client_msg_id"] == slack.payload("brief").body["client_msg_id"]


def test_the_plainer_form_of_a_message_uses_its_id_up_too(slack: Any) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": "invalid_blocks"})
    slack.answers("chat.postMessage", {"ok": False, "error": "duplicate_message_not_found"})
    slack.answers("chat.postMessage", POSTED)
    with pytest.raises(Unknown):
        slack.create()
    slack.create()
    first, plainer, last = (sent["client_msg_id"] for sent in slack.asked("chat.postMessage"))
    assert first == plainer != last


def test_what_is_remembered_of_used_up_ids_is_forgotten_with_the_packet(slack: Any) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": "duplicate_message_not_found"})
    with pytest.raises(Unknown):
        slack.create()
    (name,) = (name for name in slack.memory.kept if "used-up" in name)
    assert name.endswith(f":{slack.payload().key}")  # as ``Erases`` asks for


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ("invalid_auth", AuthFailed, "SLACK_BOT_TOKEN"),
        ("not_authed", AuthFailed, "is empty"),
        ("token_revoked", AuthFailed, "was revoked"),
        ("token_expired", AuthFailed, "token rotation"),
        ("account_inactive", AuthFailed, "install the app again"),
        ("org_login_required", AuthFailed, "organisation"),
        ("channel_not_found", Refused, "/invite"),
        ("not_in_channel", Refused, "/invite"),
        ("is_archived", Refused, "unarchive"),
        ("restricted_action", Refused, "workspace owner"),
        ("restricted_action_read_only_channel", Refused, "workspace owner"),
        ("some_new_error", Refused, "some_new_error"),
        ("team_added_to_org", Transient, "being moved"),
        ("thread_not_found", Gone, "deleted by a person"),
    ],
)
def test_each_error_says_what_to_do(slack: Any, answer: str, kind: type[DeliveryError], words: str) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": answer}, headers={"x-slack-req-id": "req-77"})
    with pytest.raises(kind, match=words) as caught:
        slack.create()
    assert type(caught.value) is kind
    assert "Slack chat.postMessage in channel C0ALERTS" in str(caught.value)


def test_a_missing_scope_is_named(slack: Any) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": "missing_scope", "needed": "chat:write", "provided": "x"})
    with pytest.raises(AuthFailed, match="chat:write"):
        slack.create()


def test_slacks_own_id_of_the_request_is_kept(slack: Any) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": "is_archived"}, headers={"x-slack-req-id": "req-77"})
    with pytest.raises(Refused, match="req-77"):
        slack.create()


def test_what_looks_like_a_text_in_place_of_a_code_is_not_repeated(slack: Any) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": "no such customer Maria Lindqvist"})
    with pytest.raises(Refused) as caught:
        slack.create()
    assert "Maria" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "answer", "headers", "wait"),
    [
        (429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "17"}, 17.0),
        (429, None, {"Retry-After": "17"}, 17.0),
        (429, {"ok": False, "error": "ratelimited"}, {}, 30.0),
        (200, {"ok": False, "error": "ratelimited"}, {}, 30.0),
        (200, {"ok": False, "error": "rate_limited"}, {"Retry-After": "3"}, 3.0),
        (200, {"ok": False, "error": "message_limit_exceeded"}, {}, 3600.0),
    ],
)
def test_a_limit_parks_the_channels_bucket(slack: Any, status: int, answer: Any, headers: Any, wait: float) -> None:
    kind = {"body": "slow down"} if answer is None else {"json": answer}
    slack.answers("chat.postMessage", status=status, headers=headers, **kind)
    with pytest.raises(RateLimited) as caught:
        slack.create()
    assert caught.value.retry_after == wait
    assert caught.value.limit_class == "post:C0ALERTS"
    assert len(slack.asked("chat.postMessage")) == 1


@pytest.mark.parametrize(
    "code",
    [
        "invalid_blocks",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "metadata_too_large",
        "invalid_metadata_format",
    ],
)
def test_blocks_that_slack_refuses_are_posted_once_more_as_plain_text(slack: Any, code: str) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": code})
    slack.answers("chat.postMessage", POSTED)
    remote = slack.create()
    first, second = slack.asked("chat.postMessage")
    assert "blocks" in first
    assert "blocks" not in second
    assert second["metadata"] == first["metadata"]
    assert second["text"] == first["text"]
    (kept,) = remote.kept
    assert kept.startswith("shown as plain text: ")
    assert code in kept


def test_plain_text_that_slack_refuses_too_is_refused(slack: Any) -> None:
    slack.answers("chat.postMessage", {"ok": False, "error": "invalid_blocks"})
    with pytest.raises(Refused, match="invalid_blocks"):
        slack.create()
    assert len(slack.asked("chat.postMessage")) == 2


def test_without_a_token_nothing_is_sent(slack: Any) -> None:
    def missing(name: str) -> str:
        raise KeyError(name)

    with pytest.raises(AuthFailed, match="SLACK_BOT_TOKEN holds no token"):
        slack.connector(secret=missing).create(Write(slack.payload()))
    assert len(slack.mock.calls) == 0


def test_a_token_that_could_split_the_header_is_never_sent(slack: Any) -> None:
    with pytest.raises(AuthFailed):
        slack.connector(secret=lambda name: "xoxb-1\r\nX-Evil: 1").create(Write(slack.payload()))
    assert len(slack.mock.calls) == 0


def test_who_we_are_must_be_known_before_anything_is_posted(slack: Any) -> None:
    slack.mock.replace("POST", "https://slack.com/api/auth.test", json={"ok": False, "error": "fatal_error"})
    with pytest.raises(Transient):
        slack.create()
    assert slack.asked("chat.postMessage") == []


def test_a_workspace_without_an_address_costs_the_link_and_not_the_ts(slack: Any) -> None:
    slack.mock.replace("POST", "https://slack.com/api/auth.test", json={"ok": True, "bot_id": "B0BOT"})
    slack.answers("chat.postMessage", POSTED)
    remote = slack.create()
    assert remote.id == f"C0ALERTS:{TS}"
    assert remote.url is None
