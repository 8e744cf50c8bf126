"""What a customer is told when a person takes over is true, whatever stands in the way."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from handoff_core.packet import Lane, Reason
from handoff_core.quality import QualityContext, assess
from handoff_core.quality.settings import QualitySettings
from handoff_core.routing.hours import WeekHours, parse_hours
from handoff_core.testing.factories import make_owner, make_packet
from handoff_core.transition import wording
from handoff_core.transition.announce import announce
from handoff_core.transition.wait import ENOUGH, Answered, Wait, expected_wait

CHICAGO = ZoneInfo("America/Chicago")
HOURS = WeekHours(parse_hours({"mon-fri": "08:00-18:00"}), CHICAGO)
FRIDAY_NOON = datetime(2026, 11, 20, 12, 0, tzinfo=CHICAGO)
FRIDAY_NIGHT = datetime(2026, 11, 20, 21, 0, tzinfo=CHICAGO)
FEW_MINUTES = Wait(240.0, 900.0, 12, True)


def said(moment=FRIDAY_NOON, *, packet=None, **changes):
    values = {
        "business": "Acme Plumbing",
        "owner": make_owner(),
        "held": False,
        "waits_for_approval": False,
        "wait": FEW_MINUTES,
        "hours": HOURS,
        "prepare": None,
    }
    packet = packet or make_packet(announcement=None)
    return announce(packet, now=moment.timestamp(), **(values | changes))


def test_the_customer_hears_who_why_what_next_and_how_long():
    found = said()
    assert found.text.split(". ") == [
        "I am handing this over to a person at Acme Plumbing, Dana Fields",
        "This needs something that I cannot do myself",
        "The next step is that they look into your problem, with what was tried already",
        "What you told me goes with it, so that you should not have to say it again",
        "Lately, at this time of the day, it mostly took 4 to 15 minutes.",
    ]
    assert (found.owner, found.reason, found.next_step) == ("Dana Fields", "beyond_scope", "support")
    assert found.pending is None


@pytest.mark.parametrize(("sharing", "goes"), [("granted", True), ("unknown", True), ("denied", False)])
def test_nothing_is_said_to_go_with_it_that_the_customer_did_not_agree_to_share(sharing, goes):
    packet = make_packet(announcement=None, privacy={"consent": {"sharing": sharing}})
    text = said(packet=packet).text
    assert (wording.GOES_WITH_IT in text) is goes
    assert ("what was tried already" in text) is goes


def test_too_little_of_the_past_is_said_honestly():
    found = said(wait=None)
    assert found.text.endswith("I cannot say how long it will take.")
    assert found.to_object()["wait"] is None


def test_out_of_hours_no_time_is_named_but_the_next_opening():
    found = said(FRIDAY_NIGHT)
    assert found.text.endswith(
        "We are closed now and open again on Monday, 23 November, at 08:00 (CST). "
        "I cannot say how long it takes from then on."
    )
    assert (found.pending, found.wait, found.opens_at) == ("closed", None, "2026-11-23T08:00:00-06:00")


def test_a_wait_that_runs_beyond_closing_says_so():
    found = said(datetime(2026, 11, 20, 17, 50, tzinfo=CHICAGO))
    assert found.text.endswith(
        "We close at 18:00; what is not taken up by then is taken up on Monday, 23 November, at 08:00 (CST)."
    )
    assert found.closes_at == "2026-11-20T18:00:00-06:00"
    assert said(FRIDAY_NOON).closes_at is None


def test_while_it_is_held_nobody_is_named_and_no_time():
    found = said(held=True)
    assert "Dana" not in found.text
    assert "Somebody has to go through my notes first." in found.text
    assert (found.pending, found.owner, found.wait) == ("held", None, None)


def test_a_draft_that_waits_for_approval_is_never_told_as_sent():
    found = said(packet=make_packet(lane="outbound_reply", announcement=None), waits_for_approval=True)
    assert "before anything is sent to you" in found.text
    assert (found.pending, found.wait) == ("approval", None)


def test_nobody_is_named_when_it_is_not_sure_who_takes_it():
    found = said(owner=None)
    assert found.text.startswith("I am handing this over to a person at Acme Plumbing. ")


def test_a_team_is_named_as_one():
    found = said(owner=make_owner(name="Support desk", team=True))
    assert found.text.startswith("I am handing this over to a person at Acme Plumbing (Support desk). ")


def test_who_does_not_want_to_be_contacted_is_promised_no_contact():
    packet = make_packet(announcement=None, privacy={"consent": {"contact": "denied"}})
    found = said(packet=packet, prepare=120.0)
    assert wording.NO_CONTACT in found.text
    assert (found.no_contact, found.connect_after) == (True, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"announcement": {"text": "Dana calls you back."}},
        {"announcement": None, "state": {"status": "done"}},
        {"announcement": None, "channel": "internal"},
        {"announcement": None, "lane": "internal_task"},
        {"announcement": None, "lane": "content"},
    ],
    ids=str,
)
def test_where_the_packet_says_it_or_nobody_waits_there_is_no_announcement(changes):
    assert said(packet=make_packet(**changes)) is None


def test_a_person_has_the_packet_before_the_customer_is_connected():
    found = said(prepare=120.0)
    assert "Before you are connected they get up to 2 minutes to read it." in found.text
    assert found.connect_after == "2026-11-20T18:02:00Z"


@pytest.mark.parametrize(
    ("changes", "more"),
    [
        ({"urgency": {"level": "critical"}}, {}),
        ({"channel": "email"}, {}),
        ({}, {"held": True}),
        ({}, {"hours": WeekHours(parse_hours({"mon": "08:00-09:00"}), CHICAGO)}),
    ],
    ids=["critical", "not on the line", "held", "closed"],
)
def test_nobody_waits_for_a_preparation_that_makes_no_sense(changes, more):
    found = said(packet=make_packet(announcement=None, **changes), prepare=120.0, **more)
    assert (found.connect_after, "connected" in found.text) == (None, False)


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("lane", [one for one in Lane if one not in ("internal_task", "content")])
def test_no_announcement_breaks_a_rule_on_what_customers_are_told(lane, reason, held):
    packet = make_packet(lane=lane, announcement=None, escalation={"reason": reason, "text": "x"})
    text = said(packet=packet, held=held, waits_for_approval=lane is Lane.OUTBOUND_REPLY).text
    told = make_packet(lane=lane, announcement={"text": text}, opening_line=None)
    findings = assess(told, QualitySettings(), QualityContext(), None)
    assert [(one.code, one.text) for one in findings if one.path.startswith("announcement")] == []


def test_every_reason_and_lane_has_its_sentence():
    assert set(wording.REASONS) == set(Reason)
    assert set(wording.NEXT_STEPS) == set(Lane)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0, 60, "up to 1 minute"),
        (240, 900, "4 to 15 minutes"),
        (120, 120, "up to 2 minutes"),
        (1_200, 9_000, "20 minutes to 3 hours"),
        (7_200, 10_800, "2 to 3 hours"),
    ],
)
def test_a_range_is_told_in_whole_units_never_shorter_than_it_was(low, high, words):
    assert wording.range_words(low, high) == words


def answers(count, minutes, *, moment=FRIDAY_NOON, step=-86_400.0 * 7):
    came = [moment.timestamp() + step * (number + 1) for number in range(count)]
    return [Answered(one, one + minutes * 60.0 + number) for number, one in enumerate(came)]


def test_a_wait_needs_enough_of_the_past():
    assert expected_wait(answers(ENOUGH - 1, 5), FRIDAY_NOON, hours=None, zone=CHICAGO) is None
    assert expected_wait(answers(ENOUGH, 5), FRIDAY_NOON, hours=None, zone=CHICAGO) == Wait(300.0, 360.0, ENOUGH, True)


def test_the_same_time_of_the_day_counts_first_and_else_all_of_the_lane():
    evening = FRIDAY_NOON.replace(hour=16)
    mixed = [*answers(ENOUGH, 5), *answers(ENOUGH, 60, moment=evening)]
    assert expected_wait(mixed, FRIDAY_NOON, hours=HOURS, zone=CHICAGO).high == 360.0
    nine = expected_wait(mixed, FRIDAY_NOON.replace(hour=9), hours=HOURS, zone=CHICAGO)
    assert (nine.answers, nine.same_hour, nine.high) == (2 * ENOUGH, False, 3660.0)


def test_one_slow_day_of_ten_does_not_set_the_range():
    past = [*answers(19, 5), Answered(FRIDAY_NOON.timestamp() - 3_600, FRIDAY_NOON.timestamp())]
    assert expected_wait(past, FRIDAY_NOON, hours=None, zone=CHICAGO).high == 360.0


def test_what_came_while_closed_says_nothing_of_the_open_hours():
    past = [*answers(ENOUGH - 1, 5), *answers(ENOUGH, 700, moment=FRIDAY_NIGHT)]
    assert expected_wait(past, FRIDAY_NOON, hours=HOURS, zone=CHICAGO) is None
    assert expected_wait(answers(ENOUGH, 5), FRIDAY_NIGHT, hours=HOURS, zone=CHICAGO) is None


@pytest.mark.parametrize(
    ("moment", "opens", "closes"),
    [
        (datetime(2026, 11, 20, 7, 59, tzinfo=CHICAGO), datetime(2026, 11, 20, 8, tzinfo=CHICAGO), None),
        (FRIDAY_NOON, FRIDAY_NOON, datetime(2026, 11, 20, 18, tzinfo=CHICAGO)),
        (FRIDAY_NIGHT, datetime(2026, 11, 23, 8, tzinfo=CHICAGO), None),
        (datetime(2026, 11, 20, 18, 0, tzinfo=UTC), FRIDAY_NOON, datetime(2026, 11, 20, 18, tzinfo=CHICAGO)),
    ],
)
def test_hours_say_when_they_open_and_close(moment, opens, closes):
    assert (HOURS.opens_at(moment), HOURS.closes_at(moment)) == (opens, closes)


def test_hours_over_midnight_close_in_the_morning_and_never_where_it_is_always_open():
    night = WeekHours(parse_hours({"fri": "20:00-06:00"}), CHICAGO)
    assert night.closes_at(FRIDAY_NIGHT) == datetime(2026, 11, 21, 6, tzinfo=CHICAGO)
    assert WeekHours(parse_hours({"mon-sun": "00:00-24:00"}), CHICAGO).closes_at(FRIDAY_NOON) is None


def test_what_was_tried_is_mentioned_only_where_something_was():
    tried = make_packet(announcement=None, attempts=[{"action": "Reset", "outcome": "failed"}])
    nothing = make_packet(announcement=None, attempts=[])
    assert "with what was tried already" in said(packet=tried).text
    assert "tried" not in said(packet=nothing).text
