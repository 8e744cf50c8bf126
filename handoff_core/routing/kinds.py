"""Kinds of packets: everything by which rules and owners tell one packet from another.

Values that nobody mentions are one value, "another": nothing tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import product

from handoff_core.packet.enums import Channel, Complexity, Lane, Nature, Reason, UrgencyLevel
from handoff_core.routing.boxes import Box
from handoff_core.routing.duty import Duty, Staff
from handoff_core.routing.hours import WeekHours
from handoff_core.routing.match import folded, language_tag
from handoff_core.routing.moments import moments
from handoff_core.routing.settings import RoutingSettings, When

OTHER = "another"
NONE = "none"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing that is looked at, and its values; value number n is bit n."""

    name: str
    values: tuple[str, ...]

    @property
    def all(self) -> int:
        """Every value."""
        return (1 << len(self.values)) - 1

    def mask(self, chosen: Callable[[str], bool]) -> int:
        """The values that are chosen."""
        return sum(1 << place for place, value in enumerate(self.values) if chosen(value))


class Kinds:
    """Every kind of packet that one configuration tells apart."""

    def __init__(self, settings: RoutingSettings, staff: Staff, hours: WeekHours | None, now: datetime) -> None:
        whens = [rule.when for rule in settings.rules]
        self._staff = staff
        self._moments = moments(hours, (duty.hours for duty in staff.duties.values() if duty.hours is not None), now)
        languages = [language for when in whens for language in when.language or ()]
        languages += [language for duty in staff.duties.values() for language in duty.languages or ()]
        facts = sorted({name for when in whens for name in when.fact})
        self._axes = (
            Axis("lane", _words(Lane)),
            Axis("urgency", _words(UrgencyLevel)),
            Axis("reason", _words(Reason)),
            Axis("channel", (*_words(Channel), NONE)),
            Axis("nature", (*_words(Nature), NONE)),
            Axis("complexity", (*_words(Complexity), NONE)),
            Axis("issue type", _open(folded(text) for when in whens for text in when.issue_type or ())),
            Axis("language", (*_open(language_tag(text) for text in languages), NONE)),
            Axis("time", tuple(str(place) for place in range(len(self._moments)))),
            *(
                Axis(f"fact {name}", _open(folded(text) for when in whens for text in when.fact.get(name, ())))
                for name in facts
            ),
        )
        self._place = {axis.name: place for place, axis in enumerate(self._axes)}
        self.every: Box = tuple(axis.all for axis in self._axes)

    def matched(self, when: When) -> Box:
        """Every kind of packet that a rule matches, whatever rules stand before it. Of several values of one fact
        that a packet may have, one that matches is enough; so one value at a time tells all."""
        wanted: dict[str, Callable[[str], bool]] = {
            name: _among(values)
            for name, values in (
                ("lane", when.lane),
                ("urgency", when.urgency),
                ("reason", when.reason),
                ("channel", when.channel),
                ("nature", when.nature),
                ("complexity", when.complexity),
                ("issue type", when.issue_type and [folded(text) for text in when.issue_type]),
                *((f"fact {name}", [folded(text) for text in values]) for name, values in when.fact.items()),
            )
            if values is not None
        }
        if when.language is not None:
            tags = [language_tag(text) for text in when.language]
            wanted["language"] = lambda value: any(value == tag or value.startswith(f"{tag}-") for tag in tags)
        if when.within_hours is not None:
            inside = when.within_hours
            wanted["time"] = lambda value: self._moments[int(value)].open is inside
        return tuple(axis.mask(wanted[axis.name]) if axis.name in wanted else axis.all for axis in self._axes)

    def for_nobody(self, asked: Sequence[str]) -> Iterator[tuple[Box, str]]:
        """The kinds that none of these owners can take, each with why in words."""
        duties = [self._staff.duties[one] for one in asked if one in self._staff.duties]
        if len(duties) < len(asked):
            return
        # An owner without limits of a kind can never be passed over for it.
        times: Iterable[int | None] = range(len(self._moments)) if any(one.hours for one in duties) else (None,)
        spoken = self._axes[self._place["language"]].values
        languages: Iterable[str | None] = spoken if any(one.languages for one in duties) else (None,)
        ranks = sorted(set(self._staff.levels.ranks.values())) if any(one.level is not None for one in duties) else ()
        for time, language, needed in product(times, languages, (None, *ranks)):
            why = []
            for one in duties:
                said = self._objection(one, time, language, needed)
                if said is None:
                    break
                why.append(f"{one.name} ({said})")
            else:
                yield from ((box, ", ".join(why)) for box in self._boxes(time, language, needed))

    def words(self, box: Box) -> str:
        """One kind of packet of a box, by what matters of it: ``those with lane sales, at a time such as …``."""
        parts, when = [], ""
        for axis, mask in zip(self._axes, box, strict=True):
            if mask == axis.all:
                continue
            value = axis.values[(mask & -mask).bit_length() - 1]
            if axis.name == "time":
                when = self._time_words(int(value))
            else:
                parts.append(f"{axis.name} {value}")
        if not parts:
            return f"those that come {when}" if when else "any of them"
        return f"those with {', '.join(parts)}" + (f", {when}" if when else "")

    def _objection(self, duty: Duty, time: int | None, language: str | None, needed: int | None) -> str | None:
        if time is not None and duty.hours is not None and not duty.hours.contain(self._moments[time].at):
            return "off duty"
        if not duty.speaks(None if language == NONE else language):
            return f"speaks {', '.join(duty.languages or ())}"
        if not duty.reaches(needed):
            return f"level {duty.level_name}" + (f", not {self._staff.levels.name(needed)}" if needed else "")
        return None

    def _boxes(self, time: int | None, language: str | None, needed: int | None) -> Iterator[Box]:
        """The kinds of one time and language that need at least this level: by complexity, or by reason."""
        box = list(self.every)
        if time is not None:
            box[self._place["time"]] = 1 << time
        if language is not None:
            place = self._place["language"]
            box[place] = self._axes[place].mask(lambda value: value == language)
        if needed is None:
            yield tuple(box)
            return
        for name in ("complexity", "reason"):
            place = self._place[name]
            mask = self._axes[place].mask(lambda value: self._staff.levels.ranks.get(value, needed - 1) >= needed)
            if mask:
                yield (*box[:place], mask, *box[place + 1 :])

    def _time_words(self, place: int) -> str:
        at = self._moments[place].at
        return f"at a time such as {_DAYS[at.weekday()]} {at:%Y-%m-%d %H:%M} {at.tzname() or ''}".rstrip()


def _words(kind: type[StrEnum]) -> tuple[str, ...]:
    return tuple(one.value for one in kind)


def _open(values: Iterable[str]) -> tuple[str, ...]:
    """The values that are mentioned, and all others as one."""
    return (*sorted(set(values)), OTHER)


def _among(values: Collection[str]) -> Callable[[str], bool]:
    return lambda value: value in values
