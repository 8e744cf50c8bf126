"""What spares the customer saying it twice: promises of his earlier packets, questions that he has answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from handoff_core.connector import Earlier, View
from handoff_core.packet import Packet, SalesDetails
from handoff_core.privacy.tokens import is_withheld
from handoff_core.transition.lanes import NOBODY_WAITS
from handoff_mappings.brief.model import Item
from handoff_mappings.brief.words import moment_words, short_time, time_words
from handoff_mappings.text import clean, one_line, safe_link

NOT_SHOWN: Final = "What it was about is not shown here"


ASKED_FOR: Final[Mapping[str, str]] = {
    "product": "product",
    "order_id": "order number",
    "error": "error message",
    "tried_before": "what the customer tried",
    "service_needed": "service needed",
    "reason": "reason",
    "slot": "wanted time",
    "alternatives": "other times",
    "equipment": "equipment",
    "address": "address",
}
"""Details that a customer is asked for; the others are the business's own view of the case."""


def earlier_promises(view: View) -> Iterator[Item]:
    """Promises of earlier packets that were not kept when this one came, each with where it was made."""
    for before in view.earlier:
        for promise in before.promises:
            made = promise.made_at or datetime.fromtimestamp(before.at, UTC)
            closed = ", although that case is closed" if before.closed else ""
            notes = (
                f"to {one_line(promise.to)}" if promise.to and promise.to.strip() else "",
                f"due {time_words(promise.due, view.timezone)}" if promise.due else "",
                f"promised {short_time(made, view.timezone)} in {before.id}, still open{closed}",
            )
            yield Item(clean(promise.text), note="; ".join(note for note in notes if note))


def earlier_concerns(view: View) -> Iterator[Item]:
    """Concerns of earlier packets that were not answered when this one came."""
    for before in view.earlier:
        for text in before.concerns:
            yield Item(clean(text), note=f"raised {_day(before, view)} in {before.id}, not answered there")


def earlier_contacts(view: View) -> Iterator[Item]:
    """The customer's earlier packets, the newest first."""
    for before in view.earlier:
        state = "closed" if before.closed else "open"
        note = f"{_day(before, view)}; {before.id}, {before.lane.replace('_', ' ')}, {state} when this came"
        yield Item(clean(before.summary) or NOT_SHOWN, note=note, url=safe_link(before.url) if before.url else None)


def answered_already(view: View) -> Iterator[Item]:
    """What the customer gave already: one line of names, and each question that was put to him."""
    if view.packet.lane in NOBODY_WAITS:
        return
    names = tuple(dict.fromkeys(_given(view.packet)))
    if names:
        yield Item(f"Given already: {', '.join(names)}")
    if isinstance(view.packet.details, SalesDetails):
        for one in view.packet.details.answers_given:
            yield Item(f"Asked and answered: {one_line(one.question)}")


def offered_items(view: View) -> Iterator[Item]:
    """What the automation was given to say, where the packet does not tell what was said."""
    offered = view.offered
    if offered is None or view.packet.announcement is not None:
        return
    if offered.connect_after is not None:
        until = moment_words(datetime.fromtimestamp(offered.connect_after, UTC), view.timezone)
        yield Item(f"Read this first: the automation was asked to connect the customer not before {until}")
    if offered.text:
        yield Item(clean(offered.text), note="proposed to the automation; whether it was said is not known")


def _given(packet: Packet) -> Iterator[str]:
    customer = packet.customer
    if customer is not None:
        for name, value in (
            ("name", customer.name),
            ("e-mail address", customer.email),
            ("phone number", customer.phone),
            ("company", customer.company),
            ("account", customer.account_id),
        ):
            if value and value.strip() and not is_withheld(value):
                yield name
    for fact in packet.facts:
        if fact.words.strip() and not is_withheld(fact.words):
            yield one_line(fact.name).replace("_", " ")
    for field, name in ASKED_FOR.items():
        value = getattr(packet.details, field, None)
        if value and not (isinstance(value, str) and is_withheld(value)):
            yield name


def _day(before: Earlier, view: View) -> str:
    return short_time(datetime.fromtimestamp(before.at, UTC), view.timezone)
