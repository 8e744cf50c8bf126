"""The built-in styles, and the lines and sections that a style can be made of."""

from __future__ import annotations

from generators.markdown import table
from handoff_core.style import BUILT_IN, QUESTIONS, SECTIONS, LaneStyle
from handoff_core.style.lines import OTHER_LINES
from handoff_core.style.sections import ALWAYS_ABOVE

_FIRST = 8
"""Sections below the fold that the page names; the others follow in the order of the table of sections."""

_ANSWERS = {
    "who": "name and company of the customer",
    "what": "the summary, which is the title too: in Slack it is the header alone",
    "why": "why the AI handed over",
    "when": "urgency, and the earlier of due time and deadline",
    "where": "the channel and the source to open first, with its link",
    "next": "the one next step",
}


def styles_table() -> str:
    """Every built-in style: its head, the lines below it and its sections, in their order."""
    return "\n\n".join(_style(style) for style in BUILT_IN.values())


def styles_lines() -> str:
    """Every line that a head can be made of, beside the details of the lane."""
    rows = [(f"`{name}`", label, _ANSWERS[name]) for name, label in QUESTIONS.items()]
    rows += [(f"`{name}`", label, meaning) for name, (label, meaning) in OTHER_LINES.items()]
    return table(("line", "usual label", "says"), rows)


def styles_sections() -> str:
    """Every section, with what a style may do to it."""
    rows = [
        (f"`{name}`", kind.title, kind.meaning, "no" if kind.kept else "yes", "always" if kind.above else "")
        for name, kind in SECTIONS.items()
    ]
    return table(("section", "usual title", "holds", "may be hidden", "above the fold"), rows)


def _style(style: LaneStyle) -> str:
    unseen = [name for name in style.above if name not in ALWAYS_ABOVE]
    parts = {
        "head": [f"{style.label(name)} (`{name}`)" for name in style.head],
        "below the head": [f"{style.label(name)} (`{name}`)" for name in style.below],
        "above the fold, after what always stands there": [f"{style.title(name)} (`{name}`)" for name in unseen],
        "first below the fold": [f"{style.title(name)} (`{name}`)" for name in style.order[:_FIRST]],
    }
    rows = [(part, ", ".join(words) or "nothing further") for part, words in parts.items()]
    mark = f"{style.symbol} [{style.mark}]; the head reads in at most {style.reading_seconds:g} seconds."
    return f"### `{style.name}`\n\n{mark}\n\n{table(('part', 'in this order'), rows)}"
