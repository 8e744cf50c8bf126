"""The built-in styles: one for each lane, and ``intake``, eight fields that any lane can take. A table, no code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from handoff_core.packet.enums import Lane
from handoff_core.style.model import READING_SECONDS, LaneStyle
from handoff_core.style.sections import ALWAYS_ABOVE, SECTIONS

_LONG: Final = (
    "definition_of_done details events attempts completed facts decisions told_customer kept prior_contacts sources"
)
MOST_ITEMS: Final[Mapping[str, int]] = MappingProxyType(dict.fromkeys(_LONG.split(), 12))
"""Important context, not every detail: how many lines of a section a record shows where nobody says otherwise."""


def _above(*further: str) -> tuple[str, ...]:
    return (*(name for name in ALWAYS_ABOVE if name not in further), *further)


def _below(above: tuple[str, ...], *first: str) -> tuple[str, ...]:
    return (*first, *(name for name in SECTIONS if name not in first and name not in above))


def _style(
    name: str,
    mark: str,
    symbol: str,
    *,
    head: str,
    below: str,
    above: str,
    order: str = "",
    labels: Mapping[str, str],
    reading_seconds: float = READING_SECONDS,
) -> LaneStyle:
    top = _above(*above.split())
    return LaneStyle(
        name=name,
        mark=mark,
        symbol=symbol,
        head=tuple(head.split()),
        below=tuple(below.split()),
        above=top,
        order=_below(top, *order.split()),
        labels=MappingProxyType(dict(labels)),
        most_items=MOST_ITEMS,
        reading_seconds=reading_seconds,
    )


_STYLES: Final = (
    _style(
        "support",
        "SUPPORT",
        "🔧",
        head="what why next who when where",
        below="contact product order_id error history timing",
        above="attempts told_customer",
        order="last_words open_concerns opening_line focus goal need facts unknowns details",
        labels={
            "who": "Customer",
            "what": "Problem",
            "why": "Why a person",
            "next": "Do next",
            "when": "Urgency",
            "where": "Came by",
        },
    ),
    _style(
        "sales",
        "SALES",
        "💼",
        head="who why what next when where",
        below="contact service_needed budget_signals fit_signal campaign talking_points consents timing",
        above="need details",
        order="goal opening_line open_concerns last_words facts unknowns told_customer prior_contacts analysis",
        labels={
            "who": "Lead",
            "why": "Why now",
            "what": "Wants",
            "next": "Next step",
            "when": "How soon",
            "where": "Source",
            "need": "Needs and concerns",
            "details": "Asked, answered, doubted",
            "facts": "Known (CRM and conversation)",
        },
    ),
    _style(
        "owner_escalation",
        "OWNER DECISION",
        "⚖️",
        head="decision why when next what who where",
        below="options exposure deadline_reason contact timing",
        above="risk constraints",
        order="focus analysis facts unknowns decisions told_customer open_concerns events attempts",
        labels={
            "decision": "Decide",
            "why": "Why you",
            "when": "Decide when",
            "next": "Next",
            "what": "Case",
            "who": "About",
            "where": "Open",
            "options": "Options",
            "risk": "What can go wrong",
        },
    ),
    _style(
        "internal_task",
        "INTERNAL TASK",
        "📋",
        head="next what why when where who",
        below="status blocker source_of_truth due suggested_owner timing",
        above="definition_of_done",
        order="need goal completed attempts facts unknowns details events",
        labels={
            "next": "To do",
            "what": "Task",
            "why": "Why you",
            "when": "When",
            "where": "Open",
            "who": "For",
            "due": "Due",
        },
    ),
    _style(
        "outbound_reply",
        "REPLY TO APPROVE",
        "✉️",
        head="approval why next who what when where",
        below="account prior_context objection approval_by final_owner timing",
        above="reply_draft",
        order="constraints facts unknowns told_customer open_concerns decisions last_words prior_contacts details",
        labels={
            "why": "Why approval",
            "next": "Next",
            "who": "Reply to",
            "what": "About",
            "when": "Send when",
            "where": "Thread",
            "approval_by": "Required approval",
        },
    ),
    _style(
        "booking",
        "BOOKING",
        "📅",
        head="who slot why next what when where",
        below="reason alternatives address equipment after_hours contact timing",
        above="constraints",
        order="told_customer facts unknowns need goal details attempts",
        labels={
            "who": "For",
            "slot": "Wanted time",
            "why": "Why a person",
            "next": "Do next",
            "what": "Request",
            "when": "Urgency",
            "where": "Came by",
            "alternatives": "Or",
        },
    ),
    _style(
        "content",
        "CONTENT",
        "📝",
        head="what why next when where who",
        below="draft_status blockers pending_approvals publishing_requirements checks_completed links timing",
        above="definition_of_done",
        order="constraints completed need goal facts unknowns details events",
        labels={
            "what": "Piece",
            "why": "Stopped because",
            "next": "To publish",
            "when": "Publish when",
            "where": "Open",
            "who": "For",
            "links": "Links",
            "pending_approvals": "Still to approve",
            "publishing_requirements": "Must keep to",
        },
    ),
    _style(
        "intake",
        "INTAKE",
        "📥",
        head="who reason_for_contact what captured why when next where",
        below="contact timing",
        above="",
        reading_seconds=20.0,  # eight fields are a form, not a head
        labels={
            "who": "Customer",
            "reason_for_contact": "Reason",
            "what": "Summary",
            "captured": "Captured",
            "why": "Why escalated",
            "owner": "Next owner",
            "when": "Deadline and urgency",
            "next": "Next action",
            "where": "Came by",
        },
    ),
)
BUILT_IN: Final[Mapping[str, LaneStyle]] = MappingProxyType({style.name: style for style in _STYLES})
"""Every built-in style by its name; a lane's own has the lane's name."""
INTAKE_FIELDS: Final = ("who", "reason_for_contact", "what", "captured", "why", "owner", "when", "next")
"""The eight fields of the quick intake."""


def built_in(lane: Lane) -> LaneStyle:
    """The style that a lane has where the business says nothing."""
    return BUILT_IN[lane.value]
