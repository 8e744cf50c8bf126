"""Recorded conversations and packets, run through a configuration without sending or storing anything."""

from __future__ import annotations

from handoff_core.replay.recording import Recording, read_recordings
from handoff_core.replay.run import Replayed, replay_packet, replay_recording
from handoff_core.replay.timing import Timed, time_packet, time_recording
from handoff_core.replay.totals import Totals

__all__ = [
    "Recording",
    "Replayed",
    "Timed",
    "Totals",
    "read_recordings",
    "replay_packet",
    "replay_recording",
    "time_packet",
    "time_recording",
]
