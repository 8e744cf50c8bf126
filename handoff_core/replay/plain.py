"""Conversations as people write them down: one turn a line, ``Customer: …`` and ``AI: …``."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

from handoff_core.errors import PacketInvalid, Problem

_LINE: Final = re.compile(r"(?P<who>[^\W\d_]+(?: [^\W\d_]+)?)\s*:(?:\s+(?P<text>.*))?")
_NAME: Final = re.compile(r"[A-Z]\w+(?: [A-Z]\w+)?:\s")
_VERDICT: Final = "→"
"""How docs/triage.md begins the line that says what was decided: no part of the conversation."""


def read_plain(text: bytes, speakers: Container[str]) -> list[dict[str, str]] | None:
    """The turns of such a text; None where its first line names no speaker. ``speakers``: in small letters.

    A line that names nobody goes on with the turn before. PacketInvalid for one that names somebody unknown.
    """
    try:
        lines = text.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        return None
    turns: list[dict[str, str]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith(_VERDICT):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is not None and found["who"].casefold() in speakers:
            turns.append({"speaker": found["who"], "text": found["text"] or ""})
        elif not turns:
            return None
        elif _NAME.match(line):
            who = line.partition(":")[0]
            fix = "write Customer, AI, Human, Tool or System before the colon; indent a line that only goes on"
            raise PacketInvalid([Problem(f"line {number}", f"{who} is nobody who speaks in a conversation", fix)])
        else:
            turns[-1]["text"] += f"\n{line.strip()}"
    return turns or None
