"""The receipt carries what can be said to the customer, and the records say that it was only proposed."""

from __future__ import annotations

import pytest

from handoff_core.ledger import packets
from tests.delivery.test_earlier import view_of

LANE = '[lanes.support]\nprepare = "2m"\n'


def untold(business, packet_id="case-1", **changes):
    return business.packet(id=packet_id, announcement=None, opening_line=None, **changes)


def prepared(business):
    toml = business.folder / "handoff.toml"
    toml.write_text(toml.read_text() + LANE)
    return business.start()


def test_the_receipt_has_announcement_opening_line_and_window(business):
    receipt = prepared(business).submit(untold(business))
    assert receipt.announcement["text"].startswith("I am handing this over to a person at Acme Plumbing, Dana Fields.")
    assert receipt.opening_line.startswith("Hello Maria Lindqvist, I have your case in front of me: Error code E4")
    assert receipt.connect_after == receipt.announcement["connect_after"] == "2027-01-15T08:02:00Z"


def test_what_the_packet_says_itself_stands(business):
    receipt = prepared(business).submit(business.packet())
    assert (receipt.announcement, receipt.opening_line, receipt.connect_after) == (None, None, None)


def test_a_receipt_that_was_lost_comes_again_as_it_was(business):
    handoff = prepared(business)
    first = handoff.submit(untold(business))
    business.clock.advance(100)
    again = handoff.submit(untold(business))
    assert again.status == "unchanged"
    assert (again.announcement, again.opening_line) == (first.announcement, first.opening_line)


def test_a_later_revision_keeps_what_may_have_been_said(business):
    handoff = prepared(business)
    first = handoff.submit(untold(business))
    business.clock.advance(100)
    later = handoff.submit(untold(business, summary="Maria called again."))
    assert later.announcement == first.announcement
    told = handoff.submit(business.packet(summary="Maria was told."))
    assert told.announcement is None
    assert handoff.show("case-1").announcement is None


def test_the_record_says_that_it_was_proposed_and_no_more(business):
    handoff = prepared(business)
    handoff.submit(untold(business))
    offered = view_of(handoff, "case-1").offered
    assert offered.text == handoff.show("case-1").announcement["text"]
    assert offered.connect_after == business.clock.now() + 120


def test_a_held_packet_names_nobody(make_business):
    business = make_business(gate="hold")
    bare = untold(business, definition_of_done=None, facts=None, attempts=None, escalation={"reason": "other"})
    receipt = business.start().submit(bare)
    assert receipt.held
    assert (receipt.announcement["pending"], receipt.announcement["owner"]) == ("held", None)


def test_a_draft_that_waits_for_approval_says_so(business):
    receipt = business.start().submit(untold(business, lane="outbound_reply"))
    assert receipt.announcement["pending"] == "approval"


def test_nobody_is_named_when_no_rule_matched(business):
    assert business.start().submit(untold(business, lane="sales")).announcement["owner"] is None


def answered(handoff, business, count):
    for number in range(count):
        handoff.submit(untold(business, f"old-{number}", state={"status": "new"}))
        business.clock.advance(300)
        handoff.submit(untold(business, f"old-{number}", state={"status": "in_progress"}))
        business.clock.advance(86_400 - 300)


@pytest.mark.parametrize(("count", "known"), [(7, False), (8, True)])
def test_the_wait_comes_from_how_long_it_took_until_somebody_was_at_it(business, count, known):
    handoff = business.start()
    answered(handoff, business, count)
    wait = handoff.submit(untold(business)).announcement["wait"]
    assert (wait is not None) is known
    if known:
        assert wait == {"from_seconds": 300.0, "to_seconds": 300.0, "answers": 8, "basis": "lane and hour"}


def test_only_the_first_sign_of_a_person_counts(business):
    handoff = business.start()
    answered(handoff, business, 1)
    with handoff.ledger.write() as tx:
        packets.was_answered(tx, "acme", "old-0", at=business.clock.now())
        first = tx.exec_driver_sql("SELECT answered_at - received_at FROM packets").scalar()
    handoff.submit(untold(business, "old-0", state={"status": "done"}))
    with handoff.ledger.read() as tx:
        assert tx.exec_driver_sql("SELECT answered_at - received_at FROM packets").scalar() == first == 300.0


def test_an_acknowledgement_is_a_sign_of_a_person(business):
    handoff = business.start()
    handoff.submit(untold(business))
    business.clock.advance(120)
    handoff.acknowledge("case-1")
    with handoff.ledger.read() as tx:
        assert tx.exec_driver_sql("SELECT answered_at - received_at FROM packets").scalar() == 120.0
    assert handoff.show("case-1").announcement is not None


def test_what_changed_since_readers_were_told_is_shown_and_logged_without_words(business):
    handoff = business.start()
    handoff.submit(untold(business, commitments=None))
    handoff.sync()
    handoff.submit(
        untold(business, commitments=None, goal="A dry cellar", urgency={"level": "low"}, told_customer=["One", "Two"])
    )
    [since] = handoff.show("case-1").changes
    assert (since.destination, since.revision) == ("desk", 1)
    assert "goal: Hot water again today → A dry cellar" in since.changes
    assert "urgency.level: high → low" in since.changes
    assert "told_customer: 2 new, 1 taken out" in since.changes
    text = handoff.log("case-1")[-1].text
    assert "changed: goal: changed, " in text
    assert "urgency.level: high → low" in text
    assert "cellar" not in text
