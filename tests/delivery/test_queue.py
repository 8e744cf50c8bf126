"""Deliveries that wait for a rate slot: in order, and at a cost that does not grow with how many of them wait."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from handoff_core.config import Config, connectors
from handoff_core.connector import Limit, Observed, Payload
from handoff_core.delivery import lane
from handoff_core.delivery.lane import FAILURES_THAT_OPEN, Lane
from handoff_core.errors import Refused
from handoff_core.ledger import accounts

WAITING = 40
SPACING = 5.0


@pytest.fixture
def claims(monkeypatch):
    """One entry for each claim."""
    counted: list[str] = []
    step = Lane.step

    def counting(lane):
        ended = step(lane)
        if ended is not None:
            counted.append(ended.how.value)
        return ended

    monkeypatch.setattr(Lane, "step", counting)
    return counted


def drain(handoff, clock):
    while handoff.waiting():
        handoff.sync()
        clock.advance(1.0)


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


def queue_of_updates(business, monkeypatch, number):
    """Every packet delivered, then a new revision of each: they wait for a slot one behind the other."""
    monkeypatch.setattr(connectors.connector_class("desk"), "limits", {"api": Limit(1.0, SPACING, 1)})
    handoff = business.start()
    for one in range(number):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}))
    drain(handoff, business.clock)
    for one in range(number):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}, summary="Turn 0."))
    handoff.sync(time_budget=1.0)
    business.desk().faults.append("429")  # half a minute lost: the queue runs late
    return handoff


def shown(business, packet_id):
    """What the desk's record of a packet says."""
    return next(one.body for one in business.desk().records if one.key == f"ho-acme.{packet_id}")


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


def in_order_shown(handoff, business, wanted):
    """The packets in the order in which their records come to show what is wanted."""
    order = []
    while len(order) < len(wanted):
        handoff.sync(time_budget=1.0)
        business.clock.advance(0.5)
        order += [one for one in wanted if one not in order and shown(business, one)["summary"] == wanted[one]]
    return order


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


CHANNELS = 4


def with_channels(business, monkeypatch):
    """A desk with four channels of a limit each and one for all; after the case comes one message to its channel."""
    connector = connectors.connector_class("desk")
    limits = {"post": Limit(1.0, SPACING, 1), "posts": Limit(1.0, SPACING / 2, 1)}
    monkeypatch.setattr(connector, "limits", limits)
    render = connector.render

    def with_message(self, view):
        return [
            *render(self, view),
            Payload(kind="message", key=f"{view.key}~message", body={"said": "more"}, once=True),
        ]

    def cost(self, operation, payload):
        number = int(payload.key.partition("~")[0].rpartition("-")[2])
        return {f"post:C{number % CHANNELS}": 1, "posts": 1}

    monkeypatch.setattr(connector, "render", with_message)
    monkeypatch.setattr(connector, "cost", cost)
    return business.start()


def test_channels_with_limits_of_their_own_use_every_slot_of_the_limit_for_all(business, monkeypatch, claims):
    handoff = with_channels(business, monkeypatch)
    number = 10 * CHANNELS
    for one in range(number):
        level = "critical" if one % CHANNELS == 0 else "normal"
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}, urgency={"level": level}))
    began = business.clock.now()
    drain(handoff, business.clock)
    assert len(business.desk().records) == 2 * number
    assert len(claims) <= 2.5 * 2 * number
    assert business.clock.now() - began <= 1.05 * 2 * number * SPACING / 2 / 0.8


def test_first_records_come_before_what_follows_any_of_them(business, monkeypatch):
    handoff = with_channels(business, monkeypatch)
    number = 3 * CHANNELS
    for one in range(number):
        level = "critical" if one % CHANNELS == 0 else "normal"
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}, urgency={"level": level}))
    drain(handoff, business.clock)
    made = [one.key.removeprefix("ho-acme.") for one in business.desk().records]
    for channel in range(CHANNELS):
        mine = [key for key in made if int(key.partition("~")[0].rpartition("-")[2]) % CHANNELS == channel]
        firsts = [place for place, key in enumerate(mine) if "~" not in key]
        # The very first finds slots for both while nobody waits yet.
        assert max(firsts) <= number // CHANNELS, mine


def with_comment(business, monkeypatch, comments):
    """A desk that after each case makes a comment; comments are limited to one in ``comments`` seconds."""
    connector = connectors.connector_class("desk")
    limits = {"api": Limit(100.0, 1.0, 1), "comment": Limit(1.0, comments, 1)}
    monkeypatch.setattr(connector, "limits", limits)
    render = connector.render

    def with_one(self, view):
        return [*render(self, view), Payload(kind="comment", key=f"{view.key}~comment", body={"said": "x"}, once=True)]

    def cost(self, operation, payload):
        return {"comment" if payload.kind == "comment" else "api": 1}

    monkeypatch.setattr(connector, "render", with_one)
    monkeypatch.setattr(connector, "cost", cost)


def test_what_waits_for_one_kind_of_call_is_told_the_news_by_another_kind(business, monkeypatch):
    with_comment(business, monkeypatch, comments=100.0)
    handoff = business.start()
    for one in range(3):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}))
    handoff.sync(time_budget=1.0)
    assert not business.desk().active("ho-acme.case-2~comment")
    handoff.submit(business.packet(id="case-2", owner={"id": "sam"}))
    handoff.sync(time_budget=1.0)
    assert shown(business, "case-2")["owner"] == "sam"
    assert not business.desk().active("ho-acme.case-2~comment")
    drain(handoff, business.clock)
    assert business.desk().active("ho-acme.case-2~comment")


def test_what_waits_for_a_slot_shows_a_link_as_soon_as_it_is_there(make_business, monkeypatch):
    business = make_business(destinations='["desk", "crm"]')
    with_comment(business, monkeypatch, comments=100.0)
    business.desks["crm"].faults.append("429")  # half a minute
    handoff = business.start()
    for one in range(3):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}))
    business.clock.advance(3.0)
    handoff.sync(time_budget=1.0)
    assert not shown(business, "case-2")["links"]
    business.clock.advance(40.0)
    handoff.sync(time_budget=1.0)
    assert not business.desk().active("ho-acme.case-2~comment")
    assert "crm" in str(shown(business, "case-2")["links"])


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


def test_classes_of_call_may_have_any_name(business, monkeypatch, claims):
    connector = connectors.connector_class("desk")
    monkeypatch.setattr(connector, "limits", {"number": Limit(1.0, 60.0, 1)})
    monkeypatch.setattr(connector, "cost", lambda self, operation, payload: {'number:+49 30,"1"': 1})
    handoff = business.start()
    for one in range(3):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}))
    handoff.sync(time_budget=1.0)
    assert len(claims) <= 4
    drain(handoff, business.clock)
    assert len(business.desk().records) == 3


def test_who_needs_two_kinds_of_call_at_once_finds_them_beside_those_that_need_one(business, monkeypatch):
    connector = connectors.connector_class("desk")
    limits = {"x": Limit(1.0, 5.0, 1), "y": Limit(1.0, 7.0, 1)}
    monkeypatch.setattr(connector, "limits", limits)
    limited = []

    def cost(self, operation, payload):
        if not limited:
            return {}
        number = int(payload.key.partition("~")[0].rpartition("-")[2])
        return {"x": 1, "y": 1} if operation == "create" else {"xy"[number % 2]: 1}

    monkeypatch.setattr(connector, "cost", cost)
    handoff = business.start()
    number = 40
    for one in range(number):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}))
    drain(handoff, business.clock)
    limited.append(True)
    business.clock.advance(60)
    for one in range(number):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}, summary="Turn 1."))
    handoff.sync(time_budget=1.0)
    handoff.submit(business.packet(id="new-1", owner={"id": "dana"}))
    began = business.clock.now()
    while not business.desk().active("ho-acme.new-1"):
        handoff.sync(time_budget=1.0)
        business.clock.advance(0.25)
        assert business.clock.now() - began <= 2.5 * 7.0 / 0.8
    drain(handoff, business.clock)
    # The slower kind was never idle for longer than one that needs both had to wait for the other.
    assert business.clock.now() - began <= 1.15 * number / 2 * 7.0 / 0.8


def with_two_more(business, monkeypatch, **of_slow):
    """A desk that after each case makes a slow record, limited to one in 300 s, and a quick one."""
    connector = connectors.connector_class("desk")
    monkeypatch.setattr(connector, "limits", {"api": Limit(1.0, SPACING, 1), "slow": Limit(1.0, 300.0, 1)})
    render = connector.render

    def with_two(self, view):
        more = [Payload(kind=kind, key=f"{view.key}~{kind}", body={"s": 1}, once=True) for kind in ("slow", "quick")]
        return [*render(self, view), *(replace(one, **of_slow) if one.kind == "quick" else one for one in more)]

    monkeypatch.setattr(connector, "render", with_two)
    monkeypatch.setattr(connector, "cost", lambda self, operation, one: {"slow" if one.kind == "slow" else "api": 1})
    return connector


def test_what_finds_no_slot_for_two_records_waits_for_the_one_that_comes_sooner(business, monkeypatch):
    with_two_more(business, monkeypatch)
    handoff = business.start()
    for one in range(5):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}))
    began = business.clock.now()
    while not all(business.desk().active(f"ho-acme.case-{one}~quick") for one in range(5)):
        handoff.sync(time_budget=1.0)
        business.clock.advance(0.5)
        assert business.clock.now() - began <= 1.3 * 2 * 5 * SPACING / 0.8


def test_what_finds_no_slot_is_not_overtaken_by_what_comes_later_in_its_plan(business, monkeypatch):
    connector = connectors.connector_class("desk")
    monkeypatch.setattr(connector, "limits", {"api": Limit(1.0, SPACING, 1)})
    render = connector.render

    def with_comment_after(self, view):
        return [*render(self, view), Payload(kind="comment", key=f"{view.key}~comment", body={"said": "x"}, once=True)]

    monkeypatch.setattr(connector, "render", with_comment_after)
    handoff = business.start()
    handoff.submit(business.packet())
    reserve, now = accounts.reserve, business.clock.now()
    with handoff.ledger.write() as tx:
        reserve(tx, handoff.config.account_of("desk"), {"api": 1}, connector.limits, share=0.8, now=now)

    def slow(*arguments, **named):
        slot = reserve(*arguments, **named)
        business.clock.advance(0.0 if slot.taken else 2 * SPACING)  # by the next question there is a slot
        return slot

    monkeypatch.setattr(accounts, "reserve", slow)
    drain(handoff, business.clock)
    assert [one.key for one in business.desk().records] == ["ho-acme.case-1", "ho-acme.case-1~comment"]


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


def test_a_record_that_is_refused_does_not_end_what_only_waits_for_a_slot(business, monkeypatch):
    connector = with_two_more(business, monkeypatch, look_up_first=True)
    find = connector.find

    def refusing(self, write):
        if write.payload.kind == "quick":
            raise Refused("the property is not there")
        return find(self, write)

    monkeypatch.setattr(connector, "find", refusing)
    handoff = business.start()
    for one in range(2):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}))
    for _ in range(500):
        handoff.sync(time_budget=1.0)
        business.clock.advance(1.0)
    assert business.desk().active("ho-acme.case-1~slow")
    assert handoff.dead()[0].reason == "the property is not there"


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
