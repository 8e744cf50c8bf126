"""From a view to the messages that Slack shall hold. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handoff_core.connector import Payload, View
from handoff_mappings.brief import build_brief
from handoff_mappings.slack.alert import alert_of
from handoff_mappings.slack.message import ALERT
from handoff_mappings.slack.reading import readable
from handoff_mappings.slack.settings import SlackSettings, channel_of
from handoff_mappings.slack.thread import brief_of, milestone_of, pointer_of


def render(view: View, settings: SlackSettings) -> Sequence[Payload]:
    """The alert, its brief, the pointer and the milestone, in the order in which they are written."""
    wanted = channel_of(settings, view.packet)
    born = _born(view) or wanted
    brief = build_brief(view)
    alert = alert_of(view, brief, settings, born)
    news = (pointer_of(view, brief, born, wanted), milestone_of(view, brief, born))
    payloads = (alert.payload, brief_of(view, brief, born, alert.overflow), *news)
    return [_with_text(one) for one in payloads if one is not None]


def _with_text(one: Payload) -> Payload:
    return replace(one, text=lambda: readable(one.body["blocks"]))


def _born(view: View) -> str | None:
    """The channel of the alert that exists: it stays there, whatever becomes of the urgency."""
    alert = view.records.get(ALERT)
    return alert.remote_id.partition(":")[0] if alert is not None and alert.remote_id is not None else None
