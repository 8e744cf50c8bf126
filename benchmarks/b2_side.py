"""One side of B2: deliver packets, be killed again and again, and finish in the end. Prints the kills as JSON.

A process that has imported everything and holds nothing open forks a child for each life; the child delivers and dies
by SIGKILL after a time from the schedule, which is the same for both sides. Every life gets new packets.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import requests

from handoff_connectors.sandbox.snippet import TOKENS, configuration
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.testing.factories import make_packet
from proof import naive

PACKETS_A_LIFE = 2
SHORTEST, LONGEST = 0.05, 0.45
"""Seconds from the start of a life to its end."""
PATIENCE = 300.0
"""Seconds for the last life; what is not there then is lost."""
QUICK = 'settle = "800ms"\ntimeout = "1500ms"\nmin_update_interval = "100ms"\nrate = 1.0\n'
"""The stand-ins show everything within 400 ms; Handoff is told so, to keep the benchmark short."""


def main() -> None:
    """``SIDE URLS FOLDER KILLS SEED``."""
    side, urls, folder, kills, seed = sys.argv[1], json.loads(sys.argv[2]), Path(sys.argv[3]), *map(int, sys.argv[4:6])
    chance = random.Random(seed)
    live = _handoff(urls, folder) if side == "handoff" else _script(urls, folder)
    ids: list[str] = []
    killed = 0
    while killed < kills:
        ids += [f"case-{len(ids) + number}" for number in range(PACKETS_A_LIFE)]
        killed += _killed(live, tuple(ids), chance.uniform(SHORTEST, LONGEST))
    ended = os.waitpid(_fork(live, tuple(ids), finish=True), 0)[1]
    if ended:
        raise SystemExit(f"the last life ended with {ended}")
    print(json.dumps({"kills": killed, "packets": ids}))


Life = Callable[[Sequence[str], bool], None]


def _handoff(urls: dict[str, str], folder: Path) -> Life:
    text = configuration(urls)
    for connector in ("zendesk", "hubspot", "slack"):
        line = f'connector = "{connector}"\n'
        text = text.replace(line, line + QUICK)
    path = folder / "handoff.toml"
    path.write_text(text + '\n[delivery]\nlease = "7s"\nretry = { first = "200ms", longest = "2s" }\n')
    secrets = dict.fromkeys(TOKENS, "sandbox")

    def live(ids: Sequence[str], finish: bool) -> None:
        with Handoff(load(path, secrets)) as handoff:
            for packet_id in ids[-PACKETS_A_LIFE:] if not finish else ids:
                handoff.submit(make_packet(id=packet_id, owner=None, made_at=None, revision=None))
            until = time.monotonic() + PATIENCE
            while handoff.sync().exit == 0 and finish and handoff.waiting() and time.monotonic() < until:
                time.sleep(0.2)

    return live


def _script(urls: dict[str, str], folder: Path) -> Life:
    def live(ids: Sequence[str], finish: bool) -> None:
        with requests.Session() as session:
            session.trust_env = False
            naive.deliver(urls, ids, folder / "notes", session=session)

    return live


def _killed(live: Life, ids: Sequence[str], seconds: float) -> bool:
    """Whether a life was still going on when it was ended."""
    child = _fork(live, ids, finish=False)
    time.sleep(seconds)
    ended, _ = os.waitpid(child, os.WNOHANG)
    if ended:
        return False
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _fork(live: Life, ids: Sequence[str], *, finish: bool) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            live(ids, finish)
            code = 0
        finally:  # a child never goes back to where its parent was
            if code:
                traceback.print_exc()
            os._exit(code)
    return child


if __name__ == "__main__":
    main()
