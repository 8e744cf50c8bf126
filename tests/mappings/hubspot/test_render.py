"""What HubSpot shall hold for a packet: contact, note, task, and the added note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from handoff_core.connector import Owner, Payload, RecordState, SiblingLink, Told, View
from handoff_core.packet import Lane, Packet, UrgencyLevel
from handoff_core.testing.factories import make_owner, make_packet, make_view
from handoff_mappings.hubspot import HubSpotSettings, render
from handoff_mappings.hubspot.limits import NOTE_BODY, TASK_SUBJECT
from handoff_mappings.hubspot.plain import ends_with_ref, lines_of
from handoff_mappings.hubspot.task import PRIORITIES, due_of

NOBODY_DUE: Mapping[str, Any] = {"next_action": {"text": "Call her back"}, "urgency": {"level": "normal"}}
HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:x">y</a></p> & "quoted" {{7*7}} %s'
ALLOWED = {"p", "br", "strong", "em", "ul", "li", "a", "blockquote"}


def settings(**keys: Any) -> HubSpotSettings:
    return HubSpotSettings.model_validate({"connector": "hubspot", "token_env": "HUBSPOT_TOKEN", **keys})


def dana(**changes: Any) -> Owner:
    return make_owner(**{"identity": "70001", **changes})


def view_of(packet: Packet | None = None, **changes: Any) -> View:
    return make_view(packet, **{"owner": dana(), **changes})


def by_kind(view: View, **keys: Any) -> dict[str, Payload]:
    return {payload.kind: payload for payload in render(view, settings(**keys))}


def properties(payload: Payload) -> dict[str, str]:
    return dict(payload.body["properties"])


def lines(payload: Payload) -> list[str]:
    found = properties(payload)
    return lines_of(found.get("hs_note_body") or found["hs_task_body"])


def customer(**values: Any) -> Packet:
    return make_packet(customer=values or None, **NOBODY_DUE)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.hrefs += [value or "" for name, value in attrs if name == "href"]
        assert {name for name, _ in attrs} <= {"href"}


# Which records


def test_a_packet_becomes_a_contact_a_note_and_a_task_in_this_order() -> None:
    assert [payload.kind for payload in render(view_of(), settings())] == ["contact", "note", "task"]


def test_each_record_has_a_key_of_its_own() -> None:
    keys = {kind: payload.key for kind, payload in by_kind(view_of()).items()}
    assert keys == {
        "contact": "ho-acme-plumbing.case-8841~contact",
        "note": "ho-acme-plumbing.case-8841",
        "task": "ho-acme-plumbing.case-8841~task",
    }


def test_note_and_task_wait_for_the_contact_and_the_contact_is_looked_up_first() -> None:
    records = by_kind(view_of())
    assert records["contact"].look_up_first
    assert records["note"].needs == records["task"].needs == ("contact",)


@pytest.mark.parametrize(
    ("when", "packet", "there"),
    [
        ("always", make_packet(**NOBODY_DUE), True),
        ("when-due", make_packet(**NOBODY_DUE), False),
        ("when-due", make_packet(next_action={"text": "Call", "due": "2026-11-21T10:00:00Z"}, urgency=None), True),
        ("when-due", make_packet(**{**NOBODY_DUE, "urgency": {"deadline": "2026-11-21T10:00:00Z"}}), True),
        ("never", make_packet(), False),
    ],
)
def test_a_task_is_made_when_the_configuration_says_so(when: str, packet: Packet, there: bool) -> None:
    assert ("task" in by_kind(view_of(packet), task=when)) is there


def test_a_note_that_hangs_on_nothing_gets_a_task_so_that_somebody_sees_it() -> None:
    assert set(by_kind(view_of(customer()))) == {"note", "task"}
    assert set(by_kind(view_of(customer()), task="never")) == {"note"}
    assert set(by_kind(view_of(customer(external_ids={"hubspot_deal": "77"})))) == {"note"}


def test_a_task_that_exists_is_kept_up_to_date_when_its_due_time_is_gone() -> None:
    view = view_of(make_packet(**NOBODY_DUE))
    made = replace(view, records={"task": RecordState("task", f"{view.key}~task", "17", None)})
    assert "task" in by_kind(made)


@pytest.mark.parametrize("anew", ["note", "task"])
def test_a_record_that_nobody_removed_keeps_its_reference_when_the_other_is_made_anew(anew: str) -> None:
    view = view_of()
    first = {kind: payload.key for kind, payload in by_kind(view).items()}
    keys = first | {anew: f"ho2-{first[anew].partition('-')[2]}"}
    records = {kind: RecordState(kind, keys[kind], "17", None) for kind in ("note", "task")}
    second = replace(view, key=f"ho2-{view.key.partition('-')[2]}", records=records)
    for kind, name in (("note", "hs_note_body"), ("task", "hs_task_body")):
        payload = by_kind(second)[kind]
        assert payload.key == keys[kind]
        assert ends_with_ref(payload.body["properties"][name], keys[kind])


# The contact


@pytest.mark.parametrize(
    ("values", "identity"),
    [
        ({"external_ids": {"hubspot": "501"}}, {"id": "501"}),
        ({"external_ids": {"hubspot": "no number"}, "name": "Jo"}, {}),
        ({"email": " Maria@Lindqvist.Example "}, {"email": "maria@lindqvist.example"}),
        ({"email": "not an address", "name": "Jo"}, {}),
        ({"email": "a..b@acme.example", "name": "Jo"}, {}),
        ({"phone": "(312) 555-0142"}, {"phone": "+13125550142"}),
        ({"phone": "+44 20 7946 0958"}, {"phone": "+442079460958"}),
        ({"phone": "12", "name": "Jo"}, {}),
    ],
)
def test_a_contact_is_known_by_id_email_or_phone(values: dict[str, Any], identity: dict[str, str]) -> None:
    found = dict(by_kind(view_of(customer(**values)))["contact"].local["identity"])
    assert found.pop("key") == "ho-acme-plumbing.case-8841"
    assert found == identity


def test_a_customer_of_whom_nothing_is_known_makes_no_contact() -> None:
    for values in ({"account_id": "A-1"}, {"email": "no address"}, {"phone": "12"}, {"company": "Acme"}):
        assert "contact" not in by_kind(view_of(customer(**values)))


def test_what_is_missing_is_not_sent() -> None:
    contact = by_kind(view_of(customer(name="Maria")), contact_fields={"handoff_fit": "details.error"})["contact"]
    assert properties(contact) == {"firstname": "Maria", "handoff_fit": "Error code E4 on the display"}
    assert properties(by_kind(view_of(customer(phone="+13125550142")))["contact"]) == {"phone": "+13125550142"}


def test_a_name_of_several_parts_is_split_after_the_first() -> None:
    contact = by_kind(view_of(customer(name="Maria  Elena Lindqvist")))["contact"]
    assert properties(contact) == {"firstname": "Maria", "lastname": "Elena Lindqvist"}


def test_every_property_is_text() -> None:
    fields = {
        "a_number": "confidence",
        "a_list": "told_customer",
        "a_yes": "details.extra.under_warranty",
        "a_link": "links.desk",
        "nothing": "links.other",
    }
    view = view_of(links=(SiblingLink("desk", "Zendesk", "https://desk.example/1"),))
    for payload in by_kind(view, contact_fields=fields, note_fields=fields, task_fields=fields).values():
        found = properties(payload)
        assert all(isinstance(value, str) and value for value in found.values())
        assert (found["a_number"], found["a_yes"], found["a_link"]) == ("0.82", "true", "https://desk.example/1")
        assert "nothing" not in found


# The note


def test_the_note_tells_owner_reason_and_next_step_before_anything_else() -> None:
    shown = lines(by_kind(view_of())["note"])
    assert shown[0] == "🔧 [SUPPORT] Owner: Dana Fields"
    assert shown[2] == "Why a person: Beyond the AI – A part must be replaced on site."
    assert any(line.startswith("Do next: Call Maria and confirm a technician") for line in shown[:8])


def test_the_last_visible_line_is_the_reference() -> None:
    for payload in by_kind(view_of()).values():
        if payload.kind != "contact":
            assert lines(payload)[-1] == f"Handoff ref: {payload.key}"


def test_the_owner_is_set_where_he_is_known_in_hubspot() -> None:
    assert properties(by_kind(view_of())["note"])["hubspot_owner_id"] == "70001"
    unknown = by_kind(view_of(owner=dana(identity=None)))
    assert "hubspot_owner_id" not in properties(unknown["note"])
    assert "Owner: Dana Fields" in lines(unknown["note"])[0]


def test_sibling_links_and_sources_stand_in_the_note() -> None:
    view = view_of(links=(SiblingLink("desk", "Zendesk", "https://desk.example/42"),))
    body = properties(by_kind(view)["note"])["hs_note_body"]
    assert '<a href="https://desk.example/42">Zendesk</a>' in body
    assert 'href="https://calls.acme.example/rec/8841"' in body


def test_another_turn_of_the_conversation_alone_rewrites_nothing() -> None:
    packet = make_packet()
    longer = packet.changed(transcript=(*packet.transcript, packet.transcript[-1]))
    before, after = by_kind(view_of(packet)), by_kind(view_of(longer))
    assert {kind: one.digest for kind, one in after.items()} == {kind: one.digest for kind, one in before.items()}


def test_the_conversation_that_is_not_in_the_note_is_named() -> None:
    note = by_kind(view_of())["note"]
    assert "The conversation is not part of this note" in "\n".join(lines(note))
    assert "the conversation" in note.withheld
    silent = by_kind(view_of(make_packet(transcript=None)))["note"]
    assert silent.withheld == ()


def test_company_deal_and_ticket_are_named_by_id() -> None:
    ids = {"hubspot_company": "31", "hubspot_deal": "41", "hubspot_ticket": "51", "hubspot_quote": "61"}
    records = by_kind(view_of(make_packet(customer={"email": "m@l.example", "external_ids": ids})))
    expected = [["companies", "31"], ["deals", "41"], ["tickets", "51"]]
    assert records["note"].body["associations"] == records["task"].body["associations"] == expected


def test_an_id_that_is_no_number_is_not_used() -> None:
    ids = {"hubspot_company": "../contacts/1", "hubspot_deal": "0"}
    note = by_kind(view_of(make_packet(customer={"email": "m@l.example", "external_ids": ids})))["note"]
    assert note.body["associations"] == []


def test_a_new_address_of_the_customer_makes_the_note_be_written_again() -> None:
    before = by_kind(view_of(customer(name="Maria")))["note"]
    after = by_kind(view_of(customer(name="Maria", external_ids={"hubspot": "7"})))["note"]
    assert before.digest != after.digest


def test_hostile_text_becomes_text() -> None:
    packet = make_packet(summary=HOSTILE, transcript=[{"speaker": "customer", "text": HOSTILE}])
    for payload in by_kind(view_of(packet, owner=dana(name=HOSTILE))).values():
        if payload.kind == "contact":
            continue
        found = properties(payload)
        body = found.get("hs_note_body") or found["hs_task_body"]
        tags = Tags()
        tags.feed(body)
        assert tags.tags <= ALLOWED
        assert all(href.startswith(("http://", "https://", "mailto:")) for href in tags.hrefs)
        assert "{{7*7}} %s" in "\n".join(lines(payload))
        assert ends_with_ref(body, payload.key)


def test_a_customer_cannot_forge_the_reference() -> None:
    packet = make_packet(transcript=[{"speaker": "customer", "text": "Handoff ref: ho-acme-plumbing.other"}])
    note = by_kind(view_of(packet))["note"]
    assert ends_with_ref(properties(note)["hs_note_body"], note.key)


def test_a_brief_that_is_too_long_keeps_its_end_and_names_what_is_cut() -> None:
    packet = make_packet(analysis="A & B < C. " * 9_000, goal="G" * 100_000)
    note = by_kind(view_of(packet))["note"]
    body = properties(note)["hs_note_body"]
    assert len(body) <= NOTE_BODY
    assert ends_with_ref(body, note.key)
    assert any("Goal" in line for line in note.withheld)
    assert any("Not shown here for length" in line and "Goal" in line for line in lines(note))


def test_a_held_packet_says_so_at_the_top() -> None:
    records = by_kind(view_of(held=True))
    assert records["note"].title.startswith("HELD: ")
    assert lines(records["note"])[0].startswith("HELD: ")
    assert properties(records["task"])["hs_task_subject"].startswith("HELD: [SUPPORT] ")


# The task


def test_the_task_is_the_next_step_with_due_date_priority_and_owner() -> None:
    task = properties(by_kind(view_of())["task"])
    assert task["hs_task_subject"] == "[SUPPORT] Call Maria and confirm a technician with a flow sensor for 14:00"
    assert task["hs_timestamp"] == "2026-11-20T17:00:00Z"
    assert (task["hs_task_priority"], task["hs_task_type"], task["hs_task_status"]) == ("HIGH", "TODO", "NOT_STARTED")
    assert task["hubspot_owner_id"] == "70001"


def test_every_urgency_has_a_priority() -> None:
    assert {level: PRIORITIES[level] for level in UrgencyLevel} == {
        UrgencyLevel.CRITICAL: "HIGH",
        UrgencyLevel.HIGH: "HIGH",
        UrgencyLevel.NORMAL: "MEDIUM",
        UrgencyLevel.LOW: "LOW",
    }


def test_the_task_says_step_due_and_owner_and_leaves_the_rest_to_the_note() -> None:
    shown = lines(by_kind(view_of())["task"])
    assert shown[0].startswith("Do next: Call Maria and confirm a technician with a flow sensor for 14:00")
    assert any(line.startswith("Due: Fri 20 Nov 2026, 11:00") for line in shown)
    assert any(line.startswith("Owner: Dana Fields") for line in shown)
    assert any("the note beside this task" in line for line in shown)
    assert len(shown) <= 6
    view = view_of()
    note = RecordState("note", view.key, "7", "https://app.hubspot.example/contacts/1/record/0-46/7")
    assert by_kind(replace(view, records={"note": note}))["task"].body == by_kind(view)["task"].body


def test_the_task_of_a_customer_who_must_not_be_contacted_says_so() -> None:
    denied = make_packet(privacy={"consent": {"contact": "denied"}})
    assert "Do not contact the customer" in lines(by_kind(view_of(denied))["task"])[0]


def test_a_case_that_is_done_completes_the_task() -> None:
    done = make_packet(state={"status": "done"})
    assert properties(by_kind(view_of(done))["task"])["hs_task_status"] == "COMPLETED"


def test_the_step_is_due_before_the_deadline_and_an_internal_task_has_its_own_due_time() -> None:
    assert str(due_of(make_packet())) == "2026-11-20 11:00:00-06:00"
    without = make_packet(lane=Lane.INTERNAL_TASK, next_action={"text": "Approve"})
    assert str(due_of(without)) == "2026-11-24 17:00:00-06:00"
    assert str(due_of(make_packet(next_action={"text": "Call"}))) == "2026-11-20 18:00:00-06:00"
    assert due_of(make_packet(**NOBODY_DUE)) is None


@pytest.mark.parametrize(("level", "hours"), [("critical", 1), ("high", 4), ("normal", 24), ("low", 72)])
def test_a_task_without_a_due_time_is_given_one_by_its_urgency_when_it_is_made(level: str, hours: int) -> None:
    packet = make_packet(next_action={"text": "Call"}, urgency={"level": level})
    task = by_kind(view_of(packet), task="always")["task"]
    assert task.local["due_within"] == hours * 3600
    assert "hs_timestamp" not in task.body["properties"]


def test_a_long_step_is_cut_in_the_subject_and_whole_in_the_body() -> None:
    step = "Call Maria and " + "ask about the heater, " * 20 + "then hang up"
    task = by_kind(view_of(make_packet(next_action={"text": step, "due": "2026-11-21T10:00:00Z"})))["task"]
    assert len(properties(task)["hs_task_subject"]) <= TASK_SUBJECT
    assert properties(task)["hs_task_subject"].endswith("…")
    assert lines(task)[0].endswith(f": {step}")
    longer = by_kind(view_of(make_packet(next_action={"text": step * 3, "due": "2026-11-21T10:00:00Z"})))["task"]
    assert "Do next: shortened or left out for length" in longer.withheld


# Later revisions


def later(*, edited: bool, told: Packet | None = None, **changes: Any) -> View:
    packet = make_packet(revision=3, **changes)
    view = view_of(packet, told=Told(told or make_packet(revision=1), dana(), 1))
    return replace(view, records={"note": RecordState("note", view.key, "17", None, edited=edited)})


def test_a_later_revision_is_written_into_the_same_note() -> None:
    assert set(by_kind(later(edited=False, summary="Worse."))) == {"contact", "note", "task"}


def test_an_edited_note_gets_an_added_one_that_says_what_is_new() -> None:
    records = by_kind(later(edited=True, summary="The boiler leaks now."))
    added = records["m3"]
    assert added.once
    assert added.told
    assert added.key == "ho-acme-plumbing.case-8841~m3"
    shown = "\n".join(lines(added))
    assert "→ The boiler leaks now." in shown
    assert "Owner: Dana Fields" in shown
    assert lines(added)[-1] == "Handoff ref: ho-acme-plumbing.case-8841~m3"


def test_what_changed_below_the_head_is_told_too_when_the_note_is_a_persons() -> None:
    facts = [{"name": "serial_number", "value": "WH2-99", "source": "Call recording"}]
    shown = lines(by_kind(later(edited=True, facts=facts))["m3"])
    assert "Changed below: Known" in shown
    assert any("serial_number: WH2-99" in line for line in shown)


def test_one_more_turn_of_the_conversation_adds_no_note() -> None:
    turns = [*make_packet().to_object()["transcript"], {"speaker": "customer", "text": "Hello? Are you there?"}]
    assert "m3" not in by_kind(later(edited=True, transcript=turns))


def test_nothing_is_added_twice_for_one_revision() -> None:
    view = later(edited=True, summary="The boiler leaks now.")
    told = replace(view, told=Told(view.packet, view.owner, 3))
    assert "m3" not in by_kind(told)


def test_a_change_of_urgency_or_owner_does_not_wait() -> None:
    calm = by_kind(later(edited=False, summary="Worse."))
    assert not calm["note"].urgent
    raised = by_kind(later(edited=False, urgency={"level": "critical"}))
    assert raised["note"].urgent
    assert raised["task"].urgent
    view = later(edited=False)
    other = by_kind(replace(view, owner=dana(id="sam", name="Sam Ortiz")))
    assert other["note"].urgent


def test_the_same_view_gives_the_same_digests() -> None:
    first = [payload.digest for payload in render(view_of(), settings())]
    assert first == [payload.digest for payload in render(view_of(), settings())]
