"""``handoff approve``: who approves, what is printed, and how it ends."""

from __future__ import annotations

import json
from typing import Any

REPLY: dict[str, Any] = {
    "lane": "outbound_reply",
    "owner": {"id": "sam"},
    "details": {"account": "Ortiz", "draft": "Dear Sam, five percent.", "approval_by": "Dana Fields"},
}


def submitted(desk: Any, **changes: Any) -> None:
    desk.business()
    assert desk.run("submit", desk.packet(**REPLY | changes)).code == 0


def test_an_approval_is_said_and_shown(desk: Any) -> None:
    submitted(desk)
    shown = desk.run("status")
    assert shown.code == 1
    assert "waits for approval by Dana Fields" in " ".join(shown.out.split())
    [line] = [line for line in desk.run("show", "case-1").out.splitlines() if "handoff approve" in line]
    ran = desk.run(*line.split()[1:], "--note", "Fine")
    assert (ran.code, ran.err) == (0, "")
    assert f"draft {line.split()[-1]} approved by Dana Fields; Sam Reed sends it, Handoff does not" in ran.out
    assert "approved by Dana Fields; Sam Reed sends it" in desk.run("show", "case-1").out
    assert "note: Fine" in desk.run("show", "case-1").out
    assert desk.run("sync").code == 0
    assert desk.run("status").code == 0


def test_json_has_the_receipt_and_the_approval(desk: Any) -> None:
    submitted(desk)
    [blind] = desk.run("approve", "case-1", "--by", "dana@acme.example", "--json").objects
    assert (blind["status"], blind["problems"][0]["path"]) == ("refused", "draft")
    [found] = desk.run(*blind["problems"][0]["fix"].partition("handoff ")[2].split()[-6:], "--json").objects
    assert found["approval"]["draft"] == blind["approval"]["draft"]
    assert (found["status"], found["revision"], found["approval"]["state"]) == ("accepted", 2, "approved")
    [again] = desk.run("approve", "case-1", "--by", "dana", "--json").objects
    assert again["status"] == "unchanged"
    [shown] = desk.run("show", "case-1", "--json").objects
    assert shown["approval"] == again["approval"]
    [one] = desk.run("status", "--json").objects
    assert one["approval"] == again["approval"]


def test_a_rejection_needs_a_reason_and_shows_it(desk: Any) -> None:
    submitted(desk)
    ran = desk.run("approve", "case-1", "--by", "dana", "--reject")
    assert ran.code == 2
    assert "--note TEXT" in ran.err
    assert desk.run("sync").code == 0
    ran = desk.run("approve", "case-1", "--by", "dana", "--reject", "--note", "Too much")
    assert ran.code == 0
    assert "a new draft waits for approval again" in ran.out
    [shown] = desk.run("show", "case-1", "--json").objects
    assert (shown["approval"]["state"], shown["approval"]["note"]) == ("rejected", "Too much")
    assert "rejected by Dana Fields: Too much" in desk.run("show", "case-1").out


def test_whoever_may_not_approve_is_told_who_may(desk: Any) -> None:
    submitted(desk)
    ran = desk.run("approve", "case-1", "--by", "sam")
    assert ran.code == 1
    assert "Dana Fields is (the packet names this approver)" in " ".join(ran.out.split())
    [found] = desk.run("approve", "case-2", "--by", "dana", "--json").objects
    assert found["problems"][0]["text"] == "is not in the ledger"
    assert desk.run("approve", "case-1").code == 2


def test_a_packet_without_a_draft_has_no_approval(desk: Any) -> None:
    submitted(desk, lane="support", details=None)
    [shown] = desk.run("show", "case-1", "--json").objects
    assert shown["approval"] is None
    ran = desk.run("approve", "case-1", "--by", "dana", "--json")
    assert ran.code == 1
    assert "approval" not in json.loads(ran.out)
