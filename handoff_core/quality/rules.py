"""Every rule, in the order of the codes."""

from __future__ import annotations

from handoff_core.quality import (
    agents,
    contact,
    conversation,
    head,
    known,
    next_step,
    owner,
    required,
    review,
    summary,
    tool_log,
    wording,
)
from handoff_core.quality.rule import Rule

FAMILIES: dict[str, str] = {
    "HO1": "What the case needs: by its nature, by its lane, and what is known of it",
    "HO2": "How to reach the customer",
    "HO3": "Who owns the next step, and who decides",
    "HO4": "Handoffs to other agents",
    "HO5": "The six questions, and the summary",
    "HO6": "The next step",
    "HO7": "The note beside the conversation: length, and what must not be buried",
    "HO8": "The note beside the tool log",
    "HO9": "Wording: who decides, what is promised, whose customer it is",
}
"""What the first digit of a code means."""

RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *required.RULES,
            *known.RULES,
            *contact.RULES,
            *owner.RULES,
            *agents.RULES,
            *head.RULES,
            *summary.RULES,
            *next_step.RULES,
            *conversation.RULES,
            *tool_log.RULES,
            *wording.RULES,
            *review.RULES,
        ),
        key=lambda rule: rule.code,
    )
)
"""HO301 (unknown owner) comes from routing."""
