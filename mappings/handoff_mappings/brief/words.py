"""The packet's closed lists and times in plain words. Every value of a list has its words, checked by a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from handoff_core.packet import (
    Channel,
    CommitmentStatus,
    Consent,
    ConstraintKind,
    Lane,
    Nature,
    Outcome,
    Reason,
    Speaker,
    Status,
    UrgencyLevel,
)
from handoff_core.style import built_in

LANE_LABELS: Final[Mapping[Lane, str]] = {lane: built_in(lane).mark for lane in Lane}
REASONS: Final[Mapping[Reason, str]] = {
    Reason.EXPLICIT_REQUEST: "The customer asked for a person",
    Reason.BEYOND_SCOPE: "Beyond what the AI may or can do",
    Reason.LOW_CONFIDENCE: "The AI is not sure",
    Reason.HIGH_STAKES: "A mistake would cost much",
    Reason.EMOTION: "The customer is upset",
    Reason.NEEDS_AUTHORITY: "Needs somebody with the right to decide",
    Reason.POLICY: "A rule says that a person does this",
    Reason.QUALIFIED_LEAD: "A good lead",
    Reason.SCHEDULED: "Planned handover",
    Reason.OTHER: "Another reason",
}
SHORT_REASONS: Final[Mapping[Reason, str]] = {
    Reason.EXPLICIT_REQUEST: "Asked for a person",
    Reason.BEYOND_SCOPE: "Beyond the AI",
    Reason.LOW_CONFIDENCE: "AI not sure",
    Reason.HIGH_STAKES: "High stakes",
    Reason.EMOTION: "Upset",
    Reason.NEEDS_AUTHORITY: "Needs authority",
    Reason.POLICY: "",
    Reason.QUALIFIED_LEAD: "Good lead",
    Reason.SCHEDULED: "",
    Reason.OTHER: "",
}
"""The same before the reason's own words, for a quick eye; empty where it would add nothing to them."""
URGENCIES: Final[Mapping[UrgencyLevel, str]] = {
    UrgencyLevel.CRITICAL: "Critical: act now",
    UrgencyLevel.HIGH: "High: today, before other work",
    UrgencyLevel.NORMAL: "Normal: in the usual order",
    UrgencyLevel.LOW: "Low: when there is time",
}
SHORT_URGENCIES: Final[Mapping[UrgencyLevel, str]] = {
    UrgencyLevel.CRITICAL: "Critical: act now",
    UrgencyLevel.HIGH: "High",
    UrgencyLevel.NORMAL: "Normal",
    UrgencyLevel.LOW: "Low",
}
CHANNELS: Final[Mapping[Channel, str]] = {
    Channel.CALL: "Phone call",
    Channel.CHAT: "Chat",
    Channel.TEXT: "Text message",
    Channel.FORM: "Web form",
    Channel.EMAIL: "E-mail",
    Channel.SOCIAL: "Social media",
    Channel.INTERNAL: "Internal",
}
STATUSES: Final[Mapping[Status, str]] = {
    Status.NEW: "New",
    Status.IN_PROGRESS: "In progress",
    Status.BLOCKED: "Blocked",
    Status.WAITING_CUSTOMER: "Waiting for the customer",
    Status.WAITING_APPROVAL: "Waiting for approval",
    Status.DONE: "Done",
}
OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.WORKED: "worked",
    Outcome.FAILED: "failed",
    Outcome.PARTIAL: "partly worked",
    Outcome.UNKNOWN: "outcome unknown",
}
COMMITMENTS: Final[Mapping[CommitmentStatus, str]] = {
    CommitmentStatus.OPEN: "not yet kept",
    CommitmentStatus.KEPT: "kept",
    CommitmentStatus.BROKEN: "broken",
}
CONSTRAINTS: Final[Mapping[ConstraintKind, str]] = {
    ConstraintKind.MUST_NOT_CHANGE: "must not change",
    ConstraintKind.OPERATIONAL: "operational",
    ConstraintKind.POLICY: "policy",
    ConstraintKind.LEGAL: "legal",
}
NATURES: Final[Mapping[Nature, str]] = {
    Nature.ROUTINE: "Routine",
    Nature.AMBIGUOUS: "Ambiguous: something important is not known",
    Nature.SENSITIVE: "Sensitive: a wrong word does damage",
}
CONSENTS: Final[Mapping[Consent, str]] = {
    Consent.GRANTED: "granted",
    Consent.DENIED: "denied",
    Consent.UNKNOWN: "not known",
}
SPEAKERS: Final[Mapping[Speaker, str]] = {
    Speaker.CUSTOMER: "Customer",
    Speaker.AI: "AI",
    Speaker.HUMAN: "Human",
    Speaker.TOOL: "Tool",
    Speaker.SYSTEM: "System",
}

KEPT: Final = 1_024
"""Moments whose words are kept: each is shown in several lines, and in each system."""

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def time_words(moment: datetime, timezone: str) -> str:
    """``Fri 20 Nov 2026, 18:00 (America/Chicago)``: a moment in the business's time zone."""
    return f"{short_time(moment, timezone)} ({timezone})"


@lru_cache(maxsize=KEPT)
def short_time(moment: datetime, timezone: str) -> str:
    """The same without the name of the time zone, for lists."""
    local = moment.astimezone(ZoneInfo(timezone))
    day = f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"
    return f"{day}, {local.hour:02d}:{local.minute:02d}"


@lru_cache(maxsize=KEPT)
def moment_words(moment: datetime, timezone: str) -> str:
    """``20 Nov 14:05 CST``: a moment of these days, in one glance."""
    local = moment.astimezone(ZoneInfo(timezone))
    return f"{local.day} {_MONTHS[local.month - 1]} {local.hour:02d}:{local.minute:02d} {local.tzname()}"


@lru_cache(maxsize=KEPT)
def glance_time(moment: datetime, timezone: str) -> str:
    """``Fri 20 Nov, 11:00``: for the head, where the year is known; the full time stands below it."""
    local = moment.astimezone(ZoneInfo(timezone))
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]}, {local.hour:02d}:{local.minute:02d}"


@lru_cache(maxsize=KEPT)
def duration_words(seconds: float) -> str:
    """``15 minutes``, ``1 hour 30 minutes``."""
    left = round(seconds)
    parts = []
    for name, length in _UNITS:
        count, left = divmod(left, length)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    return " ".join(parts) or f"{left} seconds"


def percent(share: float) -> str:
    """``0.82`` → ``82 %``."""
    return f"{round(share * 100)} %"
