"""Single values of a ticket: what the packet's words are called in Zendesk."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from handoff_core.connector import Owner
from handoff_core.packet import Lane, Packet, UrgencyLevel
from handoff_mappings.text import cut, one_line
from handoff_mappings.zendesk import limits
from handoff_mappings.zendesk.placeholders import disarmed

PRIORITIES: Final[Mapping[UrgencyLevel, str]] = {
    UrgencyLevel.CRITICAL: "urgent",
    UrgencyLevel.HIGH: "high",
    UrgencyLevel.NORMAL: "normal",
    UrgencyLevel.LOW: "low",
}
TYPES: Final[Mapping[Lane, str]] = {
    Lane.SUPPORT: "incident",
    Lane.SALES: "question",
    Lane.OWNER_ESCALATION: "task",
    Lane.INTERNAL_TASK: "task",
    Lane.OUTBOUND_REPLY: "task",
    Lane.BOOKING: "question",
    Lane.CONTENT: "task",
}
"""The type of a ticket without a due time; one with a due time is a task, since Zendesk dates nothing else."""

# Stricter than the standard on purpose: Zendesk refuses the whole ticket for a requester whom it does not like.
_EMAIL: Final = re.compile(
    r"[A-Za-z0-9_%+'-]+(?:\.[A-Za-z0-9_%+'-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_LONGEST_EMAIL: Final = 254
_NOT_IN_TAG: Final = re.compile(r"[^\w./:-]+")
_ID: Final = re.compile(r"[1-9]\d{0,17}")


def due_of(packet: Packet) -> str | None:
    """The earlier of the next step's due time and the deadline, as Zendesk writes times; None without both."""
    times = [moment for moment in (packet.next_action.due, packet.urgency.deadline) if moment is not None]
    return zendesk_time(min(times)) if times else None


def zendesk_time(moment: datetime) -> str:
    """``2026-11-20T17:00:00Z``."""
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def tag(text: str) -> str:
    """A text as a tag: lower case, everything but letters, digits and ``_ . / : -`` one underscore."""
    return cut(_NOT_IN_TAG.sub("_", one_line(text).lower()).strip("_"), limits.TAG, marker="")


def tags_of(packet: Packet, always: Sequence[str]) -> list[str]:
    """The configured tags, then lane, urgency and reason; each once."""
    words = [
        *(tag(one) for one in always),
        f"lane_{packet.lane.value}",
        f"urgency_{packet.urgency.level.value}",
        f"reason_{packet.escalation.reason.value}",
    ]
    return [word for word in dict.fromkeys(words) if word]


def requester_of(packet: Packet) -> dict[str, str] | None:
    """Name and e-mail of the customer; None without an address that Zendesk is sure to take."""
    customer = packet.customer
    email = (customer.email or "").strip() if customer else ""
    if customer is None or len(email) > _LONGEST_EMAIL or _EMAIL.fullmatch(email) is None:
        return None
    return {"name": cut(disarmed(one_line(customer.name or "")), limits.PERSON_NAME) or email, "email": email}


def assignment_of(owner: Owner) -> dict[str, int]:
    """``group_id`` for a team, ``assignee_id`` for a person; empty where his id is not known."""
    if owner.identity is None or _ID.fullmatch(owner.identity) is None:
        return {}
    return {"group_id" if owner.team else "assignee_id": int(owner.identity)}
