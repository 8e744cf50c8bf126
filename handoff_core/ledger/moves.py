"""Moving deliveries between states without a claim: an account that stands still, a person's word, a restore."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, case, func, literal, select, text, update

from handoff_core.ledger.deliveries import ACTIVE_STATE, PARKED
from handoff_core.ledger.names import State, needs_a_look
from handoff_core.ledger.tables import deliveries
from handoff_core.ledger.transaction import Transaction


def park(tx: Transaction, business: str, destination: str, *, reason: str, now: float) -> int:
    """Park every waiting delivery of a destination; gives how many. Siblings no longer wait for its links."""
    done = tx.execute(
        update(deliveries)
        .where(
            deliveries.c.business == business,
            deliveries.c.destination == destination,
            ACTIVE_STATE,
            deliveries.c.state.in_((State.PENDING.value, State.RETRYING.value)),
        )
        .values(state=State.PARKED.value, reason=reason, updated_at=now)
    )
    if done.rowcount:
        parked = select(deliveries.c.packet_id).where(
            deliveries.c.business == business, deliveries.c.destination == destination, PARKED
        )
        _wake_waiting(tx, business, parked, now=now)
    return int(done.rowcount)


def park_removed(tx: Transaction, business: str, configured: Iterable[str], *, now: float) -> int:
    """Park what is wanted in destinations that the configuration no longer has; gives how many."""
    names = tx.execute(
        select(deliveries.c.destination).where(deliveries.c.business == business, ACTIVE_STATE).distinct()
    ).scalars()
    gone = set(names) - set(configured)
    reason = "the destination is not in the configuration any more; drop the delivery, or configure it again"
    return sum(park(tx, business, name, reason=reason, now=now) for name in gone)


def unpark(tx: Transaction, business: str, destination: str, *, now: float) -> int:
    """Let a destination's parked deliveries go on; the time they stood still does not count against them."""
    done = tx.execute(
        update(deliveries)
        .where(
            deliveries.c.business == business,
            deliveries.c.destination == destination,
            PARKED,
        )
        .values(
            state=State.PENDING.value,
            reason=None,
            # What was due before it was parked keeps its place.
            due_at=case((deliveries.c.due_at > now, now), else_=deliveries.c.due_at),
            queue=None,
            first_attempt_at=deliveries.c.first_attempt_at + (now - deliveries.c.updated_at),
            updated_at=now,
        )
    )
    return int(done.rowcount)


def set_state(
    tx: Transaction,
    business: str,
    packet_id: str,
    destination: str | None,
    *,
    was: Sequence[State],
    state: State,
    now: float,
) -> tuple[str, ...]:
    """Move deliveries that a person names from one of the states ``was`` to ``state``; gives their destinations."""
    where = [
        deliveries.c.business == business,
        deliveries.c.packet_id == packet_id,
        deliveries.c.state.in_([one.value for one in was]),
    ]
    if destination is not None:
        where.append(deliveries.c.destination == destination)
    names = tuple(tx.execute(select(deliveries.c.destination).where(*where)).scalars())
    if names:
        tx.execute(
            update(deliveries)
            .where(*where)
            .values(
                state=state.value,
                due_at=now,
                queue=None,
                attempts=0,
                first_attempt_at=None,
                reason=None,
                updated_at=now,
            )
        )
        _wake_waiting(tx, business, select(literal(packet_id)), now=now)
    return names


def look_first_everywhere(tx: Transaction, business: str) -> int:
    """After a restore: whatever this ledger does not know as made is looked for before it is made."""
    done = tx.execute(
        update(deliveries)
        .where(
            deliveries.c.business == business,
            deliveries.c.state.not_in((State.DROPPED.value, State.ERASED.value)),
        )
        .values(look_first=True)
    )
    return int(done.rowcount)


def count_states(tx: Transaction, business: str) -> dict[str, int]:
    """How many deliveries stand in each state that is not an end in peace."""
    counts: dict[str, int] = {}
    for condition in (ACTIVE_STATE, text(needs_a_look("deliveries.state"))):
        rows = tx.execute(
            select(deliveries.c.state, func.count())
            .where(deliveries.c.business == business, condition)
            .group_by(deliveries.c.state)
        )
        counts |= {str(state): int(count) for state, count in rows}
    return counts


def render_again(tx: Transaction, business: str, packet_id: str, *, now: float) -> None:
    """Have every record of a packet that was delivered rendered once more: what stands beside it has changed."""
    tx.execute(
        update(deliveries)
        .where(
            deliveries.c.business == business,
            deliveries.c.packet_id == packet_id,
            deliveries.c.state == State.DELIVERED.value,
        )
        .values(
            state=State.PENDING.value,
            priority=2,
            due_at=case((deliveries.c.next_update_at > now, deliveries.c.next_update_at), else_=now),
        )
    )


def _wake_waiting(tx: Transaction, business: str, ids: Select[tuple[str]], *, now: float) -> None:
    """Render again what was delivered while it waited for a sibling's link (its mark ends with an ellipsis)."""
    tx.execute(
        update(deliveries)
        .where(
            deliveries.c.business == business,
            deliveries.c.packet_id.in_(ids),
            deliveries.c.state == State.DELIVERED.value,
            deliveries.c.links_seen.like("%…"),
        )
        .values(state=State.PENDING.value, due_at=now)
    )
