"""Which names of the inbox folder are looked at; the standard library only, for the first question of ``sync``."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

TAKEN = "taken"
REFUSED = "refused"
SUFFIXES = (".json", ".jsonl")
_LONGEST_LABEL = 300  # escaping can quadruple a name of 255 bytes; the ledger keeps 400 characters


def is_candidate(name: str) -> bool:
    """Whether a name of the inbox folder is one that ``sync`` takes: ``*.json`` and ``*.jsonl``, not set aside."""
    return name.lower().endswith(SUFFIXES) and not name.startswith(".") and not name.endswith(".tmp")


def candidates(folder: int | Path) -> list[str]:
    """Names to take, in the order of their bytes. ``folder`` may be an open directory. OSError as listdir gives it."""
    return sorted((name for name in os.listdir(folder) if is_candidate(name)), key=os.fsencode)


def printable(name: str) -> str:
    """The name as text that can be stored and shown: undecodable bytes and control characters escaped, not too long."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    if len(text) <= _LONGEST_LABEL:
        return text
    return f"{text[: _LONGEST_LABEL - 13]}~{hashlib.sha256(os.fsencode(name)).hexdigest()[:12]}"
