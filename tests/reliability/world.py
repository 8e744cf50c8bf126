"""The three stand-ins in one position of their switches, a business that delivers to them, and time that is moved."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from handoff_connectors.sandbox.server import Sandbox
from handoff_core.client import Handoff
from handoff_core.ledger import store
from handoff_core.ledger.names import ACTIVE
from handoff_core.ledger.sqlite import driver
from tests.reliability.life import BETWEEN, KEY, REVISIONS, SETTLE, open_handoff, run_once, write_configuration
from tests.reliability.moved_time import SharedClock
from tests.reliability.operations import Operation, Operations
from tests.reliability.snapshot import Snapshot, put_back, take
from tests.reliability.verdict import Content, content

LAG = SETTLE - 5.0
LAGS = {
    "zendesk": {"listing_lag": LAG, "user_search_lag": LAG},
    "hubspot": {"association_lag": LAG, "search_lag": LAG},
    "slack": {"history_lag": LAG},
}
"""Nearly as long as ``settle`` allows."""
WITHOUT_UNIQUE = {"hubspot": {"unique_on_engagements": False}}
POSITIONS: dict[str, tuple[dict[str, dict[str, Any]], ...]] = {
    "seen at once, unique keys": (),
    "seen at once, no unique keys": (WITHOUT_UNIQUE,),
    "seen late, unique keys": (LAGS,),
    "seen late, no unique keys": (LAGS, WITHOUT_UNIQUE),
}
"""What is not known of the vendors, in both positions."""
MOST_ROUNDS = 60


@dataclass(frozen=True)
class Moment:
    """Everything there is, at a time when nobody works."""

    now: float
    ledger: bytes | None
    stand_ins: Snapshot

    @property
    def digest(self) -> str:
        """The same for moments from which everything goes on in the same way."""
        ledger = hashlib.sha256(self.ledger or b"").hexdigest()
        return f"{self.now} {ledger} {self.stand_ins.digest}"


@dataclass(frozen=True)
class Run:
    """One run of the job in the undisturbed life: what it submitted, where it began, and all that it did."""

    number: int
    revision: int | None
    begins: Moment
    operations: tuple[Operation, ...]
    newest: int
    """The newest revision when it ends."""


@dataclass(frozen=True)
class Life:
    """The undisturbed life: its runs, and what people see when each revision has been delivered."""

    runs: tuple[Run, ...]
    shown: dict[int, Content]


@dataclass(frozen=True)
class World:
    """Stand-ins, clock and one business's folder. ``impatient``: a configuration with a short time limit."""

    sandbox: Sandbox
    clock: SharedClock
    folder: Path
    config: Path
    impatient: Path

    @property
    def database(self) -> Path:
        """The ledger's file."""
        return self.folder / "handoff.db"

    def set(self, position: str) -> None:
        """Empty stand-ins in this position, no ledger."""
        self.sandbox.reset()
        for switches in POSITIONS[position]:
            self.sandbox.switches.set(switches)
        self._remove_ledger()

    def open(self, at: Callable[[str], None] | None = None, *, config: Path | None = None) -> Handoff:
        """The business, as a new process would open it."""
        return open_handoff(config or self.config, self.clock, at)

    def live(self) -> Life:
        """The whole life without any trouble, run after run, every operation counted."""
        runs: list[Run] = []
        shown: dict[int, Content] = {}
        for newest in range(1, len(REVISIONS) + 1):
            revision: int | None = newest
            for _ in range(MOST_ROUNDS):
                begins, operations = self.keep(), Operations()
                with operations.with_requests(), self.open(operations.reached) as handoff:
                    run_once(handoff, revision, lambda _: None)
                runs.append(Run(len(runs) + 1, revision, begins, tuple(operations.seen), newest))
                revision, due = None, self.next_due()
                if due is None:
                    break
                self.clock.advance(max(due - self.clock.now(), 0.0))
            assert due is None, f"revision {newest} is not delivered even without trouble"
            shown[newest] = content(self.sandbox, KEY)
            self.clock.advance(BETWEEN)
        return Life(tuple(runs), shown)

    def keep(self) -> Moment:
        """This moment. What a dead process left half written is rolled back first, as the next one would do."""
        if self.database.exists():
            with closing(driver().connect(self.database)) as connection:
                connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ledger = self.database.read_bytes() if self.database.exists() else None
        return Moment(self.clock.now(), ledger, take(self.sandbox))

    def go_back(self, moment: Moment) -> None:
        """Make everything what it was."""
        self._remove_ledger()
        if moment.ledger is not None:
            self.database.write_bytes(moment.ledger)
        put_back(self.sandbox, moment.stand_ins)
        self.clock.set(moment.now)

    def next_due(self) -> float | None:
        """When the first delivery that is not at its end is due, or its account answers again."""
        with closing(driver().connect(self.database)) as connection:
            states = ", ".join(f"'{state.value}'" for state in ACTIVE)
            (due,) = connection.execute(f"SELECT min(due_at) FROM deliveries WHERE state IN ({states})").fetchone()
            (paused,) = connection.execute("SELECT max(not_before) FROM accounts").fetchone()
        return None if due is None else max(float(due), float(paused or 0.0))

    def finish(self, handoff: Handoff) -> None:
        """Run the job, and move the clock to the next thing that is due, until nothing is."""
        for _ in range(MOST_ROUNDS):
            handoff.sync(inbox=False)
            due = self.next_due()
            if due is None:
                return
            self.clock.advance(max(due - self.clock.now(), 1.0))
        raise AssertionError(f"something is due for ever: {handoff.status()}")

    def _remove_ledger(self) -> None:
        for suffix in ("", "-journal", "-wal", "-shm"):
            self.database.with_name(self.database.name + suffix).unlink(missing_ok=True)


@contextmanager
def a_world_in_memory() -> Iterator[World]:
    """Stand-ins that run as long as one is inside, and a ledger on a file system in memory, where there is one: what
    a process wrote before it died is there all the same."""
    memory = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder,
        a_world(Path(folder)) as world,
    ):
        yield world


@contextmanager
def others_do_not_wait() -> Iterator[None]:
    """Who opens the ledger inside gives up at once, not after half a minute, when somebody else holds it locked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "BUSY_TIMEOUT", 0.02)
        yield


@contextmanager
def a_world(folder: Path) -> Iterator[World]:
    """Stand-ins that run as long as one is inside."""
    clock = SharedClock.make(folder / "clock")
    with Sandbox(clock=clock, limits=False) as sandbox:
        config = write_configuration(folder, sandbox.urls)
        impatient = write_configuration(folder, sandbox.urls, "impatient.toml", 'timeout = "300ms"\n')
        yield World(sandbox, clock, folder, config, impatient)
