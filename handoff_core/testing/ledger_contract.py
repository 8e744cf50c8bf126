"""The contract of a ledger, for every database that it may stand on.

Inherit it and provide the fixture ``open_ledger``: a function that opens the same, at first empty, ledger each time
it is called, so that two workers can be played.
"""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, update

from handoff_core.connector import Limit, Observed
from handoff_core.errors import StoreUnavailable
from handoff_core.ledger import (
    accounts,
    claims,
    deliveries,
    drafts,
    inbox_files,
    moves,
    packets,
    queries,
    timers,
    trail,
)
from handoff_core.ledger.deliveries import LeaseLost
from handoff_core.ledger.names import SCHEMA_VERSION, State
from handoff_core.ledger.store import Ledger
from handoff_core.ledger.tables import deliveries as deliveries_table
from handoff_core.ledger.tables import memory, meta
from handoff_core.testing.customers_contract import CustomersContract
from handoff_core.testing.erasure_contract import ErasureContract
from handoff_core.testing.ledger_ground import LIMITS, NOW, OpenLedger, add, finish_late
from handoff_core.testing.queue_contract import QueueContract


def _write_and_fail(ledger: Ledger) -> None:
    with ledger.write() as tx:
        trail.note(tx, "acme", "case-1", at=NOW, revision=1, what="submit", outcome="accepted")
        raise RuntimeError


class LedgerContract(ErasureContract, CustomersContract, QueueContract):
    """What every ledger promises."""

    def test_a_claimed_delivery_is_not_claimed_again_before_its_lease_ends(self, open_ledger: OpenLedger) -> None:
        first, second = open_ledger(), open_ledger()
        add(first, "case-1")
        with first.write() as tx:
            assert claims.claim(tx, "acme", "desk", now=NOW, lease=60) is not None
        with second.write() as tx:
            assert claims.claim(tx, "acme", "desk", now=NOW + 59, lease=60) is None
        with second.write() as tx:
            taken = claims.claim(tx, "acme", "desk", now=NOW + 60, lease=60)
        assert taken is not None
        assert (taken.fence, taken.was) == (2, State.SENDING)

    def test_a_time_that_ran_out_is_taken_by_one_worker(self, open_ledger: OpenLedger) -> None:
        first, second = open_ledger(), open_ledger()
        add(first, "case-1")
        add(first, "case-2")
        with first.write() as tx:
            timers.set_timer(tx, "acme", "case-1", due=NOW + 900)
            timers.set_timer(tx, "acme", "case-2", due=NOW + 800)
        with first.read() as tx:
            assert timers.first_due(tx, "acme", now=NOW + 799) is None
            assert timers.first_due(tx, "other", now=NOW + 1000) is None
            due = timers.first_due(tx, "acme", now=NOW + 1000)
        assert due == timers.DueTimer("case-2", NOW + 800)
        with second.write() as tx:
            assert timers.take(tx, "acme", due)
        with first.write() as tx:
            assert not timers.take(tx, "acme", due)
            following = timers.first_due(tx, "acme", now=NOW + 1000)
        assert following == timers.DueTimer("case-1", NOW + 900)

    def test_a_time_that_was_set_anew_is_not_taken_by_who_saw_the_old_one(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        add(ledger, "case-1")
        with ledger.write() as tx:
            timers.set_timer(tx, "acme", "case-1", due=NOW)
            old = timers.first_due(tx, "acme", now=NOW)
            timers.set_timer(tx, "acme", "case-1", due=NOW + 900)
            assert old is not None
            assert not timers.take(tx, "acme", old)
            timers.set_timer(tx, "acme", "case-1", due=None, acknowledged_at=NOW)
            assert timers.first_due(tx, "acme", now=NOW + 10_000) is None
            [row] = queries.open_packets(tx, "acme", "case-1")
        assert (row["acknowledge_at"], row["acknowledged_at"]) == (None, NOW)

    def test_a_worker_without_the_lease_writes_nothing(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        add(ledger, "case-1")
        with ledger.write() as tx:
            old = claims.claim(tx, "acme", "desk", now=NOW, lease=60)
        with ledger.write() as tx:
            claims.claim(tx, "acme", "desk", now=NOW + 61, lease=60)
        assert old is not None
        with pytest.raises(LeaseLost):
            finish_late(ledger, old)
        with pytest.raises(LeaseLost), ledger.write() as tx:
            deliveries.hold(tx, old)
        with pytest.raises(LeaseLost), ledger.write() as tx:
            deliveries.renew(tx, old, until=NOW + 200)
        with ledger.read() as tx:
            assert queries.trail_rows(tx, "acme", "case-1") == []

    def test_the_most_urgent_is_claimed_first_and_then_the_longest_due(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        add(ledger, "update", priority=2, now=NOW - 50)
        add(ledger, "new-2", priority=1, now=NOW - 10)
        add(ledger, "new-1", priority=1, now=NOW - 20)
        add(ledger, "critical", priority=0, now=NOW - 1)
        order = []
        for _ in range(4):
            with ledger.write() as tx:
                claim = claims.claim(tx, "acme", "desk", now=NOW, lease=60)
                assert claim is not None
                order.append(claim.packet_id)
        assert order == ["critical", "new-1", "new-2", "update"]

    def test_workers_at_once_never_claim_the_same_delivery(self, open_ledger: OpenLedger) -> None:
        ledgers = [open_ledger() for _ in range(4)]
        for number in range(40):
            add(ledgers[0], f"case-{number}")
        claimed: list[str] = []

        def work(ledger: Ledger) -> None:
            while True:
                with ledger.write() as tx:
                    claim = claims.claim(tx, "acme", "desk", now=NOW, lease=60)
                if claim is None:
                    return
                claimed.append(claim.packet_id)

        threads = [threading.Thread(target=work, args=(ledger,)) for ledger in ledgers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(claimed) == sorted(f"case-{number}" for number in range(40))

    def test_a_newer_revision_wakes_what_is_delivered_or_dead_and_leaves_the_dropped(
        self, open_ledger: OpenLedger
    ) -> None:
        ledger = open_ledger()
        add(ledger, "case-1", "a", "b", "c", "d")
        for name, state in (("a", State.DELIVERED), ("b", State.DEAD), ("c", State.DROPPED), ("d", State.UNKNOWN)):
            with ledger.write() as tx:
                claim = claims.claim(tx, "acme", name, now=NOW, lease=60)
                assert claim is not None
                deliveries.give_back(tx, claim, now=NOW, state=state, due_at=NOW, done=1)
        add(ledger, "case-1", revision=2)
        with ledger.read() as tx:
            states = {one.destination: one.state for one in deliveries.siblings(tx, "acme", "case-1")}
        assert states == {
            "a": "pending",
            "b": "pending",
            "c": "dropped",
            "d": "unknown",
            "desk": "pending",
        }

    def test_a_body_is_kept_while_it_is_the_newest_or_was_told(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        add(ledger, "case-1")
        with ledger.write() as tx:
            claim = claims.claim(tx, "acme", "desk", now=NOW, lease=60)
            assert claim is not None
            deliveries.give_back(tx, claim, now=NOW, state=State.DELIVERED, due_at=NOW, told=1)
        for revision in (2, 3, 4):
            add(ledger, "case-1", revision=revision)
        with ledger.read() as tx:
            kept = [number for number in (1, 2, 3, 4) if packets.body_of(tx, "acme", "case-1", number) is not None]
        assert kept == [1, 4]

    def test_ids_are_found_whatever_their_case(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        add(ledger, "Case-1")
        with ledger.read() as tx:
            found = packets.find_packet(tx, "acme", "CASE-1")
        assert found is not None
        assert found.id == "Case-1"

    def test_businesses_do_not_see_each_other(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        add(ledger, "case-1")
        with ledger.write() as tx:
            assert packets.find_packet(tx, "other", "case-1") is None
            assert claims.claim(tx, "other", "desk", now=NOW, lease=60) is None
            assert queries.open_packets(tx, "other") == []

    def test_slots_are_spaced_evenly_for_all_workers_together(self, open_ledger: OpenLedger) -> None:
        first, second = open_ledger(), open_ledger()
        slots = []
        for ledger in (first, second, first):
            with ledger.write() as tx:
                slots.append(accounts.reserve(tx, "acme", {"api": 1}, LIMITS, share=1.0, now=NOW, ahead=2.0))
        assert [round(slot.at - NOW, 3) for slot in slots] == [0.0, 1.0, 2.0]
        assert [slot.taken for slot in slots] == [True, True, True]

    def test_a_slot_that_is_too_far_is_not_taken_from_others(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        with ledger.write() as tx:
            accounts.reserve(tx, "acme", {"api": 10}, LIMITS, share=1.0, now=NOW)
            far = [accounts.reserve(tx, "acme", {"api": 1}, LIMITS, share=1.0, now=NOW) for _ in range(3)]
        assert [slot.taken for slot in far] == [False, False, False]
        assert [round(slot.at - NOW) for slot in far] == [10, 10, 10]

    def test_a_slot_is_free_when_each_of_its_classes_is(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        limits = {"api": Limit(60.0, 60.0, 1), "update": Limit(60.0, 60.0, 1)}
        with ledger.write() as tx:
            accounts.reserve(tx, "acme", {"api": 3}, limits, share=1.0, now=NOW)
            accounts.reserve(tx, "acme", {"update": 7}, limits, share=1.0, now=NOW)
            found = accounts.buckets_of(tx, "acme")
        free = [
            accounts.free_at(found, classes, limits, share=1.0, now=NOW, critical=False) - NOW
            for classes in (["api"], ["api", "update"], ["unused"], [])
        ]
        assert [round(one) for one in free] == [3, 7, 0, 0]

    def test_what_is_critical_uses_the_part_that_is_kept_free(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        with ledger.write() as tx:
            for _ in range(3):
                accounts.reserve(tx, "acme", {"api": 1}, LIMITS, share=0.8, now=NOW)
            slot = accounts.reserve(tx, "acme", {"api": 1}, LIMITS, share=0.8, now=NOW, critical=True)
        assert (slot.at, slot.taken) == (NOW, True)

    def test_a_parked_bucket_gives_no_slot_before_its_time(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        with ledger.write() as tx:
            accounts.park_bucket(tx, "acme", "api", LIMITS, until=NOW + 30)
            slot = accounts.reserve(tx, "acme", {"api": 1}, LIMITS, share=1.0, now=NOW)
        assert (slot.at, slot.taken) == (NOW + 30, False)

    def test_a_limit_in_the_headers_replaces_the_smallest_plan(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        with ledger.write() as tx:
            accounts.reserve(tx, "acme", {"api": 2}, LIMITS, share=1.0, now=NOW)
            accounts.observe(tx, "acme", [Observed("api", calls=600, period=60)], LIMITS, now=NOW)
            slot = accounts.reserve(tx, "acme", {"api": 1}, LIMITS, share=1.0, now=NOW)
        assert round(slot.at - NOW, 3) == 0.2

    def test_what_is_remembered_expires(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        with ledger.write() as tx:
            accounts.remember(tx, "acme", "owner:dana", "9001", until=NOW + 10)
        with ledger.read() as tx:
            assert accounts.recall(tx, "acme", "owner:dana", now=NOW + 9) == "9001"
            assert accounts.recall(tx, "acme", "owner:dana", now=NOW + 10) is None
            assert accounts.recall(tx, "other", "owner:dana", now=NOW) is None

    def test_what_has_expired_is_removed_and_nothing_else(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        with ledger.write() as tx:
            accounts.remember(tx, "acme", "owner:dana", "9001", until=NOW + 10)
            accounts.remember(tx, "acme", "owner:sam", "9002", until=NOW + 11)
            accounts.forget_expired(tx, now=NOW + 10)
        with ledger.read() as tx:
            assert tx.execute(select(memory.c.name)).all() == [("owner:sam",)]

    def test_only_what_waits_or_is_retried_is_parked(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        for state in State:
            add(ledger, f"case-{state.value}")
            with ledger.write() as tx:
                of_it = deliveries_table.c.packet_id == f"case-{state.value}"
                tx.execute(update(deliveries_table).where(of_it).values(state=state.value))
        with ledger.write() as tx:
            assert moves.park(tx, "acme", "desk", reason="token", now=NOW) == 2
            parked = select(deliveries_table.c.packet_id).where(deliveries_table.c.state == State.PARKED.value)
            assert set(tx.execute(parked).scalars()) == {"case-pending", "case-retrying", "case-parked"}

    def test_parked_time_does_not_count_against_a_delivery(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        add(ledger, "case-1")
        with ledger.write() as tx:
            claim = claims.claim(tx, "acme", "desk", now=NOW, lease=60)
            assert claim is not None
            deliveries.give_back(tx, claim, now=NOW, state=State.RETRYING, due_at=NOW, first_attempt_at=NOW - 5)
            assert moves.park(tx, "acme", "desk", reason="token", now=NOW) == 1
            assert moves.unpark(tx, "acme", "desk", now=NOW + 1000) == 1
            claim = claims.claim(tx, "acme", "desk", now=NOW + 1000, lease=60)
        assert claim is not None
        assert claim.first_attempt_at == NOW + 995

    def test_a_file_is_remembered_by_name_and_content(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        with ledger.write() as tx:
            inbox_files.mark_taken(tx, "acme", "a.json", "00", now=NOW)
        with ledger.read() as tx:
            assert inbox_files.was_taken(tx, "acme", "a.json", "00")
            assert not inbox_files.was_taken(tx, "acme", "a.json", "01")
            assert not inbox_files.was_taken(tx, "other", "a.json", "00")

    def test_turns_of_several_workers_are_all_kept_in_order(self, open_ledger: OpenLedger) -> None:
        first, second = open_ledger(), open_ledger()
        with first.write() as tx:
            drafts.open_draft(tx, "acme", "case-1", {"lane": "support"}, now=NOW)
        for number, ledger in enumerate((first, second, first)):
            with ledger.write() as tx:
                drafts.add_turn(tx, "acme", "case-1", {"speaker": "customer", "text": str(number)})
        with second.read() as tx:
            fields, handed_off = drafts.read_draft(tx, "acme", "case-1")
        assert [turn["text"] for turn in fields["transcript"]] == ["0", "1", "2"]
        assert not handed_off

    def test_a_transaction_that_fails_leaves_nothing(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        with pytest.raises(RuntimeError):
            _write_and_fail(ledger)
        with ledger.read() as tx:
            assert queries.trail_rows(tx, "acme", "case-1") == []

    def test_a_ledger_of_a_newer_version_is_not_touched(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        with ledger.write() as tx:
            tx.execute(meta.update().where(meta.c.name == "schema_version").values(value=str(SCHEMA_VERSION + 1)))
        with pytest.raises(StoreUnavailable, match="install the newer Handoff"):
            open_ledger()
