"""The ways in which a run can come to grief at one operation, and the state that each leaves behind."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from handoff_connectors.sandbox.faults import Fault
from handoff_core.errors import StoreUnavailable
from handoff_core.ledger.sqlite import driver
from tests.reliability.forked import Runner, Say
from tests.reliability.life import LEASE, open_handoff, run_once
from tests.reliability.moved_time import SharedClock
from tests.reliability.operations import Operation, Operations
from tests.reliability.world import Run, World, others_do_not_wait

_AFTER_SEND = {"send": 0, "sent": 1, "replied": 2}
"""How many operations a part of a request comes after its beginning."""
_BREAKS = {"send": Fault.RESET, "sent": Fault.APPLY_THEN_DROP, "replied": Fault.HALF_BODY}
_FOR_EVER = 1e9


@dataclass(frozen=True)
class Case:
    """One operation of one run, in the world as it was when the run began."""

    world: World
    runner: Runner
    run: Run
    operation: Operation

    @property
    def begins_at(self) -> int:
        """The number of the operation at which the request begins that this operation belongs to."""
        return self.operation.number - _AFTER_SEND[self.operation.kind]

    @property
    def requests_before(self) -> int:
        """How many requests of the run were sent before this one."""
        return sum(one.kind == "send" and one.number < self.begins_at for one in self.run.operations)


Way = Callable[[Case], list[int]]
"""Let it happen; gives the revisions that were acknowledged. The run is over, the world is as it left it."""


def killed(case: Case) -> list[int]:
    """The process is killed."""
    code, said = _in_a_child(case, _kill_yourself)
    assert code == -signal.SIGKILL, f"{case.operation} was not reached: {code}, {said}"
    return said


def killed_and_applied_late(case: Case) -> list[int]:
    """The process is killed when its request has left; the vendor applies that at the last moment."""
    case.world.sandbox.faults.add(Fault.APPLY_LATE, skip=case.requests_before, seconds=_FOR_EVER)
    said = killed(case)
    # In the meantime another worker looks in vain, and must not make it anew.
    case.world.clock.advance(LEASE + 1)
    with case.world.open() as other:
        other.sync(inbox=False)
    case.world.sandbox.settle_late()
    return said


def out_of_disk(case: Case) -> list[int]:
    """From this operation on no byte can be written to any file."""
    code, said = _in_a_child(case, _fill_the_disk)
    assert code == 0, f"{case.operation}: {code}, {said}"
    return said


def failed(case: Case) -> list[int]:
    """The operation fails: a database error, or a connection that breaks before, while or after the vendor works."""
    if case.operation.is_request:
        fault = _BREAKS[case.operation.kind]
        return _here(case, Operations(case.begins_at, lambda _: _plant(case.world, fault)))
    return _here(case, Operations(case.operation.number, _raise_disk_error))


def hung(case: Case) -> list[int]:
    """The vendor never answers; it has not applied the request (``send``), or it has (``sent``)."""
    applied = case.operation.kind != "send"
    operations = Operations(case.begins_at, lambda _: _plant(case.world, Fault.HANG, applied=applied))
    return _here(case, operations, config=case.world.impatient)


def frozen(case: Case) -> list[int]:
    """The process stands still for longer than its lease; another one goes on, and then it wakes."""
    return _here(case, Operations(case.operation.number, lambda _: _go_on_elsewhere(case)))


def _in_a_child(case: Case, act: Callable[[Operation], None]) -> tuple[int, list[int]]:
    world = case.world
    number, revision = case.operation.number, case.run.revision
    return case.runner.run(_run_in_a_child, act, world.config, world.clock.path, number, revision)


def _run_in_a_child(
    say: Say, act: Callable[[Operation], None], config: Path, clock: Path, number: int, revision: int | None
) -> None:
    operations = Operations(number, act)
    with (
        suppress(StoreUnavailable),
        operations.with_requests(),
        open_handoff(config, SharedClock(clock), operations.reached) as handoff,
    ):
        run_once(handoff, revision, say)
    assert len(operations.seen) >= number, f"only {len(operations.seen)} operations"


def _here(case: Case, operations: Operations, config: Path | None = None) -> list[int]:
    acknowledged: list[int] = []
    # StoreUnavailable is what the command line turns into exit code 69.
    with (
        suppress(StoreUnavailable),
        operations.with_requests(),
        case.world.open(operations.reached, config=config) as handoff,
    ):
        run_once(handoff, case.run.revision, acknowledged.append)
    assert len(operations.seen) >= operations.act_at, f"only {len(operations.seen)} operations"
    return acknowledged


def _kill_yourself(operation: Operation) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _fill_the_disk(operation: Operation) -> None:
    # Python ignores SIGXFSZ, so a write beyond the limit fails with EFBIG, which SQLite reports as a disk I/O error.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def _raise_disk_error(operation: Operation) -> None:
    raise driver().OperationalError("disk I/O error")


def _plant(world: World, fault: Fault, *, applied: bool | None = None) -> None:
    world.sandbox.faults.add(fault, applied=applied)


def _go_on_elsewhere(case: Case) -> None:
    """Another process takes over, either with all that is left or only with what can be done at once."""
    case.world.clock.advance(LEASE + 1)
    try:
        with others_do_not_wait(), case.world.open() as other:
            if case.operation.number % 2:
                other.sync(inbox=False)
            else:
                case.world.finish(other)
    except StoreUnavailable as error:
        # Where the frozen one is in the middle of a transaction, it holds the ledger.
        if "locked" not in str(error):
            raise
