"""A business with in-memory desks, a clock that is moved, and a drain in the test's own thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from handoff_core.client import Handoff
from handoff_core.config import connectors, load
from handoff_core.delivery.lane import Lane
from handoff_core.ledger.store import Ledger
from handoff_core.packet import Packet
from handoff_core.testing.desk import Desk, DeskConnector
from handoff_core.testing.factories import make_packet


class MovedClock:
    """Time that passes only when a test or a wait moves it."""

    def __init__(self) -> None:
        self.time = 1_800_000_000.0
        self._lock = threading.Lock()

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.time += max(seconds, 0.001)

    advance = sleep


@dataclass
class Business:
    """One business under test; ``restart`` is what happens after its process was killed."""

    folder: Path
    clock: MovedClock
    desks: dict[str, Desk]
    at: Callable[[str], None] = lambda name: None
    opened: list[Handoff] = field(default_factory=list)

    def start(self, ledger_at: Callable[[str], None] | None = None) -> Handoff:
        config = load(self.folder / "handoff.toml", {"DESK_TOKEN": "t", "CRM_TOKEN": "u"})
        handoff = Handoff(
            config,
            clock=self.clock,
            ledger=Ledger(config.store_url, clock=self.clock, trust_clock=True, at=ledger_at),
            threads=1,
            random_number=lambda: 1.0,
            at=lambda name: self.at(name),
        )
        self.opened.append(handoff)
        return handoff

    def desk(self) -> Desk:
        return self.desks["desk"]

    def packet(self, **changes: Any) -> Packet:
        return make_packet(**{"id": "case-1", "owner": None, "made_at": None, "revision": None, **changes})


TOML = """
[business]
id = "acme"
name = "Acme Plumbing"
[store]
url = "{store}"
[inbox]
path = "inbox"
[owners.dana]
name = "Dana Fields"
identities = {{ desk = "1", crm = "1" }}
[owners.sam]
name = "Sam Ortiz"
identities = {{ desk = "2", crm = "2" }}
[destinations.desk]
connector = "desk"
token_env = "DESK_TOKEN"
[destinations.crm]
connector = "desk"
token_env = "CRM_TOKEN"
[routing]
fallback = "dana"
[[routing.rules]]
name = "support goes to the desk alone"
when = {{ lane = "support" }}
destinations = {destinations}
[quality]
gate = "{gate}"
"""


@pytest.fixture
def make_business(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Business]]:
    made: list[Business] = []

    def make(
        *, destinations: str = '["desk"]', gate: str = "annotate", store: str = "sqlite:///handoff.db", lag: float = 0.0
    ) -> Business:
        clock = MovedClock()
        desks = {"desk": Desk(clock, lag=lag), "crm": Desk(clock, lag=lag)}

        class Connector(DeskConnector):
            pass

        Connector.desks = desks
        monkeypatch.setattr(connectors, "connector_class", lambda name: Connector)
        monkeypatch.setattr(connectors, "connector_names", lambda: ["desk"])
        (tmp_path / "handoff.toml").write_text(TOML.format(destinations=destinations, gate=gate, store=store))
        business = Business(tmp_path, clock, desks)
        made.append(business)
        return business

    yield make
    for business in made:
        for handoff in business.opened:
            handoff.close()


@pytest.fixture
def business(make_business: Callable[..., Business]) -> Business:
    return make_business()


@pytest.fixture
def claims(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each claim."""
    counted: list[str] = []
    step = Lane.step

    def counting(lane):
        ended = step(lane)
        if ended is not None:
            counted.append(ended.how.value)
        return ended

    monkeypatch.setattr(Lane, "step", counting)
    return counted
