"""B1: the durable write of a revision, each of a customer who is new, against one raw POST to a loopback server."""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path

import requests
from sqlalchemy import func, select

from benchmarks.business import open_business, packet_of_40_turns
from benchmarks.rounds import Figure, take_turns
from handoff_core.delivery.accept import accept
from handoff_core.delivery.assessed import assess_packet
from handoff_core.ledger.sqlite import journal_choice
from handoff_core.ledger.tables import deliveries, packets

ROUNDS = 7
CALLS = 200


class Sink(BaseHTTPRequestHandler):
    """Takes a body and says ok."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """Read and answer."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def run() -> Figure:
    """Both sides in turn; p50 of each round in milliseconds."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    numbers = count()
    whole: list[float] = []
    with tempfile.TemporaryDirectory() as name, open_business(Path(name)) as handoff, requests.Session() as session:
        session.trust_env = False

        def ours() -> float:
            times = []
            for _ in range(CALLS):
                began = time.perf_counter()
                packet = packet_of_40_turns(f"case-{next(numbers)}")
                packet = packet.changed(customer={"name": "Maria Lindqvist", "email": f"{packet.id}@mail.example"})
                made = time.perf_counter()
                assessed = assess_packet(handoff.config, packet, now=time.time())
                start = time.perf_counter()
                with handoff.ledger.write() as tx:
                    accept(tx, handoff.config, assessed, now=handoff.ledger.now())
                end = time.perf_counter()
                times.append(end - start)
                whole.append(end - made)
                del began
            return statistics.median(times) * 1000

        body = packet_of_40_turns("case").to_json().encode()

        def other() -> float:
            times = []
            for _ in range(CALLS):
                start = time.perf_counter()
                assert session.post(url, data=body).text == "ok"
                times.append(time.perf_counter() - start)
            return statistics.median(times) * 1000

        mine, theirs = take_turns(ROUNDS, ours, other)
        with handoff.ledger.read() as tx:
            stored = tx.execute(select(func.count(func.distinct(packets.c.id)))).scalar_one()
            wanted = tx.execute(select(func.count()).select_from(deliveries)).scalar_one()
    server.shutdown()
    expected = (ROUNDS + 1) * CALLS
    if (stored, wanted) != (expected, 3 * expected):
        raise AssertionError(f"{stored} packets and {wanted} deliveries stored, {expected} submitted")
    choice = journal_choice()
    return Figure(
        "B1",
        "durable write of a revision, p50",
        "requests.Session.post to loopback, p50",
        tuple(mine),
        tuple(theirs),
        "ms",
        1.0 if choice.journal_mode == "wal" else 2.0,
        f"all {stored} packets stored once, 3 deliveries each; journal {choice.journal_mode}",
        f"whole submit of a 40-turn packet p50 {statistics.median(whole) * 1000:.2f} ms (aim 8)",
    )
