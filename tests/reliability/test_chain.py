"""A chain that is interrupted at every operation of the database, by other workers, and by the clock."""

from __future__ import annotations

import copy
import threading

import pytest

from handoff_core.delivery.chain import run_timers
from tests.delivery.asking import HOUR, MINUTE, asked, asks, moves
from tests.delivery.conftest import business, make_business

__all__ = ["business", "make_business"]

CLAIM = "A chain that is interrupted anywhere asks each next owner once, and every record shows the last one."


class Killed(BaseException):
    """The process died here."""


class Dying:
    """Dies at the operation of that number; counts them all the same."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.seen: list[str] = []

    def __call__(self, point: str) -> None:
        self.seen.append(point)
        if len(self.seen) == self.number:
            raise Killed(point)


class Restorable:
    """The ledger's file and the desk as they were at one moment."""

    def __init__(self, one):
        self._one = one
        self._files = {path: path.read_bytes() for path in one.folder.glob("handoff.db*")}
        self._records = copy.deepcopy(one.desk().records)
        self._time = one.clock.time

    def bring_back(self):
        for handoff in self._one.opened:
            handoff.close()
        self._one.opened.clear()
        for path in self._one.folder.glob("handoff.db*"):
            path.unlink()
        for path, content in self._files.items():
            path.write_bytes(content)
        self._one.desk().records[:] = copy.deepcopy(self._records)
        self._one.clock.time = self._time


def dying(one, number):
    """The business, as a process that dies at that operation."""
    at = Dying(0)
    handoff = one.start(at)
    at.seen.clear()
    at.number = number
    return handoff, at


def settled(one):
    handoff = one.start()
    for _ in range(4):
        handoff.sync()
        one.clock.advance(90)
    return handoff


def waiting(one, packets=1):
    """Packets that are delivered and whose first owner did not answer."""
    handoff = asks(one).start()
    for number in range(1, packets + 1):
        handoff.submit(one.packet(id=f"case-{number}"))
    handoff.sync()
    handoff.close()
    one.opened.clear()
    one.clock.advance(15 * MINUTE + 1)


def shown(one, packet_id="case-1"):
    [record] = one.desk().active(f"ho-acme.{packet_id}")
    return record.body["owner"], [other.body["note"] for other in one.desk().records if "note" in other.body]


@pytest.mark.kill
def test_a_death_at_any_operation_asks_the_next_owner_exactly_once(business, evidence):
    waiting(business)
    before = Restorable(business)
    undisturbed, at = dying(business, 0)
    undisturbed.sync()
    count = len(at.seen)
    assert at.seen.count("commit") >= 3
    for number in range(1, count + 1):
        before.bring_back()
        handoff, _ = dying(business, number)
        with pytest.raises(Killed):
            handoff.sync()
        handoff = settled(business)
        owner, until = asked(handoff)
        where = f"killed at operation {number}, {at.seen[number - 1]}"
        assert owner == "kim", where
        assert until is not None, where
        assert [outcome for outcome, _ in moves(handoff)] == ["moved on"], where
        assert shown(business) == ("kim", ["owner Kim Lee"]), where
        assert handoff.status("case-1")[0].state == "delivered", where
    evidence("Acknowledgement chain", CLAIM, cases=count)


@pytest.mark.kill
def test_a_death_at_any_operation_of_an_acknowledgement_keeps_all_of_it_or_nothing(business):
    waiting(business)
    before = Restorable(business)
    undisturbed, at = dying(business, 0)
    undisturbed.acknowledge("case-1", by="kim")
    for number in range(1, len(at.seen) + 1):
        before.bring_back()
        handoff, _ = dying(business, number)
        with pytest.raises(Killed):
            handoff.acknowledge("case-1", by="kim")
        handoff = business.start()
        [line] = handoff.status("case-1")
        done = at.seen[number - 1] == "committed"
        taken = (line.owner_id, line.acknowledged_by, line.acknowledge_until is None)
        assert taken == (("kim", "Kim Lee", True) if done else ("omar", None, False))
        assert len(moves(handoff)) == int(done)


def test_a_worker_that_saw_the_same_time_run_out_moves_nothing_twice(business):
    waiting(business)
    other = business.start()
    handoff = business.start()

    write = handoff.ledger.write
    done = []

    def after_the_other():
        if not done:
            done.append(run_timers(other.ledger, other.config).escalated)
        return write()

    handoff.ledger.write = after_the_other
    assert run_timers(handoff.ledger, handoff.config).escalated == 0
    assert done == [1]
    assert asked(handoff)[0] == "kim"
    assert len(moves(handoff)) == 1


def test_many_workers_at_once_move_each_packet_once(business):
    waiting(business, packets=24)
    handoffs = [business.start() for _ in range(4)]
    ready = threading.Barrier(len(handoffs))
    counts = []

    def work(handoff):
        ready.wait()
        counts.append(run_timers(handoff.ledger, handoff.config).escalated)

    threads = [threading.Thread(target=work, args=(one,)) for one in handoffs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 24
    for number in range(1, 25):
        assert asked(handoffs[0], f"case-{number}")[0] == "kim"
        assert len(moves(handoffs[0], f"case-{number}")) == 1


def test_an_acknowledgement_beats_a_worker_that_saw_the_time_run_out(business):
    waiting(business)
    handoff, other = business.start(), business.start()
    write = handoff.ledger.write
    done = []

    def after_the_other():
        if not done:
            done.append(other.acknowledge("case-1").status)
        return write()

    handoff.ledger.write = after_the_other
    assert run_timers(handoff.ledger, handoff.config).escalated == 0
    assert handoff.status("case-1")[0].acknowledged_by == "Omar Reyes"
    assert [outcome for outcome, _ in moves(handoff)] == ["taken"]


@pytest.mark.parametrize("jump", [-20 * HOUR, -HOUR, -30.0, 40 * HOUR])
def test_a_clock_that_jumps_asks_each_owner_once_and_gives_him_his_time(business, jump):
    handoff = asks(business).start()
    handoff.submit(business.packet())
    handoff.sync()
    business.clock.advance(5 * MINUTE)
    business.clock.time += jump
    handoff.sync()
    if jump < 0:
        assert asked(handoff)[0] == "omar"
        business.clock.advance(16 * MINUTE)
        handoff.sync()
    owner, until = asked(handoff)
    assert owner == "kim"
    assert 14 * MINUTE < until - business.clock.now() <= 15 * MINUTE
    assert [outcome for outcome, _ in moves(handoff)] == ["moved on"]


@pytest.mark.postgres
def test_many_workers_on_postgresql_move_each_packet_once_while_revisions_come_in(make_business, empty_postgres_url):
    one = make_business(store=empty_postgres_url)
    waiting(one, packets=16)
    handoffs = [one.start() for _ in range(4)]
    submitter = one.start()
    ready = threading.Barrier(len(handoffs) + 1)
    counts = []

    def work(handoff):
        ready.wait()
        counts.append(run_timers(handoff.ledger, handoff.config).escalated)

    def revise():
        ready.wait()
        for number in range(1, 17):
            submitter.submit(one.packet(id=f"case-{number}", summary="More"))

    threads = [*(threading.Thread(target=work, args=(each,)) for each in handoffs), threading.Thread(target=revise)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 16
    for number in range(1, 17):
        [line] = submitter.status(f"case-{number}")
        assert (line.owner_id, line.summary, line.revision) == ("kim", "More", 3)
        assert len(moves(submitter, f"case-{number}")) == 1
