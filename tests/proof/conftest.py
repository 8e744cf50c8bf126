"""A small world for the page: two suites, their tests, a run in which all of it held."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from proof.evidence import Evidence
from proof.outcome import Outcome, Run
from proof.recorded import Recording
from proof.suites import PROMISES, Suite
from proof.summary import Summary, summarise

KILL = "tests/test_kill.py::test_kills_lose_nothing"
MENU = "tests/test_menu.py::test_every_fault_ends_well"


def figure(number: str, ours: float = 1.0, aim: float = 1.0, goals: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    met = ours <= aim and all(goal["met"] for goal in goals)
    values = {"number": number, "what": "a write", "against": "a post", "ours": [ours], "other": [1.0], "unit": "ms"}
    derived = {"ratios": [ours], "median_ratio": ours, "ours_median": ours, "other_median": 1.0, "met": met}
    return values | derived | {"aim": aim, "checked": "all there once", "beside": "", "goals": list(goals)}


@dataclass
class World:
    """What a run left behind; a test spoils one thing and looks at the page."""

    suites: tuple[Suite, ...] = (
        Suite("Kill loop", PROMISES[0].title, "Killed at random moments."),
        Suite("Fault menu", PROMISES[2].title, "Every fault."),
    )
    recordings: tuple[Recording, ...] = (Recording(KILL, "Kill loop", 1), Recording(MENU, "Fault menu", 1))
    evidence: tuple[Evidence, ...] = (
        Evidence(
            "Kill loop",
            "Nothing is lost.",
            1000,
            {"doubled": 0, "lost": 0, "doubled_by_the_naive_script": 493},
            KILL,
            "full",
            200.0,
        ),
        Evidence("Fault menu", "Every fault ends well.", 250, {"longest_wait": 1.25}, f"{MENU}[slack]", "full", 60.0),
    )
    run: Run | None = field(
        default_factory=lambda: Run(
            "full",
            "2026-11-25T22:00:00+00:00",
            260.0,
            0,
            (Outcome(KILL, "passed", 200.0, records=True), Outcome(f"{MENU}[slack]", "passed", 60.0, records=True)),
        )
    )
    benchmarks: dict[str, str] = field(default_factory=lambda: {"B1": "durable write", "B2": "kills"})
    measured: dict[str, Any] | None = field(
        default_factory=lambda: {
            "began": "then",
            "commit": "abc",
            "failed": {},
            "figures": [figure("B1"), figure("B2")],
        }
    )

    def end(self, test: str, how: str, reason: str = "") -> None:
        """Let a test end differently; one that did not pass has handed in nothing."""
        assert self.run is not None
        outcomes = tuple(replace(one, how=how, reason=reason) if one.test == test else one for one in self.run.outcomes)
        self.run = replace(self.run, outcomes=outcomes, exit=1 if how == "failed" else 0)
        self.evidence = tuple(one for one in self.evidence if one.test != test)

    def summary(self) -> Summary:
        return summarise(self.suites, self.recordings, self.evidence, self.run, self.benchmarks, self.measured)


@pytest.fixture
def world() -> World:
    return World()
