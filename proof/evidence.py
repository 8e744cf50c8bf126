"""One suite's figures, as JSON lines: written by the tests, read by the page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

Figure = int | float | str
"""A count, a measured number, or a short text."""


@dataclass(frozen=True)
class Evidence:
    """What one test of a suite showed.

    ``suite`` is the heading it stands under, ``claim`` the sentence that it shows, ``cases`` how many were tried,
    ``figures`` further numbers by their names, in the order in which they are to be read. Evidence is recorded only
    after its assertions held; a suite that failed has none, and the page says so.
    """

    suite: str
    claim: str
    cases: int
    figures: Mapping[str, Figure] = field(default_factory=dict)
    test: str = ""
    """The test's node id."""
    form: str = "short"
    """``short`` or ``full``."""
    seconds: float = 0.0

    def to_line(self) -> str:
        """One JSON line."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read(path: Path) -> Iterator[Evidence]:
    """Every line of a file that ``to_line`` wrote."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield Evidence(**json.loads(line))
