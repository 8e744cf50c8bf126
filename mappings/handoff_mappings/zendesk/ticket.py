"""The ticket: its fields, and the first private comment that holds the brief."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from handoff_core.connector import Payload, View
from handoff_core.packet.expression import Expression
from handoff_core.privacy.tokens import is_withheld
from handoff_mappings.brief import Brief
from handoff_mappings.html import brief_html
from handoff_mappings.text import clean, cut
from handoff_mappings.zendesk import limits
from handoff_mappings.zendesk.attachments import PACKET, attachments_of
from handoff_mappings.zendesk.placeholders import disarmed
from handoff_mappings.zendesk.plain import brief_text, links_text
from handoff_mappings.zendesk.settings import ZendeskSettings
from handoff_mappings.zendesk.values import PRIORITIES, TYPES, assignment_of, due_of, requester_of, tags_of

TICKET: Final = "ticket"
SEE: Final = f"the attached {PACKET}"


def ticket(view: View, brief: Brief, settings: ZendeskSettings) -> Payload:
    """The ticket as Zendesk's own JSON; later revisions write its fields, never its comment or status."""
    notes = _notes(view)
    html, withheld = fitted(lambda budget: brief_html(brief, budget, see=SEE, notes=notes))
    custom_fields, cut_fields = _custom_fields(view, brief, settings, notes)
    due = due_of(view.packet)
    body: dict[str, Any] = {
        "subject": cut(brief.title, limits.SUBJECT),
        "comment": {"html_body": html, "public": False},
        "external_id": view.key,
        "priority": PRIORITIES[view.packet.urgency.level],
        "type": "task" if due else TYPES[view.packet.lane],
        "tags": tags_of(view.packet, settings.tags),
        **assignment_of(view.owner),
    }
    if due:
        body["due_at"] = due
    requester = requester_of(view.packet)
    if requester:
        body["requester"] = requester
    if custom_fields:
        body["custom_fields"] = custom_fields
    for name in ("ticket_form_id", "brand_id"):
        if getattr(settings, name) is not None:
            body[name] = getattr(settings, name)
    record = view.records.get(TICKET)
    previous = record.previous_id if record is not None and record.remote_id is None else None
    local: dict[str, Any] = {"links_shown": [link.url for link in view.links]}
    if previous:
        local["previous_id"] = previous
    if settings.brief_field is not None:
        local["brief_field"] = settings.brief_field
    return Payload(
        kind=TICKET,
        key=view.key,
        body=body,
        title=body["subject"],
        told=True,
        urgent=_is_urgent(view),
        attachments=() if record is not None and record.remote_id is not None else attachments_of(view),
        withheld=(*view.withheld, *brief.left_out, *withheld, *cut_fields, *notes),
        local=local,
        text=lambda: brief_text(brief, limits.TEXT_FIELD, see=SEE, notes=notes)[0],
    )


def fitted(make: Callable[[int], tuple[str, tuple[str, ...]]]) -> tuple[str, tuple[str, ...]]:
    """HTML within Zendesk's limits of characters and of bytes; ``make`` takes a budget of characters."""
    budget = limits.COMMENT
    while True:
        html, withheld = make(budget)
        size = len(html.encode("utf-8"))
        if size <= limits.COMMENT_BYTES or budget <= limits.COMMENT // 8:
            return html, withheld
        budget = int(min(budget, len(html)) * limits.COMMENT_BYTES / size * 0.95)


def _notes(view: View) -> tuple[str, ...]:
    """What Zendesk's own fields cannot say about this packet."""
    notes = []
    if view.packet.customer is not None and requester_of(view.packet) is None:
        notes.append("The customer has no e-mail address that Zendesk takes, so the requester is not the customer.")
    if not assignment_of(view.owner):
        notes.append(f"{disarmed(view.owner.name)} is not known in Zendesk; please assign the ticket by hand.")
    return tuple(notes)


def _custom_fields(
    view: View, brief: Brief, settings: ZendeskSettings, notes: tuple[str, ...]
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    fields: list[dict[str, Any]] = []
    withheld: list[str] = []
    for field_id, text in settings.fields.items():
        value = Expression.parse(text).evaluate(view.packet, view.links_by_destination)
        if isinstance(value, str) and is_withheld(value):
            continue  # a field may take numbers or known words only; the brief names what is withheld
        if isinstance(value, str):
            value = disarmed(clean(value))
            if len(value) > limits.TEXT_FIELD:
                value = cut(value, limits.TEXT_FIELD)
                withheld.append(f"Field {field_id} ({text}), in part")
        if value is not None and value != "":
            fields.append({"id": field_id, "value": value})
    if settings.brief_field is not None:
        plain, left_out = brief_text(brief, limits.TEXT_FIELD, see=SEE, notes=notes)
        fields.append({"id": settings.brief_field, "value": plain})
        withheld += [f"{name} (in the brief field)" for name in left_out]
    if settings.links_field is not None and brief.links:
        fields.append({"id": settings.links_field, "value": cut(links_text(brief), limits.TEXT_FIELD)})
    return fields, tuple(withheld)


def _is_urgent(view: View) -> bool:
    if view.told is None:
        return False
    before = view.told
    return before.owner.id != view.owner.id or before.packet.urgency.level != view.packet.urgency.level
