"""Businesses for these tests: the three real connectors, pointed at nothing or at stand-ins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from handoff_core.client import Handoff
from handoff_core.config import load

SECRETS = {"ZENDESK_TOKEN": "z-token", "HUBSPOT_TOKEN": "h-token", "SLACK_BOT_TOKEN": "xoxb-token"}

TOML = """
[business]
id = "acme-plumbing"
name = "Acme Plumbing"
timezone = "America/Chicago"

[inbox]
path = "inbox"

[owners.dana]
name = "Dana Fields"
email = "dana@acme.example"
identities = { desk = "9001", crm = "70001", alerts = "U0DANA" }

[owners.sam]
name = "Sam Ortiz"
email = "sam@acme.example"
identities = { desk = "9002", crm = "70002", alerts = "U0SAM" }

[destinations.desk]
connector = "zendesk"
base_url = "http://127.0.0.1:9"
token_env = "ZENDESK_TOKEN"
fields = { 360001 = "urgency.level", 360002 = "summary" }
brief_field = 360010

[destinations.crm]
connector = "hubspot"
base_url = "http://127.0.0.1:9"
token_env = "HUBSPOT_TOKEN"

[destinations.alerts]
connector = "slack"
base_url = "http://127.0.0.1:9"
token_env = "SLACK_BOT_TOKEN"
channel = "C0ALERTS"
channels_by_urgency = { critical = "C0URGENT" }

[routing]
fallback = "dana"

[[routing.rules]]
name = "leads"
when = { lane = ["sales", "outbound_reply"] }
owner = "sam"
destinations = ["crm", "alerts"]
acknowledge_within = "15m"
then = ["dana"]

[[routing.rules]]
name = "critical"
when = { urgency = ["critical"] }
owner = "sam"
acknowledge_within = "5m"
then = ["dana"]
"""


@contextmanager
def business(folder: Path, toml: str = TOML, secrets: Mapping[str, str] = SECRETS) -> Iterator[Handoff]:
    """An open business with a fresh ledger in ``folder``; nothing answers at its addresses."""
    path = folder / "handoff.toml"
    path.write_text(toml, encoding="utf-8")
    with Handoff(load(path, dict(secrets))) as opened:
        yield opened
