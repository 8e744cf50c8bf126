"""A disk that remembers: a SQLite file system (VFS) that writes down what is written, truncated, synced and deleted.

It stands in front of SQLite's own for the whole process, so a process of its own runs it: ``python -m
tests.reliability.torture.recording FOLDER JOURNAL SYNCHRONOUS PACKETS`` submits packets to a new ledger and leaves the
list of operations in ``FOLDER/operations``. Crash at any of them: ``disk.py``.
"""

from __future__ import annotations

import ctypes
import pickle
import sqlite3
import sys
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p, cast
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from handoff_core.ledger import store
from handoff_core.ledger.sqlite import BUNDLED, JournalChoice, driver

Operation = tuple[str, str, int, bytes]
"""What, which file, an offset or size or flag, and the bytes. ``("packet", id, 0, b"")``: a receipt was given."""

_OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
_DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_CLOSE = CFUNCTYPE(c_int, c_void_p)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


class _Vfs(Structure):
    _fields_ = [
        *(("version", c_int), ("size", c_int), ("longest", c_int), ("next", c_void_p), ("name", c_char_p)),
        *(("app", c_void_p), ("open", _OPEN), ("delete", _DELETE), ("rest", c_void_p * 14)),
    ]


class _Methods(Structure):
    _fields_ = [
        *(("version", c_int), ("close", _CLOSE), ("read", c_void_p), ("write", _WRITE)),
        *(("truncate", _TRUNCATE), ("sync", _SYNC), ("rest", c_void_p * 13)),
    ]


class _File(Structure):
    _fields_ = [("methods", POINTER(_Methods))]


class Recorder:
    """Puts itself before SQLite's file system. ``operations`` grows from then on. LookupError where it cannot."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._names: dict[int, str] = {}
        self._methods: dict[int, _Methods] = {}
        self._real: dict[int, _Methods] = {}
        try:
            library = ctypes.CDLL(str(_library().__file__))
            find, register = library.sqlite3_vfs_find, library.sqlite3_vfs_register
        except (OSError, AttributeError) as error:
            raise LookupError("this Python's SQLite does not show its functions") from error
        find.restype, register.argtypes = POINTER(_Vfs), [POINTER(_Vfs), c_int]
        self._below: _Vfs = find(None).contents
        self._vfs = _Vfs.from_buffer_copy(self._below)
        self._vfs.name = b"recorder"
        self._vfs.open, self._vfs.delete = _OPEN(self._open), _DELETE(self._delete)
        if register(ctypes.byref(self._vfs), 1) != 0:
            raise LookupError("SQLite does not take another file system")

    def told(self, packet_id: str) -> None:
        """A receipt was given for this packet."""
        self.operations.append(("packet", packet_id, 0, b""))

    def _open(self, vfs: Any, name: Any, file: Any, flags: Any, out: Any) -> int:
        done = self._below.open(ctypes.addressof(self._below), name, file, flags, out)
        if done != 0 or not name:
            return int(done)
        opened = cast(file, POINTER(_File)).contents
        real = ctypes.addressof(opened.methods.contents)
        if real not in self._methods:
            self._real[real] = opened.methods.contents
            ours = _Methods.from_buffer_copy(opened.methods.contents)
            ours.close, ours.write = _CLOSE(self._close_of(real)), _WRITE(self._write_of(real))
            ours.truncate, ours.sync = _TRUNCATE(self._truncate_of(real)), _SYNC(self._sync_of(real))
            self._methods[real] = ours
        opened.methods = ctypes.pointer(self._methods[real])
        self._names[file] = Path((cast(name, c_char_p).value or b"").decode()).name
        return 0

    def _delete(self, vfs: Any, name: bytes, sync: int) -> int:
        done = self._below.delete(ctypes.addressof(self._below), name, sync)
        if done == 0:
            self.operations.append(("delete", Path(name.decode()).name, sync, b""))
        return int(done)

    def _close_of(self, real: int) -> Callable[[int], int]:
        def close(file: int) -> int:
            self._names.pop(file, None)
            return int(self._real[real].close(file))

        return close

    def _write_of(self, real: int) -> Callable[[int, int, int, int], int]:
        def write(file: int, start: int, size: int, offset: int) -> int:
            done = self._real[real].write(file, start, size, offset)
            if done == 0:
                self.operations.append(("write", self._names[file], offset, ctypes.string_at(start, size)))
            return int(done)

        return write

    def _truncate_of(self, real: int) -> Callable[[int, int], int]:
        def truncate(file: int, size: int) -> int:
            done = self._real[real].truncate(file, size)
            if done == 0:
                self.operations.append(("truncate", self._names[file], size, b""))
            return int(done)

        return truncate

    def _sync_of(self, real: int) -> Callable[[int, int], int]:
        def sync(file: int, flags: int) -> int:
            done = self._real[real].sync(file, flags)
            if done == 0:
                self.operations.append(("sync", self._names[file], flags, b""))
            return int(done)

        return sync


def _library() -> ModuleType:
    return import_module("_sqlite3" if driver() is sqlite3 else f"{BUNDLED}._sqlite3")


def main(folder: Path, journal: str, synchronous: str, packets: int) -> None:
    """Submit packets to a new ledger with this journal; half-way its WAL, if it has one, is checkpointed."""
    from tests.reliability.torture.business import configure, open_business, packet

    recorder = Recorder()
    store.journal_choice = lambda: JournalChoice(journal, synchronous, "the test says so")  # type: ignore[assignment]
    configure(folder)
    with open_business(folder) as handoff:
        for number in range(packets):
            handoff.submit(packet(number))
            recorder.told(packet(number).id)
            if number == packets // 2:
                with driver().connect(folder / "handoff.db") as bystander:
                    bystander.execute("PRAGMA wal_checkpoint(RESTART)")
                bystander.close()
    (folder / "operations").write_bytes(pickle.dumps(recorder.operations))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
