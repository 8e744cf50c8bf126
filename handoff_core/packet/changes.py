"""What a later revision of a packet says differently, field by field, in words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from handoff_core.packet.model import Packet

LONGEST_VALUE: Final = 80
"""Characters of a value that a change shows."""
_NOT_COMPARED: Final = frozenset({"schema", "id", "revision", "made_at", "producer"})
"""What says nothing of the case."""
_OPEN_WORDS: Final = frozenset(
    {"lane", "channel", "nature", "urgency.level", "state.status", "escalation.reason", "classification.complexity"}
)
"""Fields whose values are the packet's own words, never the customer's."""


def changes(old: Packet, new: Packet) -> tuple[str, ...]:
    """Every field that reads differently: ``urgency.level: normal → high``, ``facts: 1 new``, ``goal: taken out``."""
    return tuple(_lines(old.to_object(), new.to_object(), "", values=True))


def names_of_changes(old: Packet, new: Packet) -> tuple[str, ...]:
    """The same without a word of the customer's: names and counts, and the values of closed lists."""
    return tuple(_lines(old.to_object(), new.to_object(), "", values=False))


def _lines(old: Mapping[str, Any], new: Mapping[str, Any], path: str, *, values: bool) -> Iterator[str]:
    for name in dict.fromkeys((*old, *new)):
        if not path and name in _NOT_COMPARED:
            continue
        inner = f"{path}{name}"
        was, now = old.get(name), new.get(name)
        if was == now:
            continue
        if isinstance(was, Mapping | None) and isinstance(now, Mapping | None):
            yield from _lines(was or {}, now or {}, f"{inner}.", values=values)
        elif isinstance(was, list | None) and isinstance(now, list | None):
            yield f"{inner}: {_counted(was or [], now or [])}"
        elif not values and inner not in _OPEN_WORDS:
            yield f"{inner}: " + ("new" if was is None else "taken out" if now is None else "changed")
        elif was is None:
            yield f"{inner}: {_short(now)}"
        elif now is None:
            yield f"{inner}: taken out"
        else:
            yield f"{inner}: {_short(was)} → {_short(now)}"


def _counted(was: list[Any], now: list[Any]) -> str:
    """``2 new``, ``1 taken out``; a line that reads differently is both."""
    before, after = Counter(map(repr, was)), Counter(map(repr, now))
    new, gone = (after - before).total(), (before - after).total()
    parts = [f"{new} new"] * bool(new) + [f"{gone} taken out"] * bool(gone)
    return ", ".join(parts) or "in another order"


def _short(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1].rstrip() + "…"
