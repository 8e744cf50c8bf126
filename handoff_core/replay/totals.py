"""Sums over many replayed packets: by rule, question, lane, reason, producer and owner; the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from handoff_core.quality import QUESTIONS, RULES, SEVERITIES
from handoff_core.replay.run import Replayed

_NAMES = {rule.code: rule.name for rule in RULES}


@dataclass(slots=True)
class Totals:
    """What a run found. ``unreadable``: what was neither a packet nor a conversation."""

    replayed: list[Replayed] = field(default_factory=list)
    unreadable: int = 0

    @property
    def packets(self) -> list[Replayed]:
        """The packets, the worst first."""
        return sorted((one for one in self.replayed if one.is_packet), key=lambda one: one.weight, reverse=True)

    @property
    def conversations(self) -> list[Replayed]:
        """The conversations without a note, in their order."""
        return [one for one in self.replayed if not one.is_packet]

    def count(self, severity: str) -> int:
        """Findings of one severity in packets."""
        return sum(one.count(severity) for one in self.packets)

    def rules(self) -> list[dict[str, Any]]:
        """Every rule that found something, errors first, then by the number of packets."""
        found: Counter[tuple[str, str]] = Counter()
        for one in self.packets:
            found.update({(finding.code, finding.severity) for finding in one.findings})
        rows = sorted(found.items(), key=lambda row: (SEVERITIES.index(row[0][1]), -row[1], row[0][0]))
        return [
            {"code": code, "name": _NAMES.get(code, "unknown-owner"), "severity": severity, "packets": count}
            for (code, severity), count in rows
        ]

    def questions(self) -> dict[str, int]:
        """Packets that leave a question open, by question, the worst first."""
        found = Counter(question for one in self.packets for question in one.open_questions)
        return dict(sorted(found.items(), key=lambda row: (-row[1], QUESTIONS.index(row[0]))))

    def lanes(self) -> dict[str, dict[str, int]]:
        """Figures by lane."""
        return self._by(lambda one: one.lane)

    def reasons(self) -> dict[str, dict[str, int]]:
        """Figures by reason of the escalation."""
        return self._by(lambda one: one.reason)

    def producers(self) -> dict[str, dict[str, int]]:
        """Figures by producer, model and version of the prompt."""
        return self._by(lambda one: one.producer)

    def owners(self) -> dict[str, dict[str, int]]:
        """Figures by owner."""
        return self._by(lambda one: one.owner_id)

    @property
    def due(self) -> int:
        """Packets and conversations in which a person was due before the transfer or the end."""
        return sum(one.due is not None for one in (*self.packets, *self.conversations))

    def to_object(self) -> dict[str, Any]:
        """JSON object."""
        return {
            "packets": len(self.packets),
            "conversations": len(self.conversations),
            "unreadable": self.unreadable,
            "errors": self.count("error"),
            "warnings": self.count("warning"),
            "held": sum(one.held for one in self.packets),
            "asked_again": sum(len(one.repeats) for one in self.packets),
            "person_due": self.due,
            "rules": self.rules(),
            "questions": self.questions(),
            "lanes": self.lanes(),
            "reasons": self.reasons(),
            "producers": self.producers(),
            "owners": self.owners(),
        }

    def _by(self, key: Callable[[Replayed], str]) -> dict[str, dict[str, int]]:
        groups: dict[str, list[Replayed]] = {}
        for one in self.packets:
            groups.setdefault(key(one), []).append(one)
        rows = {name: _figures(ones) for name, ones in groups.items()}
        return dict(
            sorted(rows.items(), key=lambda row: (-row[1]["errors"], -row[1]["warnings"], -row[1]["packets"], row[0]))
        )


def _figures(ones: Iterable[Replayed]) -> dict[str, int]:
    every = list(ones)
    return {
        "packets": len(every),
        "errors": sum(one.count("error") for one in every),
        "warnings": sum(one.count("warning") for one in every),
        "held": sum(one.held for one in every),
        "with_transfer": sum(one.after_transfer > 0 for one in every),
        "asked_again": sum(bool(one.repeats) for one in every),
    }
