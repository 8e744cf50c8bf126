"""B8: `handoff sync` with nothing due, a cold process, against importing the three SDKs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.business import SECRETS, open_business
from benchmarks.rounds import Figure, take_turns

ROUNDS = 15
_SDKS = "import zenpy, hubspot, slack_sdk; from hubspot.crm.objects import BasicApi; from slack_sdk import WebClient"


def run() -> Figure:
    """Wall seconds of whole processes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = os.environ | SECRETS
        open_business(folder).close()
        command = [str(Path(sys.executable).parent / "handoff"), "--config", str(folder / "handoff.toml"), "sync"]
        printed = json.loads(_output([*command, "--json"], environment))

        def ours() -> float:
            return _seconds(command, environment)

        def other() -> float:
            return _seconds([sys.executable, "-c", _SDKS], environment)

        mine, theirs = take_turns(ROUNDS, ours, other)
        loaded = _output(
            [sys.executable, "-c", _WHICH.format(config=str(folder / "handoff.toml"))], environment
        ).splitlines()[-1]
    if printed["exit"] != 0 or loaded != "[]":
        raise AssertionError(f"printed {printed}, imported {loaded}")
    return Figure(
        "B8",
        "`handoff sync`, nothing due, cold process",
        "importing the three SDKs",
        tuple(mine),
        tuple(theirs),
        "s",
        0.35,
        "prints its result, ends with 0, imports neither an SDK nor pydantic, SQLAlchemy or requests",
    )


_WHICH = """
import sys
from handoff_core.cli.main import main
sys.argv = ["handoff", "--config", {config!r}, "sync"]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print([name for name in ("zenpy", "hubspot", "slack_sdk", "pydantic", "sqlalchemy", "requests") if name in sys.modules])
"""


def _seconds(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def _output(command: list[str], environment: dict[str, str]) -> str:
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
