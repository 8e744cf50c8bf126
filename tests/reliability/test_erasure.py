"""An erasure with the three vendors' stand-ins: what goes, what stays, and that no death of a process undoes it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

pytest.importorskip("uvicorn", reason="the stand-ins need the extra `sandbox`: pip install 'handoff[sandbox]'")

from handoff_connectors.sandbox import hubspot_people, slack_people, zendesk_people
from handoff_core.client import Handoff
from handoff_core.testing.factories import make_packet
from tests.reliability.erased import CANARY, active, canary_packet_values, words_at_vendors, words_in_files
from tests.reliability.life import KEY, PACKET
from tests.reliability.operations import Operation, Operations
from tests.reliability.world import World, a_world_in_memory, others_do_not_wait


class Died(BaseException):
    """The process died here."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with a_world_in_memory() as world:
        yield world


def tell(handoff: Handoff, number: int, **changes: object) -> None:
    values = {"id": PACKET, "made_at": None, "revision": None, "owner": None} | canary_packet_values(number) | changes
    assert handoff.submit(make_packet(**values)).status == "accepted"


def delivered(world: World, position: str = "seen at once, unique keys", times: int = 2) -> Handoff:
    """A case of the canary that has arrived everywhere, after some revisions."""
    world.set(position)
    handoff = world.open()
    for number in range(times):
        tell(handoff, number)
        world.finish(handoff)
        world.clock.advance(120.0)
    return handoff


@pytest.mark.parametrize("position", ["seen at once, unique keys", "seen at once, no unique keys"])
def test_nothing_is_left_but_what_the_plan_names(world, position):
    with delivered(world, position) as handoff:
        assert words_at_vendors(world.sandbox) != []
        plan = handoff.forget(PACKET, plan=True)
        kinds = {(one.destination, one.kind) for line in plan.packets for one in line.records}
        assert kinds >= {("desk", "ticket"), ("crm", "contact"), ("crm", "note"), ("crm", "task"), ("alerts", "alert")}
        assert all(one.url for line in plan.packets for one in line.records if one.kind in ("ticket", "alert", "note"))
        handoff.forget(PACKET)
        assert words_in_files(world.folder) == []
        world.finish(handoff)
        assert active(world.sandbox, KEY) == []
        assert words_at_vendors(world.sandbox) == []
        assert words_in_files(world.folder) == []
        assert set(handoff.status(PACKET)[0].destinations.values()) == {"erased"}
        [contact] = world.sandbox.hubspot.every("contacts")
        assert not contact.archived
        shown = handoff.show(PACKET)
        assert shown is not None
        reasons = {one.kind: one.reason or "" for one in shown.records}
        assert "GDPR" in reasons["contact"]
        assert "30 days" in reasons["ticket"]


def test_what_people_wrote_stays_in_the_ticket_and_only_our_part_is_blackened(world):
    with delivered(world) as handoff:
        [ticket] = world.sandbox.zendesk.by_key(KEY)
        zendesk_people.act(world.sandbox.zendesk, "comment", ticket.id, {"text": "I called and it is fixed"})
        handoff.forget(PACKET)
        world.finish(handoff)
        [ticket] = world.sandbox.zendesk.by_key(KEY)
        assert words_at_vendors(world.sandbox) == []
        assert "it is fixed" in repr(ticket.comments)
        assert ticket.values["subject"] == "Erased"
        shown = handoff.show(PACKET)
        assert shown is not None
        assert any("stays, with what people wrote in it" in (one.reason or "") for one in shown.records)


def test_a_note_that_a_person_changed_is_archived_with_their_words(world):
    with delivered(world) as handoff:
        [note] = world.sandbox.hubspot.every("notes")
        hubspot_people.act(world.sandbox.hubspot, "edit", "notes", note.id, {})
        edited = note.properties["hs_note_body"]
        handoff.forget(PACKET)
        world.finish(handoff)
        assert note.archived
        assert note.properties["hs_note_body"] == edited
        shown = handoff.show(PACKET)
        assert shown is not None
        assert any("A person had changed the text" in (one.reason or "") for one in shown.records)


def test_what_a_person_wrote_into_the_contact_stays(world):
    with delivered(world) as handoff:
        [contact] = world.sandbox.hubspot.every("contacts")
        world.sandbox.hubspot.update(contact, {"company": "Their own company"})
        handoff.forget(PACKET)
        world.finish(handoff)
        assert contact.properties["company"] == "Their own company"
        assert words_at_vendors(world.sandbox) == []


def test_a_contact_that_another_case_has_too_stays_until_that_is_forgotten(world):
    with delivered(world) as handoff:
        tell(handoff, 9, id="case-2")
        world.finish(handoff)
        plan = handoff.forget(PACKET, plan=True)
        [contact] = [one for line in plan.packets for one in line.records if one.kind == "contact"]
        assert contact.what.startswith("stays: case-2")
        handoff.forget(PACKET)
        world.finish(handoff)
        [held] = world.sandbox.hubspot.every("contacts")
        assert CANARY in repr(held.properties)
        result = handoff.forget(customer="maria@quetzal.example")
        assert [line.id for line in result.packets] == ["case-2"]
        world.finish(handoff)
        assert words_at_vendors(world.sandbox) == []


def test_a_contact_that_a_new_case_has_taken_up_meanwhile_stays(world):
    with delivered(world) as handoff:
        handoff.forget(PACKET)
        with handoff.ledger.write() as tx:
            held_up = tx.exec_driver_sql("UPDATE deliveries SET due_at = due_at + 5000 WHERE packet_id = 'case-1'")
        assert held_up.rowcount == 3
        tell(handoff, 9, id="case-2")
        handoff.sync(inbox=False)
        world.finish(handoff)
        [contact] = world.sandbox.hubspot.every("contacts")
        assert contact.properties["email"] == "maria@quetzal.example"
        shown = handoff.show(PACKET)
        assert shown is not None
        assert any("case-2 of the same customer has it now" in (one.reason or "") for one in shown.records)


def test_a_token_that_may_neither_blacken_nor_delete_leaves_a_ticket_for_a_person(world):
    with delivered(world) as handoff:
        world.sandbox.switches.zendesk.redacts = world.sandbox.switches.zendesk.may_delete = False
        handoff.forget(PACKET)
        world.finish(handoff)
        [line] = handoff.dead()
        assert line.destination == "desk"
        assert "delete the ticket by hand" in (line.reason or "")
        world.sandbox.switches.zendesk.redacts = world.sandbox.switches.zendesk.may_delete = True
        assert handoff.retry(PACKET) == 1
        world.finish(handoff)
        assert words_at_vendors(world.sandbox) == []


def test_a_closed_ticket_is_blackened_too(world):
    with delivered(world) as handoff:
        [ticket] = world.sandbox.zendesk.by_key(KEY)
        zendesk_people.act(world.sandbox.zendesk, "close", ticket.id, {})
        handoff.forget(PACKET)
        world.finish(handoff)
        assert CANARY not in repr(ticket.comments)


def test_a_message_that_a_person_deleted_is_as_good_as_erased(world):
    with delivered(world) as handoff:
        slack_people.act(world.sandbox.slack, "delete", None, None, {})
        handoff.forget(PACKET)
        world.finish(handoff)
        assert active(world.sandbox, KEY) == []
        assert set(handoff.status(PACKET)[0].destinations.values()) == {"erased"}


def _forget_and_sync(handoff: Handoff) -> None:
    handoff.forget(PACKET)
    stop = threading.Event()
    handoff.sync(inbox=False, stop=stop)


@pytest.mark.long
def test_whatever_a_process_dies_at_the_case_ends_erased(world, evidence):
    """Once the erasure is committed nothing undoes it; before that, the person runs it again."""
    with delivered(world):
        pass
    begins, operations = world.keep(), Operations()
    with operations.with_requests(), world.open(operations.reached) as handoff:
        _forget_and_sync(handoff)
    died = again = 0
    with others_do_not_wait():
        for operation in operations.seen:
            world.go_back(begins)
            _die_at(world, operation)
            died += 1
            with world.open() as handoff:
                if handoff.status(PACKET)[0].erased_at is None:
                    handoff.forget(PACKET)
                    again += 1
                world.finish(handoff)
                assert active(world.sandbox, KEY) == [], operation
                assert words_at_vendors(world.sandbox) == [], operation
                assert set(handoff.status(PACKET)[0].destinations.values()) == {"erased"}
            assert words_in_files(world.folder) == [], operation
    assert died > 100
    assert 10 < again < died / 2, "once it is committed nobody has to run it again"
    evidence("Erasure", "A process dies at each operation of an erasure: the case ends erased everywhere.", cases=died)


def _die_at(world: World, at: Operation) -> None:
    def die(operation: Operation) -> None:
        raise Died

    operations = Operations(at.number, die)
    try:
        with operations.with_requests(), world.open(operations.reached) as handoff:
            _forget_and_sync(handoff)
    except Died:
        return


def _first_delivery(world: World, operations: Operations) -> None:
    """One run that makes every record of the case."""
    with operations.with_requests(), world.open(operations.reached) as handoff:
        tell(handoff, 1)
        handoff.sync(inbox=False)


def _operations_of_a_first_delivery(world: World) -> tuple[Operation, ...]:
    world.set("seen late, no unique keys")
    operations = Operations()
    _first_delivery(world, operations)
    return tuple(operations.seen)


def _is_erased_everywhere(world: World, handoff: Handoff, operation: Operation) -> None:
    world.finish(handoff)
    assert active(world.sandbox, KEY) == [], operation
    left = words_at_vendors(world.sandbox)
    if left:
        # A contact whose creation was never answered could be looked for only by the words that are gone.
        assert all(one.startswith("contacts ") for one in left), (operation, left)
        shown = handoff.show(PACKET)
        assert shown is not None
        assert any("Whether HubSpot made a contact is not known" in (one.reason or "") for one in shown.records)
    assert words_in_files(world.folder) == [], operation
    assert set(handoff.status(PACKET)[0].destinations.values()) <= {"erased"}, operation


def test_wherever_a_worker_died_what_it_made_is_erased(world, evidence):
    operations = _operations_of_a_first_delivery(world)
    tried = 0
    with others_do_not_wait():
        for operation in operations:
            if not operation.is_request:
                continue
            world.set("seen late, no unique keys")

            def die(_: Operation) -> None:
                raise Died

            with pytest.raises(Died):
                _first_delivery(world, Operations(operation.number, die))
            with world.open() as handoff:
                assert handoff.forget(PACKET).unknown == (), operation
                _is_erased_everywhere(world, handoff, operation)
            tried += 1
    assert tried > 20
    evidence("Erasure", "A worker dies at each request of a delivery: what it made is erased.", cases=tried)


def test_whatever_a_worker_was_sending_when_the_erasure_came_is_erased(world, evidence):
    operations = _operations_of_a_first_delivery(world)
    tried = 0
    for operation in operations:
        if not operation.is_request:
            continue
        world.set("seen late, no unique keys")

        def forget_it(_: Operation) -> None:
            with world.open() as other:
                other.forget(PACKET)

        _first_delivery(world, Operations(operation.number, forget_it))
        with world.open() as handoff:
            _is_erased_everywhere(world, handoff, operation)
        tried += 1
    assert tried > 20
    evidence("Erasure", "An erasure comes at each request of a delivery: what is sent is erased.", cases=tried)


def test_what_people_answered_in_the_thread_stays(world):
    with delivered(world) as handoff:
        [alert] = [one for rows in world.sandbox.slack.messages.values() for one in rows.values() if not one.is_reply]
        slack_people.reply(world.sandbox.slack, alert, text="I take it")
        handoff.forget(PACKET)
        world.finish(handoff)
        left = [one.values["text"] for rows in world.sandbox.slack.messages.values() for one in rows.values()]
        assert sorted(left) == ["I take it", "This message was deleted."]
        assert words_at_vendors(world.sandbox) == []
        assert set(handoff.status(PACKET)[0].destinations.values()) == {"erased"}
