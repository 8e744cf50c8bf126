"""What ``doctor`` says of a ledger in SQLite: its files, the file system, its journal, and its clock."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from handoff_core.cli.verdict import Verdict, rights_verdict
from handoff_core.clock import AHEAD
from handoff_core.config import Config
from handoff_core.delivery.stalled import told
from handoff_core.ledger.names import LONG_WAIT, SCHEMA_VERSION, open_read_only, remembered_config
from handoff_core.ledger.sqlite import BUNDLED, JournalChoice, driver, journal_choice

MOUNTS = Path("/proc/self/mountinfo")
"""Where Linux says which file system is mounted where (man 5 proc); other systems have no such file."""
NETWORK = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "davfs", "drvfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4"),
        *("smb", "smb2", "smb3", "smbfs", "fuse.ceph", "fuse.davfs2", "fuse.gcsfuse", "fuse.glusterfs"),
        *("fuse.grpcfuse", "fuse.osxfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs"),
    }
)
"""File systems that reach over a network, or from a virtual machine to its host: locks there are not reliable."""
IN_MEMORY = frozenset({"tmpfs", "ramfs"})
CLOCK_TOLERANCE = 60.0
"""Seconds by which the ledger's newest entry may be ahead of the clock."""

_ESCAPED = re.compile(r"\\([0-7]{3})")


def sqlite_verdict(choice: JournalChoice) -> Verdict:
    """Which SQLite is used, which journal it gets, and why."""
    library = f"{driver().sqlite_version} ({'Python' if driver() is sqlite3 else BUNDLED})"
    how = f"journal {choice.journal_mode.upper()}, synchronous {choice.synchronous}"
    quicker = f"Safe as it is. Quicker with a newer SQLite: pip install {BUNDLED}"
    return Verdict("SQLite", True, f"{library}: {how}, because {choice.why}", "" if _is_wal(choice) else quicker)


def examine_sqlite(config: Config, path: Path) -> Iterator[Verdict]:
    """Every verdict on the ledger of one business."""
    name = config.business.id
    yield from files_verdicts(f"{name}: ledger", path)
    mounts = MOUNTS.read_text(encoding="utf-8", errors="replace") if MOUNTS.exists() else ""
    kind = file_system_of(path.resolve(), mounts)
    if kind is not None:
        yield file_system_verdict(f"{name}: file system", path, kind)
    try:
        with closing(open_read_only(path)) as connection:
            mode = str(connection.execute("PRAGMA journal_mode").fetchone()[0])
            remembered = remembered_config(connection, name)
            newest, ahead = _newest_entry(connection, name), _clock_ahead(connection)
            parked = _parked(connection)
    except driver().Error as error:
        yield _unreadable(f"{name}: ledger", path, error)
        return
    yield journal_verdict(f"{name}: journal", mode, journal_choice())
    yield entries_verdict(f"{name}: clock", newest, ahead, time.time())
    for wait in told(config, parked):
        yield Verdict(f"{name}: asked to wait", None, wait.text)
    if remembered == config.digest:
        yield Verdict(f"{name}: idle runs", True, "a sync with nothing due is answered without loading the library")
    else:
        yield Verdict(
            f"{name}: idle runs",
            None,
            f"the next `handoff sync` reads the configuration anew (it changed, or the schema is not {SCHEMA_VERSION})",
        )


def files_verdicts(subject: str, path: Path) -> Iterator[Verdict]:
    """Whether the database and what SQLite keeps beside it are for their owner only, and this user may write them."""
    beside = [path.with_name(path.name + suffix) for suffix in ("-journal", "-wal", "-shm")]
    for one in (path, *(one for one in beside if one.exists())):
        yield rights_verdict(subject, one)
    for one in (path, path.parent):
        if not os.access(one, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            yield Verdict(
                subject,
                False,
                f"this user may not write {one}",
                "SQLite writes the file and a journal beside it: give this user the right to write both, "
                "or run Handoff as the ledger's owner.",
            )
    folder = os.stat(path.parent).st_mode
    if folder & stat.S_IWOTH and not folder & stat.S_ISVTX:
        yield Verdict(subject, False, f"everybody may replace files in {path.parent}", f"Run: chmod o-w {path.parent}")


def file_system_of(path: Path, mounts: str) -> str | None:
    """The kind of file system that a resolved path lies on (``nfs4``); None where the table of mounts does not say."""
    found, longest = None, -1
    for line in mounts.splitlines():
        left, separator, right = line.partition(" - ")
        fields = left.split(" ")
        if not separator or len(fields) < 5:
            continue
        point = Path(_ESCAPED.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        # Of two mounts on one place the later one counts.
        if (point == path or point in path.parents) and len(point.parts) >= longest:
            found, longest = right.split(" ")[0], len(point.parts)
    return found


def file_system_verdict(subject: str, path: Path, kind: str) -> Verdict:
    """Whether locks work and data stay on that kind of file system."""
    if kind in NETWORK:
        return Verdict(
            subject,
            False,
            f"{path} is on {kind}, which is reached over a network: locks are not reliable there, and two processes "
            "at once can damage the ledger",
            "Move it to a disk of this machine and change store.url, or use PostgreSQL (store.url = postgresql://…).",
        )
    if kind in IN_MEMORY:
        return Verdict(
            subject, None, f"{path} is in memory ({kind}): it is gone when the machine restarts", "Move it to a disk."
        )
    return Verdict(subject, True, f"{kind}, on this machine")


def journal_verdict(subject: str, mode: str, choice: JournalChoice) -> Verdict:
    """Whether the journal that the file has now is the right one for this SQLite."""
    now, right = mode.upper(), choice.journal_mode.upper()
    if mode == choice.journal_mode:
        return Verdict(subject, True, f"{now}, as it should be with this SQLite")
    if mode == "wal":
        return Verdict(
            subject,
            False,
            f"{now} now, {right} is right, because {choice.why}",
            f"Run: pip install {BUNDLED}. Or end every program that has the ledger open; then the next "
            "`handoff sync` changes the journal.",
        )
    return Verdict(
        subject,
        None,
        f"{now} now: safe, and slower than {right}, to which the next run changes it when nobody else has it open",
    )


def entries_verdict(subject: str, newest: float | None, ahead: float, now: float) -> Verdict:
    """Whether the ledger's entries and the vendors' answers agree with the clock. Times are epoch seconds."""
    keep = "See that NTP keeps the clock. Nothing is lost."
    if newest is not None and newest - now > CLOCK_TOLERANCE:
        return Verdict(
            subject,
            False,
            f"the newest entry is {_words(newest - now)} in the future: the clock was set back; the next run moves "
            "what is waiting with it",
            keep,
        )
    if ahead > CLOCK_TOLERANCE:
        return Verdict(subject, None, f"in the last days the clock was up to {_words(ahead)} ahead of a vendor's", keep)
    return Verdict(subject, True, "it agrees with the ledger's newest entry and the vendors' answers")


def _unreadable(subject: str, path: Path, error: Exception) -> Verdict:
    journal = path.with_name(f"{path.name}-journal")
    if journal.exists() and journal.stat().st_size > 0:
        return Verdict(subject, None, f"{path} has an interrupted write beside it, which the next run undoes")
    return Verdict(subject, False, f"{path} cannot be read: {error}", "Check its rights, or restore a backup.")


def _newest_entry(connection: sqlite3.Connection, business: str) -> float | None:
    """When the last of the trail's entries was made, by the clock of then."""
    row = connection.execute("SELECT at FROM trail WHERE business = ? ORDER BY id DESC LIMIT 1", (business,)).fetchone()
    return None if row is None else float(row[0])


def _parked(connection: sqlite3.Connection) -> list[tuple[str, str, float]]:
    """What vendors asked to leave alone for long: account, class of call, until when."""
    return connection.execute(
        "SELECT account, limit_class, parked_until FROM buckets WHERE parked_until > ?", (time.time() + LONG_WAIT,)
    ).fetchall()


def _clock_ahead(connection: sqlite3.Connection) -> float:
    """By how many seconds the clock was ahead of a vendor's, as the transport noted it."""
    rows = connection.execute("SELECT text FROM memory WHERE name = ? AND expires_at > ?", (AHEAD, time.time()))
    return max((float(text) for (text,) in rows), default=0.0)


def _is_wal(choice: JournalChoice) -> bool:
    return choice.journal_mode == "wal"


def _words(seconds: float) -> str:
    for size, unit in ((86_400.0, "days"), (3_600.0, "hours"), (60.0, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
