"""What a reader could not answer: a short line for the top, and the list below the head."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from handoff_core.connector import Finding, View
from handoff_mappings.brief.model import Item
from handoff_mappings.text import one_line

NEVER_DECIDES: Final = "HO904"
"""The rule whose findings are decisions that a person has to take; they stand among those."""
MOST_GAPS: Final = 5
"""Findings that a note names; the others are in the receipt and in `handoff show`."""
MOST_NAMES: Final = 3
"""Questions that the short line names: whoever reads on finds the others below."""
NAMES: Final[Mapping[str, str]] = {
    "summary": "what happened",
    "channel": "where it came from",
    "sources": "what to open first",
    "customer": "who",
    "escalation": "why a person",
    "urgency": "when",
    "next_action": "the next step",
    "owner": "the owner",
    "definition_of_done": "when it is done",
    "attempts": "what was tried",
    "told_customer": "what the customer was told",
    "commitments": "promises",
    "prior_contacts": "earlier contacts",
    "unknowns": "what is not known",
    "decisions_needed": "what to decide",
    "privacy": "consent",
}
"""What a question is called in the short line, by the field that would answer it; others are called by their name."""


def gap_line(view: View) -> str:
    """``3 questions open: why a person, when, …`` in one line; empty without any, and where the banner says it."""
    if view.held:
        return ""
    asked = list(dict.fromkeys(_name(one.path) for one in _told(view)))
    if not asked:
        return ""
    count = "1 question" if len(asked) == 1 else f"{len(asked)} questions"
    names = [one for one in asked if one]  # a finding about the packet as a whole has none
    shown = names[:MOST_NAMES] + (["\N{HORIZONTAL ELLIPSIS}"] if len(names) > MOST_NAMES else [])
    return f"{count} open" + (f": {', '.join(shown)}" if shown else "")


def gap_items(view: View) -> tuple[Item, ...]:
    """What the note leaves open, the worst first; so many that a reader still reads them."""
    told = _told(view)
    items = [Item(one_line(finding.text), note=finding.path) for finding in told[:MOST_GAPS]]
    if len(told) > MOST_GAPS:
        items.append(Item(f"and {len(told) - MOST_GAPS} more: handoff show {view.packet.id}"))
    return tuple(items)


def _told(view: View) -> list[Finding]:
    return sorted(_counted(view), key=lambda finding: finding.severity != "error")


def _counted(view: View) -> Iterator[Finding]:
    for finding in view.findings:
        if finding.code != NEVER_DECIDES and finding.severity in ("error", "warning"):
            yield finding


def _name(path: str) -> str:
    field = path.partition(".")[0]
    return NAMES.get(field) or one_line(field.replace("_", " "))
