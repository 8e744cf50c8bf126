"""Things that happen at the same time, or just after one another."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace

import pytest

from handoff_core.connector import Limit, Payload
from handoff_core.errors import Gone, PacketInvalid
from handoff_core.ledger import claims, moves, packets


class Killed(BaseException):
    """The process died here."""


def once_at(business, point, do):
    """Do something when the delivery first reaches a point."""
    left = [True]

    def at(name):
        if name == point and left:
            left.clear()
            do()

    business.at = at


def raise_killed():
    raise Killed


def run_for_hours(business, handoff, hours):
    for _ in range(hours):
        handoff.sync()
        business.clock.advance(3600)


def states(handoff):
    return {line.id: line.state for line in handoff.status()}


def keys(business):
    return [record.key for record in business.desk().records if not record.deleted]


def test_a_newer_revision_during_a_send_that_is_refused_is_still_delivered(business):
    handoff, other = business.start(), business.start()
    handoff.submit(business.packet(summary="refused"))
    once_at(business, "after_intent", lambda: other.submit(business.packet(summary="good")))
    business.desk().faults.append("refuse")
    run_for_hours(business, handoff, 3)
    assert [record.body["summary"] for record in business.desk().records] == ["good"]
    assert states(handoff) == {"case-1": "delivered"}


def test_a_newer_revision_during_a_send_is_delivered_in_the_same_run(business):
    handoff, other = business.start(), business.start()
    handoff.submit(business.packet(summary="one"))
    once_at(business, "after_send", lambda: other.submit(business.packet(summary="two")))
    handoff.sync()
    assert business.desk().records[0].body["summary"] == "two"


def test_a_refused_milestone_does_not_spoil_later_revisions(business):
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    business.desk().faults.extend(["", "refuse"])
    handoff.submit(business.packet(owner={"id": "sam"}))
    assert handoff.sync().exit == 1
    business.clock.advance(60)
    handoff.submit(business.packet(owner={"id": "sam"}, summary="later"))
    assert handoff.sync().exit == 0
    assert states(handoff) == {"case-1": "delivered"}


def test_a_worker_killed_while_it_probes_a_stopped_account_holds_nothing_up(business):
    business.desk().faults.append("auth")
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    business.clock.advance(61)
    once_at(business, "after_intent", raise_killed)
    with pytest.raises(Killed):
        handoff.sync()
    handoff = business.start()
    run_for_hours(business, handoff, 3)
    assert states(handoff) == {"case-1": "delivered"}


def test_a_record_that_was_found_counts_as_told(business):
    handoff = business.start()
    once_at(business, "after_send", raise_killed)
    handoff.submit(business.packet())
    with pytest.raises(Killed):
        handoff.sync()
    handoff = business.start()
    handoff.submit(business.packet(owner={"id": "sam"}))
    run_for_hours(business, handoff, 2)
    assert keys(business) == ["ho-acme.case-1", "ho-acme.case-1~m2"]


def test_a_failing_look_up_is_no_proof_that_nothing_was_sent(business):
    handoff = business.start()
    once_at(business, "after_send", raise_killed)
    handoff.submit(business.packet())
    with pytest.raises(Killed):
        handoff.sync()
    business.desk().faults.append("drop_before")
    handoff = business.start()
    run_for_hours(business, handoff, 3)
    assert keys(business) == ["ho-acme.case-1"]


def test_what_is_unknown_is_never_given_up(business):
    business.desk().faults.extend(["apply_then_drop", *["drop_before"] * 500])
    handoff = business.start()
    handoff.submit(business.packet())
    run_for_hours(business, handoff, 40)
    assert states(handoff) == {"case-1": "unknown"}


def test_a_vendor_that_never_answers_an_update_is_given_up_in_the_end(business):
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    business.clock.advance(60)
    business.desk().faults.extend(["lose"] * 500)
    handoff.submit(business.packet(summary="lost"))
    run_for_hours(business, handoff, 60)
    assert states(handoff) == {"case-1": "dead"}


def test_the_time_to_give_up_begins_anew_with_each_revision(business):
    business.desk().faults.extend(["drop_before"] * 500)
    handoff = business.start()
    handoff.submit(business.packet(summary="old"))
    run_for_hours(business, handoff, 27)
    handoff.submit(business.packet(summary="new"))
    run_for_hours(business, handoff, 3)
    assert states(handoff) == {"case-1": "retrying"}


def test_an_update_whose_worker_died_is_written_again_after_it_may_arrive_late(business):
    path = business.folder / "handoff.toml"
    path.write_text(path.read_text().replace('token_env = "DESK_TOKEN"', 'token_env = "DESK_TOKEN"\nsettle = "60s"'))
    handoff = business.start()
    handoff.submit(business.packet(summary="one"))
    handoff.sync()
    business.clock.advance(60)
    record = business.desk().records[0]
    once_at(business, "after_intent", raise_killed)
    handoff.submit(business.packet(summary="two"))
    with pytest.raises(Killed):
        handoff.sync()
    handoff = business.start()
    handoff.submit(business.packet(summary="three"))
    business.clock.advance(61)
    handoff.sync()
    record.body = record.body | {"summary": "two"}  # the dead worker's request arrives
    run_for_hours(business, handoff, 2)
    assert record.body["summary"] == "three"


def test_a_fault_in_a_mapping_holds_up_only_its_own_packet(business, monkeypatch, caplog):
    caplog.set_level("DEBUG")
    handoff = business.start()
    connector = handoff.config.destinations["desk"].connector_class
    render = connector.render

    def broken(self, view):
        if view.packet.id == "case-1":
            raise KeyError(view.packet.summary)
        return render(self, view)

    monkeypatch.setattr(connector, "render", broken)
    handoff.submit(business.packet())
    handoff.submit(business.packet(id="case-2"))
    handoff.sync()
    assert states(handoff) == {"case-1": "retrying", "case-2": "delivered"}
    run_for_hours(business, handoff, 60)
    assert "KeyError" in handoff.dead()[0].reason
    assert "in broken\n" in caplog.text  # where it was
    assert business.packet().summary not in caplog.text + handoff.dead()[0].reason


def test_a_note_whose_contact_a_person_deleted_before_it_was_made_is_not_called_delivered(business, monkeypatch):
    handoff = business.start()
    connector = handoff.config.destinations["desk"].connector_class
    render, create = connector.render, connector.create

    def with_contact(self, view):
        contact = Payload(kind="contact", key=f"{view.key}~contact", body={"name": "Maria"}, look_up_first=True)
        return [contact, *(replace(payload, needs=("contact",)) for payload in render(self, view))]

    def contact_is_deleted(self, write):
        if write.payload.kind == "case":
            business.desk().records[0].deleted = True
            raise Gone("Desk, creating a case: the contact is not there.")
        return create(self, write)

    monkeypatch.setattr(connector, "render", with_contact)
    monkeypatch.setattr(connector, "create", contact_is_deleted)
    handoff.submit(business.packet())
    assert handoff.sync().exit == 1
    assert "newer revision" in handoff.dead()[0].reason
    monkeypatch.setattr(connector, "create", create)
    handoff.submit(business.packet(summary="more is known"))
    run_for_hours(business, handoff, 2)
    assert states(handoff) == {"case-1": "delivered"}
    assert [record.body.get("summary") for record in business.desk().active("ho-acme.case-1")] == ["more is known"]


@pytest.mark.parametrize("doubted", [True, False])
def test_the_same_bytes_wait_for_certainty_where_their_key_is_doubted(business, monkeypatch, doubted):
    handoff = business.start()
    connector = handoff.config.destinations["desk"].connector_class
    for name, answer in (("prepare", b"{}"), ("replay_window", 3600.0), ("doubts_replay", doubted)):
        monkeypatch.setattr(connector, name, lambda self, given, answer=answer: answer, raising=False)
    business.desk().faults.append("lose")
    handoff.submit(business.packet())
    handoff.sync()
    settings = handoff.config.destinations["desk"].settings
    business.clock.advance(settings.timeout)
    handoff.sync()
    assert business.desk().requests.count("create") == (1 if doubted else 2)
    business.clock.advance(settings.settle * 1.2)
    handoff.sync()
    assert business.desk().requests.count("create") == 2
    assert states(handoff) == {"case-1": "delivered"}


def test_a_look_up_and_its_creation_go_together_however_slow_the_account_is(business, monkeypatch):
    handoff = business.start()
    connector = handoff.config.destinations["desk"].connector_class
    monkeypatch.setattr(connector, "limits", {"api": Limit(1.0, 5.0, 1)})
    handoff.submit(business.packet())
    with handoff.ledger.write() as tx:
        moves.look_first_everywhere(tx, "acme")
    handoff.sync()
    assert business.desk().requests == ["find", "create"]


def test_asking_to_wait_for_no_time_does_not_make_a_run_endless(business):
    business.desk().faults.extend(["429"] * 500)
    handoff = business.start()
    connector = handoff.config.destinations["desk"].connector_class
    assert connector is not None
    handoff.submit(business.packet())
    handoff.sync()
    assert business.desk().requests.count("create") <= 10


def test_siblings_show_the_link_of_a_record_that_was_made_anew(make_business):
    business = make_business(destinations='["desk", "crm"]')
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    business.clock.advance(60)
    business.desk().records[0].deleted = True
    handoff.submit(business.packet(summary="new"))
    run_for_hours(business, handoff, 2)
    assert business.desks["crm"].records[0].body["links"] == {"desk": "https://desk.example/d2"}


def test_a_sibling_that_is_dropped_or_removed_is_not_waited_for(make_business):
    business = make_business(destinations='["desk", "crm"]')
    handoff = business.start()
    business.desks["crm"].faults.extend(["refuse"])
    handoff.submit(business.packet())
    handoff.sync()
    assert handoff.drop("case-1", "crm") == 1
    handoff.sync()
    assert handoff.show("case-1").status.destinations == {"desk": "delivered", "crm": "dropped"}


def test_a_hurry_during_a_send_is_not_lost(business):
    handoff, other = business.start(), business.start()
    handoff.submit(business.packet())
    urgent = business.packet(owner={"id": "sam"}, urgency={"level": "critical", "reason": "leak"})
    once_at(business, "after_intent", lambda: other.submit(urgent))
    for lane in handoff._runs.make_lanes():
        lane.step()
        lane.put_back()
    with handoff.ledger.read() as tx:
        claim = claims.claim(tx, "acme", "desk", now=business.clock.now(), lease=60)
    assert claim is not None
    assert claim.priority == 0


def test_reconcile_looks_for_milestones_too(business):
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    business.desk().make("ho-acme.case-1~m2", {"note": "told before the ledger was restored"})
    business.clock.advance(60)
    handoff.submit(business.packet(owner={"id": "sam"}))
    handoff.sync(reconcile=True)
    assert keys(business).count("ho-acme.case-1~m2") == 1


def test_a_change_that_makes_a_handed_off_draft_invalid_leaves_it_as_it_was(business):
    live = business.start().live("case-1", lane="support")
    live.hand_off(
        summary="Maria has no hot water.",
        next_action={"text": "Call Maria back"},
        escalation={"reason": "low_confidence", "text": "Not sure"},
    )
    with pytest.raises(PacketInvalid):
        live.update(summary=None)
    assert live.turn("customer", "Are you there?").receipt.status == "accepted"


def test_a_record_that_is_no_longer_wanted_is_not_confirmed_for_ever(business, monkeypatch):
    handoff = business.start()
    connector = handoff.config.destinations["desk"].connector_class
    render = connector.render

    def with_task(self, view):
        case = render(self, view)[0]
        task = Payload(kind="task", key=f"{case.key}~task", body=dict(case.body), needs=("case",))
        return [case] if view.packet.summary == "no task" else [case, task]

    monkeypatch.setattr(connector, "render", with_task)
    handoff.submit(business.packet())
    handoff.sync()
    business.clock.advance(60)
    business.desk().faults.extend(["", "lose"])
    handoff.submit(business.packet(summary="two"))
    handoff.sync()
    handoff.submit(business.packet(summary="no task"))
    business.clock.advance(60)
    stop = threading.Event()
    guard = threading.Timer(20, stop.set)
    guard.start()
    handoff.sync(stop=stop)
    guard.cancel()
    assert not stop.is_set()
    assert states(handoff) == {"case-1": "delivered"}


@pytest.mark.postgres
def test_two_processes_that_accept_one_packet_at_once_agree(make_business, empty_postgres_url, monkeypatch):
    business = make_business(store=empty_postgres_url)
    handoffs = [business.start(), business.start()]
    meet = threading.Barrier(2)
    find = packets.find_packet

    def find_together(*args):
        found = find(*args)
        with contextlib.suppress(threading.BrokenBarrierError):
            meet.wait(0.5)
        return found

    monkeypatch.setattr(packets, "find_packet", find_together)
    receipts = []

    def submit(handoff, number):
        receipts.append(handoff.submit(business.packet(revision=number, summary=f"Revision {number}")).status)

    threads = [threading.Thread(target=submit, args=(handoffs[n], n + 1)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receipts) == 2
    assert handoffs[0].status("case-1")[0].summary == "Revision 2"


def test_asking_to_wait_holds_the_whole_account(business):
    business.desk().faults.append("429")
    handoff = business.start()
    for number in range(3):
        handoff.submit(business.packet(id=f"case-{number}"))
    handoff.sync()
    assert business.desk().requests == ["create"]
    business.clock.advance(30)
    assert handoff.sync().delivered == 3


def test_an_outage_long_after_a_delivery_has_its_full_time(business):
    business.desk().faults.extend(["drop_before"] * 3)
    handoff = business.start()
    handoff.submit(business.packet(summary="one"))
    run_for_hours(business, handoff, 27)
    assert states(handoff) == {"case-1": "delivered"}
    with handoff.ledger.read() as tx:
        first = tx.exec_driver_sql("SELECT first_attempt_at FROM deliveries").scalar()
    assert first is None


def test_a_link_that_comes_while_a_record_is_written_is_shown_all_the_same(make_business):
    business = make_business(destinations='["desk", "crm"]')
    handoff = business.start()
    handoff.submit(business.packet(urgency={"level": "critical", "reason": "leak"}))
    lanes = {lane.destinations[0].name: lane for lane in handoff._runs.make_lanes()}
    once_at(business, "after_intent", lanes["crm"].step)
    lanes["desk"].step()
    business.clock.advance(60)
    business.start().sync()
    assert business.desk().records[0].body["links"] == {"crm": "https://desk.example/d1"}
