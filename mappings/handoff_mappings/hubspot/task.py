"""The task: the one next step, in the owner's task list. The brief stands in the note on the same contact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from handoff_core.connector import Payload, View
from handoff_core.packet import InternalTaskDetails, Packet, Status, UrgencyLevel
from handoff_mappings.brief import Brief
from handoff_mappings.brief.approval import approved_step
from handoff_mappings.brief.words import time_words
from handoff_mappings.html import news_html, reference_html
from handoff_mappings.hubspot.limits import TASK_BODY, TASK_SUBJECT
from handoff_mappings.hubspot.note import attached, local_of, needs_of, urgent
from handoff_mappings.hubspot.plain import readable
from handoff_mappings.hubspot.settings import HubSpotSettings, TaskWhen
from handoff_mappings.hubspot.values import associations_of, field_values, own_key, owner_values, timestamp
from handoff_mappings.text import cut, escape_html, one_line

TASK: Final = "task"
PRIORITIES: Final[Mapping[UrgencyLevel, str]] = {
    UrgencyLevel.CRITICAL: "HIGH",
    UrgencyLevel.HIGH: "HIGH",
    UrgencyLevel.NORMAL: "MEDIUM",
    UrgencyLevel.LOW: "LOW",
}
DUE_WITHIN: Final[Mapping[UrgencyLevel, float]] = {
    UrgencyLevel.CRITICAL: 3_600.0,
    UrgencyLevel.HIGH: 4 * 3_600.0,
    UrgencyLevel.NORMAL: 24 * 3_600.0,
    UrgencyLevel.LOW: 72 * 3_600.0,
}
"""Seconds from the task's creation to its due date, where the packet names none: HubSpot's tasks must have one."""

_STEP: Final = 1_000
"""Characters of one line of the body; what is longer stands in full in the note."""


def task_of(view: View, brief: Brief, settings: HubSpotSettings, contact: Payload | None) -> Payload | None:
    """The next step as a task; None where none is wanted."""
    due = due_of(view.packet)
    if not _wanted(view, settings, due, contact):
        return None
    key = own_key(view, TASK, "~task")
    step = approved_step(view) or one_line(view.packet.next_action.text)
    hangs = attached(view.packet, contact)
    body, shortened = _short(view, brief, step, due, key) if hangs else _with_head(view, brief, step, key)
    subject = f"{'HELD: ' if view.held else ''}[{brief.lane_label}] {step}"
    extra, cut_fields = field_values(settings.task_fields, view)
    properties = {
        "hs_task_subject": cut(subject, TASK_SUBJECT),
        "hs_task_body": body,
        "hs_task_priority": PRIORITIES[view.packet.urgency.level],
        "hs_task_type": "TODO",
        "hs_task_status": "COMPLETED" if _done(view.packet) else "NOT_STARTED",
        **({"hs_timestamp": timestamp(due)} if due else {}),
        **owner_values(view.owner),
        **extra,
    }
    return Payload(
        kind=TASK,
        key=key,
        body={"properties": properties, "associations": associations_of(view.packet)},
        title=subject,
        urgent=urgent(view),
        needs=needs_of(contact),
        withheld=(
            *(f"{name}: shortened or left out for length" for name in shortened),
            *(f"property {name}: shortened" for name in cut_fields),
        ),
        local={
            **local_of(view, contact, settings.task_fields),
            "at": None,
            "due_within": None if due else DUE_WITHIN[view.packet.urgency.level],
        },
        text=lambda: f"{subject}\n\n{readable(body)}",
    )


def _short(view: View, brief: Brief, step: str, due: datetime | None, key: str) -> tuple[str, tuple[str, ...]]:
    """What the owner needs to see that it is his and when; whoever begins opens the note, which has everything."""
    label = "Last step" if brief.closed else brief.line("next").label
    lines = [
        f"<strong>{escape_html(label)}: {escape_html(cut(step, _STEP))}</strong>",
        f"<strong>Due:</strong> {escape_html(time_words(due, view.timezone))}" if due else "",
        f"<strong>Urgency:</strong> {escape_html(cut(brief.urgency_line, _STEP))}",
        f"<strong>{escape_html(brief.owner_line)}</strong>",
        # No address: whether the note's is known already hangs on what was interrupted, and both stand side by side.
        "<strong>Who, why and the rest:</strong> the note beside this task",
    ]
    denied = brief.section("consent_denied")
    warnings = [("Why it is held", brief.banner), ("Approval", brief.approval_line)]
    warnings += [(denied.title, item.text) for item in denied.items] if denied is not None else []
    shown = [f"<p><strong>{escape_html(cut(text, _STEP))}</strong></p>" for _, text in warnings if text]
    every = [(label, step), ("Urgency", brief.urgency_line), *warnings]
    shortened = tuple(name for name, text in every if len(text) > _STEP)
    return f"{''.join(shown)}<p>{'<br>'.join(line for line in lines if line)}</p>{reference_html(key)}", shortened


def _with_head(view: View, brief: Brief, step: str, key: str) -> tuple[str, tuple[str, ...]]:
    """The head and what stands above the fold: nobody comes across a note that hangs on nothing."""
    short = replace(brief, sections=tuple(one for one in brief.sections if one.above_fold))
    # The subject is the step, and so is the head's line; a step that had to be cut there stands in full above all.
    title = cut(step, _STEP) if brief.line("next").uncut else ""
    return news_html(short, title, (), TASK_BODY, key=key, see=f"the note, or run: handoff show {view.packet.id}")


def due_of(packet: Packet) -> datetime | None:
    """When the next step is due: its own time, else an internal task's, else the deadline."""
    details = packet.details
    of_task = details.due if isinstance(details, InternalTaskDetails) else None
    return packet.next_action.due or of_task or packet.urgency.deadline


def _wanted(view: View, settings: HubSpotSettings, due: datetime | None, contact: Payload | None) -> bool:
    if settings.task is TaskWhen.NEVER:
        return False
    if settings.task is TaskWhen.ALWAYS or due is not None:
        return True
    # Made once for whatever reason, it is kept up to date; and without it nobody would come across the note.
    return TASK in view.records or not attached(view.packet, contact)


def _done(packet: Packet) -> bool:
    return packet.state is not None and packet.state.status is Status.DONE
