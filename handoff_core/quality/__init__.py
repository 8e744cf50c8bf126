"""Rules that say what a reader of a packet could not answer; one file a family."""

from __future__ import annotations

from handoff_core.quality.assess import RULES, assess, is_held
from handoff_core.quality.rule import QualityContext, Rule
from handoff_core.quality.settings import Gate, QualitySettings

__all__ = ["RULES", "Gate", "QualityContext", "QualitySettings", "Rule", "assess", "is_held"]
