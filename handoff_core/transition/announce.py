"""What a customer can truly be told when a person takes over: why, what comes next, and how long it may take."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from handoff_core.connector import Owner
from handoff_core.packet import Channel, Consent, Lane, Packet, Status, UrgencyLevel, format_time
from handoff_core.routing.hours import WeekHours
from handoff_core.transition import wording
from handoff_core.transition.lanes import NOBODY_WAITS
from handoff_core.transition.wait import Wait

_CONNECTED = frozenset({Channel.CALL, Channel.CHAT, None})
"""Where somebody is on the line; not said counts as that."""


@dataclass(frozen=True, slots=True)
class Announced:
    """An announcement with its parts, so that an automation can say it in another language.

    ``pending`` says why nobody can be expected at once: ``approval`` (a draft waits for its approver), ``held`` (the
    notes are completed first), ``closed`` (out of business hours); None = nothing stands in the way. ``owner`` is None
    where it is not sure who takes over. ``wait`` is None where nobody can say. Times are RFC 3339.
    """

    text: str
    reason: str
    next_step: str
    business: str
    owner: str | None = None
    team: bool = False
    no_contact: bool = False
    pending: str | None = None
    wait: Wait | None = None
    opens_at: str | None = None
    closes_at: str | None = None
    connect_after: str | None = None
    language: str = wording.LANGUAGE

    def to_object(self) -> dict[str, Any]:
        """As the receipt and the ledger keep it."""
        wait = self.wait
        return asdict(self) | {
            "wait": None
            if wait is None
            else {
                "from_seconds": wait.low,
                "to_seconds": wait.high,
                "answers": wait.answers,
                "basis": "lane and hour" if wait.same_hour else "lane",
            }
        }

    def to_text(self) -> str:
        """JSON."""
        return json.dumps(self.to_object(), ensure_ascii=False)


def announce(
    packet: Packet,
    *,
    business: str,
    owner: Owner | None,
    held: bool,
    waits_for_approval: bool,
    wait: Wait | None,
    hours: WeekHours | None,
    prepare: float | None,
    now: float,
) -> Announced | None:
    """What to say; None where no customer waits for it, or the packet says what he was told already.

    ``owner``: who is sure to be asked, else None. ``wait``: of the lane's past. ``prepare``: seconds that a person has
    with the packet before the customer is connected. ``now`` in epoch seconds.
    """
    done = packet.state is not None and packet.state.status is Status.DONE
    internal = packet.lane in NOBODY_WAITS or packet.channel is Channel.INTERNAL
    if packet.announcement is not None or done or internal:
        return None
    moment = datetime.fromtimestamp(now, hours.zone if hours is not None else UTC)
    closed = hours is not None and not hours.contain(moment)
    pending = "held" if held else "approval" if waits_for_approval else "closed" if closed else None
    named = None if owner is None or held else owner
    refused = packet.privacy is not None and packet.privacy.consent.contact is Consent.DENIED
    opens = hours.opens_at(moment) if closed and hours is not None else None
    closes: datetime | None = None
    after: float | None = None
    sentences = [
        wording.handing_over(business, None if named is None else named.name, team=named is not None and named.team),
        wording.REASONS[packet.escalation.reason],
    ]
    if held:
        sentences.append(wording.HELD)
    sentences.append(wording.NO_CONTACT if refused else _next_step(packet))
    if _goes_along(packet):
        sentences.append(wording.GOES_WITH_IT)
    if pending is None:
        live = packet.channel in _CONNECTED and packet.urgency.level is not UrgencyLevel.CRITICAL and not refused
        if prepare is not None and live:
            after = now + prepare
            sentences.append(wording.prepare_words(prepare))
        closes, again = _closing(hours, moment, wait)
        sentences.append(wording.UNKNOWN_WAIT if wait is None else wording.wait_words(wait))
        if closes is not None:
            sentences.append(wording.closing_words(closes, again, moment))
    elif closed:
        sentences.append(wording.closed_words(opens, moment))
    else:
        sentences.append(wording.UNKNOWN_WAIT)
    return Announced(
        text=" ".join(sentences),
        reason=packet.escalation.reason.value,
        next_step=packet.lane.value,
        business=business,
        owner=None if named is None else named.name,
        team=named is not None and named.team,
        no_contact=refused,
        pending=pending,
        wait=wait if pending is None else None,
        opens_at=None if opens is None else format_time(opens),
        closes_at=None if closes is None else format_time(closes),
        connect_after=None if after is None else format_time(datetime.fromtimestamp(after, UTC)),
    )


def _next_step(packet: Packet) -> str:
    if packet.lane is Lane.SUPPORT and packet.attempts and _goes_along(packet):
        return wording.AFTER_ATTEMPTS
    return wording.NEXT_STEPS[packet.lane]


def _goes_along(packet: Packet) -> bool:
    """Whether the person gets what the customer told, and what was tried: not without consent to share it."""
    return packet.privacy is None or packet.privacy.consent.sharing is not Consent.DENIED


def _closing(hours: WeekHours | None, now: datetime, wait: Wait | None) -> tuple[datetime | None, datetime | None]:
    """When the business closes and opens again, where that may come before somebody is there."""
    closes = hours.closes_at(now) if hours is not None else None
    if hours is None or closes is None or wait is None or now.timestamp() + wait.high <= closes.timestamp():
        return None, None
    return closes, hours.opens_at(closes)
