"""Which tests hand in evidence for which suite, read from the tests' source without running them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Recording:
    """One call of the ``evidence`` fixture. ``suite`` is None where the source does not spell the name out."""

    test: str
    """Node id without parameters: ``tests/reliability/test_kill.py::test_…``."""
    suite: str | None
    line: int
    figures: frozenset[str] = frozenset()
    """Names of the figures that it hands in."""


def recordings(root: Path = ROOT, folder: str = "tests") -> tuple[Recording, ...]:
    """Every recording test below ``folder``, in the order of their names."""
    found: list[Recording] = []
    for path in sorted((root / folder).rglob("test_*.py")):
        found += _in_file(path, path.relative_to(root).as_posix())
    return tuple(found)


def _in_file(path: Path, name: str) -> Iterator[Recording]:
    tree = ast.parse(path.read_text(encoding="utf-8"), path)
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for holder, node in _functions(tree):
        arguments = {argument.arg for argument in [*node.args.args, *node.args.kwonlyargs]}
        if not node.name.startswith("test") or "evidence" not in arguments:
            continue
        test = "::".join((name, *holder, node.name))
        calls = [
            call
            for call in ast.walk(node)
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "evidence"
        ]
        if not calls:
            yield Recording(test, None, node.lineno)
        for call in calls:
            first = call.args[0] if call.args else None
            value = constants.get(first.id) if isinstance(first, ast.Name) else getattr(first, "value", None)
            figures = frozenset(keyword.arg for keyword in call.keywords if keyword.arg) - {"cases"}
            yield Recording(test, value if isinstance(value, str) else None, call.lineno, figures)


def _functions(tree: ast.Module) -> Iterator[tuple[tuple[str, ...], ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield (), node
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef):
                    yield (node.name,), inner
