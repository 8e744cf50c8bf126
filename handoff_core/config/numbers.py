"""Whole numbers that TOML does not have: Python reads any, and then cannot even print those of thousands of digits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from handoff_core.config.positions import KeyPath
from handoff_core.config.problems import Draft

_LEAST, _MOST = -(2**63), 2**63 - 1


def beyond_toml(value: Any, path: KeyPath = ()) -> Iterator[Draft]:
    """One draft for each whole number below ``value`` that 64 bits do not hold."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from beyond_toml(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from beyond_toml(inner, (*path, number))
    elif isinstance(value, int) and not _LEAST <= value <= _MOST:
        yield Draft(
            path, "is a number too large for TOML (64 bits).", "Write a smaller number, or put an id in quotes."
        )
