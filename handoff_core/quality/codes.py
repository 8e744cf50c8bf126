"""The codes of all rules; the rules themselves are imported when somebody asks for them."""

from __future__ import annotations

UNKNOWN_OWNER = "HO301"
"""Found by routing: the packet wishes for an owner whom the configuration does not know."""


def known_codes() -> tuple[str, ...]:
    """Every code that a finding can have, in order."""
    from handoff_core.quality.rules import RULES

    return tuple(sorted({UNKNOWN_OWNER, *(rule.code for rule in RULES)}))
