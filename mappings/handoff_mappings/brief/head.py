"""Words that several parts of a brief share: the owner, the urgency, the source to open first."""

from __future__ import annotations

from handoff_core.connector import Owner, View
from handoff_core.packet import Packet, Source, Status
from handoff_mappings.brief.model import Item
from handoff_mappings.brief.words import URGENCIES, duration_words, short_time, time_words
from handoff_mappings.text import one_line, safe_link


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


def timing_words(view: View) -> str:
    """Why it is urgent, the deadline and the due time in full; empty where the packet says nothing of them."""
    urgency, due = view.packet.urgency, view.packet.next_action.due
    times = []
    if urgency.deadline is not None:
        times.append(f"deadline {short_time(urgency.deadline, view.timezone)}")
    if due is not None and due != urgency.deadline:
        times.append(f"next step due {short_time(due, view.timezone)}")
    zone = f" ({view.timezone})" if times else ""
    return "; ".join(part for part in (one_line(urgency.reason or ""), *times) if part) + zone


def acknowledge_words(view: View) -> str:
    """Who has taken it; else what happens when nobody answers; empty where nothing does."""
    if view.acknowledged is not None:
        return f"{taken_words(view)}."
    if view.held or is_done(view.packet):
        return ""  # nobody is waited for
    if view.unanswered is not None and view.unanswered.last:
        return one_line(view.unanswered.text)
    if view.acknowledge_within is None:
        return ""
    within = duration_words(view.acknowledge_within)
    within += " of business time" if view.acknowledge_in_business_time else ""
    if not view.chain:
        return f"Please acknowledge within {within}."
    return f"If nobody acknowledges within {within}: next {', then '.join(owner_words(one) for one in view.chain)}."


def taken_words(view: View) -> str:
    """Who acknowledged it and when; empty while nobody has."""
    taken = view.acknowledged
    return f"Taken by {one_line(taken.name)}, {time_words(taken.at, view.timezone)}" if taken is not None else ""


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


def is_done(packet: Packet) -> bool:
    """Whether nothing is left to do."""
    return packet.state is not None and packet.state.status is Status.DONE
