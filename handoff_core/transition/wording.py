"""The sentences of an announcement, in English, one table each. Other languages are made from the announcement's parts.

Each sentence stays true whoever takes the case and whatever becomes of it: it says what was done and what is planned,
never that something is settled, approved or sure to happen at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from handoff_core.packet.enums import Lane, Reason

if TYPE_CHECKING:
    from handoff_core.transition.wait import Wait

LANGUAGE: Final = "en"
REASONS: Final[Mapping[Reason, str]] = {
    Reason.EXPLICIT_REQUEST: "You asked for a person.",
    Reason.BEYOND_SCOPE: "This needs something that I cannot do myself.",
    Reason.LOW_CONFIDENCE: "I am not sure enough of the right answer, and do not want to guess.",
    Reason.HIGH_STAKES: "This matters too much to leave it to an automatic assistant.",
    Reason.EMOTION: "This deserves a person's attention.",
    Reason.NEEDS_AUTHORITY: "This needs a decision that I may not make.",
    Reason.POLICY: "With us, a person looks after matters of this kind.",
    Reason.QUALIFIED_LEAD: "A person can talk your plans through with you.",
    Reason.SCHEDULED: "This is the point at which a person takes over.",
    Reason.OTHER: "A person can help you better with this.",
}
NEXT_STEPS: Final[Mapping[Lane, str]] = {
    Lane.SUPPORT: "The next step is that they look into your problem.",
    Lane.SALES: "The next step is that they look at what you are looking for and answer your questions.",
    Lane.OWNER_ESCALATION: "The next step is that they look at your request and decide.",
    Lane.OUTBOUND_REPLY: "The next step is that they look at the answer before anything is sent to you.",
    Lane.BOOKING: "The next step is that they check the time; until they confirm it, nothing is booked.",
    Lane.INTERNAL_TASK: "The next step is that they look at it.",
    Lane.CONTENT: "The next step is that they look at it.",
}
AFTER_ATTEMPTS: Final = "The next step is that they look into your problem, with what was tried already."
GOES_WITH_IT: Final = "What you told me goes with it, so that you should not have to say it again."
NO_CONTACT: Final = "They are told that you do not want to be contacted."
HELD: Final = "Somebody has to go through my notes first."
UNKNOWN_WAIT: Final = "I cannot say how long it will take."
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_HOUR = 3_600.0
_LONG = 100 * 60.0
"""Seconds from which a range is told in hours."""


def handing_over(business: str, owner: str | None, *, team: bool) -> str:
    """Who takes over; nobody is named where that is not sure."""
    if owner is None:
        return f"I am handing this over to a person at {business}."
    return f"I am handing this over to a person at {business}{f' ({owner})' if team else f', {owner}'}."


def wait_words(wait: Wait) -> str:
    """What it took before: a report of the past, no promise."""
    when = "at this time of the day" if wait.same_hour else "at times like this"
    return f"Lately, {when}, it mostly took {range_words(wait.low, wait.high)}."


def range_words(low: float, high: float) -> str:
    """``up to 5 minutes``, ``4 to 15 minutes``, ``2 to 3 hours``, ``20 minutes to 3 hours``."""
    small, unit = _amount(low)
    large, other = _amount(high, up=True)
    if small == 0 or (small, unit) == (large, other):
        return f"up to {_many(large, other)}"
    return f"{small} to {_many(large, other)}" if unit == other else f"{_many(small, unit)} to {_many(large, other)}"


def closed_words(opens: datetime | None, now: datetime) -> str:
    """That nobody is there now, and since when again; ``opens`` and ``now`` on the business's clock."""
    if opens is None:
        return "We are closed now. " + UNKNOWN_WAIT
    return f"We are closed now and open again {_moment(opens, now)}. I cannot say how long it takes from then on."


def closing_words(closes: datetime, opens: datetime | None, now: datetime) -> str:
    """That the end of the business hours may come first."""
    then = f"; what is not taken up by then is taken up {_moment(opens, now)}" if opens is not None else ""
    return f"We close at {closes:%H:%M}{then}."


def prepare_words(seconds: float) -> str:
    """Why the customer is not connected at once."""
    return f"Before you are connected they get {range_words(0, seconds)} to read it."


def day_words(moment: datetime) -> str:
    """``3 November``."""
    return f"{moment.day} {_MONTHS[moment.month - 1]}"


def _moment(moment: datetime, now: datetime) -> str:
    zone = moment.tzname() or ""
    clock = f"at {moment:%H:%M}{f' ({zone})' if zone else ''}"
    if moment.date() == now.date():
        return f"today {clock}"
    if moment.date() == now.date() + timedelta(days=1):
        return f"tomorrow {clock}"
    return f"on {_DAYS[moment.weekday()]}, {day_words(moment)}, {clock}"


def _amount(seconds: float, *, up: bool = False) -> tuple[int, str]:
    length, unit = (_HOUR, "hour") if seconds >= _LONG else (60.0, "minute")
    whole = int(seconds // length)
    return whole + (1 if up and seconds % length else 0), unit


def _many(count: int, unit: str) -> str:
    return f"{count} {unit}{'' if count == 1 else 's'}"
