"""One packet's life against the stand-ins, with one clock for both sides that only the test moves."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handoff_connectors.sandbox.server import Sandbox
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.ledger import queries
from handoff_core.ledger.store import Ledger
from handoff_core.packet import Packet
from handoff_core.testing.clock import START
from handoff_core.testing.factories import make_packet
from handoff_core.views import LogLine

BUSINESS = "acme-plumbing"
CASE = "case-1"
KEY = f"ho-{BUSINESS}.{CASE}"
SECOND_KEY = f"ho2-{BUSINESS}.{CASE}"
BYSTANDER = "case-0"
BYSTANDER_SUMMARY = "Maria asks for the yearly service."
EMAIL = "maria@lindqvist.example"

TOKENS = {
    "ZENDESK_TOKEN": "canary-zendesk-7731",
    "HUBSPOT_TOKEN": "canary-hubspot-7732",
    "SLACK_BOT_TOKEN": "xoxb-canary-7733",
    "ZENDESK_ID": "canary-client-7734",
    "ZENDESK_SECRET": "canary-secret-7735",
}
NAMES = {"zendesk": "desk", "hubspot": "crm", "slack": "alerts"}
"""The destination of each connector."""
TITLES = {"zendesk": "Zendesk", "hubspot": "HubSpot", "slack": "Slack"}

SUMMARIES = {
    "create": "Maria has had no hot water since yesterday evening.",
    "update": "Maria reports that water now drips from the boiler.",
    "close": "The boiler runs again and Maria is content.",
}
STEPS = {
    "create": "Call Maria and confirm a technician",
    "update": "Send the emergency technician at once",
    "close": "Nothing is left to do",
}
_CHANGES: Mapping[str, Mapping[str, Any]] = {
    "create": {"revision": 1, "owner": {"id": "dana"}},
    "update": {
        "revision": 2,
        "owner": {"id": "sam"},
        "urgency": {"level": "critical", "reason": "Water drips on the stairs"},
    },
    "close": {"revision": 3, "owner": {"id": "dana"}, "state": {"status": "done", "text": "Repaired"}},
}

_WAITS = (1.0, 4.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, *[3600.0] * 60)
"""Seconds between two runs of `sync` while something is still to be done: more than two days in all."""
_SETTLED = {"delivered", "dead", "dropped"}

_TABLES = {
    "zendesk": """
[destinations.desk]
connector = "zendesk"
subdomain = "acme"
base_url = "{zendesk}"
token_env = "ZENDESK_TOKEN"
fields = {{ 360001 = "urgency.level", 360002 = "details.order_id" }}
brief_field = 360010
links_field = 360011
timeout = "{timeout}"
""",
    "hubspot": """
[destinations.crm]
connector = "hubspot"
base_url = "{hubspot}"
token_env = "HUBSPOT_TOKEN"
task = "when-due"
timeout = "{timeout}"
""",
    "slack": """
[destinations.alerts]
connector = "slack"
base_url = "{slack}"
token_env = "SLACK_BOT_TOKEN"
channel = "C0ALERTS"
channels_by_urgency = {{ critical = "C0URGENT" }}
timeout = "{timeout}"
""",
}
_CLIENT = 'auth = { kind = "client_credentials", client_id_env = "ZENDESK_ID", client_secret_env = "ZENDESK_SECRET" }'
_BUSINESS_TABLE = f"""
[business]
id = "{BUSINESS}"
name = "Acme Plumbing"
timezone = "America/Chicago"
region = "US"
[store]
url = "sqlite:///handoff.db"
[owners.dana]
name = "Dana Fields"
email = "dana@acme.example"
[owners.sam]
name = "Sam Ortiz"
email = "sam@acme.example"
[routing]
fallback = "dana"
"""


@contextmanager
def quick_folder() -> Iterator[Path]:
    """A folder for a ledger that need not outlive its case: in memory, where the system has such a place."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="handoff-case-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


class SharedClock:
    """Stands still until it is moved; ``sleep`` moves it at once. What a vendor applies late is applied in passing."""

    def __init__(self) -> None:
        self._now = START
        self._lock = threading.Lock()
        self.passing: Callable[[float], None] = lambda now: None

    def now(self) -> float:
        """Seconds since the epoch."""
        with self._lock:
            return self._now

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds``."""
        with self._lock:
            self._now += max(seconds, 0.0)
        self.passing(self.now())

    sleep = advance


def packet_of(step: str, **changes: Any) -> Packet:
    """The packet as it stands when it is created, updated (owner and urgency change) or closed."""
    customer = {"name": "Maria Lindqvist", "email": EMAIL, "phone": "+1 312 555 0142"}
    if step != "create":
        customer["phone"] = "+1 312 555 0143"
    values: dict[str, Any] = {
        "id": CASE,
        "made_at": None,
        "summary": SUMMARIES[step],
        "next_action": {"text": STEPS[step], "due": "2026-11-20T11:00:00-06:00"},
        "customer": customer,
        **_CHANGES[step],
        **changes,
    }
    return make_packet(**values)


@dataclass
class Stage:
    """One business with one ledger, and the vendors that it writes to."""

    sandbox: Sandbox
    clock: SharedClock
    folder: Path
    vendors: Sequence[str]
    timeout: str = "20s"
    client: bool = False
    """Whether Zendesk's token is fetched by an OAuth client, so that each process has one of its own."""

    def __post_init__(self) -> None:
        urls = self.sandbox.urls
        tables = [_TABLES[vendor].format(**urls, timeout=self.timeout) for vendor in self.vendors]
        if self.client:
            tables = [table.replace('token_env = "ZENDESK_TOKEN"', _CLIENT) for table in tables]
        path = self.folder / "handoff.toml"
        path.write_text(_BUSINESS_TABLE + "".join(tables))
        self._config = load(path, TOKENS)
        self.clock.passing = self._apply_late
        self.handoff = self.open_process()

    def close(self) -> None:
        """Give everything back."""
        self.clock.passing = lambda now: None
        self.sandbox.settle_late()
        self.handoff.close()

    def restart(self) -> None:
        """Another process goes on with the ledger."""
        self.handoff.close()
        self.handoff = self.open_process()

    def submit(self, step: str, **changes: Any) -> None:
        """Hand in the next revision."""
        self.handoff.submit(packet_of(step, **changes))

    def deliver(self, step: str, **changes: Any) -> None:
        """Hand in a revision and deliver it to the end, without faults."""
        self.submit(step, **changes)
        self.drain()
        assert set(self.states().values()) == {"delivered"}, f"{step}: {self.states()} {self.reasons()}"

    def deliver_bystander(self) -> None:
        """Another packet of the same customer, whose records every look-up comes across."""
        self.handoff.submit(packet_of("create", id=BYSTANDER, summary=BYSTANDER_SUMMARY))
        for _ in range(10):
            self.sync()
            if not self.handoff.waiting():
                return
            self.clock.advance(10.0)
        raise AssertionError("the other packet was not delivered")

    def sync(self) -> None:
        """One run."""
        self.handoff.sync()

    def drain(self, after: Callable[[float], None] = lambda passed: None) -> float:
        """Run and move the clock until everything is at its end; seconds that passed. ``after`` each run."""
        began = self.clock.now()
        for wait in _WAITS:
            self.sync()
            if set(self.states().values()) <= _SETTLED:
                break
            after(self.clock.now() - began)
            self.clock.advance(wait)
        return self.clock.now() - began

    def states(self) -> dict[str, str]:
        """State by destination."""
        return dict(self.handoff.status(CASE)[0].destinations)

    def trail(self) -> tuple[LogLine, ...]:
        """The audit trail."""
        return self.handoff.log(CASE)

    def reasons(self) -> dict[str, str]:
        """By destination, why its delivery stands where it does."""
        with self.handoff.ledger.read() as tx:
            rows = queries.delivery_rows(tx, BUSINESS, CASE)
        return {str(row["destination"]): str(row["reason"]) for row in rows if row["reason"]}

    def sent(self, vendor: str = "*", method: str = "*", path: str = "") -> int:
        """Requests so far."""
        return len(self.sandbox.log.of(vendor, method, path))

    def open_process(self) -> Handoff:
        """A process of its own on the same ledger. The caller closes it."""
        return Handoff(
            self._config,
            clock=self.clock,
            ledger=Ledger(self._config.store_url, clock=self.clock),
            threads=1,
            random_number=lambda: 1.0,
        )

    def _apply_late(self, now: float) -> None:
        # The stand-ins apply by their clock, but look at it only now and then: here time jumps.
        rules = [rule for rule in self.sandbox.faults.rules if rule.fault == "apply_late" and rule.hits]
        due = min((self._hit_at() + rule.seconds for rule in rules), default=None)
        if due is not None and now >= due:
            self.sandbox.settle_late()

    def _hit_at(self) -> float:
        return min(entry.at for entry in self.sandbox.log.entries if entry.fault == "apply_late")


def comments(stage: Stage) -> Iterator[Mapping[str, Any]]:
    """Every comment of every ticket, deleted ones too."""
    for ticket in stage.sandbox.zendesk.every():
        yield from ticket.comments
