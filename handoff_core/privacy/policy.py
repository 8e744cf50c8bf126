"""What one destination may see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from handoff_core.packet.enums import Sensitivity
from handoff_core.privacy.fields import CLASSES as FIELDS
from handoff_core.privacy.kinds import CLASSES, Kind
from handoff_core.privacy.settings import PrivacySettings

DEFAULT_HIGHEST: Final = Sensitivity.PERSONAL
"""The highest class that a destination sees whose connector and settings say nothing."""

_RANK: Final = {one: rank for rank, one in enumerate(Sensitivity)}
_KINDS: Final = {kind.value: kind for kind in Kind}


@dataclass(frozen=True)
class Policy:
    """``highest``: the highest class that may be shown. ``kinds``, ``paths``: withheld whatever their class.

    ``region``: the country of phone numbers without a country code, or empty.
    """

    highest: Sensitivity
    kinds: frozenset[Kind] = frozenset()
    paths: frozenset[str] = frozenset()
    region: str = ""

    @classmethod
    def of(cls, settings: PrivacySettings | None, *, highest: Sensitivity, region: str) -> Policy:
        """The policy of one destination; ``highest`` is its connector's own."""
        if settings is None:
            return cls(highest, region=region)
        return cls(
            settings.sensitivity or highest,
            frozenset(_KINDS[one] for one in settings.redact if one in _KINDS),
            frozenset(one for one in settings.redact if one not in _KINDS),
            region,
        )

    def shows(self, sensitivity: Sensitivity) -> bool:
        """Whether a class may be shown."""
        return _RANK[sensitivity] <= _RANK[self.highest]

    @cached_property
    def hidden(self) -> frozenset[Kind]:
        """The kinds of values that are replaced by tokens in every text."""
        return self.kinds | {kind for kind, sensitivity in CLASSES.items() if not self.shows(sensitivity)}

    def refuses(self, path: str) -> bool:
        """Whether a field is withheld: named, inside a field that is named, or above the highest class."""
        return path in self._withheld or path.partition(".")[0] in self.paths

    @cached_property
    def _withheld(self) -> frozenset[str]:
        return self.paths | {path for path, sensitivity in FIELDS.items() if not self.shows(sensitivity)}
