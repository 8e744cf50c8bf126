"""`handoff sync` is killed at random moments; every packet still ends as one record in each system.

The short form runs with the other tests; `make kill` runs 200 kills.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from handoff_connectors.sandbox.snippet import TOKENS, configuration
from handoff_core.testing.factories import make_packet

HANDOFF = str(Path(sys.executable).parent / "handoff")
SEED = 20261121
# The stand-ins show a new ticket, an association, a message only after a while; `settle` says so to Handoff.
LAG = 0.4
SWITCHES = {
    "zendesk": {"listing_lag": LAG},
    "hubspot": {"search_lag": LAG, "association_lag": LAG, "unique_on_engagements": False},
    "slack": {"history_lag": LAG},
}
QUICK = 'settle = "800ms"\ntimeout = "1500ms"\nmin_update_interval = "100ms"\nrate = 1.0\n'
LANES = ("support", "sales", "booking")
# A channel a lane: Slack takes one message a second in each, and the test need not wait for that.
CHANNELS = 'channels_by_lane = { sales = "C0SALES", booking = "C0URGENT" }\n'

pytestmark = pytest.mark.kill


@pytest.fixture
def stand_ins(tmp_path):
    """The stand-ins as a process of their own, so that killing `sync` leaves them alone."""
    port_file = tmp_path / "ports.json"
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "handoff_connectors.sandbox",
            "--port-file",
            str(port_file),
            "--no-limits",
            "--switches",
            json.dumps(SWITCHES),
        ]
    )
    deadline = time.monotonic() + 30
    while not port_file.exists():
        assert server.poll() is None, "the stand-ins did not start"
        assert time.monotonic() < deadline, "the stand-ins did not start in time"
        time.sleep(0.02)
    yield json.loads(port_file.read_text())
    server.terminate()
    server.wait(20)


def configure(folder: Path, urls: dict[str, str]) -> Path:
    text = configuration(urls)
    for connector in ("zendesk", "hubspot", "slack"):
        line = f'connector = "{connector}"\n'
        text = text.replace(line, line + QUICK)
    text = text.replace("channels_by_urgency", f"{CHANNELS}channels_by_urgency")
    path = folder / "handoff.toml"
    path.write_text(text + '\n[delivery]\nlease = "7s"\nretry = { first = "200ms", longest = "2s" }\n')
    return path


def drop_packets(folder: Path, round_number: int) -> list[str]:
    """Put new packets into the inbox as another program would: written aside, then renamed."""
    inbox = folder / "inbox"
    inbox.mkdir(exist_ok=True)
    ids = []
    for lane in LANES:
        packet = make_packet(id=f"case-{round_number}-{lane}", lane=lane, owner=None, made_at=None, revision=None)
        aside = inbox / f"{packet.id}.json.tmp"
        aside.write_text(packet.to_json())
        aside.rename(inbox / f"{packet.id}.json")
        ids.append(packet.id)
    return ids


def control(urls: dict[str, str], path: str) -> object:
    with urllib.request.urlopen(f"{urls['page']}/_control/{path}", timeout=10) as answer:
        return json.load(answer)


def sync(config: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [HANDOFF, "--config", str(config), "sync", "--json"],
        env=os.environ | dict.fromkeys(TOKENS, "sandbox"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_kills_at_random_moments_leave_one_record_a_packet_and_lose_nothing(tmp_path, stand_ins, kills):
    chance = random.Random(SEED)
    config = configure(tmp_path, stand_ins)
    ids: list[str] = []
    killed = 0
    for number in range(kills):
        ids += drop_packets(tmp_path, number)
        running = sync(config)
        # Most of a run is start-up; the moments after it are the ones that matter.
        try:
            running.communicate(timeout=chance.uniform(0.45, 1.9))
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGKILL)
            running.communicate()
            killed += 1
    assert killed >= kills * 0.6, "the runs ended before they were killed: the test shows too little"

    deadline = time.monotonic() + 120 + len(ids) * 2
    while True:
        out, err = sync(config).communicate(timeout=1200)
        result = json.loads(out)
        waiting = subprocess.run(
            [HANDOFF, "--config", str(config), "status", "--json"],
            env=os.environ | dict.fromkeys(TOKENS, "sandbox"),
            capture_output=True,
            text=True,
            check=False,
        )
        states = [json.loads(line) for line in waiting.stdout.splitlines() if line.strip()]
        rows = states[0] if len(states) == 1 and isinstance(states[0], list) else states
        if len(rows) == len(ids) and all(row["state"] == "delivered" for row in rows):
            break
        assert time.monotonic() < deadline, f"not delivered in time: {result}, {err.decode()[-500:]}"
        time.sleep(0.3)

    records = control(stand_ins, "records")
    found = records["records"] if isinstance(records, dict) and "records" in records else records
    doubled = {key: places for key, places in found.items() for ids_ in places.values() if len(ids_) > 1}
    assert doubled == {}
    for packet_id in ids:
        key = f"ho-acme-plumbing.{packet_id}"
        assert {"zendesk", "hubspot.notes", "slack"} <= set(found[key]), key
        assert f"{key}~brief" in found
    print(f"\n{killed} kills, {len(ids)} packets, every record once")
