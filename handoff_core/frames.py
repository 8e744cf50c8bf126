"""Where an error came from, without what it says: its text may hold a secret or a customer's words."""

from __future__ import annotations

import traceback

_MOST_CAUSES = 5


def frames(error: BaseException) -> str:
    """The code lines of an error and of its causes, the innermost first, each with its kind; never their texts."""
    parts: list[str] = []
    at: BaseException | None = error
    while at is not None and len(parts) < _MOST_CAUSES:
        parts.append("".join(traceback.format_tb(at.__traceback__)) + type(at).__qualname__)
        at = at.__cause__ or at.__context__
    return "\n".join(["where it failed:", *reversed(parts)])
