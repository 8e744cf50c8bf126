"""What the same customer's earlier packets leave open is shown in the new one, and never anybody else's."""

from __future__ import annotations

from typing import Any

import pytest

from handoff_core.delivery.view import build_view
from handoff_core.ledger import claims, customers, deliveries
from handoff_core.ledger.rows import CustomerRow

MARIA = {"name": "Maria Lindqvist", "email": "maria@lindqvist.example", "phone": "+1 312 555 0142", "account_id": "A-7"}
PROMISE = {"text": "A technician comes on Tuesday", "to": "Maria"}


def old_case(business, packet_id="case-17", **changes: Any):
    values = {"customer": MARIA, "commitments": [PROMISE], "open_concerns": ["Is it covered?"], "prior_contacts": None}
    return business.packet(id=packet_id, **{**values, **changes})


def new_case(business, packet_id="case-99", **changes: Any):
    values = {"customer": MARIA, "commitments": None, "open_concerns": None, "prior_contacts": None}
    return business.packet(id=packet_id, **{**values, **changes})


def view_of(handoff, packet_id, destination="desk"):
    """The view of a packet's delivery, which is claimed for that."""
    with handoff.ledger.write() as tx:
        while claim := claims.claim(tx, "acme", destination, now=handoff.ledger.now() + 60, lease=600):
            if claim.packet_id == packet_id:
                work = deliveries.load(tx, claim)
                return build_view(handoff.config, handoff.config.destinations[destination], work, work.records, {})
    raise AssertionError(f"{packet_id} has no delivery that is due")


def record_of(business, packet_id):
    [record] = business.desk().active(f"ho-acme.{packet_id}")
    return record


def earlier_of(handoff, packet_id):
    return {one.id: one for one in view_of(handoff, packet_id).earlier}


@pytest.mark.parametrize(
    "customer",
    [
        {"email": " MARIA@lindqvist.example "},
        {"phone": "+1 (312) 555-0142"},
        {"account_id": "A-7"},
        {"email": "other@example.example", "account_id": "A-7"},
    ],
)
def test_an_open_promise_and_concern_of_the_same_customer_come_along(business, customer):
    handoff = business.start()
    handoff.submit(old_case(business))
    handoff.submit(new_case(business, customer=customer))
    one = earlier_of(handoff, "case-99")["case-17"]
    assert [promise.text for promise in one.promises] == [PROMISE["text"]]
    assert one.concerns == ("Is it covered?",)
    assert (one.lane, one.closed) == ("support", False)


@pytest.mark.parametrize(
    "customer",
    [
        None,
        {"name": "Maria Lindqvist"},
        {"email": "maria@other.example"},
        {"phone": "312 555 0142"},
        {"account_id": "a-7"},
        {"email": "", "phone": "", "account_id": " "},
    ],
    ids=str,
)
def test_nobody_else_is_taken_for_the_same_customer(business, customer):
    handoff = business.start()
    handoff.submit(old_case(business))
    handoff.submit(new_case(business, customer=customer))
    assert earlier_of(handoff, "case-99") == {}


def test_the_packet_stays_what_its_producer_sent(business):
    handoff = business.start()
    handoff.submit(old_case(business))
    packet = new_case(business)
    handoff.submit(packet)
    assert handoff.submit(packet).status == "unchanged"
    shown = handoff.show("case-99")
    assert "commitments" not in shown.packet
    assert [one["id"] for one in shown.earlier] == ["case-17"]


def test_an_earlier_packet_does_not_tell_of_a_later_one(business):
    handoff = business.start()
    handoff.submit(old_case(business))
    business.clock.advance(10)
    handoff.submit(new_case(business))
    business.clock.advance(10)
    handoff.submit(old_case(business, summary="Maria called again."))
    assert earlier_of(handoff, "case-17") == {}


def test_what_is_kept_or_carried_on_is_not_told_again(business):
    handoff = business.start()
    handoff.submit(old_case(business, commitments=[PROMISE, {"text": "A call", "status": "kept"}]))
    handoff.submit(new_case(business, commitments=[{**PROMISE, "status": "kept"}]))
    assert earlier_of(handoff, "case-99")["case-17"].promises == ()


def test_a_later_revision_knows_what_became_of_it(business):
    handoff = business.start()
    handoff.submit(old_case(business))
    handoff.submit(new_case(business))
    handoff.submit(old_case(business, commitments=[{**PROMISE, "status": "kept"}], state={"status": "done"}))
    handoff.submit(new_case(business, summary="Maria asks for an invoice."))
    one = earlier_of(handoff, "case-99")["case-17"]
    assert (one.promises, one.concerns, one.closed) == ((), (), True)


def test_a_release_keeps_what_stands_beside_the_packet(make_business):
    business = make_business(gate="hold")
    handoff = business.start()
    handoff.submit(old_case(business))
    held = new_case(business, facts=None, definition_of_done=None, escalation={"reason": "other"}, attempts=None)
    if not handoff.submit(held).held:
        pytest.fail("the packet was to be held")
    handoff.release("case-99")
    assert list(earlier_of(handoff, "case-99")) == ["case-17"]


def test_values_that_are_more_than_internal_do_not_come_along(business):
    handoff = business.start()
    facts = [
        {"name": "diagnosis", "value": "asthma attack", "source": "call", "sensitivity": "sensitive"},
        {"name": "address", "value": "12 Mill Lane", "source": "call", "sensitivity": "personal"},
    ]
    promises = [{"text": "Bring a filter against the asthma attack to 12 Mill Lane, card 4111 1111 1111 1111"}]
    handoff.submit(old_case(business, facts=facts, commitments=promises))
    handoff.submit(new_case(business))
    [promise] = earlier_of(handoff, "case-99")["case-17"].promises
    assert not {word for word in ("asthma", "Mill", "4111 1111") if word in promise.text}


def test_without_consent_to_sharing_only_that_there_was_a_case_comes_along(business):
    handoff = business.start()
    handoff.submit(old_case(business, privacy={"consent": {"sharing": "denied"}}))
    handoff.submit(new_case(business))
    one = earlier_of(handoff, "case-99")["case-17"]
    assert (one.summary, one.promises, one.concerns) == ("", (), ())


def test_a_new_case_without_consent_to_sharing_shows_nothing_of_earlier_ones(business):
    handoff = business.start()
    handoff.submit(old_case(business))
    handoff.submit(new_case(business, privacy={"consent": {"sharing": "denied"}}))
    assert earlier_of(handoff, "case-99") == {}


def test_what_a_destination_may_not_see_is_withheld_of_earlier_packets_too(business):
    toml = business.folder / "handoff.toml"
    toml.write_text(toml.read_text() + '[privacy.desk]\nredact = ["commitments", "customer.name"]\n')
    handoff = business.start()
    handoff.submit(old_case(business, open_concerns=["Maria Lindqvist wants a refund"]))
    handoff.submit(new_case(business))
    view = view_of(handoff, "case-99")
    [one] = view.earlier
    assert one.promises == ()
    assert "Lindqvist" not in one.concerns[0]
    assert "the promises" in view.withheld


def test_the_audit_names_the_earlier_packet_that_a_record_told_of(business):
    handoff = business.start()
    handoff.submit(old_case(business))
    handoff.submit(new_case(business))
    handoff.sync()
    fields = {field for line in handoff.audit("case-99") for field in line.fields}
    assert "earlier.case-17" in fields


def test_an_erased_packet_is_told_of_nowhere_and_records_are_written_anew(business):
    handoff = business.start()
    handoff.submit(old_case(business))
    handoff.submit(new_case(business))
    handoff.sync()
    plan = handoff.forget("case-17", plan=True)
    assert any(text.startswith("case-99 of the same customer tells of case-17") for text in plan.stays)
    handoff.forget("case-17")
    assert handoff.show("case-99").earlier == ()
    assert handoff.show("case-99").status.revision == 1
    assert PROMISE["text"] in str(record_of(business, "case-99").body)
    business.clock.advance(60)
    handoff.sync()
    assert PROMISE["text"] not in str(record_of(business, "case-99").body)
    database = b"".join(path.read_bytes() for path in business.folder.glob("handoff.db*"))
    assert PROMISE["text"].encode() not in database
    handoff.submit(new_case(business, packet_id="case-100"))
    assert list(earlier_of(handoff, "case-100")) == ["case-99"]


def test_a_packet_that_is_erased_while_a_record_tells_of_it_is_written_once_more_without_it(business):
    handoff, other = business.start(), business.start()
    handoff.submit(old_case(business))
    handoff.sync()
    handoff.submit(new_case(business))

    def erase(name):
        if name == "after_send" and record_of(business, "case-99").updates == 0:
            business.at = lambda name: None
            other.forget("case-17")

    business.at = erase
    handoff.sync()
    business.clock.advance(60)
    handoff.sync()
    assert "earlier" not in record_of(business, "case-99").body
    assert record_of(business, "case-99").updates == 1
    assert handoff.waiting() == 0


def test_retention_takes_an_old_packet_out_of_later_ones(business):
    toml = business.folder / "handoff.toml"
    toml.write_text(toml.read_text() + '[retention]\npackets = "1d"\n')
    handoff = business.start()
    handoff.submit(old_case(business, state={"status": "done"}))
    handoff.submit(new_case(business))
    handoff.sync()
    business.clock.advance(2 * 86_400)
    handoff.prune()
    assert handoff.show("case-99").earlier == ()


def test_another_business_in_the_same_store_is_another_world(business):
    handoff = business.start()
    handoff.submit(old_case(business))
    account = business.start().config
    assert account.business.id == "acme"
    with handoff.ledger.read() as tx:
        row = tx.exec_driver_sql("SELECT customer_account, customer_email, customer_phone FROM packets").one()
        customer = CustomerRow(*row, "")
        asked = {"came": handoff.ledger.now(), "lane": "support", "since": 0.0}
        assert [one.id for one in customers.look_up(tx, "acme", "x", customer, **asked).earlier] == ["case-17"]
        assert customers.look_up(tx, "umbrella", "x", customer, **asked).earlier == ()


def test_only_the_newest_earlier_packets_are_told_of(business):
    handoff = business.start()
    for number in range(customers.MOST_EARLIER + 3):
        handoff.submit(old_case(business, packet_id=f"case-{number}"))
        business.clock.advance(1)
    handoff.submit(new_case(business))
    newest = [f"case-{number}" for number in range(customers.MOST_EARLIER + 2, 2, -1)]
    assert list(earlier_of(handoff, "case-99")) == newest


@pytest.mark.parametrize("statement", [*customers._EARLIER_BY.values(), customers._ANSWERED])
def test_each_look_up_walks_an_index_in_order_however_many_packets_there_are(business, statement):
    handoff = business.start()
    handoff.submit(old_case(business))
    names = dict.fromkeys(["b", "i", "customer", "came", "lane", "since"], "x")
    with handoff.ledger.read() as tx:
        prepared = tx._compiler.prepare(statement, {})
        plan = tx._cursor().execute(f"EXPLAIN QUERY PLAN {prepared.sql}", prepared.bind(names)).fetchall()
    lines = [row[3] for row in plan]
    assert any("packets USING INDEX packets_" in line for line in lines), lines
    assert [line for line in lines if line.startswith("SCAN packets") or "TEMP B-TREE" in line] == []


def test_a_submit_asks_once_and_an_unchanged_packet_not_at_all(business, monkeypatch):
    handoff = business.start()
    asked = []
    real = customers.look_up
    monkeypatch.setattr(customers, "look_up", lambda *args, **more: asked.append(args[2]) or real(*args, **more))
    packet = new_case(business)
    handoff.submit(packet)
    handoff.submit(packet)
    assert asked == ["case-99"]
