"""What a brief is made of: one model that each destination renders in its own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from handoff_core.connector import SiblingLink


# Tens of them are made for every record of every delivery, and a tuple is made in half the time of a frozen dataclass.
class Item(NamedTuple):
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


class HeadLine(NamedTuple):
    """One labelled answer. ``id``: which line of the style it is. ``url`` opens what the answer names.

    ``uncut``: the whole answer, when ``text`` had to be cut to be read in time; it then stands in the section
    ``in_full`` too. ``whole``: the answer with everything that belongs to it, to see whether something changed.
    """

    label: str
    text: str
    url: str | None = None
    id: str = ""
    uncut: str = ""
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """All that a reader should know, the most important first, laid out by the lane's style.

    ``lane_label`` is the lane's mark (``SUPPORT``), ``title`` ``[SUPPORT] summary`` with ``HELD: `` before it when
    held; ``headline`` is the summary alone; ``symbol`` an emoji, or empty. ``banner`` is empty unless held. ``head``
    answers who, what, why, when, where and next in the style's order, to be read in its seconds; ``below`` holds the
    lane's own lines, shown right below. ``sections`` stand in the order of reading, those above the fold first; the
    least important are last. ``acknowledge_line`` says what happens if nobody answers. ``closed``: nothing is left
    to do. ``left_out``: in words, what the house style does not show.
    ``approval_line`` says whether the draft of a reply may be sent; empty where there is none.
    ``gap_line`` says in a few words what a reader could not answer; the section ``gaps`` says it in full.
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
    symbol: str = ""
    owner_label: str = "Owner"
    below: tuple[HeadLine, ...] = ()
    left_out: tuple[str, ...] = ()
    approval_line: str = ""
    gap_line: str = ""

    def line(self, line_id: str) -> HeadLine:
        """The line of the head with this id. KeyError for one that the style does not have there."""
        for one in self.head:
            if one.id == line_id:
                return one
        raise KeyError(line_id)

    def section(self, section_id: str) -> Section | None:
        """The section with this id, or None when it has nothing to say."""
        return next((one for one in self.sections if one.id == section_id), None)
