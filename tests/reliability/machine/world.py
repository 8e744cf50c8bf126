"""One business over stand-ins that run in this process: what the state machine and its regression tests act upon.

Time is one fake clock for the vendors and, shifted by ``jumped`` seconds, for Handoff. It passes only when somebody
waits; whatever is to be applied late is applied when the clock gets there, so that a run repeats exactly.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handoff_connectors.sandbox.server import Sandbox
from handoff_connectors.sandbox.snippet import TOKENS
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.ledger.sqlite import driver
from handoff_core.ledger.store import Ledger
from handoff_core.testing.clock import START, FakeClock

DESTINATIONS = {"desk": "zendesk", "crm": "hubspot", "alerts": "slack"}
SETTLE = {"zendesk": 60.0, "hubspot": 30.0, "slack": 12.0}
"""What each vendor is given to show what it has accepted; the default of each."""
TIMEOUT = 20.0
"""How long a request may be on its way; the default."""
CERTAIN = max(SETTLE.values()) + TIMEOUT + 6.0
"""After so many seconds nothing can arrive any more, and everything shows."""
UNLOCKED = frozenset({"after_intent", "after_reply", "after_send", "after_look_up"})
"""Points of a delivery at which its worker holds no lock, so that another one can act in this thread."""

_HEAD = """\
[business]
id = "acme-plumbing"
name = "Acme Plumbing"
region = "US"
[store]
url = "{store}"
[owners.dana]
name = "Dana Fields"
email = "dana@acme.example"
identities = {{ {identities} }}
[owners.sam]
name = "Sam Ortiz"
email = "sam@acme.example"
[routing]
fallback = "dana"
"""
_IDENTITIES = {"desk": "9001", "crm": "70001", "alerts": "U0DANA"}
_BLOCKS = {
    "desk": """\
[destinations.desk]
connector = "zendesk"
subdomain = "acme"
base_url = "{zendesk}"
token_env = "ZENDESK_TOKEN"
fields = {{ 360001 = "urgency.level" }}
brief_field = 360010
links_field = 360011
""",
    "crm": """\
[destinations.crm]
connector = "hubspot"
base_url = "{hubspot}"
token_env = "HUBSPOT_TOKEN"
""",
    "alerts": """\
[destinations.alerts]
connector = "slack"
base_url = "{slack}"
token_env = "SLACK_BOT_TOKEN"
channel = "C0ALERTS"
channels_by_urgency = {{ critical = "C0URGENT" }}
""",
}


def configuration(names: Collection[str], urls: Mapping[str, str], store: str = "sqlite:///handoff.db") -> str:
    """The business with these destinations, as TOML."""
    identities = ", ".join(f'{name} = "{_IDENTITIES[name]}"' for name in names)
    text = _HEAD + "".join(_BLOCKS[name] for name in names)
    return text.format(identities=identities, store=store, **urls)


class Died(BaseException):
    """The process died here."""


class NeverEnds(BaseException):
    """A run sleeps and goes on, and sleeps again, and so on."""


MOST_SLEEPS = 3000
"""So often a run may wait; the longest that there is waits some hundred times."""


class VendorClock(FakeClock):
    """The vendors' clock: when it is moved, what was to be applied by then is applied before anything else happens."""

    def __init__(self) -> None:
        super().__init__()
        self.moved: Callable[[], None] = lambda: None
        self.sleeps = 0

    def sleep(self, seconds: float) -> None:
        """Wait, and let what is late arrive. NeverEnds when nobody but the run itself has moved it for long."""
        self.sleeps += 1
        if self.sleeps > MOST_SLEEPS:
            raise NeverEnds
        super().sleep(max(seconds, 0.001))
        self.moved()

    def advance(self, seconds: float) -> float:
        """Move on, and let what is late arrive."""
        self.sleeps = 0
        now = super().advance(seconds)
        self.moved()
        return now

    def start_again(self) -> None:
        """Back to the start, for the next run."""
        self.sleeps = 0
        super().advance(START - self.now())


@dataclass
class OurClock:
    """Handoff's clock: the vendors', wrong by ``jumped`` seconds."""

    vendors: VendorClock
    jumped: float = 0.0

    def now(self) -> float:
        """Seconds since the epoch, as this machine believes."""
        return self.vendors.now() + self.jumped

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.vendors.sleep(seconds)


@dataclass
class Points:
    """Does something at the n-th point that a worker reaches, once."""

    left: int = -1
    at: Collection[str] | None = None
    do: Callable[[], None] = lambda: None

    def plan(self, number: int, do: Callable[[], None], at: Collection[str] | None = None) -> None:
        """``at``: which points count; None = every one, those of the ledger too."""
        self.left, self.do, self.at = number, do, at

    def cancel(self) -> None:
        """Nothing is planned any more."""
        self.left = -1

    def __call__(self, name: str) -> None:
        """A point was reached."""
        if self.left < 0 or (self.at is not None and name not in self.at):
            return
        self.left -= 1
        if self.left < 0:
            self.do()


@dataclass
class World:
    """The stand-ins, the clocks, the ledger's folder, and one worker that is replaced when it dies."""

    sandbox: Sandbox
    clock: VendorClock
    folder: Path
    ours: OurClock = field(init=False)
    points: Points = field(default_factory=Points)
    names: tuple[str, ...] = ()
    down: dict[str, str] = field(default_factory=dict)
    """What every request to a vendor meets while it is down."""
    handoff: Handoff = field(init=False)

    def __post_init__(self) -> None:
        self.ours = OurClock(self.clock)

    @property
    def vendors(self) -> tuple[str, ...]:
        """The vendors that this run has."""
        return tuple(DESTINATIONS[name] for name in self.names)

    def begin(self, names: Collection[str], *, unique: bool = True) -> None:
        """A new business with these destinations. ``unique``: HubSpot takes our unique property on notes and tasks."""
        self.names = tuple(name for name in DESTINATIONS if name in names)
        (self.folder / "handoff.toml").write_text(configuration(self.names, self.sandbox.urls))
        self.sandbox.switches.hubspot.unique_on_engagements = unique
        if "crm" in self.names:
            self.sandbox.hubspot.add_owner("70003", "80003", "Lee", "Moran", "lee@acme.example")
        self.handoff = self.start(self.points)
        if unique and "crm" in self.names:
            self.handoff.check_online(set_up=True)

    def start(self, points: Points) -> Handoff:
        """One worker, as a new process opens it."""
        config = load(self.folder / "handoff.toml", dict.fromkeys(TOKENS, "sandbox"))
        ledger = Ledger(config.store_url, clock=self.ours, trust_clock=True, at=points)
        return Handoff(config, clock=self.ours, ledger=ledger, threads=1, random_number=lambda: 0.5, at=points)

    @contextmanager
    def another(self) -> Iterator[Handoff]:
        """A second worker on the same ledger, for a moment."""
        other = self.start(Points())
        try:
            yield other
        finally:
            other.close()

    def restart(self) -> None:
        """Whatever the worker held in memory is gone; a new one opens the ledger."""
        self.points.cancel()
        self.handoff.close()
        self.handoff = self.start(self.points)

    def dying(self, number: int, do: Callable[[], None]) -> bool:
        """Do something and die at the n-th point; False when it ended before. A new worker then has the ledger."""
        self.points.plan(number, _die)
        try:
            do()
        except Died:
            self.restart()
            return True
        finally:
            self.points.cancel()
        return False

    def wait(self, seconds: float) -> None:
        """Time passes, for everybody."""
        self.clock.advance(seconds)

    def until_nothing_is_on_its_way(self) -> None:
        """Time passes until every late request has arrived and every accepted record shows."""
        lags = self.sandbox.switches
        hidden = max(lags.zendesk.listing_lag, lags.hubspot.association_lag, lags.slack.history_lag)
        if self.sandbox.late or hidden:
            self.wait(CERTAIN)

    def plan(self, fault: str, vendor: str, **how: object) -> None:
        """One fault for a vendor's next request that it fits."""
        self.sandbox.faults.add(fault, vendor=vendor, **how)  # type: ignore[arg-type]

    def take_down(self, vendor: str, how: str) -> None:
        """No request to the vendor succeeds until ``bring_up``."""
        self.down[vendor] = how
        self._renew_faults()

    def bring_up(self, vendor: str) -> None:
        """The vendor answers again."""
        self.down.pop(vendor, None)
        self._renew_faults()

    def no_faults(self) -> None:
        """Every vendor answers, and nothing is planned."""
        self.down.clear()
        self._renew_faults()

    def drain(self, rounds: int = 80) -> bool:
        """Run the scheduled job until nothing is waiting; False when that takes too long."""
        pause = 20.0
        for _ in range(rounds):
            self.clock.sleeps = 0
            result = self.handoff.sync()
            if not self.handoff.waiting() and not result.parked and not self.sandbox.late:
                return True
            self.wait(pause)
            pause = min(pause * 1.3, 7200.0)
        return False

    def kept(self) -> dict[str, tuple[int, int]]:
        """What the ledger holds, as a bystander reads it: revision and number of deliveries, by packet."""
        count = "SELECT count(*) FROM deliveries WHERE packet_id = packets.id"
        rows = self.asks(f"SELECT id, revision, ({count}) FROM packets")
        return {packet_id: (revision, deliveries) for packet_id, revision, deliveries in rows}

    def has_open_intents(self) -> bool:
        """Whether the outcome of some request is not known."""
        return self.asks("SELECT count(*) FROM records WHERE state IN ('sending', 'unknown')") != [(0,)]

    def asks(self, query: str) -> list[Any]:
        """The rows of a query that a bystander asks the ledger's file."""
        with closing(driver().connect(self.folder / "handoff.db")) as connection:
            return list(connection.execute(query))

    def close(self) -> None:
        """Give everything back."""
        with contextlib.suppress(AttributeError):
            self.handoff.close()

    def _renew_faults(self) -> None:
        self.sandbox.faults.clear()
        for vendor, how in self.down.items():
            self.sandbox.faults.add(how, vendor=vendor, count=None)


def _die() -> None:
    raise Died


@contextmanager
def new_world(sandbox: Sandbox) -> Iterator[World]:
    """A world with empty stand-ins and an empty folder. The sandbox runs on a ``VendorClock``."""
    clock = sandbox.clock
    assert isinstance(clock, VendorClock)
    sandbox.settle_late()
    sandbox.reset()
    clock.start_again()
    folder = Path(tempfile.mkdtemp(prefix="handoff-machine-", dir=_quick_folder()))
    world = World(sandbox, clock, folder)
    try:
        yield world
    finally:
        world.close()
        shutil.rmtree(folder)


@contextmanager
def running_sandbox() -> Iterator[Sandbox]:
    """The stand-ins, on a clock that stands still."""
    clock = VendorClock()
    with Sandbox(clock=clock) as sandbox:
        clock.moved = sandbox.catch_up
        yield sandbox


def _quick_folder() -> str | None:
    """In memory where there is such a file system: nothing here is about the disk."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None
