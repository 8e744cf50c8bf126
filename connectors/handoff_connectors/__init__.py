"""Connectors for Zendesk, HubSpot and Slack, and the stand-ins that tests and rehearsals use."""
