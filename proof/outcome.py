"""How the tests of a proof run ended: what the page needs to say that something is missing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclass(frozen=True)
class Outcome:
    """One test's end. ``test``: its node id. ``how``: passed, failed or skipped. ``reason``: a line, where it did not
    pass. ``records``: whether it hands in evidence. ``postgres``: whether it talked to PostgreSQL."""

    test: str
    how: str
    seconds: float = 0.0
    reason: str = ""
    records: bool = False
    postgres: bool = False


@dataclass(frozen=True)
class Run:
    """One whole run. ``began``: ISO time. ``exit``: pytest's exit code. ``problems``: files that could not be read."""

    form: str
    began: str
    seconds: float
    exit: int
    outcomes: tuple[Outcome, ...] = field(default=())
    problems: tuple[str, ...] = ()

    def count(self, how: str) -> int:
        """How many tests ended so."""
        return sum(one.how == how for one in self.outcomes)


def beside(evidence: Path) -> Path:
    """Where the outcomes of a run stand whose evidence goes to this file."""
    return evidence.with_name("outcomes.json")


def write(run: Run, path: Path) -> None:
    """One JSON object, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".tmp")
    aside.write_text(json.dumps(asdict(run), ensure_ascii=False), encoding="utf-8")
    aside.replace(path)


def read(path: Path) -> Run | None:
    """The run that ``write`` kept; None when no run has come to its end."""
    if not path.exists():
        return None
    values = json.loads(path.read_text(encoding="utf-8"))
    outcomes: Iterable[dict[str, object]] = values.pop("outcomes")
    problems: Iterable[str] = values.pop("problems")
    return Run(**values, outcomes=tuple(Outcome(**one) for one in outcomes), problems=tuple(problems))  # type: ignore[arg-type]
