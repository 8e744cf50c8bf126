"""The power fails at any write, sync or deletion of the ledger's files: what opens is sound and has every receipt."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from handoff_core.ledger.store import Ledger
from tests.reliability.torture.disk import Crash, crashes
from tests.reliability.torture.reading import read
from tests.reliability.torture.recording import Operation, Recorder

OPENED = 25
"""Every so many states are also opened by Handoff itself."""


@pytest.fixture
def disk() -> Iterator[Path]:
    """A folder for the states, in memory where there is such a file system."""
    folder = Path(tempfile.mkdtemp(prefix="handoff-disk-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
    yield folder
    shutil.rmtree(folder)


def record(folder: Path, journal: str, synchronous: str, packets: int) -> list[Operation]:
    folder.mkdir()
    arguments = [str(folder), journal, synchronous, str(packets)]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.reliability.torture.recording", *arguments],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    if "LookupError" in ran.stderr:
        pytest.skip(f"the disk cannot be recorded here: {ran.stderr.splitlines()[-1]}")
    assert ran.returncode == 0, ran.stderr
    return list(pickle.loads((folder / "operations").read_bytes()))


def fault_after(crash: Crash, folder: Path, order: list[str]) -> str | None:
    """What is wrong with what opens after this crash; None = nothing."""
    place(crash, folder)
    held = read(folder)
    ids = sorted(held.packets)
    if held.fault is not None:
        return f"damaged: {held.fault}"
    if ids != order[: len(ids)]:
        return "not a prefix of what was submitted"
    return "an acknowledged packet is lost" if len(ids) < len(crash.told) else None


def place(crash: Crash, folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    for name, content in crash.files.items():
        (folder / name).write_bytes(content)


def order_of(operations: list[Operation]) -> list[str]:
    """Ids of the packets, as they were submitted."""
    return [name for what, name, _, _ in operations if what == "packet"]


@pytest.mark.parametrize(("journal", "synchronous"), [("delete", "EXTRA"), ("wal", "FULL")])
def test_the_power_fails_at_every_operation_and_every_receipt_is_kept(
    tmp_path, disk, full_proof, evidence, journal, synchronous
):
    operations = record(tmp_path / "recorded", journal, synchronous, 8 if full_proof else 2)
    found: Counter[str | None] = Counter()
    opened = 0
    for number, crash in enumerate(crashes(operations)):
        if number % (1 if full_proof else 3):
            continue
        fault = fault_after(crash, disk, order_of(operations))
        found[fault] += 1
        assert fault is None, f"{fault} after operation {crash.operation}: {operations[crash.operation][:3]}"
        if found[None] % OPENED == 0:
            place(crash, disk)
            Ledger(f"sqlite:///{disk / 'handoff.db'}").close()
            opened += 1
    evidence(
        "Ledger after a power failure",
        "Whatever the disk kept of what was not synced, at every write, sync and deletion: the ledger opens, is sound, "
        "and has every packet whose receipt was given.",
        cases=found[None],
        journal=journal,
        synchronous=synchronous,
        operations=len(operations),
        opened_by_handoff=opened,
    )


@pytest.mark.parametrize(("journal", "synchronous"), [("delete", "OFF"), ("delete", "FULL"), ("wal", "NORMAL")])
def test_a_journal_that_syncs_less_is_seen_to_lose(tmp_path, disk, journal, synchronous):
    """The experiment can fail: these are the settings that Handoff does not take."""
    operations = record(tmp_path / "recorded", journal, synchronous, 1)
    late = (crash for crash in crashes(operations) if crash.told)
    assert any(fault_after(crash, disk, order_of(operations)) is not None for crash in late)


def test_the_recorder_finds_the_functions_of_this_sqlite():
    """Where it cannot, the tests above are skipped, and this says so in one place."""
    found = subprocess.run(
        [sys.executable, "-c", f"from {Recorder.__module__} import Recorder; Recorder()"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    if found.returncode != 0:
        pytest.skip(found.stderr.splitlines()[-1])
