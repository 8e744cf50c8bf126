"""The details of each lane as labelled lines: every field of every lane, and ``extra``, checked by a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from handoff_core.packet import Answer, Packet
from handoff_mappings.brief.model import Item
from handoff_mappings.brief.words import time_words
from handoff_mappings.text import clean, one_line, safe_link

DETAIL_LABELS: Final[Mapping[str, str]] = {
    "product": "Product",
    "order_id": "Order",
    "error": "Error",
    "tried_before": "The customer tried before",
    "service_needed": "Service needed",
    "budget_signals": "Budget",
    "fit_signal": "Fit",
    "objections": "Objection",
    "questions_asked": "The lead asked",
    "answers_given": "Answer",
    "campaign": "Campaign",
    "talking_points": "Bring up",
    "decision": "Decision to take",
    "options": "Option",
    "exposure": "At stake",
    "deadline_reason": "Why by then",
    "source_of_truth": "Source of truth",
    "blocker": "Blocked by",
    "suggested_owner": "Suggested owner",
    "status": "Status",
    "due": "Due",
    "account": "Account",
    "prior_context": "Said before",
    "draft": "Draft",
    "objection": "Objection answered",
    "approval_by": "Approval by",
    "final_owner": "Final owner",
    "reason": "Appointment for",
    "slot": "Wanted time",
    "alternatives": "Or",
    "equipment": "Bring",
    "after_hours": "After hours",
    "address": "Address",
    "draft_status": "Draft",
    "links": "Link",
    "blockers": "Blocked by",
    "checks_completed": "Checked",
    "pending_approvals": "Approval needed",
    "publishing_requirements": "Publishing",
}
_QUOTED: Final = frozenset({"draft", "objections", "questions_asked", "answers_given", "error"})
"""Fields that hold the customer's own words, a vendor's message, or words meant for the customer."""


def detail_items(packet: Packet, timezone: str) -> tuple[Item, ...]:
    """One line for each value in ``details``, in the lane's order, then ``extra``."""
    details = packet.details
    if details is None:
        return ()
    items: list[Item] = []
    for name in type(details).model_fields:
        value = getattr(details, name)
        if name == "extra":
            items += [Item(f"{one_line(key)}: {_words(one, timezone)}") for key, one in value.items()]
            continue
        for one in value if isinstance(value, tuple) else (value,):
            if one is not None and one != "":
                items.append(_item(name, one, timezone))
    return tuple(items)


def _item(name: str, value: Any, timezone: str) -> Item:
    label = DETAIL_LABELS[name]
    if isinstance(value, Answer):
        return Item(clean(value.answer), note=f"asked: {one_line(value.question)}", by_customer=True)
    text = _words(value, timezone)
    if name in _QUOTED:
        return Item(text, note=label, by_customer=True)
    return Item(f"{label}: {text}", url=safe_link(text) if name == "links" else None)


def _words(value: Any, timezone: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return time_words(value, timezone)
    return clean(str(value)).strip()
