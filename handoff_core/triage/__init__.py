"""When a conversation should go to a person: signals, weighed turn by turn into a verdict with its reasons."""

from handoff_core.triage.presets import PRESETS, Preset
from handoff_core.triage.sentiment import Mood, mood_of
from handoff_core.triage.settings import TriageRules, TriageSettings, default_rules
from handoff_core.triage.signals import WEIGHTS, Sign, Signal
from handoff_core.triage.trajectory import Trajectory, sparkline, trajectory, trend_of
from handoff_core.triage.verdict import Timing, Verdict
from handoff_core.triage.watch import Watch, verdicts

__all__ = [
    "PRESETS",
    "WEIGHTS",
    "Mood",
    "Preset",
    "Sign",
    "Signal",
    "Timing",
    "Trajectory",
    "TriageRules",
    "TriageSettings",
    "Verdict",
    "Watch",
    "default_rules",
    "mood_of",
    "sparkline",
    "trajectory",
    "trend_of",
    "verdicts",
]
