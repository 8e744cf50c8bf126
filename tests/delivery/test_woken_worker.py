"""A worker that stood still between the check of its lease and the socket, and woke without it."""

from __future__ import annotations

from types import SimpleNamespace

from handoff_core.config import connectors
from handoff_core.connector import Limit, Payload
from handoff_core.delivery.payload_text import payload_to_text
from handoff_core.ledger import claims, deliveries


def run_for_hours(business, handoff, hours):
    for _ in range(hours):
        handoff.sync()
        business.clock.advance(3600)


def states(handoff):
    return {line.id: line.state for line in handoff.status()}


def keys(business):
    return [record.key for record in business.desk().records if not record.deleted]


class Pauses(list):
    """Faults of a desk at which something else happens between the last look at the lease and the socket."""

    def pop(self, place):
        super().pop(place)()
        return ""


def stand_still_before_sending(business, meanwhile):
    business.desk().faults = Pauses([meanwhile])


def another_does_everything(business, submit=lambda other: None):
    other = business.start()

    def meanwhile():
        business.clock.advance(61)
        submit(other)
        run_for_hours(business, other, 2)

    return meanwhile


def test_what_a_worker_makes_that_woke_without_its_lease_is_found_and_retired(business):
    handoff = business.start()
    handoff.submit(business.packet())
    stand_still_before_sending(business, another_does_everything(business))
    handoff.sync()
    assert keys(business) == ["ho-acme.case-1"] * 2
    run_for_hours(business, handoff, 2)
    assert [record.id for record in business.desk().active("ho-acme.case-1")] == ["d1"]
    assert any(line.what == "duplicate" and line.outcome == "retired" for line in handoff.log("case-1"))
    assert states(handoff) == {"case-1": "delivered"}


def test_what_a_worker_overwrites_that_woke_without_its_lease_is_written_again(business):
    handoff = business.start()
    handoff.submit(business.packet(summary="one"))
    handoff.sync()
    business.clock.advance(60)
    handoff.submit(business.packet(summary="two"))
    newer = another_does_everything(business, lambda other: other.submit(business.packet(summary="three")))
    stand_still_before_sending(business, newer)
    handoff._runs.make_lanes()[0].step()
    assert business.desk().records[0].body["summary"] == "two"
    run_for_hours(business, handoff, 2)
    assert business.desk().records[0].body["summary"] == "three"


def test_a_worker_that_wakes_while_another_is_at_work_is_looked_after_too(business):
    first, second = business.start(), business.start()
    first.submit(business.packet())
    with first.ledger.write() as tx:
        claim = claims.claim(tx, "acme", "desk", now=business.clock.now(), lease=60)
    business.clock.advance(61)

    def the_first_wakes_and_sends():
        business.desk().make("ho-acme.case-1", {"summary": "made without a lease"})
        with first.ledger.write() as tx:
            made = Payload(kind="case", key="ho-acme.case-1", body={})
            deliveries.doubt(tx, claim, payload_to_text(made), at=business.clock.now() + 30)

    stand_still_before_sending(business, the_first_wakes_and_sends)
    second.sync()
    assert keys(business) == ["ho-acme.case-1"] * 2
    run_for_hours(business, second, 2)
    assert len(business.desk().active("ho-acme.case-1")) == 1


def slow(business, monkeypatch):
    """One call in so long a time that no delivery waits for the next one with what it holds in memory."""
    monkeypatch.setattr(connectors.connector_class("desk"), "limits", {"api": Limit(1.0, 5.0, 1)})
    return business.start()


def test_a_look_at_what_was_overwritten_ends_however_slow_the_limit_is(business, monkeypatch):
    handoff = slow(business, monkeypatch)
    handoff.submit(business.packet(summary="one"))
    run_for_hours(business, handoff, 2)
    handoff.submit(business.packet(summary="two"))
    key = {"business": "acme", "packet_id": "case-1", "destination": "desk"}
    doubted = payload_to_text(Payload(kind="case", key="ho-acme.case-1", body={}))
    with handoff.ledger.write() as tx:
        deliveries.doubt(tx, SimpleNamespace(**key), doubted, at=business.clock.now())
    business.desk().requests.clear()
    for _ in range(30):
        handoff.sync()
        business.clock.advance(2)
    assert business.desk().records[0].body["summary"] == "two"
    assert business.desk().requests == ["find", "update"]
    assert states(handoff) == {"case-1": "delivered"}


def test_a_duplicate_is_retired_however_slow_the_limit_is(business, monkeypatch):
    handoff = slow(business, monkeypatch)
    business.desk().faults.append("apply_then_drop")
    handoff.submit(business.packet())
    handoff.sync(time_budget=1.0)
    business.desk().make("ho-acme.case-1", {"summary": "another one"})
    for _ in range(60):
        handoff.sync()
        business.clock.advance(2)
    assert len(business.desk().active("ho-acme.case-1")) == 1
    assert states(handoff) == {"case-1": "delivered"}


def test_records_are_looked_at_again_once(business):
    handoff = business.start()
    handoff.submit(business.packet())
    stand_still_before_sending(business, another_does_everything(business))
    handoff.sync()
    run_for_hours(business, handoff, 2)
    before = list(business.desk().requests)
    run_for_hours(business, handoff, 3)
    assert business.desk().requests == before


def test_what_a_worker_makes_that_woke_after_an_erasure_is_erased_too(business):
    handoff = business.start()
    handoff.submit(business.packet(summary="Quetzalcoatlus"))
    erased = another_does_everything(business, lambda other: other.forget("case-1"))
    stand_still_before_sending(business, erased)
    handoff.sync()
    run_for_hours(business, handoff, 2)
    assert keys(business) == []
    assert "Quetzalcoatlus" not in repr(business.desk().records)
    assert handoff.status("case-1")[0].state == "erased"
    assert any(line.outcome == "doubted" for line in handoff.log("case-1"))


def test_what_a_worker_overwrites_that_woke_after_an_erasure_is_erased_too(business):
    handoff = business.start()
    handoff.submit(business.packet(summary="one"))
    handoff.sync()
    business.clock.advance(60)
    handoff.submit(business.packet(summary="Quetzalcoatlus"))
    stand_still_before_sending(business, another_does_everything(business, lambda other: other.forget("case-1")))
    handoff._runs.make_lanes()[0].step()
    run_for_hours(business, handoff, 2)
    assert keys(business) == []
    assert "Quetzalcoatlus" not in repr(business.desk().records)
    assert handoff.status("case-1")[0].state == "erased"
