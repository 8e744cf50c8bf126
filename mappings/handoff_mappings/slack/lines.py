"""Sections of a brief as Slack's mrkdwn, and as plain lines for the fallback text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from handoff_core.connector import Owner
from handoff_mappings.brief import Item, Section
from handoff_mappings.brief.head import owner_words
from handoff_mappings.slack import limits
from handoff_mappings.slack.escape import link, mention, mrkdwn
from handoff_mappings.slack.fit import fitted, size
from handoff_mappings.text import in_quotes

WARNING = "⚠️ "
NAME = 150
"""Room for an owner's name."""
_LEAST = 60
"""What must be left of a section's room for the beginning of one more line to be worth it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A section's text in mrkdwn; ``cut`` names what is missing in it, empty when nothing is."""

    text: str
    cut: str = ""


def owner_mention(owner: Owner) -> str:
    """The owner as a live mention with the name, or in words where Slack does not know him."""
    name, _ = fitted(owner_words(owner), NAME, mrkdwn)
    live = mention(owner.identity)
    return f"{name} (not found in Slack)" if live is None else f"{live} ({name})"


def section_text(section: Section, longest: int) -> Shown:
    """Title and lines of at most ``longest`` (as ``fit.size`` counts), with a last line for what is missing."""
    head = f"{WARNING if section.warning else ''}*{mrkdwn(section.title)}*"
    more = "\n… and {} more"
    lines = [head]
    left = longest - size(head) - size(more.format(len(section.items)))
    for index, item in enumerate(section.items):
        line = item_line(item)
        cost = size(line) + size("\n")
        if cost <= left:
            lines.append(line)
            left -= cost
            continue
        missing = len(section.items) - index
        if left >= _LEAST:
            beginning, _ = fitted(item.text, left - size("\n"), partial(_safe_line, quoted=item.by_customer))
            lines.append(beginning)
            missing -= 1
        text = "\n".join(lines) + (more.format(missing) if missing else "")
        return Shown(text, f"{section.title} ({index} of {len(section.items)} lines in full)")
    return Shown("\n".join(lines))


def item_line(item: Item) -> str:
    """One line: words, a link where it has an address, its note in brackets; a quotation where it is the customer's."""
    words = link(item.url, item.text) if item.url else mrkdwn(item.text)
    note = mrkdwn(item.note)
    if not item.by_customer:
        return _laid_out(f"{words} ({note})" if note else words, quoted=False)
    quotation = _laid_out(words, quoted=True)
    return f"• {note}:\n{quotation}" if note else quotation


def fallback(parts: Sequence[tuple[str, str]], longest: int = limits.FALLBACK_TEXT) -> str:
    """Named parts (safe already) as lines of at most ``longest`` characters; what does not fit is named at the end."""
    lines: list[str] = []
    missing: list[str] = []
    used = 0
    for name, text in parts:
        if used + len(text) + 1 > longest - 200:
            missing.append(name)
            continue
        lines.append(text)
        used += len(text) + 1
    if missing:
        lines.append(fitted(f"Not shown here for length: {', '.join(missing)}.", 190, mrkdwn)[0])
    return "\n".join(lines)


def plain_lines(section: Section, longest: int) -> str:
    """A section on few lines, without formatting, for the fallback text."""
    words = "; ".join(_plain_item(item) for item in section.items)
    return fitted(f"{section.title}: {words}", longest, mrkdwn)[0]


def _plain_item(item: Item) -> str:
    words = item.text.replace("\n", " ")
    if item.by_customer:
        words = in_quotes(words)  # on one line there is no other sign of where the customer's words end
    return f"{words} ({item.note})" if item.note else words


def _safe_line(words: str, *, quoted: bool) -> str:
    return _laid_out(mrkdwn(words), quoted=quoted)


def _laid_out(words: str, *, quoted: bool) -> str:
    if quoted:
        return "\n".join(f"> {line}" for line in words.split("\n"))
    return "• " + "\n   ".join(words.split("\n"))
