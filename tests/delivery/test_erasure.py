"""Forgetting a packet: nothing of it stays, here or at its vendors, and nothing is made anew."""

from __future__ import annotations

import json
from contextlib import closing

import pytest

from handoff_core.errors import PacketInvalid
from handoff_core.ledger import claims, deliveries, store
from handoff_core.ledger.sqlite import driver
from handoff_core.testing.desk import DeskConnector

CANARY = "Quetzalcoatlus"
PERSON = {"name": f"Maria {CANARY}", "email": "maria@quetzal.example", "phone": "(312) 555-0142"}


def canary_packet(business, **changes):
    turns = [{"speaker": "customer", "text": f"I am {CANARY}.", "at": "2026-11-20T09:00:00Z"}]
    values = {"summary": f"{CANARY} has no hot water.", "customer": PERSON, "transcript": turns, **changes}
    return business.packet(**values)


def files_with(business, *words):
    """Files of the business folder that hold one of the words."""
    found = []
    for path in sorted(business.folder.rglob("*")):
        if path.is_file() and path.name != "handoff.toml":
            content = path.read_bytes()
            if any(word.encode() in content for word in words):
                found.append(path.relative_to(business.folder).as_posix())
    return found


def canaries_in(business):
    return files_with(business, CANARY, "maria@quetzal", "555-0142")


def asked(business, name="desk"):
    return business.desks[name].requests


def test_an_erased_packet_leaves_no_word_in_any_file_and_no_record_at_its_vendor(business):
    with business.start() as handoff:
        handoff.submit(canary_packet(business))
        handoff.sync()
        handoff.submit(canary_packet(business, summary=f"{CANARY} still has none."))
        handoff.sync()
        assert canaries_in(business) != []
        result = handoff.forget("case-1")
        assert canaries_in(business) == []
        assert (result.remote, result.by_hand, result.unknown) == (1, 0, ())
        handoff.sync()
        assert business.desk().active("ho-acme.case-1") == []
        assert CANARY not in repr(business.desk().records)
        status = handoff.status("case-1")[0]
    assert dict(status.destinations) == {"desk": "erased"}
    assert status.summary.startswith("erased on ")
    assert canaries_in(business) == []


@pytest.mark.parametrize("largest", [store.LARGEST_REWRITTEN, 0], ids=["written anew", "too large for that"])
def test_an_erased_ledger_holds_nothing_even_while_it_is_open(business, monkeypatch, largest):
    monkeypatch.setattr(store, "LARGEST_REWRITTEN", largest)
    handoff = business.start()
    for number in range(12):
        for revision in range(3):
            words = f"{CANARY} again. " * 12 * (number % 5)
            handoff.submit(canary_packet(business, id=f"case-{number}", revision=revision + 1, summary=words or "-"))
        handoff.submit(business.packet(id=f"other-{number}", summary="Something else " * 90))
    handoff.sync()
    result = handoff.forget(*(f"case-{number}" for number in range(12)))
    assert canaries_in(business) == []
    assert any("for certainty run VACUUM" in word for word in result.stays) == (largest == 0)
    assert len(handoff.status()) == 24


def test_what_an_older_handoff_had_deleted_goes_too(business):
    with business.start() as handoff:
        handoff.submit(business.packet())
    with closing(driver().connect(business.folder / "handoff.db")) as older:
        older.execute("PRAGMA secure_delete = OFF")
        older.execute("UPDATE revisions SET body = ? || body", (CANARY * 900,))
        older.execute("UPDATE revisions SET body = substr(body, ?)", (len(CANARY) * 900 + 1,))
        older.commit()
    assert canaries_in(business) != []
    with business.start() as handoff:
        handoff.forget("case-1")
        assert canaries_in(business) == []


def test_a_plan_says_everything_and_changes_nothing(business):
    with business.start() as handoff:
        handoff.submit(canary_packet(business))
        handoff.sync()
        before = files_with(business, CANARY)
        plan = handoff.forget("case-1", plan=True)
        assert plan.planned
        [line] = plan.packets
        assert line.rows["revision"] == 1
        [record] = line.records
        assert (record.destination, record.kind, record.id) == ("desk", "case", "d1")
        assert record.what == "is deleted for good"
        assert any("Backups" in word for word in plan.stays)
        assert CANARY not in json.dumps(plan.to_object())
        assert files_with(business, CANARY) == before
        assert handoff.sync().delivered == 0
        assert handoff.status("case-1")[0].erased_at is None


def test_a_later_packet_with_the_id_is_refused_and_says_when_it_was_erased(business):
    with business.start() as handoff:
        handoff.submit(canary_packet(business))
        handoff.sync()
        handoff.forget("case-1")
        receipt = handoff.submit(canary_packet(business, summary="again"))
        assert receipt.status == "refused"
        assert receipt.problems[0].text.startswith("was erased on 2027-01-15")
        handoff.sync()
        handoff.sync()
        assert handoff.submit(canary_packet(business, revision=9)).status == "refused"
        assert handoff.release("case-1").status == "refused"
        assert (handoff.retry("case-1"), handoff.drop("case-1")) == (0, 0)
        handoff.sync(reconcile=True)
        assert business.desk().active("ho-acme.case-1") == []
        assert asked(business).count("create") == 1


def test_a_live_draft_is_erased_and_neither_resumed_nor_handed_off(business):
    with business.start() as handoff:
        live = handoff.live("case-1", lane="support", customer=PERSON)
        live.turn("customer", f"I am {CANARY}")
        assert handoff.forget("case-1").packets[0].rows == {"draft": 1, "draft turn": 1}
        assert canaries_in(business) == []
        for call in (
            lambda: live.turn("customer", "hello?"),
            lambda: live.update(summary="x"),
            lambda: live.hand_off(summary="x"),
            live.fields,
            lambda: handoff.live("case-1"),
        ):
            with pytest.raises(PacketInvalid, match="was erased on"):
                call()


def test_what_is_still_to_be_erased_at_a_vendor_is_kept_without_a_word(make_business):
    business = make_business(lag=9.0)
    with business.start() as handoff:
        handoff.submit(canary_packet(business))
        business.desk().faults = ["apply_then_drop"]
        handoff.sync()
        assert [one.state for one in handoff.status("case-1")] == ["unknown"]
        plan = handoff.forget("case-1", plan=True)
        assert plan.packets[0].records[0].what.startswith("may be there, its answer was lost")
        handoff.forget("case-1")
        assert canaries_in(business) == []
        business.clock.advance(60)
        handoff.sync()
        assert business.desk().active("ho-acme.case-1") == []
        assert asked(business).count("create") == 1
        assert handoff.status("case-1")[0].state == "erased"


def test_a_worker_that_was_sending_when_the_erasure_came_leaves_no_record(business):
    handoff = business.start()
    handoff.submit(canary_packet(business))
    other = business.start()
    points = []

    def forget_now(name):
        points.append(name)
        if name == "after_send" and "after_erase" not in points and other.status("case-1")[0].erased_at is None:
            other.forget("case-1")

    business.at = forget_now
    handoff.sync()
    business.at = lambda name: None
    assert canaries_in(business) == []
    for _ in range(4):
        business.clock.advance(60)
        handoff.sync()
    assert business.desk().active("ho-acme.case-1") == []
    assert CANARY not in repr(business.desk().records)
    assert other.status("case-1")[0].state == "erased"
    assert asked(business).count("create") == 1


@pytest.mark.parametrize("point", ["after_intent", "after_send", "after_reply"])
@pytest.mark.parametrize("what", ["create", "update"])
def test_wherever_the_worker_was_its_record_is_erased(business, point, what):
    handoff, other = business.start(), business.start()
    handoff.submit(canary_packet(business))
    if what == "update":
        handoff.sync()
        business.clock.advance(30)
        handoff.submit(canary_packet(business, summary=f"{CANARY} again"))
    done = []

    def forget_now(name):
        if name == point and not done:
            done.append(name)
            other.forget("case-1")

    business.at = forget_now
    handoff.sync()
    assert done == [point]
    for _ in range(4):
        business.clock.advance(60)
        handoff.sync()
    assert business.desk().active("ho-acme.case-1") == []
    assert CANARY not in repr(business.desk().records)
    assert canaries_in(business) == []
    assert other.status("case-1")[0].state == "erased"


def test_a_lost_request_that_arrives_after_the_erasure_is_erased_too(business):
    with business.start() as handoff:
        handoff.submit(canary_packet(business))
        business.desk().faults = ["apply_late"]
        handoff.sync()
        handoff.forget("case-1")
        handoff.sync()
        business.desk().apply_late_requests()
        business.clock.advance(60)
        handoff.sync()
        assert business.desk().active("ho-acme.case-1") == []
        assert handoff.status("case-1")[0].state == "erased"


def test_an_erasure_is_tried_again_while_the_vendor_is_down(business):
    with business.start() as handoff:
        handoff.submit(canary_packet(business))
        handoff.sync()
        business.desk().faults = ["drop_before"]
        handoff.forget("case-1")
        handoff.sync()
        for _ in range(3):
            business.clock.advance(120)
            handoff.sync()
        assert business.desk().active("ho-acme.case-1") == []


def test_an_erasure_that_is_refused_is_a_dead_letter_that_a_person_ends(business):
    with business.start() as handoff:
        handoff.submit(canary_packet(business))
        handoff.sync()
        handoff.forget("case-1")
        business.desk().faults = ["refuse"]
        assert handoff.sync().exit == 1
        [line] = handoff.dead()
        assert (line.id, line.destination) == ("case-1", "desk")
        assert line.summary.startswith("erased on")
        assert handoff.retry("case-1") == 1
        business.desk().faults = ["refuse"]
        assert handoff.sync().exit == 1
        assert handoff.drop("case-1") == 1
        assert handoff.status("case-1")[0].state == "erased"
        assert handoff.dead() == ()


def test_an_erasure_waits_for_its_account_when_the_token_is_refused(business):
    with business.start() as handoff:
        handoff.submit(canary_packet(business))
        handoff.sync()
        handoff.forget("case-1")
        business.desk().faults = ["auth"]
        assert handoff.sync().parked == 1
        business.clock.advance(120)
        handoff.sync()
        assert business.desk().active("ho-acme.case-1") == []


def test_a_connector_that_cannot_erase_is_named_and_a_person_does_it(business, monkeypatch):
    for name in ("erase", "erasure", "trace"):
        monkeypatch.delattr(DeskConnector, name)
    with business.start() as handoff:
        handoff.submit(canary_packet(business))
        handoff.sync()
        result = handoff.forget("case-1")
        assert result.by_hand == 1
        assert "cannot be erased by Handoff" in result.packets[0].records[0].what
        assert canaries_in(business) == []
        assert handoff.sync().exit == 1
        assert "delete https://desk.example/d1 by hand" in (handoff.dead()[0].reason or "")
        assert handoff.drop("case-1") == 1
        assert handoff.status("case-1")[0].state == "erased"


def test_all_packets_of_a_customer_are_found_by_address_number_and_account(make_business):
    business = make_business()
    with business.start() as handoff:
        handoff.submit(canary_packet(business, id="by-mail", customer={"email": "MARIA@quetzal.example"}))
        handoff.submit(
            canary_packet(business, id="by-phone", customer={"phone": "(773) 555-0199", "account_id": "A-7"})
        )
        handoff.submit(business.packet(id="somebody-else"))
        handoff.live("in-a-draft", customer={"email": "maria@quetzal.example"})
        by_mail = handoff.forget(customer=" Maria@Quetzal.example ", plan=True)
        assert sorted(line.id for line in by_mail.packets) == ["by-mail", "in-a-draft"]
        assert [line.id for line in handoff.forget(customer="A-7", plan=True).packets] == ["by-phone"]
        assert handoff.forget(customer="nobody@quetzal.example").packets == ()
        handoff.forget(customer="773 555 0199")
        assert handoff.status("by-phone")[0].erased_at is not None
        assert handoff.status("somebody-else")[0].erased_at is None


def test_forgetting_twice_says_so_and_does_no_harm(business):
    with business.start() as handoff:
        handoff.submit(canary_packet(business))
        handoff.sync()
        handoff.forget("case-1")
        again = handoff.forget("case-1")
        assert again.packets[0].erased_at == handoff.status("case-1")[0].erased_at
        assert again.remote == 1
        handoff.sync()
        assert handoff.forget("case-1").remote == 0
        assert handoff.forget("case-9").unknown == ("case-9",)


def test_who_was_sent_what_stays_in_the_audit_without_values(business):
    with business.start() as handoff:
        handoff.submit(canary_packet(business))
        handoff.sync()
        before = handoff.audit("case-1")
        handoff.forget("case-1")
        handoff.sync()
        assert handoff.audit("case-1") == before != ()
        assert [line.what for line in handoff.log("case-1")][-3:] == ["forget", "erase", "delivery"]
        assert all(CANARY not in (line.text or "") for line in handoff.log("case-1"))


def test_a_worker_at_an_erased_delivery_has_lost_its_lease(business):
    handoff = business.start()
    handoff.submit(canary_packet(business))
    with handoff.ledger.write() as tx:
        claim = claims.claim(tx, "acme", "desk", now=business.clock.now(), lease=60)
    assert claim is not None
    handoff.forget("case-1")
    with pytest.raises(deliveries.LeaseLost), handoff.ledger.write() as tx:
        deliveries.renew(tx, claim, until=0.0)
    handoff.sync()
    assert handoff.status("case-1")[0].state == "erased"
    assert asked(business) == []


@pytest.mark.postgres
def test_an_erasure_on_postgresql_says_what_the_server_keeps(make_business, empty_postgres_url):
    business = make_business(store=empty_postgres_url)
    with business.start() as handoff:
        handoff.submit(canary_packet(business))
        handoff.sync()
        handoff.live("case-2", customer=PERSON)
        result = handoff.forget("case-1", customer="maria@quetzal.example")
        assert sorted(line.id for line in result.packets) == ["case-1", "case-2"]
        assert any("VACUUM FULL" in word for word in result.stays)
        handoff.sync()
        assert business.desk().active("ho-acme.case-1") == []
        assert handoff.submit(canary_packet(business)).erased
        assert handoff.status("case-1")[0].state == "erased"
