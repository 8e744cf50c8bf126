"""Editing and deleting our own messages."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from handoff_core.connector import Remote, Write
from handoff_core.errors import AuthFailed, DeliveryError, Gone, GoneWhy, RateLimited, Refused, Unknown

TS = "1795187521.000100"
ALERT_ID = f"C0ALERTS:{TS}"
EDITED = {"ok": True, "channel": "C0ALERTS", "ts": TS, "text": "…"}


def update(slack: Any, kind: str = "alert", remote_id: str = ALERT_ID) -> Remote:
    remote: Remote = slack.connector().update(Write(slack.payload(kind), refs={"alert": ALERT_ID}, remote_id=remote_id))
    return remote


def test_an_edit_names_the_message_and_brings_text_blocks_and_key(slack: Any) -> None:
    slack.answers("chat.update", EDITED)
    remote = update(slack)
    (sent,) = slack.asked("chat.update")
    assert (sent["channel"], sent["ts"]) == ("C0ALERTS", TS)
    assert sent["blocks"]
    assert sent["text"]
    assert sent["metadata"]["event_payload"]["handoff_key"] == "ho-acme-plumbing.case-8841"
    assert sent["parse"] == "none"
    assert "client_msg_id" not in sent
    assert remote.id == ALERT_ID
    assert not remote.edited
    assert remote.url == "https://acme.slack.example/archives/C0ALERTS/p1795187521000100"


def test_the_alert_is_edited_where_it_was_born(slack: Any) -> None:
    slack.answers("chat.update", {**EDITED, "channel": "C0OLD"})
    update(slack, remote_id=f"C0OLD:{TS}")
    assert slack.asked("chat.update")[0]["channel"] == "C0OLD"


def test_a_reply_is_edited_by_its_own_ts(slack: Any) -> None:
    slack.answers("chat.update", {**EDITED, "ts": "1795187522.000200"})
    remote = update(slack, "brief", f"{ALERT_ID}:1795187522.000200")
    assert slack.asked("chat.update")[0]["ts"] == "1795187522.000200"
    assert remote.id == f"{ALERT_ID}:1795187522.000200"


@pytest.mark.parametrize("code", ["edit_window_closed", "cant_update_message"])
def test_a_message_that_may_no_longer_be_edited_asks_for_the_news_beside_it(slack: Any, code: str) -> None:
    slack.answers("chat.update", {"ok": False, "error": code})
    remote = update(slack)
    assert remote.edited
    assert remote.id == ALERT_ID


def test_a_deleted_message_is_gone(slack: Any) -> None:
    slack.answers("chat.update", {"ok": False, "error": "message_not_found"})
    with pytest.raises(Gone) as caught:
        update(slack)
    assert caught.value.why is GoneWhy.DELETED


@pytest.mark.parametrize("code", ["msg_too_long", "invalid_blocks", "block_mismatch"])
def test_blocks_that_slack_refuses_are_replaced_by_plain_text(slack: Any, code: str) -> None:
    slack.answers("chat.update", {"ok": False, "error": code})
    slack.answers("chat.update", EDITED)
    remote = update(slack)
    assert "blocks" not in slack.asked("chat.update")[1]
    assert code in remote.kept[0]


@pytest.mark.parametrize("answer", [{"ok": True}, {"ok": True, "ts": "1795187599.000100"}, {}])
def test_an_answer_about_no_or_another_message_is_no_success(slack: Any, answer: Any) -> None:
    slack.answers("chat.update", answer)
    with pytest.raises(Unknown):
        update(slack)


@pytest.mark.parametrize(
    ("code", "kind"), [("token_revoked", AuthFailed), ("is_inactive", Refused), ("fatal_error", Unknown)]
)
def test_other_errors_are_what_they_are_when_posting(slack: Any, code: str, kind: type[DeliveryError]) -> None:
    slack.answers("chat.update", {"ok": False, "error": code})
    with pytest.raises(kind):
        update(slack)


def test_a_limit_parks_the_bucket_of_edits(slack: Any) -> None:
    slack.answers("chat.update", {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": "9"})
    with pytest.raises(RateLimited) as caught:
        update(slack)
    assert (caught.value.limit_class, caught.value.retry_after) == ("update", 9.0)


def test_a_lost_answer_to_an_edit_is_unknown(slack: Any) -> None:
    slack.answers("chat.update", requests.ReadTimeout("read timed out"))
    with pytest.raises(Unknown):
        update(slack)


@pytest.mark.parametrize("remote_id", [None, "C0ALERTS", "alerts:1.2", f"C0ALERTS:{TS}:", "8841"])
def test_an_id_that_is_not_ours_is_refused_before_anything_is_sent(slack: Any, remote_id: Any) -> None:
    with pytest.raises(Refused):
        update(slack, remote_id=remote_id)
    assert slack.asked("chat.update") == []


def retire(slack: Any, remote_id: str = ALERT_ID, keep: str = "C0ALERTS:1795187500.000100") -> None:
    slack.connector().retire(Write(slack.payload(), remote_id=remote_id), Remote(id=keep))


def test_a_duplicate_is_deleted(slack: Any) -> None:
    slack.answers("chat.delete", {"ok": True, "channel": "C0ALERTS", "ts": TS})
    retire(slack)
    assert slack.asked("chat.delete") == [{"channel": "C0ALERTS", "ts": TS}]


def test_a_duplicate_that_is_gone_already_is_as_good(slack: Any) -> None:
    slack.answers("chat.delete", {"ok": False, "error": "message_not_found"})
    retire(slack)


def test_the_message_to_keep_is_never_deleted(slack: Any) -> None:
    with pytest.raises(Refused):
        retire(slack, keep=ALERT_ID)
    assert slack.asked("chat.delete") == []
