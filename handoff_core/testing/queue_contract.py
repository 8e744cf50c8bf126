"""The contract of a ledger on queues: who waits for a slot keeps its place, and the first of each queue is known."""

from __future__ import annotations

from handoff_core.ledger import claims, deliveries, moves
from handoff_core.ledger.names import State
from handoff_core.ledger.rows import Claim
from handoff_core.ledger.store import Ledger
from handoff_core.testing.ledger_ground import NOW, OpenLedger, add

API = claims.queue_of(["api"])


def _queue(ledger: Ledger, packet_id: str, *, since: float, queue: str = "", priority: int = 1) -> None:
    """Let the packet's delivery wait for such a slot."""
    add(ledger, packet_id, now=NOW - 1000)
    with ledger.write() as tx:
        claim = claims.claim(tx, "acme", "desk", now=NOW - 1000, lease=60)
        assert claim is not None
        assert claim.packet_id == packet_id
        waiting = {"queue": queue or API, "priority": priority}
        deliveries.give_back(tx, claim, now=NOW, state=State.PENDING, due_at=since, **waiting)


def _queue_up(ledger: Ledger, claim: Claim) -> None:
    """Give a claim of the first revision back, to wait for a slot."""
    state = State.PENDING
    with ledger.write() as tx:
        deliveries.queue_up(
            tx, claim, revision=1, now=NOW + 2, state=state, since=NOW - 100, priority=2, queue=API, told=0
        )


def _first(ledger: Ledger) -> dict[str | None, str]:
    """Who comes first in each queue."""
    with ledger.read() as tx:
        return {one.queue: one.packet_id for one in claims.first_of_queues(tx, "acme", "desk")}


def _claimed(ledger: Ledger, *, now: float = NOW) -> str | None:
    with ledger.write() as tx:
        claim = claims.claim(tx, "acme", "desk", now=now, lease=60)
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
        while first := _first(ledger).get(API):
            order.append(first)
            with ledger.write() as tx:
                (found,) = claims.first_of_queues(tx, "acme", "desk")
                assert claims.take(tx, found, now=NOW, lease=60) is not None
        assert order == ["first", "second", "update"]

    def test_each_queue_has_its_own_first(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "a", since=NOW - 5, queue=claims.queue_of(["posts", "post:C1"]))
        _queue(ledger, "b", since=NOW - 9, queue=claims.queue_of(["post:C2", "posts"]))
        _queue(ledger, "c", since=NOW - 1, queue=claims.queue_of(["post:C1", "posts"]))
        _queue(ledger, "d", since=NOW - 2, queue=claims.queue_of(["update"]))
        first = {claims.classes_of(queue or ""): packet_id for queue, packet_id in _first(ledger).items()}
        assert first == {("post:C1", "posts"): "a", ("post:C2", "posts"): "b", ("update",): "d"}

    def test_who_waits_for_a_slot_is_not_taken_for_due(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "waits", since=NOW - 100)
        with ledger.read() as tx:
            assert claims.next_due(tx, [("acme", "desk")]) is None
        assert _claimed(ledger) is None
        add(ledger, "new", now=NOW)
        assert _claimed(ledger) == "new"

    def test_a_worker_that_takes_one_out_of_a_queue_and_dies_leaves_it_due_when_its_lease_ends(
        self, open_ledger: OpenLedger
    ) -> None:
        ledger = open_ledger()
        _queue(ledger, "waits", since=NOW - 100)
        with ledger.write() as tx:
            (found,) = claims.first_of_queues(tx, "acme", "desk")
            claim = claims.take(tx, found, now=NOW, lease=60)
        assert claim is not None
        assert claim.due_at == NOW - 100, "its place, should it have to wait again"
        assert _first(ledger) == {}
        assert _claimed(ledger, now=NOW + 59) is None
        assert _claimed(ledger, now=NOW + 60) == "waits"

    def test_a_candidate_that_another_worker_took_is_not_taken_again(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "waits", since=NOW - 100)
        with ledger.write() as tx:
            (found,) = claims.first_of_queues(tx, "acme", "desk")
            assert claims.take(tx, found, now=NOW, lease=60) is not None
            assert claims.take(tx, found, now=NOW, lease=60) is None

    def test_a_newer_revision_goes_out_in_the_place_of_the_older_one(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "changes", since=NOW - 100)
        _queue(ledger, "other", since=NOW - 50)
        add(ledger, "changes", revision=2, now=NOW)
        assert _first(ledger) == {API: "changes"}

    def test_a_change_of_owner_is_due_at_once_whatever_it_waited_for(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "changes", since=NOW - 100)
        add(ledger, "changes", revision=2, now=NOW, hurry=True)
        assert _first(ledger) == {}
        assert _claimed(ledger) == "changes"

    def test_a_change_of_owner_of_what_was_delivered_long_ago_does_not_go_before_who_has_waited(
        self, open_ledger: OpenLedger
    ) -> None:
        ledger = open_ledger()
        add(ledger, "old", now=NOW - 90_000)
        with ledger.write() as tx:
            claim = claims.claim(tx, "acme", "desk", now=NOW - 90_000, lease=60)
            assert claim is not None
            done = {"url": "https://desk.example/1", "done": 1, "priority": 2}
            deliveries.give_back(tx, claim, now=NOW - 90_000, state=State.DELIVERED, due_at=NOW - 90_000, **done)
        add(ledger, "critical", priority=0, now=NOW - 9)
        add(ledger, "old", revision=2, now=NOW, hurry=True)
        assert [_claimed(ledger), _claimed(ledger)] == ["critical", "old"]

    def test_what_was_delivered_long_ago_and_is_to_show_a_link_is_due_from_now(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        add(ledger, "old", now=NOW - 90_000)
        with ledger.write() as tx:
            claim = claims.claim(tx, "acme", "desk", now=NOW - 90_000, lease=60)
            assert claim is not None
            deliveries.give_back(tx, claim, now=NOW - 90_000, state=State.DELIVERED, due_at=NOW - 90_000)
            deliveries.wake(tx, "acme", "old", ["desk"], now=NOW)
            assert claims.next_due(tx, [("acme", "desk")]) == NOW

    def test_a_change_of_owner_that_comes_while_a_worker_is_at_it_is_due_at_once(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        add(ledger, "changes", now=NOW - 100, priority=2)
        with ledger.write() as tx:
            claim = claims.claim(tx, "acme", "desk", now=NOW, lease=60)
            assert claim is not None
            deliveries.renew(tx, claim, until=NOW + 60, url="https://desk.example/1")
        add(ledger, "changes", revision=2, now=NOW + 1, hurry=True)
        _queue_up(ledger, claim)
        assert _first(ledger) == {}
        with ledger.write() as tx:
            found = claims.claim(tx, "acme", "desk", now=NOW + 2, lease=60)
        assert found is not None
        assert (found.priority, found.due_at) == (0, NOW + 2)

    def test_an_ordinary_change_that_comes_while_a_worker_is_at_it_waits_in_its_place(
        self, open_ledger: OpenLedger
    ) -> None:
        ledger = open_ledger()
        add(ledger, "changes", now=NOW - 100, priority=2)
        with ledger.write() as tx:
            claim = claims.claim(tx, "acme", "desk", now=NOW, lease=60)
        assert claim is not None
        add(ledger, "changes", revision=2, now=NOW + 1)
        _queue_up(ledger, claim)
        assert _first(ledger) == {API: "changes"}

    def test_looking_who_comes_first_keeps_nobody_from_taking_him(self, open_ledger: OpenLedger) -> None:
        mine, other = open_ledger(), open_ledger()
        _queue(mine, "first", since=NOW - 100)
        _queue(mine, "second", since=NOW - 90)
        with mine.read() as looking:
            assert [one.packet_id for one in claims.first_of_queues(looking, "acme", "desk")] == ["first"]
            with other.write() as tx:
                (found,) = claims.first_of_queues(tx, "acme", "desk")
                claim = claims.take(tx, found, now=NOW, lease=60)
        assert claim is not None
        assert claim.packet_id == "first"

    def test_what_was_parked_is_due_and_waits_in_no_queue(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "parked", since=NOW - 100)
        with ledger.write() as tx:
            moves.park(tx, "acme", "desk", reason="the token was refused", now=NOW)
        assert _first(ledger) == {}
        with ledger.write() as tx:
            moves.unpark(tx, "acme", "desk", now=NOW)
        assert _first(ledger) == {}
        add(ledger, "newer", now=NOW - 1)
        assert [_claimed(ledger), _claimed(ledger)] == ["parked", "newer"], "it kept its place"
