"""The contract of a ledger on queues: who waits for a slot keeps its place, and the first of each queue is known."""

from __future__ import annotations

from handoff_core.ledger import deliveries, moves
from handoff_core.ledger.names import State
from handoff_core.ledger.store import Ledger
from handoff_core.testing.ledger_ground import NOW, OpenLedger, add


def _queue(ledger: Ledger, packet_id: str, *, since: float, queue: str = "api", priority: int = 1) -> None:
    """Let the packet's delivery wait for such a slot."""
    add(ledger, packet_id, now=NOW - 1000)
    with ledger.write() as tx:
        claim = deliveries.claim(tx, "acme", "desk", now=NOW - 1000, lease=60)
        assert claim is not None
        assert claim.packet_id == packet_id
        waiting = {"queue": queue, "priority": priority}
        deliveries.give_back(tx, claim, now=NOW, state=State.PENDING, due_at=since, **waiting)


def _first(ledger: Ledger) -> dict[str | None, str]:
    """Who comes first in each queue."""
    with ledger.read() as tx:
        return {one.queue: one.packet_id for one in deliveries.first_of_queues(tx, "acme", "desk")}


def _claimed(ledger: Ledger, *, now: float = NOW) -> str | None:
    with ledger.write() as tx:
        claim = deliveries.claim(tx, "acme", "desk", now=now, lease=60)
    return None if claim is None else claim.packet_id


class QueueContract:
    """What every ledger promises about queues."""

    def test_of_those_that_wait_the_most_urgent_comes_first_and_then_who_has_waited_longest(
        self, open_ledger: OpenLedger
    ) -> None:
        ledger = open_ledger()
        _queue(ledger, "update", since=NOW - 90, priority=2)
        _queue(ledger, "second", since=NOW - 20)
        _queue(ledger, "first", since=NOW - 30)
        order = []
        while first := _first(ledger).get("api"):
            order.append(first)
            with ledger.write() as tx:
                (found,) = deliveries.first_of_queues(tx, "acme", "desk")
                assert deliveries.take(tx, found, now=NOW, lease=60) is not None
        assert order == ["first", "second", "update"]

    def test_each_queue_has_its_own_first(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "a", since=NOW - 5, queue=deliveries.queue_of(["posts", "post:C1"]))
        _queue(ledger, "b", since=NOW - 9, queue=deliveries.queue_of(["post:C2", "posts"]))
        _queue(ledger, "c", since=NOW - 1, queue=deliveries.queue_of(["post:C1", "posts"]))
        _queue(ledger, "d", since=NOW - 2, queue=deliveries.queue_of(["update"]))
        assert _first(ledger) == {"post:C1+posts": "a", "post:C2+posts": "b", "update": "d"}
        assert deliveries.classes_of("post:C1+posts") == ("post:C1", "posts")

    def test_who_waits_for_a_slot_is_not_taken_for_due(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "waits", since=NOW - 100)
        with ledger.read() as tx:
            assert deliveries.next_due(tx, [("acme", "desk")]) is None
        assert _claimed(ledger) is None
        add(ledger, "new", now=NOW)
        assert _claimed(ledger) == "new"

    def test_a_worker_that_takes_one_out_of_a_queue_and_dies_leaves_it_due_when_its_lease_ends(
        self, open_ledger: OpenLedger
    ) -> None:
        ledger = open_ledger()
        _queue(ledger, "waits", since=NOW - 100)
        with ledger.write() as tx:
            (found,) = deliveries.first_of_queues(tx, "acme", "desk")
            claim = deliveries.take(tx, found, now=NOW, lease=60)
        assert claim is not None
        assert claim.due_at == NOW - 100, "its place, should it have to wait again"
        assert _first(ledger) == {}
        assert _claimed(ledger, now=NOW + 59) is None
        assert _claimed(ledger, now=NOW + 60) == "waits"

    def test_a_candidate_that_another_worker_took_is_not_taken_again(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "waits", since=NOW - 100)
        with ledger.write() as tx:
            (found,) = deliveries.first_of_queues(tx, "acme", "desk")
            assert deliveries.take(tx, found, now=NOW, lease=60) is not None
            assert deliveries.take(tx, found, now=NOW, lease=60) is None

    def test_a_newer_revision_goes_out_in_the_place_of_the_older_one(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "changes", since=NOW - 100)
        _queue(ledger, "other", since=NOW - 50)
        add(ledger, "changes", revision=2, now=NOW)
        assert _first(ledger) == {"api": "changes"}

    def test_a_change_of_owner_is_due_at_once_whatever_it_waited_for(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "changes", since=NOW - 100)
        add(ledger, "changes", revision=2, now=NOW, hurry=True)
        assert _first(ledger) == {}
        assert _claimed(ledger) == "changes"

    def test_what_was_parked_is_due_and_waits_in_no_queue(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "parked", since=NOW - 100)
        with ledger.write() as tx:
            moves.park(tx, "acme", "desk", reason="the token was refused", now=NOW)
        assert _first(ledger) == {}
        with ledger.write() as tx:
            moves.unpark(tx, "acme", "desk", now=NOW)
        assert _first(ledger) == {}
        assert _claimed(ledger) == "parked"
