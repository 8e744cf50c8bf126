"""The packet that the examples of the rules differ from: complete, and without any finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handoff_core.packet import Packet

BASE: Mapping[str, Any] = {
    "id": "case-1",
    "lane": "support",
    "channel": "call",
    "summary": "Sam Ortiz has had no heating since Monday, and two resets did not help.",
    "need": "A technician who brings an ignition board",
    "customer": {"name": "Sam Ortiz", "phone": "+1 312 555 0142"},
    "next_action": {"text": "Call Sam and confirm a visit with an ignition board for tomorrow at 09:00"},
    "definition_of_done": ["The heating runs for ten minutes"],
    "owner": {"id": "dana"},
    "escalation": {"reason": "beyond_scope", "text": "A part must be replaced on site."},
    "urgency": {"level": "high", "reason": "No heating in winter"},
    "nature": "routine",
    "attempts": [{"action": "Reset at the panel", "outcome": "failed"}],
    "told_customer": ["The visit is free"],
    "facts": [{"name": "model", "value": "HX-20", "source": "customer"}],
    "commitments": [{"text": "Somebody calls back today"}],
    "prior_contacts": [{"summary": "Yearly service in March, nothing found"}],
    "sources": [{"label": "Call recording", "url": "https://calls.acme.example/1", "open_first": True}],
}
"""As JSON would have it."""


def example(differing: Mapping[str, Any]) -> Packet:
    """``BASE`` with some fields replaced; None takes a field out."""
    values = {**BASE, **differing}
    return Packet.from_object({name: value for name, value in values.items() if value is not None})
