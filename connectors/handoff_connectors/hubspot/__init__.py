"""HubSpot, through hubspot-api-client."""

from __future__ import annotations

from handoff_connectors.hubspot.connector import HubSpotConnector

__all__ = ["HubSpotConnector"]
