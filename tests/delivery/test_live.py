"""A live draft from the first turn to the last revision."""

from __future__ import annotations

import pytest

from handoff_core.errors import PacketInvalid

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
