"""Who owns the next step of a packet, why, and in which systems its records are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handoff_core.connector import Finding, Owner
from handoff_core.packet import Packet
from handoff_core.routing.hours import WeekHours
from handoff_core.routing.match import matches
from handoff_core.routing.settings import RoutingSettings, Rule

UNKNOWN_OWNER = "HO301"
"""Code of the finding that the packet wishes for an owner whom the configuration does not know."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a packet goes. ``why`` is for people; ``rule`` is the name of the rule that matched."""

    owner_id: str
    why: str
    rule: str | None
    destinations: tuple[str, ...]
    chain: tuple[str, ...] = ()
    """Ids of the next owners while nobody acknowledges, without the owner himself."""
    acknowledge_within: float | None = None
    """Seconds."""
    findings: tuple[Finding, ...] = ()


def route(
    packet: Packet,
    settings: RoutingSettings,
    owners: Mapping[str, Owner],
    destinations: Sequence[str],
    *,
    now: datetime,
    hours: WeekHours | None = None,
) -> Route:
    """Route a packet: a known owner of its own, else the rule's, else the fallback. Pure.

    ``owners`` are the configured ones by id, ``destinations`` all configured names in order. ``now`` (aware)
    stands in for a packet without ``made_at`` where a rule asks for business hours.
    """
    rule = next((rule for rule in settings.rules if matches(rule.when, packet, now=now, hours=hours)), None)
    wish = wished_owner(packet, owners)
    owner_id, why = _owner(packet, settings, rule, wish)
    return Route(
        owner_id=owner_id,
        why=why,
        rule=rule.name if rule else None,
        destinations=_destinations(rule, destinations),
        chain=tuple(dict.fromkeys(name for name in (rule.then if rule else ()) if name != owner_id)),
        acknowledge_within=rule.acknowledge_within if rule else None,
        findings=() if wish or packet.owner is None else (_unknown_owner(packet, owner_id, owners),),
    )


def wished_owner(packet: Packet, owners: Mapping[str, Owner]) -> str | None:
    """The id of the owner that the packet names, by id or e-mail; None when it names none that is known."""
    wish = packet.owner
    if wish is None:
        return None
    if wish.id is not None and wish.id in owners:
        return wish.id
    if wish.email is not None:
        email = wish.email.strip().casefold()
        return next((owner.id for owner in owners.values() if owner.email and owner.email.casefold() == email), None)
    return None


def must_reroute(before: Packet, after: Packet) -> bool:
    """Whether a later revision is routed again: only when its lane, urgency or owner changed."""
    return (before.lane, before.urgency.level, before.owner) != (after.lane, after.urgency.level, after.owner)


def _owner(packet: Packet, settings: RoutingSettings, rule: Rule | None, wish: str | None) -> tuple[str, str]:
    if wish is not None:
        return wish, "the packet names this owner"
    if rule is None:
        return settings.fallback, "no rule matched, so the fallback owner takes it"
    if rule.owner is None:
        return settings.fallback, f'rule "{rule.name}" matched; it names no owner, so the fallback owner takes it'
    return rule.owner, f'rule "{rule.name}" matched'


def _destinations(rule: Rule | None, every: Sequence[str]) -> tuple[str, ...]:
    if rule is None or rule.destinations is None:
        return tuple(every)
    return tuple(dict.fromkeys(rule.destinations))


def _unknown_owner(packet: Packet, owner_id: str, owners: Mapping[str, Owner]) -> Finding:
    return Finding(
        UNKNOWN_OWNER,
        "warning",
        "owner",
        "The packet names an owner whom the configuration does not know; routing chose instead.",
        f"Name one of {', '.join(sorted(owners))}, or add the person under [owners].",
    )
