"""B5: how long packets of 19 businesses take while a 20th has 50,000 queued and a hung vendor, against without it.

One ``handoff work`` serves all twenty, each with a ledger of its own and Zendesk as its destination. The hung vendor
accepts every connection and never answers. A packet's time runs from its receipt to its delivery.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

from benchmarks.b6_cpu_per_packet import control, stand_ins
from benchmarks.rounds import Figure, take_turns
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.ledger.sqlite import driver
from handoff_core.testing.factories import make_packet

NEIGHBOURS = 19
QUEUED = 50_000
PACKETS = 15
"""A neighbour and a round."""
PAUSE = 0.03
"""Seconds between two packets, of all neighbours in turn."""
ROUNDS = 5
AIM = 1.1
PATIENCE = 120.0
_TOML = """
[business]
id = "{name}"
[store]
url = "sqlite:///{name}.db"
[owners.dana]
name = "Dana Fields"
identities = {{ desk = "9001" }}
[destinations.desk]
connector = "zendesk"
subdomain = "{name}"
base_url = "{url}"
token_env = "ZENDESK_TOKEN"
brief_field = 360010
[routing]
fallback = "dana"
"""
_SECRETS = {"ZENDESK_TOKEN": "sandbox"}


def run() -> Figure:
    """p99 of each round, in seconds."""
    numbers = count()
    sent = 0
    with tempfile.TemporaryDirectory() as name, _hung_vendor() as hung, ExitStack() as open_ledgers:
        folder = Path(name)
        server, urls = stand_ins(folder)
        try:
            neighbours = [
                open_ledgers.enter_context(_business(folder, f"neighbour-{number}", urls["zendesk"]))
                for number in range(NEIGHBOURS)
            ]
            _business(folder, "quiet", urls["zendesk"]).close()
            with _business(folder, "flooded", hung) as flooded:
                flooded.submit(make_packet(id="flood", owner=None, made_at=None, revision=None))
            _copy(folder / "flooded.db", "flood", QUEUED)

            def round_beside(other: str) -> float:
                nonlocal sent
                ids = [f"case-{next(numbers)}" for _ in range(PACKETS)]
                with _working(folder, [*(f"neighbour-{number}" for number in range(NEIGHBOURS)), other]):
                    for packet_id in ids:
                        for neighbour in neighbours:
                            neighbour.submit(make_packet(id=packet_id, owner=None, made_at=None, revision=None))
                            time.sleep(PAUSE)
                    took = _times(folder, ids)
                sent += len(took)
                return sorted(took)[int(0.99 * len(took))]

            mine, theirs = take_turns(ROUNDS, lambda: round_beside("flooded"), lambda: round_beside("quiet"))
            records = control(urls, "records")["records"]
        finally:
            server.terminate()
            server.wait(20)
        waiting = _count(folder / "flooded.db", "SELECT count(*) FROM deliveries WHERE state != 'delivered'")
        tried = _count(folder / "flooded.db", "SELECT count(*) FROM deliveries WHERE attempts > 0 OR fence > 0")
    made = [ids["zendesk"] for ids in records.values()]
    if sent != 2 * (ROUNDS + 1) * NEIGHBOURS * PACKETS or len(made) != sent or any(len(ids) != 1 for ids in made):
        raise AssertionError(f"{sent} packets delivered, {len(made)} keys in Zendesk")
    if waiting != QUEUED + 1 or not tried:
        raise AssertionError(f"{waiting} packets wait at the hung vendor, {tried} were looked at")
    return Figure(
        "B5",
        f"p99 of {NEIGHBOURS} businesses while a 20th has {QUEUED:,} queued and a hung vendor",
        "the same with a quiet 20th business",
        tuple(mine),
        tuple(theirs),
        "s",
        AIM,
        f"{sent:,} packets of the neighbours once each in Zendesk; {waiting:,} still wait at the hung vendor, "
        f"{tried:,} of which were looked at",
    )


def _business(folder: Path, name: str, url: str) -> Handoff:
    path = folder / f"{name}.toml"
    path.write_text(_TOML.format(name=name, url=url))
    return Handoff(load(path, _SECRETS))


@contextmanager
def _hung_vendor() -> Iterator[str]:
    """An origin where connections are taken and nothing is ever said: the system takes them, nobody reads."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def _working(folder: Path, names: Sequence[str]) -> Iterator[None]:
    command = [str(Path(sys.executable).parent / "handoff")]
    for name in names:
        command += ["--config", str(folder / f"{name}.toml")]
    worker = subprocess.Popen([*command, "work"], env=os.environ | _SECRETS, stdout=subprocess.DEVNULL)
    try:
        time.sleep(5.0)  # twenty businesses open their ledgers and SDKs; not what is measured
        yield
    finally:
        worker.send_signal(signal.SIGTERM)
        try:
            worker.wait(40)  # the request at the hung vendor is waited for
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def _times(folder: Path, ids: Sequence[str]) -> list[float]:
    """Seconds from receipt to delivery of every neighbour's packets, when all are delivered."""
    marks = ", ".join("?" * len(ids))
    query = (
        "SELECT d.updated_at - p.received_at FROM deliveries d JOIN packets p ON p.id = d.packet_id "
        f"WHERE d.state = 'delivered' AND p.id IN ({marks})"
    )
    until = time.monotonic() + PATIENCE
    while True:
        found: list[float] = []
        for number in range(NEIGHBOURS):
            with driver().connect(folder / f"neighbour-{number}.db", timeout=30) as ledger:
                found += [row[0] for row in ledger.execute(query, ids)]
            ledger.close()
        if len(found) == NEIGHBOURS * len(ids) or time.monotonic() > until:
            return found
        time.sleep(0.5)


def _copy(path: Path, packet_id: str, times: int) -> None:
    """Queue ``times`` further packets like the one that is there, as fast as the database takes them."""
    with driver().connect(path) as ledger:
        for table, column in (("packets", "id"), ("revisions", "packet_id"), ("deliveries", "packet_id")):
            names = [row[1] for row in ledger.execute(f"PRAGMA table_info({table})")]
            values = [f"'{packet_id}-' || n" if name in (column, "id_folded") else name for name in names]
            ledger.execute(
                f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {times}) "
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM numbers, {table} "
                f"WHERE {column} = '{packet_id}'"
            )
    ledger.close()


def _count(path: Path, query: str) -> int:
    with driver().connect(path) as ledger:
        found = int(ledger.execute(query).fetchone()[0])
    ledger.close()
    return found
