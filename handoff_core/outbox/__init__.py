"""Another agent's outbox: a folder in which each packet that is addressed to the agent is one JSON file."""

from __future__ import annotations

from handoff_core.outbox.connector import OutboxConnector
from handoff_core.outbox.settings import AGENT, OutboxSettings

__all__ = ["AGENT", "OutboxConnector", "OutboxSettings"]
