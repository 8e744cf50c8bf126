"""The pytest side of the proof suites: ``--proof full``, ``--evidence FILE``, two fixtures, and how the tests ended."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from proof import outcome
from proof.evidence import Evidence, Figure
from proof.outcome import FAILED, PASSED, SKIPPED, Outcome, Run

Record = Callable[..., None]
"""``record(suite, claim, cases=…, **figures)``; see Evidence."""
_RECORDS, _POSTGRES = "proof.records", "proof.postgres"
_LONGEST_REASON = 300


def pytest_addoption(parser: pytest.Parser) -> None:
    """Two options."""
    group = parser.getgroup("proof")
    group.addoption("--proof", choices=["short", "full"], default="short", help="how much the proof suites try")
    group.addoption(
        "--evidence",
        type=Path,
        default=None,
        help="append what the suites found to this file, outcomes beside it",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Note outcomes where all of them arrive: in the process that distributes the tests."""
    if _file(config) is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(OutcomeLog(config), "proof.outcomes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what hands in evidence, and what talks to PostgreSQL; the marks travel with the reports.

    In the full form what takes minutes is begun first, so that no worker waits at the end for a test of another.
    """
    if config.getoption("--proof") == "full":
        items.sort(key=lambda item: item.get_closest_marker("long") is None)
    for item in items:
        names = getattr(item, "fixturenames", ())
        if "evidence" in names:
            item.user_properties.append((_RECORDS, True))
        if any("postgres" in name for name in names):
            item.user_properties.append((_POSTGRES, True))


@pytest.fixture(scope="session")
def full_proof(request: pytest.FixtureRequest) -> bool:
    """Whether the full form was asked for (``make proof``)."""
    return bool(request.config.getoption("--proof") == "full")


@pytest.fixture
def evidence(request: pytest.FixtureRequest, full_proof: bool) -> Record:
    """Call it as a test's last line, once its assertions held: ``evidence("Kill loop", "…", cases=200, lost=0)``."""
    began = time.monotonic()
    path = _file(request.config)

    def record(suite: str, claim: str, *, cases: int, **figures: Figure) -> None:
        if cases <= 0:
            raise AssertionError(f"{suite}: nothing was tried")
        if path is None:
            return
        form = "full" if full_proof else "short"
        seconds = round(time.monotonic() - began, 1)
        line = Evidence(suite, claim, cases, figures, request.node.nodeid, form, seconds).to_line()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            # Several workers of one run append to it.
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(line + "\n")

    return record


class OutcomeLog:
    """Gathers how every test ended and writes it when the run is over. A run that is killed leaves nothing."""

    def __init__(self, config: pytest.Config) -> None:
        file = _file(config)
        assert file is not None
        self._path = outcome.beside(file)
        self._path.unlink(missing_ok=True)
        self._form = str(config.getoption("--proof"))
        self._began = time.time()
        self._outcomes: dict[str, Outcome] = {}
        self._problems: list[str] = []

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that could not be read has tests that nobody saw."""
        if report.failed:
            self._problems.append(f"{report.nodeid}: {_last_line(report.longreprtext)}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One phase of one test; the worst phase counts."""
        marks = dict(report.user_properties)
        before = self._outcomes.get(report.nodeid)
        how = FAILED if report.failed else SKIPPED if report.skipped else PASSED
        reason = "" if how == PASSED else _reason(report)
        if before is not None and before.how != PASSED:
            how, reason = before.how, before.reason
        self._outcomes[report.nodeid] = Outcome(
            report.nodeid,
            how,
            round((before.seconds if before else 0.0) + report.duration, 1),
            reason,
            records=_RECORDS in marks or (before is not None and before.records),
            postgres=_POSTGRES in marks or (before is not None and before.postgres),
        )

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Write it all."""
        began = datetime.fromtimestamp(self._began, UTC).isoformat(timespec="seconds")
        outcomes = tuple(self._outcomes.values())
        problems = tuple(dict.fromkeys(self._problems))
        seconds = round(time.time() - self._began, 1)
        outcome.write(Run(self._form, began, seconds, int(exitstatus), outcomes, problems), self._path)


def _file(config: pytest.Config) -> Path | None:
    """Where evidence goes; whole, since a test may work in a folder of its own."""
    given: Path | None = config.getoption("--evidence")
    return None if given is None else config.invocation_params.dir / given


def _reason(report: pytest.TestReport) -> str:
    if report.skipped and isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")[:_LONGEST_REASON]
    crash = getattr(report.longrepr, "reprcrash", None)
    return _last_line(crash.message if crash is not None else report.longreprtext, first=True)


def _last_line(text: str, *, first: bool = False) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0 if first else -1][:_LONGEST_REASON] if lines else "no reason was given"
