"""From a packet to a Zendesk ticket, its notes and its fields. Pure."""

from __future__ import annotations

from handoff_mappings.zendesk.render import render
from handoff_mappings.zendesk.settings import ZendeskSettings

__all__ = ["ZendeskSettings", "render"]
