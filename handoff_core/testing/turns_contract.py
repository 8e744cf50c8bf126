"""The contract of a ledger on turns: of those that wait for a slot, the one that has waited longest comes first."""

from __future__ import annotations

from handoff_core.ledger import deliveries
from handoff_core.ledger.deliveries import QUEUE
from handoff_core.ledger.names import State
from handoff_core.ledger.rows import Claim
from handoff_core.ledger.store import Ledger
from handoff_core.testing.ledger_ground import NOW, OpenLedger, add


class Turns:
    """Who waits, the longest first."""

    def __init__(self, *waiting: str) -> None:
        self.waiting = list(waiting)

    def longest(self, packet_id: str, priority: int) -> str | None:
        """The first; a packet that is new joins the end."""
        if packet_id not in self.waiting:
            self.waiting.append(packet_id)
        return None if self.waiting[0] == packet_id else self.waiting[0]

    def call(self, now: float) -> str | None:
        """The first."""
        return self.waiting[0] if self.waiting else None

    def leave(self, packet_id: str) -> None:
        """It waits no more."""
        self.waiting.remove(packet_id)


def _queue(ledger: Ledger, packet_id: str, *, due_at: float) -> None:
    """Let the packet's delivery wait for its turn until then."""
    add(ledger, packet_id, now=NOW - 1000)
    with ledger.write() as tx:
        claim = deliveries.claim(tx, "acme", "desk", now=NOW - 1000, lease=60)
        assert claim is not None
        assert claim.packet_id == packet_id
        deliveries.give_back(tx, claim, now=NOW, state=State.PENDING, due_at=due_at, booked=QUEUE)


def _claimed(ledger: Ledger, turns: Turns, *, now: float = NOW) -> str | None:
    with ledger.write() as tx:
        claim = deliveries.claim(tx, "acme", "desk", now=now, lease=60, turns=turns)
    return None if claim is None else claim.packet_id


def _called(ledger: Ledger, turns: Turns) -> Claim | None:
    with ledger.write() as tx:
        return deliveries.claim_waiting(tx, "acme", "desk", now=NOW, lease=60, turns=turns)


class TurnsContract:
    """What every ledger promises about turns."""

    def test_whoever_has_waited_longest_takes_the_turn_and_leaves_its_own(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "long", due_at=NOW + 500)
        _queue(ledger, "short", due_at=NOW)
        turns = Turns("long", "short")
        assert _claimed(ledger, turns) == "long"
        assert _claimed(ledger, turns, now=NOW + 50) is None
        turns.leave("long")
        assert _claimed(ledger, turns, now=NOW + 500) == "short"

    def test_one_that_is_new_joins_the_end(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "long", due_at=NOW + 500)
        add(ledger, "new", now=NOW)
        turns = Turns("long")
        assert _claimed(ledger, turns) == "long"
        assert _claimed(ledger, turns, now=NOW + 50) is None
        assert turns.waiting == ["long", "new"]

    def test_one_whose_turn_was_taken_waits_like_any_other(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "long", due_at=NOW + 500)
        add(ledger, "new", now=NOW)
        turns = Turns("long")
        assert _claimed(ledger, turns) == "long"
        turns.leave("long")
        _queue(ledger, "newer", due_at=NOW + 1)
        assert _claimed(ledger, turns, now=NOW + 1) == "new"

    def test_a_turn_is_never_taken_from_a_worker_that_is_at_it(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "long", due_at=NOW + 500)
        _queue(ledger, "short", due_at=NOW)
        _queue(ledger, "shorter", due_at=NOW + 1)
        turns = Turns("long", "short", "shorter")
        assert _claimed(ledger, turns) == "long"
        assert _claimed(ledger, turns, now=NOW + 1) == "shorter"
        assert turns.waiting == ["long", "short", "shorter"]

    def test_one_that_waits_no_more_is_passed_over(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "next", due_at=NOW + 500)
        _queue(ledger, "short", due_at=NOW)
        turns = Turns("gone", "never", "next", "short")
        assert _claimed(ledger, turns) == "next"
        assert turns.waiting == ["next", "short"]

    def test_without_turns_the_time_decides(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "long", due_at=NOW + 500)
        _queue(ledger, "short", due_at=NOW)
        with ledger.write() as tx:
            claim = deliveries.claim(tx, "acme", "desk", now=NOW, lease=60)
        assert claim is not None
        assert claim.packet_id == "short"

    def test_who_waits_can_be_taken_before_its_time_unless_a_worker_is_at_it(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        _queue(ledger, "far", due_at=NOW + 500)
        add(ledger, "new", now=NOW)
        turns = Turns("gone", "far")
        assert _called(ledger, turns) is None
        assert turns.waiting == ["far"], "one that waits no more leaves"
        claim = _called(ledger, turns)
        assert claim is not None
        assert (claim.packet_id, claim.due_at) == ("far", NOW + 500)
        assert _called(ledger, turns) is None
        assert turns.waiting == ["far"], "one that a worker is at keeps its place"
        assert _called(ledger, Turns("new")) is None, "it waits for no turn"
