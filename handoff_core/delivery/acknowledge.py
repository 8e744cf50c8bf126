"""Somebody takes a packet: its chain ends, and every record says who it was and when."""

from __future__ import annotations

from dataclasses import replace

from handoff_core.config import Config
from handoff_core.delivery.accept import refused
from handoff_core.delivery.again import write_again
from handoff_core.delivery.route_text import StoredRoute, Taken, findings_from_text
from handoff_core.delivery.view import parse_body
from handoff_core.errors import Problem
from handoff_core.ledger import packets, timers, trail
from handoff_core.ledger.rows import StoredPacket
from handoff_core.ledger.transaction import Transaction
from handoff_core.privacy.erasure import erased_problem
from handoff_core.receipt import Receipt, ReceiptOwner, ReceiptStatus

COMMAND = "command"
"""Acknowledged with ``handoff ack`` or by an automation, not in a destination."""


def acknowledge_packet(
    tx: Transaction,
    config: Config,
    packet_id: str,
    by: str | None = None,
    *,
    name: str | None = None,
    via: str = COMMAND,
    at: float | None = None,
    now: float,
) -> Receipt:
    """Note that a packet was taken: by the owner ``by``, who owns it from then on, else by the one who was asked.

    ``name``: a person whom the configuration does not know; the owner stays. ``at``: when, else now; what was taken
    before the chain began anew counts no more. ``unchanged`` when he has taken it already; ``refused`` for a packet
    that is not known, held or done, and for an unknown owner.
    """
    stored = packets.find_packet(tx, config.business.id, packet_id)
    if stored is None or stored.id != packet_id:
        return refused(packet_id, Problem("id", "is not in the ledger", "look it up with `handoff status`"))
    if stored.erased_at is not None:
        return refused(packet_id, erased_problem(stored.erased_at))
    if by is not None and by not in config.owners:
        known = ", ".join(sorted(config.owners))
        return refused(packet_id, Problem("owner", f"{by} is no configured owner", f"name one of {known}"))
    if stored.closed:
        return refused(packet_id, Problem("id", "is done", "nobody is waited for"))
    if stored.held:
        return refused(packet_id, Problem("id", "is held", f"let it go first: `handoff release {packet_id}`"))
    route = StoredRoute.from_text(stored.route)
    moment = now if at is None else min(at, now)
    owner_id = by or route.owner_id
    again = route.taken is not None and (by is None or route.taken.by == by)
    # Who says it now counts whatever the clock was when the owner was asked: it may have been set back since.
    if again or (at is not None and moment < (route.asked_at or 0.0)):
        return _receipt(config, stored, route, ReceiptStatus.UNCHANGED, stored.revision)
    body = packets.body_of(tx, config.business.id, packet_id, stored.revision)
    if body is None:
        return refused(packet_id, Problem("id", "has no content any more", "submit it again"))
    revision = stored.revision + 1
    shown = name or _name(config, owner_id)
    taken = Taken(None if name is not None and by is None else owner_id, shown, moment, revision, via)
    moved = owner_id != route.owner_id
    why = f"{shown} has taken it; before that: {route.why}" if moved else route.why
    following = replace(route, owner_id=owner_id, why=why, taken=taken, lapsed=None)
    write_again(tx, config, stored, parse_body(body), body, following, revision=revision, hurry=moved, now=now)
    timers.set_timer(tx, config.business.id, packet_id, due=None, acknowledged_at=moment)
    packets.was_answered(tx, config.business.id, packet_id, at=moment)
    trail.note(
        tx,
        config.business.id,
        packet_id,
        at=now,
        revision=revision,
        what="acknowledge",
        outcome="taken",
        text=f"by {shown}" + ("" if via == COMMAND else f", seen in {via}"),
    )
    return _receipt(config, stored, following, ReceiptStatus.ACCEPTED, revision)


def taken_remotely(
    tx: Transaction,
    config: Config,
    packet_id: str,
    destination: str,
    *,
    identity: str | None = None,
    email: str | None = None,
    name: str | None = None,
    at: float,
    now: float,
) -> Receipt:
    """What a destination shows as soon as it is read back: a person there took the packet at ``at``.

    He is known by his id in that destination or by e-mail; for anybody else ``name`` is noted and the owner stays.
    A team's id says nothing of a person: call this only when one has taken it.
    """
    by = owner_with(config, destination, identity=identity, email=email)
    shown = None if by is not None else name or f"somebody in {destination}"
    return acknowledge_packet(tx, config, packet_id, by, name=shown, via=destination, at=at, now=now)


def owner_with(
    config: Config, destination: str, *, identity: str | None = None, email: str | None = None
) -> str | None:
    """The owner who has this id in a destination, else this e-mail address; None when nobody is known by them."""
    for owner_id, owner in config.owners.items():
        if identity is not None and owner.identities.get(destination) == identity and not owner.team:
            return owner_id
    if email is None:
        return None
    wanted = email.strip().casefold()
    found = (owner_id for owner_id, owner in config.owners.items() if (owner.email or "").casefold() == wanted)
    return next(found, None)


def _receipt(config: Config, stored: StoredPacket, route: StoredRoute, status: ReceiptStatus, revision: int) -> Receipt:
    return Receipt(
        stored.id,
        status,
        revision,
        ReceiptOwner(route.owner_id, _name(config, route.owner_id), route.why),
        route.destinations,
        stored.held,
        findings_from_text(stored.findings),
    )


def _name(config: Config, owner_id: str) -> str:
    owner = config.owners.get(owner_id) or config.owners[config.routing.fallback]
    return owner.name
