"""The named moments between an intent and its result, in each connector, and four ways to come to grief there.

What must hold at each moment stands in ``MOMENTS``: whether the vendor has the record by then, and so whether whoever
comes next may find it or must make it.
"""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest

pytest.importorskip("uvicorn", reason="the stand-ins need the extra `sandbox`: pip install 'handoff[sandbox]'")

from handoff_core.errors import StoreUnavailable
from handoff_core.packet import Packet
from tests.reliability.forked import Runner, Say
from tests.reliability.life import BETWEEN, BUSINESS, LEASE, open_handoff, packet, warm
from tests.reliability.moved_time import SharedClock
from tests.reliability.verdict import Content, content, differences, twins
from tests.reliability.world import POSITIONS, World, a_world_in_memory, others_do_not_wait

HARDEST = "seen late, no unique keys"
IDS = ("case-1", "case-2")


@dataclass(frozen=True)
class Connector:
    """One connector: the lane whose packets go to it alone, where its first record is kept, and the request that
    makes it."""

    lane: str
    destination: str
    kind: str
    place: str
    creation: str
    key: str
    """How the request carries the record's key."""


CONNECTORS = {
    "zendesk": Connector("support", "desk", "ticket", "zendesk", "/tickets", '"external_id": "{}"'),
    "hubspot": Connector("sales", "crm", "note", "hubspot.notes", "/notes", "{}<"),
    "slack": Connector("booking", "alerts", "alert", "slack", "/chat.postMessage", '"handoff_key": "{}"'),
}
_ROUTE = """
[[routing.rules]]
name = "{lane} goes to {name} alone"
when = {{ lane = "{lane}" }}
destinations = ["{name}"]
"""


@dataclass(frozen=True)
class Moment:
    """A fault point, which time it is reached, and what is true then of the first packet's first record.

    ``sent``: its creation has left. ``kept``: the ledger knows that it was made.
    """

    point: str
    time: int
    sent: bool
    kept: bool


MOMENTS = {
    "after the intent": Moment("after_intent", 1, sent=False, kept=False),
    "after the send": Moment("after_send", 1, sent=True, kept=False),
    "after the reply": Moment("after_reply", 1, sent=True, kept=False),
    "before the commit": Moment("before_commit", 1, sent=True, kept=False),
    "after the commit": Moment("committed", 1, sent=True, kept=True),
    "between two records of a delivery": Moment("after_intent", 2, sent=True, kept=True),
    "between two deliveries": Moment("delivered", 1, sent=True, kept=True),
}
"""A moment belongs to the first packet's first record. Where that is the only one (a ticket that is made), "between two
records" comes when the second packet's ticket is about to be sent."""


def _of_the_first_record(connector: str, moment: Moment) -> Moment:
    """The same moment where the record in question is made: a HubSpot note comes second, after its contact."""
    later = 1 if connector == "hubspot" and moment.point != "delivered" else 0
    return replace(moment, time=moment.time + later)


# The four ways


def _kill(say: Say) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _fill_the_disk(say: Say) -> None:
    say("reached")
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def _in_a_child(say: Say, config: Path, clock: Path, moment: Moment, act: Callable[[Say], None]) -> None:
    with suppress(StoreUnavailable):
        _deliver(config, SharedClock(clock), moment, lambda: act(say))


def _killed(world: World, runner: Runner, moment: Moment) -> None:
    code, said = runner.run(_in_a_child, world.config, world.clock.path, moment, _kill)
    assert code == -signal.SIGKILL, (code, said)


def _disk_full(world: World, runner: Runner, moment: Moment) -> None:
    code, said = runner.run(_in_a_child, world.config, world.clock.path, moment, _fill_the_disk)
    assert (code, said) == (0, ["reached"])


def _thrown(world: World, runner: Runner, moment: Moment) -> None:
    def throw() -> None:
        raise FaultOfOurs

    with suppress(FaultOfOurs):
        _deliver(world.config, world.clock, moment, throw)


def _hung(world: World, runner: Runner, moment: Moment) -> None:
    def meanwhile() -> None:
        world.clock.advance(LEASE + 1)
        with others_do_not_wait(), suppress(StoreUnavailable), world.open() as other:
            other.sync(inbox=False)

    _deliver(world.config, world.clock, moment, meanwhile)


class FaultOfOurs(Exception):
    """A programming error."""


WAYS = {"SIGKILL": _killed, "exception": _thrown, "hang": _hung, "disk full": _disk_full}


def _deliver(config: Path, clock: SharedClock, moment: Moment, act: Callable[[], None]) -> None:
    """A run of the job in which something happens at the moment.

    ``committed`` is the commit that keeps a result, by the ledger's own word.
    """
    left = [moment.time]
    saving = [False]

    def reached(point: str) -> None:
        saving[0] = saving[0] or point == "before_commit"
        if point == moment.point and left[0]:
            left[0] -= 1
            if not left[0]:
                act()

    def committed(operation: str) -> None:
        if operation == "committed" and saving[0]:
            saving[0] = False
            reached(operation)

    try:
        with open_handoff(config, clock, committed, reached) as handoff:
            handoff.sync(inbox=False, on_progress=lambda progress: reached("delivered"))
    finally:
        assert not left[0], f"{moment} was not reached"


# The tests


@dataclass(frozen=True)
class Start:
    """Where every case of a connector begins: two packets to be made, or two that are to be told something new; and
    what people see in the end when nothing comes between."""

    begins: Any
    shown: dict[str, Content]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with a_world_in_memory() as one:
        route = "".join(_ROUTE.format(lane=one.lane, name=one.destination) for one in CONNECTORS.values())
        for config in (one.config, one.impatient):
            config.write_text(config.read_text() + route)
        yield one


@pytest.fixture(scope="module")
def runner(world: World) -> Iterator[Runner]:
    with Runner(partial(warm, world.config)) as one:
        yield one


@pytest.fixture(scope="module")
def start(world: World) -> Callable[[str, str, str], Start]:
    """The start of (scenario, connector, position), and the undisturbed end, worked out once."""
    known: dict[tuple[str, str, str], Start] = {}

    def of(scenario: str, connector: str, position: str) -> Start:
        if (scenario, connector, position) not in known:
            known[scenario, connector, position] = _start(world, scenario, CONNECTORS[connector], position)
        world.set(position)
        world.go_back(known[scenario, connector, position].begins)
        return known[scenario, connector, position]

    return of


def _start(world: World, scenario: str, connector: Connector, position: str) -> Start:
    world.set(position)
    with world.open() as handoff:
        for packet_id in IDS:
            handoff.submit(_packet(packet_id, connector, 1))
        if scenario == "update":
            world.finish(handoff)
            world.clock.advance(BETWEEN)
            for packet_id in IDS:
                handoff.submit(_packet(packet_id, connector, 3))
    begins = world.keep()
    with world.open() as handoff:
        world.finish(handoff)
    return Start(begins, {packet_id: content(world.sandbox, _key(packet_id)) for packet_id in IDS})


@pytest.mark.kill
@pytest.mark.parametrize("connector", CONNECTORS)
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("scenario", ["creation", "update"])
def test_a_fault_at_a_named_point_ends_in_one_record_with_the_newest_content(
    scenario, way, moment, connector, world, runner, start, full_proof, evidence
):
    positions = tuple(POSITIONS) if full_proof else (HARDEST,)
    for position in positions:
        begins = start(scenario, connector, position)
        point = _of_the_first_record(connector, MOMENTS[moment]) if scenario == "creation" else MOMENTS[moment]
        WAYS[way](world, runner, point)
        if scenario == "creation":
            _only_what_was_sent_is_there(world, CONNECTORS[connector], point, killed=way == "SIGKILL")
        with world.open() as handoff:
            world.finish(handoff)
            for packet_id in IDS:
                assert twins(world.sandbox, _key(packet_id)) == []
                assert differences(content(world.sandbox, _key(packet_id)), begins.shown[packet_id]) == []
            states = {state for line in handoff.status() for state in line.destinations.values()}
            assert states == {"delivered"}
        if scenario == "creation":
            _the_vendor_was_asked_once(world, connector, position)
    evidence(
        "Named fault points",
        "Killed, thrown, hung or without disk at a named point, every delivery ends as one record.",
        cases=len(positions),
        point=moment,
        connector=connector,
        way=way,
        scenario=scenario,
    )


def _only_what_was_sent_is_there(world: World, connector: Connector, moment: Moment, *, killed: bool) -> None:
    """What the table says; and a worker that takes over before ``settle`` has passed does not make it anew."""
    key = _key(IDS[0])
    made = len(world.sandbox.records().get(key, {}).get(connector.place, []))
    if killed:
        assert made == moment.sent
        assert _is_kept(world, connector) == moment.kept
    world.clock.advance(LEASE + 1)
    with world.open() as handoff:
        handoff.sync(inbox=False)
    assert len(world.sandbox.records().get(key, {}).get(connector.place, [])) <= 1


def _is_kept(world: World, connector: Connector) -> bool:
    with world.open() as handoff:
        shown = handoff.show(IDS[0])
        assert shown is not None
        return any(record.kind == connector.kind and record.id is not None for record in shown.records)


def _the_vendor_was_asked_once(world: World, connector: str, position: str) -> None:
    """Where the vendor has no key of its own, a creation is sent once, whatever happened: it is never sent blindly."""
    if connector == "zendesk" or (connector == "hubspot" and "no unique" not in position):
        return
    one = CONNECTORS[connector]
    asked = [entry for entry in world.sandbox.log.of(connector, "POST") if entry.path.endswith(one.creation)]
    bodies = [unquote_plus((entry.body or b"").decode()) for entry in asked]
    for packet_id in IDS:
        assert sum(one.key.format(_key(packet_id)) in body for body in bodies) == 1


def _packet(packet_id: str, connector: Connector, number: int) -> Packet:
    return packet(number, id=packet_id, lane=connector.lane, details=None)


def _key(packet_id: str) -> str:
    return f"ho-{BUSINESS}.{packet_id}"
