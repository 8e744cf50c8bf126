"""Finding our messages by the key in their metadata, after an answer was lost."""

from __future__ import annotations

from typing import Any

import pytest

from handoff_core.connector import Write
from handoff_core.errors import DeliveryError, RateLimited, Refused, Transient

KEY = "ho-acme-plumbing.case-8841"
TS = "1795187521.000100"
ALERT_ID = f"C0ALERTS:{TS}"


def message(ts: str = TS, key: str = KEY, **changes: Any) -> dict[str, Any]:
    return {
        "ts": ts,
        "user": "U0BOT",
        "bot_id": "B0BOT",
        "metadata": {"event_type": "handoff", "event_payload": {"handoff_key": key, "schema": 1}},
        **changes,
    }


def listing(*messages: Any, cursor: str = "") -> dict[str, Any]:
    return {"ok": True, "messages": list(messages), "response_metadata": {"next_cursor": cursor}}


def find(slack: Any, kind: str = "alert", since: float | None = 1_795_187_520.0) -> Any:
    return slack.connector().find(Write(slack.payload(kind), refs={"alert": ALERT_ID}, since=since))


def test_our_message_is_found_by_its_key(slack: Any) -> None:
    slack.answers("conversations.history", listing(message(key="ho-acme-plumbing.other"), message()))
    (found,) = find(slack)
    assert found.id == ALERT_ID
    assert found.url == "https://acme.slack.example/archives/C0ALERTS/p1795187521000100"
    assert found.created_at == 1795187521.0001
    assert found.retirable


def test_the_history_is_read_from_a_minute_before_with_all_metadata(slack: Any) -> None:
    slack.answers("conversations.history", listing())
    assert find(slack) == []
    (asked,) = slack.asked("conversations.history")
    assert asked == {
        "channel": "C0ALERTS",
        "oldest": "1795187460.000000",
        "inclusive": "1",
        "include_all_metadata": "1",
        "limit": "200",
    }


def test_every_page_is_read(slack: Any) -> None:
    slack.answers("conversations.history", listing(cursor="page2"))
    slack.answers("conversations.history", listing(message()))
    (found,) = find(slack)
    assert found.id == ALERT_ID
    assert slack.asked("conversations.history")[1]["cursor"] == "page2"


def test_a_listing_that_never_ends_is_given_up(slack: Any) -> None:
    slack.answers("conversations.history", listing(cursor="again"))
    with pytest.raises(Transient, match="did not end"):
        find(slack)


@pytest.mark.parametrize(
    "foreign",
    [
        message(user="U0EVE", bot_id="B0EVE"),
        message(metadata=None),
        message(metadata={"event_type": "handoff"}),
        message(metadata={"event_type": "other", "event_payload": {"handoff_key": KEY}}),
        message(metadata={"event_type": "handoff", "event_payload": {"handoff_key": KEY + "~brief"}}),
        message(metadata={"event_type": "handoff", "event_payload": {"handoff_key": KEY[:-1]}}),
        message(ts="not a ts"),
        "not a message",
    ],
)
def test_what_is_not_ours_is_not_found(slack: Any, foreign: Any) -> None:
    slack.answers("conversations.history", listing(foreign))
    assert find(slack) == []


def test_duplicates_come_the_oldest_first(slack: Any) -> None:
    slack.answers("conversations.history", listing(message("1795187530.000100"), message("1795187521.000100")))
    assert [found.id for found in find(slack)] == ["C0ALERTS:1795187521.000100", "C0ALERTS:1795187530.000100"]


@pytest.mark.parametrize(
    ("touch", "retirable"),
    [
        ({"reply_count": 1}, False),
        ({"reactions": [{"name": "eyes", "users": ["U0EVE"], "count": 1}]}, False),
        ({"reactions": [{"name": "eyes", "users": ["U0BOT"], "count": 2}]}, False),
        ({"reactions": [{"name": "eyes", "users": ["U0BOT"], "count": 1}]}, True),
        ({"reply_count": 0, "reactions": []}, True),
    ],
)
def test_only_what_no_person_touched_may_be_retired(slack: Any, touch: Any, retirable: bool) -> None:
    slack.answers("conversations.history", listing(message(**touch)))
    (found,) = find(slack)
    assert found.retirable is retirable


def test_without_a_time_every_channel_is_searched_for_a_week(slack: Any) -> None:
    slack.keys = {"channels_by_urgency": {"critical": "C0URGENT"}}
    slack.answers("conversations.history", listing())
    slack.answers("conversations.history", listing(message()))
    (found,) = find(slack, since=None)
    assert found.id == f"C0URGENT:{TS}"
    asked = slack.asked("conversations.history")
    assert [one["channel"] for one in asked] == ["C0ALERTS", "C0URGENT"]
    assert asked[0]["oldest"] == f"{1_795_187_520.0 - 7 * 86_400:.6f}"


def test_a_reply_is_looked_for_in_the_thread(slack: Any) -> None:
    reply = message("1795187522.000200", KEY + "~brief", thread_ts=TS)
    slack.answers("conversations.replies", listing(message(), reply))
    (found,) = find(slack, "brief")
    assert found.id == f"{ALERT_ID}:1795187522.000200"
    assert found.url.endswith(f"?thread_ts={TS}&cid=C0ALERTS")
    (asked,) = slack.asked("conversations.replies")
    assert (asked["channel"], asked["ts"]) == ("C0ALERTS", TS)


def test_without_a_time_the_whole_thread_is_read(slack: Any) -> None:
    slack.answers("conversations.replies", listing())
    find(slack, "brief", since=None)
    assert slack.asked("conversations.replies")[0]["oldest"] == "0.000000"


def test_a_thread_that_is_gone_holds_no_reply(slack: Any) -> None:
    slack.answers("conversations.replies", {"ok": False, "error": "thread_not_found"})
    assert find(slack, "brief") == []


def test_a_reply_whose_alert_is_not_known_was_never_posted(slack: Any) -> None:
    assert slack.connector().find(Write(slack.payload("brief"))) == []
    assert slack.asked("conversations.replies") == []


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"ok": False, "error": "not_in_channel"}, Refused),
        ({"ok": False, "error": "fatal_error"}, Transient),
        ({"ok": False, "error": "ratelimited"}, RateLimited),
        ({"ok": True}, Transient),
        ({"ok": True, "messages": "none"}, Transient),
        ([], Transient),
    ],
)
def test_a_look_up_that_fails_never_means_absent(slack: Any, answer: Any, kind: type[DeliveryError]) -> None:
    slack.answers("conversations.history", answer)
    with pytest.raises(kind):
        find(slack)


@pytest.mark.parametrize("body", ["", "<html>Sign in</html>"])
def test_a_page_of_html_never_means_absent(slack: Any, body: str) -> None:
    slack.answers("conversations.history", body=body)
    with pytest.raises(Transient):
        find(slack)
