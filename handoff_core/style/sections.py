"""The sections that a record can have: one table with what each is called and whether it may be left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class SectionKind:
    """One section. ``kept``: it can neither be hidden nor shortened by a style. ``above``: always above the fold.

    ``warning``: set off visibly.
    """

    title: str
    meaning: str
    kept: bool = False
    above: bool = False
    warning: bool = False


SECTIONS: Final[Mapping[str, SectionKind]] = MappingProxyType(
    {
        "consent_denied": SectionKind("Consent denied", "What may not be done or shown.", True, True, True),
        "gaps": SectionKind("A reader could not answer", "What the quality rules found.", True, True, True),
        "in_full": SectionKind("In full", "Lines that had to be cut in the head, whole.", True, True),
        "decisions_needed": SectionKind("Decisions needed", "What waits for a person, with options.", True, True),
        "operational": SectionKind("Operational constraints", "Equipment, access, after-hours rules.", True, True),
        "must_not_change": SectionKind("Must not change", "What nobody may alter.", True, True, True),
        "commitments": SectionKind("Open promises of the AI", "Promises not yet kept.", True, True, True),
        "focus": SectionKind("Concentrate on", "What the human should look at."),
        "goal": SectionKind("Goal", "The wanted outcome."),
        "need": SectionKind("Needed next", "What the customer or team needs next."),
        "state": SectionKind("State", "How far the work is."),
        "opening_line": SectionKind("Suggested opening line", "A first sentence for the human."),
        "definition_of_done": SectionKind("Done when", "When the step is finished."),
        "last_words": SectionKind(
            "The customer's last words", "The customer's last turn, as said, and the mood turn by turn."
        ),
        "reply_draft": SectionKind("The draft, word for word", "The drafted reply of a packet that has one."),
        "details": SectionKind("Details", "The lane's own fields, but those in head and lines below it."),
        "events": SectionKind("What happened", "Events in order."),
        "attempts": SectionKind("Tried", "What was tried and how it went."),
        "completed": SectionKind("Done already", "What is done."),
        "facts": SectionKind("Known", "Facts, each with its source."),
        "unknowns": SectionKind("Not known", "What is not known, and why it matters.", True),
        "decisions": SectionKind("Decisions made", "By whom and when."),
        "told_customer": SectionKind("Already told the customer – do not repeat", "What the customer knows."),
        "do_not_ask": SectionKind("Do not ask again", "What the customer has said already."),
        "announcement": SectionKind("What the customer was told about the transfer", "Announcement and expected wait."),
        "open_concerns": SectionKind("Raised and not yet answered", "Concerns that are open.", True),
        "constraints": SectionKind("Other constraints", "Policy and law."),
        "broken": SectionKind("Broken promises", "Promises that were not kept.", True, False, True),
        "withheld": SectionKind("Withheld here", "What this system may not see.", True),
        "left_out": SectionKind("Left out by house style", "Sections that the business hides.", True),
        "risk": SectionKind("Risk and confidence", "Risk, nature, confidence, classification."),
        "analysis": SectionKind("The AI's analysis (written by an AI)", "Analysis and rationale."),
        "consent": SectionKind("Consent and privacy", "Consents, lawful basis, what to take care of.", True),
        "kept": SectionKind("Kept promises", "Promises that were kept."),
        "prior_contacts": SectionKind("Earlier contacts", "Contacts about the same matter."),
        "customer": SectionKind("More about the customer", "Account, language, ids."),
        "sources": SectionKind("Sources", "Linked records."),
        "routing": SectionKind("Why this owner", "The rule that matched, and who made the packet."),
    }
)
"""Every section by its id, in the order in which a record shows them where no style says otherwise."""

ALWAYS_ABOVE: Final = tuple(name for name, kind in SECTIONS.items() if kind.above)
"""Sections that stand above the fold in every style."""
