"""Hostile strings as data files, and generators of hostile packets, JSON and TOML. Seeded: the same on every run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def strings(name: str) -> list[str]:
    """The strings of ``<name>.json``, each once, in order."""
    return list(dict.fromkeys(json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))))


def objects(name: str) -> list[dict[str, Any]]:
    """The objects of ``<name>.json``."""
    return list(json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8")))
