"""What a packet leaves open with its customer, as a later packet of the same customer may show it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handoff_core.packet import CommitmentStatus, Consent, Packet
from handoff_core.packet.enums import Sensitivity
from handoff_core.packet.parts import Commitment, Fact
from handoff_core.privacy.policy import Policy
from handoff_core.privacy.redact import redact

MOST = 10
"""Promises, and concerns, that one packet hands on."""


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """One sentence on a case, its promises that are not kept yet, and its concerns that are not answered.

    Values that are more than internal are masked already, whatever a destination may see: a later packet does not
    carry the facts by which they would be known there. All of it is empty where the customer did not agree to sharing.
    """

    summary: str = ""
    promises: tuple[Commitment, ...] = ()
    concerns: tuple[str, ...] = ()

    @classmethod
    def of(cls, packet: Packet, region: str) -> OpenMatters:
        """What the packet leaves open; a case that is done leaves its open promises too."""
        if packet.privacy is not None and packet.privacy.consent.sharing is Consent.DENIED:
            return cls()
        promises = tuple(one for one in packet.commitments if one.status is CommitmentStatus.OPEN)[:MOST]
        shown = packet.model_copy(
            update={
                "commitments": promises,
                "open_concerns": packet.open_concerns[:MOST],
                "facts": tuple(map(_careful, packet.facts)),
                **dict.fromkeys(_NOT_HANDED_ON, ()),
                **dict.fromkeys(("details", "analysis", "rationale", "announcement", "opening_line")),
            }
        )
        seen = redact(shown, Policy(Sensitivity.PERSONAL, region=region)).packet
        return cls(" ".join(seen.summary.split()), seen.commitments, seen.open_concerns)

    def to_text(self) -> str:
        """JSON."""
        promises = [one.model_dump(mode="json", exclude_defaults=True) for one in self.promises]
        return json.dumps(
            {"summary": self.summary, "promises": promises, "concerns": list(self.concerns)}, ensure_ascii=False
        )

    @classmethod
    def from_object(cls, values: Mapping[str, Any]) -> OpenMatters:
        """What ``to_text`` wrote, parsed."""
        return cls(
            values["summary"],
            tuple(Commitment.model_validate(one) for one in values["promises"]),
            tuple(values["concerns"]),
        )


_NOT_HANDED_ON = (
    "transcript",
    "events",
    "attempts",
    "completed",
    "told_customer",
    "unknowns",
    "decisions",
    "decisions_needed",
    "constraints",
    "prior_contacts",
    "sources",
)


def _careful(fact: Fact) -> Fact:
    """A personal fact counts as a sensitive one here."""
    personal = fact.sensitivity is Sensitivity.PERSONAL
    return fact.model_copy(update={"sensitivity": Sensitivity.SENSITIVE}) if personal else fact
