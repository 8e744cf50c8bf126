"""The stand-ins judge the connectors, so they may share no code with them."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from handoff_connectors import sandbox

ABOUT_PACKETS = ("demo", "samples")
LIBRARIES = {"starlette", "uvicorn", "jinja2", "click"}
_EVERY = Path(str(sandbox.__file__)).parent.glob("*.py")
MODULES = sorted(path for path in _EVERY if not path.name.startswith(ABOUT_PACKETS))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_of_the_stand_ins_imports_nothing_else_of_ours(path):
    for node in ast.walk(ast.parse(path.read_text())):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            own = name == "handoff_connectors.sandbox" or name.startswith("handoff_connectors.sandbox.")
            top = name.partition(".")[0]
            assert own or top in LIBRARIES or top in sys.stdlib_module_names, name
