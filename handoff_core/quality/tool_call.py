"""One call of a tool, as its log shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One call. ``name`` is empty where the log shows a result only; ``result`` is parsed where it is JSON.

    ``answered``: whether the log shows any result. ``ref``: the id by which a result names its call, where logs have
    one.
    """

    turn: int
    name: str
    given: Mapping[str, Any] = field(default_factory=dict)
    result: Any = None
    failed: bool = False
    answered: bool = True
    ref: str = ""

    @property
    def text(self) -> str:
        """The result in words; empty for JSON."""
        return self.result if isinstance(self.result, str) else ""
