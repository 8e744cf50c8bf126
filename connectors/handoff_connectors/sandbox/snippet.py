"""Configuration text that points at the stand-ins and fits the people and fields that they come with."""

from __future__ import annotations

from collections.abc import Mapping

TOKENS = ("ZENDESK_TOKEN", "HUBSPOT_TOKEN", "SLACK_BOT_TOKEN")
"""Environment variables that the snippet names; the stand-ins accept any token."""

_DESTINATIONS = """\
[destinations.desk]
connector = "zendesk"
subdomain = "acme"
base_url = "{zendesk}"
token_env = "ZENDESK_TOKEN"
fields = {{ 360001 = "urgency.level", 360002 = "details.order_id", 360003 = "sources.first.url" }}
brief_field = 360010
links_field = 360011

[destinations.crm]
connector = "hubspot"
base_url = "{hubspot}"
token_env = "HUBSPOT_TOKEN"
task = "when-due"

[destinations.alerts]
connector = "slack"
base_url = "{slack}"
token_env = "SLACK_BOT_TOKEN"
channel = "C0ALERTS"
channels_by_urgency = {{ critical = "C0URGENT" }}
"""
_BUSINESS = """\
[business]
id = "acme-plumbing"
name = "Acme Plumbing"
timezone = "America/Chicago"
region = "US"
hours = { mon-fri = "08:00-18:00", sat = "09:00-13:00" }

[store]
url = "sqlite:///handoff.db"

[inbox]
path = "inbox"

[owners.dana]
name = "Dana Fields"
email = "dana@acme.example"

[owners.support]
name = "Support desk"
team = true
identities = { desk = "360007" }

[routing]
fallback = "dana"

"""


def snippet(urls: Mapping[str, str]) -> str:
    """The three destinations, ready to paste."""
    return _DESTINATIONS.format(zendesk=urls["zendesk"], hubspot=urls["hubspot"], slack=urls["slack"])


def configuration(urls: Mapping[str, str]) -> str:
    """A whole configuration for the example business."""
    return _BUSINESS + snippet(urls)
