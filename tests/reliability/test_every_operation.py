"""A packet's whole life, disturbed at every single operation: each time one record in each system, the newest content.

The life is run once and its operations are counted: every statement and commit in the database, every request before
it leaves, when it has left and when it is answered. Then each operation is the one at which the process is killed,
fails, stands still for longer than its lease, or finds the disk full, and the job is run again until nothing is due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import pytest

pytest.importorskip("uvicorn", reason="the stand-ins need the extra `sandbox`: pip install 'handoff[sandbox]'")

from tests.reliability import ways
from tests.reliability.forked import Runner
from tests.reliability.life import KEY, PACKET, packet, warm
from tests.reliability.operations import Operation
from tests.reliability.verdict import content, differences, twins
from tests.reliability.ways import Case, Way
from tests.reliability.world import POSITIONS, Life, Run, World, a_world_in_memory

STRIDE = 173
"""The short form takes one operation in so many, beginning with another one for each way and position."""
FEWEST = 6
"""… but at least this many for each way and position."""
SHORT_POSITIONS = ("seen at once, unique keys", "seen late, no unique keys")
CLAIM = "Wherever a packet's life is interrupted, it ends as one record in each system with the newest content."


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with a_world_in_memory() as one:
        yield one


@pytest.fixture(scope="module")
def runner(world: World) -> Iterator[Runner]:
    """Forks the children that die."""
    with Runner(partial(warm, world.config)) as one:
        yield one


@pytest.fixture(scope="module")
def live(world: World) -> Callable[[str], Life]:
    """The undisturbed life in one position of the switches, lived once for all ways."""
    lives: dict[str, Life] = {}

    def of(position: str) -> Life:
        if position not in lives:
            world.set(position)
            lives[position] = world.live()
            assert twins(world.sandbox, KEY) == []
        world.set(position)
        return lives[position]

    return of


Pair = tuple[Run, Operation]


@dataclass
class Tally:
    """What was tried. ``ended``: the moments that were left behind and from which all ended well."""

    cases: int = 0
    operations: set[tuple[int, int]] = field(default_factory=set)
    ended: set[tuple[str, str, bool]] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


WAYS: dict[str, tuple[Way, Callable[[Operation], bool]]] = {
    "killed": (ways.killed, lambda operation: True),
    "failed": (ways.failed, lambda operation: True),
    "out of disk": (ways.out_of_disk, lambda operation: True),
    "frozen": (ways.frozen, lambda operation: True),
    "hung": (ways.hung, lambda operation: operation.kind in ("send", "sent")),
    "killed, applied late": (
        ways.killed_and_applied_late,
        lambda operation: operation.kind == "sent" and operation.writes,
    ),
}
"""Each way, and the operations that it can befall."""


@pytest.mark.long
@pytest.mark.kill
@pytest.mark.parametrize("way", WAYS)
def test_an_interruption_at_any_operation_leaves_one_record_with_the_newest_content(
    way, world, runner, live, full_proof, evidence
):
    befall, applies = WAYS[way]
    tally = Tally()
    positions = tuple(POSITIONS) if full_proof else SHORT_POSITIONS
    for turn, position in enumerate(positions):
        life = live(position)
        every = [(run, operation) for run in life.runs for operation in run.operations if applies(operation)]
        for run, operation in _share(every, way, turn) if full_proof else _sample(every, way, turn):
            _try(position, Case(world, runner, run, operation), befall, life, tally)
    assert not tally.wrong, "\n".join([f"{len(tally.wrong)} of {tally.cases}:", *tally.wrong])
    if full_proof:
        assert len(tally.operations) == len(every)
    counts = {"operations": len(tally.operations), "states left behind": len(tally.ended)}
    evidence("Every operation", f"{CLAIM} ({way})", cases=tally.cases, **counts)


def _share(every: list[Pair], way: str, turn: int) -> list[Pair]:
    """Each operation in one position of the vendors' switches, by turns. What a death leaves behind at a request is
    what the positions differ in: those are tried in all."""
    everywhere = way in ("killed", "killed, applied late")
    return [
        pair
        for number, pair in enumerate(every)
        if number % len(POSITIONS) == turn or (everywhere and pair[1].is_request)
    ]


def _sample(every: list[Pair], way: str, turn: int) -> list[Pair]:
    """One operation in ``STRIDE``, but some of each way; each way and position begins at another one."""
    stride = min(STRIDE, len(every) // FEWEST)
    return every[(list(WAYS).index(way) * 19 + turn * 53) % stride :: stride]


def _try(position: str, case: Case, befall: Way, life: Life, tally: Tally) -> None:
    world, run = case.world, case.run
    world.go_back(run.begins)
    acknowledged = befall(case)
    world.sandbox.faults.clear()
    tally.cases += 1
    tally.operations.add((run.number, case.operation.number))
    again = run.revision if run.revision not in acknowledged else None
    # Whatever leaves the same behind goes on in the same way: once is enough.
    left = (position, world.keep().digest, again is None)
    if left in tally.ended:
        return
    try:
        _goes_on_to_a_good_end(world, life, run.newest, again, woke_too_late=_wakes_too_late(case, befall))
    except AssertionError as error:
        tally.wrong.append(f"{position}, run {run.number}, {case.operation}: {error}")
    else:
        tally.ended.add(left)


def _wakes_too_late(case: Case, befall: Way) -> bool:
    """Whether the process stood still between the last look at its lease and the socket: nothing can stop it then."""
    return befall is ways.frozen and case.operation.kind == "send" and case.operation.writes


def _goes_on_to_a_good_end(world: World, life: Life, newest: int, again: int | None, *, woke_too_late: bool) -> None:
    with world.open() as handoff:
        if again is not None:
            # Whoever got no receipt submits once more.
            handoff.submit(packet(again))
        world.finish(handoff)
        doubled = twins(world.sandbox, KEY)
        if woke_too_late and doubled and all(one.startswith("comment") for one in doubled):
            # A private note in Zendesk cannot be taken back: a person is told.
            assert any(line.outcome == "left for a person" for line in handoff.log(PACKET))
            doubled = []
        assert doubled == []
        other = differences(content(world.sandbox, KEY), life.shown[newest])
        assert not other, "; ".join(other)
        shown = handoff.show(PACKET)
        assert shown is not None
        assert set(shown.status.destinations.values()) == {"delivered"}
