"""Eight sample packets, every lane at least once, with times around the moment that they are asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

Sample = dict[str, Any]


def sample_packets(now: datetime) -> tuple[Sample, ...]:
    """The packets as an automation would submit them. ``now`` is aware."""
    return (
        missed_call(now),
        booking_question(now),
        qualified_lead(now),
        repeat_complaint(now),
        quote_with_legal_question(now),
        reply_draft(now),
        internal_task(now),
        content_task(now),
    )


def second_revision(now: datetime) -> Sample:
    """The complaint an hour later: urgency raised, a new promise, one more turn."""
    packet = repeat_complaint(now)
    packet["urgency"] = {"level": "critical", "reason": "He announced a chargeback for tonight"}
    packet["commitments"].append(
        {"text": "A supervisor calls before 18:00", "to": "Omar Haddad", "status": "open", "due": _at(now, hours=3)}
    )
    packet["transcript"] += [
        _turn(now, 0, "customer", "Then I get my money back through my bank tonight.", -0.9),
        _turn(now, 0, "ai", "I understand. A supervisor calls you before 18:00 today."),
    ]
    return packet


def missed_call(now: datetime) -> Sample:
    """A missed call at a home-service firm that needs after-hours approval."""
    return {
        "id": "demo-missed-call",
        "lane": "booking",
        "channel": "call",
        "summary": "Lena Brandt has water coming through the kitchen ceiling and wants somebody tonight.",
        "goal": "Stop the leak tonight and book the repair.",
        "need": "A yes or no to an after-hours visit, called back by a person.",
        "customer": {"name": "Lena Brandt", "email": "lena.brandt@home.example", "phone": "+1 312 555 0142"},
        "next_action": {
            "text": "Call Lena back and confirm or decline the after-hours visit",
            "due": _at(now, minutes=30),
        },
        "definition_of_done": ["Lena knows who comes when, or whom else she can call"],
        "escalation": {
            "reason": "needs_authority",
            "text": "An after-hours visit at double rate needs the owner's approval.",
            "focus": "Approve the visit and name the plumber",
        },
        "urgency": {"level": "critical", "reason": "Water is running", "deadline": _at(now, minutes=45)},
        "nature": "routine",
        "attempts": [
            {"action": "Asked her to close the main valve", "outcome": "partial", "detail": "It drips less"},
            {
                "action": "Looked for a free plumber in the schedule",
                "outcome": "failed",
                "detail": "Nobody until 08:00",
            },
        ],
        "facts": [
            {"name": "address", "value": "18 Alder Street, 2nd floor", "source": "caller"},
            {"name": "main_valve", "value": "closed", "source": "caller"},
        ],
        "unknowns": [{"question": "Is the neighbour above at home?", "why": "The leak may be there"}],
        "decisions_needed": [
            {"question": "After-hours visit at double rate?", "options": ["Yes, send Tom", "No, first slot at 08:00"]}
        ],
        "constraints": [
            {"text": "After-hours work needs the owner's approval", "kind": "operational"},
            {"text": "Double rate was named to her; do not lower it", "kind": "must_not_change"},
        ],
        "told_customer": ["Double rate applies after 18:00", "Somebody calls back within half an hour"],
        "commitments": [
            {"text": "Call back within 30 minutes", "to": "Lena Brandt", "status": "open", "due": _at(now, minutes=30)}
        ],
        "sources": [_source("Call recording", "telephony", "https://calls.home.example/c/4471", open_first=True)],
        "transcript": [
            _turn(now, 6, "customer", "There is water coming through my kitchen ceiling!", -0.7),
            _turn(now, 5, "ai", "I am sorry. Can you close the main valve, usually near the water meter?"),
            _turn(now, 4, "customer", "Done. It still drips. Can somebody come tonight?", -0.4),
            _turn(
                now,
                3,
                "ai",
                "After 18:00 double rate applies and the owner has to agree. We call you back in 30 minutes.",
            ),
        ],
        "details": {
            "reason": "Leak through the kitchen ceiling",
            "slot": "tonight",
            "alternatives": ["tomorrow 08:00"],
            "equipment": ["Leak detector", "Wet vacuum"],
            "after_hours": True,
            "address": "18 Alder Street, 2nd floor",
        },
        "producer": {"name": "receptionist", "model": "demo"},
    }


def booking_question(now: datetime) -> Sample:
    """A booking question that only a person can settle."""
    return {
        "id": "demo-booking",
        "lane": "booking",
        "channel": "text",
        "summary": "Priya Nair wants to move her boiler check to a Saturday, which the calendar does not offer.",
        "goal": "A Saturday appointment before winter.",
        "customer": {"name": "Priya Nair", "phone": "+1 312 555 0177"},
        "next_action": {"text": "Offer Priya a Saturday slot or say that there is none", "due": _at(now, hours=20)},
        "definition_of_done": ["The appointment stands in the calendar, or Priya has declined"],
        "escalation": {"reason": "beyond_scope", "text": "The assistant cannot open Saturday slots."},
        "urgency": {"level": "normal"},
        "attempts": [{"action": "Offered three weekday slots", "outcome": "failed", "detail": "She works weekdays"}],
        "facts": [{"name": "boiler", "value": "Installed 2019", "source": "customer record"}],
        "told_customer": ["The check takes about an hour"],
        "sources": [_source("Text thread", "sms", "https://texts.home.example/t/918", open_first=True)],
        "transcript": [
            _turn(now, 40, "customer", "Can I move my boiler check to a Saturday?"),
            _turn(now, 39, "ai", "I see weekday slots only. I ask the office and they write to you tomorrow."),
        ],
        "details": {
            "reason": "Yearly boiler check",
            "slot": "Saturday morning",
            "alternatives": ["Saturday after 14:00"],
            "after_hours": False,
        },
    }


def qualified_lead(now: datetime) -> Sample:
    """A lead that fits and wants to talk to a person."""
    return {
        "id": "demo-lead",
        "lane": "sales",
        "channel": "form",
        "summary": "Marcus Webb wants a maintenance contract for four buildings and asks for a call today.",
        "goal": "One contract for all four buildings from January.",
        "customer": {"name": "Marcus Webb", "email": "marcus@webb-estates.example", "company": "Webb Estates"},
        "next_action": {"text": "Call Marcus and propose a site visit this week", "due": _at(now, hours=2)},
        "definition_of_done": ["A site visit is booked, or Marcus has said why not"],
        "escalation": {
            "reason": "qualified_lead",
            "text": "He decides alone, has a budget and wants to start in January.",
        },
        "urgency": {"level": "high", "reason": "He compares two other firms this week"},
        "analysis": "Fits the contract segment; price matters less than response time.",
        "facts": [
            {"name": "buildings", "value": "4", "source": "web form"},
            {"name": "budget", "value": "about 2,000 dollars a month", "source": "chat", "confidence": 0.8},
        ],
        "unknowns": [{"question": "Does the present contract end in December?", "why": "It decides the start"}],
        "told_customer": ["Somebody calls today"],
        "sources": [
            _source("Web form", "website", "https://forms.home.example/f/2231", open_first=True),
            _source("Chat", "website", "https://chats.home.example/c/887"),
        ],
        "details": {
            "service_needed": "Maintenance contract, heating and water",
            "budget_signals": ["About 2,000 dollars a month"],
            "fit_signal": "Four buildings in our area; decides alone",
            "objections": ["Last firm needed three days to answer"],
            "questions_asked": ["How fast are you on site?"],
            "answers_given": [{"question": "When would you like to start?", "answer": "January"}],
            "campaign": "autumn-contracts",
            "talking_points": ["Four-hour response time", "One invoice for all buildings"],
        },
    }


def repeat_complaint(now: datetime) -> Sample:
    """An angry repeat complaint, with a promise that the AI made."""
    return {
        "id": "demo-complaint",
        "lane": "support",
        "channel": "chat",
        "summary": "Omar Haddad complains for the third time that his repaired boiler fails every morning.",
        "goal": "A boiler that works, or his money back.",
        "customer": {"name": "Omar Haddad", "email": "omar.haddad@mail.example", "phone": "+1 312 555 0163"},
        "next_action": {"text": "Call Omar, apologise and book a senior technician", "due": _at(now, hours=4)},
        "definition_of_done": ["The boiler ran three mornings in a row", "Omar says that it is settled"],
        "escalation": {
            "reason": "emotion",
            "text": "Third contact about the same fault; he threatens with a bad review.",
            "focus": "What the first two visits did not look at: the pressure sensor",
        },
        "urgency": {"level": "high", "reason": "No heating in the morning"},
        "nature": "sensitive",
        "risk": "Public review; refund of 420 dollars",
        "attempts": [
            {"action": "First visit: igniter replaced", "outcome": "failed", "source": "job 3391"},
            {"action": "Second visit: boiler vented", "outcome": "failed", "source": "job 3427"},
            {"action": "Remote restart during this chat", "outcome": "partial", "detail": "Ran, nobody knows how long"},
        ],
        "facts": [
            {"name": "order_id", "value": "J-3391", "source": "job list"},
            {"name": "error", "value": "F28 every morning at about 06:00", "source": "customer"},
        ],
        "unknowns": [{"question": "Was the pressure sensor ever checked?", "why": "F28 also comes from there"}],
        "told_customer": ["A person calls today", "The second visit was free of charge"],
        "open_concerns": ["He wants the 420 dollars of the first visit back"],
        "commitments": [
            {"text": "A person calls today", "to": "Omar Haddad", "status": "open", "due": _at(now, hours=4)}
        ],
        "prior_contacts": [
            {"summary": "Call: boiler failed after the repair", "url": "https://calls.home.example/c/4302"},
            {"summary": "Chat: failed again after the second visit"},
        ],
        "sources": [_source("Chat", "website", "https://chats.home.example/c/901", open_first=True)],
        "transcript": [
            _turn(now, 9, "customer", "This is the third time I am writing. The boiler is dead again.", -0.8),
            _turn(now, 8, "ai", "I am sorry. I restart it remotely now. Does it run?"),
            _turn(
                now,
                7,
                "customer",
                "It runs, as it did last time. Tomorrow at six it fails. I want my money back.",
                -0.9,
            ),
            _turn(now, 6, "ai", "I hand this to a person who calls you today."),
        ],
        "details": {"product": "Boiler B-24", "order_id": "J-3391", "error": "F28", "tried_before": ["Reset button"]},
        "producer": {"name": "chat-bot", "model": "demo", "prompt_version": "12"},
    }


def quote_with_legal_question(now: datetime) -> Sample:
    """A quote request with a legal question where the AI may not decide."""
    return {
        "id": "demo-quote",
        "lane": "owner_escalation",
        "channel": "email",
        "summary": "Ines Duarte asks for a quote and whether we take over her former plumber's warranty.",
        "goal": "A binding quote that says who is liable for the old pipes.",
        "customer": {"name": "Ines Duarte", "email": "ines@duarte-bakery.example", "company": "Duarte Bakery"},
        "next_action": {"text": "Decide on the warranty question, then send the quote", "due": _at(now, hours=26)},
        "definition_of_done": ["Ines has the quote and a clear sentence about the warranty"],
        "escalation": {
            "reason": "policy",
            "text": "Taking over a warranty is a legal promise; the assistant gathers, it does not decide.",
        },
        "urgency": {"level": "normal"},
        "nature": "sensitive",
        "risk": "A promised warranty would bind the firm for five years",
        "facts": [{"name": "pipes", "value": "Copper, laid 2018 by another firm", "source": "e-mail"}],
        "unknowns": [{"question": "Is the former plumber still in business?", "why": "He may still be liable"}],
        "decisions_needed": [
            {"question": "Do we take over the warranty?", "options": ["No", "Yes, after an inspection for 250 dollars"]}
        ],
        "constraints": [{"text": "No legal promise without the owner", "kind": "legal"}],
        "told_customer": ["The owner answers in person"],
        "sources": [_source("E-mail", "mail", "https://mail.home.example/m/5510", open_first=True)],
        "details": {
            "decision": "Whether to take over the warranty",
            "options": ["No", "Yes, after a paid inspection"],
            "exposure": "Up to 12,000 dollars in five years",
            "deadline_reason": "The bakery closes for works on Monday",
        },
    }


def reply_draft(now: datetime) -> Sample:
    """An outbound reply that waits for approval."""
    return {
        "id": "demo-reply",
        "lane": "outbound_reply",
        "channel": "email",
        "summary": "A reply to Lindqvist Properties about the price of the yearly contract waits for approval.",
        "customer": {"name": "Maria Lindqvist", "email": "maria@lindqvist.example", "company": "Lindqvist Properties"},
        "state": {"status": "waiting_approval", "text": "Draft is ready"},
        "next_action": {"text": "Approve or change the draft, then send it yourself", "due": _at(now, hours=8)},
        "definition_of_done": ["Maria has an answer from a person"],
        "escalation": {"reason": "policy", "text": "A discount needs approval."},
        "urgency": {"level": "normal"},
        "decisions_needed": [
            {"question": "Five percent for a two-year term?", "options": ["Yes", "No, keep the price"]}
        ],
        "sources": [_source("E-mail thread", "mail", "https://mail.home.example/m/5477", open_first=True)],
        "details": {
            "account": "Lindqvist Properties",
            "prior_context": "She compared our price with last year's",
            "draft": "Dear Maria, for a two-year term we can offer five percent. Shall I prepare the papers?",
            "objection": "Too expensive compared with last year",
            "approval_by": "Dana Fields",
            "final_owner": "Sam Ortiz",
        },
    }


def internal_task(now: datetime) -> Sample:
    """A task among colleagues."""
    return {
        "id": "demo-task",
        "lane": "internal_task",
        "channel": "internal",
        "summary": "The price list on the website still shows last year's call-out fee.",
        "next_action": {"text": "Correct the call-out fee on the price page", "due": _at(now, hours=30)},
        "definition_of_done": ["The page shows 95 dollars"],
        "escalation": {"reason": "scheduled", "text": "The weekly check found it; the assistant may not publish."},
        "urgency": {"level": "low"},
        "completed": ["Compared all 14 prices; only this one differs"],
        "sources": [_source("Price page", "website", "https://www.home.example/prices", open_first=True)],
        "details": {
            "source_of_truth": "Price list in the shared drive, sheet 2026",
            "blocker": "Publishing rights",
            "suggested_owner": "Sam Ortiz",
            "status": "Text is ready",
            "due": _at(now, hours=30),
        },
    }


def content_task(now: datetime) -> Sample:
    """A content task with open approvals."""
    return {
        "id": "demo-content",
        "lane": "content",
        "channel": "internal",
        "summary": "The winter newsletter is drafted and waits for two approvals before Friday.",
        "next_action": {"text": "Approve the offer paragraph of the newsletter", "due": _at(now, hours=48)},
        "definition_of_done": ["Both approvals are given and the newsletter is scheduled"],
        "escalation": {"reason": "policy", "text": "Offers are published only after approval."},
        "urgency": {"level": "normal", "deadline": _at(now, hours=72)},
        "completed": ["Links checked", "Spelling checked"],
        "sources": [_source("Draft", "drive", "https://drive.home.example/d/newsletter", open_first=True)],
        "details": {
            "draft_status": "Second draft",
            "links": ["https://drive.home.example/d/newsletter"],
            "blockers": ["Price of the winter check is not confirmed"],
            "checks_completed": ["Links", "Spelling"],
            "pending_approvals": ["Dana: offer paragraph", "Sam: photos"],
            "publishing_requirements": ["Unsubscribe link", "Not before Friday 09:00"],
        },
    }


def _at(now: datetime, *, hours: float = 0, minutes: float = 0) -> str:
    return (now + timedelta(hours=hours, minutes=minutes)).replace(microsecond=0).isoformat()


def _turn(now: datetime, minutes_ago: float, speaker: str, text: str, sentiment: float | None = None) -> Sample:
    turn: Sample = {"at": _at(now, minutes=-minutes_ago), "speaker": speaker, "text": text}
    return turn if sentiment is None else turn | {"sentiment": sentiment}


def _source(label: str, system: str, url: str, *, open_first: bool = False) -> Sample:
    return {"label": label, "system": system, "url": url} | ({"open_first": True} if open_first else {})
