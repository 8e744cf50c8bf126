"""The worked example under docs/: it passes its own tests, and stays as small as the documentation says."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "docs" / "connector-example"
LONGEST = 150
"""Lines of the connector with its tests."""


def test_the_example_passes_the_whole_contract() -> None:
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml"),
            *("--rootdir", EXAMPLE, EXAMPLE / "tests"),
        ],
        env={**os.environ, "PYTHONPATH": str(EXAMPLE), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_example_and_its_tests_are_at_most_150_lines() -> None:
    files = [*EXAMPLE.glob("*.py"), *EXAMPLE.glob("tests/*.py")]
    assert sum(len(file.read_text().splitlines()) for file in files) <= LONGEST


def test_its_entry_point_names_its_connector(monkeypatch: pytest.MonkeyPatch) -> None:
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
    module, _, name = project["entry-points"]["handoff.connectors"]["acme-desk"].partition(":")
    monkeypatch.syspath_prepend(EXAMPLE)
    assert getattr(import_module(module), name).title == "Acme Desk"
