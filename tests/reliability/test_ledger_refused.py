"""The disk is full, or the ledger may not be written: it says where and what to do, and loses nothing."""

from __future__ import annotations

import gc
import os
import pwd
import resource
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import pytest

from handoff_core.client import Handoff
from handoff_core.errors import StoreUnavailable
from handoff_core.ledger import store
from handoff_core.ledger.sqlite import JournalChoice
from tests.reliability.torture.business import configure, open_business, packet
from tests.reliability.torture.reading import read

PAGE = 4096
MODES = [("delete", "EXTRA"), ("wal", "FULL")]


@pytest.fixture(params=MODES, ids=["delete", "wal"])
def journal(request, monkeypatch) -> str:
    mode, synchronous = request.param
    monkeypatch.setattr(store, "journal_choice", lambda: JournalChoice(mode, synchronous, "the test says so"))
    return str(mode)


@contextmanager
def files_end_at(size: int) -> Iterator[None]:
    """No file of this process may grow beyond ``size`` bytes: what a full disk or a used-up quota does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def is_clear(error: StoreUnavailable, folder: Path) -> None:
    """What, where, and what to do."""
    text = str(error)
    assert str(folder / "handoff.db") in text
    assert "make room" in text
    assert "nothing accepted so far is lost" in text


def submit_until_it_is_refused(handoff: Handoff, folder: Path, numbers: Iterator[int]) -> list[str]:
    told: list[str] = []
    for _ in range(60):
        one = packet(next(numbers))
        try:
            handoff.submit(one)
        except StoreUnavailable as error:
            is_clear(error, folder)
            return told
        told.append(one.id)
    raise AssertionError("the disk was never full")


def test_a_disk_that_fills_up_at_any_page_loses_nothing(tmp_path, full_proof, evidence, journal):
    configure(tmp_path)
    numbers, told, cases = count(), [], 0
    step = PAGE if full_proof else 7 * PAGE
    with open_business(tmp_path) as handoff:
        files = [tmp_path / "handoff.db", tmp_path / "handoff.db-wal"]
        largest = max(path.stat().st_size for path in files if path.exists())
        for size in range(largest, largest + 40 * PAGE, step):
            with files_end_at(size):
                told += submit_until_it_is_refused(handoff, tmp_path, numbers)
            one = packet(next(numbers))
            handoff.submit(one)  # there is room again: the same worker goes on
            told.append(one.id)
            held = read(tmp_path)
            assert held.fault is None
            assert set(held.packets) == set(told)
            cases += 1
            largest = max(path.stat().st_size for path in files if path.exists())
    with open_business(tmp_path):
        assert set(read(tmp_path).packets) == set(told)
    evidence(
        "Ledger, full or read-only",
        "A disk that is full says so, with what to do; nothing acknowledged is lost, and the same worker goes on.",
        cases=cases,
        journal=journal,
        packets=len(told),
    )


def test_a_disk_that_is_full_when_the_ledger_is_made_says_so(tmp_path, full_proof, journal):
    configure(tmp_path)
    for size in range(0, 30 * PAGE, PAGE if full_proof else 6 * PAGE):
        for path in tmp_path.glob("handoff.db*"):
            path.unlink()
        with files_end_at(size), pytest.raises(StoreUnavailable) as refused:
            open_business(tmp_path)
        is_clear(refused.value, tmp_path)
        with open_business(tmp_path) as handoff:
            assert handoff.submit(packet(1)).status == "accepted"


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of one mebibyte, where this user may mount one."""
    folder = Path(tempfile.mkdtemp(prefix="handoff-small-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "handoff-test", str(folder)]
    try:
        if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
            pytest.skip("this user may not mount a file system")
        yield folder
        gc.collect()  # an error that was caught still holds a cursor, and with it the file
        subprocess.run(["umount", str(folder)], check=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_a_file_system_that_is_really_full_says_so(small_disk, journal):
    configure(small_disk)
    numbers = count()
    with open_business(small_disk) as handoff:
        (small_disk / "ballast").write_bytes(b"x" * 100_000)
        with suppress(OSError), (small_disk / "rest").open("wb", buffering=0) as rest:
            while True:
                rest.write(b"x" * 512)
        told = submit_until_it_is_refused(handoff, small_disk, numbers)
        (small_disk / "rest").unlink()
        (small_disk / "ballast").unlink()
        one = packet(next(numbers))
        handoff.submit(one)
        held = read(small_disk)
        assert held.fault is None
        assert set(held.packets) == {*told, one.id}


@pytest.fixture
def guarded() -> Iterator[Path]:
    """A folder with a ledger, and this test as a user whom file rights bind."""
    folder = Path(tempfile.mkdtemp(prefix="handoff-guarded-"))
    try:
        if os.geteuid() != 0:
            yield folder
            return
        nobody = pwd.getpwnam("nobody").pw_uid
        os.chown(folder, nobody, -1)
        os.seteuid(nobody)
        try:
            yield folder
        finally:
            os.seteuid(0)
    finally:
        folder.chmod(stat.S_IRWXU)
        shutil.rmtree(folder)


def ledger_of_one(folder: Path) -> None:
    configure(folder)
    with open_business(folder) as handoff:
        handoff.submit(packet(1))


@pytest.mark.parametrize(
    ("file", "folder"),
    [(0o400, 0o700), (0o600, 0o500), (0o000, 0o700), (0o600, 0o000)],
    ids=["file is read-only", "folder is read-only", "file is closed", "folder is closed"],
)
def test_a_ledger_that_may_not_be_written_says_so_and_is_whole_afterwards(guarded, journal, file, folder):
    ledger_of_one(guarded)
    config = Path(tempfile.mkdtemp(prefix="handoff-config-"))
    try:
        configure(config, f"sqlite:///{guarded}/handoff.db")
        (guarded / "handoff.db").chmod(file)
        guarded.chmod(folder)
        with pytest.raises(StoreUnavailable) as refused, open_business(config) as handoff:
            handoff.submit(packet(2))
        assert str(guarded / "handoff.db") in str(refused.value)
        assert "give this user the right to write the file and its folder" in str(refused.value)
    finally:
        guarded.chmod(0o700)
        (guarded / "handoff.db").chmod(0o600)
        shutil.rmtree(config)
    assert set(read(guarded).packets) == {packet(1).id}


def test_a_ledger_that_cannot_be_made_names_the_folder(guarded, journal):
    configure(guarded)
    guarded.chmod(0o500)
    with pytest.raises(StoreUnavailable, match="give this user the right to write the file and its folder"):
        open_business(guarded)
