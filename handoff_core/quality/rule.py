"""What a quality rule is. A rule says what a reader of the packet could not answer; it never refuses a packet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from handoff_core.connector import Finding, Owner
from handoff_core.packet import Lane, Packet
from handoff_core.quality.limits import DEFAULT_LIMITS, Limits
from handoff_core.quality.note import Note

SEVERITIES = ("error", "warning", "info")
"""The worst first. ``info``: unsure, or a matter of taste; it is never shown in a record."""
QUESTIONS = ("who", "what", "why", "when", "where", "next")
"""What a reader asks first, in the order of the head."""


@dataclass(frozen=True, slots=True)
class QualityContext:
    """What rules may know beside the packet.

    ``owners``: the configured ones by id. ``require``: paths that must have a value, by lane. ``region``: country of
    telephone numbers without a country code. ``routed``: whether routing gives the packet an owner when it names
    none itself; false where a packet is judged without a configuration. ``fallback``: the fallback owner takes it,
    and only because no rule matched. ``never_decides``: what only people decide, in the business's own words.
    ``agents``: those that have an outbox. ``approved``: the approver has accepted the draft of this outbound reply.
    ``note``: the packet as its reader sees it, made once for all rules.
    """

    owners: Mapping[str, Owner] = field(default_factory=dict)
    require: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    region: str = ""
    routed: bool = True
    fallback: bool = False
    never_decides: tuple[str, ...] = ()
    agents: frozenset[str] = frozenset()
    approved: bool = False
    limits: Limits = DEFAULT_LIMITS
    note: Note | None = None

    def read(self, packet: Packet) -> Note:
        """The packet as its reader sees it."""
        return self.note if self.note is not None and self.note.packet is packet else Note(packet)


class Rule(Protocol):
    """One rule: ``why`` it exists and how to ``fix`` a packet, in a sentence each; ``severity`` is of ``SEVERITIES``.

    ``passing`` and ``failing`` are examples: fields that differ from ``examples.BASE``. They are the rule's
    documentation and its test. ``question``: which of ``QUESTIONS`` stays open; empty for none of them.

    ``demand``: what an AI is told beforehand so that the rule finds nothing: None for ``fix``, empty where the AI has
    no part in it. ``{names}`` in it are limits, see ``handoff_core.prompt``. ``lanes``: where it applies; empty for
    every lane.
    """

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def severity(self) -> str: ...

    @property
    def why(self) -> str: ...

    @property
    def fix(self) -> str: ...

    @property
    def passing(self) -> Mapping[str, Any]: ...

    @property
    def failing(self) -> Mapping[str, Any]: ...

    @property
    def question(self) -> str: ...

    @property
    def demand(self) -> str | None: ...

    @property
    def lanes(self) -> tuple[Lane, ...]: ...

    def check(self, packet: Packet, context: QualityContext) -> Iterable[Finding]:
        """One finding for each place that breaks the rule. Pure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRule:
    """A rule whose findings differ only in where they are: ``places`` gives path and text of each."""

    code: str
    name: str
    severity: str
    why: str
    fix: str
    places: Callable[[Packet, QualityContext], Iterable[tuple[str, str]]]
    passing: Mapping[str, Any]
    failing: Mapping[str, Any]
    question: str = ""
    demand: str | None = None
    lanes: tuple[Lane, ...] = ()

    def check(self, packet: Packet, context: QualityContext) -> Iterable[Finding]:
        """One finding for each place."""
        for path, text in self.places(packet, context):
            yield Finding(self.code, self.severity, path, text, self.fix)
