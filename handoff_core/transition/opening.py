"""A first sentence for the person who takes over: specific, from what the packet holds, or none at all. English."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from handoff_core.connector import Earlier
from handoff_core.packet import (
    BookingDetails,
    Channel,
    CommitmentStatus,
    Consent,
    Lane,
    Outcome,
    Packet,
    SalesDetails,
    SupportDetails,
)
from handoff_core.privacy.tokens import is_withheld
from handoff_core.transition.lanes import NOBODY_WAITS
from handoff_core.transition.wording import day_words


def opening_line(packet: Packet, earlier: Sequence[Earlier] = (), *, zone: tzinfo) -> str:
    """The customer's name, the matter, what was tried in vain, and what was promised; "" where none of it is known.

    ``packet`` and ``earlier`` are as one reader may see them: nothing that is withheld stands in it. "" too where the
    packet has an opening line of its own, where no customer waits, and where he does not want to be contacted.
    """
    unspoken = packet.lane in (*NOBODY_WAITS, Lane.OUTBOUND_REPLY) or packet.channel is Channel.INTERNAL
    if unspoken or (packet.opening_line or "").strip():
        return ""
    if packet.privacy is not None and packet.privacy.consent.contact is Consent.DENIED:
        return ""
    matter = next((text for text in map(_said, _matters(packet)) if text), "")
    failed = (Outcome.FAILED, Outcome.PARTIAL)
    tried = next((text for one in packet.attempts if one.outcome in failed and (text := _said(one.action))), "")
    promise = next(_promises(packet, earlier, zone), "")
    if not (matter or tried or promise):
        return ""
    name = _said(packet.customer.name) if packet.customer is not None else ""
    sentences = [f"Hello {name}," if name else "Hello,"]
    sentences.append(f"I have your case in front of me: {matter}." if matter else "I have your case in front of me.")
    if tried:
        sentences.append(f"I see that this was tried and did not solve it: {tried}.")
    if promise:
        sentences.append(promise)
    return " ".join(sentences)


def _matters(packet: Packet) -> Iterator[str | None]:
    """What the case is about in the customer's terms, the most specific first."""
    details, kind = packet.details, packet.classification
    if isinstance(details, SupportDetails):
        product, error = _said(details.product), _said(details.error)
        yield f"{error} ({product})" if error and product else error or product
    elif isinstance(details, SalesDetails):
        yield details.service_needed
    elif isinstance(details, BookingDetails):
        reason, slot = _said(details.reason), _said(details.slot)
        yield f"{reason}, wanted for {slot}" if reason and slot else reason
    if kind is not None:
        yield kind.issue_type
        yield kind.intent


def _promises(packet: Packet, earlier: Sequence[Earlier], zone: tzinfo) -> Iterator[str]:
    for one in packet.commitments:
        if one.status is CommitmentStatus.OPEN and (text := _said(one.text)):
            yield f"I know what you were promised: {text}."
    for before in earlier:
        day = day_words(datetime.fromtimestamp(before.at, zone))
        for one in before.promises:
            if text := _said(one.text):
                yield f"I know what you were promised on {day}: {text}."


def _said(text: str | None) -> str:
    """One line without its last full stop; "" for what is withheld."""
    line = " ".join((text or "").split()).rstrip(".")
    return "" if is_withheld(line) else line
