"""HubSpot: a contact, a note with the brief, and a task."""

from __future__ import annotations

from handoff_mappings.hubspot.contact import CONTACT
from handoff_mappings.hubspot.note import NOTE
from handoff_mappings.hubspot.render import render
from handoff_mappings.hubspot.settings import HubSpotSettings, TaskWhen
from handoff_mappings.hubspot.task import TASK

__all__ = ["CONTACT", "NOTE", "TASK", "HubSpotSettings", "TaskWhen", "render"]
