"""When a recorded conversation should have gone to a person, turn by turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from handoff_core.packet import Packet, Turn
from handoff_core.replay.recording import Recording
from handoff_core.triage import Timing, Trajectory, TriageRules, Verdict, trajectory, verdicts

_KNOWN_ALL_ALONG: Final[tuple[str, ...]] = (
    "lane",
    "channel",
    "customer",
    "details",
    "facts",
    "classification",
    "nature",
    "prior_contacts",
)
"""Fields of a packet that hold for its whole conversation; the others say how it ended."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A conversation with the verdict of each of its turns."""

    id: str
    lane: str
    turns: tuple[Turn, ...]
    verdicts: tuple[Verdict, ...]
    trajectory: Trajectory

    @property
    def due(self) -> Verdict | None:
        """The first verdict by which a person was due."""
        return next((one for one in self.verdicts if one.is_due), None)

    @property
    def last(self) -> Verdict | None:
        """The verdict at the end."""
        return self.verdicts[-1] if self.verdicts else None

    def first(self, timing: Timing) -> int | None:
        """The first turn of a verdict."""
        return next((one.turn for one in self.verdicts if one.verdict is timing), None)

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        due, last = self.due, self.last
        return {
            "id": self.id,
            "lane": self.lane or None,
            "turns": [
                {"speaker": turn.speaker.value, **verdict.to_object()}
                for turn, verdict in zip(self.turns, self.verdicts, strict=True)
            ],
            "verdict": last.verdict.value if last is not None else None,
            "person_due": due.turn if due is not None else None,
            "turns_before_end": len(self.turns) - 1 - due.turn if due is not None else None,
            "first": {timing.value: self.first(timing) for timing in Timing},
            "series": [{"turn": number, "sentiment": score} for number, score in self.trajectory.series],
            "trend": self.trajectory.trend,
            "sparkline": self.trajectory.sparkline,
        }


def time_packet(rules: TriageRules, packet: Packet) -> Timed:
    """The conversation of a packet, with what the packet knows of customer and case from its beginning."""
    whole = packet.model_dump(mode="json", exclude_unset=True)
    fields = {name: whole[name] for name in _KNOWN_ALL_ALONG if name in whole}
    return _timed(rules, packet.id, packet.lane.value, packet.transcript, fields)


def time_recording(rules: TriageRules, recording: Recording) -> Timed:
    """A conversation without a note."""
    lane = recording.lane.value if recording.lane is not None else ""
    return _timed(rules, recording.id, lane, recording.turns, {"lane": lane} if lane else {})


def _timed(rules: TriageRules, name: str, lane: str, turns: tuple[Turn, ...], fields: Mapping[str, Any]) -> Timed:
    return Timed(name, lane, turns, tuple(verdicts(turns, rules, lane=lane, fields=fields)), trajectory(turns))
