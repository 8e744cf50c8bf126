"""Notes and tasks whose answers were lost: one record, and what is ours and what is a person's stays known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handoff_core.errors import Unknown
from handoff_core.packet import Packet
from handoff_core.testing.factories import make_packet

BODY = "hs_note_body"
TASK_PACKET = make_packet(urgency={"level": "high", "reason": "no hot water"})
"""Its default has a task."""


@pytest.mark.parametrize("fault", ["apply_then_drop", "apply_then_500", "half_body", "html_200", "empty_200"])
def test_a_lost_answer_to_a_creation_leaves_one_note_that_is_ours(
    either: Any, fault: str, second_revision: Packet
) -> None:
    note = either.payloads()["note"]
    either.remotes["contact"] = either.bring_up(either.payloads()["contact"])
    either.sandbox.faults.add(fault, vendor="hubspot", method="POST", path=r"/notes(/batch/upsert)?$")
    with pytest.raises(Unknown):
        either.connector.create(either.write(note))
    found = either.connector.find(either.write(note, since=either.clock.now()))
    assert len(found) == 1
    assert found[0].retirable
    either.clock.advance(60)
    update = either.write(either.payloads(either.view(second_revision))["note"], remote_id=found[0].id, adopted=True)
    remote = either.connector.update(update)
    assert not remote.edited
    assert "The boiler leaks now." in either.portal.get("notes", remote.id).properties[BODY]
    assert either.portal.associated("notes", remote.id, "contacts"), "found and lost before it was attached"


@pytest.mark.parametrize("fault", ["apply_then_drop", "apply_then_500"])
def test_a_lost_answer_to_an_update_is_no_persons_edit(either: Any, fault: str, second_revision: Packet) -> None:
    either.deliver()
    either.sandbox.faults.add(fault, vendor="hubspot", method="PATCH", path=r"/notes/\d+$")
    with pytest.raises(Unknown):
        either.bring_up(either.payloads(either.view(second_revision))["note"])
    either.restart()
    either.clock.advance(600)
    remote = either.deliver(make_packet(revision=3, summary="And the cellar is wet."))["note"]
    assert not remote.edited
    assert "And the cellar is wet." in either.record("note").properties[BODY]


def test_an_edit_after_a_lost_answer_is_still_seen(rig: Any, second_revision: Packet) -> None:
    rig.deliver()
    rig.sandbox.faults.add("apply_then_drop", vendor="hubspot", method="PATCH", path=r"/notes/\d+$")
    with pytest.raises(Unknown):
        rig.bring_up(rig.payloads(rig.view(second_revision))["note"])
    rig.portal.update(rig.record("note"), {BODY: rig.record("note").properties[BODY] + "<p>Mine.</p>"})
    assert rig.bring_up(rig.payloads(rig.view(make_packet(revision=3)))["note"]).edited


def test_a_note_that_could_not_be_read_back_is_still_made(rig: Any, second_revision: Packet) -> None:
    rig.sandbox.faults.add("apply_then_drop", vendor="hubspot", method="GET", path=r"/notes/\d+$")
    remotes = rig.deliver()
    assert BODY not in remotes["note"].seen
    assert not rig.deliver(second_revision)["note"].edited


def test_a_persons_edit_is_seen_even_when_the_note_was_never_read_back(rig: Any, second_revision: Packet) -> None:
    rig.sandbox.faults.add("apply_then_drop", vendor="hubspot", method="GET", path=r"/notes/\d+$")
    rig.deliver()
    rig.clock.advance(60)
    rig.portal.update(rig.record("note"), {BODY: "<p>Mine.</p>" + rig.record("note").properties[BODY]})
    assert rig.deliver(second_revision)["note"].edited


def test_an_upsert_that_fails_for_one_input_is_not_believed(rig: Any) -> None:
    rig.make_unique()
    rig.sandbox.faults.add("partial_207", vendor="hubspot", method="POST", path=r"/notes/batch/upsert$")
    rig.remotes["contact"] = rig.bring_up(rig.payloads()["contact"])
    with pytest.raises(Unknown):
        rig.connector.create(rig.write(rig.payloads()["note"]))


def test_a_note_that_was_made_but_not_attached_is_not_made_again(rig: Any) -> None:
    rig.make_unique()
    rig.remotes["contact"] = rig.bring_up(rig.payloads()["contact"])
    rig.sandbox.faults.add("status", status=503, vendor="hubspot", method="PUT", path="/associations/")
    with pytest.raises(Unknown):
        rig.connector.create(rig.write(rig.payloads()["note"]))
    made = rig.connector.create(rig.write(rig.payloads()["note"]))
    assert [record.id for record in rig.portal.every("notes")] == [made.id]
    assert rig.portal.associated("notes", made.id, "contacts")


def test_what_a_worker_without_its_lease_wrote_is_no_persons_edit(rig: Any, second_revision: Packet) -> None:
    """It was frozen, woke, and wrote the older text over the newer one that another had written meanwhile."""
    rig.deliver()
    older = rig.payloads()["note"]
    rig.deliver(second_revision)
    rig.portal.update(rig.record("note"), {BODY: older.body["properties"][BODY]})
    newer = rig.payloads(rig.view(second_revision))["note"]
    write = rig.write(newer, remote_id=rig.remotes["note"].id, seen=rig.remotes["note"].seen)
    assert rig.connector.update(write).edited
    assert not rig.connector.update(replace(write, lost=older)).edited
    assert "The boiler leaks now." in rig.record("note").properties[BODY]


@pytest.mark.parametrize("seconds", [0.0, 60.0])
def test_what_was_made_and_not_read_back_stays_ours_though_a_person_changes_something_else(
    either: Any, seconds: float
) -> None:
    either.sandbox.faults.add("status", status=502, vendor="hubspot", method="GET", path=r"/tasks/\d+$")
    either.deliver(TASK_PACKET)
    either.clock.advance(seconds)
    either.portal.update(either.record("task"), {"hs_task_priority": "LOW"})
    either.restart()
    done = TASK_PACKET.changed(revision=2, summary="Repaired.", state={"status": "done"})
    remote = either.deliver(done)["task"]
    held = either.record("task").properties
    assert (held["hs_task_status"], held["hs_task_priority"]) == ("COMPLETED", "LOW")
    assert "Last step" in held["hs_task_body"]
    assert remote.kept == ("hs_task_priority",)


def test_a_lost_answer_to_the_first_update_of_what_was_never_read_back_changes_nothing(either: Any) -> None:
    either.sandbox.faults.add("status", status=502, vendor="hubspot", method="GET", path=r"/tasks/\d+$")
    either.deliver(TASK_PACKET)
    either.clock.advance(60)
    either.sandbox.faults.add("apply_then_drop", vendor="hubspot", method="PATCH", path=r"/tasks/\d+$")
    with pytest.raises(Unknown):
        either.bring_up(either.payloads(either.view(TASK_PACKET.changed(revision=2, summary="Worse.")))["task"])
    either.clock.advance(60)
    done = TASK_PACKET.changed(revision=3, summary="Repaired.", state={"status": "done"})
    assert either.deliver(done)["task"].kept == ()
    assert either.record("task").properties["hs_task_status"] == "COMPLETED"


@pytest.mark.parametrize(
    ("kind", "name", "value"), [("note", BODY, "Called her: nobody there."), ("task", "hs_task_status", "COMPLETED")]
)
def test_a_lost_creation_under_the_unique_key_is_gone_on_with_and_keeps_what_a_person_did_meanwhile(
    rig: Any, kind: str, name: str, value: str
) -> None:
    rig.make_unique()
    first = rig.payloads(rig.view(TASK_PACKET))
    rig.remotes["contact"] = rig.bring_up(first["contact"])
    rig.sandbox.faults.add("apply_then_drop", vendor="hubspot", method="POST", path=r"/(notes|tasks)/batch/upsert$")
    with pytest.raises(Unknown):
        rig.connector.create(rig.write(first[kind]))
    (made,) = rig.portal.every(f"{kind}s")
    rig.portal.update(made, {name: value})
    news = rig.payloads(rig.view(TASK_PACKET.changed(revision=2, summary="Worse.")))[kind]
    remote = rig.connector.create(rig.write(news, lost=first[kind]))
    assert remote.id == made.id
    assert value in made.properties[name]
    assert name in remote.kept
    assert remote.edited == (kind == "note")
    assert rig.portal.associated(f"{kind}s", made.id, "contacts")


def test_a_lost_creation_that_was_never_applied_is_made_under_the_key(rig: Any) -> None:
    rig.make_unique()
    note = rig.payloads()["note"]
    rig.remotes["contact"] = rig.bring_up(rig.payloads()["contact"])
    remote = rig.connector.create(rig.write(note, lost=note))
    assert [record.id for record in rig.portal.every("notes")] == [remote.id]
