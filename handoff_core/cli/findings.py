"""Printing what ``check`` found: for people, for logs, for programs, and for GitHub's annotations."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.text import Text

from handoff_core.cli.printing import console, many, print_json, safe, say, word
from handoff_core.config.pasted import without_tokens
from handoff_core.errors import ConfigProblem

FORMATS = ("full", "concise", "json", "github")
_KEY_ONLY = re.compile(r"[^=]*=?")


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything about one file. ``business`` is None when it did not load; ``online``: one object an answer."""

    file: str
    business: str | None
    problems: tuple[ConfigProblem, ...]
    online: tuple[Mapping[str, Any], ...] = ()

    @property
    def errors(self) -> int:
        """How many problems need a person."""
        return sum(problem.severity == "error" for problem in self.problems)


def print_findings(found: Findings, form: str) -> None:
    """Print in one of ``FORMATS``."""
    if form == "json":
        print_json(
            {
                "file": found.file,
                "business": found.business,
                "ok": found.errors == 0,
                "problems": [asdict(problem) for problem in found.problems],
                "online": [dict(line) for line in found.online],
            }
        )
        return
    for problem in found.problems:
        if form == "full":
            _print_full(problem)
        elif form == "concise":
            say(str(problem))
        else:
            text = f"{problem.text} {problem.fix}".strip()
            say(annotation(problem.severity, problem.file, problem.line, problem.column, problem.key, text))
    if form == "full":
        for line in found.online:
            if line["ok"]:
                console().print(Text.assemble(("ok  ", "green"), safe(_answer(line))), soft_wrap=True)
        say(_verdict(found))


def _answer(line: Mapping[str, Any]) -> str:
    return f"{line['destination']}: {line['subject']}: {line['text']}"


def _verdict(found: Findings) -> str:
    counts = {name: sum(problem.severity == name for problem in found.problems) for name in ("warning", "note", "hint")}
    rest = "".join(f", {many(count, name)}" for name, count in counts.items() if count)
    if found.errors:
        return f"{found.file}: {many(found.errors, 'error')}{rest}"
    return f"{found.file}: {found.business} is in order{rest}"


def _print_full(problem: ConfigProblem) -> None:
    place = f"{problem.file}:{problem.line}:{problem.column}" if problem.line else problem.file
    head = Text.assemble((safe(place), "bold"), ": ", word(problem.severity), ": ")
    head.append(safe(f"{problem.key}: {problem.text}" if problem.key else problem.text))
    out = console()
    out.print(head, soft_wrap=True)
    line = _source_line(problem)
    if line is not None:
        number = str(problem.line)
        pad = " " * len(number)
        out.print(Text(f"  {number} | {safe(line)}", style="dim"), soft_wrap=True)
        if problem.column <= len(line):
            out.print(Text(f"  {pad} | {' ' * (problem.column - 1)}^", style="dim"), soft_wrap=True)
    if problem.fix:
        out.print(Text(f"    {safe(problem.fix)}"), soft_wrap=True)
    out.print()


def _source_line(problem: ConfigProblem) -> str | None:
    """The line up to its first "=": what stands behind it may be the very secret that is complained about."""
    if problem.line < 1:
        return None
    try:
        rows = Path(problem.file).read_text("utf-8", errors="replace").split("\n")
    except OSError:
        return None
    if problem.line > len(rows):
        return None
    row = rows[problem.line - 1].rstrip("\r")
    match = _KEY_ONLY.match(row)
    shown = match[0] if match else ""
    if shown.endswith("="):
        return f"{without_tokens(shown)} …"
    # Without "=" only a table header is surely no value.
    return without_tokens(row) if row.startswith("[") and not {'"', "'"} & set(row) else None


def annotation(severity: str, file: str, line: int, column: int, title: str, text: str) -> str:
    """A workflow command of GitHub Actions (docs.github.com, workflow commands, 2026-11)."""
    level = {"error": "error", "note": "notice", "hint": "notice", "info": "notice"}.get(severity, "warning")
    place = f"file={_property(file)},line={max(1, line)},col={max(1, column)}"
    titled = f",title={_property(title)}" if title else ""
    return f"::{level} {place}{titled}::{_escaped(text)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
