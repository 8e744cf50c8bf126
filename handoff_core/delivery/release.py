"""Letting a held packet go: its routed owner, or the one that a person names, gets it."""

from __future__ import annotations

from dataclasses import replace

from handoff_core.config import Config
from handoff_core.delivery.accept import refused
from handoff_core.delivery.approval import approval_of, read_approval
from handoff_core.delivery.chain import Turn, ask
from handoff_core.delivery.route_text import StoredRoute, findings_from_text
from handoff_core.delivery.view import parse_body
from handoff_core.errors import Problem
from handoff_core.ledger import packets, timers, trail
from handoff_core.ledger.packets import first_priority
from handoff_core.ledger.rows import NewRevision, WantedDelivery
from handoff_core.ledger.transaction import Transaction
from handoff_core.packet import Status, format_time
from handoff_core.privacy.erasure import erased_problem
from handoff_core.receipt import Receipt, ReceiptOwner, ReceiptStatus


def release_packet(tx: Transaction, config: Config, packet_id: str, owner_id: str | None, *, now: float) -> Receipt:
    """A new revision of the same content with its owner and without the hold; ``refused`` when it is not held."""
    stored = packets.find_packet(tx, config.business.id, packet_id)
    if stored is None or stored.id != packet_id:
        return refused(packet_id, Problem("id", "is not in the ledger", "look it up with `handoff status`"))
    if stored.erased_at is not None:
        return refused(packet_id, erased_problem(stored.erased_at))
    if not stored.held:
        return refused(packet_id, Problem("id", "is not held", "nothing is to be released"))
    if owner_id is not None and owner_id not in config.owners:
        known = ", ".join(sorted(config.owners))
        return refused(packet_id, Problem("owner", f"{owner_id} is no configured owner", f"name one of {known}"))
    body = packets.body_of(tx, config.business.id, packet_id, stored.revision)
    if body is None:
        return refused(packet_id, Problem("id", "has no content any more", "submit it again"))
    packet = parse_body(body)
    route = StoredRoute.from_text(stored.route)
    route = replace(
        route,
        owner_id=owner_id or route.routed_owner_id or route.owner_id,
        why="released by a person" if owner_id else f"released; {route.routed_why or route.why}",
        routed_owner_id=None,
        routed_why=None,
    )
    asked = read_approval(packets.approval_of(tx, config.business.id, packet_id, stored.revision))
    approval = approval_of(packet, config, route.owner_id, asked, held=False)
    closed = packet.state is not None and packet.state.status is Status.DONE
    turn = Turn(route, None) if closed else ask(config, route, now=now)
    route = turn.route
    revision = stored.revision + 1
    packets.add_revision(
        tx,
        config.business.id,
        NewRevision(
            packet_id=packet_id,
            revision=revision,
            digest=stored.digest,
            lane=stored.lane,
            summary=packet.summary,
            urgency=stored.urgency,
            next_due=format_time(packet.next_action.due) if packet.next_action.due else None,
            closed=closed,
            held=False,
            released=True,
            owner_id=route.owner_id,
            body=body,
            route=route.to_text(),
            findings=stored.findings,
            approval=None if approval is None else approval.to_text(),
        ),
        [
            WantedDelivery(
                name, rank=config.outboxes[name].connector_class.rank, priority=first_priority(stored.urgency)
            )
            for name in route.destinations
            if name in config.outboxes
        ],
        hurry=True,
        known=True,
        now=now,
    )
    timers.set_timer(tx, config.business.id, packet_id, due=turn.due)
    trail.note(
        tx,
        config.business.id,
        packet_id,
        at=now,
        revision=revision,
        what="release",
        outcome="accepted",
        text=f"owner {route.owner_id}",
    )
    owner = config.owners[route.owner_id]
    return Receipt(
        packet_id,
        ReceiptStatus.ACCEPTED,
        revision,
        ReceiptOwner(route.owner_id, owner.name, route.why),
        route.destinations,
        False,
        findings_from_text(stored.findings),
    )
