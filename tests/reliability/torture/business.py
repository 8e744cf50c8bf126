"""A business that only takes packets in: for tests of the ledger alone."""

from __future__ import annotations

from pathlib import Path

from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.packet import Packet
from handoff_core.testing.factories import make_packet

_TOML = """\
[business]
id = "acme"
[store]
url = "{store}"
[owners.dana]
name = "Dana Fields"
[destinations.alerts]
connector = "slack"
token_env = "SLACK_BOT_TOKEN"
channel = "C0ALERTS"
[routing]
fallback = "dana"
"""


def configure(folder: Path, store: str = "sqlite:///handoff.db") -> None:
    """Write the business's configuration."""
    (folder / "handoff.toml").write_text(_TOML.format(store=store))


def open_business(folder: Path) -> Handoff:
    """The business of this folder, its ledger opened and, the first time, made."""
    return Handoff(load(folder / "handoff.toml", {"SLACK_BOT_TOKEN": "t"}), threads=1)


def packet(number: int, revision: int = 1, writer: int = 0) -> Packet:
    """A small packet; its id says who wrote it and when."""
    return make_packet(
        id=f"case-{writer:02}-{number:05}",
        revision=revision,
        owner=None,
        made_at=None,
        summary=f"Revision {revision}",
        transcript=None,
        facts=None,
    )
