"""One HubSpot stand-in for all tests of this folder, emptied before each; and a delivery loop in small."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from handoff_connectors.hubspot import HubSpotConnector
from handoff_connectors.sandbox.hubspot_state import HubSpotState, Record
from handoff_connectors.sandbox.server import Sandbox
from handoff_core.connector import Context, Observed, Payload, RecordState, Remote, View, Write
from handoff_core.packet import Packet
from handoff_core.testing.case import NotebookMemory
from handoff_core.testing.clock import FakeClock
from handoff_core.testing.factories import make_owner, make_packet, make_view

OBJECTS = {"contact": "contacts", "task": "tasks"}


@dataclass
class Rig:
    """A destination against the stand-in, with what the ledger would know of its records."""

    sandbox: Sandbox
    clock: FakeClock
    table: dict[str, Any] = field(default_factory=dict)
    memory: NotebookMemory = field(default_factory=NotebookMemory)
    remotes: dict[str, Remote] = field(default_factory=dict)
    observed: list[Observed] = field(default_factory=list)
    _connector: HubSpotConnector | None = None

    @property
    def portal(self) -> HubSpotState:
        return self.sandbox.hubspot

    @property
    def connector(self) -> HubSpotConnector:
        if self._connector is None:
            table = {"connector": "hubspot", "token_env": "HUBSPOT_TOKEN", "base_url": self.sandbox.hubspot_url}
            self._connector = HubSpotConnector(
                Context(
                    business="acme-plumbing",
                    destination="crm",
                    settings=HubSpotConnector.settings_model.model_validate({**table, **self.table}),
                    secret=lambda name: f"canary-{name}",
                    clock=self.clock,
                    memory=self.memory,
                    observe=self.observed.append,
                )
            )
        return self._connector

    def restart(self, **table: Any) -> None:
        """Another process takes over; ``table`` changes the configuration."""
        self.close()
        self.table.update(table)

    def close(self) -> None:
        if self._connector is not None:
            self._connector.close()
            self._connector = None

    def make_unique(self) -> None:
        """Make our unique properties, as ``check --online --set-up`` does."""
        self.connector.check([], set_up=True)

    def view(self, packet: Packet | None = None, **changes: Any) -> View:
        view = make_view(packet, **{"owner": make_owner(identity="70001"), "records": {}, **changes})
        states = {
            kind: RecordState(
                kind, view.key if kind == "note" else f"{view.key}~{kind}", remote.id, remote.url, edited=remote.edited
            )
            for kind, remote in self.remotes.items()
        }
        return view if "records" in changes else replace(view, records=states)

    def payloads(self, view: View | None = None) -> dict[str, Payload]:
        return {payload.kind: payload for payload in self.connector.render(view or self.view())}

    def write(self, payload: Payload, **changes: Any) -> Write:
        refs = {kind: remote.id for kind, remote in self.remotes.items()}
        return replace(Write(payload, refs=refs), **changes)

    def deliver(self, packet: Packet | None = None, **changes: Any) -> dict[str, Remote]:
        """Bring every record to the packet, as the delivery loop does when nothing fails."""
        for payload in self.connector.render(self.view(packet, **changes)):
            self.remotes[payload.kind] = self.bring_up(payload)
        return self.remotes

    def bring_up(self, payload: Payload) -> Remote:
        known = self.remotes.get(payload.kind)
        if known is not None:
            return self.connector.update(self.write(payload, remote_id=known.id, seen=known.seen))
        if payload.look_up_first:
            for found in self.connector.find(self.write(payload)):
                return self.connector.update(self.write(payload, remote_id=found.id, adopted=True))
        return self.connector.create(self.write(payload))

    def record(self, kind: str) -> Record:
        """The stand-in's record of one of ours."""
        return self.portal.get(OBJECTS.get(kind, "notes"), self.remotes[kind].id)

    def sent(self, method: str = "*", path: str = "") -> list[str]:
        """Requests so far, as ``POST /crm/…``."""
        return [f"{entry.method} {entry.path}" for entry in self.sandbox.log.of("hubspot", method, path)]


@pytest.fixture(scope="session")
def stand_ins() -> Iterator[tuple[Sandbox, FakeClock]]:
    clock = FakeClock()
    with Sandbox(clock=clock, limits=False) as sandbox:
        yield sandbox, clock


@pytest.fixture
def rig(stand_ins: tuple[Sandbox, FakeClock]) -> Iterator[Rig]:
    sandbox, clock = stand_ins
    sandbox.settle_late()
    sandbox.reset()
    sandbox.switches.hubspot.search_lag = 30.0
    rig = Rig(sandbox, clock)
    yield rig
    rig.close()


@pytest.fixture
def second_revision() -> Packet:
    return make_packet(revision=2, summary="The boiler leaks now.")


@pytest.fixture(params=["plain", "unique"])
def either(rig: Rig, request: pytest.FixtureRequest) -> Rig:
    """The same in a portal without and with our unique properties."""
    if request.param == "unique":
        rig.make_unique()
        rig.sandbox.log.clear()
    return rig
