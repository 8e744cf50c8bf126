"""The pytest side of the proof suites: ``--proof full``, ``--evidence FILE`` and two fixtures."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from proof.evidence import Evidence, Figure

Record = Callable[..., None]
"""``record(suite, claim, cases=…, **figures)``; see Evidence."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Two options."""
    group = parser.getgroup("proof")
    group.addoption("--proof", choices=["short", "full"], default="short", help="how much the proof suites try")
    group.addoption("--evidence", type=Path, default=None, help="append what the proof suites found to this file")


@pytest.fixture(scope="session")
def full_proof(request: pytest.FixtureRequest) -> bool:
    """Whether the full form was asked for (``make proof``)."""
    return bool(request.config.getoption("--proof") == "full")


@pytest.fixture
def evidence(request: pytest.FixtureRequest, full_proof: bool) -> Record:
    """Call it as a test's last line, once its assertions held: ``evidence("Kill loop", "…", cases=200, lost=0)``."""
    began = time.monotonic()
    path: Path | None = request.config.getoption("--evidence")

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
