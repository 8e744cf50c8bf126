"""Stateful loopback stand-ins of Zendesk, HubSpot and Slack.

They know nothing of Handoff's connectors and mappings, so that they can judge them: everything here was written
from the vendors' documentation. ``Sandbox`` (in ``server``) starts all three, each on its own origin, plus one
origin with the page for people and the control API for tests.
"""
