"""Handoff carries work from an AI agent to a person without losing context.

Everything is imported when it is first asked for: ``handoff sync`` with nothing due needs none of it.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as type checkers know it; importing typing would cost an idle run a tenth of its time
if TYPE_CHECKING:
    from typing import Any

    from handoff_core.client import Handoff
    from handoff_core.errors import ConfigError, PacketInvalid, StoreUnavailable
    from handoff_core.packet import Packet
    from handoff_core.receipt import Receipt

    __version__: str

__all__ = ["ConfigError", "Handoff", "Packet", "PacketInvalid", "Receipt", "StoreUnavailable", "__version__"]

_HOMES = {
    "ConfigError": "handoff_core.errors",
    "Handoff": "handoff_core.client",
    "Packet": "handoff_core.packet",
    "PacketInvalid": "handoff_core.errors",
    "Receipt": "handoff_core.receipt",
    "StoreUnavailable": "handoff_core.errors",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("handoff")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(_HOMES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
