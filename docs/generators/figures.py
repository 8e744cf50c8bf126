"""How often the rules and triage are right, as the tests count it over what was labelled by reading."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def quality_figures() -> str:
    """Precision and recall of the rules on the labelled packets of the tests."""
    return _figures("quality")


def triage_figures() -> str:
    """How well triage agrees with labelled sentences, requests, conversations and rated series."""
    return _figures("triage")


def _figures(folder: str) -> str:
    path = _ROOT / "tests" / folder / "figures.py"
    spec = spec_from_file_location(f"{folder}_figures", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    if str(_ROOT) not in sys.path:
        sys.path.insert(0, str(_ROOT))  # figures read what stands beside them in tests/
    spec.loader.exec_module(module)
    return str(module.table())
