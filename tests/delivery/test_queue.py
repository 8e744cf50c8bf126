"""Deliveries that wait for a rate slot: in order, and at a cost that does not grow with how many of them wait."""

from __future__ import annotations

from itertools import pairwise

import pytest

from handoff_core.config import Config, connectors
from handoff_core.connector import Limit, Observed, Payload
from handoff_core.delivery import lane
from handoff_core.delivery.lane import FAILURES_THAT_OPEN, Lane
from handoff_core.ledger import accounts
from tests.delivery.queues import SPACING, drain, in_order_shown, queue_of_updates, shown

WAITING = 40


def test_a_queue_that_runs_late_costs_a_few_claims_a_call_however_long_it_is(business, monkeypatch, claims):
    monkeypatch.setattr(connectors.connector_class("desk"), "limits", {"api": Limit(1.0, SPACING, 1)})
    handoff = business.start()
    desk = business.desk()
    for number in range(WAITING):
        handoff.submit(business.packet(id=f"case-{number}", owner={"id": "dana"}))
    drain(handoff, business.clock)
    # Each change of owner is two calls, an update and a note.
    for number in range(WAITING):
        handoff.submit(business.packet(id=f"case-{number}", owner={"id": "sam"}, summary="Another owner."))
    claims.clear()
    desk.requests.clear()
    began = business.clock.now()
    drain(handoff, business.clock)
    assert len(desk.requests) == 2 * WAITING
    assert len(claims) <= 3 * len(desk.requests)
    # And no slot is left unused meanwhile: the share of the limit is 0.8.
    assert business.clock.now() - began <= 1.05 * len(desk.requests) * SPACING / 0.8


def test_a_packet_that_goes_on_changing_keeps_its_turn(business, monkeypatch):
    number = 12
    handoff = queue_of_updates(business, monkeypatch, number)
    began = business.clock.now()
    turn = 0
    while shown(business, "case-6")["summary"].startswith("Maria"):
        turn += 1
        handoff.submit(business.packet(id="case-6", owner={"id": "dana"}, summary=f"Turn {turn}."))
        handoff.sync(time_budget=2.0)
        business.clock.advance(1.0)
        waited = business.clock.now() - began
        # The seventh of twelve, one slot of grace.
        assert waited <= 30 + 8 * SPACING / 0.8, f"case-6 waits since {waited:.0f} s"
    assert turn > 5


def test_a_change_of_owner_is_not_held_up_by_the_next_ordinary_turn(business, monkeypatch):
    number = 12
    monkeypatch.setattr(connectors.connector_class("desk"), "limits", {"api": Limit(1.0, SPACING, 1)})
    handoff = business.start()
    for one in range(number):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}))
    drain(handoff, business.clock)
    business.clock.advance(60)
    for one in range(number):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}, summary="Turn 1."))
    handoff.submit(business.packet(id="case-9", owner={"id": "sam"}, summary="Turn 2."))
    handoff.submit(business.packet(id="case-9", owner={"id": "sam"}, summary="Turn 3."))
    began = business.clock.now()
    while shown(business, "case-9")["owner"] != "sam":
        handoff.sync(time_budget=1.0)
        business.clock.advance(0.5)
        assert business.clock.now() - began <= 2 * SPACING / 0.8


def test_an_urgent_case_takes_no_turn_from_others_with_each_of_its_turns(business, monkeypatch):
    number = 6
    handoff = queue_of_updates(business, monkeypatch, number)
    loud = {"id": "loud", "owner": {"id": "dana"}, "urgency": {"level": "critical"}}
    handoff.submit(business.packet(**loud))
    began = business.clock.now()
    turn = 0
    while any(shown(business, f"case-{one}")["summary"] != "Turn 0." for one in range(number)):
        turn += 1
        handoff.submit(business.packet(**loud, summary=f"Turn {turn}."))
        handoff.sync(time_budget=2.0)
        business.clock.advance(1.0)
        assert business.clock.now() - began <= 3 * number * SPACING / 0.8, "the others starve"


def test_a_new_packet_does_not_wait_behind_the_updates_of_all_others(business, monkeypatch):
    number = 12
    handoff = queue_of_updates(business, monkeypatch, number)
    desk = business.desk()
    desk.requests.clear()
    for one in range(4):
        handoff.submit(business.packet(id=f"new-{one}", owner={"id": "dana"}))
    while not desk.active("ho-acme.new-3"):
        handoff.sync(time_budget=2.0)
        business.clock.advance(1.0)
    assert desk.requests.count("update") <= 1
    drain(handoff, business.clock)
    assert all(shown(business, f"case-{one}")["summary"] == "Turn 0." for one in range(number))


def test_a_first_record_that_has_begun_is_finished_before_another_begins(business, monkeypatch):
    """Each needs three calls: a person is looked for and made, then the case."""
    connector = connectors.connector_class("desk")
    monkeypatch.setattr(connector, "limits", {"api": Limit(1.0, SPACING, 1)})
    render = connector.render

    def with_person(self, view):
        person = Payload(kind="person", key=f"{view.key}~person", body={"of": view.key}, look_up_first=True)
        return [person, *render(self, view)]

    monkeypatch.setattr(connector, "render", with_person)
    handoff = business.start()
    for number in range(8):
        handoff.submit(business.packet(id=f"case-{number}", owner={"id": "dana"}))
    drain(handoff, business.clock)
    made = [record.key.removeprefix("ho-acme.") for record in business.desk().records]
    begun = [sum(one.endswith("~person") for one in made[:count]) for count in range(len(made) + 1)]
    done = [count - begun[count] for count in range(len(made) + 1)]
    assert max(one - other for one, other in zip(begun, done, strict=True)) <= 2
    assert done[-1] == 8


def test_what_is_missing_is_made_before_what_is_there_is_rewritten(business, monkeypatch):
    connector = connectors.connector_class("desk")
    monkeypatch.setattr(connector, "limits", {"api": Limit(1.0, SPACING, 1)})
    render = connector.render

    def with_person(self, view):
        body = {"said": view.packet.summary}
        return [Payload(kind="person", key=f"{view.key}~person", body=body), *render(self, view)]

    monkeypatch.setattr(connector, "render", with_person)
    handoff = business.start()
    handoff.submit(business.packet(summary="Turn 1."))
    handoff.sync(time_budget=1.0)
    assert [one.key for one in business.desk().records] == ["ho-acme.case-1~person"]
    handoff.submit(business.packet(summary="Turn 2."))
    drain(handoff, business.clock)
    assert business.desk().requests == ["create", "create", "update"]
    assert shown(business, "case-1")["summary"] == "Turn 2."
    assert shown(business, "case-1~person") == {"said": "Turn 2."}


def test_a_change_of_owner_hurries_what_shows_it_and_what_is_still_missing_waits_behind_others(business, monkeypatch):
    connector, written = connectors.connector_class("desk"), []
    monkeypatch.setattr(connector, "limits", {"api": Limit(1.0, SPACING, 1)})
    render, create, update = connector.render, connector.create, connector.update

    def with_brief(self, view):
        brief = Payload(kind="brief", key=f"{view.key}~brief", body={"said": view.packet.summary})
        case, *news = render(self, view)
        return [case, brief, *news]

    def logged(operation):
        def log(self, write):
            written.append(write.payload.key.removeprefix("ho-acme."))
            return operation(self, write)

        return log

    monkeypatch.setattr(connector, "render", with_brief)
    monkeypatch.setattr(connector, "create", logged(create))
    monkeypatch.setattr(connector, "update", logged(update))
    handoff = business.start()
    for number in range(3):
        handoff.submit(business.packet(id=f"case-{number}", owner={"id": "dana"}))
    handoff.sync(time_budget=1.0)
    assert written == ["case-0"]
    handoff.submit(business.packet(id="case-0", owner={"id": "sam"}))
    while "case-0~m2" not in written:
        handoff.sync(time_budget=1.0)
        business.clock.advance(1.0)
    # A turn that comes while the brief waits does not have the case written before it.
    handoff.submit(business.packet(id="case-0", owner={"id": "sam"}, summary="One more turn."))
    drain(handoff, business.clock)
    assert written == [
        *("case-0", "case-0", "case-0~m2"),
        *("case-1", "case-2"),
        *("case-0~brief", "case-0", "case-1~brief", "case-2~brief"),
    ]


def test_those_that_wait_follow_a_limit_that_the_vendor_tells(business, monkeypatch):
    """Until the vendor tells, the limit of the smallest plan holds; who waits by it comes nearer with the real one."""
    connector = connectors.connector_class("desk")
    monkeypatch.setattr(connector, "limits", {"api": Limit(1.0, 60.0, 1)})
    create = connector.create

    def telling(self, write):
        if len(business.desk().records) == 1:
            self._context.observe(Observed("api", calls=600, period=60.0))
        return create(self, write)

    monkeypatch.setattr(connector, "create", telling)
    handoff = business.start()
    for number in range(5):
        handoff.submit(business.packet(id=f"case-{number}"))
    began = business.clock.now()
    drain(handoff, business.clock)
    assert len(business.desk().records) == 5
    second = 60.0 / 0.8
    assert second <= business.clock.now() - began <= second + 10


@pytest.mark.parametrize("latest_first", [False, True], ids=["as they came", "while others come"])
def test_a_queue_that_runs_late_is_served_in_the_order_in_which_it_came(business, monkeypatch, latest_first):
    number = 12
    handoff = queue_of_updates(business, monkeypatch, number)
    if latest_first:
        # Two more half minutes lost, at different places of the queue.
        for _ in range(2):
            handoff.sync(time_budget=8.0)
            business.desk().faults.append("429")
    wanted = {f"case-{one}": "Turn 0." for one in range(number)}
    assert in_order_shown(handoff, business, wanted) == list(wanted)


def test_who_was_served_joins_the_end_again(business, monkeypatch):
    number = 8
    handoff = queue_of_updates(business, monkeypatch, number)
    while shown(business, "case-0")["summary"] != "Turn 0.":
        handoff.sync(time_budget=1.0)
        business.clock.advance(0.5)
    handoff.submit(business.packet(id="case-0", owner={"id": "dana"}, summary="Turn 1."))
    wanted = {f"case-{one}": "Turn 0." for one in range(1, number)} | {"case-0": "Turn 1."}
    assert in_order_shown(handoff, business, wanted) == list(wanted)


def test_a_new_process_goes_on_where_the_last_one_stopped(business, monkeypatch):
    number = 8
    handoff = queue_of_updates(business, monkeypatch, number)
    handoff.sync(time_budget=40.0)
    left = {f"case-{one}": "Turn 0." for one in range(number) if shown(business, f"case-{one}")["summary"] != "Turn 0."}
    assert len(left) >= 4
    handoff.close()
    handoff = business.start()
    began = business.clock.now()
    assert in_order_shown(handoff, business, left) == list(left)
    # Half a minute is what the 429 asked for.
    assert business.clock.now() - began <= 30 + 1.2 * len(left) * SPACING / 0.8, "slots were left unused"


def test_one_run_serves_a_whole_queue_at_the_pace_of_the_limit(business, monkeypatch):
    number = 30
    monkeypatch.setattr(connectors.connector_class("desk"), "limits", {"api": Limit(1.0, 3.0, 1)})
    handoff = business.start()
    for one in range(number):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}))
    began = business.clock.now()
    assert handoff.sync().waiting == 0
    assert business.clock.now() - began <= 1.05 * number * 3.0 / 0.8


def test_first_records_come_in_the_order_of_their_packets_also_when_some_were_put_off(business, monkeypatch):
    monkeypatch.setattr(connectors.connector_class("desk"), "limits", {"api": Limit(1.0, SPACING, 1)})
    handoff = business.start()
    for one in range(6):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}))
        business.clock.advance(0.1)
    with handoff.ledger.write() as tx:  # as a run does with those whose sibling is to get a link
        tx.exec_driver_sql("UPDATE deliveries SET due_at = due_at + 2 WHERE packet_id < 'case-3'")
    business.clock.advance(3.0)
    drain(handoff, business.clock)
    made = [one.key.removeprefix("ho-acme.") for one in business.desk().records]
    assert made[1:] == sorted(made[1:]), "only the very first found a slot at once"


def test_a_change_of_owner_that_comes_while_a_lane_is_at_the_packet_goes_first(business, monkeypatch):
    number = 12
    handoff = queue_of_updates(business, monkeypatch, number)
    deliver, came = lane.deliver, []

    def interrupted(job, *rest):
        if job.claim.packet_id == "case-9" and not came:
            came.append(business.clock.now())
            handoff.submit(business.packet(id="case-9", owner={"id": "sam"}, summary="Turn 1."))
        return deliver(job, *rest)

    handoff.sync(time_budget=40.0)  # the half minute
    handoff.submit(
        business.packet(id="case-9", owner={"id": "dana"}, summary="Turn 0, again.", urgency={"level": "high"})
    )
    monkeypatch.setattr(lane, "deliver", interrupted)
    while shown(business, "case-9")["owner"] != "sam":
        handoff.sync(time_budget=1.0)
        business.clock.advance(0.5)
    assert business.clock.now() - came[0] <= 2 * SPACING / 0.8


def test_a_change_of_owner_that_comes_during_a_request_that_is_refused_for_now_goes_first(business, monkeypatch):
    number = 6
    handoff = queue_of_updates(business, monkeypatch, number)
    connector, came = connectors.connector_class("desk"), []
    update = connector.update

    def interrupted(self, write):
        if not came:
            came.append(write.payload.key.removeprefix("ho-acme."))
            handoff.submit(business.packet(id=came[0], owner={"id": "sam"}, summary="Turn 1."))
        return update(self, write)

    monkeypatch.setattr(connector, "update", interrupted)
    handoff.sync(time_budget=2 * SPACING)  # it meets the 429
    with handoff.ledger.read() as tx:
        rows = tx.exec_driver_sql("SELECT packet_id, priority, urgent FROM deliveries").all()
    assert (came[0], 0, 1) in [tuple(row) for row in rows]
    drain(handoff, business.clock)
    assert shown(business, came[0])["owner"] == "sam"


def test_what_a_run_claims_and_has_no_time_for_keeps_its_place(business, monkeypatch):
    handoff = business.start()
    create = connectors.connector_class("desk").create
    monkeypatch.setattr(
        connectors.connector_class("desk"),
        "create",
        lambda self, write: business.clock.advance(5.0) or create(self, write),
    )
    for one in range(2):
        handoff.submit(business.packet(id=f"case-{one}"))
        business.clock.advance(0.5)
    with handoff.ledger.read() as tx:
        (due,) = tx.exec_driver_sql("SELECT due_at FROM deliveries WHERE packet_id = 'case-1'").first()
    assert handoff.sync(time_budget=1.0).delivered == 1
    with handoff.ledger.read() as tx:
        state, due_at, fence = tx.exec_driver_sql(
            "SELECT state, due_at, fence FROM deliveries WHERE packet_id = 'case-1'"
        ).first()
    assert (state, due_at, fence) == ("pending", due, 1)


def test_what_waits_for_a_slot_tells_no_reason_of_an_earlier_wait(business, monkeypatch):
    handoff = queue_of_updates(business, monkeypatch, 3)
    handoff.sync(time_budget=2 * SPACING)  # it meets the 429
    assert ["wait" in (wait.reason or "") for wait in handoff.status("case-0")[0].waits] == [True]
    handoff.submit(business.packet(id="case-0", owner={"id": "sam"}))  # it is looked at again, and finds no slot
    handoff.sync(time_budget=1.0)
    assert handoff.status("case-0")[0].waits == ()
    account, limits = handoff.config.account_of("desk"), connectors.connector_class("desk").limits
    until = business.clock.now() + 7_200
    with handoff.ledger.write() as tx:
        accounts.park_bucket(tx, account, "api", limits, until=until)
    (wait,) = handoff.status("case-0")[0].waits
    assert (wait.reason, wait.until) == ("the vendor's limit leaves no call of api before", until)


def test_destinations_of_one_account_share_its_slots_in_the_order_in_which_they_came(make_business, monkeypatch):
    business = make_business(destinations='["desk", "crm"]')
    monkeypatch.setattr(connectors.connector_class("desk"), "limits", {"api": Limit(1.0, SPACING, 1)})
    monkeypatch.setattr(Config, "account_of", lambda self, name: "desk:both")
    handoff = business.start()
    for one in range(6):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}))
        business.clock.advance(0.01)
    made = []
    while len(made) < 12:
        handoff.sync(time_budget=1.0)
        business.clock.advance(0.5)
        there = [(name, one.key) for name, desk in business.desks.items() for one in desk.records]
        made += [one for one in there if one not in made]
    desk = [place for place, (name, _) in enumerate(made) if name == "desk"]
    assert max(desk) >= 6, f"one destination waited until the other had all its records: {made}"


def test_a_queue_of_a_vendor_that_does_not_answer_is_not_looked_at_all_the_time(business, monkeypatch):
    handoff = queue_of_updates(business, monkeypatch, 8)
    handoff.sync(time_budget=40.0)
    with handoff.ledger.write() as tx:
        account = accounts.Account(handoff.config.account_of("desk"), failures=FAILURES_THAT_OPEN)
        accounts.save_account(tx, account)
    asked: list[float] = []
    next_due = Lane.next_due
    monkeypatch.setattr(Lane, "next_due", lambda lane: asked.append(business.clock.now()) or next_due(lane))
    business.clock.advance(60)  # by now there was a slot for somebody
    handoff.sync(time_budget=20.0)
    assert len(asked) <= 20


def test_calls_that_a_scheduled_run_did_not_make_are_not_caught_up_at_once(business, monkeypatch):
    spacing = 0.4
    monkeypatch.setattr(connectors.connector_class("desk"), "limits", {"api": Limit(1.0, spacing, 1)})
    handoff, desk = business.start(), business.desk()
    sent: list[float] = []
    create = connectors.connector_class("desk").create

    def timed(self, write):
        sent.append(business.clock.now())
        return create(self, write)

    monkeypatch.setattr(connectors.connector_class("desk"), "create", timed)
    for number in range(6):
        handoff.submit(business.packet(id=f"case-{number}"))
    while handoff.waiting():
        handoff.sync(time_budget=0.1)
        business.clock.advance(17.0)  # a scheduled run that comes too seldom
    assert len(desk.records) == 6
    assert min(later - one for one, later in pairwise(sent)) >= 0.9 * spacing / 0.8
