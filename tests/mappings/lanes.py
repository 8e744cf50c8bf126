"""One packet a lane, written as a careful agent writes it: the packets of the golden files and of the house styles."""

from __future__ import annotations

from typing import Any

from handoff_core.connector import View
from handoff_core.packet import Lane, Packet
from handoff_core.testing.factories import make_owner, make_view


def _time(day: int, clock: str) -> str:
    return f"2026-11-{day:02d}T{clock}:00-06:00"


def _said(speaker: str, text: str, clock: str, sentiment: float | None = None) -> dict[str, Any]:
    turn = {"at": _time(20, clock), "speaker": speaker, "text": text}
    return turn if sentiment is None else {**turn, "sentiment": sentiment}


def _first(label: str, system: str, url: str) -> dict[str, Any]:
    return {"label": label, "system": system, "url": url, "open_first": True}


PACKETS: dict[Lane, dict[str, Any]] = {
    Lane.SUPPORT: {
        "id": "boiler-3391",
        "lane": "support",
        "channel": "chat",
        "summary": "Omar Haddad's boiler has failed every morning since our repair.",
        "goal": "A boiler that runs, or his 420 dollars back",
        "customer": {"name": "Omar Haddad", "email": "omar@haddad.example", "phone": "+1 312 555 0163"},
        "next_action": {"text": "Call Omar and book the senior technician", "due": _time(20, "15:00")},
        "definition_of_done": ["The boiler ran three mornings in a row"],
        "escalation": {
            "reason": "emotion",
            "text": "third contact, wants his money back.",
            "focus": "The pressure sensor, which nobody has looked at",
        },
        "urgency": {"level": "high", "reason": "No heating in the morning"},
        "nature": "sensitive",
        "risk": "A public review and a refund of 420 dollars",
        "attempts": [
            {"action": "First visit: igniter replaced", "outcome": "failed", "source": "Job 3391"},
            {"action": "Second visit: boiler vented", "outcome": "failed", "source": "Job 3427"},
            {"action": "Remote restart", "outcome": "partial", "detail": "ran until the next morning"},
        ],
        "told_customer": ["The second visit was free of charge"],
        "open_concerns": ["Does he get the 420 dollars of the first visit back?"],
        "facts": [{"name": "boiler", "value": "B-24, installed 2019", "source": "Job list"}],
        "unknowns": [{"question": "Was the pressure sensor ever checked?", "why": "F28 also comes from there"}],
        "commitments": [{"text": "A person calls before 15:00", "to": "Omar Haddad", "due": _time(20, "15:00")}],
        "prior_contacts": [
            {"at": _time(12, "08:10"), "summary": "Call: failed after the repair"},
            {"at": _time(17, "07:30"), "summary": "Chat: failed again after the second visit"},
        ],
        "sources": [_first("Chat 901", "website", "https://chats.acme.example/c/901")],
        "transcript": [
            _said("customer", "This is the third time I am writing. The boiler is dead again.", "09:01", -0.8),
            _said("ai", "I am sorry. A person calls you before 15:00 today.", "09:02"),
            _said("customer", "Then bring my money along.", "09:03", -0.9),
        ],
        "details": {"product": "Boiler B-24", "order_id": "J-3391", "error": "F28", "tried_before": ["Reset button"]},
    },
    Lane.SALES: {
        "id": "lead-2231",
        "lane": "sales",
        "channel": "form",
        "summary": "Marcus Webb wants one maintenance contract for four buildings.",
        "goal": "One contract and one invoice from January",
        "need": "A firm that answers within hours, not days",
        "customer": {"name": "Marcus Webb", "company": "Webb Estates", "email": "marcus@webb.example"},
        "next_action": {"text": "Call Marcus and propose a site visit", "due": _time(20, "14:00")},
        "definition_of_done": ["A site visit is booked, or Marcus has said why not"],
        "escalation": {"reason": "qualified_lead", "text": "decides alone, compares two firms."},
        "urgency": {"level": "high", "reason": "He decides this week"},
        "facts": [
            {"name": "buildings", "value": 4, "source": "Web form"},
            {"name": "lifetime_value", "value": "New customer", "source": "CRM"},
        ],
        "unknowns": [{"question": "Does the present contract end in December?", "why": "It decides the start"}],
        "told_customer": ["Somebody calls today"],
        "sources": [
            _first("Web form", "website", "https://forms.acme.example/f/2231"),
            {"label": "Chat", "system": "website", "url": "https://chats.acme.example/c/887"},
        ],
        "privacy": {"consent": {"contact": "granted", "recording": "unknown", "sharing": "granted"}},
        "details": {
            "service_needed": "Maintenance, heating and water",
            "budget_signals": ["About 2,000 dollars a month"],
            "fit_signal": "Four buildings in our area",
            "objections": ["The last firm needed three days to answer"],
            "questions_asked": ["How fast are you on site?"],
            "answers_given": [{"question": "When would you like to start?", "answer": "In January"}],
            "campaign": "autumn-contracts",
            "talking_points": ["Four-hour response time", "One invoice for all buildings"],
        },
    },
    Lane.OWNER_ESCALATION: {
        "id": "quote-5510",
        "lane": "owner_escalation",
        "channel": "email",
        "summary": "Ines Duarte's quote depends on a former plumber's warranty.",
        "customer": {"name": "Ines Duarte", "company": "Duarte Bakery", "email": "ines@duarte.example"},
        "next_action": {"text": "Decide, then send the quote", "due": _time(21, "12:00")},
        "definition_of_done": ["Ines has the quote and a clear sentence about the warranty"],
        "escalation": {"reason": "policy", "text": "A warranty is a legal promise."},
        "urgency": {"level": "normal", "deadline": _time(23, "08:00")},
        "nature": "sensitive",
        "risk": "A promised warranty would bind the firm for five years",
        "analysis": "The pipes are sound; the joints were never inspected.",
        "facts": [{"name": "pipes", "value": "Copper, laid 2018 by another firm", "source": "E-mail"}],
        "unknowns": [{"question": "Is the former plumber still in business?", "why": "He may still be liable"}],
        "decisions_needed": [
            {"question": "Do we take over the warranty?", "options": ["No", "Yes, after an inspection"], "by": "Dana"}
        ],
        "constraints": [
            {"text": "No legal promise without the owner", "kind": "legal"},
            {"text": "The price of the quote was named and stays", "kind": "must_not_change"},
        ],
        "told_customer": ["The owner answers in person"],
        "sources": [_first("E-mail", "mail", "https://mail.acme.example/m/5510")],
        "details": {
            "decision": "Take over the old warranty?",
            "options": ["No", "Yes, after a paid inspection"],
            "exposure": "Up to 12,000 dollars in five years",
            "deadline_reason": "The bakery closes for works on Monday",
        },
    },
    Lane.INTERNAL_TASK: {
        "id": "prices-47",
        "lane": "internal_task",
        "channel": "internal",
        "summary": "The website still shows last year's call-out fee.",
        "next_action": {"text": "Correct the fee to 95 dollars", "due": _time(21, "17:00")},
        "definition_of_done": ["The price page shows 95 dollars"],
        "escalation": {"reason": "scheduled", "text": "The assistant may not publish."},
        "urgency": {"level": "low"},
        "completed": ["Compared all 14 prices; only this one differs"],
        "sources": [_first("Price page", "website", "https://www.acme.example/prices")],
        "details": {
            "source_of_truth": "Price list 2026, shared drive",
            "blocker": "Publishing rights",
            "suggested_owner": "Sam Ortiz",
            "status": "Text is ready",
            "due": _time(21, "17:00"),
        },
    },
    Lane.OUTBOUND_REPLY: {
        "id": "reply-5477",
        "lane": "outbound_reply",
        "channel": "email",
        "summary": "Maria Lindqvist asks for a discount on the yearly contract.",
        "customer": {"name": "Maria Lindqvist", "company": "Lindqvist Properties", "email": "maria@lindqvist.example"},
        "state": {"status": "waiting_approval", "text": "Draft is ready"},
        "next_action": {"text": "Approve or change the draft", "due": _time(20, "17:00")},
        "definition_of_done": ["Maria has an answer from a person"],
        "escalation": {"reason": "policy", "text": "A discount needs approval."},
        "urgency": {"level": "normal"},
        "decisions_needed": [{"question": "Five percent for two years?", "options": ["Yes", "No, keep the price"]}],
        "sources": [_first("E-mail", "mail", "https://mail.acme.example/m/5477")],
        "details": {
            "account": "Lindqvist Properties",
            "prior_context": "She compared our price with last year's",
            "draft": "Dear Maria,\nfor a two-year term we can offer five percent. Shall I prepare the papers?",
            "objection": "Too expensive compared with last year",
            "approval_by": "Dana Fields",
            "final_owner": "Sam Ortiz",
        },
    },
    Lane.BOOKING: {
        "id": "leak-4471",
        "lane": "booking",
        "channel": "call",
        "summary": "Lena Brandt has water coming through her kitchen ceiling.",
        "goal": "The leak is stopped tonight",
        "customer": {"name": "Lena Brandt", "phone": "+1 312 555 0142", "email": "lena@brandt.example"},
        "next_action": {"text": "Call Lena: yes or no tonight", "due": _time(20, "19:30")},
        "definition_of_done": ["Lena knows who comes when, or whom else she can call"],
        "escalation": {"reason": "needs_authority", "text": "double rate at night."},
        "urgency": {"level": "critical", "reason": "Water is running", "deadline": _time(20, "19:45")},
        "attempts": [{"action": "Asked her to close the main valve", "outcome": "partial", "detail": "it drips less"}],
        "unknowns": [{"question": "Is the neighbour above at home?", "why": "The leak may be there"}],
        "decisions_needed": [
            {"question": "After-hours visit at double rate?", "options": ["Yes, send Tom", "No, first slot at 08:00"]}
        ],
        "constraints": [
            {"text": "After-hours work needs the owner's approval", "kind": "operational"},
            {"text": "Double rate was named to her", "kind": "must_not_change"},
        ],
        "told_customer": ["Double rate applies after 18:00"],
        "commitments": [{"text": "Call back by 19:30", "to": "Lena Brandt", "due": _time(20, "19:30")}],
        "sources": [_first("Call recording", "telephony", "https://calls.acme.example/c/4471")],
        "details": {
            "reason": "Leak through the kitchen ceiling",
            "slot": "Tonight",
            "alternatives": ["Tomorrow, 08:00"],
            "equipment": ["Leak detector", "Wet vacuum"],
            "after_hours": True,
            "address": "18 Alder Street, 2nd floor",
        },
    },
    Lane.CONTENT: {
        "id": "newsletter-12",
        "lane": "content",
        "channel": "internal",
        "summary": "The winter newsletter is drafted and lacks two approvals.",
        "next_action": {"text": "Approve the offer paragraph", "due": _time(23, "12:00")},
        "definition_of_done": ["Both approvals are given and the newsletter is scheduled"],
        "escalation": {"reason": "policy", "text": "Offers are published only after approval."},
        "urgency": {"level": "normal", "deadline": _time(24, "09:00")},
        "sources": [_first("Draft", "drive", "https://drive.acme.example/d/newsletter")],
        "details": {
            "draft_status": "Second draft",
            "links": ["https://drive.acme.example/d/newsletter"],
            "blockers": ["Price of the winter check is not confirmed"],
            "checks_completed": ["Links", "Spelling"],
            "pending_approvals": ["Dana: offer paragraph", "Sam: photos"],
            "publishing_requirements": ["Unsubscribe link", "Not before Tuesday 09:00"],
        },
    },
}


def packet_of(lane: Lane) -> Packet:
    """The packet of a lane."""
    return Packet(**PACKETS[lane])


def view_of(lane: Lane, **changes: Any) -> View:
    """What a connector is asked to render: that packet for Dana."""
    values: dict[str, Any] = {"owner": make_owner(), "owner_why": f'rule "{lane}"'}
    return make_view(packet_of(lane), **{**values, **changes})
