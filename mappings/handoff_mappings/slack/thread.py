"""The replies in the alert's thread: the rest of the brief, rewritten in place, and one reply for each milestone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from handoff_core.connector import Owner, Payload, View
from handoff_mappings.brief import Brief, Section, head_changes, milestones
from handoff_mappings.brief.approval import approval_news, approved_step, asked_by
from handoff_mappings.brief.head import owner_words
from handoff_mappings.slack.blocks import actions, context, link_button, section
from handoff_mappings.slack.escape import link, mrkdwn
from handoff_mappings.slack.fit import Piece, fitted, within_budget
from handoff_mappings.slack.lines import NAME, fallback, owner_mention, plain_lines, section_text
from handoff_mappings.slack.message import ALERT, BRIEF, POINTER, message_body

SECTION: Final = 2400
"""Room for one section of the brief, counted as JSON; Slack's own limit is 3,000 characters."""
LINE: Final = 600
"""Characters of one section in the fallback text."""
NAMES: Final = 1200
"""Room for the names of what is not shown; there are about thirty sections, so it is enough for all of them."""
ADDRESS: Final = 300
"""Characters of an address that may stand in a note; the link to a ticket or a note has fewer."""
NEWS: Final = 2600
"""Characters of what a milestone tells, counted as JSON."""
POINTED: Final = 700
"""Room for each of the pointer's title, reason and next action, counted as JSON: together below one section's."""


def brief_of(view: View, brief: Brief, channel: str, overflow: Sequence[Section]) -> Payload:
    """The rest of the brief as one reply: what the alert could not show in full, then all it does not show at all."""
    sections = (*overflow, *(one for one in brief.sections if not one.above_fold))
    where = _elsewhere(view)
    cuts: dict[str, str] = {}
    pieces = list(_pieces(sections, cuts))
    if view.packet.transcript:
        words = f"The whole conversation is not shown in Slack; see {where}."
        pieces.append(Piece("Conversation", (context(words),)))
    if cuts:
        pieces.append(Piece("Cuts", (context(f"Shortened: {_names(list(cuts.values()))}; see {where}."),)))
    key = f"{view.key}~{BRIEF}"
    pieces.append(Piece("Reference", (context(f"Ref `{key}`"),)))
    blocks, dropped = within_budget(
        pieces, lambda names: context(f"Not shown here for length: {_names(names)}; see {where}.")
    )
    gone = {piece.name for piece in dropped}
    withheld = [f"{cut}: shortened" for title, cut in cuts.items() if title not in gone]
    withheld += [f"{piece.name}: not shown for length" for piece in dropped]
    if view.packet.transcript:
        withheld.append("Conversation: never shown in Slack")
    text = fallback([(one.title, plain_lines(one, LINE)) for one in sections])
    body = message_body(channel, key, text, blocks)
    return Payload(BRIEF, key, body, title=brief.title, needs=(ALERT,), withheld=tuple(withheld))


def milestone_of(view: View, brief: Brief, channel: str) -> Payload | None:
    """What people must be told about this revision; None when nothing happened or the alert does not exist yet."""
    alert = view.records.get(ALERT)
    if view.told is None or alert is None or alert.remote_id is None:
        return None
    lines = list(_news(view))
    if not lines:
        return None
    mentioned = "" if brief.closed else f"{' '.join(owner_mention(one) for one in _told(view, lines))}: "
    shown, cut = fitted("\n".join(lines), NEWS, mrkdwn)
    kind = f"m{view.revision}"
    key = f"{view.key}~{kind}"
    body = message_body(channel, key, mentioned + shown, [section(mentioned + shown), context(f"Ref `{key}`")])
    body["reply_broadcast"] = False
    withheld = ("What is new: shortened",) if cut else ()
    return Payload(
        kind, key, body, title=brief.title, once=True, told=True, urgent=True, needs=(ALERT,), withheld=withheld
    )


def pointer_of(view: View, brief: Brief, born: str, wanted: str) -> Payload | None:
    """One message in the channel of a raised urgency that says where the alert is; None when there is no need.

    It is rewritten in place, so that nobody in that channel acts on what is no longer so.
    """
    alert, posted = view.records.get(ALERT), view.records.get(POINTER)
    if alert is None or alert.remote_id is None:
        return None
    there = None if posted is None or posted.remote_id is None else posted.remote_id.partition(":")[0]
    if there is None and (born == wanted or not (_raised(view) or posted is not None)):
        return None
    channel = there or wanted
    words = "\n".join(_pointing(view, brief, calmed=channel != wanted))
    blocks = [section(words)]
    button = None if alert.url is None else link_button("open_alert", "Open the alert", alert.url, primary=True)
    blocks += [actions([button])] if button is not None else []
    key = f"{view.key}~{POINTER}"
    blocks.append(context(f"The alert stays in the channel where it was first posted. Ref `{key}`"))
    where = "" if alert.url is None else f"\n{link(alert.url, 'Open the alert')}"
    body = message_body(channel, key, f"{words.replace('*', '')}{where}", blocks)
    told = view.told
    urgent = (
        there is None
        or brief.closed
        or told is None
        or (told.packet.urgency.level, told.owner.id) != (view.packet.urgency.level, view.owner.id)
    )
    return Payload(POINTER, key, body, title=brief.title, urgent=urgent, needs=(ALERT,))


def _pointing(view: View, brief: Brief, *, calmed: bool) -> Iterator[str]:
    """The lines of the pointer: how things stand, the case, why, and what is next."""
    level = view.packet.urgency.level
    if brief.closed:
        yield f"*DONE*, nothing is left to do here (owner: {fitted(owner_words(view.owner), NAME, mrkdwn)[0]})"
    elif calmed:
        yield f"{owner_mention(view.owner)}: urgency no longer raised, it is now *{level}*"
    else:
        yield f"{owner_mention(view.owner)}: urgency raised to *{level}*"
    yield fitted(brief.title, POINTED, mrkdwn)[0]
    why, step = brief.line("why"), brief.line("next")
    yield f"*{mrkdwn(why.label)}*: {fitted(why.uncut or why.text, POINTED, mrkdwn)[0]}"
    label = "Last step" if brief.closed else mrkdwn(step.label)
    words = approved_step(view) or view.packet.next_action.text
    yield f"*{label}*: {fitted(words, POINTED, mrkdwn)[0]}"


def _news(view: View) -> Iterator[str]:
    told = milestones(view)
    yield from told
    if view.told is None:
        return
    before, now = view.told.packet.urgency.level, view.packet.urgency.level
    if before != now and not _raised(view):
        yield f"Urgency lowered: {before} → {now}"
    if any(view.records[kind].edited for kind in (ALERT, BRIEF) if kind in view.records):
        # Slack no longer lets us rewrite the message above, so this reply is where the news stands.
        yield from head_changes(view)


def _told(view: View, lines: Sequence[str]) -> tuple[Owner, ...]:
    """Who is mentioned: who has to act on the approval, and the owner where there is other news for him."""
    asked = asked_by(view) if (news := approval_news(view)) else None
    if asked is None or asked.id == view.owner.id:
        return (view.owner,)
    return (asked,) if set(lines) == set(news) else (view.owner, asked)


def _raised(view: View) -> bool:
    """Whether the urgency went up since the thread was last told."""
    if view.told is None:
        return False
    same_owner = replace(view, owner=view.told.owner)
    return any(line.startswith("Urgency raised") for line in milestones(same_owner))


def _pieces(sections: Sequence[Section], cuts: dict[str, str]) -> Iterator[Piece]:
    for place, one in enumerate(sections, start=1):
        shown = section_text(one, SECTION)
        if shown.cut:
            cuts[one.title] = shown.cut
        yield Piece(one.title, (section(shown.text),), weight=place)


def _elsewhere(view: View) -> str:
    """Where the whole packet can be read."""
    short = [one for one in view.links if len(one.url) <= ADDRESS]
    if short:
        return link(short[0].url, short[0].label)
    return f"`handoff show {view.packet.id}`"


def _names(names: Sequence[str]) -> str:
    return fitted(", ".join(names), NAMES, mrkdwn)[0]
