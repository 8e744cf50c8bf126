"""Text that Zendesk must not take for a placeholder.

Zendesk replaces ``{{dc.name}}`` in a subject when it is shown (API reference, Tickets, ``raw_subject``: "the dynamic
content placeholder, if present", 2026-11), and ``{{ticket.…}}`` and Liquid tags in what an agent writes (Zendesk help
4408886858138, placeholders reference, 2026-11). No source says that a comment made through the API is left alone. So
a customer's ``{{current_user.email}}`` could be filled in, and a brief that Zendesk has rewritten would look like a
person's edit. A space between the two signs is seen by the reader and means nothing to Liquid.
"""

from __future__ import annotations

import re
from dataclasses import replace
from operator import is_
from typing import Final

from handoff_mappings.brief import Brief, HeadLine, Item, Section

# Braces around a bare sum name nothing, so they stay as they were written: {{7*7}}.
_OPENING: Final = re.compile(r"(?P<harmless>\{\{[\d\s.+*/()-]{1,100}\}\})|\{(?=[{%])")


def disarmed(text: str) -> str:
    """The text with every ``{{`` and ``{%`` parted by a space, so that Zendesk fills in nothing."""
    if "{{" not in text and "{%" not in text:
        return text
    return _OPENING.sub(lambda match: match["harmless"] or "{ ", text)


def disarmed_brief(brief: Brief) -> Brief:
    """The brief with all its texts disarmed; addresses hold no braces (``safe_link``), so they stay."""
    return replace(
        brief,
        headline=disarmed(brief.headline),
        title=disarmed(brief.title),
        banner=disarmed(brief.banner),
        lane_label=disarmed(brief.lane_label),
        head=tuple(_line(line) for line in brief.head),
        below=tuple(_line(line) for line in brief.below),
        owner_line=disarmed(brief.owner_line),
        urgency_line=disarmed(brief.urgency_line),
        sections=tuple(_section(section) for section in brief.sections),
        open_first=_item(brief.open_first) if brief.open_first is not None else None,
        opening_line=disarmed(brief.opening_line),
        acknowledge_line=disarmed(brief.acknowledge_line),
        approval_line=disarmed(brief.approval_line),
    )


def _line(line: HeadLine) -> HeadLine:
    label, text = disarmed(line.label), disarmed(line.text)
    if label is line.label and text is line.text:
        return line
    return line._replace(label=label, text=text, uncut=disarmed(line.uncut), whole=disarmed(line.whole))


def _section(section: Section) -> Section:
    title, items = disarmed(section.title), tuple(_item(item) for item in section.items)
    same = title is section.title and all(map(is_, items, section.items))
    return section if same else replace(section, title=title, items=items)


def _item(item: Item) -> Item:
    text, note = disarmed(item.text), disarmed(item.note)
    return item if text is item.text and note is item.note else item._replace(text=text, note=note)
