"""What a disk may hold after the power failed at some operation.

What was synced is there. Of what was not, anything may be: nothing, all of it, all but a torn last write, or the last
write alone; and each file by itself. A deletion counts when its folder was synced. (SQLite's own assumption: "Atomic
commit in SQLite", and that a write harms no bytes beside it.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from tests.reliability.torture.recording import Operation

SECTOR = 512

Files = Mapping[str, bytes]
Version = bytes | None
"""A file's content; None = it is not there."""


@dataclass(frozen=True)
class Crash:
    """One state of the disk. ``told``: packets whose receipts were given before; ``begun``: those that may be there."""

    operation: int
    files: Files
    told: tuple[str, ...]


@dataclass
class _File:
    durable: Version = None
    waiting: list[Operation] = field(default_factory=list)
    """Writes and truncations since the last sync."""
    ghosts: list[bytes] = field(default_factory=list)
    """Contents under this name whose deletion is not durable yet."""

    def versions(self, torn: bool) -> list[Version]:
        """What may be there. ``torn``: the last write was under way, so that any part of it may have come."""
        base = self.durable if self.durable is not None else b""
        found: list[Version] = [self.durable, *self.ghosts]
        if self.waiting:
            *before, last = self.waiting
            found += [_after(base, self.waiting), _after(base, [last])]
            if torn and last[0] == "write":
                what, name, offset, content = last
                cuts = range(SECTOR - offset % SECTOR, len(content), SECTOR)
                found += [_after(base, [*before, (what, name, offset, content[:cut])]) for cut in (0, *cuts)]
        return list(dict.fromkeys(found))


def crashes(operations: Sequence[Operation]) -> Iterator[Crash]:
    """Every state that the disk may be in after each operation, each once."""
    files: dict[str, _File] = {}
    told: list[str] = []
    seen: set[bytes] = set()
    for number, (what, name, value, _) in enumerate(operations):
        file = _File() if what == "packet" else files.setdefault(name, _File())
        if what == "packet":
            told.append(name)
        elif what in ("write", "truncate"):
            file.waiting.append(operations[number])
        elif what == "sync":
            if file.durable is None:  # SQLite syncs the folder too when it first syncs a journal that it made
                _folder_synced(files)
            file.durable, file.waiting = _after(file.durable or b"", file.waiting), []
        elif what == "delete":
            there = _after(file.durable or b"", file.waiting) if file.waiting else file.durable
            file.durable, file.waiting = None, []
            if value:
                _folder_synced(files)
            elif there is not None:
                file.ghosts.append(there)
        names = sorted(files)
        choices = [files[one].versions(torn=one == name) for one in names]
        for chosen in product(*choices):
            state = {one: content for one, content in zip(names, chosen, strict=True) if content is not None}
            mark = hashlib.sha256(repr(len(told)).encode())
            for one, content in state.items():
                mark.update(one.encode() + hashlib.sha256(content).digest())
            if mark.digest() not in seen:
                seen.add(mark.digest())
                yield Crash(number, state, tuple(told))


def _folder_synced(files: Mapping[str, _File]) -> None:
    for one in files.values():
        one.ghosts.clear()


def _after(base: bytes, operations: Sequence[Operation]) -> bytes:
    content = bytearray(base)
    for what, _, value, data in operations:
        if what == "truncate":
            del content[value:]
            content.extend(bytes(value - len(content)))
        else:
            content.extend(bytes(max(0, value - len(content))))
            content[value : value + len(data)] = data
    return bytes(content)
