"""What does not go on says why, since when and until when: in show, status, sync and doctor."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from handoff_core.cli.fast import nothing_to_sync
from handoff_core.ledger.sqlite import driver

ZONE = ZoneInfo("America/Chicago")
"""The business's own."""


@pytest.fixture
def update(desk):
    """Delivers a packet, then a newer revision while the notebook does what its file says."""

    def deliver(fault: str, text: str = ""):
        desk.business()
        assert desk.run("submit", "--now", desk.packet()).code == 0
        (desk.folder / fault).write_text(text)
        desk.run("submit", desk.packet(summary="The boiler leaks more"))
        return desk.run("sync", "--json")

    return deliver


STALLED = [
    ("locked", "parked", "Notebook does not know the key. Renew it."),
    ("down", "retrying", "Notebook is closed."),
]


@pytest.mark.parametrize(("fault", "state", "reason"), STALLED)
def test_an_update_that_does_not_arrive_shows_why_beside_its_destination(desk, update, fault, state, reason) -> None:
    update(fault)
    shown = desk.run("show", "case-1", "--json").objects[0]
    assert [record["state"] for record in shown["records"]] == ["delivered"]
    (wait,) = shown["waits"]
    assert (wait["destination"], wait["state"], wait["reason"]) == ("book", state, reason)
    assert wait["since"] < wait["until"]
    out = desk.run("show", "case-1").out
    assert f"book: {state} since 20" in out
    assert f"next try {_zoned(wait['until'])}" in out
    assert reason in out


@pytest.mark.parametrize(("fault", "state", "reason"), STALLED)
def test_status_says_why_a_destination_stands_still(desk, update, fault, state, reason) -> None:
    update(fault)
    assert desk.run("status", "--json").objects[0]["waits"][0]["reason"] == reason
    assert f"book: 1 {state} since 20" in (out := " ".join(desk.run("status").out.split()))
    assert reason in out


def test_deliveries_that_stand_still_alike_share_a_line_in_status(desk) -> None:
    desk.business()
    (desk.folder / "refusing").touch()
    for name in ("a", "b"):
        desk.run("submit", desk.packet(id=name))
    desk.run("sync")
    assert desk.run("status").out.count("the pen is dry") == 1
    assert "book: 2 dead since" in desk.run("status").out


def test_what_was_delivered_waits_for_nothing(desk) -> None:
    desk.business()
    desk.run("submit", "--now", desk.packet())
    assert desk.run("show", "case-1", "--json").objects[0]["waits"] == []


def test_a_long_wait_is_told_with_its_end(desk, update) -> None:
    ran = update("busy", "30")
    assert ran.code == 0
    (wait,) = ran.objects[0]["asked_to_wait"]
    assert (wait["destinations"], wait["limit_classes"]) == (["book"], ["write"])
    until = _iso(wait["until"])
    (shown,) = desk.run("show", "case-1", "--json").objects[0]["waits"]
    assert (shown["until"], round((wait["until"] - shown["since"]) / 3600)) == (wait["until"], 30)
    assert shown["reason"] == f"Notebook asks to wait; it waits until {until}"
    for command in ("sync", "status", "doctor"):
        assert f"book: Notebook asked to wait until {until}" in " ".join(desk.run(command).out.split())


def test_a_short_wait_is_not_told_of_the_account(desk, update) -> None:
    assert update("busy", "0.5").objects[0]["asked_to_wait"] == []
    for command in ("sync", "status", "doctor"):
        assert "asked to wait" not in desk.run(command).out


def test_while_a_vendor_asked_for_a_long_wait_no_run_is_answered_without_saying_so(desk, update) -> None:
    update("busy", "30")
    assert nothing_to_sync(["sync"], {}) is None
    assert len(desk.run("sync", "--json").objects[0]["asked_to_wait"]) == 1


def test_what_waits_in_a_dead_processs_hands_is_counted(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.business()
    desk.run("submit", "--now", desk.packet())
    desk.run("sync")
    for name in ("b", "c"):
        desk.run("submit", desk.packet(id=name))
    with driver().connect(desk.folder / "acme.db") as connection:  # as a killed worker leaves the one it had
        connection.execute("UPDATE deliveries SET due_at = due_at + 60 WHERE packet_id IN ('b', 'c')")
        connection.execute("UPDATE deliveries SET state = 'sending' WHERE packet_id = 'b'")
    connection.close()
    fast = desk.run("sync", "--json").objects[0]
    assert (fast["delivered"], fast["waiting"]) == (0, 2)
    assert "(2 waiting)" in desk.run("sync").out
    monkeypatch.setattr("handoff_core.cli.fast.nothing_to_sync", lambda arguments, environ: None)
    whole = desk.run("sync", "--json").objects[0]
    assert whole | {"seconds": 0} == fast | {"seconds": 0}
    assert "(2 waiting)" in desk.run("sync").out


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, ZONE).isoformat(timespec="seconds")


def _zoned(at: float) -> str:
    return datetime.fromtimestamp(at, ZONE).strftime("%Y-%m-%d %H:%M %Z")
