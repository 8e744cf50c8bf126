"""One lane's style, resolved: what a mapping looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from handoff_core.style.lines import line_labels
from handoff_core.style.reading import words_in
from handoff_core.style.sections import SECTIONS

READING_SECONDS = 10.0
"""How long the head of a record takes to read."""


@dataclass(frozen=True)
class LaneStyle:
    """How the records of a lane are laid out.

    ``mark`` stands in brackets in every title, ``symbol`` before it where a vendor shows one (Slack). ``head``: the
    lines of the head, in order; each of the six questions is among them. ``below``: lines right below the head, shown
    where the packet has something for them. ``above`` and ``order``: all sections, those above the fold first.
    ``labels``: what lines and sections are called, where it is not their usual name. ``most_items``: how many lines
    a section shows; the rest is counted, with the place where it can be read.
    """

    name: str
    mark: str
    symbol: str
    head: tuple[str, ...]
    below: tuple[str, ...]
    above: tuple[str, ...]
    order: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    hide: frozenset[str] = frozenset()
    most_items: Mapping[str, int] = field(default_factory=dict)
    reading_seconds: float = READING_SECONDS

    def label(self, line: str) -> str:
        """What a line is called."""
        return self.names[line]

    def title(self, section: str) -> str:
        """What a section is called."""
        return self.names[section]

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What every line and every section is called."""
        sections = {name: kind.title for name, kind in SECTIONS.items()}
        return {**line_labels(), **sections, **self.labels}

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The place of every section in the record."""
        return {name: place for place, name in enumerate((*self.above, *self.order))}

    @cached_property
    def fold(self) -> int:
        """How many sections can stand above the fold: those whose place is below this number."""
        return len(self.above)

    @cached_property
    def lines(self) -> frozenset[str]:
        """Every line that stands in the head or right below it."""
        return frozenset((*self.head, *self.below))

    @cached_property
    def head_words(self) -> int:
        """How many words the head may have."""
        return words_in(self.reading_seconds)
