"""One conversation, watched turn by turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from handoff_core.packet.parts import Turn
from handoff_core.triage.decide import decide
from handoff_core.triage.settings import TriageRules, default_rules
from handoff_core.triage.state import State, observe
from handoff_core.triage.verdict import Verdict


class Watch:
    """Keeps what a conversation has shown. A turn costs one turn, however many were before it.

    ``lane`` says which fields are required; the draft's own lane wins. The same turns and fields give the same
    verdicts.
    """

    def __init__(self, rules: TriageRules | None = None, *, lane: str | None = None) -> None:
        self._rules = rules or default_rules()
        self._lane = lane
        self._state = State()

    def turn(self, turn: Turn, fields: Mapping[str, Any] | None = None) -> Verdict:
        """Take in one turn. ``fields``: what the draft of the packet holds by now."""
        self.see(turn)
        return self.verdict(fields)

    def see(self, turn: Turn) -> None:
        """Take in a turn whose verdict nobody needs any more."""
        observe(self._state, turn, self._rules)

    def handed_off(self, *, acknowledged: bool = False) -> None:
        """From now on a person has been called and is not due again. ``acknowledged``: he has taken it."""
        self._state.handed_off, self._state.acknowledged = True, acknowledged

    def verdict(self, fields: Mapping[str, Any] | None = None) -> Verdict:
        """The verdict after the last turn."""
        given = fields or {}
        lane = given.get("lane", self._lane)
        return decide(self._state, self._rules, given, lane if isinstance(lane, str) else None)


def verdicts(
    turns: Iterable[Turn],
    rules: TriageRules | None = None,
    *,
    lane: str | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Iterator[Verdict]:
    """The verdict of every turn of a conversation."""
    watch = Watch(rules, lane=lane)
    for turn in turns:
        yield watch.turn(turn, fields)
