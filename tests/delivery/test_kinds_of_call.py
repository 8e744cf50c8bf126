"""Deliveries that wait for slots of several kinds of call: each kind is used, whoever waits for another."""

from __future__ import annotations

from dataclasses import replace

from handoff_core.config import connectors
from handoff_core.connector import Limit, Payload
from handoff_core.errors import Refused
from handoff_core.ledger import accounts
from tests.delivery.queues import SPACING, drain, shown

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
