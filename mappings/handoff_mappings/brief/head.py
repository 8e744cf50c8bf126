"""The six questions that a reader asks first, answered in one line each."""

from __future__ import annotations

from handoff_core.connector import Owner, View
from handoff_core.packet import Packet, Reason, Source, Status
from handoff_mappings.brief.model import HeadLine, Item
from handoff_mappings.brief.words import CHANNELS, REASONS, URGENCIES, duration_words, time_words
from handoff_mappings.text import one_line, safe_link


def head_of(view: View) -> tuple[HeadLine, ...]:
    """Who, What, Why, When, Where and Next, in this order; each of them always there."""
    packet = view.packet
    first = open_first_of(packet)
    return (
        HeadLine("Who", _who(packet)),
        HeadLine("What", one_line(packet.summary)),
        HeadLine("Why", _why(packet)),
        HeadLine("When", _when(view)),
        HeadLine("Where", _where(packet, first), first.url if first else None),
        HeadLine("Next", _next(view)),
    )


def owner_words(owner: Owner) -> str:
    """The owner's name; a team is called one."""
    return f"{one_line(owner.name)} (team)" if owner.team else one_line(owner.name)


def urgency_words(view: View) -> str:
    """Urgency, its reason and the deadline."""
    urgency = view.packet.urgency
    text = URGENCIES[urgency.level]
    if urgency.reason and urgency.reason.strip():
        text += f" – {one_line(urgency.reason)}"
    if urgency.deadline is not None:
        text += f"; deadline {time_words(urgency.deadline, view.timezone)}"
    return text


def acknowledge_words(view: View) -> str:
    """What happens when nobody answers; empty where nothing does."""
    if view.acknowledge_within is None:
        return ""
    within = duration_words(view.acknowledge_within)
    if not view.chain:
        return f"Please acknowledge within {within}."
    return f"If nobody acknowledges within {within}: next {', then '.join(owner_words(one) for one in view.chain)}."


def source_item(source: Source) -> Item:
    """A source as a line: its label, its system and id in brackets, its address."""
    label = one_line(source.label)
    where = (one_line(source.system or ""), one_line(source.record_id or ""))
    note = " ".join(part for part in where if part and part != label)
    return Item(label, note=note, url=safe_link(source.url) if source.url else None)


def open_first_of(packet: Packet) -> Item | None:
    """The source to open first: the one marked so, else the first with an address, else the first."""
    marked = [source for source in packet.sources if source.open_first]
    with_url = [source for source in packet.sources if source.url]
    for source in (*marked, *with_url, *packet.sources):
        return source_item(source)
    return None


def _who(packet: Packet) -> str:
    customer = packet.customer
    if customer is None:
        return "No customer named"
    parts = (customer.name, customer.company, customer.email, customer.phone)
    words = [one_line(part) for part in parts if part and part.strip()]
    if not words and customer.account_id:
        words = [f"account {one_line(customer.account_id)}"]
    return ", ".join(words) or "Not known"


def _why(packet: Packet) -> str:
    escalation = packet.escalation
    text = one_line(escalation.text or "")
    if escalation.reason is Reason.OTHER and text:
        return text
    return f"{REASONS[escalation.reason]}: {text}" if text else REASONS[escalation.reason]


def _when(view: View) -> str:
    text = urgency_words(view)
    due = view.packet.next_action.due
    if due is not None and due != view.packet.urgency.deadline:
        text += f"; next step due {time_words(due, view.timezone)}"
    return text


def _where(packet: Packet, first: Item | None) -> str:
    channel = CHANNELS[packet.channel] if packet.channel else "Channel not known"
    if first is None:
        return f"{channel}; no source is linked"
    return f"{channel}; open first: {first.text}" + (f" ({first.note})" if first.note else "")


def _next(view: View) -> str:
    packet = view.packet
    text = one_line(packet.next_action.text)
    due = f" – due {time_words(packet.next_action.due, view.timezone)}" if packet.next_action.due else ""
    done = "Nothing: the case is done. Last step: " if is_done(packet) else ""
    return f"{done}{text}{due} – owner: {owner_words(view.owner)}"


def is_done(packet: Packet) -> bool:
    """Whether nothing is left to do."""
    return packet.state is not None and packet.state.status is Status.DONE
