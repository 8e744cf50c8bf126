"""Collects what is wrong with a configuration by path, and places it in the file at the end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from handoff_core.config.pasted import without_tokens
from handoff_core.config.positions import KeyPath, nearest_position, positions
from handoff_core.config.source import Source
from handoff_core.errors import ConfigProblem

MOST_ALIKE = 20
"""So many problems of one kind are told of one table; the others are counted."""
MOST = 200
"""So many problems are told of one file: nobody reads more before correcting these."""
_FIRST_THOSE = "Correct those that are named, then check again."


@dataclass(frozen=True, slots=True)
class Draft:
    """One finding that has no line yet. ``path`` leads to the key in the parsed document."""

    path: KeyPath
    text: str
    fix: str
    severity: str = "error"


@dataclass(slots=True)
class Problems:
    """Everything found so far in one file."""

    drafts: list[Draft] = field(default_factory=list)

    def add(self, path: KeyPath, text: str, fix: str) -> None:
        """Note something with which the file does not load."""
        self.drafts.append(Draft(path, text, fix))

    def warn(self, path: KeyPath, text: str, fix: str) -> None:
        """Note something that a person should know."""
        self.drafts.append(Draft(path, text, fix, "warning"))

    def extend(self, drafts: Iterable[Draft]) -> None:
        """Note several."""
        self.drafts.extend(drafts)

    @property
    def serious(self) -> bool:
        """Whether the file must not load."""
        return any(draft.severity == "error" for draft in self.drafts)

    def placed(self, source: Source) -> tuple[ConfigProblem, ...]:
        """Every finding with its line and column, in the order of the file; a token in a name's place is masked.

        A program that went wrong writes thousands of bad keys: beyond ``MOST_ALIKE`` and ``MOST`` they are counted.
        """
        if not self.drafts:
            return ()
        found = positions(source.content)
        problems = []
        for draft in _few_enough(list(dict.fromkeys(self.drafts))):
            line, column = nearest_position(found, key_of(draft.path, source.document))
            key, text, fix = map(without_tokens, (dotted(draft.path), draft.text, draft.fix))
            problems.append(ConfigProblem(source.file, line, column, key, text, fix, draft.severity))
        return tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))


def _few_enough(drafts: Sequence[Draft]) -> list[Draft]:
    """The first of many, and for the others how many more there are."""
    alike: dict[tuple[KeyPath, str, str], list[Draft]] = {}
    kept = []
    for draft in drafts:
        same = alike.setdefault((draft.path[:-1], draft.text, draft.severity), [])
        same.append(draft)
        if len(same) <= MOST_ALIKE:
            kept.append(draft)
    for same in alike.values():
        if len(same) > MOST_ALIKE:
            last = same[MOST_ALIKE - 1]
            more = f"and {len(same) - MOST_ALIKE} more after it: each {last.text}"
            kept.append(Draft(last.path, more, _FIRST_THOSE, last.severity))
    if len(kept) <= MOST:
        return kept
    kept.sort(key=lambda draft: draft.severity != "error")  # stable: no warning takes an error's place
    rest = kept[MOST:]
    severity = "error" if any(draft.severity == "error" for draft in rest) else "warning"
    return [
        *kept[:MOST],
        Draft((), f"{len(rest)} more are not told.", _FIRST_THOSE, severity),
    ]


def dotted(path: KeyPath) -> str:
    """A path as text: ``routing.rules.0.owner``; an item's number counts from 0."""
    return ".".join(str(part) for part in path)


def key_of(path: KeyPath, document: Mapping[str, Any]) -> KeyPath:
    """The path of the key that a problem is shown at: for a plain item of a list, the key of the list."""
    while path and isinstance(path[-1], int) and not isinstance(value_at(document, path), dict):
        path = path[:-1]
    return path


def value_at(document: Any, path: Sequence[str | int]) -> Any:
    """What stands at a path; None when nothing does."""
    value = document
    for part in path:
        if not has(value, part):
            return None
        value = value[part]
    return value


def has(value: Any, part: str | int) -> bool:
    """Whether a table has a key, or a list an item."""
    if isinstance(value, dict):
        return part in value
    return isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant; None when nothing is near."""
    names = sorted(known)
    near = get_close_matches(name[:64], names, n=1, cutoff=0.6)
    if near:
        return near[0]
    folded = {candidate.casefold(): candidate for candidate in names}
    return folded.get(name.casefold())


def choice(name: str, known: Iterable[str], what: str) -> str:
    """The fix for a name that is not known: the nearest one, else all of them."""
    names = sorted(known)
    near = nearest(name, names)
    if near is not None:
        return f'Did you mean "{near}"?'
    if not names:
        return f"There is no {what} yet."
    shown = ", ".join(names[:20]) + (", …" if len(names) > 20 else "")
    return f"Known: {shown}."
