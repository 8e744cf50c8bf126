"""From a view to a brief."""

from __future__ import annotations

from handoff_core.connector import View
from handoff_core.style import built_in
from handoff_core.style.lines import OWNER
from handoff_mappings.brief.approval import approval_label, approval_words, with_names
from handoff_mappings.brief.gaps import gap_line
from handoff_mappings.brief.head import (
    acknowledge_words,
    is_done,
    open_first_of,
    owner_words,
    urgency_words,
)
from handoff_mappings.brief.lines import below_of, head_of
from handoff_mappings.brief.model import Brief
from handoff_mappings.brief.sections import opening_text, sections_of
from handoff_mappings.text import one_line

MOST_ERRORS = 3
"""Errors that the line above a held packet names; the others stand among the open questions below it."""


def build_brief(view: View, *, see: str = "") -> Brief:
    """The brief of a packet as its owner should read it, in the style of its lane. Same view, same brief.

    ``see`` says where a reader finds what the style leaves out: ``handoff show`` unless the record holds it.
    """
    view = with_names(view)
    packet = view.packet
    style = view.style or built_in(packet.lane)
    mark = approval_label(view) or style.mark
    headline = one_line(packet.summary)
    title = f"[{mark}] {headline}"
    head, below = head_of(view, style), below_of(view, style)
    laid = sections_of(view, style, head, below, see or f"handoff show {packet.id}")
    owner_label = style.label(OWNER)
    return Brief(
        lane_label=mark,
        headline=headline,
        title=f"HELD: {title}" if view.held else title,
        banner=_banner(view),
        head=head,
        owner_line=f"{owner_label}: {owner_words(view.owner)}",
        urgency_line=urgency_words(view),
        sections=laid.sections,
        links=view.links,
        open_first=open_first_of(packet),
        opening_line=opening_text(view),
        reference=view.key,
        acknowledge_line=acknowledge_words(view),
        closed=is_done(packet),
        symbol=style.symbol,
        owner_label=owner_label,
        below=below,
        left_out=laid.left_out,
        approval_line=approval_words(view),
        gap_line=gap_line(view),
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
