"""A cold read: whether somebody who sees nothing but the rendered note finds the six answers in it."""

from __future__ import annotations

from collections.abc import Iterator

from handoff_core.packet import Packet, UrgencyLevel
from handoff_core.quality.note import words_of

_FIRST_WORDS = 12
_ENOUGH = 0.7
"""Share of an answer's first words that a note must show: signs are escaped there, numbers may be tokens."""


def not_found(packet: Packet, rendered: str) -> tuple[str, ...]:
    """Which of who, what, why, when, where and next the packet answers and the rendered note does not show."""
    words = set(words_of(rendered))
    return tuple(
        question
        for question, answers in _answers(packet)
        if answers and not any(_shows(words, answer) for answer in answers)
    )


def _shows(words: set[str], answer: str) -> bool:
    wanted = words_of(answer)[:_FIRST_WORDS]
    return not wanted or sum(word in words for word in wanted) >= _ENOUGH * len(wanted)


def _answers(packet: Packet) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each question with the texts of which one is enough."""
    customer, urgency = packet.customer, packet.urgency
    who = (customer.name, customer.company, customer.email, customer.phone, customer.account_id) if customer else ()
    yield "who", _given(*who)
    yield "what", (packet.summary,)
    yield "why", _given(packet.escalation.text or packet.escalation.reason.value)
    yield "when", _given(urgency.reason, urgency.level.value) if urgency.level is not UrgencyLevel.NORMAL else ()
    yield "where", _given(packet.channel.value if packet.channel else None, *(one.label for one in packet.sources[:1]))
    yield "next", (packet.next_action.text,)


def _given(*texts: str | None) -> tuple[str, ...]:
    return tuple(text for text in texts if text and text.strip())
