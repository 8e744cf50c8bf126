"""What an owner can be asked: when he is there, what he speaks, how far his authority goes.

What an owner's table does not say does not limit him.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from handoff_core.packet import Packet
from handoff_core.routing.days import Days
from handoff_core.routing.hours import EVERY_HOUR, WeekHours

SOON = timedelta(days=60)
"""An owner who is back later than this is off duty without a date."""


@dataclass(frozen=True, slots=True)
class Duty:
    """The limits of one owner. ``hours`` None: at any time. ``level`` None: anything; else the higher, the more."""

    name: str
    hours: WeekHours | None = None
    languages: tuple[str, ...] | None = None
    level: int | None = None
    level_name: str = ""

    def off_duty(self, now: datetime) -> str | None:
        """In words, that he is not there at a moment and when he is back; None while he is there."""
        if self.hours is None or self.hours.contain(now):
            return None
        back = self.hours.opens_at(now)
        return "off duty" if back is None or back - now > SOON else f"off duty until {_when(back)}"

    def speaks(self, language: str | None) -> bool:
        """Whether he speaks a language, whatever its region: ``en-US`` serves ``en-GB``. None is no language."""
        if self.languages is None or language is None or not language.strip():
            return True
        return primary(language) in {primary(one) for one in self.languages}

    def reaches(self, level: int | None) -> bool:
        """Whether his level is at least this one."""
        return self.level is None or level is None or self.level >= level


def primary(language: str) -> str:
    """The language itself of a tag such as ``pt-BR``."""
    return language.strip().replace("_", "-").partition("-")[0].casefold()


@dataclass(frozen=True, slots=True)
class Levels:
    """Which level what needs: by complexity and by reason of the escalation, in one order."""

    ranks: Mapping[str, int] = field(default_factory=dict)
    """The rank of each need (``high``, ``needs_authority``) that asks for one."""
    names: Mapping[int, str] = field(default_factory=dict)

    def needed(self, packet: Packet) -> int | None:
        """The rank that a packet needs; None when any will do."""
        if not self.ranks:
            return None
        complexity = packet.classification.complexity if packet.classification else None
        found = [self.ranks.get(need) for need in (complexity, packet.escalation.reason) if need is not None]
        return max((rank for rank in found if rank is not None), default=None)

    def name(self, rank: int) -> str:
        """A rank as the configuration writes it."""
        return self.names.get(rank, str(rank))


ANY_LEVEL = Levels()


@dataclass(frozen=True, slots=True)
class Staff:
    """Every owner's limits by id, and what the levels are needed for."""

    duties: Mapping[str, Duty] = field(default_factory=dict)
    levels: Levels = ANY_LEVEL

    def objection(self, owner_id: str, packet: Packet, now: datetime, *, hours_only: bool = False) -> str | None:
        """In words, why an owner is passed over for a packet now; None when he is the right one."""
        duty = self.duties.get(owner_id)
        if duty is None:
            return None
        if (off := duty.off_duty(now)) is not None:
            return off
        return None if hours_only else self.unfit(owner_id, packet)

    def unfit(self, owner_id: str, packet: Packet) -> str | None:
        """In words, why an owner can take a packet at no time, on duty or not; None when he can."""
        duty = self.duties.get(owner_id)
        if duty is None:
            return None
        language = packet.customer.language if packet.customer else None
        if not duty.speaks(language):
            return f"speaks {', '.join(duty.languages or ())}, not {(language or '').strip()}"
        needed = self.levels.needed(packet)
        if not duty.reaches(needed):
            assert needed is not None
            return f"level {duty.level_name}, {self.levels.name(needed)} is needed"
        return None

    def name(self, owner_id: str) -> str:
        """An owner's name, else his id."""
        duty = self.duties.get(owner_id)
        return duty.name if duty is not None else owner_id


NOBODY_LIMITED = Staff()


def hours_of(
    own: WeekHours | None, zone: tzinfo, away: Days, holidays: Days, *, works_holidays: bool
) -> WeekHours | None:
    """When an owner is there: his hours but for the days off and the holidays of the business; None = at any time.

    Somebody without hours of his own is there on holidays too, or nobody would be.
    """
    closed = away
    if own is not None and not works_holidays:
        closed = Days((*away.ranges, *holidays.ranges), (*away.yearly, *holidays.yearly))
    if own is None and not closed:
        return None
    return WeekHours(own.week if own is not None else EVERY_HOUR, own.zone if own is not None else zone, closed)


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _when(moment: datetime) -> str:
    """``Mon 23 Nov, 08:00 CST``, whatever the language of this machine."""
    day = f"{_WEEKDAYS[moment.weekday()]} {moment.day} {_MONTHS[moment.month - 1]}"
    return f"{day}, {moment.hour:02d}:{moment.minute:02d} {moment.tzname() or ''}".rstrip()
