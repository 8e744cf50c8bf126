"""The alert: what the owner must know at a glance, in one message of the channel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from handoff_core.connector import Payload, View
from handoff_core.packet.expression import Expression
from handoff_mappings.brief import Brief, HeadLine, Item, Section
from handoff_mappings.brief.approval import asked_by
from handoff_mappings.brief.head import taken_words
from handoff_mappings.brief.reading import TITLE
from handoff_mappings.slack import limits
from handoff_mappings.slack.blocks import actions, context, field_section, header, link_button, section
from handoff_mappings.slack.escape import link, mrkdwn, plain
from handoff_mappings.slack.fit import Piece, fitted, within_budget
from handoff_mappings.slack.lines import WARNING, fallback, owner_mention, plain_lines, section_text
from handoff_mappings.slack.message import ALERT, message_body
from handoff_mappings.slack.settings import SlackSettings

SUMMARY: Final = 1000
BANNER: Final = 500
FIELD: Final = 330
OWN_FIELD: Final = 160
NEXT: Final = 1000
SECTION: Final = 800
"""Room for each part, counted as JSON: together they stay below the budgets of a message in any usual case."""
NAMES: Final = 400
"""Room for the names of what stands in full in the thread only."""
BUTTONS: Final = 6
ADDRESSES: Final = 3000
"""Characters of all buttons' addresses together; what is beyond stands as a link in the thread."""
LINE: Final = 500
"""Characters of one part in the fallback text."""


@dataclass(frozen=True)
class Alert:
    """The payload, and what it could not show in full: sections that the brief in the thread begins with."""

    payload: Payload
    overflow: tuple[Section, ...]


def alert_of(view: View, brief: Brief, settings: SlackSettings, channel: str) -> Alert:
    """The alert of one packet."""
    overflow: list[Section] = []
    pieces = list(_pieces(view, brief, settings, overflow))
    blocks, dropped = within_budget(
        pieces, lambda names: context(f"Not shown here for length: {mrkdwn(', '.join(names))}; see the thread.")
    )
    overflow += [one.whole for one in dropped if one.whole is not None and one.whole not in overflow]
    shortened = tuple(f"{one.title}: not in full in the alert; see the thread" for one in overflow)
    told = view.told
    urgent = told is not None and (
        told.packet.urgency.level != view.packet.urgency.level or told.owner.id != view.owner.id
    )
    withheld = (*view.withheld, *brief.left_out, *shortened)
    body = message_body(channel, view.key, _fallback(view, brief), blocks)
    payload = Payload(ALERT, view.key, body, title=_title(brief), told=True, urgent=urgent, withheld=withheld)
    return Alert(payload, tuple(overflow))


def _first_lines(view: View, brief: Brief) -> list[tuple[str, str]]:
    """The head of the case as named lines for a fallback text."""
    lines = [("Title", _line(_title(brief)))]
    if brief.banner:
        lines.append(("Why it is held", _line(brief.banner)))
    if brief.approval_line:
        lines.append(("Approval", _line(brief.approval_line)))
    lines.append((brief.owner_label, f"{mrkdwn(brief.owner_label)}: {owner_mention(view.owner)}"))
    if view.acknowledged is not None:
        lines.append(("Taken", _line(taken_words(view))))
    lines += [(one.label, _line(f"{one.label}: {one.text}")) for one in brief.head if one.id != TITLE]
    lines += [(one.label, _line(f"{one.label}: {one.text}")) for one in brief.below]
    return lines


def _pieces(view: View, brief: Brief, settings: SlackSettings, overflow: list[Section]) -> Iterator[Piece]:
    title, cut = fitted(_title(brief), limits.HEADER_TEXT, plain)
    yield Piece("Title", (header(title),))
    if cut:
        yield Piece("Summary", (section(_shown("Summary", brief.headline, SUMMARY, overflow)),))
    if brief.banner:
        yield Piece("Why it is held", (section(WARNING + _shown("Why it is held", brief.banner, BANNER, overflow)),))
    if brief.approval_line:
        yield Piece("Approval", (section(_approval(view, brief, overflow)),))
    if brief.gap_line:
        yield Piece("Open questions", (context(mrkdwn(brief.gap_line)),))
    yield from _head(view, brief, overflow)
    if brief.below:
        whole = Section("below", "More at a glance", tuple(Item(f"{one.label}: {one.text}") for one in brief.below))
        texts = [_field(one, overflow) for one in brief.below]
        rows = tuple(
            field_section(texts[place : place + limits.SECTION_FIELDS])
            for place in range(0, len(texts), limits.SECTION_FIELDS)
        )
        yield Piece(whole.title, rows, weight=6, whole=whole)
    if own := list(_own_fields(view, settings)):
        yield _of_own_fields(own, overflow)
    for one in brief.sections:
        if one.above_fold:
            yield _of_section(one, _WEIGHTS.get(one.id, OTHER_WEIGHT), overflow)
    if wanted := _links(brief):
        yield from _of_links(wanted, overflow)
    if overflow:
        names = ", ".join(one.title for one in overflow)
        yield Piece("Cuts", (context(f"In full in the thread: {fitted(names, NAMES, mrkdwn)[0]}."),))
    yield Piece("Reference", (context(_reference(brief, taken=view.acknowledged is not None)),))


def _approval(view: View, brief: Brief, overflow: list[Section]) -> str:
    """The line of the approval; who has to act on it is mentioned."""
    words = _shown("Approval", brief.approval_line, BANNER, overflow)
    asked = asked_by(view)
    needs_mention = asked is not None and not brief.closed and asked.id != view.owner.id
    return f"{owner_mention(asked)}: {words}" if asked is not None and needs_mention else words


_WEIGHTS: Final = {
    "consent_denied": 0,
    "decisions_needed": 1,
    "gaps": 3,
    "must_not_change": 4,
    "operational": 5,
    "commitments": 7,
}
OTHER_WEIGHT: Final = 8
"""The sections above the fold, by how early they go to the thread when the message is too long."""


def _of_section(one: Section, weight: int, overflow: list[Section]) -> Piece:
    shown = section_text(one, SECTION)
    if shown.cut:
        overflow.append(one)
    return Piece(one.title, (section(shown.text),), weight=weight, whole=one)


def _of_own_fields(own: Sequence[tuple[str, str]], overflow: list[Section]) -> Piece:
    texts = [f"*{fitted(label, 60, mrkdwn)[0]}*\n{_shown(label, words, OWN_FIELD, overflow)}" for label, words in own]
    whole = Section("own_fields", "More", tuple(Item(f"{label}: {words}") for label, words in own))
    return Piece(whole.title, (field_section(texts),), weight=6, whole=whole)


def _head(view: View, brief: Brief, overflow: list[Section]) -> Iterator[Piece]:
    """The owner and the lines of the head in the style's order, one under the other; the next step stands alone."""
    taken = f" · {fitted(taken_words(view), FIELD, mrkdwn)[0]}" if view.acknowledged is not None else ""
    lines = [f"*{mrkdwn(brief.owner_label)}:* {owner_mention(view.owner)}{taken}"]
    for one in brief.head:
        if one.id == "next":
            if lines:
                yield Piece("At a glance", (section("\n".join(lines)),))
            lines = []
            label = "Last step" if brief.closed else one.label
            words = view.packet.next_action.text if brief.closed else one.text
            yield Piece(label, (section(f"▶ *{mrkdwn(label)}*\n{_shown(label, words, NEXT, overflow)}"),))
        elif one.id != TITLE:
            lines.append(f"*{mrkdwn(one.label)}:* {_shown(one.label, one.text, FIELD, overflow)}")
    if lines:
        yield Piece("At a glance", (section("\n".join(lines)),))


def _field(one: HeadLine, overflow: list[Section]) -> str:
    return f"*{mrkdwn(one.label)}*\n{_shown(one.label, one.text, FIELD, overflow)}"


def _own_fields(view: View, settings: SlackSettings) -> Iterator[tuple[str, str]]:
    for label, text in settings.fields.items():
        value = Expression.parse(text).evaluate(view.packet, view.links_by_destination)
        if value is not None and (words := _words(value).strip()):
            yield label, words


def _links(brief: Brief) -> list[tuple[str, str]]:
    first = brief.open_first
    wanted = [(f"Open first: {first.text}", first.url)] if first is not None and first.url is not None else []
    return wanted + [(f"Open in {one.label}", one.url) for one in brief.links]


def _of_links(wanted: Sequence[tuple[str, str]], overflow: list[Section]) -> Iterator[Piece]:
    left = ADDRESSES
    buttons = []
    for number, (words, url) in enumerate(wanted):
        button = link_button(f"open_{number}", words, url, primary=number == 0)
        if button is None or len(button["url"]) > left or number >= BUTTONS:
            overflow.append(Section(f"spare_link_{number}", f"Link {number + 1}", (Item(words, url=url),)))
            continue
        left -= len(button["url"])
        buttons.append(button)
    if buttons:
        whole = Section("links", "Links", tuple(Item(words, url=url) for words, url in wanted))
        yield Piece(whole.title, (actions(buttons),), weight=2, whole=whole)


def _shown(name: str, words: str, longest: int, overflow: list[Section]) -> str:
    text, cut = fitted(words, longest, mrkdwn)
    if cut:
        overflow.append(Section(f"full_{name.lower()}", name, (Item(words),)))
    return text


def _title(brief: Brief) -> str:
    title = f"DONE: {brief.title}" if brief.closed else brief.title
    return f"{brief.symbol} {title}" if brief.symbol else title


def _reference(brief: Brief, *, taken: bool) -> str:
    acknowledge = "" if brief.closed or taken else fitted(brief.acknowledge_line, 300, mrkdwn)[0]
    return " · ".join(words for words in (acknowledge, f"Ref `{brief.reference}`") if words)


def _fallback(view: View, brief: Brief) -> str:
    parts = _first_lines(view, brief)
    parts += [(one.title, plain_lines(one, LINE)) for one in brief.sections if one.above_fold]
    parts += [(words, link(url, words)) for words, url in _links(brief)]
    parts.append(("Reference", f"Ref {brief.reference}"))
    return fallback(parts)


def _line(words: str) -> str:
    return fitted(words, LINE, mrkdwn)[0].replace("\n", " ")


def _words(value: str | int | float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
