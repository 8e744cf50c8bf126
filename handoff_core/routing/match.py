"""Whether a packet is what a rule looks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from handoff_core.packet import Packet
from handoff_core.routing.hours import WeekHours
from handoff_core.routing.settings import When


def matches(when: When, packet: Packet, *, now: datetime, hours: WeekHours | None) -> bool:
    """Whether every key of ``when`` matches; an empty one always does. Hours are judged at ``now``."""
    kind = packet.classification
    language = packet.customer.language if packet.customer else None
    return (
        _one_of(packet.lane, when.lane)
        and _one_of(packet.urgency.level, when.urgency)
        and _one_of(packet.escalation.reason, when.reason)
        and _one_of(packet.channel, when.channel)
        and _one_of(packet.nature, when.nature)
        and _one_of(kind.complexity if kind else None, when.complexity)
        and _same_text(kind.issue_type if kind else None, when.issue_type)
        and _speaks(language, when.language)
        and _in_hours(when.within_hours, now=now, hours=hours)
        and all(_has_fact(packet, name, wanted) for name, wanted in when.fact.items())
    )


def _one_of(value: object, wanted: Iterable[object] | None) -> bool:
    return wanted is None or value in wanted


def _same_text(value: str | None, wanted: Iterable[str] | None) -> bool:
    if wanted is None:
        return True
    return value is not None and folded(value) in {folded(text) for text in wanted}


def folded(text: str) -> str:
    """Text as it is compared: in any case of letters."""
    return text.strip().casefold()


def _speaks(language: str | None, wanted: Iterable[str] | None) -> bool:
    """``pt`` takes ``pt-BR`` too; ``pt-BR`` takes only itself (also written ``pt_br``)."""
    if wanted is None:
        return True
    spoken = language_tag(language or "")
    return any(spoken == language_tag(text) or spoken.startswith(f"{language_tag(text)}-") for text in wanted)


def language_tag(language: str) -> str:
    """A language's tag as it is compared: ``pt_BR`` is ``pt-br``."""
    return language.strip().replace("_", "-").casefold()


def _in_hours(wanted: bool | None, *, now: datetime, hours: WeekHours | None) -> bool:
    if wanted is None:
        return True
    # The loader refuses such a rule without hours; who routes with bare settings gets no match.
    return hours is not None and hours.contain(now) is wanted


def _has_fact(packet: Packet, name: str, wanted: Iterable[str]) -> bool:
    return any(fact.name == name and _same_text(fact.words, wanted) for fact in packet.facts)
