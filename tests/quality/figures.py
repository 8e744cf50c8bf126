"""How much of what the rules find is right, and how much they find: counted over packets that were labelled by reading.

``python tests/quality/figures.py`` prints it; the page docs/quality.md holds the same table.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from handoff_core.packet import Packet
from handoff_core.quality import FAMILIES, QualityContext, QualitySettings, assess

FOLDER: Final = Path(__file__).parent
SETS: Final = ("first", "second", "third")
ANNOTATE: Final = QualitySettings.model_validate({})
Place = tuple[str, str]
"""Code and path of a finding."""


@dataclass(frozen=True)
class Labelled:
    """A packet, the findings that a reader has, and some that he would call wrong."""

    packet: Packet
    found: frozenset[Place]
    absent: frozenset[Place]


@dataclass
class Counts:
    """Findings that are right, false and missed. ``forbidden``: of the false ones, those that a label rules out."""

    right: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    packets: int = 0
    absent: int = 0
    forbidden: int = 0

    def precision(self, family: str = "") -> float:
        """The share of what was found that is right; 1 where nothing was found."""
        return _share(_sum(self.right, family), _sum(self.false, family))

    def recall(self, family: str = "") -> float:
        """The share of what a reader has that was found; 1 where he has nothing."""
        return _share(_sum(self.right, family), _sum(self.missed, family))

    def labels(self) -> int:
        """Findings and non-findings that were labelled."""
        return self.right.total() + self.missed.total() + self.absent


def labelled(name: str) -> Iterator[Labelled]:
    """Every packet of one of ``SETS``, with its labels."""
    folder = FOLDER / name
    labels: Mapping[str, Mapping[str, list[list[str]]]] = json.loads((folder / "labels.json").read_text("utf-8"))
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            packet = Packet.from_json(line)
            of = labels[packet.id]
            yield Labelled(packet, _places(of["found"]), _places(of["absent"]))


def found_in(packet: Packet) -> frozenset[Place]:
    """What the rules find."""
    return frozenset((one.code, one.path) for one in assess(packet, ANNOTATE, QualityContext(region="US")))


def count(name: str) -> Counts:
    """The counts of one of ``SETS``."""
    counts = Counts()
    for one in labelled(name):
        found = found_in(one.packet)
        counts.packets += 1
        counts.absent += len(one.absent)
        counts.forbidden += len(found & one.absent)
        counts.right.update(code for code, _ in found & one.found)
        counts.false.update(code for code, _ in found - one.found)
        counts.missed.update(code for code, _ in one.found - found)
    return counts


def table() -> str:
    """All sets as one table, by family."""
    rows = [
        "| set | packets | rules | right | false | missed | precision | recall |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in SETS:
        counts = count(name)
        for family in ("", *FAMILIES):
            right, false, missed = (_sum(one, family) for one in (counts.right, counts.false, counts.missed))
            if right or false or missed:
                shares = f"{counts.precision(family):.1%} | {counts.recall(family):.1%}"
                title = f"{family}xx" if family else "all"
                rows.append(f"| {name} | {counts.packets} | {title} | {right} | {false} | {missed} | {shares} |")
    return "\n".join(rows)


def _places(rows: list[list[str]]) -> frozenset[Place]:
    return frozenset((code, path) for code, path in rows)


def _sum(counts: Counter[str], family: str) -> int:
    return sum(number for code, number in counts.items() if code.startswith(family))


def _share(right: int, wrong: int) -> float:
    return right / (right + wrong) if right + wrong else 1.0


if __name__ == "__main__":
    print(table())
