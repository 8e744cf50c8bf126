"""Zendesk: one ticket a packet, private notes at milestones."""

from __future__ import annotations

from handoff_connectors.zendesk.connector import ZendeskConnector

__all__ = ["ZendeskConnector"]
