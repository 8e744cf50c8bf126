"""The script of one packet's life, and one run of it as a scheduled job makes it."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from handoff_connectors.sandbox.snippet import TOKENS, configuration
from handoff_core.client import Handoff
from handoff_core.clock import Clock, SystemClock
from handoff_core.config import Config, load
from handoff_core.ledger.store import Ledger
from handoff_core.packet import Packet
from handoff_core.testing.factories import make_packet

BUSINESS = "acme-plumbing"
PACKET = "case-1"
KEY = f"ho-{BUSINESS}.{PACKET}"
SAM = {"id": "sam"}
CRITICAL = {"level": "critical", "reason": "Water runs into the flat below"}
NORMAL = {"level": "normal"}
REVISIONS: tuple[dict[str, Any], ...] = (
    {"summary": "Alder: no hot water.", "urgency": NORMAL, "owner": None},
    {"summary": "Birch: error E4 after a reset.", "urgency": NORMAL, "owner": None},
    {"summary": "Cedar: Sam takes it over.", "urgency": NORMAL, "owner": SAM},
    {"summary": "Dogwood: water runs now.", "urgency": CRITICAL, "owner": SAM},
    {
        "summary": "Elder: repaired.",
        "urgency": CRITICAL,
        "owner": SAM,
        "state": {"status": "done", "text": "Repaired on site"},
    },
)
"""Made, told something new, given to somebody else, made urgent, closed. The first word tells them apart."""
MARKS = tuple(revision["summary"].partition(":")[0] for revision in REVISIONS)
BETWEEN = 120.0
"""Seconds between two revisions."""
LEASE, SETTLE = 30.0, 90.0
"""Seconds. The lease ends long before ``settle``: whoever takes over then looks too early, and has to wait."""
_MORE = f"""
[owners.sam]
name = "Sam Ortiz"
email = "sam@acme.example"

[delivery]
lease = "{LEASE:.0f}s"
"""
_SETTLE = f'settle = "{SETTLE:.0f}s"\n'


def packet(number: int, **changes: Any) -> Packet:
    """Revision ``number`` of the life, counted from 1."""
    return make_packet(**({"id": PACKET, "made_at": None, "revision": None} | REVISIONS[number - 1] | changes))


def write_configuration(folder: Path, urls: dict[str, str], name: str = "handoff.toml", destination: str = "") -> Path:
    """A configuration that points at the stand-ins; ``destination`` is added to every destination's table."""
    text = configuration(urls) + _MORE
    for connector in ("zendesk", "hubspot", "slack"):
        line = f'connector = "{connector}"\n'
        text = text.replace(line, line + _SETTLE + destination)
    path = folder / name
    path.write_text(text)
    return path


def open_handoff(
    config: Path,
    clock: Clock,
    at: Callable[[str], None] | None = None,
    points: Callable[[str], None] = lambda name: None,
) -> Handoff:
    """The business in one thread, without chance. ``at`` sees every operation of its ledger, ``points`` every named
    point of its deliveries."""
    loaded = _loaded(config)
    ledger = Ledger(loaded.store_url, clock=clock, at=at)
    try:
        return Handoff(loaded, clock=clock, ledger=ledger, threads=1, random_number=lambda: 0.5, at=points)
    except BaseException:
        ledger.close()
        raise


def run_once(handoff: Handoff, revision: int | None, acknowledge: Callable[[int], None]) -> None:
    """One run of the job: submit a revision, if there is one, then deliver to one system."""
    if revision is not None:
        handoff.submit(packet(revision))
        acknowledge(revision)
    stop = threading.Event()
    handoff.sync(inbox=False, stop=stop, on_progress=lambda progress: stop.set())


@lru_cache
def _loaded(config: Path) -> Config:
    """Read once: a child that is forked after ``warm`` has it already."""
    return load(config, dict.fromkeys(TOKENS, "sandbox"))


def warm(config: Path) -> None:
    """Import what a run needs, SDKs included, read the configuration, and leave nothing open."""
    _loaded(config)
    nowhere = dict.fromkeys(("zendesk", "hubspot", "slack"), "http://127.0.0.1:9")
    with (
        tempfile.TemporaryDirectory() as folder,
        open_handoff(write_configuration(Path(folder), nowhere), SystemClock()) as handoff,
    ):
        handoff.preview(packet(1))
        handoff.submit(packet(1))
        handoff.sync(inbox=False)
