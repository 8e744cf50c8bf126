"""Mistakes in a house style, as in ``mistakes.py``."""

from __future__ import annotations

from tests.config.mistakes import Mistake

STYLE_MISTAKES = {
    "a style that is near one": Mistake(
        "[quality]",
        '[lanes.sales]\n¶style = "intak"\n[quality]',
        "lanes.sales.style",
        "names no built-in style",
        'Did you mean "intake"?',
    ),
    "a style that is none": Mistake(
        "[quality]",
        '[lanes.sales]\n¶style = "short sentences"\n[quality]',
        "lanes.sales.style",
        "names no built-in style",
        "Known: support, sales",
    ),
    "a style of another kind": Mistake(
        "[quality]", "[lanes.sales]\n¶style = 5\n[quality]", "lanes.sales.style", "must be a table", "number"
    ),
    "an unknown key of a style": Mistake(
        "[quality]",
        '[lanes.sales]\nstyle = { ¶ordr = ["goal"] }\n[quality]',
        "lanes.sales.style.ordr",
        "not a known key",
        'Did you mean "order"?',
    ),
    "an unknown section in a style": Mistake(
        "[quality]",
        '[lanes.sales]\nstyle = { ¶order = ["goals"] }\n[quality]',
        "lanes.sales.style.order.0",
        '"goals" is not a section',
        'Did you mean "goal"?',
    ),
    "a line of another lane": Mistake(
        "[quality]",
        '[lanes.sales]\nstyle = { ¶below = ["order_id"] }\n[quality]',
        "lanes.sales.style.below.0",
        '"order_id" is not a line of the lane sales',
        "Known: who, what",
    ),
    "a head that leaves questions open": Mistake(
        "[quality]",
        '[lanes.sales]\nstyle = { ¶head = ["who", "what", "next"] }\n[quality]',
        "lanes.sales.style.head",
        "does not answer why, when, where",
        'Add "why", "when", "where".',
    ),
    "a line in head and below": Mistake(
        "[quality]",
        '[lanes.sales]\nstyle = { ¶below = ["who"] }\n[quality]',
        "lanes.sales.style.below.0",
        "stands in the head already",
        "Take it out",
    ),
    "a line named twice": Mistake(
        "[quality]",
        '[lanes.sales]\nstyle = { ¶below = ["contact", "contact"] }\n[quality]',
        "lanes.sales.style.below.1",
        "named twice",
        "Keep one",
    ),
    "a promise that is hidden": Mistake(
        "[quality]",
        '[lanes.sales]\nstyle = { ¶hide = ["commitments"] }\n[quality]',
        "lanes.sales.style.hide.0",
        '"commitments" (Open promises of the AI) can not be hidden',
        "Take it out of hide",
    ),
    "a hidden section that is shown": Mistake(
        "[quality]",
        '[lanes.sales]\nstyle = { order = ["goal"], ¶hide = ["goal"] }\n[quality]',
        "lanes.sales.style.hide.0",
        "is shown by above or order",
        "Keep it in one",
    ),
    "a section above and below the fold": Mistake(
        "[quality]",
        '[lanes.sales]\nstyle = { above = ["goal"], ¶order = ["goal"] }\n[quality]',
        "lanes.sales.style.order.0",
        "stands in above too",
        "Keep it in one",
    ),
    "a warning below the fold": Mistake(
        "[quality]",
        '[lanes.sales]\nstyle = { ¶order = ["gaps"] }\n[quality]',
        "lanes.sales.style.order.0",
        "always stands above the fold",
        "Name it in above",
    ),
    "a label of nothing": Mistake(
        "[quality]",
        '[lanes.sales]\nstyle = { labels = { ¶gaol = "Wish" } }\n[quality]',
        "lanes.sales.style.labels.gaol",
        '"gaol" is neither a line nor a section',
        'Did you mean "goal"?',
    ),
    "a label without words": Mistake(
        "[quality]",
        '[lanes.sales]\nstyle = { labels = { ¶goal = "" } }\n[quality]',
        "lanes.sales.style.labels.goal",
        "says nothing",
        "short text on one line",
    ),
    "warnings that are shortened": Mistake(
        "[quality]",
        "[lanes.sales]\nstyle = { most_items = { ¶must_not_change = 1 } }\n[quality]",
        "lanes.sales.style.most_items.must_not_change",
        "can not be shortened",
        "Take it out",
    ),
    "no lines at all": Mistake(
        "[quality]",
        "[lanes.sales]\nstyle = { most_items = { ¶facts = 0 } }\n[quality]",
        "lanes.sales.style.most_items.facts",
        "must be at least 1",
        "Change the number",
    ),
    "a section's number for nothing": Mistake(
        "[quality]",
        "[lanes.sales]\nstyle = { most_items = { ¶fact = 3 } }\n[quality]",
        "lanes.sales.style.most_items.fact",
        '"fact" is not a section',
        'Did you mean "facts"?',
    ),
    "a head that nobody can read": Mistake(
        "[quality]",
        "[lanes.sales]\nstyle = { ¶reading_seconds = 1 }\n[quality]",
        "lanes.sales.style.reading_seconds",
        "must be at least 8",
        "Change the number",
    ),
    "a mark that leaves no room": Mistake(
        "[quality]",
        '[lanes.sales]\nstyle = { ¶mark = "LLLLLLLLLLLLLLLLLLLLLLLLL" }\n[quality]',
        "lanes.sales.style.mark",
        "has 25 characters",
        "at most 24",
    ),
    "a symbol that is a word": Mistake(
        "[quality]",
        '[lanes.sales]\nstyle = { ¶symbol = "SALE" }\n[quality]',
        "lanes.sales.style.symbol",
        "is not a symbol",
        "one emoji",
    ),
}
