"""The inbox folder on disk: opening files without following or blocking, and moving them out of the way.

Whoever may write to the inbox may put anything there: links to other files, pipes that never answer, devices,
names of any length. Every step works on open descriptors, so that a name swapped meanwhile changes nothing.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from handoff_core.errors import ConfigError, ConfigProblem, Problem
from handoff_core.inbox.names import REFUSED, TAKEN, candidates, printable

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of one inbox file; larger ones are refused unread."""
_LONGEST_NAME = 255  # bytes of a name on every common POSIX file system (NAME_MAX)
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEVER_FOLLOW = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_KINDS = (
    (stat.S_ISLNK, "a symbolic link"),
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class Busy(Exception):
    """Another process is taking this inbox at the moment."""


class NoPlace(Exception):
    """``taken`` or ``refused`` cannot be used; the text says why and what to do."""


class Unfit(Exception):
    """A name in the inbox that is not a file to be read; ``problem`` says why and what to do."""

    def __init__(self, text: str, fix: str) -> None:
        self.problem = Problem(path="", text=text, fix=fix)
        super().__init__(text)


@dataclass(frozen=True)
class OpenFile:
    """One regular file of the inbox, open for reading. ``identity`` is device and inode."""

    name: str
    stream: BinaryIO
    size: int
    modified: float
    identity: tuple[int, int]


class Folder:
    """An open inbox, locked for this process until it is closed. Made (0700) when it is not there.

    Raises ConfigError when it cannot be opened, Busy when another process has it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._inbox = os.open(path, _DIRECTORY)
        except OSError as error:
            raise ConfigError([unusable(path, error)]) from error
        self._sides: dict[str, int] = {}
        try:
            fcntl.flock(self._inbox, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._inbox)
            raise Busy from error
        except OSError:
            # Some network file systems cannot lock a folder. The hash of each file still keeps it from being
            # taken twice; the lock only spares two processes the same work.
            return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for descriptor in (*self._sides.values(), self._inbox):
            os.close(descriptor)

    def names(self) -> list[str]:
        """Names to take, in order."""
        return candidates(self._inbox)

    def open(self, name: str) -> OpenFile:
        """Open a regular file. Unfit for anything else, FileNotFoundError when it is gone."""
        # A device is never opened: opening alone can rewind a tape or raise a line.
        self._refuse_unless_regular(os.lstat(name, dir_fd=self._inbox))
        try:
            descriptor = os.open(name, _NEVER_FOLLOW, dir_fd=self._inbox)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise Unfit(
                f"cannot be read: {error.strerror}", "give it to the user that runs Handoff, then put it back"
            ) from error
        found = os.fstat(descriptor)
        try:
            self._refuse_unless_regular(found)
            if found.st_size > LARGEST_FILE:
                raise Unfit(
                    f"has {found.st_size} bytes, at most {LARGEST_FILE} are read", "split it into several JSONL files"
                )
        except Unfit:
            os.close(descriptor)
            raise
        return OpenFile(name, os.fdopen(descriptor, "rb"), found.st_size, found.st_mtime, (found.st_dev, found.st_ino))

    def rewrite(self, file: OpenFile, content: bytes) -> OpenFile:
        """Put another file with this content (0600) in the place of ``file``, which is closed.

        FileNotFoundError when the name is no longer that file's.
        """
        aside = fitting(f".{file.name}.rewritten")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(aside, dir_fd=self._inbox)
        descriptor = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=self._inbox)
        stream = os.fdopen(descriptor, "w+b")
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
        there = os.lstat(file.name, dir_fd=self._inbox)
        if (there.st_dev, there.st_ino) != file.identity:
            os.unlink(aside, dir_fd=self._inbox)
            stream.close()
            raise FileNotFoundError(errno.ENOENT, "another file has taken the name", file.name)
        os.rename(aside, file.name, src_dir_fd=self._inbox, dst_dir_fd=self._inbox)
        file.stream.close()
        found = os.fstat(stream.fileno())
        return OpenFile(file.name, stream, found.st_size, found.st_mtime, (found.st_dev, found.st_ino))

    def move(self, name: str, side: str, file: OpenFile | None = None) -> str:
        """Move ``name`` into ``taken`` or ``refused`` under a free name, which is returned.

        With ``file``, only if the name still is that file; one that replaced it meanwhile stays for the next run.
        FileNotFoundError when it is gone.
        """
        to = self._side(side)
        target = self._free_name(to, name)
        os.rename(name, target, src_dir_fd=self._inbox, dst_dir_fd=to)
        if file is None:
            return target
        moved = os.lstat(target, dir_fd=to)
        if (moved.st_dev, moved.st_ino) != file.identity:
            os.rename(target, self._free_name(self._inbox, name), src_dir_fd=to, dst_dir_fd=self._inbox)
            return name
        # A file that has another name elsewhere is not ours alone: its rights are its owner's. taken/ is closed anyway.
        if moved.st_uid == os.geteuid() and moved.st_nlink == 1:
            os.fchmod(file.stream.fileno(), 0o600)
        return target

    def set_aside(self, name: str, content: bytes) -> str:
        """Write ``content`` into ``refused`` under ``name`` (0600), once: the same again is not written twice."""
        to = self._side(REFUSED)
        for number in range(1_000_000):
            target = fitting(name, number)
            try:
                descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=to)
            except FileExistsError:
                if self._holds(to, target, content):
                    return target
                continue
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)
            return target
        raise FileExistsError(errno.EEXIST, "too many files of this name", name)

    @staticmethod
    def _refuse_unless_regular(found: os.stat_result) -> None:
        if stat.S_ISREG(found.st_mode):
            return
        raise Unfit(f"is {_kind(found)}", "put the file itself into the inbox")

    def _side(self, side: str) -> int:
        assert side in (TAKEN, REFUSED)
        if side not in self._sides:
            try:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(side, mode=0o700, dir_fd=self._inbox)
                self._sides[side] = os.open(side, _DIRECTORY | os.O_NOFOLLOW, dir_fd=self._inbox)
            except OSError as error:
                raise NoPlace(self._why_no_place(side, error)) from error
        return self._sides[side]

    def _why_no_place(self, side: str, error: OSError) -> str:
        where = printable(str(self.path / side))
        with contextlib.suppress(OSError):
            found = os.lstat(side, dir_fd=self._inbox)
            if not stat.S_ISDIR(found.st_mode):
                return f"{where} is {_kind(found)} and no folder; move it away, and the next run makes the folder"
        return f"{where} cannot be used: {error.strerror}; give this user the right to write there"

    @staticmethod
    def _free_name(folder: int, name: str) -> str:
        for number in range(1_000_000):
            target = fitting(name, number)
            try:
                os.lstat(target, dir_fd=folder)
            except FileNotFoundError:
                return target
        raise FileExistsError(errno.EEXIST, "too many files of this name", name)

    @staticmethod
    def _holds(folder: int, name: str, content: bytes) -> bool:
        try:
            descriptor = os.open(name, _NEVER_FOLLOW, dir_fd=folder)
        except OSError:
            return False
        with os.fdopen(descriptor, "rb") as stream:
            found = os.fstat(stream.fileno())
            return stat.S_ISREG(found.st_mode) and found.st_size == len(content) and stream.read() == content


def _kind(found: os.stat_result) -> str:
    if stat.S_ISREG(found.st_mode):
        return "a file"
    return next((text for matches, text in _KINDS if matches(found.st_mode)), "not a regular file")


def fitting(name: str, number: int = 0) -> str:
    """``name`` with ``.number`` before its last ending (0 = none), cut so that any file system takes it."""
    stem, dot, ending = name.rpartition(".")
    tail = f".{number}{dot}{ending}" if number else f"{dot}{ending}"
    if not stem:
        stem, tail = name, f".{number}" if number else ""
    raw = os.fsencode(stem)
    room = _LONGEST_NAME - len(os.fsencode(tail))
    if len(raw) > room:
        mark = b"~" + hashlib.sha256(raw).hexdigest()[:12].encode()
        raw = raw[: room - len(mark)] + mark
    return os.fsdecode(raw) + tail


def unusable(path: Path, error: OSError) -> ConfigProblem:
    """What is wrong with an inbox folder that cannot be opened, and what to do."""
    return ConfigProblem(
        file=str(path),
        line=0,
        column=0,
        key="inbox.path",
        text=f"the inbox folder cannot be opened: {error.strerror}.",
        fix="Give this user the right to read and write it, or name another folder.",
    )
