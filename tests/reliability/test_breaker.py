"""A vendor is down for ten minutes while packets keep coming: few probes, a quick drain, and nobody else feels it.

Everything is in virtual time: packets are handed in at their time while the drain waits, and the vendors' limits are
kept. The vendors are in memory, so that six thousand packets can be tried.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pytest

from handoff_core.client import Handoff
from handoff_core.config import connectors, load
from handoff_core.connector import Limit
from handoff_core.delivery.accept import LINK_WAIT
from handoff_core.delivery.lane import FAILURES_THAT_OPEN
from handoff_core.errors import Transient
from handoff_core.ledger.store import Ledger
from handoff_core.testing.desk import Desk, DeskConnector
from handoff_core.testing.factories import make_packet
from proof.plugin import Record
from tests.reliability.matrix.stage import quick_folder

OUTAGE = 600.0
"""Seconds that the vendor is down; packets come for as long."""
MOST_PROBES = 60
CALLS = 20.0
"""Calls a second that each vendor allows: twice what comes."""
SHARE = 0.8

TOML = f"""
[business]
id = "acme"
name = "Acme Plumbing"
[store]
url = "sqlite:///handoff.db"
[owners.dana]
name = "Dana Fields"
identities = {{ tickets = "1", chat = "1" }}
[destinations.tickets]
connector = "tickets"
token_env = "TICKETS"
rate = {SHARE}
[destinations.chat]
connector = "chat"
token_env = "CHAT"
rate = {SHARE}
[routing]
fallback = "dana"
"""
RANKS = {"tickets": 10, "chat": 30}
"""The chat shows the link to the ticket, and so waits for it a moment."""


@dataclass
class Arrivals:
    """A clock that hands in each packet at its time, whoever waits meanwhile."""

    start: float = 1_800_000_000.0
    every: float = 1.0
    together: int = 1
    """Packets that come at once, ``every`` so many seconds."""
    left: int = 0
    arrive: Callable[[int], None] = lambda number: None
    time: float = field(init=False)
    came_at: list[float] = field(default_factory=list)

    @property
    def came(self) -> int:
        return len(self.came_at)

    def __post_init__(self) -> None:
        self.time = self.start

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        """Ends early when a packet comes, since lanes that wait in threads of their own look every 0.1 s."""
        until = self.time + max(seconds, 0.001)
        due = self.start + self.came // self.together * self.every
        if self.came < self.left and due <= until:
            self.time = max(self.time, due)
            for _ in range(self.together):
                self.came_at.append(self.time)
                self.arrive(self.came - 1)
        else:
            self.time = until


@dataclass
class World:
    """What became of a run: when each record was made, by vendor, and what the vendors were asked."""

    clock: Arrivals
    desks: dict[str, Desk]
    probed_at: list[float] = field(default_factory=list)
    """When the vendor that is down was asked."""

    def made_at(self, vendor: str) -> dict[str, float]:
        return {record.key: record.made_at - self.clock.start for record in self.desks[vendor].records}

    def took(self, vendor: str) -> dict[int, float]:
        """Seconds from a packet's coming to its record, by the packet's number."""
        numbers = {int(record.key.rpartition("-")[2]): record for record in self.desks[vendor].records}
        return {number: record.made_at - self.clock.came_at[number] for number, record in numbers.items()}


def live(monkeypatch: pytest.MonkeyPatch, *, packets: int, of: int, down: str | None) -> World:
    """Packets come while ``down`` cannot be reached, the first ``packets`` of those ``of`` that would come in ten
    minutes; then everything is drained."""
    together = max(1, round(of / OUTAGE))
    clock = Arrivals(every=OUTAGE * together / of, together=together, left=packets)
    world = World(clock, {name: Desk(clock) for name in RANKS})

    class Connector(DeskConnector):
        limits: ClassVar[dict[str, Limit]] = {"api": Limit(CALLS, 1.0, 20)}
        desks = world.desks

        def _request(self, name: str, apply: Callable[[], None]) -> None:
            if self._context.destination == down and clock.now() < clock.start + OUTAGE:
                self._context.before_request()
                world.probed_at.append(clock.now())
                raise Transient("the desk cannot be reached; nothing was sent")
            super()._request(name, apply)

    kinds = {name: type(f"Of{name}", (Connector,), {"rank": rank}) for name, rank in RANKS.items()}
    monkeypatch.setattr(connectors, "connector_class", kinds.__getitem__)
    monkeypatch.setattr(connectors, "connector_names", lambda: list(kinds))
    with quick_folder() as folder:
        run(folder, world, packets)
    return world


def run(folder: Path, world: World, packets: int) -> None:
    clock = world.clock
    (folder / "handoff.toml").write_text(TOML)
    config = load(folder / "handoff.toml", {"TICKETS": "a", "CHAT": "c"})
    handoff = Handoff(
        config, clock=clock, ledger=Ledger(config.store_url, clock=clock), threads=1, random_number=lambda: 1.0
    )
    clock.arrive = lambda number: handoff.submit(packet_of(number)) and None
    with handoff:
        while clock.came < packets or handoff.waiting():
            handoff.sync(inbox=False)
            clock.sleep(1.0)
            assert clock.now() < clock.start + 20 * OUTAGE, "the drain does not end"


def packet_of(number: int) -> Any:
    return make_packet(
        id=f"case-{number}", owner=None, made_at=None, revision=None, transcript=None, urgency={"level": "normal"}
    )


@pytest.mark.long
def test_a_vendor_that_is_down_costs_few_probes_and_is_caught_up_quickly(
    monkeypatch: pytest.MonkeyPatch, full_proof: bool, evidence: Record
) -> None:
    packets = 6000 if full_proof else 120
    calm = live(monkeypatch, packets=packets // 4, of=packets, down=None)
    world = live(monkeypatch, packets=packets, of=packets, down="tickets")
    made = world.made_at("tickets")
    assert len(world.desks["tickets"].records) == len(made) == packets
    assert {name: len(world.made_at(name)) for name in RANKS} == dict.fromkeys(RANKS, packets)
    assert len(world.probed_at) <= MOST_PROBES
    after = max(made.values()) - OUTAGE
    drain = packets / (CALLS * SHARE)
    assert after <= 2 * drain + (0 if full_proof else 60), f"{after:.0f} s after the outage for {packets} packets"
    longest = max(calm.took("chat").values())
    late = {number: took - longest for number, took in world.took("chat").items() if took > longest}
    # What came before the failures that tell of the outage may have waited its moment for a ticket's link.
    told_at = world.probed_at[FAILURES_THAT_OPEN - 1]
    came_at = world.clock.came_at
    put_off = [number for number in late if came_at[number] <= told_at]
    # First records come in the order of their packets: who comes while those that waited get theirs stands in line
    # behind them, for no longer than their calls take.
    behind = {number: late[number] for number in late if came_at[number] > told_at}
    assert max(behind.values(), default=0.0) <= len(put_off) / (CALLS * SHARE), f"the chat felt the outage: {late}"
    assert all(came_at[number] <= told_at + 2 * LINK_WAIT for number in behind), f"the chat felt the outage: {late}"
    assert max(late.values(), default=0.0) <= LINK_WAIT
    evidence(
        "Breaker",
        "A vendor that is down for ten minutes costs at most 60 probes and is caught up within twice the drain time; "
        "other destinations deliver as if nothing had happened.",
        cases=packets,
        outage_seconds=OUTAGE,
        probes=len(world.probed_at),
        caught_up_after_seconds=round(after, 1),
        drain_at_best_seconds=round(drain, 1),
        packets_delayed_elsewhere=len(late),
        longest_delay_elsewhere_seconds=round(max(late.values(), default=0.0), 1),
    )
