"""The order in which deliveries come back to ask for a slot."""

from __future__ import annotations

from itertools import pairwise

import pytest

from handoff_core.config import connectors
from handoff_core.connector import Limit
from handoff_core.delivery.line import Line

NOW = 1_000.0
CRITICAL, FIRST, UPDATE = 0, 1, 2


def join(line, classes, priority, at, step, late=False):
    line.join(dict.fromkeys(classes, step), priority, at, NOW, late=late)


def test_each_that_joins_has_its_turn_behind_the_one_before():
    line = Line()
    for place in range(3):
        at = max(NOW, line.end(["api"], FIRST, late=False))
        assert at == NOW + 5.0 * place
        join(line, ["api"], FIRST, at, 5.0)


def test_a_queue_that_runs_late_lets_nobody_who_is_new_before_those_whose_turn_has_come():
    line = Line()
    join(line, ["api"], FIRST, NOW + 20, 5.0, late=True)
    assert line.end(["api"], FIRST, late=False) == NOW + 25
    join(line, ["api"], FIRST, NOW + 100, 5.0)
    assert line.end(["api"], FIRST, late=True) == NOW + 25
    assert line.end(["api"], FIRST, late=False) == NOW + 105


def test_what_is_less_urgent_waits_for_what_is_more_urgent_and_never_the_other_way_round():
    line = Line()
    join(line, ["api"], FIRST, NOW, 60.0)
    assert line.spoken_for(["api"], UPDATE) == NOW + 60
    assert line.spoken_for(["api"], FIRST) == 0.0
    assert line.spoken_for(["api"], CRITICAL) == 0.0
    assert line.spoken_for(["other"], UPDATE) == 0.0


def test_a_channel_that_is_full_keeps_no_other_channel_waiting():
    line = Line()
    for place in range(10):
        line.join({"post:C1": 1.25, "posts": 0.1}, CRITICAL, NOW + 1.25 * place, NOW, late=False)
    assert line.spoken_for(["post:C1", "posts"], FIRST) == NOW + 12.5
    assert line.spoken_for(["post:C2", "posts"], FIRST) == pytest.approx(NOW + 1.0)


def test_a_limit_that_turns_out_to_be_higher_shortens_the_queue():
    line = Line()
    join(line, ["api"], FIRST, NOW, 80.0)
    line.scale("api", 0.25, NOW)
    line.scale("other", 0.01, NOW)
    assert line.end(["api"], FIRST, late=False) == NOW + 20


def test_a_slot_that_is_long_over_is_given_back_and_no_calls_catch_up_at_once(business, monkeypatch):
    spacing = 0.4  # so that several slots are booked ahead
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
        business.clock.advance(17.0)  # a scheduled run that comes too seldom finds every slot in the past
    assert len(desk.records) == 6
    assert min(later - one for one, later in pairwise(sent)) >= 0.9 * spacing / 0.8


def wait(line, packet, priority, *classes):
    line.wait(packet, classes, priority)


def test_who_waits_longest_is_the_first_that_joined_however_often_he_came_back():
    line = Line()
    for packet in ("a", "b", "a", "c"):
        wait(line, packet, FIRST, "api")
    assert [line.longest(one, FIRST) for one in ("a", "b", "c")] == [None, "a", "a"]
    line.leave("a")
    assert line.longest("c", FIRST) == "b"


def test_a_channel_keeps_nobody_from_his_turn_in_another():
    line = Line()
    wait(line, "a", FIRST, "posts", "post:C1")
    wait(line, "b", FIRST, "posts", "post:C2")
    wait(line, "c", FIRST, "post:C2", "posts")
    assert line.longest("b", FIRST) is None
    assert line.longest("c", FIRST) == "b"


def test_a_new_delivery_joins_the_end_where_most_wait():
    line = Line()
    assert line.longest("new", FIRST) is None
    for packet in ("a", "b"):
        wait(line, packet, FIRST, "api")
    wait(line, "other", FIRST, "search")
    assert line.longest("new", FIRST) == "a"
    for packet in ("a", "b"):
        line.leave(packet)
    wait(line, "c", FIRST, "api")
    assert line.longest("c", FIRST) == "new"
    assert line.longest("urgent", CRITICAL) is None


def test_nobody_new_takes_the_turn_of_a_full_channel():
    line = Line()
    wait(line, "full", FIRST, "posts", "post:C1")
    assert line.longest("new", FIRST) is None


def test_what_became_urgent_takes_no_turn_of_those_that_it_waited_with():
    line = Line()
    for packet in ("a", "b", "c"):
        wait(line, packet, UPDATE, "api")
    assert line.longest("b", CRITICAL) is None
    assert line.longest("a", UPDATE) is None
    assert line.longest("c", UPDATE) == "a"


def test_what_became_urgent_waits_with_its_like():
    line = Line()
    wait(line, "a", UPDATE, "api")
    wait(line, "b", UPDATE, "api")
    wait(line, "a", FIRST, "api")
    assert line.longest("b", UPDATE) is None
    line.clear()
    assert line.longest("c", UPDATE) is None


def test_a_slot_that_nobody_took_goes_to_who_has_waited_longest_of_the_most_urgent():
    line = Line()
    assert line.call(NOW) is None
    assert line.idle_at() is None
    wait(line, "update", UPDATE, "api")
    wait(line, "first", FIRST, "api")
    wait(line, "later", FIRST, "api")
    line.free_from(["api"], NOW + 5.0, 5.0)
    assert line.idle_at() == NOW + 5.0
    assert line.call(NOW + 4.9) is None
    assert line.call(NOW + 5.0) == "first"
    assert line.call(NOW + 9.9) is None, "one try a slot"
    assert line.call(NOW + 10.0) == "first"


def test_a_line_that_nobody_waits_in_calls_nobody():
    line = Line()
    wait(line, "a", FIRST, "api")
    line.free_from(["api"], NOW, 0.0)
    line.leave("a")
    assert line.idle_at() is None
    assert line.call(NOW + 100.0) is None
