"""When a run is over: no lane leaves while another may still make something due for it, and none waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from handoff_core.clock import SystemClock
from handoff_core.delivery.deliver import Ended, Ending
from handoff_core.delivery.drain import MOST_THREADS, Drain
from handoff_core.delivery.run import KEPT_EXPIRED
from handoff_core.errors import StoreUnavailable
from handoff_core.ledger import accounts

CLOCK = SystemClock()
FAR_TOO_LONG = 20.0
"""Seconds after which a run that does not end is stopped, so that the test fails instead of hanging."""


class StubLane:
    """A lane whose work is a list of functions, each due at once; ``leased`` while another look sees only a lease."""

    def __init__(self, name: str, *work: Callable[[], None]) -> None:
        self.account = name
        self.work = list(work)
        self.done = 0
        self.leased = threading.Event()
        self.before_answer: Callable[[], None] = lambda: None
        self.thread = 0
        self.has_claimed = False
        self.ledger: Any = SimpleNamespace(now=CLOCK.now, read=_nothing)

    def step(self) -> Ended | None:
        self.thread = threading.get_ident()
        if not self.work:
            return None
        self.leased.set()
        self.work.pop(0)()
        self.leased.clear()
        self.done += 1
        return Ended(Ending.DELIVERED, subject=("acme", f"{self.account}-{self.done}", "desk"))

    def next_due(self) -> float | None:
        self.before_answer()
        return CLOCK.now() if self.work and not self.leased.is_set() else None

    def park_while_stopped(self) -> int:
        return 0

    def put_back(self) -> None:
        self.put_back_with = len(self.work)


@contextmanager
def _nothing() -> Iterator[None]:
    yield None


@pytest.fixture(autouse=True)
def _no_account_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "account", lambda tx, name: accounts.Account(name))


def run(*lanes: StubLane) -> None:
    """Drain the lanes. AssertionError when the run has to be ended from outside."""
    stop = threading.Event()
    alarm = threading.Timer(FAR_TOO_LONG, stop.set)
    alarm.start()
    try:
        Drain(lanes, CLOCK, stop=stop).run()  # type: ignore[arg-type]
    finally:
        alarm.cancel()
        assert not stop.is_set(), "the run did not end by itself"


def test_a_lane_that_is_claimed_just_while_another_asks_keeps_that_other_in_the_run():
    """Neither busy a moment ago nor due a moment later, it still makes something due for the lane that asks."""
    crm, desk = StubLane("crm"), StubLane("desk")
    asked = threading.Event()

    def wake_the_other() -> None:
        asked.wait(FAR_TOO_LONG)
        crm.work.append(lambda: None)

    def claimed_meanwhile() -> None:
        if threading.get_ident() == crm.thread and not asked.is_set():
            # The lane of the other thread begins its claim between the two questions of this one, if it can.
            desk.work.append(wake_the_other)
            if desk.leased.wait(0.5):
                threading.Timer(0.5, asked.set).start()
            else:
                asked.set()

    desk.before_answer = claimed_meanwhile
    run(crm, desk)
    assert (desk.done, crm.done) == (1, 1)


def test_more_lanes_than_threads_are_all_served():
    lanes = [StubLane(f"account-{number}", lambda: None, lambda: None) for number in range(MOST_THREADS * 2 + 3)]
    run(*lanes)
    assert [lane.done for lane in lanes] == [2] * len(lanes)


def test_a_lane_that_cannot_go_on_does_not_keep_the_others_waiting_for_it():
    def fail() -> None:
        raise StoreUnavailable("the disk is full")

    broken, sound = StubLane("broken", fail), StubLane("sound", lambda: None)
    broken.work.append(lambda: None)  # still due, and nobody is left to do it
    broken.leased = threading.Event()
    broken.leased.set = lambda: None  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailable, match="disk is full"):
        run(broken, sound)


def test_what_a_lane_has_claimed_for_its_next_step_is_done_in_the_run_that_claimed_it():
    """Between two steps such a lane is not busy, and its delivery is due at the end of the lease only."""
    desk, other = StubLane("desk"), StubLane("other")
    decided = threading.Event()

    def ends_and_claims_the_next() -> None:
        desk.has_claimed = True

    def is_done() -> None:
        desk.has_claimed = False

    desk.work += [ends_and_claims_the_next, is_done]
    due = desk.next_due
    desk.next_due = lambda: None if desk.has_claimed else due()  # type: ignore[method-assign]

    class Slow(SystemClock):
        """Asked between two steps, it answers when the other lane has looked twice."""

        def now(self) -> float:
            if desk.has_claimed and threading.get_ident() == desk.thread:
                decided.wait(1.0)
            return super().now()

    looks: list[bool] = []

    def look() -> None:
        looks.append(desk.has_claimed)
        if looks.count(True) > 2:
            decided.set()

    other.before_answer = look
    clock = Slow()
    Drain([desk, other], clock).run(until=clock.now() + FAR_TOO_LONG)  # type: ignore[list-item]
    assert desk.done == 2


def test_a_run_removes_what_an_account_no_longer_remembers(business):
    handoff = business.start()
    with handoff.ledger.write() as tx:
        accounts.remember(tx, "desk:t", "tried:1", "Maria", until=business.clock.now() + 10)
        accounts.remember(tx, "desk:t", "tried:2", "Maria", until=business.clock.now() + 100)
    business.clock.advance(KEPT_EXPIRED + 50)
    handoff.sync()
    with handoff.ledger.read() as tx:
        assert tx.exec_driver_sql("SELECT name FROM memory").all() == [("tried:2",)]
