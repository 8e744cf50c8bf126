"""The same packet from many writers at once: one revision, one record."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing.context import SpawnProcess
from multiprocessing.queues import Queue
from pathlib import Path

import pytest

from handoff_connectors.sandbox.server import Sandbox
from handoff_connectors.sandbox.snippet import TOKENS, configuration
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.ledger.store import Ledger
from handoff_core.packet import Packet
from handoff_core.testing.clock import FakeClock
from handoff_core.testing.factories import make_packet
from proof.plugin import Record

THREADS = 16
SUITE = "Same key"
LANES = ("support", "sales", "booking")


def packet_of(number: int) -> Packet:
    """The same body for the same number, whoever makes it; the producer and the time do not count."""
    return make_packet(id=f"case-{number}", owner=None, made_at=None, revision=None, lane=LANES[number % len(LANES)])


def configure(folder: Path, urls: dict[str, str]) -> Path:
    path = folder / "handoff.toml"
    path.write_text(configuration(urls))
    return path


def submit_all(handoff: Handoff, times: int, told: Counter[str]) -> None:
    """Hand in the same packets, each writer in the same order, so that they meet at each."""
    for number in range(times):
        told[handoff.submit(packet_of(number % 5)).status.value] += 1


def process(path: Path, times: int, answers: Queue[dict[str, int]]) -> None:
    """A process of its own on the same ledger."""
    told: Counter[str] = Counter()
    with Handoff(load(path, dict.fromkeys(TOKENS, "sandbox"))) as handoff:
        submit_all(handoff, times, told)
    answers.put(dict(told))


@pytest.fixture
def clock() -> FakeClock:
    """Ahead of what the processes hand in by the machine's clock."""
    return FakeClock(time.time() + 600.0)


@pytest.fixture
def stand_ins(clock: FakeClock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock, limits=False) as sandbox:
        yield sandbox


def start(path: Path, clock: FakeClock) -> Handoff:
    config = load(path, dict.fromkeys(TOKENS, "sandbox"))
    return Handoff(config, clock=clock, ledger=Ledger(config.store_url, clock=clock), threads=1)


def assert_one_of_each(handoff: Handoff, stand_ins: Sandbox, told: Counter[str], submitted: int) -> None:
    assert told == {"accepted": 5, "unchanged": submitted - 5}
    assert {line.revision for line in handoff.status()} == {1}
    for _ in range(20):
        handoff.sync()
        if not handoff.waiting():
            break
    assert {line.state for line in handoff.status()} == {"delivered"}
    assert stand_ins.duplicates() == {}
    assert len(stand_ins.zendesk.tickets) == 5
    assert len(stand_ins.hubspot.every("notes")) == len(stand_ins.hubspot.every("tasks")) == 5
    assert len(stand_ins.hubspot.every("contacts")) == 1
    alerts = [key for key, places in stand_ins.records().items() if "slack" in places and "~" not in key]
    assert len(alerts) == 5


def test_many_threads_with_one_packet_make_one_revision_and_one_record(
    tmp_path: Path, stand_ins: Sandbox, clock: FakeClock, full_proof: bool, evidence: Record
) -> None:
    times = 200 if full_proof else 25
    with start(configure(tmp_path, stand_ins.urls), clock) as handoff:
        tolds = [Counter[str]() for _ in range(THREADS)]
        threads = [threading.Thread(target=submit_all, args=(handoff, times, told)) for told in tolds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert_one_of_each(handoff, stand_ins, sum(tolds, Counter()), THREADS * times)
    evidence(
        SUITE,
        "The same packet from many threads at once is one revision, and one record in each system.",
        cases=THREADS * times,
        threads=THREADS,
        packets=5,
        revisions=5,
    )


def test_many_processes_with_one_packet_make_one_revision_and_one_record(
    tmp_path: Path, stand_ins: Sandbox, clock: FakeClock, full_proof: bool, evidence: Record
) -> None:
    times, count = (200, 4) if full_proof else (25, 2)
    path = configure(tmp_path, stand_ins.urls)
    with start(path, clock) as handoff:
        context = multiprocessing.get_context("spawn")
        answers: Queue[dict[str, int]] = context.Queue()
        processes: list[SpawnProcess] = [
            context.Process(target=process, args=(path, times, answers)) for _ in range(count)
        ]
        for one in processes:
            one.start()
        told: Counter[str] = Counter()
        for _ in processes:
            told.update(answers.get(timeout=120))
        for one in processes:
            one.join(30)
        assert [one.exitcode for one in processes] == [0] * count
        assert_one_of_each(handoff, stand_ins, told, count * times)
    evidence(
        SUITE,
        "The same packet from many processes at once is one revision, and one record in each system.",
        cases=count * times,
        processes=count,
        packets=5,
        revisions=5,
    )
