"""The stand-ins of all three vendors in one process, and a stage for each case, on one clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from handoff_connectors.sandbox.server import Sandbox
from tests.reliability.matrix.stage import SharedClock, Stage, quick_folder

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
        with quick_folder() as folder:
            stage = Stage(sandbox, clock, folder, vendors, **options)
            try:
                yield stage
            finally:
                stage.close()

    return make
