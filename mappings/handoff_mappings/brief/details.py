"""The details of each lane as labelled lines: every field of every lane, and ``extra``, checked by a test."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final

from handoff_core.packet import Answer, OutboundReplyDetails, Packet
from handoff_core.style import LaneStyle
from handoff_core.style.lines import DETAIL_LABELS
from handoff_mappings.brief.model import Item
from handoff_mappings.brief.words import time_words
from handoff_mappings.text import clean, cut, in_quotes, one_line, safe_link

MOST_VALUES: Final = 3
"""Values of one field that stand on one line; the others are counted there, and all of them are among the details."""
LONGEST_LINE: Final = 240
"""Characters of such a line."""
_QUOTED: Final = frozenset({"draft", "objections", "questions_asked", "answers_given", "error"})
"""Fields that hold the customer's own words, a vendor's message, or words meant for the customer."""


def detail_items(packet: Packet, timezone: str, style: LaneStyle, shown: Collection[str] = ()) -> tuple[Item, ...]:
    """One line for each value in ``details``, in the lane's order, then ``extra``; without the fields ``shown``."""
    details = packet.details
    if details is None:
        return ()
    items: list[Item] = []
    for name in type(details).model_fields:
        value = getattr(details, name)
        if name == "extra":
            items += [Item(f"{one_line(key)}: {_words(one, timezone)}") for key, one in value.items()]
        elif name not in shown:
            items += [_item(style.label(name), name, one, timezone) for one in _values(value)]
    return tuple(items)


def draft_items(packet: Packet) -> tuple[Item, ...]:
    """The draft of a reply, word for word."""
    draft = packet.details.draft if isinstance(packet.details, OutboundReplyDetails) else None
    return (Item(clean(draft).strip(), by_customer=True),) if draft and draft.strip() else ()


def detail_line(packet: Packet, name: str, timezone: str) -> tuple[str, str]:
    """One field of ``details`` on one line, and the whole of it where that had to be cut; empty without a value."""
    details = packet.details
    if details is None:
        return "", ""
    words = [_on_one_line(name, value, timezone) for value in _values(getattr(details, name, None))]
    if not words:
        return "", ""
    between = " / " if name == "options" else "; "
    more = f"{between}and {len(words) - MOST_VALUES} more" if len(words) > MOST_VALUES else ""
    text = cut(between.join(words[:MOST_VALUES]), LONGEST_LINE) + more
    whole = between.join(words)
    return text, "" if text == whole else whole


def captured_details(packet: Packet, timezone: str) -> Iterator[str]:
    """Every field of ``details`` that has a value, with its name, on one line each."""
    details = packet.details
    for name in type(details).model_fields if details is not None else ():
        text = "" if name == "extra" else detail_line(packet, name, timezone)[0]
        if text:
            yield f"{DETAIL_LABELS[name].lower()}: {text}"


def _values(value: Any) -> tuple[Any, ...]:
    every = value if isinstance(value, tuple) else (value,)
    return tuple(one for one in every if one is not None and one != "")


def _on_one_line(name: str, value: Any, timezone: str) -> str:
    text = one_line(value.answer if isinstance(value, Answer) else _words(value, timezone))
    # On one line there is no other sign of where foreign words end.
    return in_quotes(text) if name in _QUOTED else text


def _item(label: str, name: str, value: Any, timezone: str) -> Item:
    if isinstance(value, Answer):
        return Item(clean(value.answer), note=f"asked: {one_line(value.question)}", by_customer=True)
    text = _words(value, timezone)
    if name in _QUOTED:
        return Item(text, note=label, by_customer=True)
    return Item(f"{label}: {text}", url=safe_link(text) if name == "links" else None)


def _words(value: Any, timezone: str) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return time_words(value, timezone)
    return clean(str(value)).strip()
