"""The acknowledgement chain: who is asked until when, who is next, and the fallback owner at its end.

A move is a further revision of the same content with another owner: the records are written anew, Slack's thread
mentions him, and where the system still shows the owner whom Handoff wrote there he is assigned. Owner, the next timer
and the deliveries that it wakes are one transaction, which begins by taking the timer out: it fires once, whoever dies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from handoff_core.config import Config
from handoff_core.delivery.again import write_again
from handoff_core.delivery.route_text import Lapsed, StoredRoute
from handoff_core.delivery.view import parse_body
from handoff_core.durations import format_duration
from handoff_core.errors import PacketInvalid
from handoff_core.ledger import packets, timers, trail
from handoff_core.ledger.rows import StoredPacket
from handoff_core.ledger.store import Ledger
from handoff_core.ledger.timers import DueTimer
from handoff_core.ledger.transaction import Transaction
from handoff_core.packet import Packet, UrgencyLevel
from handoff_core.routing import AcknowledgeIn

_RANK = {
    UrgencyLevel.LOW.value: 0,
    UrgencyLevel.NORMAL.value: 1,
    UrgencyLevel.HIGH.value: 2,
    UrgencyLevel.CRITICAL.value: 3,
}


@dataclass(slots=True)
class Moved:
    """What one run of the timers did: packets that went on to the next owner, and those with nobody left to ask."""

    escalated: int = 0
    unanswered: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """A route whose owner is asked from now on, and until when he has to acknowledge (None: nobody waits)."""

    route: StoredRoute
    due: float | None
    acknowledged_at: float | None = None


def ask(config: Config, route: StoredRoute, *, now: float) -> Turn:
    """Begin the chain anew with the route's owner."""
    fresh = replace(route, asked_at=now, taken=None, lapsed=None)
    return Turn(fresh, deadline(config, fresh, now=now))


def ask_again(
    config: Config,
    chosen: StoredRoute,
    *,
    earlier: StoredRoute | None,
    stored: StoredPacket | None,
    rerouted: bool,
    reassigned: bool,
    urgency: str,
    waits: bool,
    now: float,
) -> Turn | None:
    """What a new revision does to the chain; None when it goes on as it is.

    ``waits``: the revision is held or done, so that nobody is asked. ``reassigned``: its lane or the owner whom it
    names is another, not only its urgency. Another owner or urgency begins the chain anew; but who has taken a packet
    keeps it when it becomes less urgent, whoever the rule would ask now, and need not take it again.
    """
    if stored is not None and earlier is not None and earlier.taken is not None and rerouted:
        held = stored.held or chosen.routed_owner_id is not None
        reopened = stored.closed and not waits
        calmer = _RANK[urgency] <= _RANK[stored.urgency]
        his = earlier.owner_id == chosen.owner_id or (not reassigned and earlier.owner_id in config.owners)
        if his and calmer and not held and not reopened:
            return Turn(_kept(chosen, earlier), None, earlier.taken.at)
    if waits:
        taken = chosen.taken if stored is not None and not stored.held else None
        return Turn(replace(chosen, taken=taken), None, taken.at if taken else None)
    if stored is None or earlier is None or stored.held or stored.closed:
        return ask(config, chosen, now=now)
    return ask(config, chosen, now=now) if rerouted else None


def _kept(chosen: StoredRoute, earlier: StoredRoute) -> StoredRoute:
    """The new route, with the owner of now: the packet is taken."""
    if earlier.owner_id != chosen.owner_id:
        chain = tuple(one for one in chosen.chain if one != earlier.owner_id)
        chosen = replace(chosen, owner_id=earlier.owner_id, why=earlier.why, chain=chain)
    return replace(chosen, asked_at=earlier.asked_at, taken=earlier.taken)


def deadline(config: Config, route: StoredRoute, *, now: float) -> float | None:
    """Until when the owner who is asked at ``now`` has to acknowledge; None when the rule waits for nobody."""
    within = route.acknowledge_within
    if within is None:
        return None
    if route.acknowledge_in == AcknowledgeIn.BUSINESS and config.hours is not None:
        end = config.hours.after(datetime.fromtimestamp(now, UTC), within)
        if end is not None:
            return end.timestamp()
    return now + within


def run_timers(
    ledger: Ledger, config: Config, *, over: Callable[[], bool] = lambda: False, moved: Moved | None = None
) -> Moved:
    """Move on every packet whose owner did not acknowledge in time, each in a transaction of its own."""
    moved = moved if moved is not None else Moved()
    business = config.business.id
    while not over():
        with ledger.read() as tx:
            due = timers.first_due(tx, business, now=ledger.now())
        if due is None:
            return moved
        with ledger.write() as tx:
            last = move_on(tx, config, due, now=ledger.now())
        if last is not None:
            moved.escalated += 1
            moved.unanswered += last
    return moved


def move_on(tx: Transaction, config: Config, due: DueTimer, *, now: float) -> bool | None:
    """Ask the next owner of one packet. Whether nobody is left to ask after him; None when nothing was to be done."""
    business = config.business.id
    stored = packets.find_packet(tx, business, due.packet_id)
    if stored is None or not timers.take(tx, business, due) or stored.closed or stored.held:
        return None
    if stored.erased_at is not None:
        return None
    body = packets.body_of(tx, business, stored.id, stored.revision)
    if body is None:
        return None
    route = StoredRoute.from_text(stored.route)
    try:
        packet = parse_body(body)
    except PacketInvalid:
        # Another version of Handoff wrote it, and its delivery will say so too: a person has to look.
        trail.note(
            tx,
            business,
            stored.id,
            at=now,
            revision=stored.revision,
            what="acknowledge",
            outcome="unanswered",
            text="nobody acknowledged in time, and the packet cannot be read by this version",
        )
        return True
    revision = stored.revision + 1
    following = _following(config, route, packet, revision, now=now)
    assert following.lapsed is not None
    last = following.lapsed.last
    turn = Turn(following, None if last else deadline(config, following, now=now))
    write_again(tx, config, stored, packet, body, following, revision=revision, hurry=True, now=now)
    timers.set_timer(tx, business, stored.id, due=turn.due)
    trail.note(
        tx,
        business,
        stored.id,
        at=now,
        revision=revision,
        what="acknowledge",
        outcome="unanswered" if last else "moved on",
        text=f"owner {following.owner_id}: {following.why}",
    )
    return last


def _following(config: Config, route: StoredRoute, packet: Packet, revision: int, *, now: float) -> StoredRoute:
    """The route with the next owner who can take it, else with the fallback owner.

    Who is off duty is skipped at this moment only: he is asked once the others were, if he is there by then.
    """
    moment = datetime.fromtimestamp(now, UTC)
    silent = f"{_name(config, route.owner_id)} did not acknowledge{_within(route)}"
    passed: list[str] = []
    later: list[str] = []
    rest = [one for one in route.chain if one in config.owners and one != route.owner_id]
    while rest:
        one = rest.pop(0)
        objection = config.staff.objection(one, packet, moment)
        if objection is None:
            why = f"{silent}{_passed(passed)}, so {_name(config, one)} is asked next"
            return replace(
                route, owner_id=one, chain=(*rest, *later), why=why, lapsed=Lapsed(f"{silent}.", revision, last=False)
            )
        if config.staff.unfit(one, packet) is None:
            later.append(one)
        passed.append(f"{_name(config, one)} ({objection})")
    fallback = config.routing.fallback
    why = f"{silent}{_passed(passed)}, and nobody is left to ask next: the fallback owner has to see to it"
    text = f"{silent}. Nobody is left to ask next: {_name(config, fallback)} has to see to it."
    return replace(route, owner_id=fallback, chain=(), why=why, lapsed=Lapsed(text, revision, last=True))


def _within(route: StoredRoute) -> str:
    if route.acknowledge_within is None:
        return " in time"
    business = " of business time" if route.acknowledge_in == AcknowledgeIn.BUSINESS else ""
    return f" within {format_duration(route.acknowledge_within)}{business}"


def _passed(passed: list[str]) -> str:
    return f"; passed over: {', '.join(passed)}" if passed else ""


def _name(config: Config, owner_id: str) -> str:
    owner = config.owners.get(owner_id)
    return owner.name if owner is not None else owner_id
