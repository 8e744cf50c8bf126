"""Who has to acknowledge, who has, and who was passed over, on the command line."""

from __future__ import annotations

import time

import pytest

from handoff_core.ledger.sqlite import driver


def run_out(desk, packet_id: str = "case-1") -> None:
    """Let the time to acknowledge run out."""
    connection = driver().connect(desk.folder / "acme.db")
    connection.execute("UPDATE packets SET acknowledge_at = ? WHERE id = ?", (time.time() - 1, packet_id))
    connection.commit()
    connection.close()


@pytest.fixture
def waiting(desk):
    """A sales packet: Sam has fifteen minutes, then Dana."""
    desk.business()
    desk.run("submit", "--now", desk.packet(lane="sales"))
    return desk


def test_a_handoff_is_acknowledged_by_the_owner_or_by_another(waiting) -> None:
    ran = waiting.run("ack", "case-1", "--json")
    assert (ran.code, ran.objects[0]["status"], ran.objects[0]["owner"]["id"]) == (0, "accepted", "sam")
    assert waiting.run("ack", "case-1", "--json").objects[0]["status"] == "unchanged"
    ran = waiting.run("ack", "case-1", "--by", "dana")
    assert ran.code == 0
    assert "Dana Fields" in ran.out
    shown = waiting.run("show", "case-1")
    assert "taken       by Dana Fields, 20" in shown.out
    assert "acknowledge: taken  by Dana Fields" in waiting.run("log", "case-1").out


@pytest.mark.parametrize(
    ("arguments", "text"),
    [(["nothing"], "is not in the ledger"), (["case-1", "--by", "x"], "x is no configured owner")],
)
def test_what_cannot_be_acknowledged_is_said_with_what_to_do(waiting, arguments: list[str], text: str) -> None:
    ran = waiting.run("ack", *arguments)
    assert ran.code == 1
    assert text in ran.out + ran.err


def test_show_and_status_say_until_when_and_who_is_next(waiting) -> None:
    shown = waiting.run("show", "case-1").out
    assert "acknowledge by 20" in shown
    assert ", then dana" in shown
    assert "not taken" in waiting.run("status").out
    found = waiting.run("status", "--json").objects[0]
    assert found["next_owners"] == ["dana"]
    assert found["acknowledge_until"] > time.time()
    assert (found["overdue"], found["acknowledged_at"]) == (False, None)


def test_what_is_overdue_needs_a_person(waiting) -> None:
    run_out(waiting)
    ran = waiting.run("status")
    assert ran.code == 1
    assert "OVERDUE" in ran.out
    assert "handoff ack case-1" in waiting.run("show", "case-1").out
    waiting.run("ack", "case-1")
    ran = waiting.run("status")
    assert ran.code == 0
    assert "taken" in ran.out


def test_sync_passes_it_on_and_ends_with_1_when_nobody_is_left(waiting) -> None:
    run_out(waiting)
    first = waiting.run("sync", "--json")
    assert (first.code, first.objects[0]["escalated"], first.objects[0]["unanswered"]) == (0, 1, 0)
    run_out(waiting)
    ran = waiting.run("sync")
    assert ran.code == 1
    assert "1 passed on" in ran.out
    assert "nobody acknowledged 1 handoff" in ran.out
    assert waiting.run("sync").code == 0


def test_a_scheduled_run_on_the_fast_path_sees_a_time_that_ran_out(waiting) -> None:
    assert waiting.outside("sync", "--json").objects[0]["escalated"] == 0
    run_out(waiting)
    assert waiting.outside("sync", "--json").objects[0]["escalated"] == 1


LIMITS = """
[owners.omar]
name = "Omar Reyes"
hours = { mon-fri = "08:00-17:00" }
languages = ["en"]

[[routing.rules]]
name = "bookings"
when = { lane = "booking", within_hours = true }
owner = "sam"

[[routing.rules]]
name = "all bookings"
when = { lane = "booking" }
owner = "omar"
then = ["sam"]
"""


@pytest.fixture
def limited(desk):
    """Omar is there by day and speaks English."""
    path = desk.business()
    text = path.read_text()
    path.write_text(text.replace("[store]", 'hours = { mon-fri = "00:00-01:00" }\n[store]', 1) + LIMITS)
    return desk


def test_route_says_who_was_passed_over_and_why(limited) -> None:
    packet = limited.packet(lane="booking")
    ran = limited.run("route", packet, "--at", "2026-11-20T20:00")
    assert "for Sam Reed (sam)" in ran.out
    assert "passed over   Omar Reyes (omar): off duty until Mon 23 Nov, 08:00 CST" in ran.out
    found = limited.run("route", packet, "--at", "2026-11-20T20:00-06:00", "--json").objects[0]
    assert found["passed_over"] == [{"id": "omar", "name": "Omar Reyes", "why": "off duty until Mon 23 Nov, 08:00 CST"}]
    assert found["rule"] == "all bookings"


def test_route_at_another_moment_asks_rules_and_owners_of_that_moment(limited) -> None:
    packet = limited.packet(lane="booking", made_at="2026-11-20T12:00:00-06:00", customer={"name": "M"})
    assert limited.run("route", packet, "--at", "2026-11-20T12:00", "--expect", "omar").code == 0
    assert limited.run("route", packet, "--at", "2026-11-20T00:30", "--expect", "sam").code == 0
    assert limited.run("route", packet, "--at", "2026-11-20T20:00", "--expect", "omar").code == 1
    other = limited.packet(lane="booking", customer={"name": "M", "language": "pl"})
    assert "speaks en, not pl" in limited.run("route", other, "--at", "2026-11-20T12:00").out


def test_route_prints_the_whole_escalation_path(desk) -> None:
    path = desk.business()
    path.write_text(path.read_text().replace('then = ["dana"]', "then = []"))
    packet = desk.packet(lane="sales")
    assert "acknowledge   within 15m, then dana" in desk.run("route", packet).out
    assert desk.run("route", packet, "--json").objects[0]["escalation_path"] == ["dana"]
    assert desk.run("route", desk.packet(), "--json").objects[0]["escalation_path"] == []


def test_route_refuses_what_is_no_time(limited) -> None:
    ran = limited.run("route", limited.packet(lane="booking"), "--at", "noon")
    assert ran.code == 2
    assert "2026-12-25T20:00" in ran.err


USELESS = """
[[routing.rules]]
name = "hot"
when = { lane = "sales", urgency = "high" }

[owners.kim]
name = "Kim"
email = "kim@acme.example"
"""


def test_check_names_rules_that_never_match_and_owners_of_no_use(desk) -> None:
    path = desk.business()
    path.write_text(path.read_text() + USELESS)
    ran = desk.run("check", "--format", "concise")
    assert ran.code == 0
    assert "routing.rules.1: can never match" in ran.out
    assert "owners.kim: is in no rule and is not the fallback" in ran.out


def test_check_names_packets_for_which_nobody_is_there(desk) -> None:
    path = desk.business()
    named = 'name = "Dana Fields"\n'
    path.write_text(path.read_text().replace(named, named + 'hours = { mon-fri = "08:00-17:00" }\n'))
    ran = desk.run("check")
    assert ran.code == 0
    assert "leaves a gap" in ran.out
    assert "Dana Fields (off duty)" in ran.out
    assert "Dana Fields gets them all the same" in ran.out


def test_check_says_nothing_of_rules_that_leave_no_gap(desk) -> None:
    desk.business()
    assert "in order" in desk.run("check").out
    assert "warning" not in desk.run("check").out
