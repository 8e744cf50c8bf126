"""What a brief is made of: one model that each destination renders in its own way."""

from __future__ import annotations

from dataclasses import dataclass

from handoff_core.connector import SiblingLink


@dataclass(frozen=True, slots=True)
class Item:
    """One line. Texts are cleaned, not escaped.

    ``note`` is a short label shown in brackets (source, outcome, time). ``by_customer``: the customer's own words
    or words meant for the customer: shown as a quotation. ``url``: http(s) address that belongs to the line.
    """

    text: str
    note: str = ""
    by_customer: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A titled list. ``above_fold``: shown before everything that a reader may skip. ``warning``: set off visibly."""

    id: str
    title: str
    items: tuple[Item, ...]
    above_fold: bool = False
    warning: bool = False


@dataclass(frozen=True, slots=True)
class HeadLine:
    """One of the six questions and its answer. ``url`` opens what the answer names."""

    label: str
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a reader should know, the most important first.

    ``lane_label`` is ``SUPPORT``, ``title`` ``[SUPPORT] summary`` with ``HELD: `` before it when held; ``headline``
    is the summary alone. ``banner`` is empty unless held. ``head`` holds Who, What, Why, When, Where, Next.
    ``sections`` stand in the order of reading, those above the fold first; the least important are last.
    ``acknowledge_line`` says what happens if nobody answers. ``closed``: nothing is left to do.
    """

    lane_label: str
    headline: str
    title: str
    banner: str
    head: tuple[HeadLine, ...]
    owner_line: str
    urgency_line: str
    sections: tuple[Section, ...]
    links: tuple[SiblingLink, ...]
    open_first: Item | None
    opening_line: str
    reference: str
    acknowledge_line: str = ""
    closed: bool = False

    def section(self, section_id: str) -> Section | None:
        """The section with this id, or None when it has nothing to say."""
        return next((one for one in self.sections if one.id == section_id), None)
