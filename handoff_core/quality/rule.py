"""What a quality rule is. A rule says what a reader of the packet could not answer; it never refuses a packet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from handoff_core.connector import Finding, Owner
from handoff_core.packet import Packet


@dataclass(frozen=True, slots=True)
class QualityContext:
    """What rules may know beside the packet: the configured owners by id, required paths by lane, the region."""

    owners: Mapping[str, Owner] = field(default_factory=dict)
    require: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    region: str = ""


class Rule(Protocol):
    """One rule: ``why`` it exists and how to ``fix`` a packet, in a sentence each. ``severity``: error or warning."""

    @property
    def code(self) -> str: ...

    @property
    def severity(self) -> str: ...

    @property
    def why(self) -> str: ...

    @property
    def fix(self) -> str: ...

    def check(self, packet: Packet, context: QualityContext) -> Iterable[Finding]:
        """One finding for each place that breaks the rule. Pure."""


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """A rule whose findings differ only in where they are: ``places`` gives path and text of each."""

    code: str
    severity: str
    why: str
    fix: str
    places: Callable[[Packet, QualityContext], Iterable[tuple[str, str]]]

    def check(self, packet: Packet, context: QualityContext) -> Iterable[Finding]:
        """One finding for each place."""
        for path, text in self.places(packet, context):
            yield Finding(self.code, self.severity, path, text, self.fix)
