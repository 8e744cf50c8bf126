"""`handoff sync` is killed at random moments, beside a naive script on the same schedule and the same stand-ins.

The short form runs with the other tests; `make kill` and the proof run a thousand kills.
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
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

pytest.importorskip("uvicorn", reason="the stand-ins need the extra `sandbox`: pip install 'handoff[sandbox]'")

from handoff_connectors.sandbox.snippet import TOKENS, configuration
from handoff_core.ledger.sqlite import driver
from handoff_core.testing.factories import make_packet
from proof import naive
from tests.reliability.forked import Runner, Say
from tests.reliability.life import warm

HANDOFF = str(Path(sys.executable).parent / "handoff")
SEED = os.environ.get("HANDOFF_TEST_SEED", "20261121")
KILLS, LANES = 1000, 4
SHORT_KILLS, SHORT_LANES = 30, 2
"""Kills, and the loops that go on at the same time, each with a ledger of its own: a run mostly waits."""
IN_FLIGHT = 20
"""A new packet comes with each run while fewer than this many are on their way in a lane."""
FURTHER = 0.1
"""The share of kills that come up to three times as late: what earlier runs left behind makes a run longer."""
WHOLE_COMMAND = 25
"""Every so manieth run is the installed command in a new interpreter instead of a forked child."""
TENTHS = 10

# The stand-ins show a new ticket, an association, a message only after a while; `settle` says so to Handoff.
LAG = 0.4
LATENCY = 8.0
"""Milliseconds that each answer takes."""
SWITCHES = {
    "common": {"latency": LATENCY},
    "zendesk": {"listing_lag": LAG},
    "hubspot": {"search_lag": LAG, "association_lag": LAG, "unique_on_engagements": False},
    "slack": {"history_lag": LAG},
}
QUICK = 'settle = "1500ms"\ntimeout = "1s"\nmin_update_interval = "100ms"\nrate = 1.0\n'
DELIVERY = '\n[delivery]\nlease = "6500ms"\nretry = { first = "200ms", longest = "2s" }\n'
# A channel a lane of work: Slack takes one message a second in each, and the test need not wait for that.
CHANNELS = 'channels_by_lane = { sales = "C0SALES", booking = "C0URGENT" }\n'

pytestmark = pytest.mark.kill


@pytest.fixture
def urls(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The stand-ins as a process of their own, so that killing `sync` leaves them alone."""
    port_file = tmp_path / "ports.json"
    command = [sys.executable, "-m", "handoff_connectors.sandbox", "--port-file", str(port_file), "--no-limits"]
    server = subprocess.Popen([*command, "--switches", json.dumps(SWITCHES)])
    deadline = time.monotonic() + 60
    while not port_file.exists():
        assert server.poll() is None, "the stand-ins did not start"
        assert time.monotonic() < deadline, "the stand-ins did not start in time"
        time.sleep(0.02)
    yield json.loads(port_file.read_text())
    server.terminate()
    server.wait(20)


def sync_in_a_child(say: Say, config: Path) -> None:
    """The whole command `handoff sync`, in a process that has imported it already."""
    from handoff_core.cli.main import run

    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.environ.update(dict.fromkeys(TOKENS, "sandbox"))
    say(run(["--config", str(config), "sync", "--json"]))


def post_naively(say: Say, urls: dict[str, str], packet_ids: list[str], notes: Path) -> None:
    """The naive script, as it would be started again."""
    with requests.Session() as session:
        session.trust_env = False
        naive.deliver(urls, packet_ids, notes, session=session)


def warm_command(config: Path) -> None:
    """Import what `handoff sync` needs."""
    from handoff_core.cli import app, sync

    assert app
    assert sync
    warm(config)


@dataclass
class Script:
    """One of the two sides. ``length``: seconds of an undisturbed run that has as much to do as one of the loop."""

    start: Callable[[], int]
    length: float = 0.0
    killed: int = 0
    ended: int = 0
    left_open: int = 0
    """Kills that left an intent without a result behind."""
    spread: Counter[int] = field(default_factory=Counter)
    tenths: list[int] = field(default_factory=list)


@dataclass
class Lane:
    """One loop of kills: a business, its inbox and ledger, and the naive script with its notes."""

    number: int
    folder: Path
    urls: dict[str, str]
    runner: Runner
    chance: random.Random
    newest: dict[str, int] = field(default_factory=dict)
    files: int = 0

    def __post_init__(self) -> None:
        (self.folder / "inbox").mkdir()
        notes = self.folder / "notes"
        self.ours = Script(lambda: self.runner.start(sync_in_a_child, self.config))
        self.theirs = Script(lambda: self.runner.start(post_naively, self.urls, list(self.newest), notes))

    @property
    def business(self) -> str:
        """The id of the business."""
        return f"acme-{self.number}"

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "handoff.toml"

    def drop(self, packet_id: str, revision: int) -> None:
        """Put a packet into the inbox as another program would: written aside, then renamed."""
        lane = ("support", "sales", "booking")[sum(packet_id.encode()) % 3]
        summary = f"Revision {revision} of {packet_id}: no hot water."
        packet = make_packet(id=packet_id, lane=lane, summary=summary, owner=None, made_at=None, revision=revision)
        self.newest[packet_id] = revision
        self.files += 1
        aside = self.folder / "inbox" / f"{self.files:06d}.json.tmp"
        aside.write_text(packet.to_json())
        aside.rename(aside.with_suffix(""))

    def feed(self) -> None:
        """A new packet while few are on their way; now and then news of an earlier one."""
        if len(self.undelivered()) < IN_FLIGHT:
            self.drop(f"lane-{self.number}-{len(self.newest)}", 1)
            if self.chance.random() < 0.25:
                earlier = self.chance.choice(sorted(self.newest))
                self.drop(earlier, self.newest[earlier] + 1)

    def undelivered(self) -> set[str]:
        """Packets that are not delivered everywhere, those in the inbox included."""
        with closing(driver().connect(self.folder / "handoff.db", timeout=30)) as connection:
            known = {name for (name,) in connection.execute("SELECT id FROM packets")}
            query = "SELECT DISTINCT packet_id FROM deliveries WHERE state <> 'delivered' OR done <> wanted"
            open_ = {name for (name,) in connection.execute(query)}
        waiting = len(list((self.folder / "inbox").glob("*.json")))
        return open_ | (set(self.newest) - known) | ({"in the inbox"} if waiting else set())

    def open_intents(self) -> set[tuple[str, ...]]:
        """Requests whose outcome the ledger does not know."""
        query = "SELECT packet_id, destination, kind, sent_at FROM records WHERE state IN ('sending', 'unknown')"
        with closing(driver().connect(self.folder / "handoff.db", timeout=30)) as connection:
            return set(connection.execute(query))

    def measure(self) -> None:
        """How long an undisturbed run with one new packet takes, on both sides; the first one is not counted."""
        for number in range(2):
            self.drop(f"lane-{self.number}-first-{number}", 1)
            self.ours.length, self.theirs.length = self._undisturbed(self.ours), self._undisturbed(self.theirs)

    def kill(self, script: Script) -> None:
        """Start it and kill it at a random moment of its run."""
        moment = self._moment(script)
        pid = script.start()
        time.sleep(moment * script.length)
        os.kill(pid, signal.SIGKILL)
        code, said = self.runner.wait(pid)
        if code == -signal.SIGKILL and not said:
            script.killed += 1
            script.spread[min(int(moment * TENTHS), TENTHS)] += 1
        else:
            assert code in (0, -signal.SIGKILL), said
            script.ended += 1

    def _moment(self, script: Script) -> float:
        """A random moment, 1.0 = the end of an undisturbed run; every tenth of it comes equally often."""
        if self.chance.random() < FURTHER:
            return self.chance.uniform(1.0, 3.0)
        if not script.tenths:
            script.tenths = self.chance.sample(range(TENTHS), TENTHS)
        return (script.tenths.pop() + self.chance.random()) / TENTHS

    def kill_command(self) -> None:
        """The same with the installed command in an interpreter of its own."""
        process = subprocess.Popen(
            [HANDOFF, "--config", str(self.config), "sync", "--json"],
            env=os.environ | dict.fromkeys(TOKENS, "sandbox"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(self.chance.uniform(0.0, 1.0 + self.ours.length))
            self.ours.ended += 1
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            self.ours.killed += 1

    def loop(self, kills: int) -> None:
        """So many kills of `sync`, and as many of the naive script; then both run to their end."""
        self.measure()
        runs = 0
        while self.ours.killed < kills:
            runs += 1
            assert runs < kills * 3, "most runs ended before they were killed: the test shows too little"
            self.feed()
            before = self.open_intents()
            if runs % WHOLE_COMMAND == 0:
                self.kill_command()
            else:
                self.kill(self.ours)
            self.ours.left_open += bool(self.open_intents() - before)
            if self.theirs.killed < kills:
                self.kill(self.theirs)
        self._finish()

    def _finish(self) -> None:
        self._undisturbed(self.theirs)
        deadline = time.monotonic() + 180
        while self.undelivered():
            assert time.monotonic() < deadline, f"not delivered in time: {self.undelivered()}"
            self._undisturbed(self.ours)

    def _undisturbed(self, script: Script) -> float:
        began = time.monotonic()
        code, said = self.runner.wait(script.start())
        assert code == 0, said
        assert said in ([0], []), "sync says that something needs a person"
        return time.monotonic() - began


def make_lane(number: int, tmp_path: Path, urls: dict[str, str]) -> Lane:
    """A lane with its configuration and its runner."""
    folder = tmp_path / f"lane-{number}"
    folder.mkdir()
    text = configuration(urls).replace("acme-plumbing", f"acme-{number}")
    for connector in ("zendesk", "hubspot", "slack"):
        line = f'connector = "{connector}"\n'
        text = text.replace(line, line + QUICK)
    text = text.replace("channels_by_urgency", f"{CHANNELS}channels_by_urgency") + DELIVERY
    config = folder / "handoff.toml"
    config.write_text(text)
    return Lane(number, folder, urls, Runner(partial(warm_command, config)), random.Random(f"{SEED} {number}"))


def control(urls: dict[str, str], path: str) -> Any:
    with urllib.request.urlopen(f"{urls['page']}/_control/{path}", timeout=60) as answer:
        return json.load(answer)


@pytest.mark.long
def test_kills_at_random_moments_double_and_lose_nothing_while_a_naive_script_doubles_dozens(
    tmp_path, urls, full_proof, evidence
):
    kills, loops = (KILLS, LANES) if full_proof else (SHORT_KILLS, SHORT_LANES)
    print(f"\nseed {SEED} (HANDOFF_TEST_SEED sets another)")
    lanes = [make_lane(number, tmp_path, urls) for number in range(loops)]
    try:
        with ThreadPoolExecutor(loops) as pool:
            for done in [pool.submit(lane.loop, kills // loops) for lane in lanes]:
                done.result()
    finally:
        for lane in lanes:
            lane.runner.close()

    held = control(urls, "records")
    packets = [(lane.business, packet_id) for lane in lanes for packet_id in lane.newest]
    doubled = {key: places for key, places in held["duplicates"].items() if not key.startswith("ho-naive.")}
    sides = [naive.count(held["records"], lane.newest, lane.business) for lane in lanes]
    lost = sum(side.lost for side in sides)
    lost += sum(f"{naive.key(one, business)}~brief" not in held["records"] for business, one in packets)
    assert doubled == {}
    assert lost == 0
    assert _stale(urls, lanes) == []

    theirs = naive.count(held["records"], [one for _, one in packets])
    spread = sum((lane.ours.spread for lane in lanes), Counter())
    killed = sum(lane.ours.killed for lane in lanes)
    left_open = sum(lane.ours.left_open for lane in lanes)
    print(f"{killed} kills, {len(packets)} packets: {len(doubled)} doubled, {lost} lost")
    print(f"the naive script: {theirs.doubled} doubled, {theirs.lost} lost")
    print(f"{left_open} kills left a request behind whose outcome was not known")
    print(f"kills by tenth of a run, and later: {[spread[tenth] for tenth in range(TENTHS + 1)]}")
    assert killed >= kills
    assert theirs.doubled >= kills / 10, "the schedule is too easy: the naive script doubles too little"
    assert min(spread[tenth] for tenth in range(TENTHS)) >= kills // 50, f"kills are not spread: {spread}"
    evidence(
        "Kill loop",
        "`sync` killed at random moments doubles and loses nothing; a naive script on the same schedule does.",
        cases=killed,
        doubled=len(doubled),
        lost=lost,
        doubled_by_the_naive_script=theirs.doubled,
        lost_by_the_naive_script=theirs.lost,
        packets=len(packets),
        outcome_not_known=left_open,
        seed=SEED,
    )


def _stale(urls: dict[str, str], lanes: list[Lane]) -> list[str]:
    """Records that do not show the newest revision."""
    tickets = {
        ticket["external_id"]: json.dumps(ticket["custom_fields"])
        for ticket in control(urls, "state/zendesk")["tickets"]
    }
    notes = [note["properties"]["hs_note_body"] or "" for note in control(urls, "state/hubspot")["objects"]["notes"]]
    messages = [
        json.dumps(message) for channel in control(urls, "state/slack")["messages"].values() for message in channel
    ]
    stale = []
    for lane in lanes:
        for packet_id, revision in lane.newest.items():
            newest = f"Revision {revision} of {packet_id}:"
            key = f"ho-{lane.business}.{packet_id}"
            if newest not in tickets.get(key, ""):
                stale.append(f"zendesk {key}")
            if not any(newest in note and f"{key}<" in note for note in notes):
                stale.append(f"hubspot {key}")
            if not any(newest in message and f'"{key}"' in message for message in messages):
                stale.append(f"slack {key}")
    return stale
