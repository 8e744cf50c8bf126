"""Sample packets, owners and views, whole and plausible, so that a test states only what it is about.

``make_packet(lane="sales", summary="…")`` replaces whole fields; None takes a field out.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from handoff_core.packet import Lane, Packet

if TYPE_CHECKING:
    from handoff_core.connector import Owner, View

_DETAILS: dict[str | None, dict[str, Any]] = {
    Lane.SUPPORT: {
        "product": "Tankless water heater WH-200",
        "order_id": "A-1001",
        "error": "Error code E4 on the display",
        "tried_before": ["Pressed the reset button"],
        "extra": {"warranty_years": 5, "under_warranty": True},
    },
    Lane.SALES: {
        "service_needed": "Repiping of a four-flat house",
        "budget_signals": ["Asked about monthly payment", "Has a quote for 18,000 dollars"],
        "fit_signal": "Owns three houses in our area and decides alone",
        "objections": ["Worried about weeks without water"],
        "questions_asked": ["Can you work one flat at a time?"],
        "answers_given": [{"question": "How many flats?", "answer": "Four, all let"}],
        "campaign": "spring-repiping",
        "talking_points": ["One flat at a time is possible", "Ten years of warranty"],
    },
    Lane.OWNER_ESCALATION: {
        "decision": "Whether to refund the whole call-out fee",
        "options": ["Refund 180 dollars", "Offer a free second visit"],
        "exposure": "180 dollars and a public review",
        "deadline_reason": "The customer posts a review tonight",
    },
    Lane.INTERNAL_TASK: {
        "source_of_truth": "Price list in the shared drive",
        "blocker": "Nobody approved the new prices",
        "suggested_owner": "Dana",
        "status": "Draft is ready",
        "due": "2026-11-24T17:00:00-06:00",
    },
    Lane.OUTBOUND_REPLY: {
        "account": "Lindqvist Properties",
        "prior_context": "They asked for a discount on the yearly contract",
        "draft": "Dear Maria, we can offer you five percent on the yearly contract.",
        "objection": "Too expensive compared with last year",
        "approval_by": "Dana Fields",
        "final_owner": "Sales desk",
    },
    Lane.BOOKING: {
        "reason": "Yearly boiler check",
        "slot": "Tuesday 24 November, 09:00",
        "alternatives": ["Wednesday 25 November, 14:00"],
        "equipment": ["Ladder", "Flue gas analyser"],
        "after_hours": False,
        "address": "12 Mill Lane, Springfield",
    },
    Lane.CONTENT: {
        "draft_status": "Second draft",
        "links": ["https://docs.acme.example/drafts/frozen-pipes"],
        "blockers": ["The photo licence is not clear"],
        "checks_completed": ["Spelling", "Prices"],
        "pending_approvals": ["Dana Fields"],
        "publishing_requirements": ["Publish before the first frost"],
    },
}

_PACKET: dict[str, Any] = {
    "id": "case-8841",
    "revision": 1,
    "made_at": "2026-11-20T09:12:00-06:00",
    "lane": "support",
    "channel": "call",
    "summary": "Maria Lindqvist has had no hot water since yesterday evening; error E4 came back after a reset.",
    "goal": "Hot water again today",
    "need": "A technician who brings a new flow sensor",
    "analysis": "E4 after a reset points to the flow sensor rather than to the gas supply.",
    "rationale": "The heater starts, runs for ten seconds and stops, as it does with a dead flow sensor.",
    "opening_line": "Hello Maria, I have your heater's E4 in front of me and a flow sensor on the van.",
    "state": {"status": "in_progress", "text": "Diagnosed by phone, waiting for a technician"},
    "customer": {
        "name": "Maria Lindqvist",
        "email": "maria@lindqvist.example",
        "phone": "+1 312 555 0142",
        "company": "Lindqvist Properties",
        "account_id": "ACC-77",
        "language": "en",
        "timezone": "America/Chicago",
        "external_ids": {"crm": "50123"},
    },
    "next_action": {
        "text": "Call Maria and confirm a technician with a flow sensor for 14:00",
        "due": "2026-11-20T11:00:00-06:00",
    },
    "definition_of_done": ["Hot water runs for ten minutes without E4"],
    "escalation": {
        "reason": "beyond_scope",
        "text": "A part must be replaced on site.",
        "focus": "The visit this afternoon",
        "trigger": "E4 came back after the second reset",
    },
    "urgency": {
        "level": "high",
        "reason": "No hot water, small child in the house",
        "deadline": "2026-11-20T18:00:00-06:00",
    },
    "nature": "routine",
    "risk": "She may call a competitor if nobody comes today",
    "confidence": 0.82,
    "classification": {"issue_type": "no hot water", "complexity": "medium", "intent": "repair"},
    "events": [
        {"at": "2026-11-19T20:00:00-06:00", "text": "Hot water stopped"},
        {"at": "2026-11-20T09:05:00-06:00", "text": "Second reset, E4 came back", "turn": 3},
    ],
    "attempts": [
        {
            "action": "Reset at the breaker",
            "outcome": "failed",
            "detail": "E4 came back after ten seconds",
            "at": "2026-11-20T09:05:00-06:00",
            "source": "Call recording",
        },
        {"action": "Checked that the gas valve is open", "outcome": "worked", "source": "Call recording"},
    ],
    "completed": ["Warranty checked: valid until 2028"],
    "told_customer": ["The visit is free under warranty"],
    "open_concerns": ["Can it be done before her child comes home at 15:30?"],
    "facts": [
        {"name": "model", "value": "WH-200", "source": "Call recording", "confidence": 0.95, "sensitivity": "internal"},
        {"name": "serial_number", "value": "WH2-88-31177", "source": "Order A-1001", "sensitivity": "internal"},
        {"name": "visits_this_year", "value": 1, "source": "Order A-1001"},
    ],
    "unknowns": [{"question": "Is the heater in the basement or the attic?", "why": "The attic needs two people"}],
    "decisions": [{"text": "Treat as warranty case", "by": "AI", "at": "2026-11-20T09:08:00-06:00"}],
    "decisions_needed": [
        {
            "question": "Send the technician from the Elm Street job?",
            "options": ["Yes, at 14:00", "No, tomorrow at 08:00"],
            "by": "Dispatch",
        }
    ],
    "constraints": [
        {"text": "The visit stays free of charge", "kind": "must_not_change"},
        {"text": "No visit after 18:00 without the owner's approval", "kind": "policy"},
    ],
    "commitments": [
        {
            "text": "Somebody calls back before 11:00",
            "to": "Maria Lindqvist",
            "made_at": "2026-11-20T09:10:00-06:00",
            "due": "2026-11-20T11:00:00-06:00",
            "status": "open",
            "turn": 5,
        }
    ],
    "prior_contacts": [
        {
            "at": "2026-03-02T10:00:00-06:00",
            "summary": "Yearly service, nothing found",
            "url": "https://desk.acme.example/tickets/512",
        }
    ],
    "sources": [
        {
            "label": "Call recording",
            "system": "telephony",
            "url": "https://calls.acme.example/rec/8841",
            "record_id": "rec-8841",
            "open_first": True,
        },
        {"label": "Order A-1001", "system": "shop", "url": "https://shop.acme.example/orders/A-1001"},
    ],
    "transcript": [
        {"at": "2026-11-20T09:02:00-06:00", "speaker": "ai", "text": "Acme Plumbing, how can I help?"},
        {
            "at": "2026-11-20T09:02:10-06:00",
            "speaker": "customer",
            "text": "We have had no hot water since last night & the display says E4.",
            "sentiment": -0.5,
        },
        {"at": "2026-11-20T09:03:00-06:00", "speaker": "ai", "text": "Please switch the breaker off and on again."},
        {
            "at": "2026-11-20T09:05:00-06:00",
            "speaker": "customer",
            "text": "Done. It started, then E4 again. I have a small child here!",
            "sentiment": -0.7,
        },
        {"at": "2026-11-20T09:07:00-06:00", "speaker": "tool", "text": "Warranty for A-1001: valid until 2028-03-01"},
        {
            "at": "2026-11-20T09:10:00-06:00",
            "speaker": "ai",
            "text": "The visit is free. Somebody will call you back before 11:00.",
        },
    ],
    "privacy": {
        "consent": {"contact": "granted", "recording": "granted", "sharing": "unknown"},
        "lawful_basis": "contract",
        "sensitive": ["A child is mentioned"],
    },
    "announcement": {
        "text": "A technician's desk will call you back.",
        "told_at": "2026-11-20T09:10:00-06:00",
        "expected_wait": "within two hours",
    },
    "producer": {"name": "acme-voice", "model": "example-model-2", "prompt_version": "14"},
}


def make_object(**overrides: Any) -> dict[str, Any]:
    """A full packet as a plain dict, with the details of its ``lane``. A field given as None is left out.

    Nothing is checked: an unknown lane gets no details.
    """
    values = copy.deepcopy(_PACKET)
    values["details"] = copy.deepcopy(_DETAILS.get(overrides.get("lane", Lane.SUPPORT)))
    values.update(overrides)
    return {name: value for name, value in values.items() if value is not None}


def make_packet(**overrides: Any) -> Packet:
    """A full packet, with the details of its ``lane``. A field given as None is left out."""
    return Packet(**make_object(**overrides))


def make_owner(**overrides: Any) -> Owner:
    """A person who owns the next step, known to the destination."""
    from handoff_core.connector import Owner

    values: dict[str, Any] = {"id": "dana", "name": "Dana Fields", "email": "dana@acme.example", "identity": "9001"}
    return Owner(**(values | overrides))


def make_view(packet: Packet | None = None, **overrides: Any) -> View:
    """What a connector is asked to render: the first revision of ``packet`` for Dana, without sibling links."""
    from handoff_core.connector import View

    packet = packet or make_packet()
    values: dict[str, Any] = {
        "packet": packet,
        "revision": packet.revision or 1,
        "business_id": "acme-plumbing",
        "business_name": "Acme Plumbing",
        "timezone": "America/Chicago",
        "region": "US",
        "destination": "desk",
        "key": f"ho-acme-plumbing.{packet.id}",
        "owner": make_owner(),
        "owner_why": 'rule "urgent support"',
        "acknowledge_within": 900.0,
        "chain": (make_owner(id="support", name="Support desk", email=None, team=True, identity="360007"),),
    }
    return View(**(values | overrides))
