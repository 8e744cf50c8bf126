"""B7: claim and mark with a million finished packets against none."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, insert, select

from benchmarks.business import open_business, packet_of_40_turns
from benchmarks.rounds import Figure, take_turns
from handoff_core.client import Handoff
from handoff_core.ledger import claims
from handoff_core.ledger.deliveries import give_back
from handoff_core.ledger.names import State
from handoff_core.ledger.tables import deliveries, packets

ROUNDS = 7
CALLS = 200
FINISHED = 1_000_000
_BATCH = 20_000


def run() -> Figure:
    """Median of claim and mark per round, in milliseconds."""
    with (
        tempfile.TemporaryDirectory() as one,
        tempfile.TemporaryDirectory() as two,
        open_business(Path(one)) as full,
        open_business(Path(two)) as empty,
    ):
        _fill(full)
        for handoff in (full, empty):
            for number in range(20):
                handoff.submit(packet_of_40_turns(f"open-{number}"))
        mine, theirs = take_turns(ROUNDS, lambda: _claim_and_mark(full), lambda: _claim_and_mark(empty))
        with full.ledger.read() as tx:
            finished = tx.execute(
                select(func.count()).select_from(deliveries).where(deliveries.c.state == State.DELIVERED.value)
            ).scalar_one()
    if finished != FINISHED:
        raise AssertionError(f"{finished} finished deliveries, {FINISHED} expected")
    return Figure(
        "B7",
        "claim + mark with 1,000,000 finished packets",
        "the same with none",
        tuple(mine),
        tuple(theirs),
        "ms",
        1.2,
        f"{finished:,} finished deliveries untouched; every claim got an open one",
    )


def _claim_and_mark(handoff: Handoff) -> float:
    times = []
    for _ in range(CALLS):
        now = handoff.ledger.now() + 10
        start = time.perf_counter()
        with handoff.ledger.write() as tx:
            claim = claims.claim(tx, "bench", "desk", now=now, lease=60)
        if claim is None or not claim.packet_id.startswith("open-"):
            raise AssertionError(f"claimed {claim}")
        with handoff.ledger.write() as tx:
            give_back(tx, claim, now=now, state=State.PENDING, due_at=now - 5)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def _fill(handoff: Handoff) -> None:
    packet = {
        "business": "bench",
        "revision": 1,
        "digest": "0" * 64,
        "lane": "support",
        "summary": "Finished long ago.",
        "urgency": "normal",
        "next_due": None,
        "closed": True,
        "held": False,
        "released": False,
        "route": "{}",
        "findings": "[]",
        "received_at": 1.0,
        "updated_at": 1.0,
    }
    delivery = {
        "business": "bench",
        "destination": "desk",
        "state": State.DELIVERED.value,
        "priority": 1,
        "rank": 10,
        "due_at": 1.0,
        "wanted": 1,
        "done": 1,
        "told": 1,
        "fence": 1,
        "attempts": 0,
        "look_first": False,
        "urgent": False,
        "url": "https://bench.zendesk.com/agent/tickets/1",
        "next_update_at": 0.0,
        "updated_at": 1.0,
    }
    for start in range(0, FINISHED, _BATCH):
        ids = [f"done-{number}" for number in range(start, start + _BATCH)]
        with handoff.ledger.write() as tx:
            tx.execute(insert(packets), [packet | {"id": one, "id_folded": one} for one in ids])
            tx.execute(insert(deliveries), [delivery | {"packet_id": one} for one in ids])
