"""B6: CPU seconds per packet delivered to three systems, against a bare script that makes the same requests.

Both sides are processes of their own that warm up first; the stand-ins are a third process, whose CPU counts for
neither. The vendors' limits are lifted on both sides, so that nobody is measured waiting. Which record gets its links
by an update depends on which account's lane was first, so the script is told how many updates of each kind Handoff
made in the round before. The stand-ins' logs must then show the same requests for both, or there is no figure.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.b6_bare import UPDATES
from benchmarks.rounds import Figure, take_turns

ROUNDS = 5
PACKETS = 30


def run() -> Figure:
    """CPU milliseconds per packet, by round."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server, urls = stand_ins(folder)
        try:
            logs: dict[str, Counter[str]] = {}

            def side(module: str, *given: str) -> float:
                control(urls, "reset", {})
                out = subprocess.run(
                    [sys.executable, "-m", module, json.dumps(urls), str(PACKETS), *given],
                    check=True,
                    capture_output=True,
                    text=True,
                ).stdout
                result: dict[str, Any] = json.loads(out.splitlines()[-1])
                logs[module] = _requests(urls)
                _check_records(urls, result["packets"])
                return float(result["cpu_seconds"]) / PACKETS * 1000

            def bare_side() -> float:
                made = logs["benchmarks.b6_handoff"]
                return side("benchmarks.b6_bare", json.dumps({kind: made[name] for kind, name in UPDATES.items()}))

            mine, theirs = take_turns(ROUNDS, lambda: side("benchmarks.b6_handoff"), bare_side)
        finally:
            server.terminate()
            server.wait(20)
    ours, bare = logs["benchmarks.b6_handoff"], logs["benchmarks.b6_bare"]
    differing = {one: (ours[one], bare[one]) for one in ours | bare if ours[one] != bare[one]}
    if differing:
        raise AssertionError(f"the two sides made different requests (ours, bare): {differing}")
    return Figure(
        "B6",
        "CPU per packet delivered to three systems",
        "bare script, same requests, same SDKs, cached clients",
        tuple(mine),
        tuple(theirs),
        "ms",
        2.0,
        f"{sum(ours.values())} requests ours, {sum(bare.values())} the script's, of the same kinds; "
        "every packet once in each system",
    )


def stand_ins(folder: Path) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    """The stand-ins as a process of their own, without limits, and their origins."""
    ports = folder / "ports.json"
    server = subprocess.Popen(
        [sys.executable, "-m", "handoff_connectors.sandbox", "--port-file", str(ports), "--no-limits"]
    )
    while not ports.exists():
        if server.poll() is not None:
            raise RuntimeError("the stand-ins did not start")
        time.sleep(0.02)
    return server, json.loads(ports.read_text())


def control(urls: dict[str, str], path: str, body: object = None) -> Any:
    """Ask their control API, or tell it something."""
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        f"{urls['page']}/_control/{path}", data=content, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"null")


def _requests(urls: dict[str, str]) -> Counter[str]:
    """How many requests of each kind: method and path with ids blanked. What is learnt once a run is left out."""
    kinds: Counter[str] = Counter()
    for one in control(urls, "requests")["requests"]:
        path = re.sub(r"[0-9]{3,}|[^/]+(@|%40)[^/]+", "*", one["path"].removesuffix(".json"))
        if not re.search(r"owners|users|properties|auth\.test|lookupByEmail|account-info", path):
            kinds[f"{one['vendor']} {one['method']} {path.replace('2*-*', '2026-03')}"] += 1
    return kinds


def _check_records(urls: dict[str, str], packets: int) -> None:
    records = control(urls, "records")["records"]
    for place in ("zendesk", "hubspot.notes", "slack"):
        found = [len(places[place]) for key, places in records.items() if "~" not in key and place in places]
        if found != [1] * packets:
            raise AssertionError(f"{place}: {len(found)} keys for {packets} packets, {sum(found)} records")
