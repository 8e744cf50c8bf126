"""A business whose owners have to acknowledge: who is asked, in which order, until when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.delivery.conftest import Business

MINUTE = 60.0
HOUR = 3600.0
FRIDAY = 1_800_000_000.0
"""2027-01-15T08:00:00Z, when the clock of these tests begins."""

OWNERS = """
[owners.omar]
name = "Omar Reyes"
email = "omar@acme.example"
identities = { desk = "3" }
{omar}
[owners.kim]
name = "Kim Lee"
identities = { desk = "4" }
{kim}
[owners.team]
name = "Support desk"
team = true
identities = { desk = "77" }
"""

RULE = """
[[routing.rules]]
name = "asked"
when = { lane = "support" }
owner = "omar"
destinations = ["desk"]
acknowledge_within = "15m"
then = ["kim", "team"]
"""


def asks(
    business: Business,
    *,
    rule: str = "",
    routing: str = "",
    omar: str = "",
    kim: str = "",
    hours: str = "",
    more: str = "",
) -> Business:
    """The business with a chain of three owners and Dana as the fallback; more keys for each table."""
    path: Path = business.folder / "handoff.toml"
    text = path.read_text()
    head, _, quality = text.partition("[quality]")
    head = head[: head.index("[[routing.rules]]")]
    head = head.replace('name = "Acme Plumbing"\n', f'name = "Acme Plumbing"\n{hours}\n', 1)
    owners = OWNERS.replace("{omar}", omar).replace("{kim}", kim)
    path.write_text(f"{head}{routing}\n{RULE}{rule}\n{owners}\n[quality]{quality}\n{more}")
    return business


def asked(handoff: Any, packet_id: str = "case-1") -> tuple[str, float | None]:
    """Who is asked, and until when."""
    [line] = handoff.status(packet_id)
    return line.owner_id, line.acknowledge_until


def moves(handoff: Any, packet_id: str = "case-1") -> list[tuple[str, str]]:
    """What the trail says of acknowledgements: outcome and text."""
    return [(line.outcome, line.text) for line in handoff.log(packet_id) if line.what == "acknowledge"]
