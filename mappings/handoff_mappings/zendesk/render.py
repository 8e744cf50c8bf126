"""What a packet is in Zendesk: one ticket, and private notes at milestones."""

from __future__ import annotations

from collections.abc import Sequence

from handoff_core.connector import Payload, View
from handoff_mappings.brief import build_brief, head_changes, milestones, newly_taken
from handoff_mappings.zendesk.notes import links_note, merged_note, milestone_note
from handoff_mappings.zendesk.placeholders import disarmed, disarmed_brief
from handoff_mappings.zendesk.settings import ZendeskSettings
from handoff_mappings.zendesk.ticket import SEE, TICKET, ticket


def render(view: View, settings: ZendeskSettings) -> Sequence[Payload]:
    """The ticket, then one note with the links that it could not show, then one note with what is new.

    A ticket that a person merged gets one note on its target and nothing more.
    """
    brief = disarmed_brief(build_brief(view, see=SEE))
    record = view.records.get(TICKET)
    if record is not None and record.merged:
        return (merged_note(view, brief),)
    payloads = [ticket(view, brief, settings)]
    if record is None or record.remote_id is None:
        return tuple(payloads)
    shown = set(record.seen.get("links_shown") or ())
    if settings.links_field is None and view.links_final and any(link.url not in shown for link in view.links):
        payloads.append(links_note(view, brief))
    # Comments cannot be edited: without a field for the brief, every change of its head must be told.
    rewritten = settings.brief_field is not None and not record.edited
    news = tuple(disarmed(line) for line in milestones(view))
    if news or not rewritten:
        more = (*newly_taken(view), *head_changes(view)) if not rewritten else head_changes(view)
        news = tuple(dict.fromkeys((*news, *(disarmed(line) for line in more))))
    if news:
        payloads.append(milestone_note(view, brief, news))
    return tuple(payloads)
