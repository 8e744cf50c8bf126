"""Golden files: exactly what is sent, written so that a person can read it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parents[1] / "golden"
_ENDS = re.compile(r"(?<=</p>)|(?<=<br>)|(?<=</li>)|(?<=<ul>)|(?<=</ul>)|(?<=</blockquote>)|(?<=\n)")


def assert_golden(vendor: str, lane: str, records: Sequence[Mapping[str, Any]]) -> None:
    """The records are those of the file. HANDOFF_TEST_WRITE_GOLDEN=1 rewrites it: read the diff."""
    text = json.dumps([legible(record) for record in records], indent=1, ensure_ascii=False) + "\n"
    path = GOLDEN / vendor / f"{lane}.json"
    if os.environ.get("HANDOFF_TEST_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text


def legible(value: Any) -> Any:
    """The same with every text of several lines as a list of them; nothing is taken away."""
    if isinstance(value, Mapping):
        return {name: legible(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [legible(one) for one in value]
    if isinstance(value, str):
        lines = [line for line in _ENDS.split(value) if line]
        return lines if len(lines) > 1 else value
    return value
