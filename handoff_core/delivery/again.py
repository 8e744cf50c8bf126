"""A further revision of the same content: another owner, or somebody who took it."""

from __future__ import annotations

from handoff_core.config import Config
from handoff_core.delivery.approval import approval_of, read_approval
from handoff_core.delivery.route_text import StoredRoute
from handoff_core.ledger import packets
from handoff_core.ledger.rows import NewRevision, StoredPacket
from handoff_core.ledger.transaction import Transaction
from handoff_core.packet import Packet, format_time


def write_again(
    tx: Transaction,
    config: Config,
    stored: StoredPacket,
    packet: Packet,
    body: str,
    route: StoredRoute,
    *,
    revision: int,
    hurry: bool,
    now: float,
) -> None:
    """Write the packet's content once more under another route, and make every destination want it.

    What an approver said of its draft stays; who is asked for it may be another one with another owner.
    """
    before = read_approval(packets.approval_of(tx, config.business.id, stored.id, stored.revision))
    approval = approval_of(packet, config, route.owner_id, before, held=False)
    packets.add_revision(
        tx,
        config.business.id,
        NewRevision(
            packet_id=stored.id,
            revision=revision,
            digest=stored.digest,
            lane=stored.lane,
            summary=packet.summary,
            urgency=stored.urgency,
            next_due=format_time(packet.next_action.due) if packet.next_action.due else None,
            closed=stored.closed,
            held=stored.held,
            released=stored.released,
            owner_id=route.owner_id,
            body=body,
            route=route.to_text(),
            findings=stored.findings,
            approval=None if approval is None else approval.to_text(),
        ),
        (),
        hurry=hurry,
        known=True,
        now=now,
    )
