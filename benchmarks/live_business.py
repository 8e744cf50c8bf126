"""The business that the benchmarks on virtual time share: three systems, ten Slack channels, every limit at 0.8."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.business import IDENTITIES, SECRETS, TOML
from benchmarks.modelled import World, with_models
from benchmarks.virtual import VirtualTime
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.packet import Packet
from handoff_core.testing.factories import make_packet

SHARE = 0.8
"""What ``rate`` is when nobody sets it."""
LANES = ("support", "sales", "owner_escalation", "internal_task", "outbound_reply", "booking", "content")
URGENCIES = ("critical", "high", "low")
"""These have channels of their own; normal cases go by their lane: ten channels in all."""
_CHANNELS = (
    "channels_by_urgency = { " + ", ".join(f'{one} = "CU{one.upper()}"' for one in URGENCIES) + " }\n"
    "channels_by_lane = { " + ", ".join(f'{one} = "CL{one.upper().replace("_", "")}"' for one in LANES) + " }\n"
)
_SECOND_OWNER = f"""
[owners.sam]
name = "Sam Reyes"
email = "sam@bench.example"
{IDENTITIES.replace("9001", "9002").replace("70001", "70002").replace("U0DANA", "U0SAM")}
"""


def open_live_business(folder: Path, time: VirtualTime, world: World) -> Handoff:
    """The business, its connectors talking to ``world``, its ledger in ``folder``."""
    email = 'email = "dana@bench.example"'
    text = TOML.replace(email, f"{email}\n{IDENTITIES}")
    text = text.replace('subdomain = "bench"\n', 'subdomain = "bench"\nbrief_field = 1\nlinks_field = 2\n')
    text = text.replace('channel = "C0BENCH"\n', f'channel = "C0BENCH"\n{_CHANNELS}') + _SECOND_OWNER
    path = folder / "handoff.toml"
    path.write_text(text)
    return Handoff(with_models(load(path, SECRETS), world), clock=time, random_number=lambda: 0.5)


def memory_disk() -> str | None:
    """A folder that is kept in memory; None where there is none."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def case(number: int) -> Packet:
    """A case of ten kinds in turn: one for each channel. The customer is a new one each time."""
    kind = number % 10
    urgency = URGENCIES[kind] if kind < len(URGENCIES) else "normal"
    return make_packet(
        id=f"case-{number}",
        lane=LANES[kind - len(URGENCIES)] if kind >= len(URGENCIES) else "support",
        urgency={"level": urgency},
        owner={"id": "dana"},
        customer={"name": "Maria Lindqvist", "email": f"maria-{number}@mail.example"},
        made_at=None,
        revision=None,
    )
