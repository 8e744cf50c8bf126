"""Writing one file so that a reader finds the whole old content or the whole new one, whatever dies when."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

PENDING = ".pending"
"""How a file that is still being written ends; its name begins with a dot besides, so that readers leave it alone."""


def write_whole(folder: Path, name: str, content: bytes) -> Path:
    """Put ``content`` under ``name``: written aside, synced, renamed, readable by its owner only. OSError.

    What an earlier attempt at the same file left behind is taken away.
    """
    _remove_left(folder, name)
    # mkstemp: a name of its own for each writer, and rights for the owner only from the first byte on.
    handle, aside = tempfile.mkstemp(prefix=f".{name}.", suffix=PENDING, dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, folder / name)
    except OSError:
        Path(aside).unlink(missing_ok=True)
        raise
    _sync_folder(folder)
    return folder / name


def remove_whole(folder: Path, name: str) -> None:
    """Take ``name`` away, and whatever an earlier attempt at it left behind. OSError; none where nothing is there."""
    _remove_left(folder, name)
    (folder / name).unlink(missing_ok=True)
    if folder.is_dir():
        _sync_folder(folder)


def _remove_left(folder: Path, name: str) -> None:
    for left in folder.glob(f".{name}.*{PENDING}"):
        left.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Make the rename durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
