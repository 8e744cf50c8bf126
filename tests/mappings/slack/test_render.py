"""What Slack shall hold for a packet: the alert, its brief, the pointer and the milestones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from handoff_core.connector import Finding, Owner, Payload, RecordState, SiblingLink, Told, View
from handoff_core.packet import Packet
from handoff_core.testing.factories import make_owner, make_packet, make_view
from handoff_mappings.slack import SlackSettings, render, validate_blocks
from handoff_mappings.slack.validate import texts

ALERT_ID = "C0ALERTS:1763640000.000100"
ALERT_URL = "https://acme.slack.example/archives/C0ALERTS/p1763640000000100"
ZENDESK = SiblingLink("desk", "Zendesk", "https://acme.zendesk.example/agent/tickets/42")


def settings(**keys: Any) -> SlackSettings:
    return SlackSettings.model_validate(
        {"connector": "slack", "token_env": "SLACK_BOT_TOKEN", "channel": "C0ALERTS", **keys}
    )


def dana(**changes: Any) -> Owner:
    return make_owner(**{"identity": "U0DANA", **changes})


def view_of(packet: Packet | None = None, **changes: Any) -> View:
    return make_view(packet, **{"owner": dana(), **changes})


def posted(view: View, *, told: Packet | None = None, owner: Owner | None = None, edited: bool = False) -> View:
    """The same view once its alert is in Slack and the thread was last told ``told``."""
    records = {
        "alert": RecordState("alert", view.key, ALERT_ID, ALERT_URL, edited=edited),
        "brief": RecordState("brief", f"{view.key}~brief", f"{ALERT_ID}:1763640001.000200", None),
    }
    return replace(view, revision=2, records=records, told=Told(told or view.packet, owner or view.owner, 1))


def by_kind(view: View, **keys: Any) -> Mapping[str, Payload]:
    return {payload.kind: payload for payload in render(view, settings(**keys))}


def words(payload: Payload) -> str:
    return "\n".join(texts(payload.body["blocks"]))


def test_a_new_packet_becomes_one_alert_and_one_brief() -> None:
    assert [payload.kind for payload in render(view_of(), settings())] == ["alert", "brief"]


def test_the_alert_names_owner_urgency_due_reason_and_next_step() -> None:
    shown = words(by_kind(view_of())["alert"])
    for part in (
        "[SUPPORT] Maria Lindqvist has had no hot water",
        "*Owner:* <@U0DANA> (Dana Fields)",
        "*Why a person:* Beyond the AI – A part must be replaced on site.",
        "▶ *Do next*\nCall Maria and confirm a technician",
        "*Urgency:* High, by Fri 20 Nov, 11:00",
        "*Timing*\nNo hot water, small child in the house; deadline Fri 20 Nov 2026, 18:00;",
        "*Decisions needed*\n• Send the technician from the Elm Street job?",
        "*Must not change*\n• The visit stays free of charge",
        "If nobody acknowledges within 15 minutes: next Support desk (team).",
        "Ref `ho-acme-plumbing.case-8841`",
    ):
        assert part in shown


def test_the_brief_holds_what_the_alert_does_not() -> None:
    shown = words(by_kind(view_of())["brief"])
    for part in ("*Done already*", "*Known*", "*Not known*", "*Done when*", "*Why this owner*", "*Sources*"):
        assert part in shown
    assert "*Decisions needed*" not in shown


def test_what_is_known_and_what_is_not_is_told_even_when_it_is_nothing() -> None:
    thin = make_packet(unknowns=None, facts=None)
    assert "Nothing is known to be missing." in words(by_kind(view_of(thin))["brief"])


def test_every_message_keeps_slack_from_adding_anything() -> None:
    raised = view_of(make_packet(urgency={"level": "critical"}))
    for payload in by_kind(posted(raised, told=make_packet()), channels_by_urgency={"critical": "C0URGENT"}).values():
        assert payload.body["parse"] == "none"
        assert payload.body["unfurl_links"] is False
        assert payload.body["unfurl_media"] is False
        assert "link_names" not in payload.body
        assert validate_blocks(payload.body["blocks"]) == []


def test_the_metadata_holds_the_key_and_nothing_of_the_customer() -> None:
    for payload in by_kind(view_of()).values():
        assert payload.body["metadata"] == {
            "event_type": "handoff",
            "event_payload": {"handoff_key": payload.key, "schema": 1},
        }


def test_the_same_record_is_always_posted_under_the_same_client_id() -> None:
    first, second = by_kind(view_of()), by_kind(view_of(make_packet(summary="Another sentence.")))
    assert first["alert"].body["client_msg_id"] == second["alert"].body["client_msg_id"]
    assert first["alert"].body["client_msg_id"] != first["brief"].body["client_msg_id"]


def test_rendering_the_same_view_twice_gives_the_same_digests() -> None:
    assert [one.digest for one in render(view_of(), settings())] == [
        one.digest for one in render(view_of(), settings())
    ]


def test_the_source_to_open_first_and_the_siblings_are_buttons() -> None:
    alert = by_kind(view_of(links=(ZENDESK,)))["alert"]
    (row,) = [block for block in alert.body["blocks"] if block["type"] == "actions"]
    assert [(one["text"]["text"], one["url"]) for one in row["elements"]] == [
        ("Open first: Call recording", "https://calls.acme.example/rec/8841"),
        ("Open in Zendesk", ZENDESK.url),
    ]


def test_the_fallback_text_says_all_that_the_alert_says() -> None:
    text = by_kind(view_of(links=(ZENDESK,)))["alert"].body["text"]
    for part in (
        "[SUPPORT] Maria",
        "Owner: <@U0DANA>",
        "Urgency: High, by Fri 20 Nov, 11:00",
        "Why a person: Beyond the AI",
        "Do next: Call Maria",
        "Product: Tankless",
        "Decisions needed: Send the technician",
        "Must not change: The visit",
        ZENDESK.url,
        "Ref ho-acme-plumbing.case-8841",
    ):
        assert part in text


def test_an_owner_that_slack_does_not_know_is_named_in_words() -> None:
    shown = words(by_kind(view_of(owner=dana(identity=None)))["alert"])
    assert "Dana Fields (not found in Slack)" in shown


def test_a_user_group_is_mentioned_as_one() -> None:
    team = dana(id="support", name="Support desk", team=True, identity="S0DESK")
    assert "<!subteam^S0DESK> (Support desk (team))" in words(by_kind(view_of(owner=team))["alert"])


def test_an_identity_of_another_vendor_is_not_mentioned() -> None:
    shown = words(by_kind(view_of(owner=dana(identity="9001")))["alert"])
    assert "Dana Fields (not found in Slack)" in shown


def test_a_held_packet_says_so_in_its_title_and_why() -> None:
    gap = Finding("next_action_vague", "error", "next_action.text", "The next step is not exact.", "Say what to do.")
    alert = by_kind(view_of(held=True, findings=(gap,)))["alert"]
    assert alert.body["blocks"][0]["text"]["text"].startswith("🔧 HELD: [SUPPORT]")
    assert "HELD: The next step is not exact." in words(alert)
    assert "handoff release case-8841" in words(alert)


def test_nobody_but_the_owner_is_mentioned() -> None:
    chain = (dana(id="eve", name="Eve", identity="U0EVE"),)
    for payload in by_kind(view_of(chain=chain)).values():
        assert "U0EVE" not in payload.body["text"] + words(payload)


def test_what_is_not_answered_is_a_line_at_the_top_and_a_list_below_the_head() -> None:
    gap = Finding("goal_missing", "warning", "goal", "What outcome is wanted?", "Add goal.")
    blocks = by_kind(view_of(findings=(gap,)))["alert"].body["blocks"]
    shown = ["".join(texts(block)) for block in blocks]
    assert shown[1] == "1 question open: goal"
    (place,) = (place for place, words in enumerate(shown) if "A reader could not answer" in words)
    for head in ("*Owner:*", "Do next", "*Urgency:*"):
        assert any(head in words for words in shown[:place])


def test_a_done_packet_says_so_in_the_header() -> None:
    done = make_packet(state={"status": "done", "text": "Sensor replaced"})
    alert = by_kind(view_of(done))["alert"]
    assert alert.body["blocks"][0]["text"]["text"].startswith("🔧 DONE: [SUPPORT]")
    assert "If nobody acknowledges" not in words(alert)


def test_the_channel_goes_by_urgency_then_by_lane_then_by_default() -> None:
    keys = {"channels_by_urgency": {"critical": "C0URGENT"}, "channels_by_lane": {"sales": "C0SALES"}}
    for lane, level, channel in (
        ("sales", "critical", "C0URGENT"),
        ("sales", "high", "C0SALES"),
        ("support", "high", "C0ALERTS"),
    ):
        packet = make_packet(lane=lane, urgency={"level": level})
        assert by_kind(view_of(packet), **keys)["alert"].body["channel"] == channel


def test_own_fields_stand_beside_the_others() -> None:
    keys = {"fields": {"Order": "details.order_id", "Warranty": "details.extra.under_warranty", "None": "facts.absent"}}
    shown = words(by_kind(view_of(), **keys)["alert"])
    assert "*Order*\nA-1001" in shown
    assert "*Warranty*\nyes" in shown
    assert "*None*" not in shown


def test_an_unchanged_packet_tells_nothing_new() -> None:
    assert set(by_kind(posted(view_of()))) == {"alert", "brief"}


def test_a_new_owner_is_told_in_the_thread_with_a_mention() -> None:
    eve = dana(id="eve", name="Eve Stone", identity="U0EVE")
    told = by_kind(posted(view_of(owner=eve), owner=dana()))
    reply = told["m2"]
    assert reply.key == "ho-acme-plumbing.case-8841~m2"
    assert reply.once
    assert reply.told
    assert reply.needs == ("alert",)
    assert reply.body["reply_broadcast"] is False
    assert words(reply).startswith("<@U0EVE> (Eve Stone): Owner: Dana Fields → Eve Stone")
    assert told["alert"].urgent


def test_a_raised_urgency_is_told_in_the_thread() -> None:
    raised = view_of(make_packet(urgency={"level": "critical"}))
    told = by_kind(posted(raised, told=make_packet()))
    assert "Urgency raised: high → critical" in words(told["m2"])
    assert told["alert"].urgent


def test_a_lowered_urgency_is_told_in_the_thread_too() -> None:
    lowered = view_of(make_packet(urgency={"level": "low"}))
    told = by_kind(posted(lowered, told=make_packet()))
    assert "Urgency lowered: high → low" in words(told["m2"])


def test_a_new_promise_is_told_in_the_thread() -> None:
    promised = make_packet(commitments=[{"text": "A refund of 20 dollars", "to": "Maria"}])
    told = by_kind(posted(view_of(promised), told=make_packet(commitments=None)))
    assert "New promise to the customer: A refund of 20 dollars" in words(told["m2"])


def test_a_closed_case_is_told_without_a_mention() -> None:
    done = view_of(make_packet(state={"status": "done", "text": "Sensor replaced"}))
    reply = by_kind(posted(done, told=make_packet()))["m2"]
    assert words(reply).startswith("Closed: Sensor replaced")
    assert "<@" not in words(reply)


def test_a_changed_next_step_alone_is_no_news_but_an_edit_of_the_alert() -> None:
    changed = view_of(make_packet(next_action={"text": "Order the flow sensor"}))
    told = by_kind(posted(changed, told=make_packet()))
    assert "m2" not in told
    assert not told["alert"].urgent
    assert "Order the flow sensor" in words(told["alert"])


def test_when_the_alert_can_no_longer_be_edited_the_news_goes_into_the_thread() -> None:
    changed = view_of(make_packet(next_action={"text": "Order the flow sensor"}))
    told = by_kind(posted(changed, told=make_packet(), edited=True))
    assert "Order the flow sensor" in words(told["m2"])


def test_an_alert_that_is_yet_to_be_posted_tells_the_news_itself() -> None:
    raised = view_of(make_packet(urgency={"level": "critical"}))
    unposted = replace(posted(raised, told=make_packet()), records={})
    assert set(by_kind(unposted)) == {"alert", "brief"}


URGENT = {"channels_by_urgency": {"critical": "C0URGENT", "low": "C0LOW"}}


def test_an_alert_stays_where_it_was_born_and_a_pointer_says_so() -> None:
    raised = view_of(make_packet(urgency={"level": "critical"}))
    told = by_kind(posted(raised, told=make_packet()), **URGENT)
    assert told["alert"].body["channel"] == "C0ALERTS"
    pointer = told["pointer"]
    assert pointer.body["channel"] == "C0URGENT"
    assert pointer.key.endswith("~pointer")
    assert not pointer.once
    assert pointer.urgent
    assert "<@U0DANA> (Dana Fields): urgency raised to *critical*" in words(pointer)
    (button,) = next(block for block in pointer.body["blocks"] if block["type"] == "actions")["elements"]
    assert button["url"] == ALERT_URL
    assert list(told) == ["alert", "brief", "pointer", "m2"]


def pointed(view: View) -> View:
    """The same view, after a pointer was posted in the urgent channel."""
    record = RecordState("pointer", f"{view.key}~pointer", "C0URGENT:1795187600.000100", None)
    return replace(view, records={**view.records, "pointer": record})


def test_a_pointer_names_reason_and_next_action() -> None:
    raised = view_of(make_packet(urgency={"level": "critical"}, next_action={"text": "Send the `van` at once"}))
    shown = words(by_kind(posted(raised, told=make_packet()), **URGENT)["pointer"])
    assert "*Why a person*: " in shown
    assert "*Do next*: Send the ˋvanˋ at once" in shown


def test_a_pointer_says_done_when_the_case_is_closed() -> None:
    critical = make_packet(urgency={"level": "critical"})
    closed = view_of(critical.changed(state={"status": "done", "text": "Sensor replaced"}))
    pointer = by_kind(pointed(posted(closed, told=critical)), **URGENT)["pointer"]
    assert words(pointer).startswith("*DONE*")
    assert "raised" not in words(pointer)
    assert "<@" not in words(pointer)


def test_a_pointer_whose_urgency_was_lowered_says_so_where_it_stands() -> None:
    lowered = view_of(make_packet(urgency={"level": "normal"}))
    view = pointed(posted(lowered, told=make_packet(urgency={"level": "critical"})))
    pointer = by_kind(view, **URGENT)["pointer"]
    assert pointer.body["channel"] == "C0URGENT"
    assert "urgency no longer raised, it is now *normal*" in words(pointer)


def test_a_pointer_is_no_longer_posted_when_the_urgency_was_lowered_before() -> None:
    lowered = view_of(make_packet(urgency={"level": "normal"}))
    view = posted(lowered, told=make_packet(urgency={"level": "critical"}))
    pending = {**view.records, "pointer": RecordState("pointer", f"{view.key}~pointer", None, None)}
    assert "pointer" not in by_kind(replace(view, records=pending), **URGENT)


def test_a_lowered_urgency_posts_no_pointer() -> None:
    lowered = view_of(make_packet(urgency={"level": "low"}))
    assert "pointer" not in by_kind(posted(lowered, told=make_packet()), **URGENT)


def test_a_pointer_that_is_not_yet_posted_is_not_forgotten_by_the_next_revision() -> None:
    raised = make_packet(urgency={"level": "critical"})
    view = posted(view_of(raised), told=raised)
    pending = {**view.records, "pointer": RecordState("pointer", f"{view.key}~pointer", None, None)}
    assert "pointer" in by_kind(replace(view, records=pending), **URGENT)


def test_a_raised_urgency_in_the_same_channel_posts_no_pointer() -> None:
    raised = view_of(make_packet(urgency={"level": "critical"}))
    assert "pointer" not in by_kind(posted(raised, told=make_packet()))


def test_the_conversation_is_named_as_not_shown() -> None:
    brief = by_kind(view_of(links=(ZENDESK,)))["brief"]
    assert "The whole conversation is not shown in Slack; see <" + ZENDESK.url in words(brief)
    assert "Conversation: never shown in Slack" in brief.withheld


def test_another_turn_of_the_conversation_alone_rewrites_nothing() -> None:
    packet = make_packet()
    longer = packet.changed(transcript=(*packet.transcript, packet.transcript[-1]))
    before, after = by_kind(view_of(packet)), by_kind(view_of(longer))
    assert {kind: one.digest for kind, one in after.items()} == {kind: one.digest for kind, one in before.items()}


def test_the_customers_words_are_quoted() -> None:
    shown = words(by_kind(view_of())["brief"])
    assert "\n> Done. It started, then E4 again. I have a small child here!" in shown


def test_the_customers_words_stay_quoted_in_the_fallback_text_whatever_signs_they_hold() -> None:
    packet = make_packet(facts=[{"name": "complaint", "value": "it drips” ZQX7 “and on", "source": "customer"}])
    assert "“complaint: it drips’ ZQX7 ‘and on”" in by_kind(view_of(packet))["brief"].body["text"]


def test_a_quotation_of_several_lines_is_quoted_on_each() -> None:
    packet = make_packet(transcript=[{"speaker": "customer", "text": "one\n*Owner*\n> three"}])
    assert "\n> one\n> *\u200bOwner*\u200b\n> \u200b&gt; three" in words(by_kind(view_of(packet))["brief"])


def test_a_preview_reads_like_the_message() -> None:
    alert = by_kind(view_of(make_packet(need="a_b < c"), links=(ZENDESK,)))["alert"]
    assert "*Owner:* @U0DANA (Dana Fields)" in alert.readable
    assert f"[Open in Zendesk] {ZENDESK.url}" in alert.readable
    brief = by_kind(view_of(make_packet(need="*a* < c & d")))["brief"]
    assert "*Needed next*\n• *a* < c & d" in brief.readable
    assert "Order A-1001 (https://shop.acme.example/orders/A-1001) (shop)" in brief.readable
