"""TOML to typed settings, with file, line and column in every message.

Names are fetched when first used: the start-up path of a run with nothing to do imports ``handoff_core.config.source``
and must not pay for pydantic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from handoff_core.config.config import Config
    from handoff_core.config.destinations import Destination
    from handoff_core.config.loading import Loaded, load, load_many
    from handoff_core.config.schema import config_schema

_HOME = {
    "Config": "handoff_core.config.config",
    "Destination": "handoff_core.config.destinations",
    "Loaded": "handoff_core.config.loading",
    "config_schema": "handoff_core.config.schema",
    "load": "handoff_core.config.loading",
    "load_many": "handoff_core.config.loading",
}

__all__ = ["Config", "Destination", "Loaded", "config_schema", "load", "load_many"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
