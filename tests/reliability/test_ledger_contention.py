"""Many writers on one ledger: no error ever surfaces, and every receipt stands for one packet that is there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from handoff_core.ledger.sqlite import driver, journal_choice, wal_is_safe
from tests.reliability.torture.reading import read

WRITERS = 8


def start(folder: Path, count: int, seconds: float, *, journal: str = "", synchronous: str = "", checkpoint: str = ""):
    arguments = [str(folder), str(count), str(seconds), journal, synchronous, checkpoint]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.reliability.torture.writers", *arguments],
        cwd=Path(__file__).parents[2],
        start_new_session=True,
    )


def receipts(folder: Path) -> dict[str, list[tuple[int, str]]]:
    """Revision and status of every receipt, by packet."""
    found: dict[str, list[tuple[int, str]]] = {}
    for path in sorted(folder.glob("told.*")):
        for line in path.read_text().splitlines():
            packet_id, revision, status, _ = line.split()
            found.setdefault(packet_id, []).append((int(revision), status))
    return found


def failures(folder: Path) -> list[str]:
    return [line for path in folder.glob("failed.*") for line in path.read_text().splitlines()]


def slowest(folder: Path) -> float:
    """Seconds of the slowest submit of any writer."""
    last = [path.read_text().splitlines()[-1] for path in folder.glob("told.*") if path.read_text()]
    return max(float(line.split()[-1]) for line in last)


def all_there(folder: Path) -> int:
    """Every receipt's packet is there exactly once, with every revision; gives how many receipts there were."""
    told, held = receipts(folder), read(folder)
    assert held.fault is None
    for packet_id, given in told.items():
        assert [status for _, status in given] == ["accepted"] * len(given)
        assert held.packets.get(packet_id, 0) >= given[-1][0], f"{packet_id} was acknowledged and is lost"
        assert held.revisions[packet_id] == held.packets[packet_id], packet_id
    return sum(map(len, told.values()))


@pytest.mark.long
def test_eight_writers_at_once_see_no_busy_database_and_lose_nothing(tmp_path, full_proof, evidence):
    seconds = 60.0 if full_proof else 3.0
    assert start(tmp_path, WRITERS, seconds).wait(seconds + 240) == 0
    assert failures(tmp_path) == []
    count = all_there(tmp_path)
    assert count >= WRITERS * 2, "the writers hardly wrote: the test shows too little"
    choice = journal_choice()
    evidence(
        "Ledger under contention",
        "Eight writers at once see no busy database, and every acknowledged write is there exactly once.",
        cases=count,
        writers=WRITERS,
        seconds=seconds,
        busy_errors=0,
        slowest_write_seconds=slowest(tmp_path),
        journal=choice.journal_mode,
    )


MODES = [(journal_choice().journal_mode, journal_choice().synchronous), ("delete", "EXTRA"), ("wal", "FULL")]


@pytest.mark.parametrize(("journal", "synchronous"), list(dict.fromkeys(MODES)))
def test_two_processes_that_write_and_checkpoint_at_once_lose_nothing(
    tmp_path, full_proof, evidence, journal, synchronous
):
    if journal == "wal" and not wal_is_safe(driver().sqlite_version_info):
        pytest.skip("this SQLite can lose commits in a WAL that two processes checkpoint: it is never used so")
    seconds = 30.0 if full_proof else 2.0
    ran = start(tmp_path, 2, seconds, journal=journal, synchronous=synchronous, checkpoint="checkpoint")
    assert ran.wait(seconds + 240) == 0
    assert failures(tmp_path) == []
    evidence(
        "Ledger choices",
        "Two processes that write and checkpoint at once in the journal mode of this SQLite lose nothing.",
        cases=all_there(tmp_path),
        journal=journal,
        synchronous=synchronous,
    )


@pytest.mark.long
@pytest.mark.kill
@pytest.mark.parametrize(("journal", "synchronous"), [("delete", "EXTRA"), ("wal", "FULL")])
def test_writers_that_are_killed_lose_nothing_that_was_acknowledged(
    tmp_path, full_proof, evidence, journal, synchronous
):
    rounds, count = (20 if full_proof else 2), 0
    for number in range(rounds):
        folder = tmp_path / str(number)
        folder.mkdir()
        ran = start(folder, 2, 60.0, journal=journal, synchronous=synchronous)
        while len(receipts(folder)) < 3:
            assert ran.poll() is None
            time.sleep(0.01)
        time.sleep(0.003 * number)
        # The writers are children of the process that was started, in a process group of their own.
        os.killpg(ran.pid, signal.SIGKILL)
        ran.wait(20)
        let_them_end(ran.pid)
        if journal == "wal":
            count += cut_everywhere(folder)  # first: whoever opens the ledger last and closes it takes the WAL away
        count += all_there(folder)
    evidence(
        "Ledger, killed and cut",
        "A killed writer loses nothing that it acknowledged, and a WAL that ends anywhere opens to a prefix of it.",
        cases=count,
        journal=journal,
        kills=rounds,
    )


def let_them_end(group: int) -> None:
    """Wait for killed processes that nobody else waits for; those that are left as zombies are not waited for long."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)


def cut_everywhere(folder: Path) -> int:
    """End the WAL anywhere, as a disk may that lost its tail: what opens is a prefix of each writer's packets."""
    database, wal = (folder / "handoff.db").read_bytes(), (folder / "handoff.db-wal").read_bytes()
    whole = read_copy(folder, database, wal)
    cuts = range(0, len(wal), max(512, len(wal) // 200 // 512 * 512))
    for cut in cuts:
        held = read_copy(folder, database, wal[:cut])
        assert held.fault is None, f"cut at {cut}: {held.fault}"
        for writer in {packet_id[:7] for packet_id in whole.packets}:
            every = sorted(one for one in whole.packets if one.startswith(writer))
            kept = sorted(one for one in held.packets if one.startswith(writer))
            assert kept == every[: len(kept)], f"cut at {cut}: {kept} is no prefix"
    return len(cuts)


def read_copy(folder: Path, database: bytes, wal: bytes):
    copy = folder / "copy"
    copy.mkdir(exist_ok=True)
    for path in copy.iterdir():
        path.unlink()
    (copy / "handoff.db").write_bytes(database)
    (copy / "handoff.db-wal").write_bytes(wal)
    return read(copy)
