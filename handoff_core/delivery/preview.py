"""Every record of a packet as it would be made, with the exact requests: no network, no ledger."""

from __future__ import annotations

from dataclasses import dataclass, field

from handoff_core.clock import Clock
from handoff_core.config import Config, Destination
from handoff_core.connector import Connector, Context, Payload, RecordedRequest, View, Write
from handoff_core.delivery.abilities import prepares
from handoff_core.delivery.accept import hold
from handoff_core.delivery.approval import approval_of
from handoff_core.delivery.assessed import Assessed
from handoff_core.delivery.offered import offer
from handoff_core.delivery.route_text import findings_to_text
from handoff_core.delivery.view import build_view
from handoff_core.errors import DeliveryError
from handoff_core.ledger.rows import Claim, Work
from handoff_core.quality import is_held
from handoff_core.views import PreviewRecord

NO_SECRET = "secret-not-shown"


@dataclass
class Recording:
    """Keeps requests instead of sending them."""

    requests: list[RecordedRequest] = field(default_factory=list)

    def record(self, request: RecordedRequest) -> None:
        """Keep one."""
        self.requests.append(request)


@dataclass
class Forgetful:
    """A memory for one preview."""

    kept: dict[str, str] = field(default_factory=dict)

    def recall(self, name: str) -> str | None:
        """What was remembered in this preview."""
        return self.kept.get(name)

    def remember(self, name: str, text: str, *, seconds: float) -> None:
        """Keep it for this preview."""
        self.kept[name] = text


def preview_packet(
    config: Config, assessed: Assessed, clock: Clock, destination: str | None
) -> tuple[PreviewRecord, ...]:
    """The records of every destination that the packet is routed to, or of the one that is named."""
    names = assessed.route.destinations if destination is None else (destination,)
    work = _work(config, assessed, clock.now())
    return tuple(record for name in names for record in _preview(config, config.places[name], work, clock))


def _preview(config: Config, destination: Destination, work: Work, clock: Clock) -> list[PreviewRecord]:
    recording = Recording()
    connector = destination.connector_class(
        Context(
            business=config.business.id,
            destination=destination.name,
            settings=destination.settings,
            # Whatever the environment holds: a preview never sees a secret, so it cannot show one.
            secret=lambda name: NO_SECRET,
            clock=clock,
            memory=Forgetful(),
            recorder=recording,
        )
    )
    stand_ins = _looked_up_at_delivery(config, destination)
    view: View = build_view(config, destination, work, {}, stand_ins)
    owner = view.owner
    assumed = (
        (f"{owner.name} is looked up as {owner.email} at delivery; {owner.identity} stands in for his id here",)
        if owner.id in stand_ins
        else ()
    )
    refs: dict[str, str] = {}
    shown: list[PreviewRecord] = []
    try:
        for payload in connector.render(view):
            recording.requests.clear()
            _record_creation(connector, payload, refs)
            shown.append(
                PreviewRecord(
                    destination=destination.name,
                    connector=destination.connector,
                    kind=payload.kind,
                    title=payload.title,
                    text="\n\n".join((payload.readable, *assumed)),
                    withheld=payload.withheld,
                    requests=tuple(recording.requests),
                )
            )
    finally:
        connector.close()
    return shown


def _looked_up_at_delivery(config: Config, destination: Destination) -> dict[str, str | None]:
    """An id of the right shape for each owner whose own id is only looked up when something is delivered."""
    example = getattr(destination.connector_class, "example_identity", None)
    if example is None:
        return {}
    return {
        owner_id: example
        for owner_id, owner in config.owners.items()
        if owner.email is not None and not owner.team and destination.name not in owner.identities
    }


def _record_creation(connector: Connector, payload: Payload, refs: dict[str, str]) -> None:
    frozen = connector.prepare(Write(payload, refs=refs)) if prepares(connector) else None
    try:
        remote = connector.create(Write(payload, refs=refs, frozen=frozen, idempotency_key=f"{payload.key}.preview"))
    except DeliveryError:
        # Nothing answers in a preview; the request itself is recorded, and that is all it is for.
        refs[payload.kind] = "1"
        return
    refs[payload.kind] = remote.id


def _work(config: Config, assessed: Assessed, now: float) -> Work:
    packet = assessed.packet
    held = is_held(assessed.findings, config.quality.gate)
    route = hold(config, assessed.route) if held else assessed.route
    approval = approval_of(packet, config, assessed.route.owner_id, None, held=held)
    # Without a ledger nobody knows how long it takes, nor what was promised before.
    offered = offer(config, packet, route, approval, (), held=held, now=now)
    claim = Claim(
        business=config.business.id,
        packet_id=packet.id,
        destination="",
        fence=0,
        was="pending",
        priority=1,
        wanted=1,
        done=0,
        told=0,
        attempts=0,
        first_attempt_at=None,
        look_first=False,
        urgent=False,
        url=None,
        links_seen=None,
        rank=0,
        updated_at=now,
        due_at=now,
    )
    return Work(
        claim=claim,
        revision=packet.revision or 1,
        digest=packet.digest,
        body=assessed.body,
        route=route.to_text(),
        findings=findings_to_text(assessed.findings),
        held=held,
        closed=False,
        received_at=now,
        told_body=None,
        told_owner=None,
        siblings=(),
        records={},
        approval=None if approval is None else approval.to_text(),
        offered=None if offered is None else offered.to_text(),
    )
