"""One packet or recording through a configuration: what would happen, and what a reader could not answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from handoff_core.clock import Clock
from handoff_core.config import Config
from handoff_core.connector import Finding
from handoff_core.delivery.accept import hold
from handoff_core.delivery.assessed import assess_packet
from handoff_core.delivery.preview import preview_packet
from handoff_core.packet import Packet, Turn
from handoff_core.quality import SEVERITIES, is_held, open_questions
from handoff_core.quality.repeats import Repeat, after_transfer, repeats
from handoff_core.replay.cold import not_found
from handoff_core.replay.derive import Derived, derive, handover_of, must_fill, must_say
from handoff_core.replay.recording import Recording
from handoff_core.replay.timing import time_packet, time_recording
from handoff_core.triage import Verdict


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one packet or recording.

    ``owner_id``, ``destinations``, ``held``: as if it were submitted now; empty for a conversation without a note.
    ``unseen``: questions that the packet answers and a destination's note does not, by destination. ``repeats``: what
    people asked again after the transfer, places counted from the beginning. ``derived`` and ``to_fill``: for a
    conversation without a note.
    """

    id: str
    lane: str
    reason: str
    producer: str
    findings: tuple[Finding, ...]
    owner_id: str = ""
    owner: str = ""
    why: str = ""
    destinations: tuple[str, ...] = ()
    held: bool = False
    unseen: Mapping[str, tuple[str, ...]] | None = None
    repeats: tuple[Repeat, ...] = ()
    after_transfer: int = 0
    derived: tuple[Derived, ...] = ()
    to_fill: tuple[str, ...] = ()
    is_packet: bool = True
    noted_by: str = ""
    """The call that handed a conversation over with a note in it; empty for a conversation without one."""
    due: Verdict | None = None
    """The first verdict before the transfer by which a person was due."""

    @property
    def open_questions(self) -> tuple[str, ...]:
        """Which of the six questions a reader could not answer."""
        return open_questions(self.findings)

    def count(self, severity: str) -> int:
        """How many findings are of one severity."""
        return sum(one.severity == severity for one in self.findings)

    @property
    def weight(self) -> tuple[int, int, int]:
        """The larger, the worse: errors, warnings with what was asked again, open questions."""
        return self.count("error"), self.count("warning") + len(self.repeats), len(self.open_questions)

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return {
            "id": self.id,
            "kind": "packet" if self.is_packet else "conversation",
            "lane": self.lane or None,
            "owner": {"id": self.owner_id, "name": self.owner, "why": self.why} if self.is_packet else None,
            "destinations": list(self.destinations),
            "held": self.held,
            "findings": [asdict(one) for one in self.findings],
            "open_questions": list(self.open_questions),
            "unseen": {name: list(questions) for name, questions in (self.unseen or {}).items()},
            "turns_after_transfer": self.after_transfer,
            "asked_again": [{"turn": one.turn, "kind": one.kind.value, "path": one.path} for one in self.repeats],
            "derived": [asdict(one) for one in self.derived],
            "to_fill": list(self.to_fill),
            "noted_by": self.noted_by or None,
            "person_due": self.due.to_object() if self.due is not None else None,
        }


def replay_packet(config: Config, packet: Packet, clock: Clock) -> Replayed:
    """Assess, route and render a packet as it was at the transfer; nothing is sent and nothing is stored.

    Turns after the first of a person came later: the note is not judged by them, the questions in them are looked
    for.
    """
    cut = after_transfer(packet.transcript)
    before, after = packet.transcript[:cut], packet.transcript[cut:]
    given = packet.model_copy(update={"transcript": before}) if after else packet
    assessed = assess_packet(config, given, now=_moment(packet, clock))
    held = is_held(assessed.findings, config.quality.gate)
    route = hold(config, assessed.route) if held else assessed.route
    owner = config.owners.get(route.owner_id)
    return Replayed(
        id=packet.id,
        lane=packet.lane.value,
        reason=packet.escalation.reason.value,
        producer=_producer(packet),
        findings=_worst_first(assessed.findings),
        owner_id=route.owner_id,
        owner=owner.name if owner is not None else route.owner_id,
        why=route.why,
        destinations=route.destinations,
        held=held,
        unseen=unseen(config, packet=given, clock=clock),
        repeats=_asked_again(given, after, cut),
        after_transfer=len(after),
        due=time_packet(config.timing, given).due,
    )


def replay_recording(config: Config, recording: Recording) -> Replayed:
    """What follows from a conversation, what the note must not miss, and what the agent must fill.

    The words that the AI gave to a call of transfer are its note, and are judged as that.
    """
    cut = after_transfer(recording.turns)
    before = Recording(recording.id, recording.turns[:cut] or recording.turns, recording.lane, recording.channel)
    derived, note = tuple(derive(before)), handover_of(before)
    return Replayed(
        id=recording.id,
        lane=recording.lane.value if recording.lane is not None else "",
        reason="",
        producer="",
        findings=_worst_first(must_say(before, config.region)),
        after_transfer=len(recording.turns) - cut,
        derived=derived,
        to_fill=must_fill(before, config.require, derived),
        is_packet=False,
        noted_by=note.name if note is not None else "",
        due=time_recording(config.timing, before).due,
    )


def unseen(config: Config, packet: Packet, clock: Clock) -> dict[str, tuple[str, ...]]:
    """The questions that a destination's records leave open although the packet answers them, by destination."""
    rendered: dict[str, list[str]] = {}
    for record in preview_packet(config, assess_packet(config, packet, now=_moment(packet, clock)), clock, None):
        rendered.setdefault(record.destination, []).append(f"{record.title}\n{record.text}")
    missing = {name: not_found(packet, "\n".join(texts)) for name, texts in rendered.items()}
    return {name: questions for name, questions in missing.items() if questions}


def _moment(packet: Packet, clock: Clock) -> float:
    """When it was handed over, for who was on duty then; now, where the packet does not say."""
    return packet.made_at.timestamp() if packet.made_at is not None else clock.now()


def _asked_again(packet: Packet, after: tuple[Turn, ...], cut: int) -> tuple[Repeat, ...]:
    return tuple(Repeat(one.turn + cut, one.kind, one.path) for one in repeats(packet, after))


def _worst_first(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda one: SEVERITIES.index(one.severity)))


def _producer(packet: Packet) -> str:
    made = packet.producer
    parts = (made.name, made.model, made.prompt_version) if made is not None else ()
    return " ".join(part for part in parts if part) or "not said"
