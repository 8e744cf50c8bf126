"""What a run has shown, held against what it had to show: the page's figures and its verdict."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from proof.evidence import Evidence
from proof.outcome import FAILED, PASSED, Outcome, Run
from proof.recorded import Recording
from proof.suites import Suite


class Standing(StrEnum):
    """Where a suite or a benchmark stands."""

    HELD = "held"
    """It ran, and everything held."""
    MISSED = "missed"
    """It ran and stayed behind its aim."""
    FAILED = "failed"
    """Something did not hold."""
    MISSING = "did not run"
    """There is nothing that shows it, or not all that should."""


_WORST_FIRST = (Standing.FAILED, Standing.MISSING, Standing.MISSED, Standing.HELD)


@dataclass(frozen=True)
class Shown:
    """A suite with what its tests found. ``reasons``: why it does not stand as held, in words."""

    suite: Suite
    standing: Standing
    evidence: tuple[Evidence, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The standing as a reader is told it."""
        return "incomplete" if self.standing is Standing.MISSING and self.evidence else self.standing.value

    @property
    def cases(self) -> int:
        """How many cases were tried."""
        return sum(one.cases for one in self.evidence)

    @property
    def seconds(self) -> float:
        """How long it took."""
        return sum(one.seconds for one in self.evidence)


@dataclass(frozen=True)
class Measured:
    """One benchmark. ``figure``: as benchmarks.rounds.Figure writes it; None when there is none."""

    number: str
    what: str
    standing: Standing
    figure: Mapping[str, Any] | None = None
    reason: str = ""

    @property
    def words(self) -> str:
        """The standing as a reader is told it."""
        return "met" if self.standing is Standing.HELD else self.standing.value


@dataclass(frozen=True)
class Summary:
    """Everything that the page tells."""

    run: Run | None
    suites: tuple[Shown, ...]
    benchmarks: tuple[Measured, ...]
    others: tuple[Evidence, ...] = ()
    """Evidence of suites that the table does not know."""
    failures: tuple[Outcome, ...] = ()
    """Tests that failed and belong to no suite."""
    notes: tuple[str, ...] = field(default=())
    """What else keeps this run from being the whole proof."""

    @property
    def promises(self) -> Standing:
        """The worst of all suites: held only when nothing failed and nothing is missing. Speed is no promise."""
        every = {one.standing for one in self.suites}
        if self.failures or Standing.FAILED in every:
            return Standing.FAILED
        return Standing.MISSING if not self.suites or self.notes or Standing.MISSING in every else Standing.HELD

    @property
    def standing(self) -> Standing:
        """The worst of all, the benchmarks among them."""
        every = {self.promises} | {one.standing for one in self.benchmarks}
        return next(one for one in _WORST_FIRST if one in every)

    @property
    def cases(self) -> int:
        """How many cases were tried in all."""
        return sum(one.cases for one in self.suites) + sum(one.cases for one in self.others)

    def count(self, standing: Standing, which: Iterable[Shown | Measured]) -> int:
        """How many of these stand so."""
        return sum(one.standing is standing for one in which)


def summarise(
    suites: Sequence[Suite],
    recordings: Iterable[Recording],
    evidence: Iterable[Evidence],
    run: Run | None,
    benchmarks: Mapping[str, str],
    measured: Mapping[str, Any] | None,
) -> Summary:
    """Hold what there is against what is expected. ``benchmarks``: number → what; ``measured``: bench.json or None."""
    found = tuple(evidence)
    tests: dict[str, set[str]] = {}
    for one in recordings:
        tests.setdefault(one.suite or "", set()).add(one.test)
    known = {suite.name for suite in suites}
    outcomes = run.outcomes if run is not None else ()
    mine = set().union(*(tests.get(name, set()) for name in known)) if known else set()
    return Summary(
        run,
        tuple(_shown(suite, tests.get(suite.name, set()), found, outcomes) for suite in suites),
        tuple(_measured(number, what, measured) for number, what in benchmarks.items()),
        tuple(one for one in found if one.suite not in known),
        tuple(one for one in outcomes if one.how == FAILED and _function(one.test) not in mine),
        tuple(_notes(run)),
    )


def read_benchmarks(path: Path) -> Mapping[str, Any] | None:
    """What ``make bench`` wrote; None when it did not run."""
    if not path.exists():
        return None
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _shown(suite: Suite, tests: set[str], evidence: Sequence[Evidence], outcomes: Sequence[Outcome]) -> Shown:
    mine = tuple(one for one in evidence if one.suite == suite.name)
    ended = [one for one in outcomes if _function(one.test) in tests]
    failed = [f"{_name(one.test)}: {one.reason}" for one in ended if one.how == FAILED]
    silent = sorted(tests - {_function(one.test) for one in mine})
    missing = []
    for test in silent:
        ends = [one for one in ended if _function(one.test) == test]
        if any(one.how == FAILED for one in ends):
            continue
        why = next((one.reason for one in ends if one.how != PASSED), "")
        missing.append(f"{_name(test)}: {'was skipped: ' + why if why else 'handed in nothing'}")
    if len(tests) < suite.tests:
        missing.append(f"{suite.tests - len(tests)} of its {suite.tests} tests no longer exist")
    unfinished = [one for one in ended if one.how not in (PASSED, FAILED) and _function(one.test) not in silent]
    missing += [f"{_name(one.test)}: was skipped: {one.reason}" for one in unfinished]
    standing = Standing.FAILED if failed else Standing.MISSING if missing or not mine else Standing.HELD
    return Shown(suite, standing, mine, (*failed, *missing))


def _measured(number: str, what: str, measured: Mapping[str, Any] | None) -> Measured:
    if measured is None:
        return Measured(number, what, Standing.MISSING, reason="was not measured for this page; run make bench")
    if number in measured["failed"]:
        return Measured(number, what, Standing.FAILED, reason=str(measured["failed"][number]))
    figure = next((one for one in measured["figures"] if one["number"] == number), None)
    if figure is None:
        return Measured(number, what, Standing.MISSING, reason="was not measured in the last run of make bench")
    return Measured(number, what, Standing.HELD if figure["met"] else Standing.MISSED, figure)


def _notes(run: Run | None) -> Iterable[str]:
    if run is None:
        yield "The test run did not come to its end, so nothing is known of tests that are not listed."
        return
    if run.form != "full":
        yield "This is the short form, which tries a small part of the cases. The whole proof is: make proof."
    yield from (f"A test file could not be read: {one}" for one in run.problems)
    if run.exit and not run.count(FAILED) and not run.problems:
        yield f"The test run ended with exit code {run.exit} although no test failed."


def _function(test: str) -> str:
    return test.partition("[")[0]


def _name(test: str) -> str:
    """A test's own words: its name, and the parameters where there are any."""
    words, bracket, parameters = test.partition("::")[2].partition("[")
    name = words.rpartition("::")[2].removeprefix("test_").replace("_", " ")
    return f"{name} ({parameters.rstrip(']')})" if bracket else name
