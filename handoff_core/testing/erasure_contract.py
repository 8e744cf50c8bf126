"""The part of the ledger's contract that is about erasure, for every database that it may stand on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoff_core.ledger import accounts, claims, deliveries, drafts, erasures, packets, queries, records, trail
from handoff_core.ledger.deliveries import LeaseLost
from handoff_core.ledger.names import ERASING, KEPT
from handoff_core.ledger.rows import RecordRow
from handoff_core.ledger.store import Ledger
from handoff_core.ledger.tables import deliveries as deliveries_table
from handoff_core.ledger.tables import packets as packets_table
from handoff_core.testing.ledger_ground import NOW, OpenLedger, add, finish_late

TICKET = RecordRow("ticket", "ho-acme.case-1", state=ERASING, remote_id="1001")


def erase(ledger: Ledger, packet_id: str, *rows: RecordRow, known: bool = True) -> None:
    """Erase a packet; ``rows`` stay of its records at the desk."""
    with ledger.write() as tx:
        traces = {"desk": rows}
        erasures.erase(tx, "acme", packet_id, known=known, lane="support", route="{}", traces=traces, now=NOW + 5)


class ErasureContract:
    """Inherited by ``LedgerContract``."""

    def test_an_erasure_takes_every_word_and_leaves_what_refuses_a_late_update(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        add(ledger, "case-1")
        add(ledger, "other")
        with ledger.write() as tx:
            trail.note(tx, "acme", "case-1", at=NOW, revision=1, what="create", outcome="ok", text="t", fields=("f",))
            drafts.open_draft(tx, "acme", "case-1", {"summary": "Maria"}, now=NOW)
            drafts.add_turn(tx, "acme", "case-1", {"speaker": "customer", "text": "Maria"})
            assert erasures.count_rows(tx, "acme", "case-1").keys() == {
                "revision",
                "trail text",
                "draft",
                "draft turn",
            }
        erase(ledger, "case-1")
        with ledger.read() as tx:
            assert erasures.count_rows(tx, "acme", "case-1") == {}
            assert erasures.erased_at(tx, "acme", "case-1") == NOW + 5
            assert erasures.erased_ids(tx, "acme") == {"case-1"}
            stored = packets.find_packet(tx, "acme", "CASE-1")
            assert stored is not None
            assert (stored.id, stored.digest, stored.erased_at) == ("case-1", "", NOW + 5)
            [line] = queries.trail_rows(tx, "acme", "case-1")
            assert (line["fields"], line["text"]) == (("f",), None)
            assert [body for _, body in erasures.bodies(tx, "acme")] == ['{"id": "x"}']
            assert erasures.delivery_states(tx, "acme", "case-1") == {"desk": "erased"}
        with pytest.raises(KeyError), ledger.read() as tx:
            drafts.read_draft(tx, "acme", "case-1")

    def test_a_worker_at_a_packet_that_is_erased_loses_its_lease(self, open_ledger: OpenLedger) -> None:
        first, second = open_ledger(), open_ledger()
        add(first, "case-1")
        with first.write() as tx:
            claim = claims.claim(tx, "acme", "desk", now=NOW, lease=60)
            assert claim is not None
            records.save_record(tx, claim, RecordRow("ticket", TICKET.key, state="sending", intent="{}", sent_at=NOW))
        erase(second, "case-1", TICKET)
        with pytest.raises(LeaseLost):
            finish_late(first, claim)
        with second.write() as tx:
            again = claims.claim(tx, "acme", "desk", now=NOW + 6, lease=60)
            assert again is not None
            work = deliveries.load(tx, again)
        assert (work.erased_at, work.body, work.records["ticket"].intent) == (NOW + 5, "", None)

    def test_what_a_worker_owns_up_to_makes_an_erased_delivery_due_again(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        add(ledger, "case-1")
        with ledger.write() as tx:
            claim = claims.claim(tx, "acme", "desk", now=NOW, lease=60)
        assert claim is not None
        erase(ledger, "case-1")
        with ledger.write() as tx:
            erasures.reopen(tx, claim, TICKET, at=NOW + 90)
            assert claims.claim(tx, "acme", "desk", now=NOW + 89, lease=60) is None
            assert claims.claim(tx, "acme", "desk", now=NOW + 90, lease=60) is not None

    def test_what_retention_left_at_a_vendor_can_be_erased_later(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        add(ledger, "case-1")
        erase(ledger, "case-1", replace(TICKET, state=KEPT))
        with ledger.write() as tx:
            assert erasures.delivery_states(tx, "acme", "case-1") == {"desk": "erased"}
            assert erasures.erase_remotely(tx, "acme", "case-1", "desk", now=NOW + 9) == 1
            assert erasures.erase_remotely(tx, "acme", "case-1", "desk", now=NOW + 9) == 0
            assert erasures.delivery_states(tx, "acme", "case-1") == {"desk": "pending"}

    def test_a_draft_alone_leaves_a_row_that_refuses_its_packet(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        with ledger.write() as tx:
            drafts.open_draft(tx, "acme", "case-1", {"summary": "Maria"}, now=NOW)
            assert erasures.has_draft(tx, "acme", "case-1")
            assert erasures.abandoned_drafts(tx, "acme", NOW + 1) == ("case-1",)
        erase(ledger, "case-1", known=False)
        with ledger.read() as tx:
            assert not erasures.has_draft(tx, "acme", "case-1")
            assert erasures.erased_at(tx, "acme", "case-1") == NOW + 5

    def test_who_shares_a_record_is_told_and_can_answer_for_it(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        contact = RecordRow("contact", "k", remote_id="7", state="current", seen={"email": "m@example"})
        for packet_id in ("case-1", "case-2"):
            add(ledger, packet_id)
            with ledger.write() as tx:
                records.save_record_of(tx, "acme", packet_id, "desk", replace(contact, seen=None))
        with ledger.write() as tx:
            assert erasures.sharing(tx, "acme", "case-1", "desk", contact, ()) == ("case-2",)
            assert erasures.sharing(tx, "acme", "case-1", "desk", contact, ("case-2",)) == ()
            assert erasures.sharing(tx, "acme", "case-1", "crm", contact, ()) == ()
            erasures.hand_over(tx, "acme", "case-2", "desk", contact)
            assert deliveries.load_records(tx, "acme", "case-2", "desk")["contact"].seen == contact.seen
        erase(ledger, "case-2")
        with ledger.write() as tx:
            records.save_record_of(tx, "acme", "case-2", "desk", contact)  # what its own erasure has not got to yet
            assert erasures.sharing(tx, "acme", "case-1", "desk", contact, ()) == ()

    def test_the_memory_of_a_record_goes_and_that_of_others_stays(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        names = (
            "tried:1001",
            "sent:notes/1001",
            "no-requester:ho-a_b",
            "tried:11001",
            "owner:dana",
            "no-requester:ho-axb",
        )
        with ledger.write() as tx:
            for name in names:
                accounts.remember(tx, "desk", name, "Maria", until=NOW + 10)
            accounts.remember(tx, "other", "tried:1001", "Maria", until=NOW + 10)
            erasures.forget_memory(tx, "desk", ["1001", "ho-a_b"])
            left = [name for name in names if accounts.recall(tx, "desk", name, now=NOW)]
            assert left == ["tried:11001", "owner:dana", "no-requester:ho-axb"]
            assert accounts.recall(tx, "other", "tried:1001", now=NOW) == "Maria"

    def test_only_what_is_wholly_delivered_is_old_enough_to_go(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        for packet_id in ("delivered", "waits", "open"):
            add(ledger, packet_id)
        with ledger.write() as tx:
            for packet_id in ("delivered", "waits"):
                tx.execute(packets_table.update().where(packets_table.c.id == packet_id).values(closed=True))
            tx.execute(
                deliveries_table.update().where(deliveries_table.c.packet_id == "delivered").values(state="delivered")
            )
            assert sorted(erasures.closed_before(tx, "acme", NOW + 1)) == [("delivered", True), ("waits", False)]
            assert erasures.closed_before(tx, "acme", NOW + 1, "delivered") == (("delivered", True),)
            assert erasures.closed_before(tx, "acme", NOW) == ()
            assert erasures.bodies_of(tx, "acme", "delivered") == {1: '{"id": "x"}'}
            erasures.replace_body(tx, "acme", "delivered", 1, "{}")
            assert packets.body_of(tx, "acme", "delivered", 1) == "{}"
