"""The stand-ins of all three vendors in one process, and a stage for each case, on one clock."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from handoff_connectors.sandbox.server import Sandbox
from tests.reliability.matrix.stage import SharedClock, Stage

SetUp = Callable[..., Any]


@pytest.fixture(scope="session")
def running() -> Iterator[tuple[Sandbox, SharedClock]]:
    """One server for all cases of this process."""
    clock = SharedClock()
    with Sandbox(clock=clock, limits=False) as sandbox:
        yield sandbox, clock


@pytest.fixture
def set_up(running: tuple[Sandbox, SharedClock]) -> SetUp:
    """Gives a stage with empty accounts and an empty ledger: ``with set_up(["slack"], timeout="300ms") as stage:``."""
    sandbox, clock = running

    @contextmanager
    def make(vendors: list[str], **options: Any) -> Iterator[Stage]:
        sandbox.settle_late()
        sandbox.reset()
        with tempfile.TemporaryDirectory(prefix="handoff-case-", dir=_QUICK if _QUICK.is_dir() else None) as folder:
            stage = Stage(sandbox, clock, Path(folder), vendors, **options)
            try:
                yield stage
            finally:
                stage.close()

    return make


_QUICK = Path("/dev/shm")
"""Memory, where the system has it as a folder: hundreds of ledgers are made, and none is to outlive its case."""
