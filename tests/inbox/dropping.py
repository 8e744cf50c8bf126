"""An inbox under test: files are dropped into it, and a ledger in memory takes them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handoff_core.errors import Problem
from handoff_core.inbox import InboxBatch, InboxResult, take_inbox

NOW = 1_795_000_000.0


@dataclass
class Clock:
    """A clock that tests set."""

    at: float = NOW

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds


@dataclass(frozen=True)
class Answer:
    """A receipt, as far as the inbox reads it."""

    id: str | None
    status: str
    problems: tuple[Problem, ...] = ()
    erased: bool = False


@dataclass
class Store:
    """A ledger in memory: a file's packets and its hash are kept together or not at all."""

    packets: list[str] = field(default_factory=list)
    files: set[tuple[str, str]] = field(default_factory=set)
    statuses: dict[str, str] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    batches: int = 0

    def already_taken(self, name: str, sha256: str) -> bool:
        return (name, sha256) in self.files

    def take(self, batch: InboxBatch) -> list[Answer]:
        taken = [packet.id for packet in batch.packets]
        receipts = [
            Answer(
                one, "refused" if one in self.erased else self.statuses.get(one, "accepted"), erased=one in self.erased
            )
            for one in taken
        ]
        self.packets += [one.id for one in receipts if one.status == "accepted" and one.id]
        self.files.add((batch.name, batch.sha256))
        self.batches += 1
        return receipts


def take(inbox: Path, store: Store, **options: Any) -> InboxResult:
    return take_inbox(inbox, store, **{"clock": Clock(), **options})


def packet(packet_id: str = "case-1", **overrides: Any) -> str:
    return json.dumps(
        {
            "id": packet_id,
            "lane": "support",
            "summary": "Boiler leaks",
            "next_action": {"text": "Call back"},
            "escalation": {"reason": "explicit_request", "text": "Asked for a person"},
            **overrides,
        }
    )


def drop(inbox: Path, name: str, text: str | bytes, *, age: float = 3600.0) -> Path:
    path = inbox / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    os.utime(path, (NOW - age, NOW - age))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def problems(inbox: Path, name: str) -> list[dict[str, Any]]:
    return list(json.loads((inbox / "refused" / name).read_text())["problems"])
