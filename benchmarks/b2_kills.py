"""B2: records doubled or lost in 100 kills, against the naive script on the same schedule.

Both sides deliver to the same stand-ins, whose answers take 48 ms and whose listings show a new record 400 ms late.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.b6_cpu_per_packet import control, stand_ins
from benchmarks.rounds import Figure, take_turns
from proof import naive

ROUNDS = 5
KILLS = 20
SEED = 20261125
SWITCHES = {
    "common": {"latency": 48.0},
    "zendesk": {"listing_lag": 0.4},
    "hubspot": {"search_lag": 0.4, "association_lag": 0.4, "unique_on_engagements": False},
    "slack": {"history_lag": 0.4},
}
BUSINESSES = {"handoff": "acme-plumbing", "naive": naive.BUSINESS}


def run() -> Figure:
    """Doubled and lost records in 100 kills, by round."""
    delivered: dict[str, int] = dict.fromkeys(BUSINESSES, 0)
    lost: dict[str, int] = dict.fromkeys(BUSINESSES, 0)
    numbers: dict[str, int] = dict.fromkeys(BUSINESSES, 0)
    with tempfile.TemporaryDirectory() as folder:
        server, urls = stand_ins(Path(folder))
        try:

            def side(name: str) -> float:
                numbers[name] += 1
                control(urls, "reset", {})
                control(urls, "switches", SWITCHES)
                own = Path(folder) / f"{name}-{numbers[name]}"
                own.mkdir()
                command = [sys.executable, "-m", "benchmarks.b2_side", name, json.dumps(urls), str(own), str(KILLS)]
                seed = str(SEED + numbers[name])
                out = subprocess.run([*command, seed], check=True, capture_output=True, text=True).stdout
                result: dict[str, Any] = json.loads(out.splitlines()[-1])
                records = control(urls, "records")["records"]
                found = naive.count(records, result["packets"], BUSINESSES[name])
                delivered[name] += len(result["packets"])
                lost[name] += found.lost
                return (found.doubled + found.lost) * 100 / int(result["kills"])

            mine, theirs = take_turns(ROUNDS, lambda: side("handoff"), lambda: side("naive"))
        finally:
            server.terminate()
            server.wait(20)
    if not min(theirs):
        raise AssertionError(f"the naive script doubled nothing in a round ({theirs}): the kills came at no bad moment")
    return Figure(
        "B2",
        "records doubled or lost in 100 kills",
        "naive script that posts, then notes; same schedule, same stand-ins",
        tuple(mine),
        tuple(theirs),
        "records",
        0.0,
        f"{ROUNDS} rounds of {KILLS} kills of a side that was at work; {delivered['handoff']:,} packets ours, "
        f"{delivered['naive']:,} the script's, looked for in all three systems",
        f"lost: {lost['handoff']} ours, {lost['naive']} the script's",
    )
