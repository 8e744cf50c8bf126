"""Several writers on one ledger at once: ``python -m tests.reliability.torture.writers FOLDER COUNT SECONDS …``.

Each writer is forked from this process before anything is opened. It submits packets and their second revisions for
so many seconds, and appends a line to ``FOLDER/told.N`` for every receipt and to ``FOLDER/failed.N`` for every error.
With ``checkpoint`` each of them also checkpoints the WAL after every few packets.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import closing
from pathlib import Path

from handoff_core.errors import HandoffError
from handoff_core.ledger import store
from handoff_core.ledger.sqlite import JournalChoice, driver
from tests.reliability.torture.business import configure, open_business, packet


def write(folder: Path, writer: int, seconds: float, *, checkpoint: bool = False) -> None:
    """One writer's life: so many seconds from when it has the ledger open."""
    with (
        (folder / f"told.{writer}").open("w", buffering=1) as told,
        (folder / f"failed.{writer}").open("w", buffering=1) as failed,
    ):
        try:
            with open_business(folder) as handoff:
                number, slowest, until = 0, 0.0, time.monotonic() + seconds
                while time.monotonic() < until:
                    for revision in (1, 2):
                        began = time.monotonic()
                        one = packet(number, revision, writer)
                        receipt = handoff.submit(one)
                        slowest = max(slowest, time.monotonic() - began)
                        told.write(f"{one.id} {receipt.revision} {receipt.status.value} {slowest:.3f}\n")
                    number += 1
                    if checkpoint and number % 3 == 0:
                        _checkpoint(folder)
        except (HandoffError, driver().Error) as error:
            failed.write(f"{type(error).__name__}: {error}\n")


def _checkpoint(folder: Path) -> None:
    """As another program's connection does when it closes, or finds the WAL long."""
    with closing(driver().connect(folder / "handoff.db", timeout=30)) as connection:
        connection.execute("PRAGMA wal_checkpoint(RESTART)")


def main(folder: Path, count: int, seconds: float, journal: str, synchronous: str, checkpoint: bool) -> None:
    """Fork the writers and wait for them. ``journal`` empty: the one that Handoff chooses."""
    if journal:
        store.journal_choice = lambda: JournalChoice(journal, synchronous, "the test says so")  # type: ignore
    configure(folder)
    open_business(folder).close()
    children = []
    for writer in range(count):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                write(folder, writer, seconds, checkpoint=checkpoint)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    sys.exit(max(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0 for child in children))


if __name__ == "__main__":
    _, _folder, _count, _seconds, _journal, _synchronous, _checkpoints = sys.argv
    main(Path(_folder), int(_count), float(_seconds), _journal, _synchronous, _checkpoints == "checkpoint")
