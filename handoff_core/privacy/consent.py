"""Consent that is enforced: what a packet still says when the customer refused sharing, or contact."""

from __future__ import annotations

from typing import Any, Final

from handoff_core.packet import Packet
from handoff_core.packet.details import OutboundReplyDetails
from handoff_core.packet.parts import Customer, Escalation, State, Urgency
from handoff_core.privacy.fields import WITHHOLDABLE
from handoff_core.privacy.tokens import marker

NO_CONTACT: Final = "the customer does not want to be contacted"

_TAKEN_OUT: Final = (
    "goal",
    "need",
    "analysis",
    "rationale",
    "opening_line",
    "risk",
    "classification",
    "announcement",
    "details",
    "events",
    "attempts",
    "completed",
    "told_customer",
    "open_concerns",
    "facts",
    "unknowns",
    "decisions",
    "decisions_needed",
    "constraints",
    "commitments",
    "prior_contacts",
    "definition_of_done",
    "transcript",
)
"""All content. What stays: the two sentences without which nobody could act (without any value of the customer),
owner, urgency, times, the links into the business's own systems, and the consent itself."""


def without_sharing(packet: Packet, why: str) -> tuple[Packet, list[str]]:
    """The packet without its content, and what was taken out, each with ``why``."""
    changes: dict[str, Any] = {}
    named: list[str] = []
    for name in _TAKEN_OUT:
        value = getattr(packet, name)
        if value is None or value == ():
            continue
        changes[name] = () if isinstance(value, tuple) else None
        counted = f" ({len(value)})" if isinstance(value, tuple) and len(value) > 1 else ""
        named.append(f"{WITHHOLDABLE[name]}{counted}: {why}")
    if packet.customer is not None:
        changes["customer"] = Customer(name=marker("name"))
        named.append(f"who the customer is: {why}")
    escalation = packet.escalation
    if escalation.text or escalation.focus or escalation.trigger:
        changes["escalation"] = Escalation(reason=escalation.reason, text=marker("reason in words"))
        named.append(f"the reason of the escalation in words: {why}")
    if packet.urgency.reason:
        changes["urgency"] = Urgency(level=packet.urgency.level, deadline=packet.urgency.deadline)
        named.append(f"the reason of the urgency: {why}")
    if packet.state is not None and packet.state.text:
        changes["state"] = State(status=packet.state.status)
        named.append(f"the state in words: {why}")
    if packet.privacy is not None and packet.privacy.sensitive:
        changes["privacy"] = packet.privacy.model_copy(update={"sensitive": ()})
        named.append(f"{WITHHOLDABLE['privacy.sensitive']}: {why}")
    return packet.model_copy(update=changes), named


def without_contact(packet: Packet) -> tuple[Packet, list[str]]:
    """The packet without anything that is meant to be said or sent to the customer."""
    changes: dict[str, Any] = {}
    named: list[str] = []
    if packet.opening_line:
        changes["opening_line"] = None
        named.append(f"{WITHHOLDABLE['opening_line']}: {NO_CONTACT}")
    details = packet.details
    if isinstance(details, OutboundReplyDetails) and details.draft:
        changes["details"] = details.model_copy(update={"draft": marker("draft")})
        named.append(f"the drafted reply: {NO_CONTACT}")
    return (packet.model_copy(update=changes) if changes else packet), named
