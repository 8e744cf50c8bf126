"""The first sentence for a person is specific, and holds nothing that its reader may not see."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from handoff_core.connector import Earlier
from handoff_core.packet import Commitment
from handoff_core.privacy import Policy
from handoff_core.privacy.redact import redact
from handoff_core.testing.factories import make_packet
from handoff_core.transition.opening import opening_line

CHICAGO = ZoneInfo("America/Chicago")
BARE = {"attempts": None, "commitments": None, "classification": None, "details": None, "opening_line": None}


def opening(earlier=(), **changes):
    return opening_line(make_packet(**{"opening_line": None, **changes}), earlier, zone=CHICAGO)


def test_it_names_the_customer_the_matter_what_was_tried_and_the_promise():
    assert opening() == (
        "Hello Maria Lindqvist, I have your case in front of me: Error code E4 on the display (Tankless water heater "
        "WH-200). I see that this was tried and did not solve it: Reset at the breaker. "
        "I know what you were promised: Somebody calls back before 11:00."
    )


def test_a_promise_of_an_earlier_case_is_named_with_its_day():
    earlier = Earlier("case-17", 1_762_200_000.0, "support", False, promises=(Commitment(text="A visit on Tuesday"),))
    line = opening((earlier,), **BARE)
    assert line.endswith("I know what you were promised on 3 November: A visit on Tuesday.")


@pytest.mark.parametrize(
    "changes",
    [
        BARE,
        {"opening_line": "Hello Maria!"},
        {"lane": "internal_task"},
        {"lane": "outbound_reply"},
        {"channel": "internal"},
        {"privacy": {"consent": {"contact": "denied"}}},
    ],
    ids=lambda changes: str(changes)[:40],
)
def test_there_is_none_where_nothing_specific_is_known_or_nobody_speaks(changes):
    assert opening(**changes) == ""


def test_a_reader_who_may_not_see_the_name_greets_without_it():
    policy = Policy.of(None, highest="internal", region="US")
    seen = redact(make_packet(opening_line=None), type(policy)(policy.highest, paths=frozenset({"customer.name"})))
    line = opening_line(seen.packet, (), zone=CHICAGO)
    assert line.startswith("Hello, I have your case")
    assert "Lindqvist" not in line


@pytest.mark.parametrize(
    ("lane", "words"),
    [
        ("sales", "Repiping of a four-flat house"),
        ("booking", "Yearly boiler check, wanted for Tuesday 24 November, 09:00"),
        ("owner_escalation", "no hot water"),
    ],
)
def test_each_lane_has_its_own_matter(lane, words):
    assert f"in front of me: {words}." in opening(lane=lane)
