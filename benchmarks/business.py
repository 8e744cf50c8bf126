"""A configured business for benchmarks that do not talk to any vendor."""

from __future__ import annotations

from pathlib import Path

from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.packet import Packet
from handoff_core.testing.factories import make_packet

TOML = """
[business]
id = "bench"
[owners.dana]
name = "Dana Fields"
email = "dana@bench.example"
[destinations.desk]
connector = "zendesk"
subdomain = "bench"
token_env = "DESK"
[destinations.crm]
connector = "hubspot"
token_env = "CRM"
[destinations.alerts]
connector = "slack"
token_env = "ALERTS"
channel = "C0BENCH"
[routing]
fallback = "dana"
"""
IDENTITIES = 'identities = { desk = "9001", crm = "70001", alerts = "U0DANA" }'
"""Dana's ids in the stand-ins, so that neither side of a benchmark looks her up."""
SECRETS = {"DESK": "desk-token", "CRM": "crm-token", "ALERTS": "alerts-token"}


def open_business(folder: Path) -> Handoff:
    """A business with three destinations and a fresh ledger in ``folder``."""
    path = folder / "handoff.toml"
    path.write_text(TOML)
    return Handoff(load(path, SECRETS))


def with_identities(configuration: str) -> str:
    """A configuration for the stand-ins whose owner is known everywhere."""
    email = 'email = "dana@acme.example"'
    return configuration.replace(email, f"{email}\n{IDENTITIES}", 1)


def packet_of_40_turns(packet_id: str) -> Packet:
    """A packet as a long conversation leaves it."""
    base = make_packet(id=packet_id, owner=None, made_at=None, revision=None)
    turns = (base.transcript * (40 // len(base.transcript) + 1))[:40]
    return base.changed(transcript=turns)
