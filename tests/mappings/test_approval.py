"""What people read of an approval: in the head, in titles and headers, and as news."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handoff_core.connector import Approval, ApprovalState, Finding, Payload, RecordState, Told, View
from handoff_core.packet import Lane
from handoff_core.style import built_in
from handoff_core.testing.factories import make_owner, make_packet, make_view
from handoff_mappings import hubspot, slack, zendesk
from handoff_mappings.brief import build_brief, milestones
from handoff_mappings.brief.approval import LABELS, approval_news
from handoff_mappings.hubspot.settings import HubSpotSettings
from handoff_mappings.slack.settings import SlackSettings
from handoff_mappings.zendesk.settings import ZendeskSettings

DANA = make_owner(id="dana", name="Dana Fields", identity="U0DANA")
SAM = make_owner(id="sam", name="Sam Ortiz", identity="U0SAM")
OWNER = make_owner(id="lee", name="Lee Wong", identity="U0LEE")
AT = 1_795_205_100.0  # 20 Nov 2026, 14:05 in Chicago
WAITING = Approval(ApprovalState.WAITING, "1a2b3c4d", DANA, SAM)
APPROVED = replace(WAITING, state=ApprovalState.APPROVED, by=DANA, at=AT)
REJECTED = replace(APPROVED, state=ApprovalState.REJECTED, note="Five percent is too much")
FORBIDDEN = replace(WAITING, state=ApprovalState.FORBIDDEN)
EVERY = {"waiting": WAITING, "approved": APPROVED, "rejected": REJECTED, "forbidden": FORBIDDEN}
SETTINGS: dict[str, Any] = {
    "zendesk": ZendeskSettings(connector="zendesk", subdomain="acme", token_env="T", brief_field=360010),
    "hubspot": HubSpotSettings(connector="hubspot", token_env="T", task="always"),
    "slack": SlackSettings(connector="slack", token_env="T", channel="C0ALERTS"),
}
RENDER: dict[str, Any] = {"zendesk": zendesk.render, "hubspot": hubspot.render, "slack": slack.render}
FIRST = {"zendesk": "ticket", "hubspot": "note", "slack": "alert"}


def view(approval: Approval | None, told: Approval | None = None, **changes: Any) -> View:
    """The second revision of a reply of Lee's; ``told`` is what was told of it before."""
    packet = changes.pop("packet", make_packet(id="reply-1", lane="outbound_reply", revision=None))
    made = make_view(packet, revision=2, owner=OWNER, approval=approval, **changes)
    return replace(made, told=Told(packet, OWNER, 1, told))


def records(vendor: str, seen: View) -> dict[str, Payload]:
    states = {
        kind: RecordState(
            kind, seen.key, remote_id="C0ALERTS:1700000000.000100" if vendor == "slack" else "1", url=None
        )
        for kind in (FIRST[vendor],)
    }
    return {one.kind: one for one in RENDER[vendor](replace(seen, records=states), SETTINGS[vendor])}


def words_of(value: object) -> str:
    if isinstance(value, dict):
        return "\n".join(words_of(one) for one in value.values())
    if isinstance(value, list | tuple):
        return "\n".join(words_of(one) for one in value)
    return str(value)


def test_every_state_has_a_label_of_its_own() -> None:
    assert set(LABELS) == set(ApprovalState)
    assert len(set(LABELS.values())) == len(LABELS)


@pytest.mark.parametrize(
    ("approval", "title", "line"),
    [
        (
            WAITING,
            "[REPLY TO APPROVE] ",
            "REPLY TO APPROVE – waiting for Dana Fields. Approve or reject it: "
            "handoff approve reply-1 --by dana --draft 1a2b3c4d",
        ),
        (
            APPROVED,
            "[REPLY APPROVED] ",
            "APPROVED by Dana Fields, 20 Nov 14:05 CST – send it yourself (Sam Ortiz sends it)",
        ),
        (
            replace(APPROVED, final_owner=DANA, note="Use the\nblue letterhead"),
            "[REPLY APPROVED] ",
            "APPROVED by Dana Fields, 20 Nov 14:05 CST – send it yourself. Note: Use the blue letterhead",
        ),
        (REJECTED, "[REPLY REJECTED] ", "REJECTED by Dana Fields, 20 Nov 14:05 CST: Five percent is too much"),
        (
            FORBIDDEN,
            "[REPLY NOT TO SEND] ",
            "NOT TO BE SENT – consent to contact the customer was denied, so nobody can approve it",
        ),
        (None, "[REPLY TO APPROVE] ", ""),
    ],
)
def test_the_head_says_where_the_draft_stands(approval: Approval | None, title: str, line: str) -> None:
    brief = build_brief(view(approval))
    assert brief.title.startswith(title)
    assert brief.approval_line == line


@pytest.mark.parametrize("vendor", list(RENDER))
@pytest.mark.parametrize("state", list(EVERY))
def test_every_system_shows_it_in_title_and_head(vendor: str, state: str) -> None:
    seen = view(EVERY[state])
    first = RENDER[vendor](seen, SETTINGS[vendor])
    payload = next(one for one in first if one.kind == FIRST[vendor])
    shown = words_of(payload.body)
    assert LABELS[EVERY[state].state] in payload.title
    assert build_brief(seen).approval_line.split(".")[0].split(" (")[0] in shown
    # And it is what is rewritten in place when it changes.
    other = RENDER[vendor](view(EVERY["rejected" if state != "rejected" else "approved"]), SETTINGS[vendor])
    assert payload.digest != next(one for one in other if one.kind == FIRST[vendor]).digest


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ("waiting", "Waiting for approval by Dana Fields"),
        ("approved", "Approved by Dana Fields: send it yourself"),
        ("rejected", "Rejected by Dana Fields"),
        ("forbidden", "Not to be sent: contact denied"),
    ],
)
def test_the_heads_own_line_says_the_same(state: str, line: str) -> None:
    assert build_brief(view(EVERY[state])).line("approval").text == line
    for vendor in RENDER:
        payloads = RENDER[vendor](view(EVERY[state]), SETTINGS[vendor])
        shown = words_of(next(one for one in payloads if one.kind == FIRST[vendor]).body)
        assert ("Waiting for approval" in shown) == (state == "waiting")


def test_a_case_that_is_done_waits_for_nobody() -> None:
    done = make_packet(id="reply-1", lane="outbound_reply", state={"status": "done"})
    assert build_brief(view(WAITING, packet=done)).approval_line == ""
    assert build_brief(view(APPROVED, packet=done)).approval_line.startswith("APPROVED by Dana Fields")


@pytest.mark.parametrize(
    ("before", "now", "news"),
    [
        (None, WAITING, "REPLY TO APPROVE – waiting for Dana Fields"),
        (WAITING, APPROVED, "APPROVED by Dana Fields, 20 Nov 14:05 CST – send it yourself"),
        (WAITING, REJECTED, "REJECTED by Dana Fields, 20 Nov 14:05 CST: Five percent is too much"),
        (
            APPROVED,
            replace(WAITING, draft="9"),
            "The draft, or whom it goes to, changed: the approval no longer counts. REPLY",
        ),
        (REJECTED, replace(WAITING, draft="9"), "There is a new draft. REPLY TO APPROVE – waiting for Dana Fields"),
        (WAITING, replace(WAITING, draft="9"), "The draft, or whom it goes to, changed. REPLY TO APPROVE – waiting"),
        (WAITING, replace(WAITING, approver=SAM), "Another approver. REPLY TO APPROVE – waiting for Sam Ortiz"),
        (
            APPROVED,
            replace(WAITING, approver=SAM),
            "Another approver is named. REPLY TO APPROVE – waiting for Sam Ortiz",
        ),
        (FORBIDDEN, WAITING, "The customer may be contacted again. REPLY TO APPROVE – waiting for Dana Fields"),
        (APPROVED, FORBIDDEN, "NOT TO BE SENT"),
        (
            APPROVED,
            replace(APPROVED, at=AT + 60, note="now"),
            "APPROVED by Dana Fields, 20 Nov 14:06 CST – send it yourself",
        ),
    ],
)
def test_what_changes_is_told_once(before: Approval | None, now: Approval, news: str) -> None:
    [line] = approval_news(view(now, before))
    assert line.startswith(news)
    assert line in milestones(view(now, before))
    assert approval_news(view(now, now)) == ()


def test_nothing_is_told_of_a_reply_that_is_held_or_has_no_draft_any_more() -> None:
    assert approval_news(view(None, APPROVED)) == ()
    assert approval_news(replace(view(WAITING), told=None)) == ()


@pytest.mark.parametrize(
    ("before", "now", "mentioned"),
    [
        (None, WAITING, "<@U0DANA> (Dana Fields): "),
        (WAITING, APPROVED, "<@U0SAM> (Sam Ortiz): "),
        (WAITING, REJECTED, "<@U0LEE> (Lee Wong): "),
        (APPROVED, FORBIDDEN, "<@U0LEE> (Lee Wong): "),
    ],
)
def test_slack_tells_whoever_has_to_act(before: Approval | None, now: Approval, mentioned: str) -> None:
    news = records("slack", view(now, before))["m2"]
    assert news.body["text"].startswith(mentioned)
    assert news.body["text"].count("<@") == 1
    assert news.needs == ("alert",)
    assert "m2" not in records("slack", view(now, now))


def test_slack_mentions_the_owner_too_when_there_is_other_news() -> None:
    seen = view(APPROVED, WAITING)
    seen = replace(seen, told=Told(seen.packet, make_owner(id="kim", name="Kim", identity="U0KIM"), 1, WAITING))
    assert records("slack", seen)["m2"].body["text"].startswith("<@U0LEE> (Lee Wong) <@U0SAM> (Sam Ortiz): ")


def test_the_first_alert_mentions_the_approver() -> None:
    alert = slack.render(replace(view(WAITING), told=None), SETTINGS["slack"])[0]
    assert "<@U0DANA> (Dana Fields): REPLY TO APPROVE – waiting for Dana Fields" in words_of(alert.body["blocks"])


def test_zendesk_tells_it_in_a_private_note_and_hubspot_rewrites_its_note() -> None:
    note = records("zendesk", view(APPROVED, WAITING))["m2"]
    assert note.body["comment"]["public"] is False
    assert "APPROVED by Dana Fields, 20 Nov 14:05 CST" in note.body["comment"]["html_body"]
    shown = records("hubspot", view(APPROVED, WAITING))
    assert set(shown) == {"contact", "note", "task"}
    assert shown["note"].body["properties"]["hs_note_body"].startswith("<p><strong>APPROVED by Dana Fields")
    assert shown["task"].title.startswith("[REPLY APPROVED] ")


def test_what_an_approver_writes_is_data() -> None:
    hostile = replace(REJECTED, note="<script>alert(1)</script> {{ticket.id}} <!channel> *bold* @here")
    slack_words = words_of(records("slack", view(hostile, WAITING))["alert"].body)
    assert "<!channel>" not in slack_words
    assert "*bold*" not in slack_words
    assert "<script>" not in records("hubspot", view(hostile, WAITING))["note"].body["properties"]["hs_note_body"]
    for kind in ("ticket", "m2"):
        body = records("zendesk", view(hostile, WAITING))[kind].body
        assert "<script>" not in body["comment"]["html_body"]
        assert "{{ticket" not in words_of(body)


@pytest.mark.parametrize("vendor", list(RENDER))
def test_what_the_ai_may_not_decide_is_asked_at_the_top_and_not_as_a_gap(vendor: str) -> None:
    text = "The AI may not decide: refund. Here it reads as if it had; a person decides."
    finding = Finding("HO904", "error", "told_customer.0", text, "Ask for it in decisions_needed.")
    seen = make_view(make_packet(decisions_needed=None), findings=(finding,))
    section = build_brief(seen).section("decisions_needed")
    assert section is not None
    assert [(item.text, item.note) for item in section.items] == [(text, "told_customer.0")]
    assert section.above_fold
    assert build_brief(seen).section("gaps") is None
    first = RENDER[vendor](seen, SETTINGS[vendor])
    shown = words_of(next(one for one in first if one.kind == FIRST[vendor]).body)
    assert shown.count("The AI may not decide: refund.") >= 1


def test_an_agent_with_an_outbox_is_named_and_so_is_one_without() -> None:
    packet = make_packet(to="agent:planner")

    def routing(served: bool) -> str:
        section = build_brief(make_view(packet, agent_served=served)).section("routing")
        assert section is not None
        return section.items[-1].text

    assert "its outbox has it" in routing(True)
    assert "no outbox here" in routing(False)


ASKING = {"next_action": {"text": "Approve or change the reply, then send it"}, "state": {"status": "waiting_approval"}}


@pytest.mark.parametrize("vendor", list(RENDER))
def test_an_approved_reply_is_to_be_sent_and_nothing_asks_for_the_approval_any_more(vendor: str) -> None:
    packet = make_packet(id="reply-1", lane="outbound_reply", revision=None, **ASKING)
    before, after = (records(vendor, view(one, told=WAITING, packet=packet)) for one in (WAITING, APPROVED))
    asked, shown = ("\n".join(words_of(one.body) for one in every.values()) for every in (before, after))
    assert "Sam Ortiz: send it" not in asked
    assert "Sam Ortiz: send it" in shown
    assert "Waiting for approval" not in shown
    for line in shown.splitlines():
        assert "Approve or change" not in line or "before the approval" in line
    if vendor == "hubspot":
        assert after["task"].title == "[REPLY APPROVED] Sam Ortiz: send it"


def test_what_was_next_before_the_approval_stands_back_but_is_kept() -> None:
    packet = make_packet(id="reply-1", lane="outbound_reply", revision=None, **ASKING)
    brief = build_brief(view(APPROVED, packet=packet))
    assert brief.line("next").text == "Sam Ortiz: send it"
    section = brief.section("state")
    assert section is not None
    said = "next step before the approval: Approve or change the reply, then send it"
    assert section.items[0].text == said
    assert not section.above_fold


def test_a_reply_that_is_done_has_nothing_left_to_send() -> None:
    packet = make_packet(id="reply-1", lane="outbound_reply", revision=None, **(ASKING | {"state": {"status": "done"}}))
    assert "send it" not in build_brief(view(APPROVED, packet=packet)).line("next").text.split("Last step: ")[0]


@pytest.mark.parametrize(("by", "sender"), [("dana", "sam"), ("DANA", "Sam Ortiz"), ("Dana Fields", " sam ")])
def test_people_are_shown_by_name_however_the_packet_names_them(by: str, sender: str) -> None:
    details = {"account": "Lindqvist", "draft": "Hello", "approval_by": by, "final_owner": sender}
    packet = make_packet(id="reply-1", lane="outbound_reply", revision=None, details=details)
    below = {one.id: one.text for one in build_brief(view(WAITING, packet=packet)).below}
    assert (below["approval_by"], below["final_owner"]) == ("Dana Fields", "Sam Ortiz")


def test_a_name_that_is_nobodys_is_shown_as_it_was_given() -> None:
    details = {"account": "Lindqvist", "draft": "Hello", "approval_by": "Kim of accounting", "final_owner": "Sales"}
    packet = make_packet(id="reply-1", lane="outbound_reply", revision=None, details=details)
    below = {one.id: one.text for one in build_brief(view(WAITING, packet=packet)).below}
    assert (below["approval_by"], below["final_owner"]) == ("Kim of accounting", "Sales")


def test_a_style_that_shows_the_state_says_that_the_draft_is_approved() -> None:
    packet = make_packet(id="reply-1", lane="outbound_reply", revision=None, **ASKING)
    style = replace(built_in(Lane.OUTBOUND_REPLY), below=("progress",))
    for approval, text in ((WAITING, "Waiting for approval"), (APPROVED, "Approved by Dana Fields: send it yourself")):
        assert build_brief(view(approval, packet=packet, style=style)).below[0].text == text
