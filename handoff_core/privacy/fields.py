"""The packet's fields by data class, and what they are called when they are withheld."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handoff_core.packet.enums import Sensitivity

CLASSES: Final[Mapping[str, Sensitivity]] = {
    "customer.email": Sensitivity.PERSONAL,
    "customer.phone": Sensitivity.PERSONAL,
    "details.address": Sensitivity.PERSONAL,
    "transcript": Sensitivity.PERSONAL,
    "privacy.sensitive": Sensitivity.SENSITIVE,
}
"""Fields with a class of their own; a fact has its ``sensitivity``, and everything else is internal.

The customer's name, company and account are internal: they say whom a record is about, and no record can be acted on
without them. ``redact = ["customer.name"]`` withholds them where that is wanted.
"""

WITHHOLDABLE: Final[Mapping[str, str]] = {
    "customer": "everything about the customer",
    "customer.name": "the customer's name",
    "customer.email": "the customer's e-mail address",
    "customer.phone": "the customer's phone number",
    "customer.company": "the customer's company",
    "customer.account_id": "the customer's account",
    "customer.external_ids": "the customer's ids in other systems",
    "transcript": "the conversation",
    "goal": "the goal",
    "need": "what is needed next",
    "analysis": "the AI's analysis",
    "rationale": "the AI's reasons",
    "opening_line": "the suggested opening line",
    "risk": "the risk",
    "classification": "the kind of case",
    "announcement": "what the customer was told about the transfer",
    "details": "the details",
    "events": "what happened",
    "attempts": "what was tried",
    "completed": "what is done already",
    "told_customer": "what the customer was told",
    "open_concerns": "what was raised and not yet answered",
    "facts": "the facts",
    "unknowns": "what is not known",
    "decisions": "the decisions made",
    "decisions_needed": "the decisions needed",
    "constraints": "the constraints",
    "commitments": "the promises",
    "prior_contacts": "the earlier contacts",
    "sources": "the sources",
    "definition_of_done": "when the step is finished",
    "privacy.sensitive": "what needs special care",
}
"""Fields that ``redact`` may name, and their name in words. ``facts.NAME`` and ``details.NAME`` besides."""
