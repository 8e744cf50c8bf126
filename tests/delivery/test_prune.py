"""Retention: old packets leave the ledger, conversations leave younger ones, and the vendors' records stay."""

from __future__ import annotations

import json
import os

import pytest

from handoff_core.ledger import erasures
from handoff_core.packet import Packet
from tests.delivery.test_erasure import CANARY, canaries_in, canary_packet

DAY = 86_400.0
RETENTION = '[retention]\ntranscripts = "30d"\npackets = "400d"\n'
DONE = {"status": "done", "text": "Repaired"}


@pytest.fixture
def business(make_business):
    made = make_business()
    path = made.folder / "handoff.toml"
    path.write_text(path.read_text() + RETENTION)
    return made


def drop(business, packet: Packet, name: str = "one.json") -> None:
    inbox = business.folder / "inbox"
    inbox.mkdir(exist_ok=True)
    (inbox / name).write_text(packet.to_json())


def closed(business, handoff, **changes):
    drop(business, canary_packet(business, state=DONE, **changes))
    handoff.sync()


def test_nothing_is_pruned_before_its_time(business):
    with business.start() as handoff:
        closed(business, handoff)
        business.clock.advance(29 * DAY)
        assert handoff.prune().packets == ()
        assert "I am" in json.dumps(handoff.show("case-1").to_object())


def test_the_conversation_goes_first_and_the_same_packet_is_still_known(business):
    with business.start() as handoff:
        handoff.live("case-1", customer={"name": CANARY})
        closed(business, handoff, revision=3)
        made = business.desk().requests.copy()
        business.clock.advance(31 * DAY)
        plan = handoff.prune(plan=True)
        assert [(line.id, line.what, line.files) for line in plan.packets] == [
            ("case-1", "transcript", ("taken/one.json",))
        ]
        assert "I am" in handoff.show("case-1").packet["transcript"][0]["text"]
        handoff.prune()
        shown = handoff.show("case-1")
        assert "transcript" not in shown.packet
        assert shown.packet["summary"].startswith(CANARY)
        assert [path for path in canaries_in(business) if "I am" in (business.folder / path).read_text("latin-1")] == []
        same = canary_packet(business, state=DONE, revision=3)
        assert handoff.submit(same).status == "unchanged"
        assert handoff.submit(canary_packet(business, state=DONE, revision=2)).status == "stale"
        assert handoff.submit(canary_packet(business, state=DONE, revision=3, goal="else")).status == "conflict"
        handoff.sync()
        assert business.desk().requests == made
        assert handoff.prune().packets == ()


def test_the_same_packet_without_an_order_is_unchanged_too(business):
    with business.start() as handoff:
        closed(business, handoff)
        business.clock.advance(31 * DAY)
        handoff.prune()
        assert handoff.submit(canary_packet(business, state=DONE)).status == "unchanged"


def test_an_old_packet_leaves_the_ledger_and_its_record_stays(business):
    with business.start() as handoff:
        closed(business, handoff)
        business.clock.advance(401 * DAY)
        result = handoff.prune()
        assert [(line.id, line.what, line.files) for line in result.packets] == [
            ("case-1", "erase", ("taken/one.json",))
        ]
        assert any("the records in Zendesk" in word for word in result.stays)
        assert canaries_in(business) == []
        handoff.sync()
        assert len(business.desk().active("ho-acme.case-1")) == 1
        assert handoff.submit(canary_packet(business)).problems[0].text.startswith("was erased on")
        assert [one.state for one in handoff.show("case-1").records] == ["kept"]


def test_what_retention_left_at_a_vendor_can_be_forgotten_later(business):
    with business.start() as handoff:
        closed(business, handoff)
        business.clock.advance(401 * DAY)
        handoff.prune()
        assert handoff.forget("case-1").remote == 1
        handoff.sync()
        assert business.desk().active("ho-acme.case-1") == []


def test_a_dropped_delivery_whose_answer_was_lost_is_not_erased_there_by_retention(business):
    with business.start() as handoff:
        business.desk().lag = 9.0
        business.desk().faults = ["apply_then_drop", "auth"]
        closed(business, handoff)
        assert handoff.drop("case-1") == 1
        business.clock.advance(401 * DAY)
        assert [line.keeps for line in handoff.prune().packets] == [None]
        handoff.sync()
        assert len(business.desk().active("ho-acme.case-1")) == 1
        assert "erase" not in business.desk().requests
        handoff.forget("case-1")
        handoff.sync()
        assert business.desk().active("ho-acme.case-1") == []


def test_what_is_open_or_waits_for_a_person_is_left_alone(business):
    with business.start() as handoff:
        handoff.submit(canary_packet(business, id="open"))
        handoff.sync()
        business.desk().faults = ["refuse"]
        handoff.submit(canary_packet(business, id="dead", state=DONE))
        handoff.sync()
        business.clock.advance(401 * DAY)
        [line] = handoff.prune().packets
        assert line.id == "dead"
        assert "waits for a person" in (line.keeps or "")
        assert {one.id: one.erased_at for one in handoff.status()} == {"open": None, "dead": None}


def test_a_draft_that_nobody_handed_off_goes_with_the_packets(business):
    with business.start() as handoff:
        handoff.live("case-9", summary=CANARY)
        business.clock.advance(399 * DAY)
        handoff.live("case-10", summary="young")
        business.clock.advance(2 * DAY)
        assert [(line.id, line.what) for line in handoff.prune().packets] == [("case-9", "draft")]
        assert canaries_in(business) == []
        assert handoff.live("case-10").fields() == {"summary": "young"}


def test_a_draft_that_is_still_spoken_in_stays(business):
    with business.start() as handoff:
        live = handoff.live("case-9", summary="A long conversation")
        business.clock.advance(399 * DAY)
        live.turn("customer", "Are you still there?")
        business.clock.advance(2 * DAY)
        assert handoff.prune().packets == ()
        assert live.fields()["transcript"][0]["text"] == "Are you still there?"


def test_a_draft_to_which_anything_is_added_stays(business):
    with business.start() as handoff:
        live = handoff.live("case-9", summary="A long conversation")
        business.clock.advance(399 * DAY)
        live.fact("order", "J-3391", source="Job list")
        business.clock.advance(2 * DAY)
        assert handoff.prune().packets == ()
        assert live.fields()["facts"][0]["value"] == "J-3391"


def test_a_draft_that_was_resumed_stays(business):
    with business.start() as handoff:
        handoff.live("case-9", summary="A long conversation")
        business.clock.advance(399 * DAY)
        handoff.live("case-9")
        business.clock.advance(2 * DAY)
        assert handoff.prune().packets == ()


def test_a_word_that_comes_while_retention_runs_keeps_its_draft(business, monkeypatch):
    listed = erasures.abandoned_drafts
    with business.start() as handoff:
        live = handoff.live("case-9", summary="A long conversation")
        business.clock.advance(401 * DAY)

        def list_then_speak(tx, name, before, draft_id=None):
            found = listed(tx, name, before, draft_id)
            if draft_id is None:
                live.turn("customer", "Hello?")
            return found

        monkeypatch.setattr(erasures, "abandoned_drafts", list_then_speak)
        assert handoff.prune().packets == ()
        assert live.fields()["transcript"][0]["text"] == "Hello?"


def test_many_old_packets_go_in_several_transactions(business):
    with business.start() as handoff:
        for number in range(60):
            handoff.submit(canary_packet(business, id=f"case-{number}", state=DONE))
        handoff.sync()
        business.clock.advance(401 * DAY)
        assert len(handoff.prune().packets) == 60
        assert canaries_in(business) == []


def test_without_retention_nothing_is_pruned(make_business):
    business = make_business()
    with business.start() as handoff:
        closed(business, handoff)
        business.clock.advance(4000 * DAY)
        assert handoff.prune().packets == ()


# ---- the inbox's files


@pytest.mark.parametrize("age", [0, 120])
def test_news_that_nobody_has_taken_yet_keeps_its_packet_and_its_file(business, age):
    with business.start() as handoff:
        closed(business, handoff)
        business.clock.advance(500 * DAY)
        drop(business, canary_packet(business, summary="Maria calls again"), "reopened.json")
        waiting = business.folder / "inbox/reopened.json"
        os.utime(waiting, (business.clock.now() - age,) * 2)
        for plan in (True, False):
            [line] = handoff.prune(plan=plan).packets
            assert "handoff sync" in (line.keeps or "")
        assert waiting.exists()
        assert handoff.sync().refused == 0
        assert handoff.show("case-1").packet["summary"] == "Maria calls again"


def test_news_of_an_erased_packet_is_left_for_the_next_sync_to_refuse(business):
    with business.start() as handoff:
        closed(business, handoff)
        business.clock.advance(401 * DAY)
        handoff.prune()
        drop(business, canary_packet(business), "late.json")
        handoff.prune()
        assert (business.folder / "inbox/late.json").exists()
        assert handoff.sync().refused == 1
        assert canaries_in(business) == []


def test_a_packet_that_is_opened_again_while_retention_runs_keeps_its_files(business, monkeypatch):
    listed = erasures.closed_before
    with business.start() as handoff:
        closed(business, handoff)
        business.clock.advance(401 * DAY)

        def list_then_open(tx, name, before, packet_id=None, **more):
            found = listed(tx, name, before, packet_id, **more)
            if packet_id is None and not more:
                handoff.submit(canary_packet(business, goal="again"))
            return found

        monkeypatch.setattr(erasures, "closed_before", list_then_open)
        assert handoff.prune().packets == ()
        assert (business.folder / "inbox/taken/one.json").exists()


def test_the_files_of_a_forgotten_packet_go_and_those_of_others_stay(business):
    inbox = business.folder / "inbox"
    inbox.mkdir()
    lines = [canary_packet(business).to_json(), business.packet(id="case-2").to_json()]
    (inbox / "monday.jsonl").write_text("\n".join(lines) + "\n")
    with business.start() as handoff:
        handoff.sync()
        drop(business, canary_packet(business), "again.json")
        (inbox / "bad.json").write_text(json.dumps({"id": "case-1", "summary": CANARY}))
        handoff.sync()
        result = handoff.forget("case-1")
        assert result.packets[0].files == ("taken/again.json", "taken/monday.jsonl", "refused/bad.json")
        assert canaries_in(business) == []
        assert "case-2" in (inbox / "taken/monday.jsonl").read_text()
        handoff.sync()
        assert handoff.status("case-2")[0].erased_at is None


def test_a_customers_refused_packets_are_found_in_the_inbox_too(business):
    inbox = business.folder / "inbox"
    inbox.mkdir()
    (inbox / "bad.json").write_text(json.dumps({"id": "x-1", "customer": {"email": "maria@quetzal.example"}}))
    (inbox / "worse.json").write_text(json.dumps({"customer": {"email": "maria@quetzal.example"}}))
    with business.start() as handoff:
        handoff.sync()
        assert canaries_in(business) == ["inbox/refused/bad.json", "inbox/refused/worse.json"]
        result = handoff.forget(customer="maria@quetzal.example")
        assert {line.id: line.what for line in result.packets} == {"x-1": "erase", "": "file"}
        assert canaries_in(business) == []
        assert handoff.submit(canary_packet(business, id="x-1")).status == "refused"


def test_a_late_packet_in_the_inbox_is_refused_and_its_words_are_not_kept(business):
    with business.start() as handoff:
        handoff.submit(canary_packet(business))
        handoff.sync()
        handoff.forget("case-1")
        drop(business, canary_packet(business), "late.json")
        assert handoff.sync().refused == 1
        assert canaries_in(business) == []
        told = json.loads((business.folder / "inbox/refused/late.json.problems.json").read_text())
        assert told["problems"][0]["text"].startswith("was erased on")
