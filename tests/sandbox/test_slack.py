"""The Slack stand-in does what Slack's documentation says."""

from __future__ import annotations

from typing import Any

import pytest

CHANNEL = "C0ALERTS"
META = {"event_type": "handoff", "event_payload": {"handoff_key": "ho-acme.case-1", "seq": 1}}


def call(chat: Any, method: str, **arguments: Any) -> dict[str, Any]:
    return chat("POST", f"/api/{method}", arguments).json()


def post(chat: Any, **more: Any) -> dict[str, Any]:
    return call(chat, "chat.postMessage", **{"channel": CHANNEL, "text": "hi", **more})


def posted(chat: Any, **more: Any) -> str:
    answer = post(chat, **more)
    assert answer["ok"], answer
    return str(answer["ts"])


def mrkdwn(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, **more}}


def history(chat: Any, **more: Any) -> list[dict[str, Any]]:
    return call(chat, "conversations.history", channel=CHANNEL, **more)["messages"]


def test_auth_test_tells_who_and_with_which_scopes(chat):
    answer = chat("POST", "/api/auth.test")
    assert answer.json()["bot_id"] == "B0HANDOFF"
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")


def test_a_message_keeps_its_metadata_and_shows_it_only_when_asked(chat):
    posted(chat, metadata=META)
    assert history(chat)[0]["metadata"] == {"event_type": "handoff"}
    assert history(chat, include_all_metadata=True)[0]["metadata"] == META


def test_form_bodies_and_channel_names_work_too(chat):
    answer = chat(
        "POST",
        "/api/chat.postMessage",
        data={"channel": "#handoff-alerts", "text": "hi", "metadata": '{"event_type": "x"}'},
    )
    assert answer.json()["channel"] == CHANNEL
    shown = chat("GET", f"/api/conversations.history?channel={CHANNEL}&include_all_metadata=1").json()["messages"]
    assert shown[0]["metadata"]["event_type"] == "x"


def test_replies_stay_in_the_thread_unless_broadcast(chat):
    parent = posted(chat)
    first = posted(chat, thread_ts=parent, metadata=META)
    loud = posted(chat, thread_ts=first, reply_broadcast=True)
    assert [m["ts"] for m in history(chat)] == [loud, parent]
    assert history(chat)[1]["reply_count"] == 2
    assert history(chat)[1]["latest_reply"] == loud
    thread = call(chat, "conversations.replies", channel=CHANNEL, ts=parent, include_all_metadata=True)["messages"]
    assert [m["ts"] for m in thread] == [parent, first, loud]
    assert thread[1]["metadata"] == META
    assert call(chat, "conversations.replies", channel=CHANNEL, ts="1.0")["error"] == "thread_not_found"
    assert post(chat, thread_ts="1.0")["error"] == "thread_not_found"


def test_history_can_be_narrowed_and_paged(chat, clock):
    times = []
    for _ in range(3):
        times.append(posted(chat))
        clock.advance(10)
    assert [m["ts"] for m in history(chat, oldest=times[0])] == [times[2], times[1]]
    assert [m["ts"] for m in history(chat, oldest=times[0], inclusive=True)] == times[::-1]
    assert [m["ts"] for m in history(chat, latest=times[2])] == [times[1], times[0]]
    page = call(chat, "conversations.history", channel=CHANNEL, limit=2)
    assert page["has_more"] is True
    rest = history(chat, limit=2, cursor=page["response_metadata"]["next_cursor"])
    assert [m["ts"] for m in rest] == times[:1]
    assert call(chat, "conversations.history", channel=CHANNEL, cursor="?")["error"] == "invalid_cursor"


def test_an_update_with_text_alone_drops_the_blocks_and_keeps_the_metadata(chat):
    ts = posted(chat, blocks=[mrkdwn("hi")], metadata=META)
    call(chat, "chat.update", channel=CHANNEL, ts=ts, text="now")
    message = history(chat, include_all_metadata=True)[0]
    assert "blocks" not in message
    assert (message["text"], message["metadata"], message["edited"]["user"]) == ("now", META, "U0HANDOFF")
    call(chat, "chat.update", channel=CHANNEL, ts=ts, text="now", metadata={})
    assert "metadata" not in history(chat)[0]


def test_what_an_update_refuses(chat, sandbox):
    ts = posted(chat, blocks=[{"type": "rich_text", "elements": []}])
    update = lambda **more: call(chat, "chat.update", channel=CHANNEL, **{"ts": ts, **more})["error"]  # noqa: E731
    assert update(text="x", ts="1.0") == "message_not_found"
    assert update(text="x" * 4001) == "msg_too_long"
    assert update(text="x", blocks=[mrkdwn("x")]) == "block_mismatch"
    assert update() == "no_text"
    theirs, _ = sandbox.slack.post({"channel": CHANNEL, "text": "hi"}, user="U0DANA")
    assert update(text="x", ts=theirs.ts) == "cant_update_message"
    assert call(chat, "chat.delete", channel=CHANNEL, ts=theirs.ts)["error"] == "cant_delete_message"


def test_a_deleted_message_is_gone_with_its_thread(chat):
    ts = posted(chat)
    reply = posted(chat, thread_ts=ts)
    assert call(chat, "chat.delete", channel=CHANNEL, ts=ts)["ok"]
    assert history(chat) == []
    assert call(chat, "chat.update", channel=CHANNEL, ts=reply, text="x")["error"] == "message_not_found"


def test_a_text_over_forty_thousand_characters_is_cut_with_a_warning(chat):
    answer = post(chat, text="x" * 40_001)
    assert answer["response_metadata"]["warnings"] == ["message_truncated"]
    assert len(history(chat)[0]["text"]) == 40_000


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "divider"}] * 51,
        [mrkdwn("x" * 3001)],
        [mrkdwn("")],
        [mrkdwn("x", emoji=True)],
        [{"type": "section"}],
        [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11}],
        [{"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * 2001}]}],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * 11}],
        [{"type": "actions", "elements": []}],
        [{"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x" * 76}}]}],
        [
            {
                "type": "actions",
                "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}, "url": "javascript:x"}],
            }
        ],
        [
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "text": {"type": "plain_text", "text": "x"},
                        "url": "https://x.example/" + "x" * 3000,
                    }
                ],
            }
        ],
        [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}],
        [{"type": "divider", "block_id": "x" * 256}],
        [{"type": "hologram"}],
        "text",
    ],
)
def test_blocks_over_the_limits_are_invalid(chat, blocks):
    assert post(chat, blocks=blocks)["error"] in ("invalid_blocks", "invalid_blocks_format")
    assert history(chat) == []


def test_blocks_with_too_much_text_together_are_refused(chat):
    assert post(chat, blocks=[mrkdwn("x" * 3000)] * 3)["ok"]
    assert post(chat, blocks=[mrkdwn("x" * 3000)] * 4)["error"] == "msg_blocks_too_long"


def test_metadata_is_flat_and_small(chat):
    assert post(chat, metadata={"event_payload": {}})["error"] == "invalid_metadata_schema"
    assert (
        post(chat, metadata={"event_type": "x", "event_payload": {"a": {"b": 1}}})["error"] == "invalid_metadata_schema"
    )
    assert post(chat, metadata={"event_type": "x", "event_payload": {"a": "x" * 9000}})["error"] == "metadata_too_large"
    assert post(chat, text="")["error"] == "no_text"


def test_channels_that_cannot_be_written(chat, sandbox):
    sandbox.slack.add_channel("C0OLD", "old", archived=True)
    sandbox.slack.add_channel("C0OTHER", "other", member=False)
    sandbox.slack.add_channel("C0SECRET", "secret", member=False, private=True)
    assert post(chat, channel="C0NONE")["error"] == "channel_not_found"
    assert post(chat, channel="C0OLD")["error"] == "is_archived"
    assert post(chat, channel="C0SECRET")["error"] == "channel_not_found"
    assert post(chat, channel="C0OTHER")["ok"]
    sandbox.switches.slack.scopes = "chat:write,channels:history"
    assert post(chat, channel="C0OTHER")["error"] == "not_in_channel"
    assert call(chat, "conversations.info", channel="C0ALERTS")["error"] == "missing_scope"


def test_tokens(chat, sandbox):
    assert chat("POST", "/api/auth.test", headers={"authorization": ""}).json()["error"] == "not_authed"
    sandbox.slack.accepted_tokens = {"right"}
    assert chat("POST", "/api/auth.test").json()["error"] == "invalid_auth"
    assert chat("POST", "/api/auth.test", headers={"authorization": ""}, data={"token": "right"}).json()["ok"]


def test_people_groups_channels_and_links(chat, sandbox):
    assert call(chat, "users.lookupByEmail", email="Dana@acme.example")["user"]["id"] == "U0DANA"
    assert call(chat, "users.lookupByEmail", email="nobody@acme.example")["error"] == "users_not_found"
    assert call(chat, "users.info", user="U0SAM")["user"]["real_name"] == "Sam Ortiz"
    assert call(chat, "usergroups.list")["usergroups"][0]["handle"] == "dispatch"
    assert call(chat, "conversations.info", channel=CHANNEL)["channel"]["name"] == "handoff-alerts"
    assert len(call(chat, "conversations.list")["channels"]) == 3
    ts = posted(chat)
    link = call(chat, "chat.getPermalink", channel=CHANNEL, message_ts=ts)["permalink"]
    assert link == f"{sandbox.slack_url}/archives/{CHANNEL}/p{ts.replace('.', '')}"
    assert call(chat, "apps.explode")["error"] == "unknown_method"


def test_a_reaction_shows_in_history_once(chat, sandbox):
    ts = posted(chat)
    sandbox.switches.slack.scopes += ",reactions:write"
    assert call(chat, "reactions.add", channel=CHANNEL, timestamp=ts, name="eyes")["ok"]
    assert call(chat, "reactions.add", channel=CHANNEL, timestamp=ts, name="eyes")["error"] == "already_reacted"
    assert history(chat)[0]["reactions"] == [{"name": "eyes", "users": ["U0HANDOFF"], "count": 1}]


@pytest.mark.parametrize(
    ("text", "verbatim", "live"),
    [
        ("<@U0DANA> and <!here>", True, ["user", "broadcast"]),
        ("@here and #general", False, ["broadcast", "channel"]),
        ("@here and #general", True, []),
        ("&lt;!channel&gt; a@here.example", True, []),
        ("<https://x.example|label>", True, ["link"]),
        ("<!subteam^S0DISPATCH> <!date^1^{date}|then>", True, ["group", "date"]),
    ],
)
def test_what_is_live_in_a_text(chat, sandbox, text, verbatim, live):
    ts = posted(chat, text="x", blocks=[mrkdwn(text, verbatim=verbatim)])
    message = sandbox.slack.message(CHANNEL, ts)
    assert [part.kind for part in sandbox.slack.live(message)] == live
