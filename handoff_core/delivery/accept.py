"""Accepting a packet: judge its order, and write revision and deliveries in one transaction."""

from __future__ import annotations

from dataclasses import replace

from handoff_core.config import Config
from handoff_core.connector import ApprovalState
from handoff_core.delivery.approval import StoredApproval, approval_of, read_approval
from handoff_core.delivery.assessed import Assessed, assess_packet, outbox_of
from handoff_core.delivery.chain import ask_again
from handoff_core.delivery.earlier import beside, earlier_text, read_earlier
from handoff_core.delivery.lane import down
from handoff_core.delivery.offered import offer, opening_of, parse_offered
from handoff_core.delivery.route_text import StoredRoute, findings_from_text, findings_to_text
from handoff_core.delivery.view import parse_body
from handoff_core.errors import Problem
from handoff_core.ledger import customers, packets, timers, trail
from handoff_core.ledger.rows import Body, NewRevision, StoredPacket, WantedDelivery
from handoff_core.ledger.transaction import Transaction
from handoff_core.packet import Lane, Packet, Status, UrgencyLevel, format_time
from handoff_core.packet.changes import names_of_changes
from handoff_core.packet.order import judge
from handoff_core.privacy.erasure import erased_problem
from handoff_core.quality import is_held
from handoff_core.receipt import Receipt, ReceiptOwner, ReceiptStatus
from handoff_core.routing import must_reroute
from handoff_core.transition import wait

LINK_WAIT = 2.0
"""Seconds that a non-critical first record waits for the links of siblings that are made before it: from the moment
of its acceptance, and once more from the beginning of the run that finds it due."""
LARGEST_NUMBER = 2**30
"""The largest ``revision`` of a producer that is the ledger's number too: its columns hold 32 bits on PostgreSQL.

A producer may count in milliseconds, or name the largest number that there is. Such a revision is compared as it
stands in the packet, and the ledger counts on by itself.
"""


def accept(tx: Transaction, config: Config, one: Assessed, *, now: float) -> Receipt:
    """Write one packet in the caller's transaction; the receipt says what became of it."""
    packet = one.packet
    stored = packets.find_packet(tx, config.business.id, packet.id)
    if stored is not None and stored.id != packet.id:
        return refused(
            packet.id,
            Problem("id", f"differs only in case from the packet {stored.id}", "use the same spelling, or another id"),
        )
    if stored is not None and stored.erased_at is not None:
        return refused(packet.id, erased_problem(stored.erased_at))
    before: Packet | None = None
    kept = Body(None)
    if stored is not None:
        kept = packets.content_of(tx, config.business.id, packet.id, stored.revision)
        before = parse_body(kept.body) if kept.body is not None else None
        if before is not None:
            verdict = judge(packet, before, stored.digest)
            if verdict != "newer":
                return _no_change(config, stored, one, ReceiptStatus(verdict), kept, before)
    return _write(tx, config, one, stored, before, kept, now=now)


def refused(packet_id: str | None, *problems: Problem) -> Receipt:
    """The receipt of a packet that is not accepted."""
    return Receipt(packet_id, ReceiptStatus.REFUSED, problems=problems)


def _no_change(
    config: Config, stored: StoredPacket, one: Assessed, status: ReceiptStatus, kept: Body, before: Packet
) -> Receipt:
    there = StoredRoute.from_text(stored.route)
    problems: tuple[Problem, ...] = ()
    if status is ReceiptStatus.CONFLICT:
        problems = (
            Problem(
                "revision" if one.packet.revision is not None else "made_at",
                "is that of the revision that is there already, but the content differs",
                "send a change with a higher revision (or a later made_at)",
            ),
        )
    return _with_transition(
        Receipt(
            stored.id,
            status,
            stored.revision,
            _owner(config, there),
            there.destinations,
            stored.held,
            findings_from_text(stored.findings),
            problems,
        ),
        config,
        before,
        kept.earlier,
        kept.offered,
    )


def _with_transition(
    receipt: Receipt, config: Config, packet: Packet, earlier: str | None, offered: str | None
) -> Receipt:
    """The receipt with what the automation is given for the transfer: the same again for the same packet."""
    announcement = parse_offered(offered)
    return replace(
        receipt,
        announcement=announcement,
        connect_after=None if announcement is None else announcement["connect_after"],
        opening_line=opening_of(config, packet, beside(packet, read_earlier(earlier))),
    )


def _write(
    tx: Transaction,
    config: Config,
    one: Assessed,
    stored: StoredPacket | None,
    before: Packet | None,
    kept: Body,
    *,
    now: float,
) -> Receipt:
    packet = one.packet
    earlier = StoredRoute.from_text(stored.route) if stored is not None else None
    chosen = one.route
    rerouted = earlier is None or before is None or must_reroute(before, packet)
    if earlier is not None and not rerouted:
        chosen = replace(
            earlier,
            owner_id=earlier.routed_owner_id or earlier.owner_id,
            why=earlier.routed_why or earlier.why,
            destinations=tuple(dict.fromkeys((*earlier.destinations, *outbox_of(config, packet)))),
            routed_owner_id=None,
            routed_why=None,
        )
    elif earlier is not None:
        chosen = replace(chosen, destinations=tuple(dict.fromkeys((*earlier.destinations, *chosen.destinations))))
    released = stored is not None and stored.released
    held = not released and is_held(one.findings, config.quality.gate)
    if held:
        chosen = hold(config, chosen)
    urgency = packet.urgency.level
    closed = packet.state is not None and packet.state.status is Status.DONE
    turn = ask_again(
        config,
        chosen,
        earlier=earlier,
        stored=stored,
        rerouted=rerouted,
        reassigned=before is None or (before.lane, before.owner) != (packet.lane, packet.owner),
        urgency=urgency.value,
        waits=held or closed,
        now=now,
    )
    if turn is not None:
        chosen = turn.route
    asked = None
    if stored is not None and Lane.OUTBOUND_REPLY in (packet.lane, stored.lane):
        asked = read_approval(packets.approval_of(tx, config.business.id, packet.id, stored.revision))
    approval = approval_of(packet, config, chosen.routed_owner_id or chosen.owner_id, asked, held=held)
    findings, findings_text = one.findings, one.findings_text
    if approval is not None and approval.state is ApprovalState.APPROVED:
        findings = assess_packet(config, packet, now=now, approved=True).findings
        findings_text = findings_to_text(findings)
    hurry = stored is not None and (
        earlier is None
        or earlier.owner_id != chosen.owner_id
        or stored.urgency != urgency.value
        or (asked and asked.state) != (approval and approval.state)
    )
    customers_earlier, offered = _beside(tx, config, one, stored, chosen, approval, kept, held=held, now=now)
    revision = _number_of(packet, stored)
    critical = urgency is UrgencyLevel.CRITICAL
    there = () if earlier is None else earlier.destinations
    added = [name for name in chosen.destinations if name not in there]
    received_at = None if stored is None else stored.received_at
    first_seen = (
        packets.new_destinations(tx, config.business.id, added, now=now, received_at=received_at) if added else ()
    )
    places = config.places
    ranks = {
        name: places[name].connector_class.rank
        for name in chosen.destinations
        # An agent would act at once on what people shall complete first: its file waits for the release.
        if name in config.destinations or (name in config.outboxes and not held)
    }
    new = earlier is None or not ranks.keys() <= set(earlier.destinations)
    first: int | None = None
    if new and not critical and len(ranks) > 1:
        silent = down(tx)  # nobody waits for the links of records whose vendor is down
        up = (rank for name, rank in ranks.items() if not silent or config.account_of(name) not in silent)
        first = min(up, default=None)
    packets.add_revision(
        tx,
        config.business.id,
        NewRevision(
            packet_id=packet.id,
            revision=revision,
            digest=one.digest,
            lane=Lane(packet.lane).value,
            summary=packet.summary,
            urgency=urgency.value,
            next_due=format_time(packet.next_action.due) if packet.next_action.due else None,
            closed=closed,
            held=held,
            released=released,
            owner_id=chosen.owner_id,
            body=one.body,
            route=chosen.to_text(),
            findings=findings_text,
            approval=None if approval is None else approval.to_text(),
            customer=one.customer,
            earlier=customers_earlier,
            offered=offered,
            answered=before is not None and _is_answered(before, packet),
        ),
        [
            WantedDelivery(
                name,
                rank=rank,
                priority=packets.first_priority(urgency.value),
                wait=LINK_WAIT if first is not None and rank > first else 0.0,
                look_first=name in first_seen,
            )
            for name, rank in ranks.items()
        ],
        hurry=hurry,
        known=stored is not None,
        now=now,
    )
    if turn is not None and (stored is not None or turn.due is not None):
        timers.set_timer(tx, config.business.id, packet.id, due=turn.due, acknowledged_at=turn.acknowledged_at)
    trail.note(
        tx,
        config.business.id,
        packet.id,
        at=now,
        revision=revision,
        what="submit",
        outcome="held" if held else "accepted",
        text="; ".join((f"owner {chosen.owner_id}: {chosen.why}", *_changed(before, packet))),
    )
    return _with_transition(
        Receipt(
            packet.id,
            ReceiptStatus.ACCEPTED,
            revision,
            _owner(config, chosen),
            chosen.destinations,
            held,
            findings,
        ),
        config,
        packet,
        customers_earlier,
        offered,
    )


def _beside(
    tx: Transaction,
    config: Config,
    one: Assessed,
    stored: StoredPacket | None,
    chosen: StoredRoute,
    approval: StoredApproval | None,
    kept: Body,
    *,
    held: bool,
    now: float,
) -> tuple[str | None, str | None]:
    """The customer's earlier packets, and the announcement: made once, when the packet comes.

    Later revisions keep the announcement, since it may have been said; until the packet brings its own.
    """
    packet, customer = one.packet, one.customer
    if stored is not None and not any((customer.account, customer.email, customer.phone)):
        return None, None if packet.announcement is not None else kept.offered
    found = customers.look_up(
        tx,
        config.business.id,
        packet.id,
        customer,
        came=now if stored is None else stored.received_at,
        lane=packet.lane.value,
        since=now - wait.LOOK_BACK if stored is None else None,
    )
    earlier = earlier_text(found.earlier)
    if stored is not None:
        return earlier, None if packet.announcement is not None else kept.offered
    made = offer(config, packet, chosen, approval, found.answered, held=held, now=now)
    return earlier, None if made is None else made.to_text()


_AT_WORK = frozenset({Status.IN_PROGRESS, Status.WAITING_CUSTOMER, Status.DONE})
"""States to which a case moves when somebody is at it."""


def _is_answered(before: Packet, packet: Packet) -> bool:
    was = before.state.status if before.state is not None else None
    is_ = packet.state.status if packet.state is not None else None
    return is_ != was and is_ in _AT_WORK


def _changed(before: Packet | None, packet: Packet) -> tuple[str, ...]:
    """What the revision changes, for the trail: no word of the customer's."""
    names = names_of_changes(before, packet) if before is not None else ()
    return (f"changed: {', '.join(names)}",) if names else ()


def _number_of(packet: Packet, stored: StoredPacket | None) -> int:
    """The ledger's number of a revision: the packet's own while it fits, and always more than the one before."""
    own = packet.revision or 1
    following = 1 if stored is None else stored.revision + 1
    return max(own, following) if own <= LARGEST_NUMBER else following


def hold(config: Config, chosen: StoredRoute) -> StoredRoute:
    """The fallback owner takes a held packet; its routed owner is kept for its release."""
    return replace(
        chosen,
        owner_id=config.routing.fallback,
        why="held: a reader could not act on it; the fallback owner completes or releases it",
        routed_owner_id=chosen.owner_id,
        routed_why=chosen.why,
        asked_at=None,
        taken=None,
        lapsed=None,
    )


def _owner(config: Config, chosen: StoredRoute) -> ReceiptOwner:
    owner = config.owners.get(chosen.owner_id) or config.owners[config.routing.fallback]
    return ReceiptOwner(chosen.owner_id, owner.name, chosen.why)
