"""Makes the corpora and readers importable (`from corpora import …`), and opens a stage for the search for secrets."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from stages import Stage, open_stage


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A folder for businesses, every secret a canary, all loggers written to a file."""
    with open_stage(tmp_path, monkeypatch) as opened:
        yield opened
