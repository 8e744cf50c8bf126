"""All that can be put into an inbox, at once: set aside with a reason or left alone, and the good files are taken.

The single traps are tested in `tests/inbox/test_hostile.py`; here they stand beside each other, with a real ledger.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from businesses import business
from corpora.bombs import JSON_BOMBS

from handoff_core.client import Handoff
from handoff_core.inbox import InboxBatch, take_inbox
from handoff_core.inbox.folder import LARGEST_FILE
from handoff_core.testing.factories import make_object
from proof.plugin import Record

LONGEST = 600  # seconds, after which a test that hangs is a test that failed


@pytest.fixture
def handoff(tmp_path: Path) -> Iterator[Handoff]:
    (tmp_path / "business").mkdir()
    with business(tmp_path / "business") as opened:
        yield opened


@pytest.fixture(autouse=True)
def _never_hangs() -> Iterator[None]:
    def stop(*arguments: object) -> None:
        raise TimeoutError("the inbox blocked")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LONGEST)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def good(number: int | str, **overrides: Any) -> str:
    return json.dumps(make_object(id=f"good-{number}", owner=None, **overrides))


def outside_of(tmp_path: Path) -> dict[str, Path]:
    """Files that a link could lead to; none of them may be touched."""
    folder = tmp_path / "outside"
    folder.mkdir(mode=0o755)
    for name in ("packet.json", "secret.env", "linked.json"):
        (folder / name).write_text(good(f"outside-{name[:6]}") if name == "packet.json" else "SECRET=1\n")
        (folder / name).chmod(0o644)
        os.utime(folder / name, (1_700_000_000, 1_700_000_000))
    return {path.name: path for path in folder.iterdir()}


def state(paths: dict[str, Path]) -> dict[str, tuple[bytes, int, float]]:
    return {name: (one.read_bytes(), one.stat().st_mode, one.stat().st_mtime) for name, one in paths.items()}


def traps(outside: dict[str, Path]) -> dict[str, Callable[[bytes], object]]:
    """Ways to make a trap of the name that is given, by what each is; all of them are to be refused."""

    def bind(name: bytes) -> None:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(name)

    def sparse(name: bytes) -> None:
        with open(name, "wb") as file:
            file.truncate(LARGEST_FILE + 1)

    def folder(name: bytes) -> None:
        os.mkdir(name)
        with open(os.path.join(name, b"inside.json"), "w") as file:
            file.write(good("inside"))

    def written(content: bytes) -> Callable[[bytes], object]:
        def write(name: bytes) -> None:
            with open(name, "wb") as file:
                file.write(content)
            os.utime(name, (1_700_000_000, 1_700_000_000))

        return write

    bombs = {
        f"a bomb: {name}": written(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
        for name, (text, _, _) in JSON_BOMBS.items()
        if name not in ("a list", "two documents")
    }
    return {
        "a link to a packet": lambda name: os.symlink(outside["packet.json"], name),
        "a link to a secret": lambda name: os.symlink(outside["secret.env"], name),
        "a link to /etc/passwd": lambda name: os.symlink("/etc/passwd", name),
        "a link up": lambda name: os.symlink("../../outside/packet.json", name),
        "a link to nowhere": lambda name: os.symlink("/nowhere/at/all", name),
        "a link to itself": lambda name: os.symlink(name, name),
        "a link to a folder": lambda name: os.symlink("/etc", name),
        "a link to /dev/zero": lambda name: os.symlink("/dev/zero", name),
        "a link to a terminal": lambda name: os.symlink("/dev/tty", name),
        "a hard link to what is no packet": lambda name: os.link(outside["linked.json"], name),
        "a pipe": os.mkfifo,
        "a socket": bind,
        "a folder": folder,
        "a huge file": sparse,
        "an empty file": written(b""),
        "a NUL": written(b"\x00" * 5_000),
        "an id that leads out": written(good("x").replace("good-x", "../../outside/packet").encode()),
        "an id with NUL": written(good("x").replace("good-x", "a\\u0000b").encode()),
        "another program": written(b"#!/bin/sh\ntouch /tmp/owned\n"),
        "a pickle": written(b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00."),
        **bombs,
    }


ODD_NAMES = (
    b"-rf.json",
    b" .json",
    b"%2e%2e%2fescape.json",
    b"a\\..\\..\\escape.json",
    b"a;touch owned;.json",
    b"$(touch owned).json",
    b"new\nline.json",
    b"\x1b[31mred.json",
    b"\xff\xfe\x80.json",
    "\u202enosj.json".encode(),
    "e\u0301.json".encode(),
    b"n" * 250 + b".json",
    b"m" * 249 + b".jsonl",
    b"UPPER.JSON",
    b"refused.json",
    b"taken.json",
)
"""Names that a good file may have; it is taken whatever it is called. Linux takes names of at most 255 bytes."""
LEFT_ALONE = (
    b".hidden.json",
    b"..json",
    b"...json",
    b"..\\..\\escape.json",
    b"half.json.tmp",
    b"notes.txt",
    b".json",
    b"noending",
)


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Names are made relative to the inbox: a socket's path may have 107 bytes only."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def test_every_trap_at_once_is_set_aside_and_the_good_files_beside_them_are_taken(
    tmp_path: Path, handoff: Handoff, evidence: Record
) -> None:
    inbox = tmp_path / "business" / "inbox"
    inbox.mkdir(mode=0o700)
    outside = outside_of(tmp_path)
    before = state(outside)
    with inside(inbox):
        for number, (what, make) in enumerate(traps(outside).items()):
            make(b"%03d-trap.json" % number)
            Path(f"{number:03d}-zgood.json").write_text(good(number))
            assert what
        for number, name in enumerate(ODD_NAMES):
            with open(name, "w") as file:
                file.write(good(f"odd-{number}"))
        for name in LEFT_ALONE:
            with open(name, "w") as file:
                file.write(good("left"))
    open_files = len(os.listdir("/proc/self/fd"))

    result = take_inbox(inbox, handoff)

    count = len(traps(outside))
    assert len(os.listdir("/proc/self/fd")) == open_files
    assert state(outside) == before
    assert {os.fsencode(one.name) for one in inbox.iterdir()} == {*LEFT_ALONE, b"taken", b"refused"}
    assert (result.taken, result.refused) == (count + len(ODD_NAMES), count)
    assert result.left == ()
    stored = {line.id for line in handoff.status()}
    assert stored == {f"good-{n}" for n in range(count)} | {f"good-odd-{n}" for n in range(len(ODD_NAMES))}
    assert {os.fsencode(one.name) for one in inbox.iterdir()} == {*LEFT_ALONE, b"taken", b"refused"}
    assert not list(tmp_path.rglob("owned"))
    assert {path.name for path in tmp_path.iterdir()} == {"business", "outside"}
    check_reasons(inbox / "refused", count)
    assert take_inbox(inbox, handoff).files == 0  # nothing comes back
    evidence(
        "Inbox traps",
        "Links, pipes, sockets, folders, bombs and odd names are set aside with a reason; good files beside are taken.",
        cases=count + len(ODD_NAMES) + len(LEFT_ALONE),
        set_aside=result.refused,
        good_files_taken=result.taken,
        followed=0,
    )


def check_reasons(refused: Path, count: int) -> None:
    reasons = sorted(refused.glob("*.problems.json"))
    assert len(reasons) == count
    for path in reasons:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        found = json.loads(path.read_text())
        assert found["file"].endswith("-trap.json")
        assert found["problems"]
        assert all(one["text"] and one["fix"] for one in found["problems"])
        assert path.stat().st_size < 100_000  # a bomb of a megabyte makes no flood of reasons
        assert os.path.lexists(path.with_name(path.name.removesuffix(".problems.json")))


def test_bad_lines_do_not_harm_the_good_ones_of_their_file(tmp_path: Path, handoff: Handoff) -> None:
    inbox = tmp_path / "business" / "inbox"
    inbox.mkdir(mode=0o700)
    rows = [
        text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text for text, *_ in JSON_BOMBS.values()
    ]
    rows = [row for row in rows if row.strip() and b"\n" not in row]
    lines = [line for number, row in enumerate(rows) for line in (row, good(number).encode())]
    (inbox / "many.jsonl").write_bytes(b"\n".join(lines) + b"\n")

    result = take_inbox(inbox, handoff)

    assert (result.taken, result.refused) == (len(rows), len(rows))
    assert {line.id for line in handoff.status()} == {f"good-{number}" for number in range(len(rows))}


class Meddling:
    """A taker during whose look at the ledger somebody writes to the file that is being read."""

    def __init__(self, handoff: Handoff, meddle: Callable[[], object]) -> None:
        self.handoff = handoff
        self.meddle = meddle

    def already_taken(self, name: str, sha256: str) -> bool:
        self.meddle()
        return self.handoff.already_taken(name, sha256)

    def take(self, batch: InboxBatch) -> Any:
        return self.handoff.take(batch)


@pytest.mark.parametrize("name", ["case.json", "case.jsonl"])
@pytest.mark.parametrize("change", ["grows", "shrinks", "is rewritten", "is a link meanwhile", "is gone"])
def test_a_file_that_changes_while_it_is_read_is_never_taken_in_part(
    change: str, name: str, tmp_path: Path, handoff: Handoff
) -> None:
    inbox = tmp_path / "business" / "inbox"
    inbox.mkdir(mode=0o700)
    file = inbox / name
    outside = outside_of(tmp_path)
    before = state(outside)
    file.write_text(good(1) + "\n" + (good(2) + "\n" if name.endswith("l") else ""))

    def meddle() -> None:
        if change == "grows":
            with file.open("a") as stream:
                stream.write(good(3) + "\n")
        elif change == "shrinks":
            os.truncate(file, 100)
        elif change == "is rewritten":
            file.write_text(file.read_text().replace("hot water", "not water"))
        else:
            file.unlink()
            if change == "is a link meanwhile":
                file.symlink_to(outside["packet.json"])

    result = take_inbox(inbox, Meddling(handoff, meddle))

    stored = {line.id for line in handoff.status()}
    assert state(outside) == before
    if change in ("grows", "shrinks", "is rewritten"):
        assert stored == set()
        assert [one.reason for one in result.left] == ["it was written to while it was read"]
        assert file.exists()
    else:  # what was opened is what is taken, whatever has its name now
        assert stored == {"good-1", "good-2"} if name.endswith("l") else stored == {"good-1"}
