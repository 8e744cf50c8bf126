"""What doctor says of the ledger: its files, its file system, its journal, its clock."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from handoff_core.cli.examine_ledger import (
    entries_verdict,
    file_system_of,
    file_system_verdict,
    files_verdicts,
    journal_verdict,
    sqlite_verdict,
)
from handoff_core.clock import AHEAD
from handoff_core.ledger import accounts
from handoff_core.ledger.sqlite import driver, journal_choice
from handoff_core.ledger.store import Ledger

SAFE, UNSAFE = journal_choice((3, 51, 3)), journal_choice((3, 40, 1))
MOUNTS = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:45 / /srv/shared\040files rw,relatime - nfs4 filer.acme.example:/export rw,vers=4.2
31 22 0:46 / /srv/office rw,relatime - cifs //filer/office rw
32 22 0:47 / /run rw,nosuid - tmpfs tmpfs rw
33 22 254:1 / /srv/shared\040files/local rw - xfs /dev/vdb rw
34 22 0:48 / /mnt rw - ext4 /dev/vdc rw
35 34 0:49 / /mnt rw - fuse.sshfs dana@host.example: rw
not a line of a mount table
"""


def subjects(ran, name):
    return [one for one in ran.objects if one["subject"] == name]


@pytest.mark.parametrize(
    ("choice", "words", "remedy"),
    [
        (SAFE, "journal WAL, synchronous FULL, because SQLite 3.51.3 carries the fix", ""),
        (UNSAFE, "journal DELETE, synchronous EXTRA, because SQLite 3.40.1 can lose commits", "pip install pysqlite3"),
    ],
)
def test_the_sqlite_in_use_is_told_with_its_journal_and_why(choice, words, remedy):
    verdict = sqlite_verdict(choice)
    assert verdict.ok is True
    assert verdict.text.startswith(driver().sqlite_version)
    assert words in verdict.text
    assert remedy in verdict.fix


@pytest.mark.parametrize(
    ("mode", "choice", "ok", "words"),
    [
        ("wal", SAFE, True, "WAL, as it should be"),
        ("delete", UNSAFE, True, "DELETE, as it should be"),
        ("wal", UNSAFE, False, "WAL now, DELETE is right, because SQLite 3.40.1 can lose commits"),
        ("delete", SAFE, None, "DELETE now: safe, and slower than WAL"),
        ("truncate", SAFE, None, "TRUNCATE now: safe"),
    ],
)
def test_a_ledger_in_another_journal_is_bad_only_where_commits_can_be_lost(mode, choice, ok, words):
    verdict = journal_verdict("acme: journal", mode, choice)
    assert verdict.ok is ok
    assert words in verdict.text
    assert bool(verdict.fix) is (ok is False)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/acme/handoff.db", "ext4"),
        ("/srv/shared files/handoff.db", "nfs4"),
        ("/srv/shared files/local/handoff.db", "xfs"),
        ("/srv/office/a/b/handoff.db", "cifs"),
        ("/srv/officer/handoff.db", "ext4"),
        ("/mnt/handoff.db", "fuse.sshfs"),
        ("/run/handoff.db", "tmpfs"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(path, kind):
    assert file_system_of(Path(path), MOUNTS) == kind


def test_no_table_of_mounts_says_nothing():
    assert file_system_of(Path("/home/acme/handoff.db"), "") is None


@pytest.mark.parametrize(
    ("kind", "ok"),
    [
        ("ext4", True),
        ("overlay", True),
        ("nfs4", False),
        ("cifs", False),
        ("smb3", False),
        ("9p", False),
        ("tmpfs", None),
    ],
)
def test_a_network_file_system_is_bad_and_memory_is_told(kind, ok):
    verdict = file_system_verdict("acme: file system", Path("/srv/handoff.db"), kind)
    assert verdict.ok is ok
    assert kind in verdict.text
    assert bool(verdict.fix) is (ok is not True)
    if ok is False:
        assert "locks are not reliable" in verdict.text
        assert "PostgreSQL" in verdict.fix


def test_doctor_looks_where_the_ledger_really_lies(desk, monkeypatch) -> None:
    desk.business()
    desk.run("sync")
    mounts = desk.folder / "mounts"
    place = str(desk.folder.resolve()).replace(" ", r"\040")
    mounts.write_text(f"1 0 8:1 / / rw - ext4 /dev/sda rw\n2 1 0:45 / {place} rw - nfs4 filer:/x rw\n")
    monkeypatch.setattr("handoff_core.cli.examine_ledger.MOUNTS", mounts)

    ran = desk.run("doctor", "--json")

    assert ran.code == 1
    [verdict] = subjects(ran, "acme: file system")
    assert verdict["ok"] is False


def test_doctor_tells_of_a_ledger_in_a_journal_that_is_not_safe_here(desk, monkeypatch) -> None:
    desk.business()
    desk.run("sync")
    with closing(driver().connect(desk.folder / "acme.db")) as connection:
        connection.execute("PRAGMA journal_mode = wal")
    monkeypatch.setattr("handoff_core.cli.examine_ledger.journal_choice", lambda: UNSAFE)

    ran = desk.run("doctor", "--json")

    assert ran.code == 1
    [verdict] = subjects(ran, "acme: journal")
    assert (verdict["ok"], "end every program" in verdict["fix"]) == (False, True)


@pytest.mark.parametrize(
    ("newest", "ahead", "ok", "words"),
    [
        (None, 0.0, True, "agrees"),
        (1000.0, 0.0, True, "agrees"),
        (1059.0, 0.0, True, "agrees"),
        (1000.0 + 7200.0, 0.0, False, "2 hours in the future: the clock was set back"),
        (1000.0, 3600.0, None, "60 minutes ahead of a vendor's"),
        (1000.0 + 400_000.0, 3600.0, False, "5 days in the future"),
    ],
)
def test_a_clock_that_was_set_back_or_was_ahead_is_told(newest, ahead, ok, words):
    verdict = entries_verdict("acme: clock", newest, ahead, 1000.0)
    assert verdict.ok is ok
    assert words in verdict.text
    assert bool(verdict.fix) is (ok is not True)


def test_doctor_reads_the_clock_from_the_ledger_itself(desk) -> None:
    desk.business()
    desk.run("sync")
    ledger = Ledger(f"sqlite:///{desk.folder / 'acme.db'}")
    with ledger.write() as tx:
        accounts.remember(tx, "any", AHEAD, "7200", until=ledger.now() + 1000)
    ledger.close()

    [verdict] = subjects(desk.run("doctor", "--json"), "acme: clock")

    assert (verdict["ok"], "2 hours ahead" in verdict["text"]) == (None, True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that other users may enter, with a database file for its owner only."""
    made = Path(tempfile.mkdtemp(prefix="handoff-doctor-"))
    (made / "handoff.db").touch(mode=0o600)
    yield made
    made.chmod(0o700)
    shutil.rmtree(made)


def test_what_sqlite_keeps_beside_the_file_is_for_its_owner_only_too(folder):
    (folder / "handoff.db-wal").touch()
    (folder / "handoff.db-wal").chmod(0o644)
    bad = [one for one in files_verdicts("ledger", folder / "handoff.db") if one.ok is False]
    assert [one.fix for one in bad] == [f"Run: chmod 0600 {folder}/handoff.db-wal"]


def test_a_folder_in_which_everybody_may_replace_the_file_is_bad(folder):
    folder.chmod(0o777)
    bad = [one for one in files_verdicts("ledger", folder / "handoff.db") if one.ok is False]
    assert [one.fix for one in bad] == [f"Run: chmod o-w {folder}"]
    folder.chmod(0o1777)
    assert all(one.ok for one in files_verdicts("ledger", folder / "handoff.db"))


@pytest.fixture
def bound() -> Iterator[None]:
    """This test as a user whom file rights bind."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    yield
    os.seteuid(0)


@pytest.mark.parametrize(("file", "rights", "bad"), [(0o400, 0o700, 1), (0o600, 0o500, 1), (0o400, 0o500, 2)])
def test_a_ledger_that_this_user_may_not_write_is_bad(bound, folder, file, rights, bad):
    (folder / "handoff.db").chmod(file)
    folder.chmod(rights)
    found = [one for one in files_verdicts("ledger", folder / "handoff.db") if one.ok is False]
    assert [("may not write" in one.text, "journal beside it" in one.fix) for one in found] == [(True, True)] * bad


def test_an_interrupted_write_is_no_damage(desk, monkeypatch) -> None:
    """What a killed process leaves: a journal that the next run plays back."""
    desk.business()
    desk.run("sync")
    path = desk.folder / "acme.db"
    with closing(driver().connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = delete")
        connection.execute("PRAGMA cache_spill = 1")
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        for number in range(400):
            connection.execute("INSERT INTO meta VALUES (?, ?)", (f"name-{number}", "x" * 400))
        left = path.read_bytes(), Path(f"{path}-journal").read_bytes()
        connection.execute("ROLLBACK")
    path.write_bytes(left[0])
    Path(f"{path}-journal").write_bytes(left[1])
    Path(f"{path}-journal").chmod(0o600)

    ran = desk.run("doctor", "--json")

    assert {"acme: ledger": None}.items() <= {one["subject"]: one["ok"] for one in ran.objects}.items()
    assert any("which the next run undoes" in one["text"] for one in ran.objects)
    assert desk.run("sync").code == 0
