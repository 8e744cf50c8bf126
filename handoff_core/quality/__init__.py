"""Rules that say what a reader of a packet could not answer; one file a family."""

from __future__ import annotations

from handoff_core.quality.assess import assess, is_held, open_questions
from handoff_core.quality.rule import QUESTIONS, SEVERITIES, QualityContext, Rule
from handoff_core.quality.rules import FAMILIES, RULES
from handoff_core.quality.settings import Gate, LaneQualitySettings, QualitySettings

__all__ = [
    "FAMILIES",
    "QUESTIONS",
    "RULES",
    "SEVERITIES",
    "Gate",
    "LaneQualitySettings",
    "QualityContext",
    "QualitySettings",
    "Rule",
    "assess",
    "is_held",
    "open_questions",
]
