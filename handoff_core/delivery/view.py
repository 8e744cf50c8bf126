"""What a connector's mapping may look at, built from the ledger's rows and the configuration."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from handoff_core.config import Config, Destination
from handoff_core.connector import (
    Acknowledged,
    Approval,
    Earlier,
    Finding,
    Owner,
    RecordState,
    SiblingLink,
    Told,
    Unanswered,
    View,
)
from handoff_core.delivery.approval import StoredApproval, read_approval
from handoff_core.delivery.earlier import beside, joined, parted, read_earlier
from handoff_core.delivery.offered import read_offered
from handoff_core.delivery.route_text import StoredRoute, findings_from_text
from handoff_core.ledger.names import State
from handoff_core.ledger.rows import RecordRow, Sibling, Work
from handoff_core.packet import Packet
from handoff_core.privacy import Policy
from handoff_core.privacy.find import find
from handoff_core.privacy.redact import redact
from handoff_core.privacy.seen import SHOWN, fields_in, fields_of
from handoff_core.routing import AcknowledgeIn

STILL_COMING = frozenset({State.PENDING, State.SENDING})


@lru_cache(maxsize=64)
def parse_body(body: str) -> Packet:
    """The packet of a stored body; the same text gives the same frozen object."""
    return Packet.from_json(body)


@lru_cache(maxsize=64)
def seen_by(body: str, policy: Policy) -> tuple[Packet, tuple[str, ...]]:
    """The packet of a stored body as one destination may see it, and what was withheld in words."""
    redacted = redact(parse_body(body), policy)
    return redacted.packet, redacted.withheld


@lru_cache(maxsize=64)
def seen_with_earlier(
    body: str, earlier: str | None, policy: Policy
) -> tuple[Packet, tuple[Earlier, ...], tuple[str, ...]]:
    """The same with the customer's earlier packets, under the same policy and the same consent."""
    packet = parse_body(body)
    before = beside(packet, read_earlier(earlier))
    if not before:
        seen, withheld = seen_by(body, policy)
        return seen, (), withheld
    redacted = redact(joined(packet, before), policy)
    seen, before = parted(packet, redacted.packet, before)
    return seen, before, redacted.withheld


def note_seen_by(body: str, note: str | None, policy: Policy) -> str | None:
    """What a person wrote about a packet, as one destination may see it: by the rules of the packet's own sentences."""
    if note is None or not note.strip():
        return None
    return redact(parse_body(body).model_copy(update={"summary": note}), policy).packet.summary


@lru_cache(maxsize=64)
def shown_fields(body: str, earlier: str | None, policy: Policy) -> tuple[str, ...]:
    """The packet's fields that one destination is shown, as the trail names them: ``packet.customer.email``.

    Of an earlier packet its id: ``packet.earlier.case-17``.
    """
    packet, before, _ = seen_with_earlier(body, earlier, policy)
    return tuple(f"{SHOWN}{name}" for name in (*fields_of(packet), *(f"earlier.{one.id}" for one in before)))


def fields_in_body(
    body: str, earlier: str | None, policy: Policy, record: Mapping[str, Any], sent: Collection[str] | None
) -> tuple[str, ...]:
    """Those of ``shown_fields`` that a record holds which has not the whole packet: a contact, shared with people.

    ``record``: its body; ``sent``: the names of what was written of it, None for the whole.
    """
    packet, _, _ = seen_with_earlier(body, earlier, policy)
    return tuple(f"{SHOWN}{name}" for name in fields_in(packet, record, sent))


def findings_shown(findings: Sequence[Finding], policy: Policy, body: str) -> tuple[Finding, ...]:
    """The findings as one destination may read them: what quotes the tool log is withheld with the transcript, and
    values that they quote from the packet, names of facts too, are what they are there."""
    if policy.refuses("transcript"):
        findings = [replace(one, text=_WITHHELD) if one.code.startswith(_QUOTES) else one for one in findings]
    quoted = [one for one in findings if _holds_values(one, policy)]
    if not quoted:
        return tuple(findings)
    texts = redact(parse_body(body), policy, [text for one in quoted for text in (one.path, one.text)]).about
    shown = {
        one: replace(one, path=path, text=text) for one, path, text in zip(quoted, texts[::2], texts[1::2], strict=True)
    }
    return tuple(shown.get(one, one) for one in findings)


def _holds_values(finding: Finding, policy: Policy) -> bool:
    texts = (finding.path, finding.text)
    return any(one.kind in policy.hidden for text in texts for one in find(text, policy.region))


_QUOTES = "HO8"
"""The family of rules whose words come from the tool log."""
_WITHHELD = "The note and the tool log differ; what differs is withheld here, `handoff show` has it."


def key_of(business: str, packet_id: str, generation: int) -> str:
    """The key for life, ``ho-<business>.<packet>``; ``ho2-`` for what was made anew once."""
    prefix = "ho" if generation == 1 else f"ho{generation}"
    return f"{prefix}-{business}.{packet_id}"


def generation_of(key: str) -> int:
    """The generation that a record's key names. A record that people own too keeps its key when it is made anew."""
    number = key.partition("-")[0].removeprefix("ho")
    return int(number) if number.isdecimal() else 1


def key_made_anew(key: str, generation: int) -> str:
    """The same key, of another generation."""
    return f"ho{generation}-{key.partition('-')[2]}"


def owner_of(config: Config, owner_id: str, destination: str, identity: str | None = None) -> Owner:
    """The owner as one destination knows him; the fallback owner where the configuration has forgotten him."""
    owner = config.owner(owner_id if owner_id in config.owners else config.routing.fallback, destination)
    return owner if owner.identity is not None else replace(owner, identity=identity)


def shown_approval(
    stored: StoredApproval | None, body: str, policy: Policy, owner: Callable[[str], Owner]
) -> Approval | None:
    """An approval as one destination shows it; None where there is none, and while the packet is held."""
    if stored is None or stored.on_hold:
        return None
    return Approval(
        state=stored.state,
        draft=stored.code,
        approver=owner(stored.approver_id),
        final_owner=owner(stored.final_owner_id),
        by=None if stored.by_id is None else owner(stored.by_id),
        at=stored.at,
        note=note_seen_by(body, stored.note, policy),
    )


def links_of(config: Config, siblings: Sequence[Sibling], me: str) -> tuple[SiblingLink, ...]:
    """The siblings' records, in the order of the configuration."""
    urls = {sibling.destination: sibling.url for sibling in siblings if sibling.url and sibling.destination != me}
    return tuple(
        SiblingLink(destination.name, destination.connector_class.title, urls[destination.name])
        for destination in config.destinations.values()
        if destination.name in urls
    )


def links_final(siblings: Sequence[Sibling], me: str) -> bool:
    """False while a sibling's first record is about to come."""
    return not any(
        sibling.url is None and sibling.state in STILL_COMING and sibling.attempts == 0
        for sibling in siblings
        if sibling.destination != me
    )


def links_mark(siblings: Sequence[Sibling], me: str) -> str:
    """A short text that changes whenever the links that a record shows would change."""
    urls = sorted(f"{one.destination}={one.url}" for one in siblings if one.url and one.destination != me)
    return f"{hash_text(urls)}{'' if links_final(siblings, me) else '…'}"


def hash_text(parts: Sequence[str]) -> str:
    """A stable short hash."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def escalation_path(config: Config, route: StoredRoute) -> tuple[str, ...]:
    """Who is asked while nobody acknowledges, in order, the fallback owner last; empty where nobody is waited for."""
    if route.acknowledge_within is None or (route.lapsed is not None and route.lapsed.last):
        return ()
    every = (*(one for one in route.chain if one in config.owners), config.routing.fallback)
    return tuple(one for one in dict.fromkeys(every) if one != route.owner_id)


def _acknowledged(route: StoredRoute) -> Acknowledged | None:
    taken = route.taken
    if taken is None:
        return None
    return Acknowledged(taken.name, datetime.fromtimestamp(taken.at, UTC), taken.revision)


def _unanswered(route: StoredRoute) -> Unanswered | None:
    lapsed = route.lapsed
    return None if lapsed is None else Unanswered(lapsed.text, lapsed.revision, lapsed.last)


def build_view(
    config: Config,
    destination: Destination,
    work: Work,
    records: Mapping[str, RecordRow],
    identities: Mapping[str, str | None],
) -> View:
    """The view of one claimed delivery. ``identities``: owner ids by owner, as looked up in the destination."""
    policy = config.policy(destination.name)
    packet, before, withheld = seen_with_earlier(work.body, work.earlier, policy)
    route = StoredRoute.from_text(work.route)
    name = destination.name
    generation = max((generation_of(row.key) for row in records.values()), default=1)

    def owner(owner_id: str) -> Owner:
        return owner_of(config, owner_id, name, identities.get(owner_id))

    told = None
    if work.told_body is not None and work.told_owner is not None:
        asked = shown_approval(read_approval(work.told_approval), work.told_body, policy, owner)
        told = Told(seen_by(work.told_body, policy)[0], owner(work.told_owner), work.claim.told, asked)
    return View(
        packet=packet,
        revision=work.revision,
        business_id=config.business.id,
        business_name=config.business.shown_name,
        timezone=config.business.timezone,
        region=config.region,
        destination=name,
        key=key_of(config.business.id, packet.id, generation),
        owner=owner(route.owner_id),
        owner_why=route.why,
        acknowledge_within=route.acknowledge_within,
        chain=tuple(owner(one) for one in escalation_path(config, route)),
        acknowledge_in_business_time=route.acknowledge_in == AcknowledgeIn.BUSINESS,
        acknowledged=_acknowledged(route),
        unanswered=_unanswered(route),
        held=work.held,
        approval=shown_approval(read_approval(work.approval), work.body, policy, owner),
        agent_served=packet.to is not None and packet.to in config.outboxes,
        findings=findings_shown(findings_from_text(work.findings), policy, work.body),
        withheld=withheld,
        links=links_of(config, work.siblings, name),
        links_final=links_final(work.siblings, name),
        told=told,
        earlier=before,
        offered=read_offered(work.offered),
        style=config.styles.get(packet.lane),
        records={
            kind: RecordState(
                kind=kind,
                key=row.key,
                remote_id=row.remote_id,
                url=row.url,
                generation=row.generation,
                edited=row.edited,
                merged=row.merged,
                previous_id=row.previous_id,
                seen=row.seen or {},
            )
            for kind, row in records.items()
        },
    )
