"""The part of the ledger's contract that is about a customer's earlier packets, for every database."""

from __future__ import annotations

import json

from handoff_core.ledger import customers, packets, queries
from handoff_core.ledger.customers import Found
from handoff_core.ledger.rows import CustomerRow
from handoff_core.ledger.store import Ledger
from handoff_core.testing.erasure_contract import erase
from handoff_core.testing.ledger_ground import NOW, OpenLedger, add

MARIA = CustomerRow("a" * 32, "b" * 32, None, '{"summary": "Ünï", "promises": [], "concerns": []}')


def found(ledger: Ledger, customer: CustomerRow = MARIA, *, business: str = "acme", came: float = NOW) -> Found:
    """What is known when a packet of Maria's comes."""
    with ledger.read() as tx:
        return customers.look_up(tx, business, "new", customer, came=came, lane="support", since=NOW - 10)


class CustomersContract:
    """Inherited by ``LedgerContract``."""

    def test_earlier_packets_are_found_by_any_digest_the_newest_first(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        add(ledger, "by-mail", now=NOW - 3, customer=CustomerRow(None, MARIA.email, None, MARIA.open_matters))
        add(ledger, "by-account", now=NOW - 2, customer=CustomerRow(MARIA.account, "x", "y", ""))
        add(ledger, "somebody", now=NOW - 1, customer=CustomerRow("c", "d", None, ""))
        add(ledger, "nobody", now=NOW - 1)
        earlier = found(ledger).earlier
        assert [(one.id, one.received_at) for one in earlier] == [("by-account", NOW - 2), ("by-mail", NOW - 3)]
        assert (earlier[1].open_matters, earlier[1].closed, earlier[1].url) == (MARIA.open_matters, False, None)
        assert found(ledger, business="umbrella").earlier == ()
        assert [one.id for one in found(ledger, came=NOW - 3).earlier] == ["by-mail"]
        assert found(ledger, CustomerRow(None, None, None, "")).earlier == ()

    def test_only_the_first_answer_to_a_packet_counts(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        add(ledger, "case-1", now=NOW - 5)
        add(ledger, "old", now=NOW - 11)
        with ledger.write() as tx:
            packets.was_answered(tx, "acme", "case-1", at=NOW - 2)
            packets.was_answered(tx, "acme", "case-1", at=NOW - 1)
            packets.was_answered(tx, "acme", "old", at=NOW - 1)
        assert found(ledger).answered == ((NOW - 5, NOW - 2),)

    def test_a_revision_of_the_same_content_keeps_what_stands_beside_it(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        text = json.dumps([{"id": "old"}])
        add(ledger, "case-1", customer=MARIA, earlier=text)
        add(ledger, "case-1", revision=2)
        with ledger.read() as tx:
            assert packets.content_of(tx, "acme", "case-1", 2).earlier == text
        assert [one.id for one in found(ledger).earlier] == ["case-1"]

    def test_an_erasure_takes_a_packet_out_of_what_others_tell(self, open_ledger: OpenLedger) -> None:
        ledger = open_ledger()
        add(ledger, "old", customer=MARIA)
        add(ledger, "older", customer=MARIA)
        add(ledger, "both", customer=MARIA, earlier=json.dumps([{"id": "old"}, {"id": "older"}]))
        add(ledger, "one", customer=MARIA, earlier=json.dumps([{"id": "old"}]))
        add(ledger, "longer", customer=MARIA, earlier=json.dumps([{"id": "old-er"}]))
        with ledger.read() as tx:
            assert {packet for packet, *_ in customers.telling_of(tx, "acme", "old")} == {"both", "one"}
        erase(ledger, "old")
        with ledger.read() as tx:
            left = {name: packets.content_of(tx, "acme", name, 1).earlier for name in ("both", "one", "longer")}
            assert left == {"both": '[{"id": "older"}]', "one": None, "longer": '[{"id": "old-er"}]'}
            [row] = queries.open_packets(tx, "acme", "old")
            names = ("customer_account", "customer_email", "customer_phone", "open_matters", "answered_at")
            assert [row[name] for name in names] == [None] * len(names)
        assert "old" not in {one.id for one in found(ledger).earlier}
