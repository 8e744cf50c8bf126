"""Rows of the ledger turned into what people and programs are shown."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from handoff_core.config import Config
from handoff_core.connector import ApprovalState, Earlier
from handoff_core.delivery.approval import read_approval
from handoff_core.delivery.earlier import beside, read_earlier
from handoff_core.delivery.offered import opening_of, parse_offered
from handoff_core.delivery.route_text import StoredRoute
from handoff_core.delivery.stalled import delivery_waits
from handoff_core.delivery.view import parse_body
from handoff_core.delivery.waited import waited_for
from handoff_core.ledger import packets, queries
from handoff_core.ledger.names import WORST_FIRST, State
from handoff_core.ledger.transaction import Transaction
from handoff_core.packet import Packet
from handoff_core.packet.changes import changes
from handoff_core.privacy.erasure import erased_on
from handoff_core.privacy.seen import SHOWN
from handoff_core.views import ApprovalStatus, AuditLine, ChangesSince, DeliveryWait, HandoffStatus, RecordLine, Shown

_NEEDS_PERSON = frozenset({State.DEAD, State.PARKED})


def status_lines(tx: Transaction, config: Config, packet_id: str | None, *, now: float) -> tuple[HandoffStatus, ...]:
    """Open handoffs, the oldest first; or the one that is named."""
    states = queries.delivery_states(tx, config.business.id, packet_id)
    rows = queries.open_packets(tx, config.business.id, packet_id)
    waits = delivery_waits(tx, config, packet_id, now=now)
    return tuple(_status(config, row, states.get(row["id"], {}), waits.get(row["id"], ()), now) for row in rows)


def show_packet(tx: Transaction, config: Config, packet_id: str, *, now: float) -> Shown | None:
    """One handoff with everything that is known of its records."""
    lines = status_lines(tx, config, packet_id, now=now)
    if not lines:
        return None
    row = queries.open_packets(tx, config.business.id, packet_id)[0]
    content = packets.content_of(tx, config.business.id, packet_id, row["revision"])
    packet = None if content.body is None else parse_body(content.body)
    earlier = () if packet is None else beside(packet, read_earlier(content.earlier))
    deliveries = queries.delivery_rows(tx, config.business.id, packet_id)
    records = queries.record_rows(tx, config.business.id, packet_id)
    return Shown(
        status=lines[0],
        packet=json.loads(content.body or "{}"),
        owner_why=StoredRoute.from_text(row["route"]).why,
        findings=tuple(json.loads(row["findings"])),
        records=tuple(line for delivery in deliveries for line in _records(delivery, records)),
        earlier=tuple(_earlier(one) for one in earlier),
        announcement=parse_offered(content.offered),
        opening_line=None if packet is None else opening_of(config, packet, earlier),
        changes=() if packet is None else tuple(_changes(tx, config, packet, row["revision"], deliveries)),
    )


def _earlier(one: Earlier) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": one.at,
        "lane": one.lane,
        "closed": one.closed,
        "summary": one.summary,
        "promises": [promise.model_dump(mode="json", exclude_defaults=True) for promise in one.promises],
        "concerns": list(one.concerns),
        "url": one.url,
    }


def _changes(
    tx: Transaction, config: Config, packet: Packet, revision: int, deliveries: Sequence[Mapping[str, Any]]
) -> Iterator[ChangesSince]:
    """What is new since each destination's readers were last told; nothing where they know the newest."""
    for delivery in deliveries:
        told = delivery["told"]
        if not told or told == revision:
            continue
        body = packets.body_of(tx, config.business.id, packet.id, told)
        found = () if body is None else changes(parse_body(body), packet)
        if found:
            yield ChangesSince(delivery["destination"], told, found)


def audit_lines(rows: Sequence[Mapping[str, Any]], field: str | None) -> tuple[AuditLine, ...]:
    """The lines of a packet's trail that say who was shown which of its fields, in their order."""
    lines = []
    for row in rows:
        names = tuple(one.removeprefix(SHOWN) for one in row["fields"] if one.startswith(SHOWN))
        if field is not None:
            names = tuple(one for one in names if one == field or one.startswith(f"{field}."))
        if names:
            certain = row["outcome"] == "ok"
            lines.append(AuditLine(row["at"], row["destination"], row["kind"], row["revision"], names, certain))
    return tuple(lines)


def remote_fields(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The vendor's own fields that a line of the trail names."""
    return tuple(one for one in row["fields"] if not one.startswith(SHOWN))


def worst(states: Mapping[str, str]) -> State:
    """The state that a person should see first; delivered when there is nothing at all."""
    present = set(states.values())
    return next((state for state in WORST_FIRST if state.value in present), State.DELIVERED)


def _status(
    config: Config, row: Mapping[str, Any], states: Mapping[str, str], waits: tuple[DeliveryWait, ...], now: float
) -> HandoffStatus:
    route = StoredRoute.from_text(row["route"])
    owner = config.owners.get(route.owner_id) or config.owners[config.routing.fallback]
    state = worst(states)
    approval = _approval(config, row["approval"])
    closed = bool(row["closed"])
    asked = approval is not None and approval.state == ApprovalState.WAITING.value and not closed
    waited = waited_for(
        config,
        row["lane"],
        route,
        received_at=row["received_at"],
        acknowledge_at=row["acknowledge_at"],
        open_=not closed and not row["held"] and row["erased_at"] is None,
        now=now,
    )
    return HandoffStatus(
        id=row["id"],
        lane=row["lane"],
        summary=row["summary"] if row["erased_at"] is None else erased_on(row["erased_at"]),
        owner_id=route.owner_id,
        owner_name=owner.name,
        urgency=row["urgency"],
        state=state.value,
        held=bool(row["held"]),
        due=row["next_due"],
        age_seconds=max(0.0, now - row["received_at"]),
        needs_person=bool(row["held"]) or state in _NEEDS_PERSON or asked or waited.overdue,
        revision=row["revision"],
        destinations=dict(states),
        closed=closed,
        approval=approval,
        erased_at=row["erased_at"],
        acknowledge_until=row["acknowledge_at"],
        next_owners=waited.next_owners,
        overdue=waited.overdue,
        acknowledged_at=route.taken.at if route.taken else None,
        acknowledged_by=route.taken.name if route.taken else None,
        acknowledged_after=waited.after,
        acknowledged_in_time=waited.in_time,
        waits=waits,
    )


def _approval(config: Config, text: str | None) -> ApprovalStatus | None:
    stored = read_approval(text)
    if stored is None:
        return None
    known = {owner_id: owner.name for owner_id, owner in config.owners.items()}

    def person(owner_id: str) -> tuple[str, str]:
        owner_id = owner_id if owner_id in known else config.routing.fallback
        return owner_id, known[owner_id]

    approver, final = person(stored.approver_id), person(stored.final_owner_id)
    by_id, by_name = (None, None) if stored.by_id is None else person(stored.by_id)
    return ApprovalStatus(
        state=stored.state.value,
        draft=stored.code,
        approver_id=approver[0],
        approver_name=approver[1],
        final_owner_id=final[0],
        final_owner_name=final[1],
        by_id=by_id,
        by_name=by_name,
        at=stored.at,
        note=stored.note,
    )


def _records(delivery: Mapping[str, Any], records: Sequence[Mapping[str, Any]]) -> list[RecordLine]:
    own = [row for row in records if row["destination"] == delivery["destination"]]
    if not own:
        return [RecordLine(delivery["destination"], None, None, None, delivery["state"], delivery["reason"])]
    return [
        RecordLine(
            destination=row["destination"],
            kind=row["kind"],
            id=row["remote_id"],
            url=row["url"],
            state=_record_state(row, delivery),
            reason=row["reason"] or (delivery["reason"] if row["state"] != "current" else None),
            withheld=row["withheld"],
            kept=row["kept"],
        )
        for row in own
    ]


def _record_state(row: Mapping[str, Any], delivery: Mapping[str, Any]) -> str:
    """A record's state in the words of a delivery's: only what is current has arrived."""
    if row["state"] == "current":
        return State.DELIVERED.value
    return str({"sending": "unknown", "new": delivery["state"]}.get(row["state"], row["state"]))
