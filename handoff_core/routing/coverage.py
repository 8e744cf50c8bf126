"""Proves that every possible packet has an owner who can take it, or names a kind of packet that has not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from handoff_core.routing.boxes import Box, Budget, Undecided, beside, meet
from handoff_core.routing.duty import Staff
from handoff_core.routing.hours import WeekHours
from handoff_core.routing.kinds import Kinds
from handoff_core.routing.settings import RoutingSettings

MOST_COMPARED = 1_000_000
"""Boxes that are compared for one configuration: about a second's work. Two hundred rules take a tenth of it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A kind of packet that nobody who would be asked can take, so that the fallback owner has it all the same."""

    rule: int | None
    """The number of the rule that matches; None when none does."""
    packet: str
    """The kind in words: those with …, those that come …, any of them."""
    why: str
    """In words, why each of those who would be asked cannot take it."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What can be said of a configuration's rules. Numbers of rules count from 0."""

    never: tuple[int, ...]
    """Rules that can never match, because earlier ones take all that they look for."""
    gaps: tuple[Gap, ...]
    """At most one for each rule, and one for packets that no rule matches."""
    unused: tuple[str, ...]
    """Owners whom no rule names and who are not the fallback: only a packet that names them reaches them."""
    undecided: tuple[int, ...] = ()
    """Rules too entangled with earlier ones to say anything of them."""


def cover(
    settings: RoutingSettings,
    staff: Staff,
    *,
    owners: Sequence[str],
    now: datetime,
    hours: WeekHours | None = None,
    budget: int = MOST_COMPARED,
) -> Coverage:
    """Judge the rules of one business, for the year that begins with ``now`` (aware)."""
    kinds = Kinds(settings, staff, hours, now)
    judge = _Judge(settings, kinds, Budget(budget))
    never: list[int] = []
    gaps: list[Gap] = []
    undecided: list[int] = []
    for number in range(len(settings.rules)):
        try:
            if not judge.can_match(number):
                never.append(number)
            elif (gap := judge.gap(number)) is not None:
                gaps.append(gap)
        except Undecided:
            undecided.append(number)
    try:
        rest = judge.gap(None)
        gaps += [] if rest is None else [rest]
    except Undecided:
        pass  # the rules that made it so are named
    named = {settings.fallback, *(name for rule in settings.rules for name in (rule.owner, *rule.then) if name)}
    return Coverage(tuple(never), tuple(gaps), tuple(one for one in owners if one not in named), tuple(undecided))


class _Judge:
    """Answers for one rule at a time, or for what no rule matches (number None)."""

    def __init__(self, settings: RoutingSettings, kinds: Kinds, budget: Budget) -> None:
        self._settings = settings
        self._kinds = kinds
        self._budget = budget
        self._boxes = [kinds.matched(rule.when) for rule in settings.rules]
        self._nobody: dict[tuple[str, ...], _Kept] = {}

    def can_match(self, number: int) -> bool:
        """Whether some packet reaches a rule."""
        box = self._boxes[number]
        return all(box) and beside(box, self._boxes[:number], self._budget) is not None

    def gap(self, number: int | None) -> Gap | None:
        """A kind of packet for which nobody is there who can take it; None when there is none."""
        box = self._kinds.every if number is None else self._boxes[number]
        before = self._boxes if number is None else self._boxes[:number]
        for nobody, why in self._for_nobody(number):
            self._budget.spend(1)
            both = meet(box, nobody)
            left = None if both is None else beside(both, before, self._budget)
            if left is not None:
                return Gap(number, self._kinds.words(left), why)
        return None

    def _for_nobody(self, number: int | None) -> Iterator[tuple[Box, str]]:
        fallback = self._settings.fallback
        rule = None if number is None else self._settings.rules[number]
        asked = (rule.owner or fallback, *rule.then) if rule is not None else ()
        every = tuple(dict.fromkeys((*asked, fallback)))
        if every not in self._nobody:
            self._nobody[every] = _Kept(self._kinds.for_nobody(every))
        return self._nobody[every].again()


class _Kept:
    """What an iterator gives, from its beginning each time, and never more of it than is asked for."""

    def __init__(self, source: Iterator[tuple[Box, str]]) -> None:
        self._source = source
        self._given: list[tuple[Box, str]] = []

    def again(self) -> Iterator[tuple[Box, str]]:
        """From the beginning."""
        place = 0
        while True:
            if place == len(self._given):
                following = next(self._source, None)
                if following is None:
                    return
                self._given.append(following)
            yield self._given[place]
            place += 1
