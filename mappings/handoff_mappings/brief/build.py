"""From a view to a brief."""

from __future__ import annotations

from handoff_core.connector import View
from handoff_mappings.brief.head import (
    acknowledge_words,
    head_of,
    is_done,
    open_first_of,
    owner_words,
    urgency_words,
)
from handoff_mappings.brief.model import Brief
from handoff_mappings.brief.sections import sections_of
from handoff_mappings.brief.words import LANE_LABELS
from handoff_mappings.text import clean, one_line

MOST_ERRORS = 3
"""Errors that the line above a held packet names; the others stand among the open questions below it."""


def build_brief(view: View) -> Brief:
    """The brief of a packet as its owner should read it. Same view, same brief."""
    packet = view.packet
    label = LANE_LABELS[packet.lane]
    headline = one_line(packet.summary)
    title = f"[{label}] {headline}"
    return Brief(
        lane_label=label,
        headline=headline,
        title=f"HELD: {title}" if view.held else title,
        banner=_banner(view),
        head=head_of(view),
        owner_line=f"Owner: {owner_words(view.owner)}",
        urgency_line=urgency_words(view),
        sections=sections_of(view),
        links=view.links,
        open_first=open_first_of(packet),
        opening_line=clean(packet.opening_line or "").strip(),
        reference=view.key,
        acknowledge_line=acknowledge_words(view),
        closed=is_done(packet),
    )


def _banner(view: View) -> str:
    if not view.held:
        return ""
    errors = [one_line(finding.text) for finding in view.findings if finding.severity == "error"]
    more = f"; and {len(errors) - MOST_ERRORS} more" if len(errors) > MOST_ERRORS else ""
    reasons = (
        "; ".join(text.rstrip(".") for text in errors[:MOST_ERRORS]) + more
        or "the packet did not pass the quality gate"
    )
    return f"HELD: {reasons}. Released by a revision that answers this, or by: handoff release {view.packet.id}"
