"""Slack: a packet as an alert in a channel and replies in its thread."""

from __future__ import annotations

from handoff_mappings.slack.message import ALERT, BRIEF, EVENT_TYPE, NOT_IN_THREAD, POINTER, client_id
from handoff_mappings.slack.render import render
from handoff_mappings.slack.settings import SlackSettings, channel_of
from handoff_mappings.slack.validate import validate_blocks

__all__ = [
    "ALERT",
    "BRIEF",
    "EVENT_TYPE",
    "NOT_IN_THREAD",
    "POINTER",
    "SlackSettings",
    "channel_of",
    "client_id",
    "render",
    "validate_blocks",
]
