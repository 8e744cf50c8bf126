"""The best that limits allow, by which a benchmark judges how late something is shown."""

from __future__ import annotations

import pytest

from benchmarks.b3_live import Call, earliest_slots

PER_SECOND = {"api": 1.0, "posts": 2.0}


def test_each_takes_its_calls_as_they_come_and_no_slot_is_left_unused():
    calls = [Call(0.0, 1, (("api", 1),)), Call(0.0, 1, (("api", 3),)), Call(10.0, 1, (("api", 1),))]
    assert earliest_slots(calls, PER_SECOND) == [1.0, 4.0, 11.0]


def test_what_is_urgent_goes_before_what_waits_but_not_before_it_is_there():
    calls = [Call(0.0, 1, (("api", 2),)), Call(0.0, 1, (("api", 2),)), Call(1.0, 0, (("api", 1),))]
    assert earliest_slots(calls, PER_SECOND) == [2.0, 5.0, 3.0]


def test_without_urgency_who_came_first_goes_first_in_whatever_order_they_are_named():
    calls = [Call(2.0, 1, (("api", 1),)), Call(0.0, 1, (("api", 4),)), Call(1.0, 1, (("api", 1),))]
    assert earliest_slots(calls, PER_SECOND) == [6.0, 4.0, 5.0]


def test_who_needs_two_classes_is_held_up_by_neither_for_the_sake_of_the_other():
    calls = [Call(0.0, 1, (("api", 2),)), Call(0.0, 1, (("api", 1), ("posts", 1))), Call(0.0, 1, (("posts", 1),))]
    assert earliest_slots(calls, PER_SECOND) == [2.0, 3.0, 1.0]


def test_what_is_urgent_and_needs_two_classes_is_not_passed_by_all_that_need_one():
    others = [Call(0.0, 1, ((name, 2),)) for _ in range(20) for name in PER_SECOND]
    urgent = Call(0.5, 0, (("api", 1), ("posts", 1)))
    assert earliest_slots([*others, urgent], PER_SECOND)[-1] == 3.0


@pytest.mark.parametrize("number", [0, 1])
def test_few_are_no_special_case(number):
    assert earliest_slots([Call(5.0, 1, (("api", 1),))] * number, PER_SECOND) == [6.0] * number
