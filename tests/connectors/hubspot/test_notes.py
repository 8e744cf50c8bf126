"""Notes and tasks against the stand-in: one for life, a person's edits stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from handoff_core.connector import Told
from handoff_core.errors import Gone, Refused
from handoff_core.packet import Packet
from handoff_core.testing.factories import make_owner, make_packet

BODY = "hs_note_body"
WRAP = '<div style="" dir="auto" data-top-level="true">'
"""What the stand-in puts around a body."""
SENT_BY = {"plain": "POST /crm/objects/2026-03/notes", "unique": "POST /crm/objects/2026-03/notes/batch/upsert"}


def test_note_and_task_hang_on_the_contact_from_the_start(either: Any) -> None:
    remotes = either.deliver()
    for kind in ("notes", "tasks"):
        listed = either.portal.associated("contacts", remotes["contact"].id, kind)
        assert [given for given, _ in listed] == [remotes[kind.removesuffix("s")].id]


def test_company_deal_and_ticket_get_the_note_too(either: Any) -> None:
    given = {
        "hubspot_company": either.portal.create("companies", {"name": "Acme"}).id,
        "hubspot_deal": either.portal.create("deals", {"dealname": "Pipes"}).id,
    }
    remotes = either.deliver(make_packet(customer={"email": "m@l.example", "external_ids": given}))
    assert either.portal.associated("notes", remotes["note"].id, "companies") == [(given["hubspot_company"], 190)]
    assert either.portal.associated("notes", remotes["note"].id, "deals") == [(given["hubspot_deal"], 214)]
    assert either.portal.associated("tasks", remotes["task"].id, "companies") == [(given["hubspot_company"], 192)]


def test_a_wrong_company_id_is_named_and_the_note_still_comes(either: Any) -> None:
    packet = make_packet(customer={"email": "m@l.example", "external_ids": {"hubspot_company": "31"}})
    remotes = either.deliver(packet)
    assert "company 31: HubSpot does not have it" in remotes["note"].kept[0]
    assert either.portal.associated("notes", remotes["note"].id, "contacts")


def test_without_a_unique_property_the_note_is_posted_with_its_associations(rig: Any) -> None:
    rig.deliver()
    assert SENT_BY["plain"] in rig.sent()
    assert not rig.sent("PUT")


def test_with_a_unique_property_the_note_is_upserted(rig: Any) -> None:
    rig.make_unique()
    remotes = rig.deliver()
    assert SENT_BY["unique"] in rig.sent()
    assert rig.record("note").properties["handoff_key"] == "ho-acme-plumbing.case-8841"
    assert rig.connector.create(rig.write(rig.payloads()["note"])).id == remotes["note"].id
    assert len(rig.portal.every("notes")) == 1


def test_a_creation_may_be_repeated_only_where_the_key_has_long_been_unique(rig: Any) -> None:
    rig.deliver()
    note = rig.payloads()["note"]
    assert rig.connector.replay_window(note) == 0.0
    rig.make_unique()
    assert rig.connector.replay_window(note) == 0.0, "it may have been sent before the property was there"


def test_a_portal_that_had_the_property_from_the_start_takes_repeats(rig: Any) -> None:
    rig.make_unique()
    records = rig.payloads()
    assert {rig.connector.replay_window(records[kind]) for kind in ("contact", "note", "task")} == {float("inf")}


def test_a_note_made_before_the_property_is_found_after_it(rig: Any) -> None:
    remotes = rig.deliver()
    rig.make_unique()
    found = rig.connector.find(rig.write(rig.payloads()["note"]))
    assert [remote.id for remote in found] == [remotes["note"].id]


def test_a_property_that_was_taken_away_is_forgotten(rig: Any) -> None:
    rig.make_unique()
    for kind in ("notes", "tasks"):
        del rig.portal.schema.properties[kind]["handoff_key"]
    remotes = rig.deliver()
    assert SENT_BY["plain"] in rig.sent()
    assert [one.id for one in rig.connector.find(rig.write(rig.payloads()["note"]))] == [remotes["note"].id]


def test_a_revision_is_written_into_the_same_note(either: Any, second_revision: Packet) -> None:
    first = dict(either.deliver())
    second = either.deliver(second_revision)
    assert {kind: remote.id for kind, remote in first.items()} == {kind: remote.id for kind, remote in second.items()}
    assert "The boiler leaks now." in either.record("note").properties[BODY]
    assert not second["note"].edited
    assert second["note"].kept == ()


@pytest.mark.parametrize("rewriting", ["wrap", "keep"])
@pytest.mark.parametrize("tags", ["wide", "narrow"])
def test_html_that_hubspot_rewrites_is_no_edit(rig: Any, rewriting: str, tags: str, second_revision: Packet) -> None:
    rig.sandbox.switches.hubspot.rewrite_html = rewriting
    rig.sandbox.switches.hubspot.html_tags = tags
    rig.deliver()
    rig.deliver(second_revision)
    assert not rig.deliver(make_packet(revision=3, summary="And the cellar is wet."))["note"].edited
    assert "And the cellar is wet." in rig.record("note").properties[BODY]


def test_a_persons_edit_stays_for_ever(either: Any, second_revision: Packet) -> None:
    either.deliver()
    note = either.record("note")
    mine = note.properties[BODY] + "<p>Called her. Dana</p>"
    either.portal.update(note, {BODY: mine})
    for revision in (2, 3):
        remotes = either.deliver(make_packet(revision=revision, summary=f"Revision {revision}."))
        assert remotes["note"].edited
        assert BODY in remotes["note"].kept
    assert "Called her. Dana" in either.record("note").properties[BODY]
    assert "Revision 2." not in either.record("note").properties[BODY]


def test_an_edit_that_is_taken_back_gives_the_note_back_to_us(rig: Any, second_revision: Packet) -> None:
    rig.deliver()
    before = rig.record("note").properties[BODY]
    rig.clock.advance(60)
    rig.portal.update(rig.record("note"), {BODY: before + "<p>Mine.</p>"})
    rig.deliver(second_revision)
    rig.portal.update(rig.record("note"), {BODY: before.removeprefix(WRAP).removesuffix("</div>")})
    assert not rig.deliver(make_packet(revision=3, summary="And the cellar is wet."))["note"].edited
    assert "And the cellar is wet." in rig.record("note").properties[BODY]


def test_a_note_that_a_person_emptied_stays_empty(rig: Any, second_revision: Packet) -> None:
    rig.deliver()
    rig.portal.update(rig.record("note"), {BODY: ""})
    assert rig.deliver(second_revision)["note"].edited
    assert BODY not in rig.record("note").properties


def test_an_edited_note_gets_one_added_note_for_the_revision(either: Any, second_revision: Packet) -> None:
    either.deliver()
    either.portal.update(either.record("note"), {BODY: "<p>All mine now.</p>"})
    told = Told(make_packet(), make_owner(), 1)
    either.deliver(second_revision, revision=2, told=told)
    remotes = either.deliver(second_revision, revision=2, told=told)
    assert "The boiler leaks now." in either.record("m2").properties[BODY]
    again = either.payloads(either.view(second_revision, revision=2, told=told))["m2"]
    assert [found.id for found in either.connector.find(either.write(again))] == [remotes["m2"].id]
    assert len(either.portal.every("notes")) == 2


def test_an_owner_that_a_person_chose_stays(rig: Any, second_revision: Packet) -> None:
    rig.deliver()
    for kind in ("note", "task"):
        rig.portal.update(rig.record(kind), {"hubspot_owner_id": "70002"})
    remotes = rig.deliver(second_revision)
    assert rig.record("note").properties["hubspot_owner_id"] == "70002"
    assert "hubspot_owner_id" in remotes["note"].kept
    assert not remotes["note"].edited, "the text is still ours"
    assert "The boiler leaks now." in rig.record("note").properties[BODY]


def test_a_new_owner_replaces_ours(rig: Any) -> None:
    rig.deliver()
    rig.deliver(owner=make_owner(id="sam", name="Sam Ortiz", identity="70002"))
    assert rig.record("note").properties["hubspot_owner_id"] == "70002"


def test_a_task_is_completed_when_the_case_is_done(rig: Any) -> None:
    rig.deliver()
    rig.deliver(make_packet(revision=2, state={"status": "done"}))
    assert rig.record("task").properties["hs_task_status"] == "COMPLETED"
    rig.deliver(make_packet(revision=3))
    assert rig.record("task").properties["hs_task_status"] == "NOT_STARTED"


@pytest.mark.parametrize("status", ["IN_PROGRESS", "WAITING", "COMPLETED"])
def test_a_status_that_a_person_set_stays(rig: Any, status: str) -> None:
    rig.deliver()
    rig.portal.update(rig.record("task"), {"hs_task_status": status, "hs_task_priority": "LOW"})
    wanted = "done" if status != "COMPLETED" else "in_progress"
    remotes = rig.deliver(make_packet(revision=2, state={"status": wanted}, urgency={"level": "critical"}))
    assert rig.record("task").properties["hs_task_status"] == status
    assert rig.record("task").properties["hs_task_priority"] == "LOW"
    assert "hs_task_status" in remotes["task"].kept


def test_a_task_without_a_due_time_keeps_the_one_it_was_given(rig: Any) -> None:
    rig.restart(task="always")
    bare = {"next_action": {"text": "Call"}, "urgency": {"level": "high"}}
    rig.deliver(make_packet(**bare))
    due = rig.record("task").properties["hs_timestamp"]
    assert datetime.fromisoformat(due).timestamp() == pytest.approx(rig.clock.now() + 4 * 3_600, abs=1)
    rig.clock.advance(3_600)
    rig.deliver(make_packet(**bare, summary="Another sentence."))
    assert rig.record("task").properties["hs_timestamp"] == due
    rig.deliver(make_packet(next_action={"text": "Call", "due": "2026-11-25T10:00:00Z"}))
    assert rig.record("task").properties["hs_timestamp"] == "2026-11-25T10:00:00.000Z"


def test_a_note_stands_where_its_packet_was_made(rig: Any) -> None:
    rig.deliver()
    assert rig.record("note").properties["hs_timestamp"] == "2026-11-20T15:12:00.000Z"


def test_a_deleted_note_is_gone(either: Any, second_revision: Packet) -> None:
    either.deliver()
    either.portal.archive(either.record("note"))
    with pytest.raises(Gone):
        either.bring_up(either.payloads(either.view(second_revision))["note"])


def test_a_refused_field_is_left_out_and_named(either: Any) -> None:
    either.restart(note_fields={"hs_attachment_ids": "lane", "nowhere": "lane"})
    remotes = either.deliver()
    assert remotes["note"].kept == ("nowhere: HubSpot does not take the value",)
    assert either.record("note").properties["hs_attachment_ids"] == "support"


def test_an_owner_who_left_hubspot_does_not_stop_the_note(either: Any) -> None:
    remotes = either.deliver(owner=make_owner(identity="99999"))
    assert remotes["note"].kept == ("hubspot_owner_id: HubSpot does not take the value",)


def test_a_deleted_contact_is_told_apart_from_a_refused_note(rig: Any) -> None:
    rig.deliver()
    rig.portal.archive(rig.record("contact"))
    with pytest.raises((Gone, Refused)) as raised:
        rig.connector.create(rig.write(rig.payloads()["note"]))
    assert isinstance(raised.value, Gone)


def test_a_duplicate_of_ours_is_archived_and_one_that_a_person_touched_is_not_retirable(rig: Any) -> None:
    first = rig.deliver()["note"]
    payload = rig.payloads()["note"]
    second = rig.connector.create(rig.write(payload))
    rig.clock.advance(60)
    third = rig.connector.create(rig.write(payload))
    rig.clock.advance(60)
    rig.portal.update(rig.portal.get("notes", third.id), {BODY: rig.record("note").properties[BODY] + "<p>Mine.</p>"})
    found = rig.connector.find(rig.write(payload))
    assert [(one.id, one.retirable) for one in found] == [(first.id, True), (second.id, True), (third.id, False)]
    rig.connector.retire(rig.write(payload, remote_id=second.id), keep=first)
    rig.connector.retire(rig.write(payload, remote_id=second.id), keep=first)
    assert [one.id for one in rig.connector.find(rig.write(payload))] == [first.id, third.id]


def test_a_note_of_long_before_the_send_is_not_taken_for_it(rig: Any) -> None:
    rig.deliver()
    payload = rig.payloads()["note"]
    rig.clock.advance(3_600)
    assert rig.connector.find(rig.write(payload, since=rig.clock.now())) == []
    assert len(rig.connector.find(rig.write(payload, since=rig.clock.now() - 3_400))) == 1
    assert len(rig.connector.find(rig.write(payload))) == 1


def test_another_packets_note_at_the_same_contact_is_not_ours(either: Any) -> None:
    either.deliver()
    other = replace(either.view(make_packet(id="case-88")), key="ho-acme-plumbing.case-88")
    assert either.connector.find(either.write(either.payloads(other)["note"])) == []


@pytest.mark.parametrize(("source", "ours"), [("CRM_UI", 0), ("INTEGRATION", 1)])
def test_a_persons_note_that_ends_in_our_reference_line_is_theirs(rig: Any, source: str, ours: int) -> None:
    made = rig.deliver()
    body = rig.record("note").properties[BODY]
    rig.portal.archive(rig.record("note"))
    pasted = rig.portal.create("notes", {BODY: body, "hs_timestamp": "1"})
    pasted.properties["hs_object_source"] = source
    rig.portal.associate("notes", pasted.id, "contacts", made["contact"].id)
    assert len(rig.connector.find(rig.write(rig.payloads()["note"]))) == ours


def test_a_listing_of_several_pages_is_read_whole(rig: Any) -> None:
    first = rig.deliver()
    contact = first["contact"].id
    for number in range(520):
        one = rig.portal.create("notes", {"hs_timestamp": "2026-11-20T10:00:00Z", BODY: f"<p>{number}</p>"})
        rig.portal.associate("notes", one.id, "contacts", contact)
    payload = replace(rig.payloads()["note"], key="ho-acme-plumbing.last")
    late = rig.portal.create(
        "notes", {"hs_timestamp": "2026-11-20T10:00:00Z", BODY: "<p>Handoff ref: ho-acme-plumbing.last</p>"}
    )
    rig.portal.associate("notes", late.id, "contacts", contact)
    assert [one.id for one in rig.connector.find(rig.write(payload))] == [late.id]
    assert len(rig.sent("GET", "/associations/notes")) == 2


def test_a_note_on_nothing_is_adopted_from_a_search_when_it_shows(rig: Any) -> None:
    remotes = rig.deliver(make_packet(customer=None))
    payload = rig.payloads(rig.view(make_packet(customer=None)))["note"]
    assert rig.connector.find(rig.write(payload, since=rig.clock.now())) == []
    rig.clock.advance(31)
    assert [one.id for one in rig.connector.find(rig.write(payload, since=rig.clock.now() - 31))] == [
        remotes["note"].id
    ]
    assert [one.id for one in rig.connector.find(rig.write(payload))] == [remotes["note"].id]


def test_a_contact_that_is_known_later_gets_the_note(either: Any) -> None:
    either.deliver(make_packet(customer=None))
    remotes = either.deliver(make_packet(revision=2))
    assert either.portal.associated("notes", remotes["note"].id, "contacts") == [(remotes["contact"].id, 202)]
    before = len(either.sent("PUT"))
    either.deliver(make_packet(revision=3, summary="Worse."))
    assert len(either.sent("PUT")) == before, "what is attached is not attached again"
