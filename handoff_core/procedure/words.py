"""Names and figures of a configuration in the words of its readers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from handoff_core.packet.details import DETAILS_BY_LANE
from handoff_core.packet.enums import Lane
from handoff_core.packet.shape import fields_of
from handoff_core.privacy.fields import WITHHOLDABLE

CASES: Final[Mapping[Lane, str]] = {
    Lane.SUPPORT: "support",
    Lane.SALES: "sales",
    Lane.OWNER_ESCALATION: "decision for the owner",
    Lane.INTERNAL_TASK: "internal task",
    Lane.OUTBOUND_REPLY: "reply to approve",
    Lane.BOOKING: "booking",
    Lane.CONTENT: "content",
}
"""Each lane as one kind of case."""
_UNITS: Final = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
_YEARLY: Final = re.compile(r"\d{2}-\d{2}")
_DAYS: Final = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}


def span(seconds: float) -> str:
    """A duration as it is said: 5400 → ``90 minutes``, 86400 → ``1 day``."""
    for name, size in _UNITS:
        if seconds >= size and seconds % size == 0:
            count = int(seconds // size)
            return f"{count} {name}{'' if count == 1 else 's'}"
    return f"{seconds:g} seconds"


def listed(words: Iterable[str], last: str = "and") -> str:
    """``a, b and c``."""
    names = list(words)
    return " ".join((", ".join(names[:-1]), last, names[-1])) if len(names) > 1 else "".join(names)


def plain(word: str) -> str:
    """A word of a closed list as it is said: ``needs_authority`` → ``needs authority``."""
    return word.replace("_", " ")


def field(path: str, lane: Lane | None = None) -> str:
    """A packet's field in words: ``customer.phone`` → ``the customer's phone number``; ``lane``: whose details."""
    bare = path.partition("|")[0].strip()
    group, _, name = bare.rpartition(".")
    if bare in WITHHOLDABLE:
        return WITHHOLDABLE[bare]
    if group == "details":
        lanes = [lane] if lane is not None else list(Lane)
        said = next((found for one in lanes if (found := _description(one, name))), plain(name))
        return f"{said[:1].lower()}{said[1:]}".rstrip(".")
    if group == "facts":
        return f"the fact {plain(name)}"
    return f"the {plain(name)} of the {plain(group.replace('.', ' '))}" if group else f"the {plain(name)}"


def _description(lane: Lane, name: str) -> str:
    fields = fields_of(DETAILS_BY_LANE[lane])
    return fields[name].description or "" if name in fields else ""


def hours(table: Mapping[str, object]) -> str:
    """Hours as the file has them, in words: ``Monday to Friday 08:00-18:00; Saturday 09:00-13:00``."""
    parts = []
    for key, value in table.items():
        spans = value if isinstance(value, list) else [value]
        days = " to ".join(_DAYS[day] for day in key.lower().split("-"))
        parts.append(f"{days} {listed(str(one) for one in spans)}")
    return "; ".join(parts)


def days(written: object) -> str:
    """Days off as the file has them, in words: ``2026-12-24 to 2027-01-01 and every 07-04``."""
    each = written if isinstance(written, list | tuple) else [written]
    return listed(_day(str(one)) for one in each)


def _day(text: str) -> str:
    first, _, last = text.partition("/")
    every = "every " if _YEARLY.fullmatch(first) else ""
    return f"{every}{first} to {last}" if last else f"{every}{first}"
