"""House style: how the records of each lane are laid out. Pure data; mappings render it, the configuration changes it.

``styles`` (the built-in table) + ``settings`` (what a business writes) → ``resolve`` → one ``LaneStyle`` a lane, made
once when the configuration is loaded and carried to the mappings by the view.
"""

from __future__ import annotations

from handoff_core.style.lines import QUESTIONS, line_labels, lines_for
from handoff_core.style.model import LaneStyle
from handoff_core.style.reading import WORDS_PER_MINUTE, seconds_to_read
from handoff_core.style.resolve import StyleProblem, resolve, style_problems
from handoff_core.style.sections import SECTIONS, SectionKind
from handoff_core.style.settings import StyleSettings
from handoff_core.style.styles import BUILT_IN, built_in

__all__ = [
    "BUILT_IN",
    "QUESTIONS",
    "SECTIONS",
    "WORDS_PER_MINUTE",
    "LaneStyle",
    "SectionKind",
    "StyleProblem",
    "StyleSettings",
    "built_in",
    "line_labels",
    "lines_for",
    "resolve",
    "seconds_to_read",
    "style_problems",
]
