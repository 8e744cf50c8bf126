"""What quality and routing say of one packet, before it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from handoff_core.config import Config
from handoff_core.connector import Finding
from handoff_core.delivery.route_text import StoredRoute, findings_to_text
from handoff_core.ledger.rows import CustomerRow
from handoff_core.packet import Packet
from handoff_core.privacy.customer import CustomerDigests
from handoff_core.privacy.matters import OpenMatters
from handoff_core.quality import QualityContext, assess
from handoff_core.routing import route


@dataclass(frozen=True, slots=True)
class Assessed:
    """What quality and routing say of one packet, before any transaction."""

    packet: Packet
    route: StoredRoute
    findings: tuple[Finding, ...]
    body: str
    """The packet's JSON. What costs time is made before the transaction, so that no lock is held meanwhile."""
    digest: str
    findings_text: str
    customer: CustomerRow


def assess_packet(config: Config, packet: Packet, *, now: float, approved: bool = False) -> Assessed:
    """Route and assess. ``approved``: the approver has accepted the draft of the packet. Pure but for ``now``."""
    people = config.people()
    found = route(
        packet,
        config.routing,
        people,
        tuple(config.destinations),
        now=datetime.fromtimestamp(now, UTC),
        hours=config.hours,
        staff=config.staff,
    )
    lane = config.quality_of(packet.lane.value)
    ignored = config.quality.ignored(lane)
    context = QualityContext(
        require=config.require,
        region=config.region,
        fallback=found.rule is None and bool(config.routing.rules) and found.owner_id == config.routing.fallback,
        owners=people,
        never_decides=config.never_decides,
        agents=frozenset(config.agents),
        approved=approved,
    )
    findings = (
        *(finding for finding in found.findings if finding.code not in ignored),
        *assess(packet, config.quality, context, lane),
    )
    return Assessed(
        packet,
        StoredRoute(
            owner_id=found.owner_id,
            why=found.why,
            destinations=(*found.destinations, *outbox_of(config, packet)),
            rule=found.rule,
            chain=found.chain,
            acknowledge_within=found.acknowledge_within,
            acknowledge_in=found.acknowledge_in.value,
        ),
        findings,
        *packet.to_json_and_digest(),
        findings_to_text(findings),
        _customer(packet, config.region),
    )


def _customer(packet: Packet, region: str) -> CustomerRow:
    found = CustomerDigests.of(packet.customer, region)
    # Of nobody no later packet can tell.
    matters = OpenMatters.of(packet, region).to_text() if found else ""
    return CustomerRow(found.account, found.email, found.phone, matters)


def outbox_of(config: Config, packet: Packet) -> tuple[str, ...]:
    """The outbox of the agent that a packet is addressed to, beside the records that people get; () without one."""
    return (packet.to,) if packet.to is not None and packet.to in config.outboxes else ()
