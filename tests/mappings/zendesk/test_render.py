"""Which records a packet has in Zendesk, and what they hold."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handoff_core.connector import Owner, Payload, RecordState, SiblingLink, Told, View
from handoff_core.packet import Lane, UrgencyLevel
from handoff_core.testing.factories import make_owner, make_packet, make_view
from handoff_mappings.zendesk import ZendeskSettings, limits, render
from handoff_mappings.zendesk.plain import brief_text
from handoff_mappings.zendesk.values import PRIORITIES, TYPES, requester_of, tag

CRM = SiblingLink("crm", "HubSpot", "https://hub.example/notes/1")


def make_settings(**changes: Any) -> ZendeskSettings:
    table = {"connector": "zendesk", "subdomain": "acme", "token_env": "ZENDESK_TOKEN", **changes}
    return ZendeskSettings.model_validate(table)


def payloads(view: View, **settings: Any) -> dict[str, Payload]:
    return {payload.kind: payload for payload in render(view, make_settings(**settings))}


def ticket(view: View | None = None, **settings: Any) -> Payload:
    return payloads(view or make_view(), **settings)["ticket"]


def record(**changes: Any) -> dict[str, RecordState]:
    values: dict[str, Any] = {"kind": "ticket", "key": "k", "remote_id": "5", "url": None}
    return {"ticket": RecordState(**(values | changes))}


def later(packet: Any = None, told_owner: Owner | None = None, **view: Any) -> View:
    told = Told(make_packet(), told_owner or make_owner(), 1)
    values: dict[str, Any] = {"told": told, "revision": 2, "records": record()}
    return make_view(packet, **(values | view))


def test_a_first_revision_is_one_ticket() -> None:
    body = ticket(fields={"7": "urgency.level", "8": "links.crm"}, brief_field=9).body
    assert body["subject"].startswith("[SUPPORT] Maria Lindqvist")
    assert body["external_id"] == "ho-acme-plumbing.case-8841"
    assert (body["priority"], body["type"], body["due_at"]) == ("high", "task", "2026-11-20T17:00:00Z")
    assert body["tags"] == ["handoff", "lane_support", "urgency_high", "reason_beyond_scope"]
    assert body["requester"] == {"name": "Maria Lindqvist", "email": "maria@lindqvist.example"}
    assert body["assignee_id"] == 9001
    assert [one["id"] for one in body["custom_fields"]] == [7, 9]
    assert body["comment"]["public"] is False
    assert "status" not in body


def test_every_comment_is_explicitly_private_and_ends_with_its_key() -> None:
    views = [
        make_view(),
        later(make_packet(state={"status": "done"}), links=(CRM,)),
        later(records=record(merged=True)),
    ]
    for view in views:
        for payload in render(view, make_settings()):
            assert payload.body["comment"]["public"] is False
            assert payload.body["comment"]["html_body"].endswith(f"Handoff ref: {payload.key}</em></p>")


def test_the_priority_and_type_tables_are_whole() -> None:
    assert set(PRIORITIES) == set(UrgencyLevel)
    assert set(PRIORITIES.values()) == {"urgent", "high", "normal", "low"}
    assert set(TYPES) == set(Lane)


@pytest.mark.parametrize("lane", list(Lane))
def test_without_a_due_time_the_lane_gives_the_type(lane: Lane) -> None:
    packet = make_packet(lane=lane, urgency=None, next_action={"text": "Call"})
    body = ticket(make_view(packet)).body
    assert body["type"] == TYPES[lane]
    assert "due_at" not in body


def test_a_long_subject_is_cut_in_sight() -> None:
    subject = ticket(make_view(make_packet(summary="word " * 100))).body["subject"]
    assert len(subject) <= limits.SUBJECT
    assert subject.endswith("…")


def test_a_held_packet_says_so_in_the_subject() -> None:
    assert ticket(make_view(held=True)).body["subject"].startswith("HELD: [SUPPORT] ")


def test_a_team_gets_a_group() -> None:
    body = ticket(make_view(owner=make_owner(team=True, identity="360007"))).body
    assert body["group_id"] == 360007
    assert "assignee_id" not in body


@pytest.mark.parametrize("identity", [None, "U0DANA", "0", "-1"])
def test_an_owner_without_an_id_here_is_named_in_words(identity: str | None) -> None:
    payload = ticket(make_view(owner=make_owner(identity=identity)))
    assert not {"group_id", "assignee_id"} & set(payload.body)
    words = "Dana Fields is not known in Zendesk; please assign the ticket by hand."
    assert words in payload.body["comment"]["html_body"]
    assert words in payload.withheld


@pytest.mark.parametrize(
    "email", [None, "", "nobody", "a@b", "a b@x.example", "ann@", "ann@x..example", "a" * 250 + "@x.example"]
)
def test_without_a_good_address_there_is_no_requester_and_the_brief_says_so(email: str | None) -> None:
    payload = ticket(make_view(make_packet(customer={"name": "Ann", "email": email, "phone": "+1 312 555 0142"})))
    assert "requester" not in payload.body
    assert "the requester is not the customer" in payload.body["comment"]["html_body"]
    assert "+1 312 555 0142" in payload.body["comment"]["html_body"]


@pytest.mark.parametrize("email", ["ann@x.example", " Ann.O'Hara+x@mail.x-y.example ", "a_b%c-d@x.co"])
def test_good_addresses_are_kept(email: str) -> None:
    assert requester_of(make_packet(customer={"email": email})) == {"name": email.strip(), "email": email.strip()}


def test_a_packet_without_a_customer_needs_no_excuse() -> None:
    payload = ticket(make_view(make_packet(customer=None)))
    assert "requester" not in payload.body
    assert payload.withheld == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Urgent Cases, EU", "urgent_cases_eu"), ("  ", ""), ("Ü-ber/x", "ü-ber/x"), ("x" * 300, "x" * 200)],
)
def test_tags_have_no_spaces(text: str, expected: str) -> None:
    assert tag(text) == expected


def test_own_tags_replace_the_default() -> None:
    assert ticket(tags=["From AI", "From AI"]).body["tags"][:2] == ["from_ai", "lane_support"]


def test_missing_values_are_not_sent() -> None:
    body = ticket(
        make_view(make_packet(details={})), fields={"1": "details.order_id", "2": 'details.order_id | default("none")'}
    ).body
    assert body["custom_fields"] == [{"id": 2, "value": "none"}]


def test_a_field_that_is_too_long_is_cut_and_named() -> None:
    payload = ticket(make_view(make_packet(analysis="x" * 100_000)), fields={"1": "analysis"})
    assert len(payload.body["custom_fields"][0]["value"]) == limits.TEXT_FIELD
    assert "Field 1 (analysis), in part" in payload.withheld


def test_form_and_brand_go_with_the_creation() -> None:
    body = ticket(ticket_form_id=11, brand_id=12).body
    assert (body["ticket_form_id"], body["brand_id"]) == (11, 12)


@pytest.mark.parametrize("sign", ["x", "ü", "日", "🔥", "&", "\n"])
def test_a_huge_packet_keeps_to_characters_and_bytes(sign: str) -> None:
    packet = make_packet(
        summary="s" + sign * 2_000 + "s",
        facts=[{"name": f"n{i}", "value": "w" + sign * 6_000 + "v"} for i in range(38)],
    )
    payload = ticket(make_view(packet), brief_field=9)
    html = payload.body["comment"]["html_body"]
    assert len(html) <= limits.COMMENT
    assert len(html.encode()) <= limits.COMMENT_BYTES
    assert len(payload.body["custom_fields"][0]["value"]) <= limits.TEXT_FIELD
    assert "Known" in payload.withheld
    assert "Known (in the brief field)" in payload.withheld
    assert "attached packet.json" in html


def test_the_files_hold_everything_word_for_word() -> None:
    view = make_view()
    files = {file.filename: file for file in ticket(view).attachments}
    assert list(files) == ["transcript.txt", "packet.json"]
    assert json.loads(files["packet.json"].content) == view.packet.to_object()
    transcript = files["transcript.txt"].content.decode()
    assert all(turn.text in transcript for turn in view.packet.transcript)
    assert "1 [Fri 20 Nov 2026, 09:02] Customer: We have had" in transcript


def test_without_a_conversation_there_is_no_transcript() -> None:
    assert [file.filename for file in ticket(make_view(make_packet(transcript=None))).attachments] == ["packet.json"]


def test_a_quiet_revision_writes_no_note() -> None:
    assert list(payloads(later(make_packet(goal="Another")))) == ["ticket"]
    assert list(payloads(later(make_packet(goal="Another")), brief_field=9)) == ["ticket"]


def test_with_a_brief_field_a_changed_head_needs_no_note() -> None:
    assert list(payloads(later(make_packet(summary="Another")), brief_field=9)) == ["ticket"]
    assert list(payloads(later(make_packet(summary="Another")))) == ["ticket", "m2"]


def test_a_brief_field_that_a_person_edited_no_longer_tells_the_news() -> None:
    view = later(make_packet(summary="Another"), records=record(edited=True))
    assert list(payloads(view, brief_field=9)) == ["ticket", "m2"]


def test_a_milestone_tells_what_changed_and_the_new_head() -> None:
    note = payloads(later(told_owner=make_owner(id="sam", name="Sam")), brief_field=9)["m2"]
    html = note.body["comment"]["html_body"]
    assert note.key == "ho-acme-plumbing.case-8841~m2"
    assert (note.once, note.told, note.needs) == (True, True, ("ticket",))
    assert set(note.body) == {"comment"}
    assert "Owner: Sam → Dana Fields" in html
    assert "<strong>Do next: Call Maria and confirm a technician" in html
    assert [file.filename for file in note.attachments] == ["transcript.txt", "packet.json"]


def test_a_done_case_gets_a_note_and_keeps_its_status() -> None:
    found = payloads(later(make_packet(state={"status": "done", "text": "Fixed"})), brief_field=9)
    assert "Closed: Fixed" in found["m2"].body["comment"]["html_body"]
    assert all("status" not in payload.body for payload in found.values())


@pytest.mark.parametrize(
    ("changes", "told_owner", "urgent"),
    [({}, None, False), ({"goal": "x"}, None, False), ({"urgency": {"level": "low"}}, None, True), ({}, "sam", True)],
)
def test_a_change_of_owner_or_urgency_is_urgent(changes: dict[str, Any], told_owner: str | None, urgent: bool) -> None:
    owner = make_owner(id=told_owner) if told_owner else None
    assert ticket(later(make_packet(**changes), owner)).urgent is urgent


def test_links_that_the_ticket_could_not_show_get_one_note() -> None:
    note = payloads(later(links=(CRM,)))["links"]
    assert note.key == "ho-acme-plumbing.case-8841~links"
    assert '<a href="https://hub.example/notes/1">HubSpot</a>' in note.body["comment"]["html_body"]
    assert (note.once, note.told, note.attachments) == (True, False, ())


def test_links_that_were_shown_or_are_not_complete_get_none() -> None:
    shown = record(seen={"links_shown": [CRM.url]})
    assert "links" not in payloads(later(links=(CRM,), records=shown))
    assert "links" not in payloads(later(links=(CRM,), links_final=False))
    assert "links" not in payloads(later())
    assert "links" not in payloads(make_view(links=(CRM,)))


def test_a_links_field_holds_the_links_instead() -> None:
    found = payloads(later(links=(CRM, SiblingLink("alerts", "Slack", "https://slack.example/2"))), links_field=8)
    assert "links" not in found
    assert found["ticket"].body["custom_fields"] == [
        {"id": 8, "value": "HubSpot: https://hub.example/notes/1 | Slack: https://slack.example/2"}
    ]


def test_a_merged_ticket_gets_one_note_and_no_fields() -> None:
    found = payloads(later(make_packet(summary="Another"), records=record(merged=True), links=(CRM,)))
    assert list(found) == ["merged"]
    assert found["merged"].key == "ho-acme-plumbing.case-8841~m2"
    assert set(found["merged"].body) == {"comment"}


def test_a_second_generation_knows_the_first() -> None:
    fresh = RecordState("ticket", "ho2-x", None, None, generation=2, previous_id="5")
    assert ticket(make_view(records={"ticket": fresh})).local["previous_id"] == "5"
    assert "previous_id" not in ticket(later()).local


def test_the_plain_brief_says_what_it_left_out() -> None:
    from handoff_mappings.brief import build_brief

    brief = build_brief(make_view(make_packet(facts=[{"name": f"n{i}", "value": "v" * 900} for i in range(12)])))
    whole, nothing = brief_text(brief, 60_000, see="the packet")
    short, left_out = brief_text(brief, 9_000, see="the packet")
    assert nothing == ()
    assert len(short) <= 9_000 < len(whole)
    assert "Known" in left_out
    assert "n0: vvv" in short
    assert "Not shown here for length, in part or whole:" in short
    assert short.endswith("Handoff ref: ho-acme-plumbing.case-8841")
