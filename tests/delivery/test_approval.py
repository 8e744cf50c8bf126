"""The draft of an outbound reply waits for its approver, and nobody but a person ever sends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from handoff_core.client import Handoff
from handoff_core.connector import ApprovalState
from handoff_core.delivery.approval import read_approval
from handoff_core.ledger import claims, packets, queries
from handoff_core.packet import Packet
from handoff_core.receipt import Receipt
from handoff_core.views import ApprovalStatus

DETAILS = {"account": "Lindqvist", "draft": "Dear Maria, we offer five percent.", "approval_by": "Dana Fields"}


def reply(**changes: Any) -> Packet:
    """An outbound reply that Sam owns and Dana approves."""
    from handoff_core.testing.factories import make_packet

    details = DETAILS | changes.pop("details", {})
    values = {"id": "reply-1", "made_at": None, "revision": None, "owner": {"id": "sam"}, "decisions_needed": None}
    details = {name: value for name, value in details.items() if value is not None}
    return make_packet(**{"lane": "outbound_reply", **values, "details": details, **changes})


def approval(handoff: Handoff, packet_id: str = "reply-1") -> ApprovalStatus:
    [one] = handoff.status(packet_id)
    assert one.approval is not None
    return one.approval


def decide(handoff: Handoff, by: str = "dana", **word: Any) -> Receipt:
    """What ``by`` says of the newest draft, having read it in the ledger."""
    return handoff.approve("reply-1", by=by, draft=approval(handoff).draft, **word)


def problem(receipt: Receipt) -> tuple[str, str, str]:
    assert receipt.status == "refused"
    [one] = receipt.problems
    return one.path, one.text, one.fix


@pytest.fixture
def handoff(business: Any) -> Handoff:
    started: Handoff = business.start()
    return started


def test_a_draft_waits_for_the_approver_whom_the_packet_names(handoff: Handoff) -> None:
    receipt = handoff.submit(reply())
    assert receipt.owner is not None
    assert receipt.owner.id == "sam"
    [one] = handoff.status()
    assert one.approval == approval(handoff)
    assert (one.approval.state, one.approval.approver_id, one.approval.final_owner_id) == ("waiting", "dana", "sam")
    assert one.needs_person
    assert one.to_object()["approval"]["approver_name"] == "Dana Fields"


@pytest.mark.parametrize(
    ("named", "approver"),
    [
        ("Dana Fields", "dana"),
        ("dana", "dana"),
        ("DANA", "dana"),
        (" dana   fields ", "dana"),
        ("Sam Ortiz", "sam"),
        ("Kim of accounting", "sam"),
        (None, "sam"),
    ],
)
def test_the_approver_is_whom_the_packet_names_else_its_owner(handoff: Handoff, named: str, approver: str) -> None:
    handoff.submit(reply(details={"approval_by": named}))
    assert approval(handoff).approver_id == approver


def test_without_a_name_and_an_owner_the_fallback_owner_is_asked(handoff: Handoff) -> None:
    handoff.submit(reply(owner=None, details={"approval_by": None}))
    assert approval(handoff).approver_id == "dana"


def test_an_approval_names_who_gave_it_and_when_and_is_kept_by_a_revision_that_changes_something_else(
    business: Any, handoff: Handoff
) -> None:
    handoff.submit(reply())
    handoff.sync()
    receipt = decide(handoff, note="Go ahead")
    assert (receipt.status, receipt.revision) == ("accepted", 2)
    now = business.clock.now()
    said = approval(handoff)
    assert (said.state, said.by_id, said.by_name, said.note) == ("approved", "dana", "Dana Fields", "Go ahead")
    assert said.at == pytest.approx(now, abs=60)
    assert not handoff.status("reply-1")[0].needs_person
    handoff.submit(reply(summary="The same reply, told in other words."))
    assert approval(handoff) == said
    assert handoff.show("reply-1").to_object()["approval"]["state"] == "approved"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "change",
    [
        {"details": {"draft": "Dear Maria, we offer fifty percent."}},
        {"details": {"account": "Another firm"}},
        {"customer": {"name": "Maria Lindqvist", "email": "somebody.else@lindqvist.example"}},
        {"customer": None},
    ],
)
@pytest.mark.parametrize("reject", [False, True])
def test_another_draft_or_recipient_waits_anew(handoff: Handoff, change: dict[str, Any], reject: bool) -> None:
    handoff.submit(reply())
    decide(handoff, reject=reject, note="so")
    handoff.submit(reply(**change))
    waits = approval(handoff)
    assert (waits.state, waits.by_id, waits.at, waits.note) == ("waiting", None, None, None)
    # Back to the first draft is no way around it either: only the last word counts.
    handoff.submit(reply())
    assert approval(handoff).state == "waiting"


def test_a_rejection_says_why_and_can_be_read_back(handoff: Handoff) -> None:
    handoff.submit(reply())
    assert problem(handoff.approve("reply-1", by="dana", reject=True))[0] == "note"
    decide(handoff, reject=True, note="Five percent is too much")
    said = approval(handoff)
    assert (said.state, said.by_name, said.note) == ("rejected", "Dana Fields", "Five percent is too much")
    assert not handoff.status("reply-1")[0].needs_person


def test_the_approver_may_think_again(handoff: Handoff) -> None:
    handoff.submit(reply())
    decide(handoff)
    decide(handoff, reject=True, note="Wait for the new prices")
    assert approval(handoff).state == "rejected"
    decide(handoff, note="Prices are in")
    assert (approval(handoff).state, approval(handoff).note) == ("approved", "Prices are in")


@pytest.mark.parametrize("reject", [False, True])
def test_the_same_word_twice_is_harmless(handoff: Handoff, reject: bool) -> None:
    handoff.submit(reply())
    first = decide(handoff, reject=reject, note="so")
    again = decide(handoff, reject=reject, note="so")
    assert (first.status, again.status) == ("accepted", "unchanged")
    assert first.revision == again.revision == handoff.status("reply-1")[0].revision


def test_only_the_approver_may_approve(handoff: Handoff) -> None:
    handoff.submit(reply(details={"approval_by": "sam"}))
    path, text, fix = problem(handoff.approve("reply-1", by="dana"))
    assert path == "by"
    assert "Dana Fields is not the approver; Sam Ortiz is" in text
    assert "--by sam" in fix
    path, text, fix = problem(handoff.approve("reply-1", by="kim"))
    assert (path, text, fix) == ("by", "kim is no configured owner", "name one of dana, sam")
    assert approval(handoff).state == "waiting"


def test_another_approver_who_is_named_later_is_asked_but_does_not_lift_a_rejection(handoff: Handoff) -> None:
    handoff.submit(reply())
    decide(handoff)
    handoff.submit(reply(details={"approval_by": "sam"}))
    assert (approval(handoff).state, approval(handoff).approver_id) == ("waiting", "sam")
    decide(handoff, by="sam", reject=True, note="no")
    handoff.submit(reply(details={"approval_by": "dana"}))
    assert (approval(handoff).state, approval(handoff).by_id) == ("rejected", "sam")


@pytest.mark.parametrize("between", [{}, {"privacy": {"consent": {"contact": "denied"}}}])
def test_a_rejection_cannot_be_shopped_around(handoff: Handoff, between: dict[str, Any]) -> None:
    handoff.submit(reply())
    decide(handoff, reject=True, note="Five percent is too much")
    handoff.submit(reply(**between))
    handoff.submit(reply(details={"approval_by": "sam"}))
    for reject in (False, True):
        path, text, fix = problem(decide(handoff, by="sam", reject=reject, note="so"))
        assert path == "by"
        assert "Sam Ortiz cannot lift the rejection of this draft; Dana Fields can" in text
        assert "--by dana" in fix
        assert "new draft" in fix
    assert (approval(handoff).state, approval(handoff).by_id) == ("rejected", "dana")
    assert decide(handoff, by="dana").status == "accepted"
    assert approval(handoff).by_id == "dana"


def test_a_new_draft_lifts_a_rejection_for_the_approver_who_is_named_then(handoff: Handoff) -> None:
    handoff.submit(reply())
    decide(handoff, reject=True, note="Five percent is too much")
    handoff.submit(reply(details={"draft": "Dear Maria, we offer two percent.", "approval_by": "sam"}))
    assert decide(handoff, by="sam").status == "accepted"


def test_a_change_of_owner_keeps_the_approval(handoff: Handoff) -> None:
    handoff.submit(reply(details={"approval_by": None}))
    decide(handoff, by="sam")
    handoff.submit(reply(owner={"id": "dana"}, details={"approval_by": None}))
    assert (approval(handoff).state, approval(handoff).by_id) == ("approved", "sam")


def test_what_was_read_can_be_named_so_that_nothing_else_is_approved(handoff: Handoff) -> None:
    handoff.submit(reply())
    read = approval(handoff).draft
    handoff.submit(reply(details={"draft": "Dear Maria, we offer fifty percent."}))
    path, text, _ = problem(handoff.approve("reply-1", by="dana", draft=read))
    assert path == "draft"
    assert approval(handoff).draft in text
    assert problem(handoff.approve("reply-1", by="dana", draft=""))[0] == "draft"
    assert handoff.approve("reply-1", by="dana", draft=approval(handoff).draft).status == "accepted"


def test_without_a_code_only_the_draft_that_every_record_shows_is_approved(handoff: Handoff) -> None:
    handoff.submit(reply())
    path, text, fix = problem(handoff.approve("reply-1", by="dana"))
    assert path == "draft"
    assert "desk" in text
    assert f"handoff approve reply-1 --by dana --draft {approval(handoff).draft}" in fix
    handoff.sync()
    shown = approval(handoff).draft
    handoff.submit(reply(details={"draft": "Dear Maria, we offer fifty percent."}))
    for reject in (False, True):
        path, text, _ = problem(handoff.approve("reply-1", by="dana", reject=reject, note="so"))
        assert (path, shown in text, approval(handoff).draft in text) == ("draft", False, True)
    assert approval(handoff).state == "waiting"
    handoff.sync()
    assert handoff.approve("reply-1", by="dana").status == "accepted"


def test_a_draft_that_is_shown_may_be_approved_while_news_of_something_else_is_on_its_way(handoff: Handoff) -> None:
    handoff.submit(reply())
    handoff.sync()
    handoff.submit(reply(summary="The same reply, told in other words."))
    assert handoff.approve("reply-1", by="dana").status == "accepted"
    assert handoff.approve("reply-1", by="dana", reject=True, note="Wait").status == "accepted"


def test_a_record_that_nobody_wants_need_not_show_the_draft(business: Any, handoff: Handoff) -> None:
    business.desk().faults = ["refuse"]
    handoff.submit(reply())
    handoff.sync()
    assert problem(handoff.approve("reply-1", by="dana"))[0] == "draft"
    handoff.drop("reply-1")
    assert handoff.approve("reply-1", by="dana").status == "accepted"


@pytest.mark.parametrize(("level", "priority"), [("critical", 0), ("normal", 1)])
def test_an_approval_before_the_first_delivery_leaves_its_turn_as_it_was(
    handoff: Handoff, level: str, priority: int
) -> None:
    handoff.submit(reply(urgency={"level": level, "reason": "The line is down", "deadline": None}))
    assert priorities(handoff) == {priority}
    decide(handoff)
    assert priorities(handoff) == {priority}


@pytest.mark.parametrize(("level", "priority"), [("critical", 0), ("normal", 1)])
def test_a_release_before_the_first_delivery_leaves_its_turn_as_it_was(
    make_business: Callable[..., Any], level: str, priority: int
) -> None:
    handoff = make_business(gate="hold").start()
    urgency = {"level": level, "reason": "The line is down", "deadline": None}
    handoff.submit(reply(customer=None, nature="sensitive", risk=None, urgency=urgency))
    assert handoff.status("reply-1")[0].held
    handoff.release("reply-1")
    assert priorities(handoff) == {priority}


def priorities(handoff: Handoff) -> set[int]:
    with handoff.ledger.read() as tx:
        return {row["priority"] for row in queries.delivery_rows(tx, "acme", "reply-1")}


@pytest.mark.parametrize(
    ("packet", "path", "says"),
    [
        (None, "id", "not in the ledger"),
        ({"lane": "support", "details": None}, "lane", "only an outbound_reply"),
        ({"details": {"draft": None}}, "details.draft", "nothing to approve"),
        ({"details": {"draft": "  \n "}}, "details.draft", "nothing to approve"),
        ({"state": {"status": "done"}}, "state.status", "is done"),
        ({"privacy": {"consent": {"contact": "denied"}}}, "privacy.consent.contact", "denied"),
    ],
)
def test_what_cannot_be_approved_says_why_and_what_to_do(
    handoff: Handoff, packet: dict[str, Any] | None, path: str, says: str
) -> None:
    if packet is not None:
        if packet.get("details", {}) is None:
            handoff.submit(Packet.from_object(reply().to_object() | {"lane": "support", "details": {}}))
        else:
            handoff.submit(reply(**packet))
    for reject in (False, True):
        found = problem(handoff.approve("reply-1", by="dana", reject=reject, note="so"))
        assert found[0] == path
        assert says in found[1]
        assert found[2]


def test_an_erased_packet_cannot_be_approved_and_keeps_no_note(handoff: Handoff) -> None:
    handoff.submit(reply())
    decide(handoff, note="Maria prefers letters")
    handoff.forget("reply-1")
    path, text, _ = problem(handoff.approve("reply-1", by="dana"))
    assert (path, text.startswith("was erased on")) == ("id", True)
    assert handoff.status("reply-1")[0].approval is None
    with handoff.ledger.read() as tx:
        kept = tx.exec_driver_sql("SELECT approval FROM revisions").all()
    assert kept == [(None,), (None,)]


def test_a_note_goes_with_the_revision_that_it_belongs_to(handoff: Handoff) -> None:
    handoff.submit(reply())
    decide(handoff, note="Maria prefers letters")
    handoff.submit(reply(details={"draft": "Dear Maria, we offer one percent."}))
    handoff.sync()
    handoff.submit(reply(details={"draft": "Dear Maria, we offer two percent."}))
    with handoff.ledger.read() as tx:
        assert "letters" not in str(tx.exec_driver_sql("SELECT approval FROM revisions").all())


def test_denied_consent_takes_an_approval_back_for_good(handoff: Handoff) -> None:
    handoff.submit(reply())
    decide(handoff)
    handoff.submit(reply(privacy={"consent": {"contact": "denied"}}))
    assert approval(handoff).state == "forbidden"
    handoff.submit(reply(privacy={"consent": {"contact": "granted"}}))
    assert approval(handoff).state == "waiting"


def test_a_held_draft_is_asked_for_only_once_it_is_released(make_business: Callable[..., Any]) -> None:
    business = make_business(gate="hold")
    handoff = business.start()
    handoff.submit(reply(customer=None, nature="sensitive", risk=None))
    assert handoff.status("reply-1")[0].held
    path, _, fix = problem(handoff.approve("reply-1", by="dana"))
    assert (path, "handoff release reply-1" in fix) == ("id", True)
    with handoff.ledger.read() as tx:
        stored = read_approval(packets.approval_of(tx, "acme", "reply-1", 1))
    assert stored is not None
    assert stored.on_hold
    handoff.release("reply-1")
    assert decide(handoff).status == "accepted"


def test_the_fallback_owner_is_asked_when_the_approver_has_left_the_configuration(business: Any) -> None:
    handoff = business.start()
    handoff.submit(reply(details={"approval_by": "sam"}))
    path = business.folder / "handoff.toml"
    path.write_text(path.read_text().replace("[owners.sam]", "[owners.lee]"))
    later = business.start()
    assert approval(later).approver_id == "dana"
    assert decide(later).status == "accepted"


def test_an_approval_wakes_the_records_at_once_and_stands_in_the_trail(business: Any, handoff: Handoff) -> None:
    handoff.submit(reply())
    handoff.sync()
    assert handoff.waiting() == 0
    decide(handoff, note="Maria's number is 555 0142")
    with handoff.ledger.write() as tx:
        claim = claims.claim(tx, "acme", "desk", now=handoff.ledger.now(), lease=60)
    assert claim is not None
    [line] = [one for one in handoff.log("reply-1") if one.what == "approve"]
    assert (line.outcome, line.text) == ("approved", f"by dana, draft {approval(handoff).draft}")
    assert "555" not in str(handoff.log("reply-1"))


def test_an_older_revision_changes_no_approval(handoff: Handoff) -> None:
    handoff.submit(reply(revision=5))
    decide(handoff)
    assert handoff.submit(reply(revision=4, details={"draft": "Old"})).status == "stale"
    assert handoff.submit(reply(revision=5)).status == "unchanged"
    assert approval(handoff).state == "approved"


def test_the_findings_know_that_it_was_approved(handoff: Handoff) -> None:
    told = {"details": {"draft": "Dear Maria, you are all set."}, "completed": ["The draft is approved"]}
    codes = {one.code for one in handoff.submit(reply(**told)).findings}
    assert {"HO902", "HO905"} <= codes
    approved = {one.code for one in decide(handoff).findings}
    assert not {"HO902", "HO905"} & approved
    later = {one.code for one in handoff.submit(reply(**told, summary="Told in other words.")).findings}
    assert not {"HO902", "HO905"} & later
    rejected = {one.code for one in decide(handoff, reject=True, note="no").findings}
    assert {"HO902", "HO905"} <= rejected


def test_two_approvals_at_once_are_one(handoff: Handoff) -> None:
    import threading

    handoff.submit(reply())
    receipts: list[Receipt] = []
    threads = [threading.Thread(target=lambda: receipts.append(decide(handoff))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(receipt.status for receipt in receipts) == ["accepted", "unchanged", "unchanged", "unchanged"]


def test_every_state_of_an_approval_can_be_kept(handoff: Handoff) -> None:
    handoff.submit(reply())
    with handoff.ledger.read() as tx:
        stored = read_approval(packets.approval_of(tx, "acme", "reply-1", 1))
    assert stored is not None
    for state in ApprovalState:
        said = stored.said(state, "dana", "why", at=1.0)
        assert read_approval(said.to_text()) == said
