from __future__ import annotations

from pathlib import Path

import pytest

from handoff_core.config import Config, load

BUSINESS = """
[business]
id = "acme"
name = "Acme Plumbing"
timezone = "America/Chicago"
region = "US"
[owners.dana]
name = "Dana Fields"
email = "dana@acme.example"
[owners.sam]
name = "Sam Ito"
email = "sam@acme.example"
[destinations.desk]
connector = "zendesk"
subdomain = "acme"
token_env = "ZENDESK_TOKEN"
[destinations.crm]
connector = "hubspot"
token_env = "HUBSPOT_TOKEN"
[destinations.alerts]
connector = "slack"
token_env = "SLACK_BOT_TOKEN"
channel = "C0ALERTS"
[routing]
fallback = "dana"
[[routing.rules]]
name = "leads"
when = { lane = "sales" }
owner = "sam"
destinations = ["crm", "alerts"]
[quality]
gate = "GATE"
[lanes.booking]
require = ["customer.email"]
"""


def business(folder: Path, gate: str = "annotate") -> Path:
    path = folder / f"{gate}.toml"
    path.write_text(BUSINESS.replace("GATE", gate))
    return path


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load(business(tmp_path), environ={})
