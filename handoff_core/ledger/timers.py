"""Until when an owner has to acknowledge: one time a packet, moved by whoever takes it out first.

A time is taken out by naming it: of several workers that read the same one, one takes it and the others take nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from handoff_core.ledger.tables import packets
from handoff_core.ledger.transaction import Transaction

_KEY = (packets.c.business == bindparam("b"), packets.c.id == bindparam("i"))
_FIRST_DUE = (
    select(packets.c.id, packets.c.acknowledge_at)
    .where(packets.c.business == bindparam("b"), packets.c.acknowledge_at <= bindparam("now"))
    .order_by(packets.c.acknowledge_at)
    .limit(1)
)
_TAKE = update(packets).where(*_KEY, packets.c.acknowledge_at == bindparam("was")).values(acknowledge_at=None)
_SET = update(packets).where(*_KEY).values(acknowledge_at=bindparam("due"), acknowledged_at=bindparam("acknowledged"))


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A packet that nobody acknowledged until ``at``."""

    packet_id: str
    at: float


def first_due(tx: Transaction, business: str, *, now: float) -> DueTimer | None:
    """The timer that ran out first; None when none has."""
    row = tx.execute(_FIRST_DUE, {"b": business, "now": now}).first()
    return None if row is None else DueTimer(*row)


def take(tx: Transaction, business: str, due: DueTimer) -> bool:
    """Take a timer out; False when it is another by now, or none."""
    return tx.execute(_TAKE, {"b": business, "i": due.packet_id, "was": due.at}).rowcount == 1


def set_timer(
    tx: Transaction, business: str, packet_id: str, *, due: float | None, acknowledged_at: float | None = None
) -> None:
    """Until when the owner has to acknowledge; None = nobody waits for it. ``acknowledged_at``: when he did."""
    tx.execute(_SET, {"b": business, "i": packet_id, "due": due, "acknowledged": acknowledged_at})
