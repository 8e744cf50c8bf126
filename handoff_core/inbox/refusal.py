"""Setting bad files and bad lines aside, each beside its problems."""

from __future__ import annotations

import json
from collections.abc import Sequence

from handoff_core.errors import Problem
from handoff_core.inbox.folder import Folder, OpenFile
from handoff_core.inbox.names import REFUSED, printable
from handoff_core.inbox.reading import Line

MOST_APART = 1000
"""Bad lines of one file that are each a file of their own; all further ones lie together in one."""
_TOGETHER = "the first bad lines of the file lie beside it, each with its problems; correct what writes them"


class Aside:
    """The bad lines of one file on their way to ``refused/``: kept until it is certain that the file is not refused
    as a whole, then written by ``settle``. The same again writes nothing twice.
    """

    def __init__(self, folder: Folder, name: str, *, by_line: bool) -> None:
        self._folder = folder
        self._name = name
        self._by_line = by_line
        self._apart = 0
        self._waiting: list[tuple[Line, Sequence[Problem]]] = []
        self._rest = bytearray()
        self._rest_lines = 0
        self._rest_first = 0

    @property
    def waiting(self) -> int:
        """Lines that ``settle`` has yet to write."""
        return len(self._waiting) + self._rest_lines

    @property
    def is_full(self) -> bool:
        """Whether further lines lie together, so that nobody asks for the problems of each."""
        return self._apart >= MOST_APART

    def add(self, line: Line, problems: Sequence[Problem]) -> None:
        """Keep one bad line."""
        if not self.is_full:
            self._apart += 1
            self._waiting.append((line, problems))
            return
        if not self._rest_lines:
            self._rest_first = line.number
        elif not self._by_line:
            self._rest += b","
        self._rest_lines += 1
        self._rest += line.text + b"\n"

    def settle(self) -> None:
        """Write every line that waits: ``<name>.<line>.json`` and ``….problems.json``, those that lie together to
        ``<name>.from-<line>.jsonl``.
        """
        for line, problems in self._waiting:
            written = self._folder.set_aside(f"{self._name}.{line.number}.json", line.text + b"\n")
            told = _problems(self._name, [(line.number, problem) for problem in problems])
            self._folder.set_aside(f"{written.removesuffix('.json')}.problems.json", told)
        self._waiting.clear()
        if self._rest_lines:
            self._settle_rest()

    def _settle_rest(self) -> None:
        # The number keeps the same lines of another place in the file from being taken for these.
        name = f"{self._name}.from-{self._rest_first}.json{'l' if self._by_line else ''}"
        content = bytes(self._rest) if self._by_line else b"[%b]\n" % bytes(self._rest)
        written = self._folder.set_aside(name, content)
        together = Problem("", f"holds {self._rest_lines} further bad lines, of which this is the first", _TOGETHER)
        self._folder.set_aside(f"{written}.problems.json", _problems(self._name, [(self._rest_first, together)]))
        self._rest.clear()
        self._rest_lines = 0


def refuse_file(
    folder: Folder, name: str, problems: Sequence[tuple[int | None, Problem]], file: OpenFile | None = None
) -> None:
    """Move a whole file to ``refused/`` and write ``<name>.problems.json`` beside it."""
    target = folder.move(name, REFUSED, file)
    folder.set_aside(f"{target}.problems.json", _problems(name, problems))


def _problems(name: str, problems: Sequence[tuple[int | None, Problem]]) -> bytes:
    found = {
        "file": printable(name),
        "problems": [
            {"line": line or None, "path": problem.path, "text": problem.text, "fix": problem.fix}
            for line, problem in problems
        ],
    }
    return (json.dumps(found, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")
