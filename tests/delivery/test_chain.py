"""Nobody acknowledges: the next owner is asked, and at last the fallback. Somebody does: nobody else is asked."""

from __future__ import annotations

import pytest

from handoff_core.delivery.acknowledge import taken_remotely
from handoff_core.ledger import names
from tests.delivery.asking import FRIDAY, HOUR, MINUTE, asked, asks, moves


@pytest.fixture
def handed(business):
    """A packet that Omar was asked about and that has its record."""
    handoff = asks(business).start()
    handoff.submit(business.packet())
    handoff.sync()
    return handoff


def shown_owner(business, key="ho-acme.case-1"):
    [record] = business.desk().active(key)
    return record.body["owner"]


def notes(business):
    return [record.body["note"] for record in business.desk().records if "note" in record.body]


def test_the_owner_has_the_time_that_his_rule_gives_him(business, handed):
    began = handed.status("case-1")[0]
    assert asked(handed) == ("omar", FRIDAY + 15 * MINUTE)
    assert began.next_owners == ("kim", "team", "dana")
    assert not began.overdue
    business.clock.advance(15 * MINUTE - 30)
    assert handed.sync().escalated == 0
    assert asked(handed)[0] == "omar"


def test_who_does_not_acknowledge_is_followed_by_the_next(business, handed):
    business.clock.advance(15 * MINUTE)
    moved_at = business.clock.now()
    result = handed.sync()
    assert (result.escalated, result.unanswered, result.exit) == (1, 0, 0)
    assert asked(handed) == ("kim", moved_at + 15 * MINUTE)
    assert shown_owner(business) == "kim"
    assert notes(business) == ["owner Kim Lee"]
    assert moves(handed) == [
        ("moved on", "owner kim: Omar Reyes did not acknowledge within 15m, so Kim Lee is asked next")
    ]
    assert "Kim Lee is asked next" in handed.show("case-1").owner_why


def test_at_the_end_of_the_chain_the_fallback_has_it_and_a_person_is_called(business, handed):
    results = []
    for _ in range(3):
        business.clock.advance(15 * MINUTE)
        results.append(handed.sync())
    assert [(one.escalated, one.unanswered, one.exit) for one in results] == [(1, 0, 0), (1, 0, 0), (1, 1, 1)]
    [line] = handed.status("case-1")
    assert (line.owner_id, line.acknowledge_until, line.overdue, line.needs_person) == ("dana", None, True, True)
    assert shown_owner(business) == "dana"
    assert "nobody is left to ask next" in moves(handed)[-1][1]
    business.clock.advance(24 * HOUR)
    again = handed.sync()
    assert (again.escalated, again.exit) == (0, 0)


def test_a_machine_that_was_off_for_a_day_asks_one_owner_at_a_time(business, handed):
    business.clock.advance(24 * HOUR)
    assert handed.sync().escalated == 1
    assert handed.sync().escalated == 0
    owner, until = asked(handed)
    assert owner == "kim"
    assert until >= business.clock.now() + 14 * MINUTE


def test_steps_that_nobody_could_answer_are_skipped_at_once(business):
    handoff = asks(business, kim='hours = { sat = "09:00-12:00" }').start()
    handoff.submit(business.packet())
    business.clock.advance(15 * MINUTE)
    assert handoff.sync().escalated == 1
    assert asked(handoff)[0] == "team"
    assert "passed over: Kim Lee (off duty until Sat 16 Jan, 09:00 UTC)" in moves(handoff)[0][1]


def test_a_step_that_was_off_duty_is_skipped_at_that_moment_only(business):
    late = 'hours = { fri = "08:20-12:00" }'
    handoff = asks(business, kim=late).start()
    handoff.submit(business.packet())
    owners = [asked(handoff)[0]]
    for _ in range(3):
        business.clock.advance(15 * MINUTE)
        handoff.sync()
        owners.append(asked(handoff)[0])
    assert owners == ["omar", "team", "kim", "dana"]


def test_an_owner_who_was_off_duty_when_the_packet_came_is_asked_when_he_is_there(business):
    handoff = asks(business, omar='hours = { fri = "08:20-12:00" }').start()
    handoff.submit(business.packet())
    assert handoff.status("case-1")[0].next_owners == ("team", "omar", "dana")
    owners = [asked(handoff)[0]]
    for _ in range(3):
        business.clock.advance(15 * MINUTE)
        handoff.sync()
        owners.append(asked(handoff)[0])
    assert owners == ["kim", "team", "omar", "dana"]


def test_an_owner_who_has_left_the_configuration_is_skipped(business, handed):
    path = business.folder / "handoff.toml"
    text = path.read_text()
    path.write_text(text.replace('then = ["kim", "team"]', 'then = ["team"]').replace("[owners.kim]", "[owners.lee]"))
    handoff = business.start()
    business.clock.advance(15 * MINUTE)
    handoff.sync()
    assert asked(handoff)[0] == "team"


def test_who_takes_it_is_the_last_to_be_asked(business, handed):
    business.clock.advance(5 * MINUTE)
    at = business.clock.now()
    receipt = handed.acknowledge("case-1")
    assert (receipt.status, receipt.owner.id) == ("accepted", "omar")
    business.clock.advance(24 * HOUR)
    assert handed.sync().escalated == 0
    [line] = handed.status("case-1")
    assert (line.owner_id, line.acknowledged_by, line.acknowledged_at) == ("omar", "Omar Reyes", at)
    assert (line.overdue, line.acknowledge_until) == (False, None)
    assert line.acknowledged_after == pytest.approx(at - FRIDAY)
    assert moves(handed) == [("taken", "by Omar Reyes")]


def test_another_who_takes_it_owns_it_from_then_on(business, handed):
    receipt = handed.acknowledge("case-1", by="kim")
    assert receipt.owner.id == "kim"
    assert "Kim Lee has taken it" in receipt.owner.why
    handed.sync()
    assert shown_owner(business) == "kim"
    assert notes(business) == ["owner Kim Lee"]


def test_taking_it_twice_changes_nothing_and_somebody_else_may_take_it_over(business, handed):
    handed.acknowledge("case-1")
    log = handed.log("case-1")
    assert handed.acknowledge("case-1").status == "unchanged"
    assert handed.acknowledge("case-1", by="omar").status == "unchanged"
    assert handed.log("case-1") == log
    assert handed.acknowledge("case-1", by="kim").status == "accepted"


def test_what_cannot_be_taken_is_refused_with_the_reason(make_business):
    business = asks(make_business(gate="hold"))
    handoff = business.start()
    handoff.submit(business.packet(next_action={"text": "?"}, escalation={"reason": "other"}, summary="?"))
    assert handoff.status("case-1")[0].held
    handoff.submit(business.packet(id="done", state={"status": "done"}))
    problems = {
        "nothing": handoff.acknowledge("nothing"),
        "held": handoff.acknowledge("case-1"),
        "done": handoff.acknowledge("done"),
        "stranger": handoff.acknowledge("done", by="stranger"),
    }
    assert {one.status for one in problems.values()} == {"refused"}
    assert {name: one.problems[0].text for name, one in problems.items()} == {
        "nothing": "is not in the ledger",
        "held": "is held",
        "done": "is done",
        "stranger": "stranger is no configured owner",
    }
    assert all(one.problems[0].fix for one in problems.values())


def test_a_held_packet_waits_with_the_fallback_until_it_is_released(make_business):
    business = asks(make_business(gate="hold"))
    handoff = business.start()
    handoff.submit(business.packet(next_action={"text": "?"}, escalation={"reason": "other"}, summary="?"))
    assert asked(handoff) == ("dana", None)
    business.clock.advance(24 * HOUR)
    assert handoff.sync().escalated == 0
    handoff.release("case-1")
    assert asked(handoff) == ("omar", business.clock.now() + 15 * MINUTE)


CHANGES = {
    "urgency": {"urgency": {"level": "critical"}},
    "owner": {"owner": {"id": "omar"}},
    "urgency lowered": {"urgency": {"level": "low"}},
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_revision_that_changes_owner_or_urgency_begins_the_chain_anew(business, handed, name):
    business.clock.advance(15 * MINUTE)
    handed.sync()
    assert asked(handed)[0] == "kim"
    business.clock.advance(MINUTE)
    handed.submit(business.packet(summary="More", **CHANGES[name]))
    assert asked(handed) == ("omar", business.clock.now() + 15 * MINUTE)


def test_a_revision_that_changes_neither_leaves_owner_and_time_as_they_are(business, handed):
    business.clock.advance(15 * MINUTE)
    handed.sync()
    before = asked(handed)
    business.clock.advance(MINUTE)
    handed.submit(business.packet(summary="Something more happened"))
    assert asked(handed) == before
    handed.acknowledge("case-1")
    handed.submit(business.packet(summary="And more"))
    assert handed.status("case-1")[0].acknowledged_by == "Kim Lee"


@pytest.mark.parametrize("level", ["low", "critical"])
def test_who_has_taken_it_is_asked_again_only_when_it_becomes_more_urgent(business, handed, level):
    handed.acknowledge("case-1")
    handed.submit(business.packet(urgency={"level": level}))
    taken = handed.status("case-1")[0].acknowledged_by
    assert (taken, asked(handed)[1] is None) == ({"low": "Omar Reyes", "critical": None}[level], level == "low")


@pytest.mark.parametrize("level", ["low", "critical"])
def test_a_colleague_who_has_taken_it_keeps_it_when_it_becomes_less_urgent(business, handed, level):
    handed.acknowledge("case-1", by="kim")
    receipt = handed.submit(business.packet(urgency={"level": level}))
    taken = handed.status("case-1")[0].acknowledged_by
    expected = {"low": ("kim", "Kim Lee", None), "critical": ("omar", None, FRIDAY + 15 * MINUTE)}[level]
    assert (receipt.owner.id, taken, asked(handed)[1] and FRIDAY + 15 * MINUTE) == expected


def test_who_has_taken_it_keeps_it_after_his_hours_too_and_when_it_is_done(business):
    handoff = asks(business, omar='hours = { fri = "08:00-09:00" }').start()
    handoff.submit(business.packet())
    handoff.acknowledge("case-1")
    business.clock.advance(3 * HOUR)
    handoff.submit(business.packet(urgency={"level": "low"}))
    assert (asked(handoff), handoff.status("case-1")[0].acknowledged_by) == (("omar", None), "Omar Reyes")
    handoff.submit(business.packet(urgency={"level": "low"}, state={"status": "done"}))
    assert handoff.show("case-1").status.acknowledged_by == "Omar Reyes"


def test_a_revision_with_another_owner_goes_to_him_although_somebody_has_taken_it(business, handed):
    handed.acknowledge("case-1", by="kim")
    handed.submit(business.packet(urgency={"level": "low"}, owner={"id": "omar"}))
    assert (asked(handed)[0], handed.status("case-1")[0].acknowledged_by) == ("omar", None)


def test_what_is_done_asks_nobody_and_what_is_opened_again_does(business, handed):
    handed.submit(business.packet(state={"status": "done"}))
    business.clock.advance(24 * HOUR)
    assert handed.sync().escalated == 0
    assert not handed.show("case-1").status.overdue
    handed.submit(business.packet(state={"status": "in_progress"}))
    assert asked(handed) == ("omar", business.clock.now() + 15 * MINUTE)


def test_without_a_time_nobody_is_waited_for(business):
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    business.clock.advance(1000 * HOUR)
    assert handoff.sync().escalated == 0
    assert asked(handoff) == ("dana", None)
    assert handoff.acknowledge("case-1").status == "accepted"


def test_business_time_stands_still_while_the_business_is_closed(business):
    asks(business, hours='hours = { mon-fri = "07:00-08:10" }', routing='acknowledge_in = "business"')
    handoff = business.start()
    handoff.submit(business.packet())
    monday = FRIDAY + 3 * 24 * HOUR - HOUR
    assert asked(handoff) == ("omar", monday + 5 * MINUTE)


def test_a_rule_may_count_by_the_clock_where_others_count_business_time(business):
    asks(
        business,
        hours='hours = { mon-fri = "07:00-08:10" }',
        routing='acknowledge_in = "business"',
        rule='acknowledge_in = "clock"',
    )
    handoff = business.start()
    handoff.submit(business.packet())
    assert asked(handoff) == ("omar", FRIDAY + 15 * MINUTE)


def test_a_clock_that_is_set_back_takes_the_time_with_it(business, handed):
    business.clock.time -= 5 * HOUR
    handed.sync()
    until = asked(handed)[1]
    assert until == pytest.approx(business.clock.now() + 15 * MINUTE, abs=10)


@pytest.mark.parametrize("seconds", [30.0, 5 * HOUR])
@pytest.mark.parametrize("synced", [False, True])
def test_who_takes_it_after_the_clock_was_set_back_has_taken_it(business, handed, seconds, synced):
    business.clock.time -= seconds
    if synced:
        handed.sync()
    assert handed.acknowledge("case-1", by="kim").status == "accepted"
    [line] = handed.status("case-1")
    assert (line.owner_id, line.acknowledged_by, line.acknowledge_until) == ("kim", "Kim Lee", None)
    assert line.acknowledged_after >= 0


def test_what_is_seen_in_a_system_after_the_clock_was_set_back_counts(business, handed):
    business.clock.time -= 5 * HOUR
    handed.sync()
    assert seen(handed, identity="4").owner.id == "kim"


def test_a_scheduled_run_with_nothing_due_knows_when_somebody_did_not_answer(business, handed):
    with names.open_read_only(business.folder / "handoff.db") as connection:
        until = asked(handed)[1]
        assert names.nothing_due(connection, "acme", until - 1)
        assert not names.nothing_due(connection, "acme", until)
        assert names.nothing_due(connection, "other", until)


def seen(handoff, **fields):
    with handoff.ledger.write() as tx:
        now = handoff.ledger.now()
        return taken_remotely(tx, handoff.config, "case-1", "desk", **({"at": now} | fields), now=now)


def test_who_took_it_in_a_system_is_known_there_by_his_id_or_his_address(business, handed):
    assert seen(handed, identity="4").owner.id == "kim"
    assert seen(handed, identity="none", email="OMAR@acme.example").owner.id == "omar"
    assert moves(handed) == [("taken", "by Kim Lee, seen in desk"), ("taken", "by Omar Reyes, seen in desk")]


def test_a_person_whom_the_configuration_does_not_know_takes_it_from_nobody(business, handed):
    receipt = seen(handed, identity="12", name="Lou from Zendesk")
    assert (receipt.status, receipt.owner.id) == ("accepted", "omar")
    assert handed.status("case-1")[0].acknowledged_by == "Lou from Zendesk"
    assert seen(handed, identity="77").status == "unchanged"
    assert handed.acknowledge("case-1", by="kim").status == "accepted"


def test_what_was_taken_before_the_chain_began_anew_does_not_count(business, handed):
    before = business.clock.now()
    business.clock.advance(MINUTE)
    handed.submit(business.packet(urgency={"level": "critical"}))
    assert seen(handed, identity="3", at=before).status == "unchanged"
    assert asked(handed)[1] is not None
    assert seen(handed, identity="3").status == "accepted"


def test_how_long_it_took_is_measured_against_what_counts_as_success(business):
    asks(business, more='[lanes.support.success]\nacknowledged_within = "10m"')
    handoff = business.start()
    for number in (1, 2):
        handoff.submit(business.packet(id=f"case-{number}"))
    business.clock.advance(5 * MINUTE)
    assert handoff.status("case-1")[0].acknowledged_in_time is None
    handoff.acknowledge("case-1")
    business.clock.advance(6 * MINUTE)
    late = handoff.status("case-2")[0]
    assert (late.overdue, late.acknowledged_in_time) == (False, False)
    handoff.acknowledge("case-2")
    shown = [handoff.show(f"case-{number}").to_object() for number in (1, 2)]
    assert [one["acknowledged_after"] for one in shown] == [300.0, 660.0]
    assert [one["acknowledged_in_time"] for one in shown] == [True, False]


def reply(business):
    return business.packet(
        lane="outbound_reply", details={"draft": "Dear Maria, five percent.", "approval_by": "Dana Fields"}
    )


def test_what_an_approver_said_stays_when_the_next_owner_is_asked(business):
    asks(business)
    path = business.folder / "handoff.toml"
    path.write_text(path.read_text().replace('lane = "support"', 'lane = "outbound_reply"'))
    handoff = business.start()
    handoff.submit(reply(business))
    until = asked(handoff)[1]
    read = handoff.status("case-1")[0].approval.draft
    assert handoff.approve("case-1", by="dana", draft=read).status == "accepted"
    assert asked(handoff) == ("omar", until)
    business.clock.advance(15 * MINUTE)
    handoff.sync()
    assert asked(handoff)[0] == "kim"
    assert handoff.status("case-1")[0].approval.state == "approved"
    handoff.acknowledge("case-1")
    assert handoff.status("case-1")[0].approval.state == "approved"


def test_an_erased_packet_asks_nobody(business, handed):
    handed.forget("case-1")
    assert asked(handed)[1] is None
    assert handed.acknowledge("case-1").status == "refused"
    business.clock.advance(24 * HOUR)
    assert handed.sync().escalated == 0


def test_a_delivery_that_takes_long_keeps_nobody_from_being_asked(business, handed):
    for number in range(3):
        handed.submit(business.packet(id=f"more-{number}", lane="sales", details=None))
    business.desk().faults = ["drop_before"] * 2
    due = asked(handed)[1]
    moved_at = []
    render = type(business.desk()).make

    def slow(desk, key, body):
        business.clock.advance(20 * MINUTE)
        moved_at.append(asked(handed)[0])
        return render(desk, key, body)

    business.desk().make = lambda key, body: slow(business.desk(), key, body)
    handed.sync()
    assert due < business.clock.now()
    assert "kim" in moved_at
