"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import handoff_core.packet.enums as packet_enums
from handoff_core.packet.enums import Meaning

ROOT = Path(__file__).parents[1]
PACKAGES = (ROOT / "handoff_core", ROOT / "mappings" / "handoff_mappings", ROOT / "connectors" / "handoff_connectors")
SOURCES = sorted(path for package in PACKAGES for path in package.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
MOST_LINES = 450

OUTERMOST = {
    "handoff_core/cli/app.py": "the command line: whatever happens ends as a sentence and an exit code",
    "handoff_core/delivery/lane.py": "the loop over deliveries: one fault must not hold up other packets",
    "handoff_core/inbox/take.py": "the loop over files: one fault must not hold up other files, nor the run",
    "handoff_core/testing/case.py": "carries an error from one thread to another",
    "handoff_core/testing/fault_contract.py": "a test asks what any error says, whichever it is",
}
"""Where everything may be caught, and why. Everybody else says which errors are meant."""

AVOIDED_WORDS = {"manager", "helper", "helpers", "util", "utils", "handler", "info", "provider", "integration", "data"}
MAY_PRINT = ("handoff_core/cli/", "connectors/handoff_connectors/sandbox/")
NAMED_BY_THE_LIBRARY = {"handle_data"}  # html.parser calls it so


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), path)


def test_files_stay_short() -> None:
    lengths = {_id(path): len(path.read_text().splitlines()) for path in [*SOURCES, *TESTS]}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


PUBLIC = {
    "handoff_core.connector": (
        "CONNECTORS Attachment CheckResult Checks Connector Context DestinationSettings DoubtsReplay Finding "
        "FindsOwners Limit Memory Observed Operation Owner Payload Prepares RecordState RecordedRequest Recorder "
        "Remote Replays Retires SetUpFiles SiblingLink Told View Write"
    ),
    "handoff_core.testing.connector_contract": "CONTRACT_VERSION ConnectorContract HOSTILE LIVE_CONTROLS OPERATIONS",
    "handoff_core.testing.case": "Case NotebookMemory Recording",
    "handoff_core.testing.clock": "FakeClock START",
    "handoff_core.testing.factories": "make_object make_owner make_packet make_view",
    "handoff_core.testing.faults": "Fault FaultyOperation",
    "handoff_core.testing.stand_in": "Answer Request Server StandIn",
}
"""What other people's connectors import, and from where. Add to it; take nothing away."""


@pytest.mark.parametrize("module", PUBLIC)
def test_what_connectors_by_others_import_stays_where_it_is(module: str) -> None:
    assert [name for name in PUBLIC[module].split() if not hasattr(importlib.import_module(module), name)] == []


def test_every_file_says_what_it_is_for() -> None:
    assert [_id(path) for path in SOURCES if path.read_text().strip() and not ast.get_docstring(_tree(path))] == []


def test_only_the_outermost_places_catch_everything() -> None:
    caught = [f"{_id(path)}:{line}" for path in SOURCES for line in _catches_everything(_tree(path))]
    assert [place for place in caught if place.partition(":")[0] not in OUTERMOST] == []


def test_every_outermost_place_is_still_one() -> None:
    assert [name for name in OUTERMOST if not list(_catches_everything(_tree(ROOT / name)))] == []


def _catches_everything(tree: ast.Module) -> Iterator[int]:
    """Lines of handlers that take any error and keep it to themselves; what is raised again is only passed by."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            everything = any(kind is None or (isinstance(kind, ast.Name) and kind.id in _EVERYTHING) for kind in kinds)
            last = node.body[-1]
            if everything and not (isinstance(last, ast.Raise) and last.exc is None):
                yield node.lineno


_EVERYTHING = {"Exception", "BaseException"}


def test_only_the_command_line_prints() -> None:
    printing = [f"{_id(path)}:{line}" for path in SOURCES for line in _prints(_tree(path))]
    assert [place for place in printing if not place.startswith(MAY_PRINT)] == []


def _prints(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield node.lineno


def test_names_say_what_a_thing_is() -> None:
    named = [(_id(path), name) for path in SOURCES for name in (path.stem, *_public_names(_tree(path)))]
    assert [(path, name) for path, name in named if AVOIDED_WORDS & _words(name)] == []


def _public_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        kinds = ast.ClassDef | ast.FunctionDef
        if isinstance(node, kinds) and not node.name.startswith("_") and node.name not in NAMED_BY_THE_LIBRARY:
            yield node.name


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}


def _enums() -> list[type[Meaning]]:
    return [kind for kind in vars(packet_enums).values() if isinstance(kind, type) and issubclass(kind, Meaning)]


def test_every_value_of_an_enumeration_has_a_line_of_meaning() -> None:
    silent = [f"{_id(path)}: {name}" for path in SOURCES for name in _values_without_meaning(_tree(path))]
    assert silent == []


def test_every_word_of_the_packet_has_a_meaning() -> None:
    words = [value for kind in _enums() for value in kind]
    assert len(words) > 40
    assert [str(value) for value in words if not value.meaning.strip()] == []


def _values_without_meaning(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef) or not any(_is_enum(base) for base in node.bases):
            continue
        for statement, after in zip(node.body, [*node.body[1:], None], strict=True):
            told = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            if isinstance(statement, ast.Assign) and not told:
                yield f"{node.name}.{ast.unparse(statement.targets[0])}"


def _is_enum(base: ast.expr) -> bool:
    return isinstance(base, ast.Name) and base.id in {"Enum", "IntEnum", "StrEnum"}


def _modules_after(code: str) -> set[str]:
    script = f"{code}\nimport sys\nprint(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(run.stdout.split())


def test_importing_the_connectors_imports_no_sdk() -> None:
    loaded = _modules_after("import handoff_connectors.zendesk, handoff_connectors.hubspot, handoff_connectors.slack")
    assert loaded & {"zenpy", "hubspot", "slack_sdk"} == set()


def test_importing_the_library_imports_only_the_standard_library() -> None:
    loaded = _modules_after("import handoff_core")
    assert loaded & {"click", "pydantic", "requests", "rich", "sqlalchemy", "tree_sitter"} == set()
