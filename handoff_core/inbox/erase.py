"""Taking packets out of the inbox's files: what lies there to be taken, was taken, or was set aside.

Each file is written anew beside itself and renamed, so that a crash leaves the old file or the new one. Files of other
packets too keep those. Only regular files are looked at, and never through a link.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from handoff_core.errors import ConfigError
from handoff_core.inbox.change import Change, changed_text
from handoff_core.inbox.folder import LARGEST_FILE, Busy, Folder, unusable
from handoff_core.inbox.names import REFUSED, TAKEN, is_candidate, printable
from handoff_core.inbox.reading import SAFE_AGE, is_lines

PROBLEMS = ".problems.json"
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


NamedChange = Callable[[str, bytes], bytes | None]
"""The same, told the file's name below the inbox too."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What was found, by name below the inbox: files ``changed``, and those that could not be and why."""

    changed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


WAITING = ""
"""The side of the inbox whose files nobody has taken yet."""
SIDES = (WAITING, TAKEN, REFUSED)


def sweep(path: Path, change: NamedChange, *, now: float, write: bool = True, sides: Sequence[str] = SIDES) -> Swept:
    """Put every packet's text of every file through ``change``. Not ``write``: only tell which files it would change.

    Nothing is done, and said, while another process takes the inbox. ConfigError when it cannot be looked at.
    """
    try:
        if not path.is_dir():
            return Swept()
    except OSError as error:
        raise ConfigError([unusable(path, error)]) from error
    try:
        with Folder(path) if write else closing(_Nothing()):
            return _sweep(path, change, now, write, sides)
    except Busy:
        return Swept(left=("the inbox was being taken by another process",))


class _Nothing:
    def close(self) -> None:
        """Nothing is open."""


def _sweep(path: Path, change: NamedChange, now: float, write: bool, sides: Sequence[str]) -> Swept:
    changed: list[str] = []
    left: list[str] = []
    for side in sides:
        with _open_folder(path / side) as folder:
            if folder is None:
                continue
            for name in sorted(os.listdir(folder), key=os.fsencode):
                if not is_candidate(name) or name.endswith(PROBLEMS):
                    continue
                label = f"{side}/{printable(name)}" if side else printable(name)
                try:
                    told = _change_file(
                        folder, name, partial(change, label), now=now if not side else None, write=write
                    )
                except OSError as error:
                    left.append(f"the inbox file {label} cannot be changed: {error.strerror or error}")
                    continue
                changed += [label] if told is True else []
                left += [f"the inbox file {label} {told}"] if isinstance(told, str) else []
    return Swept(tuple(changed), tuple(left))


@contextmanager
def _open_folder(path: Path) -> Iterator[int | None]:
    try:
        folder = os.open(path, _FOLDER)
    except (FileNotFoundError, NotADirectoryError):
        yield None
        return
    try:
        yield folder
    finally:
        os.close(folder)


def _change_file(folder: int, name: str, change: Change, *, now: float | None, write: bool) -> bool | str:
    """Whether the file is changed, or in words why it cannot be. ``now``: it still waits to be taken."""
    if not stat.S_ISREG(os.lstat(name, dir_fd=folder).st_mode):
        return False
    with os.fdopen(os.open(name, _FLAGS, dir_fd=folder), "rb") as stream:
        found = os.fstat(stream.fileno())
        if not stat.S_ISREG(found.st_mode):
            return False
        if found.st_size > LARGEST_FILE:
            return "is too large to be read: look at it, and delete it by hand"
        text = stream.read(LARGEST_FILE + 1)
    fresh = changed_text(text, change, by_line=is_lines(name))
    if fresh is None:
        return False
    if now is not None and 0 <= now - found.st_mtime < SAFE_AGE:
        return "may still be written to: it is younger than a minute"
    if write:
        _replace(folder, name, fresh, found)
    return True


def _replace(folder: int, name: str, content: bytes, found: os.stat_result) -> None:
    """The file with other content, or without any: gone, with the list of its problems."""
    if not content:
        os.unlink(name, dir_fd=folder)
        for problems in (f"{name}{PROBLEMS}", f"{name.removesuffix('.json')}{PROBLEMS}"):
            if problems != name:
                _unlink_if_there(folder, problems)
    else:
        aside = f".{name[-200:]}.erase.tmp"
        _unlink_if_there(folder, aside)
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=folder)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.utime(stream.fileno(), ns=(found.st_atime_ns, found.st_mtime_ns))
            os.fsync(stream.fileno())
        os.rename(aside, name, src_dir_fd=folder, dst_dir_fd=folder)
    os.fsync(folder)


def _unlink_if_there(folder: int, name: str) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return
