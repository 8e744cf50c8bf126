"""B3: remote writes for 1,000 live packets of 40 turns in ten minutes, against one upsert a turn in three systems.

Every packet is handed off at its first turn; each further turn, every 15 s, is a revision with another summary. One
packet in ten has its urgency raised on the way, another one in ten gets another owner. The run goes on until nothing
is waiting. Virtual time, the vendors of ``benchmarks.modelled``; our own work takes no time here, since what is
measured are writes and the order of a queue.

What is asked of the order, by the packet's main record in each system (ticket, note, alert):

- A first record, or a change of urgency or owner, is visible soon after the *earliest slot*: when it could be there if
  the limits at the configured share served nothing but such changes and the words that tell of them, in the order that
  the product promises: critical cases and changes first, then new ones as they came. Beside it stands what the same
  comes to by a queue that knows no urgency, where each critical case of the first seconds delays all others.
- Any other revision is shown within 1.25 *fair shares*: the time that the limits need to write each record once; a
  note and its task are two.
"""

from __future__ import annotations

import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from pathlib import Path

from benchmarks.live_business import SHARE, case, memory_disk, open_live_business
from benchmarks.modelled import Costs, World, Written, rates
from benchmarks.rounds import Figure, Goal
from benchmarks.virtual import VirtualTime
from handoff_core.client import Handoff
from handoff_core.packet import Packet, UrgencyLevel
from handoff_core.receipt import ReceiptStatus

PACKETS = 1_000
TURNS = 40
SPACING = 15.0
SYSTEMS = ("desk", "crm", "alerts")
SEED = 20261125
AIM = 1 / 12
SOON = 20.0
FAIR = 1.25


@dataclass(frozen=True)
class Said:
    """One revision as it was submitted. ``hurry``: it changed urgency or owner."""

    at: float
    packet: int
    turn: int
    hurry: bool

    @property
    def key(self) -> str:
        """The key of its main records."""
        return f"ho-bench.case-{self.packet}"


def run(packets: int = PACKETS) -> Figure:
    """Writes until drained."""
    time = VirtualTime()
    world = World(time)
    said = _script(packets, time.now())
    with (
        tempfile.TemporaryDirectory(dir=memory_disk()) as folder,
        open_live_business(Path(folder), time, world) as handoff,
        time.lanes(),
    ):
        time.run(lambda: _play(handoff, time, said))
        waiting = handoff.waiting()
    _check(world, packets, waiting)
    writes = len(world.written)
    late, stale = _lateness(said, world, by_urgency=True), _staleness(said, world)
    in_line = {system: f"{seconds:.0f} s" for system, seconds in _lateness(said, world, by_urgency=False).items()}
    needs = _fair_shares(world)
    uploads = 2 * packets
    return Figure(
        "B3",
        f"remote writes for {packets:,} live packets × {TURNS} turns in {TURNS * SPACING / 60:.0f} min, until drained",
        "one upsert a turn in three systems",
        (float(writes),),
        (float(packets * TURNS * len(SYSTEMS)),),
        "writes",
        AIM,
        f"every record once, and every main record holds turn {TURNS} of {TURNS}",
        f"the {uploads:,} uploads of first tickets are not counted as writes; drained "
        f"{(max(one.at for one in world.written) - said[-1].at) / 60:.0f} min after the last turn; "
        f"after a slot in a queue without urgency (p95): {in_line}; "
        f"writes: {dict(Counter(f'{one.destination} {one.kind}' for one in world.written).most_common(8))}",
        goals=(
            Goal("calls refused with 429", sum(world.limited.values()), "=", 0),
            *(
                Goal(
                    f"{system}: first record or change of urgency or owner, s after its slot (p95)",
                    late[system],
                    "≤",
                    SOON,
                )
                for system in SYSTEMS
            ),
            *(
                Goal(f"{system}: other revisions, in fair shares of {needs[system]:.0f} s (most)", share, "≤", FAIR)
                for system in SYSTEMS
                if (share := stale[system] / needs[system])
            ),
        ),
    )


def _script(packets: int, began: float) -> list[Said]:
    chance = random.Random(SEED)
    said = []
    for packet in range(packets):
        start = began + chance.uniform(0, SPACING)
        changed = chance.randrange(5, TURNS - 5) if packet % 10 in (5, 8) else None
        for turn in range(1, TURNS + 1):
            said.append(Said(start + (turn - 1) * SPACING, packet, turn, turn == changed))
    return sorted(said, key=lambda one: one.at)


def _play(handoff: Handoff, time: VirtualTime, said: Iterable[Said]) -> None:
    """Conversations on one side, ``handoff work`` on the other."""
    talking = time.start(lambda: _talk(handoff, time, said))
    while not talking.done or handoff.waiting():
        if handoff.sync(inbox=False).exit:
            raise AssertionError("something needs a person")
        time.sleep(1.0)
    time.join(talking)


def _talk(handoff: Handoff, time: VirtualTime, said: Iterable[Said]) -> None:
    now: dict[int, Packet] = {}
    for one in said:
        time.sleep(one.at - time.now())
        packet = now.get(one.packet) or case(one.packet)
        turn = packet.transcript[0].model_copy(update={"text": f"Turn {one.turn}: still no hot water."})
        transcript = (turn,) if one.turn == 1 else (*packet.transcript, turn)
        packet = packet.changed(summary=f"Maria has no hot water; turn {one.turn}.", transcript=transcript)
        if one.hurry:
            packet = packet.changed(
                **({"urgency": {"level": "high"}} if one.packet % 10 == 5 else {"owner": {"id": "sam"}})
            )
        now[one.packet] = packet
        receipt = handoff.submit(packet)
        if receipt.status is not ReceiptStatus.ACCEPTED or receipt.revision != one.turn:
            raise AssertionError(receipt)


def _check(world: World, packets: int, waiting: int) -> None:
    doubled = [place for place, ids in world.records.items() if len(ids) > 1]
    behind = [
        (system, number)
        for system in SYSTEMS
        for number in range(packets)
        if world.holds.get((system, f"ho-bench.case-{number}")) != TURNS
    ]
    if doubled or behind or waiting:
        raise AssertionError(f"{len(doubled)} keys doubled, {len(behind)} not final ({behind[:3]}), {waiting} waiting")


def _shown(world: World, system: str) -> Mapping[str, list[Written]]:
    """Writes of each main record, in order."""
    found: dict[str, list[Written]] = defaultdict(list)
    for one in world.written:
        if one.destination == system and "~" not in one.key:
            found[one.key].append(one)
    return found


def _visible(writes: Iterable[Written], turn: int) -> float:
    return next(one.at for one in writes if one.revision >= turn)


@dataclass(frozen=True)
class Call:
    """What the earliest slots are given to: calls by class, wanted from ``at`` on. The lowest ``place`` goes first."""

    at: float
    place: int
    costs: Costs


def _lateness(said: Iterable[Said], world: World, *, by_urgency: bool) -> Mapping[str, float]:
    """p95 of seconds after the earliest slot, by system."""
    first = [one for one in said if one.turn == 1 or one.hurry]
    per_second = rates(world, SHARE)
    late: dict[str, float] = {}
    for system in SYSTEMS:
        shown = _shown(world, system)
        update = next(costs for (place, key), costs in world.rewrites.items() if place == system and "~" not in key)
        calls = [
            Call(
                one.at,
                0 if by_urgency and (one.hurry or case(one.packet).urgency.level is UrgencyLevel.CRITICAL) else 1,
                world.first_calls[system, one.key]
                if one.turn == 1
                else (*update, *world.told.get((system, one.key), ())),
            )
            for one in first
        ]
        first_slot: dict[str, float] = {}
        waited = []
        for one, slot in zip(first, earliest_slots(calls, per_second), strict=True):
            # What is not there yet cannot show a change.
            slot = max(slot, first_slot.setdefault(one.key, slot))
            waited.append(max(0.0, _visible(shown[one.key], one.turn) - slot))
        late[system] = sorted(waited)[int(0.95 * len(waited))]
    return late


def earliest_slots(calls: Sequence[Call], per_second: Mapping[str, float]) -> list[float]:
    """When each can have had its calls at the soonest, in the order given.

    Each class for itself, by place and then by time, as if nobody ever waited for two of them at once: no schedule in
    this order is sooner, and it may be that none reaches it.
    """
    slots = [one.at for one in calls]
    for name in {name for one in calls for name, _ in one.costs}:
        needs = [sum(count for each, count in one.costs if each == name) for one in calls]
        coming = [number for number in sorted(range(len(calls)), key=lambda each: calls[each].at) if needs[number]]
        coming.reverse()
        waiting: list[tuple[int, float, int]] = []
        now = 0.0
        while coming or waiting:
            if not waiting:
                now = max(now, calls[coming[-1]].at)
            while coming and calls[coming[-1]].at <= now:
                number = coming.pop()
                heappush(waiting, (calls[number].place, calls[number].at, number))
            *_, number = heappop(waiting)
            now += needs[number] / per_second[name]
            slots[number] = max(slots[number], now)
    return slots


def _staleness(said: Iterable[Said], world: World) -> Mapping[str, float]:
    """The longest time that any other revision waited after the first record was there, by system."""
    shown = {system: _shown(world, system) for system in SYSTEMS}
    stale = dict.fromkeys(SYSTEMS, 0.0)
    for one in said:
        for system in SYSTEMS:
            writes = shown[system][one.key]
            if one.hurry or one.at < writes[0].at:
                continue
            stale[system] = max(stale[system], _visible(writes, one.turn) - one.at)
    return stale


def _fair_shares(world: World) -> Mapping[str, float]:
    """Seconds in which the limits let every record be written once, by system."""
    per_second = rates(world, SHARE)
    shares: dict[str, float] = {}
    for system in SYSTEMS:
        calls: Counter[str] = Counter()
        for (destination, _), costs in world.writes.items():
            if destination == system:
                calls.update(dict(costs))
        shares[system] = max(number / per_second[name] for name, number in calls.items())
    return shares
