"""Who owns the next step of a packet, why, and in which systems its records are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handoff_core.connector import Finding, Owner
from handoff_core.packet import Packet
from handoff_core.routing.duty import NOBODY_LIMITED, Staff
from handoff_core.routing.hours import WeekHours
from handoff_core.routing.match import matches
from handoff_core.routing.settings import AcknowledgeIn, RoutingSettings, Rule

UNKNOWN_OWNER = "HO301"
"""Code of the finding that the packet wishes for an owner whom the configuration does not know."""


@dataclass(frozen=True, slots=True)
class Passed:
    """An owner who was passed over, and why in words."""

    owner_id: str
    name: str
    why: str


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
    passed: tuple[Passed, ...] = ()
    """Who would have come first, and why he does not."""
    acknowledge_in: AcknowledgeIn = AcknowledgeIn.CLOCK


def route(
    packet: Packet,
    settings: RoutingSettings,
    owners: Mapping[str, Owner],
    destinations: Sequence[str],
    *,
    now: datetime,
    hours: WeekHours | None = None,
    staff: Staff = NOBODY_LIMITED,
) -> Route:
    """Route a packet: a known owner of its own, else the rule's, else the fallback. Pure.

    Who is off duty, does not speak the customer's language or lacks the level is passed over for the next of the rule;
    the fallback owner takes what nobody else can, whatever his own limits. An owner whom the packet names is passed
    over only while he is off duty.

    ``owners`` are the configured ones by id, ``destinations`` all configured names in order. ``now`` (aware) is
    the moment at which both business hours and duty are judged, whenever the packet was made.
    """
    rule = next((rule for rule in settings.rules if matches(rule.when, packet, now=now, hours=hours)), None)
    wish = wished_owner(packet, owners)
    asked = _asked(settings, rule, wish)
    passed: list[Passed] = []
    owner_id = settings.fallback
    for one in asked:
        objection = staff.objection(one, packet, now, hours_only=one == wish)
        if objection is None:
            owner_id = one
            break
        passed.append(Passed(one, staff.name(one), objection))
    gone = {one.owner_id for one in passed}
    # Who is only off duty may be there when he is asked next: after those who were not asked at all.
    later = [one.owner_id for one in passed if staff.unfit(one.owner_id, packet) is None]
    then = [one for one in (rule.then if rule else ()) if one not in gone]
    although = staff.objection(owner_id, packet, now) if owner_id == settings.fallback != wish else None
    passed = [one for one in passed if one.owner_id != owner_id]
    return Route(
        owner_id=owner_id,
        why=_why(settings, rule, wish, owner_id, passed) + (f", although {although}" if although else ""),
        rule=rule.name if rule else None,
        destinations=_destinations(rule, destinations),
        chain=tuple(one for one in dict.fromkeys((*then, *later)) if one != owner_id),
        acknowledge_within=rule.acknowledge_within if rule else None,
        findings=() if wish or packet.owner is None else (_unknown_owner(packet, owner_id, owners),),
        passed=tuple(passed),
        acknowledge_in=(rule.acknowledge_in if rule else None) or settings.acknowledge_in,
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


def _asked(settings: RoutingSettings, rule: Rule | None, wish: str | None) -> tuple[str, ...]:
    """Who is asked, in order: the packet's wish, the rule's owner, the next ones of the rule."""
    first = (wish,) if wish is not None else ()
    own = (rule.owner or settings.fallback, *rule.then) if rule is not None else ()
    return tuple(dict.fromkeys((*first, *own)))


def _why(
    settings: RoutingSettings, rule: Rule | None, wish: str | None, owner_id: str, passed: Sequence[Passed]
) -> str:
    if owner_id == wish:
        return "the packet names this owner"
    if not passed:
        if rule is None:
            return "no rule matched, so the fallback owner takes it"
        if rule.owner is None:
            return f'rule "{rule.name}" matched; it names no owner, so the fallback owner takes it'
        if owner_id == rule.owner:
            return f'rule "{rule.name}" matched'
    names = ", ".join(f"{one.name} ({one.why})" for one in passed)
    found = f'rule "{rule.name}" matched' if rule is not None else "the packet names an owner"
    takes = "so the fallback owner takes it" if owner_id == settings.fallback else "so the next one takes it"
    return f"{found}; passed over: {names}, {takes}"


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
