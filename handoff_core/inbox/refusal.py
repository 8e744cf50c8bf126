"""Setting bad files and bad lines aside, each beside its problems."""

from __future__ import annotations

import json
from collections.abc import Sequence

from handoff_core.errors import Problem
from handoff_core.inbox.folder import Folder, OpenFile
from handoff_core.inbox.names import REFUSED, printable
from handoff_core.inbox.reading import Line


def refuse_line(folder: Folder, name: str, line: Line, problems: Sequence[Problem]) -> None:
    """Write one bad line to ``refused/<name>.<line>.json`` and its problems to ``….problems.json`` beside it."""
    written = folder.set_aside(f"{name}.{line.number}.json", line.text + b"\n")
    stem = written.removesuffix(".json")
    folder.set_aside(f"{stem}.problems.json", _problems(name, [(line.number, problem) for problem in problems]))


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
