"""What the state machine found, each as the shortest story that shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

pytest.importorskip("uvicorn", reason="the stand-ins need the extra `sandbox`: pip install 'handoff[sandbox]'")

from handoff_connectors.sandbox import hubspot_people
from handoff_connectors.sandbox.server import Sandbox
from tests.reliability.machine.machine import Machine
from tests.reliability.machine.world import CERTAIN, running_sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def state(sandbox) -> Iterator[Machine]:
    """A machine whose rules a test takes by hand."""

    class Run(Machine):
        pass

    Run.sandbox, Run.counted = sandbox, Counter()
    run = Run()
    yield run
    run.stack.close()


def begin(state: Machine, name: str, unique: bool = True) -> None:
    state.begin(name=name, unique=unique, urgency="high", by_phone=False, task=False)


def ends_well(state: Machine) -> None:
    state.holds()
    state.calm()
    state.holds()


@pytest.mark.parametrize(
    ("name", "path"), [("alerts", "chat.postMessage"), ("crm", r"objects/2026-03/notes$"), ("desk", r"/tickets$")]
)
@pytest.mark.parametrize("ahead", [3600.0, 86_400.0])
def test_a_lost_reply_makes_no_second_record_though_our_clock_is_ahead(state, sandbox, name, path, ahead):
    """A look-up since the time of the send, by our clock, began after the record that it looked for."""
    begin(state, name, unique=False)
    state.our_clock_jumps(ahead)
    sandbox.faults.add("apply_then_drop", method="POST", path=path)
    state.sync(0.0)
    state.time_passes(3700.0)
    ends_well(state)


def test_a_clock_that_is_set_back_delays_nothing(state):
    begin(state, "alerts")
    state.our_clock_jumps(-86_400.0)
    for _ in range(12):
        state.sync(300.0)
    assert state.world.handoff.waiting() == 0


def test_a_clock_that_gets_ahead_just_before_a_send_is_noticed_by_the_look_up_itself(state, sandbox):
    begin(state, "alerts")
    state.sync(0.0)
    state.create("normal", False, False)
    state.our_clock_jumps(86_400.0)
    sandbox.faults.add("apply_then_drop", method="POST", path="chat.postMessage")
    state.sync(0.0)
    state.time_passes(3700.0)
    ends_well(state)


def test_the_erasure_of_a_ticket_that_was_made_anew_comes_to_its_end(state):
    """Two tickets, and a slot for one at a time: each claim began with the first again, for ever."""
    begin(state, "desk")
    state.sync(0.0)
    state.a_person(which=0, act="closes")
    state.update(which=0, changes={})
    state.sync(25.0)
    state.erase(which=0, moment=None)
    ends_well(state)
    (dead,) = state.world.handoff.dead()
    assert "delete the ticket by hand" in dead.reason


def test_what_a_lost_creation_wrote_is_no_persons_once_it_is_adopted(state, sandbox):
    """Then a task that a person had touched was never completed any more."""
    state.begin(name="crm", unique=False, urgency="high", by_phone=False, task=True)
    sandbox.faults.add("apply_then_drop", vendor="hubspot", method="POST", path=r"/tasks$")

    def a_person_touches_it() -> None:
        state.time_passes(15.0)
        (task,) = sandbox.hubspot.every("tasks")
        hubspot_people.update(sandbox.hubspot, task, hs_task_priority="LOW")

    # The first look-up is that of the contact.
    state.world.points.plan(1, a_person_touches_it, {"after_look_up"})
    state.sync(0.0)
    (task,) = sandbox.hubspot.every("tasks")
    assert task.properties["hs_task_priority"] == "LOW"
    state.close_or_open_again(which=0)
    ends_well(state)
    assert (task.properties["hs_task_status"], task.properties["hs_task_priority"]) == ("COMPLETED", "LOW")


@pytest.mark.parametrize("unique", [True, False])
def test_news_is_told_beside_a_note_that_a_person_edited_before_its_creation_was_known(state, sandbox, unique):
    """The note keeps the person's words; the news passed for told with it."""
    begin(state, "crm", unique)
    sandbox.faults.add("apply_then_drop", vendor="hubspot", method="POST", path=r"/notes(/batch/upsert)?$")
    state.world.handoff.sync(time_budget=1.0)
    state.a_person(which=0, act="edits")
    assert state.counted["a person edits"] == 1
    state.update(which=0, changes={})
    state.world.wait(5.0 if unique else CERTAIN)
    state.world.handoff.sync(time_budget=15.0)
    assert len(sandbox.hubspot.every("notes")) == 2
    ends_well(state)


@pytest.mark.parametrize("unique", [True, False])
@pytest.mark.parametrize("moment", range(2, 62, 5))
def test_such_news_is_told_wherever_the_process_dies(state, sandbox, unique, moment):
    begin(state, "crm", unique)
    sandbox.faults.add("apply_then_drop", vendor="hubspot", method="POST", path=r"/notes(/batch/upsert)?$")
    state.world.handoff.sync(time_budget=1.0)
    state.a_person(which=0, act="edits")
    state.update(which=0, changes={})
    state.world.wait(5.0 if unique else CERTAIN)
    state.world.dying(moment, lambda: state.world.handoff.sync(time_budget=15.0))
    ends_well(state)
    (case,) = state.cases
    assert state.remote.tells("note", case.key, case.newest.token)
