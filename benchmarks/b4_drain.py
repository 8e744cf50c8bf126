"""B4: how long the drain of 10,000 packets takes after an outage, against the best possible.

Virtual time: waiting is skipped, our own processor time counts (``VirtualTime(count_work=True)``); the ledger is in
memory, where the machine has a disk there, since a wait for the disk would not count either. The vendors are those of
``benchmarks.modelled``. The best possible is what the busiest bucket needs for the very same calls at the configured
share of its limit: max over buckets of calls / rate. One round: nothing in it is left to chance but the machine.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from benchmarks.live_business import SHARE, case, memory_disk, open_live_business
from benchmarks.modelled import World, rates
from benchmarks.rounds import Figure, Goal
from benchmarks.virtual import VirtualTime
from handoff_core.ledger.tables import deliveries

PACKETS = 10_000
AIM = 1.05


def run(packets: int = PACKETS) -> Figure:
    """Hours to the last write."""
    time = VirtualTime(count_work=True)
    world = World(time)
    with (
        tempfile.TemporaryDirectory(dir=memory_disk()) as folder,
        open_live_business(Path(folder), time, world) as handoff,
    ):
        for number in range(packets):
            handoff.submit(case(number))
        began = time.now()

        def drain() -> None:
            while handoff.waiting():
                if handoff.sync(inbox=False).exit:
                    raise AssertionError("something needs a person")
                time.sleep(1.0)

        with time.lanes():
            time.run(drain)
        with handoff.ledger.read() as tx:
            states = Counter(tx.execute(select(deliveries.c.state)).scalars())
    took = max(one.at for one in world.written) - began
    per_second = rates(world, SHARE)
    needs = {name: calls / per_second[name] for name, calls in world.calls.items()}
    busiest = max(needs, key=lambda name: needs[name])
    doubled = [place for place, ids in world.records.items() if len(ids) > 1]
    places = Counter(destination for destination, key in world.records if "~" not in key)
    if doubled or states != {"delivered": 3 * packets} or any(places[one] < packets for one in ("desk", "alerts")):
        raise AssertionError(f"{len(doubled)} keys doubled, {places} records, {states} deliveries")
    return Figure(
        "B4",
        f"drain of {packets:,} packets after an outage, limits enforced, virtual time",
        f"the same calls at the configured rate; busiest: {busiest}",
        (took / 3600,),
        (needs[busiest] / 3600,),
        "h",
        AIM,
        f"every packet once in each system, {3 * packets:,} deliveries current; {sum(world.calls.values()):,} calls",
        goals=(Goal("calls refused with 429", sum(world.limited.values()), "=", 0),),
    )
