"""The lines of a head and right below it: what each of them says of a packet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from handoff_core.connector import View
from handoff_core.packet import (
    Channel,
    InternalTaskDetails,
    Lane,
    OutboundReplyDetails,
    Speaker,
    Status,
)
from handoff_core.style import LaneStyle
from handoff_mappings.brief.approval import approval_glance, approved_step
from handoff_mappings.brief.details import captured_details, detail_line
from handoff_mappings.brief.head import is_done, open_first_of, owner_words, timing_words, urgency_words
from handoff_mappings.brief.model import HeadLine
from handoff_mappings.brief.reading import read_in
from handoff_mappings.brief.words import (
    CHANNELS,
    CONSENTS,
    REASONS,
    SHORT_REASONS,
    SHORT_URGENCIES,
    STATUSES,
    glance_time,
    time_words,
)
from handoff_mappings.text import one_line, safe_link

NOT_SAID: Final = "Not said"
UPSET: Final = -0.3
"""Sentiment of the customer's last words below which a reader is told."""
MOST_CAPTURED: Final = 4
"""Facts and details that the line ``captured`` names; the others are counted."""


class _Answer(NamedTuple):
    text: str
    whole: str = ""
    url: str | None = None


def head_of(view: View, style: LaneStyle) -> tuple[HeadLine, ...]:
    """The lines of the head in the style's order, to be read in its seconds; each of them always there."""
    lines = [_line(view, style, name) for name in style.head]
    return read_in([line if line.text else _unsaid(line) for line in lines], style.head_words)


def below_of(view: View, style: LaneStyle) -> tuple[HeadLine, ...]:
    """The lane's own lines right below the head; those that have nothing to say are left out."""
    lines = (_line(view, style, name) for name in style.below)
    return tuple(line for line in lines if line.text)


def _unsaid(line: HeadLine) -> HeadLine:
    return HeadLine(line.label, NOT_SAID, None, line.id, "", NOT_SAID)


def _line(view: View, style: LaneStyle, name: str) -> HeadLine:
    says = _SAYS.get(name)
    if says is None:
        text, uncut = detail_line(view.packet, name, view.timezone)
        url = safe_link(text) if name == "links" and not uncut else None
        return HeadLine(style.names[name], text, url, name, uncut, uncut or text)
    answer = says(view)
    return HeadLine(style.names[name], answer.text, answer.url, name, "", answer.whole or answer.text)


def _who(view: View) -> _Answer:
    customer = view.packet.customer
    if customer is None:
        return _Answer("Internal, no customer" if view.packet.channel is Channel.INTERNAL else "No customer named")
    parts = (customer.name, customer.company, customer.email, customer.phone)
    words = [one_line(part) for part in parts if part and part.strip()]
    if not words and customer.account_id:
        words = [f"account {one_line(customer.account_id)}"]
    named = [one_line(part) for part in (customer.name, customer.company) if part and part.strip()]
    return _Answer(", ".join(named or words[:1]) or "Not known", ", ".join(words))


def _what(view: View) -> _Answer:
    return _Answer(one_line(view.packet.summary))


def _why(view: View) -> _Answer:
    escalation = view.packet.escalation
    text = one_line(escalation.text or "")
    if not text:
        return _Answer(REASONS[escalation.reason])
    kind = SHORT_REASONS[escalation.reason]
    return _Answer(f"{kind} – {text}" if kind else text)


def _when(view: View) -> _Answer:
    packet = view.packet
    task = packet.details.due if isinstance(packet.details, InternalTaskDetails) else None
    times = [moment for moment in (packet.next_action.due, packet.urgency.deadline, task) if moment is not None]
    text = SHORT_URGENCIES[packet.urgency.level]
    if times:
        text += f", by {glance_time(min(times), view.timezone)}"
    due = packet.next_action.due
    step = f"; next step due {time_words(due, view.timezone)}" if due and due != packet.urgency.deadline else ""
    return _Answer(text, urgency_words(view) + step)


def _where(view: View) -> _Answer:
    packet = view.packet
    first = open_first_of(packet)
    channel = CHANNELS[packet.channel] if packet.channel else "Channel not known"
    if first is None:
        return _Answer(f"{channel}, nothing linked", f"{channel}; no source is linked")
    same = first.text.casefold() == channel.casefold()
    whole = f"{channel}; open first: {first.text}" + (f" ({first.note})" if first.note else "")
    return _Answer(channel if same else f"{channel} ({first.text})", whole, first.url)


def _next(view: View) -> _Answer:
    packet = view.packet
    due = f" – due {time_words(packet.next_action.due, view.timezone)}" if packet.next_action.due else ""
    if sending := approved_step(view):
        return _Answer(sending, f"{sending}{due}")
    text = one_line(packet.next_action.text)
    done = "Nothing: the case is done. Last step: " if is_done(packet) else ""
    return _Answer(f"{done}{text}", f"{done}{text}{due} – owner: {owner_words(view.owner)}")


def _contact(view: View) -> _Answer:
    customer = view.packet.customer
    parts = (customer.phone, customer.email) if customer else ()
    return _Answer(", ".join(one_line(part) for part in parts if part and part.strip()))


def _timing(view: View) -> _Answer:
    return _Answer(timing_words(view))


def _history(view: View) -> _Answer:
    packet = view.packet
    count = len(packet.prior_contacts) + len(view.earlier)
    parts = [f"{count} earlier contact{'' if count == 1 else 's'}"] if count else []
    promised = sum(len(one.promises) for one in view.earlier)
    if promised:
        parts.append(f"{promised} earlier promise{'' if promised == 1 else 's'} still open")
    said = [turn for turn in packet.transcript if turn.speaker is Speaker.CUSTOMER and turn.sentiment is not None]
    if said and (said[-1].sentiment or 0.0) < UPSET:
        parts.append("upset in the last words")
    return _Answer("; ".join(parts))


def _state(view: View) -> _Answer:
    state = view.packet.state
    if state is None:
        return _Answer("")
    if state.status is Status.WAITING_APPROVAL and approved_step(view):
        return _Answer(approval_glance(view))
    parts = (STATUSES[state.status] if state.status else "", one_line(state.text or ""))
    return _Answer(": ".join(part for part in parts if part))


def _approval(view: View) -> _Answer:
    packet = view.packet
    by = packet.details.approval_by if isinstance(packet.details, OutboundReplyDetails) else None
    waiting = packet.state is not None and packet.state.status is Status.WAITING_APPROVAL
    if is_done(packet):
        return _Answer("Done, nothing waits for approval")
    if known := approval_glance(view):
        return _Answer(known)
    if not waiting and not by and packet.lane is not Lane.OUTBOUND_REPLY:
        return _Answer("")
    return _Answer(f"Waiting for approval by {one_line(by)}" if by and by.strip() else "Waiting for approval")


def _consent(view: View) -> _Answer:
    privacy = view.packet.privacy
    if privacy is None:
        return _Answer("")
    consent = privacy.consent
    given = (("contact", consent.contact), ("recording", consent.recording), ("sharing", consent.sharing))
    return _Answer(", ".join(f"{name} {CONSENTS[value]}" for name, value in given))


def _reason_for_contact(view: View) -> _Answer:
    packet = view.packet
    kind = packet.classification
    wishes = (packet.goal, kind.intent if kind else None, kind.issue_type if kind else None, packet.need)
    return _Answer(next((one_line(wish) for wish in wishes if wish and wish.strip()), ""))


def _captured(view: View) -> _Answer:
    packet = view.packet
    facts = [f"{one_line(fact.name).replace('_', ' ')}: {one_line(fact.words)}" for fact in packet.facts]
    every = [*facts, *captured_details(packet, view.timezone)]
    more = f"; and {len(every) - MOST_CAPTURED} more" if len(every) > MOST_CAPTURED else ""
    return _Answer("; ".join(every[:MOST_CAPTURED]) + more)


_SAYS: Final[Mapping[str, Callable[[View], _Answer]]] = {
    "who": _who,
    "what": _what,
    "why": _why,
    "when": _when,
    "where": _where,
    "next": _next,
    "contact": _contact,
    "timing": _timing,
    "history": _history,
    "progress": _state,
    "approval": _approval,
    "consents": _consent,
    "reason_for_contact": _reason_for_contact,
    "captured": _captured,
}
"""Every line that is not a field of the lane's details."""
