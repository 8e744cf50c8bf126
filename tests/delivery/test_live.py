"""A live draft from the first turn to the last revision."""

from __future__ import annotations

import pytest

from handoff_core.errors import PacketInvalid
from handoff_core.ledger import drafts

WHOLE = {
    "summary": "Maria has no hot water.",
    "next_action": {"text": "Call Maria back"},
    "escalation": {"reason": "low_confidence", "text": "Not sure which boiler it is"},
}


def test_nothing_is_delivered_before_the_hand_off(business):
    handoff = business.start()
    live = handoff.live("case-1", lane="support")
    assert live.turn("customer", "It still doesn't work.").receipt is None
    handoff.sync()
    assert business.desk().records == []


def test_hand_off_makes_revision_one_with_every_turn(business):
    handoff = business.start()
    live = handoff.live("case-1", lane="support")
    live.turn("customer", "It still doesn't work.")
    live.update(summary=WHOLE["summary"], next_action=WHOLE["next_action"])
    receipt = live.hand_off(escalation=WHOLE["escalation"])
    assert (receipt.status, receipt.revision) == ("accepted", 1)
    assert [turn["text"] for turn in handoff.show("case-1").packet["transcript"]] == ["It still doesn't work."]


def test_hand_off_names_all_that_is_missing_and_keeps_the_draft(business):
    live = business.start().live("case-1", lane="support")
    live.turn("customer", "Hello?")
    with pytest.raises(PacketInvalid) as caught:
        live.hand_off()
    assert {problem.path for problem in caught.value.problems} == {"summary", "next_action", "escalation"}
    assert live.hand_off(**WHOLE).status == "accepted"


def test_each_turn_after_the_hand_off_is_a_revision_and_they_are_coalesced(business):
    handoff = business.start()
    live = handoff.live("case-1", lane="support")
    live.hand_off(**WHOLE)
    handoff.sync()
    receipts = [live.turn("customer", f"Are you there? {number}").receipt for number in range(5)]
    assert [receipt.revision for receipt in receipts] == [2, 3, 4, 5, 6]
    business.clock.advance(10)
    live.update(summary="Maria is waiting on the line.")
    handoff.sync()
    assert business.desk().records[0].updates == 1


def test_another_process_resumes_a_draft_by_its_id(business):
    business.start().live("case-1", lane="support").turn("customer", "First")
    other = business.start().live("case-1", lane="sales")
    other.turn("ai", "Second")
    assert other.fields()["lane"] == "support"
    assert [turn["text"] for turn in other.fields()["transcript"]] == ["First", "Second"]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"speaker": "nobody", "text": "x"}, "transcript.speaker"),
        ({"speaker": "ai", "text": "a\x00b"}, "transcript.text"),
    ],
)
def test_a_turn_that_can_never_be_delivered_is_refused_at_once(business, values, path):
    live = business.start().live("case-1", lane="support")
    with pytest.raises(PacketInvalid) as caught:
        live.turn(**values)
    assert caught.value.problems[0].path == path
    assert "transcript" not in live.fields()


def test_a_field_that_the_packet_does_not_have_is_refused_at_the_hand_off(business):
    live = business.start().live("case-1", lane="support")
    with pytest.raises(PacketInvalid) as caught:
        live.hand_off(**WHOLE, sumary="typo")
    assert "summary" in caught.value.problems[0].fix


def test_each_turn_gets_a_verdict_with_its_reasons(business):
    live = business.start().live("case-1", lane="support")
    assert not live.turn("customer", "My heating is off.").is_due
    verdict = live.turn("customer", "Can I speak to a person?")
    assert (verdict.verdict, verdict.turn) == ("now", 1)
    assert "asks for a person" in verdict.text


def test_turns_of_other_workers_count_and_each_is_read_once(business, monkeypatch):
    one, other = (business.start().live("case-1", lane="support") for _ in range(2))
    one.turn("customer", "Can I speak to a person?")
    assert other.turn("ai", "What is it about?").is_due
    read = []
    turns_after = drafts.turns_after
    monkeypatch.setattr(drafts, "turns_after", lambda *words: read.append(turns_after(*words)) or read[-1])
    for number in range(5):
        assert other.turn("customer", f"My bill number {number}").turn == 2 + number
    assert [len(turns) for turns in read] == [1] * 5
    assert one.turn("ai", "Which one?").turn == 7


def test_a_draft_is_judged_by_what_it_holds(business):
    live = business.start().live("case-1", lane="support")
    live.update(confidence=0.1)
    assert live.turn("customer", "Is my boiler still under warranty?").reasons[0].signal == "low_confidence"


def test_a_draft_that_began_with_a_transcript_is_judged_from_its_beginning(business):
    live = business.start().live("case-1", transcript=[{"speaker": "customer", "text": "Can I speak to a person?"}])
    assert live.turn("ai", "What is it about?").is_due


def test_once_handed_off_a_person_is_not_due_again_and_once_acknowledged_nobody_is_waited_for(business):
    handoff = business.start()
    live = handoff.live("case-1", lane="support")
    assert live.turn("customer", "Can I speak to a person?").is_due
    live.hand_off(**WHOLE)
    waiting = [live.turn("customer", f"Where is the person? {number}") for number in range(4)]
    assert [(one.is_due, one.text) for one in waiting] == [(False, "not_yet: handed off, waiting for a person.")] * 4
    other = business.start().live("case-1", lane="support")
    assert not other.turn("customer", "I want a human now!").is_due
    handoff.acknowledge("case-1")
    assert live.turn("customer", "Thanks.").text == "not_yet: a person has taken over."


def test_a_hand_off_that_is_refused_says_what_to_do_and_leaves_a_draft(business):
    handoff = business.start()
    handoff.live("case-1", lane="support").hand_off(**WHOLE)
    live = handoff.live("CASE-1", lane="support")
    with pytest.raises(PacketInvalid, match="differs only in case from the packet case-1") as caught:
        live.hand_off(**WHOLE)
    assert "another id" in caught.value.problems[0].fix
    assert live.turn("customer", "Hello?").receipt is None
