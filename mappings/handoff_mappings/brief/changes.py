"""What changed since the reader was last told."""

from __future__ import annotations

from dataclasses import replace

from handoff_core.connector import View
from handoff_core.packet import CommitmentStatus, Consent, Packet, UrgencyLevel
from handoff_core.style import LaneStyle, built_in
from handoff_mappings.brief.approval import approval_news
from handoff_mappings.brief.head import is_done, owner_words, taken_words
from handoff_mappings.brief.lines import head_of
from handoff_mappings.brief.sections import commitment_item, decision_items
from handoff_mappings.text import one_line

_RANK = {UrgencyLevel.LOW: 0, UrgencyLevel.NORMAL: 1, UrgencyLevel.HIGH: 2, UrgencyLevel.CRITICAL: 3}


def milestones(view: View) -> tuple[str, ...]:
    """What people must be told, in words: owner, raised urgency, approval, promises made and broken, a consent to
    contact that was withdrawn, closed or opened again."""
    if view.told is None:
        return ()
    old, new = view.told.packet, view.packet
    lines: list[str] = []
    if view.told.owner.id != view.owner.id:
        lines.append(f"Owner: {owner_words(view.told.owner)} → {owner_words(view.owner)}")
    if view.unanswered is not None and view.unanswered.revision > view.told.revision:
        lines.append(one_line(view.unanswered.text))
    if _RANK[new.urgency.level] > _RANK[old.urgency.level]:
        lines.append(f"Urgency raised: {old.urgency.level} → {new.urgency.level}")
    lines += approval_news(view)
    promised = {one.text for one in old.commitments}
    for index, one in enumerate(new.commitments):
        if one.status is CommitmentStatus.OPEN and one.text not in promised:
            item = commitment_item(view, index)
            lines.append(f"New promise to the customer: {one_line(item.text)} ({item.note})")
    broken = {one.text for one in old.commitments if one.status is CommitmentStatus.BROKEN}
    lines += [
        f"Promise broken: {one_line(one.text)}"
        for one in new.commitments
        if one.status is CommitmentStatus.BROKEN and one.text not in broken
    ]
    if _refuses(new) and not _refuses(old):
        lines.append("Do not contact the customer any more: consent to be contacted was denied")
    if is_done(new) and not is_done(old):
        text = new.state.text if new.state else None
        lines.append(f"Closed: {one_line(text)}" if text and text.strip() else "Closed: the case is done")
    if is_done(old) and not is_done(new):
        lines.append("Opened again: the case is no longer done")
    return tuple(lines)


def newly_taken(view: View) -> tuple[str, ...]:
    """Who has taken it since the reader was last told, as news for a record whose first text cannot be rewritten."""
    taken = view.acknowledged
    if view.told is None or taken is None or taken.revision <= view.told.revision:
        return ()
    return (taken_words(view),)


def _refuses(packet: Packet) -> bool:
    return packet.privacy is not None and packet.privacy.consent.contact is Consent.DENIED


def head_changes(view: View) -> tuple[str, ...]:
    """The lines of the head, and the decisions needed, that read differently now, each as ``Who: old → new``."""
    if view.told is None:
        return ()
    before = replace(view, packet=view.told.packet, owner=view.told.owner)
    # The lane may have changed too: both are asked for the lines that the reader sees now.
    style = view.style or built_in(view.packet.lane)
    old, new = _lines(before, style), _lines(view, style)
    return tuple(f"{label}: {old[label]} → {text}" for label, text in new.items() if old[label] != text)


def _lines(view: View, style: LaneStyle) -> dict[str, str]:
    lines = {line.label: line.whole for line in head_of(view, style)}
    decisions = [item.text + (f" ({item.note})" if item.note else "") for item in decision_items(view.packet)]
    lines["Decisions needed"] = "; ".join(decisions) or "none"
    return lines
