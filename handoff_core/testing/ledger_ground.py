"""What the suites of the ledger's contract stand on: a packet in a ledger, and a worker that comes too late."""

from __future__ import annotations

from collections.abc import Callable

from handoff_core.connector import Limit
from handoff_core.ledger import deliveries, packets, trail
from handoff_core.ledger.names import State
from handoff_core.ledger.rows import Claim, CustomerRow, NewRevision, WantedDelivery
from handoff_core.ledger.store import Ledger

OpenLedger = Callable[[], Ledger]
NOW = 1_800_000_000.0
LIMITS = {"api": Limit(60.0, 60.0, 1)}


def add(
    ledger: Ledger,
    packet_id: str,
    *names: str,
    revision: int = 1,
    priority: int = 1,
    now: float = NOW,
    customer: CustomerRow | None = None,
    earlier: str | None = None,
    hurry: bool = False,
) -> None:
    """Write one revision that wants these destinations."""
    new = NewRevision(
        packet_id=packet_id,
        revision=revision,
        digest=f"{packet_id}{revision}",
        lane="support",
        summary="Maria has no hot water.",
        urgency="normal",
        next_due=None,
        closed=False,
        held=False,
        released=False,
        owner_id="dana",
        body='{"id": "x"}',
        route="{}",
        findings="[]",
        customer=customer,
        earlier=earlier,
    )
    wanted = [WantedDelivery(name, rank=10, priority=priority) for name in names or ("desk",)]
    with ledger.write() as tx:
        packets.add_revision(tx, "acme", new, wanted, hurry=hurry, known=revision > 1, now=now)


def finish_late(ledger: Ledger, claim: Claim) -> None:
    """Write what a worker writes at the end; LeaseLost when it has lost its lease."""
    with ledger.write() as tx:
        trail.note(tx, "acme", "case-1", at=NOW, revision=1, what="update", outcome="ok")
        deliveries.give_back(tx, claim, now=NOW + 62, state=State.DELIVERED, due_at=NOW)
