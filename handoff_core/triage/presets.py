"""Settings for five kinds of business, each a table that [triage] can begin with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from handoff_core.packet.enums import Meaning
from handoff_core.triage.topics import ESCALATE, STAY


class Preset(Meaning):
    """A kind of business."""

    RECEPTIONIST = "receptionist", "Calls are answered; urgent, sensitive and unclear ones go to a person."
    SALES = "sales", "Leads are talked to; one that fits and wants to talk goes to a person."
    SUPPORT_COMPLAINT = "support_complaint", "Complaints that cannot be resolved safely go to a person, soon."
    HOME_SERVICE = "home_service", "Visits are scheduled; special equipment and after-hours work go to a person."
    PROFESSIONAL_SERVICES = (
        "professional_services",
        "Facts are gathered; legal, financial and policy judgments are a person's.",
    )


PRESETS: Final[Mapping[Preset, Mapping[str, Any]]] = {
    Preset.RECEPTIONIST: {
        "escalate": (*ESCALATE, "urgent", "health"),
        "stay": STAY,
        "require": ("customer.name", "customer.phone"),
        "weights": {"low_confidence": 1.2, "sensitive": 1.0},
    },
    Preset.SALES: {
        "escalate": (*ESCALATE, "large_deal"),
        "stay": STAY,
        "require": ("customer.name",),
        "weights": {"qualified_lead": 1.2, "repeated_failure": 1.2},
    },
    Preset.SUPPORT_COMPLAINT: {
        "escalate": ESCALATE,
        "stay": STAY,
        "weights": {"prior_contacts": 0.45, "repeated_failure": 1.8, "leaving": 0.65},
        "late_after": 1,
    },
    Preset.HOME_SERVICE: {
        "escalate": (*ESCALATE, "special_equipment", "after_hours", "urgent"),
        "stay": STAY,
        "require": ("customer.phone", "details.address"),
    },
    Preset.PROFESSIONAL_SERVICES: {
        # A law firm hears of lawyers and contracts all day: what asks for a judgment is what counts there.
        "escalate": (*(name for name in ESCALATE if name not in ("legal", "contract")), "professional_judgment"),
        "stay": STAY,
        "require": ("customer.name", "customer.phone"),
        "gather_first": True,
    },
}
"""What each differs in from a [triage] table without a preset; what the file itself says wins."""
