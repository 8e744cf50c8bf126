"""What the state machine knows of one case: what was acknowledged, and what people did to its records."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from handoff_core.packet import Packet
from handoff_core.testing.factories import make_packet

BUSINESS = "acme-plumbing"
CUSTOMERS: dict[str, dict[str, Any]] = {
    "email": {"name": "Maria Lindqvist", "email": "maria@lindqvist.example"},
    "phone": {"name": "Maria Lindqvist", "phone": "+1 312 555 0142"},
}
_LEFT_OUT = (
    *("goal", "need", "analysis", "rationale", "opening_line", "definition_of_done", "risk", "confidence"),
    *("classification", "events", "attempts", "completed", "told_customer", "open_concerns", "facts", "unknowns"),
    *("decisions", "decisions_needed", "constraints", "commitments", "prior_contacts", "transcript", "privacy"),
    *("announcement", "producer", "details", "made_at", "sources"),
)
"""A small packet is as good here and quicker."""


@dataclass(frozen=True)
class Revision:
    """One revision as it was submitted. ``token`` stands in its summary and nowhere else."""

    number: int
    token: str
    owner: str = "dana"
    urgency: str = "high"
    done: bool = False


@dataclass
class Case:
    """One packet. ``doubtful``: its submit died before the receipt, so that it may be there or not."""

    number: int
    customer: str = "email"
    task: bool = False
    acknowledged: list[Revision] = field(default_factory=list)
    doubtful: Revision | None = None
    submitted: int = 0
    overwritten: dict[str, str] = field(default_factory=dict)
    """Place → the token that stood there when a person wrote over it: that news was read, it need not come again."""
    merged: bool = False
    gone_for_good: set[str] = field(default_factory=set)
    """Places whose record a person deleted when the case was done."""
    erased: bool = False
    left: dict[str, list[str]] | None = None
    """Once the erasure was carried out everywhere: what is left in each place (a ticket with people's words)."""

    @property
    def id(self) -> str:
        """The packet's id."""
        return f"case-{self.number}"

    @property
    def key(self) -> str:
        """Its key in every system."""
        return f"ho-{BUSINESS}.{self.id}"

    @property
    def newest(self) -> Revision:
        """The newest revision that was acknowledged."""
        return self.acknowledged[-1]

    def next_revision(self, **changes: Any) -> Revision:
        """The next one to submit: as the newest, with a new token and these changes."""
        self.submitted += 1
        last = self.acknowledged[-1] if self.acknowledged else Revision(0, "")
        values = {"owner": last.owner, "urgency": last.urgency, "done": last.done} | changes
        return Revision(self.submitted, f"N{self.number}n{self.submitted}n", **values)

    def packet(self, revision: Revision) -> Packet:
        """The revision as a packet."""
        values: dict[str, Any] = dict.fromkeys(_LEFT_OUT)
        values |= {
            "id": self.id,
            "revision": revision.number,
            "summary": f"Maria has no hot water ({revision.token})",
            "owner": {"id": revision.owner},
            "urgency": {"level": revision.urgency, "reason": "no hot water"},
            "customer": CUSTOMERS[self.customer],
            "next_action": {"text": "Call Maria"} | ({"due": "2026-11-20T18:00:00-06:00"} if self.task else {}),
            "state": {"status": "done" if revision.done else "in_progress"},
        }
        return make_packet(**values)
