"""Slack: alerts in a channel, kept up to date, with the brief in the thread."""

from __future__ import annotations

from handoff_connectors.slack.connector import SlackConnector
from handoff_connectors.slack.manifest import app_manifest

__all__ = ["SlackConnector", "app_manifest"]
