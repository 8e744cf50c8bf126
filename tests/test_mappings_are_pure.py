"""Mappings are pure. What they import is import-linter's question; what they call is asked here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

MAPPINGS = Path(__file__).parents[1] / "mappings" / "handoff_mappings"
IMPURE_METHODS = {
    "now": "the clock",
    "utcnow": "the clock",
    "today": "the clock",
    "astimezone()": "the machine's time zone",
    "uuid1": "chance",
    "uuid4": "chance",
    "read_text": "a file",
    "write_text": "a file",
    "urlopen": "the network",
    "getenv": "the environment",
}
IMPURE_FUNCTIONS = {"open": "a file", "input": "the terminal", "print": "the terminal", "eval": "code", "exec": "code"}
IMPURE_MODULES = {"urllib.request", "importlib.resources", "zenpy", "hubspot", "slack_sdk", "requests"}


def impurities(source: str) -> Iterator[tuple[int, str]]:
    """Line and reason of every call or import that a pure module does not have."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = node.func.attr
            if name == "astimezone" and not node.args and not node.keywords:
                name = "astimezone()"
            if name in IMPURE_METHODS:
                yield node.lineno, f"{name} asks {IMPURE_METHODS[name]}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in IMPURE_FUNCTIONS:
            yield node.lineno, f"{node.func.id} reaches {IMPURE_FUNCTIONS[node.func.id]}"
        elif isinstance(node, ast.Global):
            yield node.lineno, f"global {', '.join(node.names)} remembers between calls"
        elif isinstance(node, ast.ImportFrom) and node.module in IMPURE_MODULES:
            yield node.lineno, f"imports {node.module}"
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, f"imports {name.name}") for name in node.names if name.name in IMPURE_MODULES)


@pytest.mark.parametrize("path", sorted(MAPPINGS.rglob("*.py")), ids=lambda path: str(path.relative_to(MAPPINGS)))
def test_a_mapping_asks_nothing_but_its_arguments(path: Path) -> None:
    assert [f"{path.name}:{line}: {why}" for line, why in impurities(path.read_text())] == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nmade = datetime.now()",
        "import datetime\nday = datetime.date.today()",
        "local = moment.astimezone()",
        "from uuid import uuid4\nimport uuid\nkey = uuid.uuid4()",
        "text = open('limits.json').read()",
        "from pathlib import Path\ntext = Path('x').read_text()",
        "def render():\n    global seen\n    seen = 1",
        "import urllib.request",
        "from requests import get",
    ],
)
def test_what_is_not_pure_is_recognised(source: str) -> None:
    assert list(impurities(source))


def test_a_named_time_zone_and_a_fixed_uuid_are_pure() -> None:
    assert list(impurities("moment.astimezone(zone)\nuuid.uuid5(space, key)")) == []
