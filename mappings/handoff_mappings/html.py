"""A brief as HTML, within a budget of characters. Used for Zendesk comments and HubSpot notes. Pure.

Only the tags p, br, strong, em, ul, li, a and blockquote are used, which both vendors keep; every text is escaped,
and the customer's words stand in a blockquote.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from handoff_mappings.brief import Brief, HeadLine, Item, Section
from handoff_mappings.text import cut, escape_html, html_link, one_line

LONGEST_HEAD_LINE: Final = 1_200
"""Characters of one head line after escaping, so that six of them always leave room for the rest."""
LONGEST_ITEM: Final = 1_500
"""Characters of one line of a section after escaping, once the whole does not fit."""
LARGEST_SECTION: Final = 0.2
"""Share of the budget that one section may take, once the whole does not fit."""
NOT_SHOWN: Final = "Not shown here for length"
REFERENCE: Final = "Handoff ref"


def brief_html(brief: Brief, budget: int, *, see: str, notes: Sequence[str] = ()) -> tuple[str, tuple[str, ...]]:
    """The brief in at most ``budget`` characters, and the names of what was shortened or left out.

    ``see`` says where all of it can be read (``the attached packet.json``). ``notes`` are further lines, in words,
    that the reader must know. Sections are shortened, then left out, from the least important up; each is named at
    the end. The last line is ``Handoff ref: <key>``.
    """
    top, shortened = _top(brief)
    end = _notes(notes) + _reference(brief.reference)
    room = budget - len(top) - len(end)
    return _with_sections(brief.sections, top, end, room, budget, see, shortened)


def news_html(
    brief: Brief, title: str, changes: Sequence[str], budget: int, *, key: str, see: str, notes: Sequence[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """A later note: what changed, then the head as it is now, then what stands above the fold."""
    head, shortened = _top(brief)
    end = _notes(notes) + _reference(key)
    heading = f"<p><strong>{escape_html(title)}</strong></p>" if title else ""
    # Hundreds of new promises at once must not push out the head.
    news, longer = _changes(changes, (budget - len(heading) - len(head) - len(end)) // 2)
    news = heading + news
    room = budget - len(news) - len(head) - len(end)
    sections = tuple(section for section in brief.sections if section.above_fold)
    if longer:
        shortened = (*shortened, "What changed")
    return _with_sections(sections, news + head, end, room, budget, see, shortened)


def line_html(text: str) -> str:
    """One paragraph of plain text."""
    return f"<p>{_lines(escape_html(text))}</p>"


def links_html(brief: Brief) -> str:
    """The records of the same case in other systems; empty without any."""
    if not brief.links:
        return ""
    links = "".join(f"<li>{html_link(link.url, link.label)}</li>" for link in brief.links)
    return f"<p><strong>The same case elsewhere</strong></p><ul>{links}</ul>"


def reference_html(key: str) -> str:
    """The last line of whatever carries ``key``."""
    return _reference(key)


def _top(brief: Brief) -> tuple[str, tuple[str, ...]]:
    """Banner, owner, the head, the lines below it and the links; and the labels of lines that had to be cut."""
    shortened: list[str] = []
    parts: list[str] = []
    if brief.banner:
        parts.append(f"<p><strong>{_escaped(brief.banner, LONGEST_HEAD_LINE)}</strong></p>")
        if len(escape_html(brief.banner)) > LONGEST_HEAD_LINE:
            shortened.append("Why it is held")
    if brief.approval_line:
        parts.append(f"<p><strong>{_escaped(brief.approval_line, LONGEST_HEAD_LINE)}</strong></p>")
        if len(escape_html(brief.approval_line)) > LONGEST_HEAD_LINE:
            shortened.append("Approval")
    mark = escape_html(f"{brief.symbol} [{brief.lane_label}]".lstrip())
    parts.append(f"<p><strong>{mark} {_escaped(brief.owner_line, LONGEST_ITEM)}</strong></p>")
    if brief.gap_line:
        parts.append(f"<p><em>{escape_html(brief.gap_line)}</em></p>")
    parts.append(_labelled(brief.head, shortened))
    if brief.below:
        parts.append(_labelled(brief.below, shortened))
    if brief.acknowledge_line:
        parts.append(f"<p><em>{_escaped(brief.acknowledge_line, LONGEST_HEAD_LINE)}</em></p>")
    parts.append(links_html(brief))
    return "".join(parts), tuple(shortened)


def _labelled(lines: Sequence[HeadLine], shortened: list[str]) -> str:
    """One line for each answer under the other; the next step is set off, since it is what the reader came for."""
    shown: list[str] = []
    for line in lines:
        text = _escaped(line.text, LONGEST_HEAD_LINE)
        if len(escape_html(line.text)) > LONGEST_HEAD_LINE:
            shortened.append(line.label)
        label = escape_html(line.label)
        if line.url == line.text:
            shown.append(f"<strong>{label}:</strong> {html_link(line.url, line.url)}")
            continue
        opens = f" – {html_link(line.url, 'open')}" if line.url else ""
        strong = f"<strong>{label}: {text}</strong>" if line.id == "next" else f"<strong>{label}:</strong> {text}"
        shown.append(strong + opens)
    return f"<p>{'<br>'.join(shown)}</p>"


def _changes(changes: Sequence[str], room: int) -> tuple[str, bool]:
    """As many changes as fit, and whether one was cut or left out."""
    lines: list[str] = []
    cut_short = any(len(escape_html(change)) > LONGEST_HEAD_LINE for change in changes)
    for change in changes:
        line = f"<li>{_escaped(change, LONGEST_HEAD_LINE)}</li>"
        if sum(map(len, lines)) + len(line) > room:
            return f"<ul>{''.join(lines)}</ul>" if lines else "", True
        lines.append(line)
    return f"<ul>{''.join(lines)}</ul>" if lines else "", cut_short


def _with_sections(
    sections: Sequence[Section], top: str, end: str, room: int, budget: int, see: str, shortened: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    whole = [_section(section) for section in sections]
    if not shortened and sum(map(len, whole)) <= room:
        return top + "".join(whole) + end, ()
    every_name = (*shortened, *(section.title for section in sections))
    room -= len(_not_shown(every_name, see))
    parts: list[str] = []
    named = list(shortened)
    for section, text in zip(sections, whole, strict=True):
        largest = min(room, int(budget * LARGEST_SECTION))
        if len(text) > largest:
            named.append(section.title)
            text = _fitted(section, largest)
        parts.append(text)
        room -= len(text)
    shown = _not_shown(tuple(named), see) if named else ""
    return top + "".join(parts) + shown + end, tuple(named)


def _fitted(section: Section, limit: int) -> str:
    """As many lines of a section as fit, each cut in sight; empty when not even one does."""
    items: list[Item] = []
    text = ""
    for item in section.items:
        shorter = Item(_plain_cut(item.text, LONGEST_ITEM), _plain_cut(item.note, 200), item.by_customer, item.url)
        longer = _section(Section(section.id, section.title, (*items, shorter), section.above_fold, section.warning))
        if len(longer) > limit:
            break
        items.append(shorter)
        text = longer
    return text


def _section(section: Section) -> str:
    mark = "⚠ " if section.warning else ""
    parts = [f"<p><strong>{mark}{escape_html(section.title)}</strong></p>"]
    for quoted, items in groupby(section.items, key=lambda item: item.by_customer):
        if quoted:
            parts += [_quotation(item) for item in items]
        else:
            parts.append("<ul>" + "".join(f"<li>{_item(item)}</li>" for item in items) + "</ul>")
    return "".join(parts)


def _item(item: Item) -> str:
    text = html_link(item.url, item.text) if item.url else _lines(escape_html(item.text))
    return f"{text} <em>({escape_html(one_line(item.note))})</em>" if item.note else text


def _quotation(item: Item) -> str:
    note = f"<p><em>{escape_html(one_line(item.note))}:</em></p>" if item.note else ""
    return f"{note}<blockquote>{_lines(escape_html(item.text))}</blockquote>"


def _notes(notes: Sequence[str]) -> str:
    return "".join(f"<p><em>{_escaped(note, LONGEST_ITEM)}</em></p>" for note in notes)


def _not_shown(names: tuple[str, ...], see: str) -> str:
    words = ", ".join(dict.fromkeys(names))
    return f"<p><em>{NOT_SHOWN}, in part or whole: {escape_html(words)}. See {escape_html(see)}.</em></p>"


def _reference(key: str) -> str:
    return f"<p><em>{REFERENCE}: {escape_html(key)}</em></p>"


def _lines(escaped: str) -> str:
    return escaped.strip().replace("\n", "<br>")


def _escaped(text: str, limit: int) -> str:
    return escape_html(_plain_cut(one_line(text), limit))


def _plain_cut(text: str, limit: int) -> str:
    """The text, cut so that it takes at most ``limit`` characters once it is escaped."""
    if len(text) * 6 <= limit or len(escape_html(text)) <= limit:  # the longest entity is &quot;
        return text
    length = 0
    for index, character in enumerate(text):
        length += len(escape_html(character)) if character in "&<>\"'" else (4 if character == "\n" else 1)
        if length > limit - 1:
            return cut(text, index)
    return text
