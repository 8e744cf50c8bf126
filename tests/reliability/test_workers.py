"""Four workers on one ledger, one of them frozen for longer than its lease: one record, and never the older content."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("uvicorn", reason="the stand-ins need the extra `sandbox`: pip install 'handoff[sandbox]'")

from handoff_connectors.sandbox.server import Sandbox
from handoff_core.client import Handoff
from handoff_core.ledger import queries
from tests.reliability.forked import Runner
from tests.reliability.machine.case import Case
from tests.reliability.machine.remote import Remote
from tests.reliability.machine.world import CERTAIN, DESTINATIONS, configuration
from tests.reliability.workers.quick_clock import SPEED, QuickClock
from tests.reliability.workers.worker import Place, Stop, Work, open_worker, warm, work

LEASE = 60.0
WORKERS = 4
SUITE = "Workers"


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner(warm) as running:
        yield running


@pytest.fixture
def clock(tmp_path) -> QuickClock:
    return QuickClock(tmp_path / "clock")


@pytest.fixture
def sandbox(clock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock) as running:
        yield running


@dataclass
class Crew:
    """Workers as processes, and this test's own hands on the same ledger."""

    runner: Runner
    clock: QuickClock
    folder: Path
    sandbox: Sandbox
    hands: Handoff
    pids: list[int]

    def start(self, stop: Stop | None = None) -> int:
        pid = self.runner.start(work, Work(self.folder / "handoff.toml", self.clock.path, self.stop_file, stop))
        self.pids.append(pid)
        return pid

    @property
    def stop_file(self) -> Path:
        return self.folder / "stop"

    def until(self, holds: Callable[[], bool], what: str, seconds: float = 180.0, step: float = 0.0) -> None:
        """Wait until something holds; each tenth of a second ``step`` more passes by the shared clock."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"in vain: {what}; {self.hands.status()}"
            time.sleep(0.1)
            self.clock.advance(step)

    def deliveries(self, packet_id: str) -> list[Mapping[str, Any]]:
        """The ledger's rows."""
        with self.hands.ledger.read() as tx:
            return queries.delivery_rows(tx, "acme-plumbing", packet_id)

    def everything_arrives(self) -> None:
        self.until(lambda: self.hands.waiting() == 0, "until nothing is waiting", step=6.0)

    def end(self) -> None:
        """Let every worker finish its run; each must end well."""
        self.stop_file.touch()
        for pid in self.pids:
            os.kill(pid, signal.SIGCONT)
        ends = [self.runner.wait(pid) for pid in self.pids]
        self.pids.clear()
        assert [code for code, _ in ends] == [0] * len(ends), ends


@pytest.fixture
def make_crew(runner, clock, sandbox, tmp_path) -> Iterator[Callable[..., Crew]]:
    made: list[Crew] = []

    def make(
        names: tuple[str, ...], *, unique: bool = True, store: str = "sqlite:///handoff.db", more: str = ""
    ) -> Crew:
        sandbox.switches.hubspot.unique_on_engagements = unique
        (tmp_path / "handoff.toml").write_text(configuration(names, sandbox.urls, store) + more)
        hands = open_worker(tmp_path / "handoff.toml", clock)
        if unique and "crm" in names:
            hands.check_online(set_up=True)
        made.append(Crew(runner, clock, tmp_path, sandbox, hands, []))
        return made[-1]

    yield make
    for crew in made:
        crew.hands.close()
        crew.stop_file.touch()
        for pid in crew.pids:
            os.kill(pid, signal.SIGCONT)
            runner.wait(pid)


def is_stopped(pid: int) -> bool:
    """Whether the process stands still (state T in its stat; Linux)."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


CREATE = {
    "ticket": Stop("POST", r"/tickets(\.json)?$", Place.IN_THE_GAP),
    "note, unique key": Stop("POST", "notes/batch/upsert$", Place.IN_THE_GAP),
    "note": Stop("POST", "objects/2026-03/notes$", Place.IN_THE_GAP),
    "alert": Stop("POST", "chat.postMessage$", Place.IN_THE_GAP),
}
UPDATE = {
    "ticket": Stop("PUT", r"/tickets/\d+(\.json)?$", Place.IN_THE_GAP),
    "note, unique key": Stop("PATCH", r"notes/\d+$", Place.IN_THE_GAP),
    "note": Stop("PATCH", r"notes/\d+$", Place.IN_THE_GAP),
    "alert": Stop("POST", "chat.update$", Place.IN_THE_GAP),
}
NAMES = {"ticket": "desk", "note, unique key": "crm", "note": "crm", "alert": "alerts"}
EVERY = list(itertools.product(CREATE, ("create", "update"), Place))
QUICK = [
    *((kind, "create", Place.IN_THE_GAP) for kind in CREATE),
    *((kind, "update", Place.BEFORE_THE_FENCE) for kind in ("ticket", "alert")),
    ("note", "update", Place.IN_THE_GAP),
]
NO_KEY = ("note", "alert")
"""The vendor has no key of ours for them: what a worker in the gap makes is a second record, until it is retired."""


def frozen(crew: Crew, kind: str, operation: str, place: Place) -> None:
    """One worker stands still within a request; the others take over, with news; then it goes on."""
    case, remote = Case(1), Remote(crew.sandbox)
    record = kind.partition(",")[0]
    first = case.next_revision()
    crew.hands.submit(case.packet(first))
    if operation == "update":
        while crew.hands.waiting():
            crew.hands.sync()
            crew.clock.advance(30.0)
        crew.clock.advance(60.0)
        crew.hands.submit(case.packet(case.next_revision()))
    chosen = (CREATE if operation == "create" else UPDATE)[kind]
    sleeper = crew.start(Stop(chosen.method, chosen.path, place))
    crew.until(lambda: is_stopped(sleeper), "until the worker stands still")
    newest = case.next_revision()
    crew.hands.submit(case.packet(newest))
    crew.clock.advance(LEASE + 1.0)
    for _ in range(WORKERS - 1):
        crew.start()
    crew.everything_arrives()
    written = len(crew.sandbox.log.of())
    os.kill(sleeper, signal.SIGCONT)
    crew.until(lambda: not is_stopped(sleeper), "until the worker goes on")
    crew.clock.advance(CERTAIN)
    time.sleep(0.3)
    crew.everything_arrives()
    crew.clock.advance(CERTAIN)
    crew.everything_arrives()
    crew.end()
    [line] = crew.hands.status(case.id)
    assert line.state == "delivered"
    assert len(remote.ids(record, case.key)) == 1, remote.ids(record, case.key)
    assert remote.shows(record, case.key, newest.token), f"{record} does not show the newest"
    assert remote.public() == []
    assert not [one for one in crew.sandbox.log.of() if one.status == 429]
    if place is not Place.IN_THE_GAP:
        assert remote.doubled() == {}
        late = [one for one in tokens(crew.sandbox, after=written) if one != newest.token]
        assert late == [], "the sleeper sent after it had lost its lease"
    elif operation == "create":
        retired = [one for one in crew.hands.log(case.id) if (one.what, one.outcome) == ("duplicate", "retired")]
        assert len(retired) == (1 if kind in NO_KEY else 0)
    in_order(crew.sandbox, case, among=written)


def tokens(sandbox: Sandbox, after: int = 0, until: int | None = None) -> list[str]:
    """The newest token in each request that wrote, in the order in which they arrived."""
    found = []
    for entry in sandbox.log.of()[after:until]:
        text = "" if entry.body is None else entry.body.decode("utf-8", "replace")
        there = re.findall(r"N\d+n(\d+)n", text)
        if entry.method != "GET" and there:
            found.append(f"N1n{max(map(int, there))}n")
    return found


def in_order(sandbox: Sandbox, case: Case, among: int) -> None:
    """Before the sleeper woke, nothing older was written after something newer."""
    numbers = [int(one.removeprefix("N1n").removesuffix("n")) for one in tokens(sandbox, until=among)]
    assert numbers == sorted(numbers), numbers


@pytest.mark.parametrize(("kind", "operation", "place"), EVERY)
def test_a_worker_that_is_frozen_leaves_one_record_with_the_newest_content(
    make_crew, full_proof, evidence, kind, operation, place
):
    if not full_proof and (kind, operation, place) not in QUICK:
        pytest.skip("in the full form only")
    crew = make_crew((NAMES[kind],), unique=kind != "note")
    frozen(crew, kind, operation, place)
    evidence(
        SUITE,
        "A worker that is frozen longer than its lease leaves one record with the newest content, wherever it stood.",
        cases=1,
        record=kind,
        operation=operation,
        place=place.value,
    )


@pytest.mark.postgres
@pytest.mark.parametrize(("kind", "place"), [("alert", Place.IN_THE_GAP), ("ticket", Place.BEFORE_THE_FENCE)])
def test_the_same_holds_on_postgresql(make_crew, full_proof, evidence, empty_postgres_url, kind, place):
    if not full_proof and kind != "alert":
        pytest.skip("in the full form only")
    frozen(make_crew((NAMES[kind],), store=empty_postgres_url), kind, "create", place)
    evidence(SUITE, "The same holds on PostgreSQL.", cases=1, record=kind, place=place.value)


def test_a_delivery_that_outlasts_its_lease_is_not_taken_over(make_crew, sandbox, evidence):
    """Each request takes six seconds of a lease of thirty, and there are seven."""
    crew = make_crew(("crm",), more='[delivery]\nlease = "30s"\n')
    case = Case(1)
    crew.hands.submit(case.packet(case.next_revision()))
    sandbox.switches.common.latency = 6000.0 / SPEED
    began = crew.clock.now()
    for _ in range(WORKERS):
        crew.start()
    crew.until(lambda: crew.hands.waiting() == 0, "until it is delivered")
    took = crew.clock.now() - began
    sandbox.switches.common.latency = 0.0
    crew.end()
    assert took > 30.0, "it ended within its lease: the test shows nothing"
    assert Remote(sandbox).doubled() == {}
    [fence] = {row["fence"] for row in crew.deliveries(case.id)}
    assert fence == 1, "the delivery was taken over though its worker was at work"
    evidence(SUITE, "A delivery that outlasts its lease keeps it.", cases=1, lease_seconds=30, seconds=round(took))


def drained_by_four(crew: Crew, count: int, freezes: int) -> int:
    """Four workers deliver ``count`` packets while one after another is stopped for a moment; gives the requests."""
    cases = [Case(number) for number in range(1, count + 1)]
    newest = {}
    for case in cases:
        newest[case.number] = case.next_revision()
        crew.hands.submit(case.packet(newest[case.number]))
    workers = [crew.start() for _ in range(WORKERS)]
    for number in range(freezes):
        pid = workers[number % WORKERS]
        os.kill(pid, signal.SIGSTOP)
        crew.clock.advance(LEASE + 1.0 if number % 3 == 0 else 3.0)
        case = cases[number % count]
        newest[case.number] = case.next_revision()
        # The worker may stand still with SQLite's lock in its hands: then whoever submits waits until it goes on.
        with ThreadPoolExecutor(1) as beside:
            submitted = beside.submit(crew.hands.submit, case.packet(newest[case.number]))
            time.sleep(0.15)
            os.kill(pid, signal.SIGCONT)
            submitted.result()
        time.sleep(0.1)
    crew.until(lambda: crew.hands.waiting() == 0, "until all is delivered", seconds=240.0, step=2.0)
    crew.clock.advance(CERTAIN)
    crew.everything_arrives()
    crew.end()
    remote = Remote(crew.sandbox)
    assert remote.doubled() == {}
    for case in cases:
        for record in ("ticket", "note", "alert"):
            assert len(remote.ids(record, case.key)) == 1, (case.id, record)
            assert remote.shows(record, case.key, newest[case.number].token), (case.id, record)
    refused = [one for one in crew.sandbox.log.of() if one.status == 429 or is_ratelimited(one.body)]
    assert refused == []
    return len(crew.sandbox.log.of())


def is_ratelimited(body: bytes | None) -> bool:
    """Slack says so in the body too."""
    try:
        return isinstance(found := json.loads(body or b"null"), dict) and found.get("error") == "ratelimited"
    except ValueError:
        return False


def test_four_workers_with_the_limits_enforced_see_no_429_and_make_each_record_once(make_crew, full_proof, evidence):
    count, freezes = (40, 60) if full_proof else (6, 6)
    asked = drained_by_four(make_crew(tuple(DESTINATIONS)), count, freezes)
    evidence(
        SUITE,
        "Account limits hold across processes: four workers, stopped and continued at random, see no 429.",
        cases=count,
        workers=WORKERS,
        freezes=freezes,
        requests=asked,
        refused_by_limits=0,
    )
