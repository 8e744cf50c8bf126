"""The brief as plain text, for the multi-line field that is rewritten in place."""

from __future__ import annotations

from collections.abc import Sequence

from handoff_mappings.brief import Brief, HeadLine, Item, Section
from handoff_mappings.html import NOT_SHOWN, REFERENCE
from handoff_mappings.text import cut, one_line

LONGEST_LINE = 1_000
"""Characters of a head line or of an item, once the whole does not fit."""


def brief_text(brief: Brief, limit: int, *, see: str, notes: Sequence[str] = ()) -> tuple[str, tuple[str, ...]]:
    """The brief in at most ``limit`` characters, and the names of what was shortened or left out.

    Sections are left out from the least important up; ``see`` says where all of it can be read.
    """
    end = [*notes, f"{REFERENCE}: {brief.reference}"]
    whole = "\n".join([*_top(brief), *(line for section in brief.sections for line in _section(section)), "", *end])
    if len(whole) <= limit:
        return whole, ()
    top = [cut(line, LONGEST_LINE) for line in _top(brief)]
    named = tuple(line.label for line in (*brief.head, *brief.below) if len(line.text) > LONGEST_LINE)
    end = [cut(line, LONGEST_LINE) for line in end]
    every = [*named, *(section.title for section in brief.sections)]
    room = limit - len("\n".join([*top, *end])) - len(_not_shown(every, see)) - 4
    lines: list[str] = []
    left_out = list(named)
    for section in brief.sections:
        text = _section(section)
        if sum(map(len, text)) + len(text) > min(room, limit // 5):
            left_out.append(section.title)
            text = _fitted(section, min(room, limit // 5))
        lines += text
        room -= sum(map(len, text)) + len(text)
    if left_out:
        end.insert(0, _not_shown(left_out, see))
    return "\n".join([*top, *lines, "", *end]), tuple(left_out)


def links_text(brief: Brief) -> str:
    """The sibling records on one line: ``HubSpot: https://… | Slack: https://…``."""
    return " | ".join(f"{one_line(link.label)}: {link.url}" for link in brief.links)


def _top(brief: Brief) -> list[str]:
    lines = [one_line(line) for line in (brief.banner, brief.approval_line) if line]
    lines += [f"[{brief.lane_label}] {brief.owner_line}"]
    lines += [brief.gap_line] if brief.gap_line else []
    lines += [_line(line) for line in brief.head]
    if brief.below:
        lines += ["", *(_line(line) for line in brief.below), ""]
    lines += [brief.acknowledge_line] if brief.acknowledge_line else []
    lines += [f"The same case elsewhere: {links_text(brief)}"] if brief.links else []
    return lines


def _line(line: HeadLine) -> str:
    return f"{line.label}: {line.text}" + (f" – {line.url}" if line.url and line.url != line.text else "")


def _section(section: Section) -> list[str]:
    return ["", f"{section.title.upper()}{' (!)' if section.warning else ''}", *(_item(item) for item in section.items)]


def _fitted(section: Section, room: int) -> list[str]:
    lines: list[str] = []
    for item in section.items:
        shorter = Item(cut(item.text, LONGEST_LINE), cut(item.note, 200), item.by_customer, item.url)
        longer = _section(Section(section.id, section.title, (shorter,), warning=section.warning))
        added = longer if not lines else longer[2:]
        if sum(map(len, [*lines, *added])) + len(lines) + len(added) > room:
            break
        lines += added
    return lines


def _item(item: Item) -> str:
    mark = "> " if item.by_customer else "- "
    text = item.text.strip().replace("\n", f"\n{mark if item.by_customer else '  '}")
    note = f" ({one_line(item.note)})" if item.note else ""
    return f"{mark}{text}{note}" + (f" {item.url}" if item.url else "")


def _not_shown(names: Sequence[str], see: str) -> str:
    return f"{NOT_SHOWN}, in part or whole: {', '.join(dict.fromkeys(names))}. See {see}."
