"""The labelled lines that a head, or the place right below it, can be made of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from handoff_core.packet.details import DETAILS_BY_LANE
from handoff_core.packet.enums import Lane

OWNER: Final = "owner"
"""The first line of every record: who owns the next step. It has a label, but no place of its own in a style."""
QUESTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {"who": "Who", "what": "What", "why": "Why", "when": "When", "where": "Where", "next": "Next"}
)
"""The six questions; every head answers each of them."""
OTHER_LINES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "contact": ("Reach", "phone and e-mail of the customer"),
        "timing": ("Timing", "why it is urgent, deadline and due time in full"),
        "history": ("Before this", "how often the customer came before, and the mood of the last words"),
        "progress": ("State", "how far the work is"),
        "approval": ("Approval", "whose approval is waited for"),
        "consents": ("Consent", "whether the customer may be contacted"),
        "reason_for_contact": ("Reason", "what the customer came for"),
        "captured": ("Captured", "the first facts and details that were taken down"),
    }
)
"""Further lines, each with its label and what it says."""
DETAIL_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
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
)
"""Every field of every lane's details; each can be a line of its lane."""


@cache
def lines_for(lane: Lane) -> tuple[str, ...]:
    """The ids of all lines that a packet of this lane can have."""
    details = (name for name in DETAILS_BY_LANE[lane].model_fields if name != "extra")
    return (*QUESTIONS, *OTHER_LINES, *details)


@cache
def line_labels() -> Mapping[str, str]:
    """What every line is called where no style says otherwise."""
    others = {name: label for name, (label, _) in OTHER_LINES.items()}
    return MappingProxyType({OWNER: "Owner", **QUESTIONS, **others, **DETAIL_LABELS})
