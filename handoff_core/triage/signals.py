"""The signals that a conversation gives: the closed list, with what each means and how much it weighs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from handoff_core.packet.enums import Meaning


class Signal(Meaning):
    """What speaks for a person, or against one."""

    EXPLICIT_REQUEST = "explicit_request", "The customer asks for a person. Always honoured; no setting changes it."
    REVIEW = "review", "An event of [review] always: it always goes to a person."
    NEEDS_AUTHORITY = "needs_authority", "Somebody with the right to decide is needed: an exception, a fee waived."
    TOPIC = "topic", "A matter that [triage] escalate sends to a person, such as a disputed bill."
    BEYOND_SCOPE = "beyond_scope", "The AI says that it cannot or may not do what is wanted."
    LOW_CONFIDENCE = "low_confidence", "The AI is not sure: its confidence is low, or it does not understand."
    AGENT_PROPOSES = "agent_proposes", "The AI itself speaks of a transfer, or its draft names a reason."
    QUALIFIED_LEAD = "qualified_lead", "A lead that fits wants to talk."
    MOOD = "mood", "How the customer feels now."
    FALLING = "falling", "How far the customer's mood has fallen in the conversation."
    COMPLEXITY = "complexity", "How complex the matter is."
    REPEATED_FAILURE = (
        "repeated_failure",
        "What was tried did not help, the customer repeats himself, the AI is misunderstood.",
    )
    PRIOR_CONTACTS = "prior_contacts", "The customer came before about the same matter."
    LEAVING = "leaving", "The customer wants to cancel, to leave, or to write a bad review."
    SENSITIVE = "sensitive", "The case is called sensitive or critical."
    NEAR_RESOLUTION = "near_resolution", "It is about to be solved: speaks against a transfer now."
    DELAY = "delay", "The customer is upset about a delay, not about the answers: a transfer makes nothing faster."
    FAQ = "faq", "A question that [triage] stay leaves to the AI."
    MISSING = "missing", "What a person would have to ask again is not known yet."
    WAITING = "waiting", "A person has been called for and has not come."


AT_ONCE: Final = frozenset({Signal.EXPLICIT_REQUEST, Signal.REVIEW, Signal.NEEDS_AUTHORITY})
"""Signals that are a verdict by themselves."""

WEIGHTS: Final[Mapping[Signal, float]] = {
    Signal.TOPIC: 1.0,
    Signal.BEYOND_SCOPE: 0.6,
    Signal.LOW_CONFIDENCE: 0.9,
    Signal.AGENT_PROPOSES: 0.6,
    Signal.QUALIFIED_LEAD: 1.0,
    Signal.MOOD: 1.5,
    Signal.FALLING: 1.0,
    Signal.COMPLEXITY: 0.4,
    Signal.REPEATED_FAILURE: 1.5,
    Signal.PRIOR_CONTACTS: 0.3,
    Signal.LEAVING: 0.5,
    Signal.SENSITIVE: 0.5,
    Signal.NEAR_RESOLUTION: 0.8,
    Signal.DELAY: 0.65,
    Signal.FAQ: 0.25,
}
"""What each signal adds at its strongest, or takes away; together 1.0 is a handoff."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One signal as it was found: what it adds (below 0: takes away), in words, and the turn that shows it."""

    signal: Signal
    weight: float
    text: str
    turn: int | None = None
