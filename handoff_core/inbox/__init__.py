"""The inbox: a folder where other programs drop packets as files.

Imported lazily: ``names`` is asked before anything else of the library is needed.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as type checkers know it; importing typing would cost an idle run a tenth of its time
if TYPE_CHECKING:
    from typing import Any

    from handoff_core.inbox.batch import InboxBatch, Taker
    from handoff_core.inbox.take import InboxResult, Left, take_inbox

__all__ = ["InboxBatch", "InboxResult", "Left", "Taker", "take_inbox"]

_HOMES = {"InboxBatch": "batch", "Taker": "batch", "InboxResult": "take", "Left": "take", "take_inbox": "take"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
