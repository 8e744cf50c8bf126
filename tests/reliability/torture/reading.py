"""What a ledger's file holds after it was ill-treated, read by a bystander."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from handoff_core.ledger.sqlite import driver


@dataclass(frozen=True)
class Held:
    """``fault`` is what SQLite says is wrong with the file; None = it is sound."""

    packets: Mapping[str, int]
    """Newest revision by id."""
    revisions: Mapping[str, int]
    """How many revisions, by id."""
    fault: str | None = None


def read(folder: Path) -> Held:
    """Open the ledger of a folder as the next process would, and look at all of it."""
    try:
        with closing(driver().connect(folder / "handoff.db")) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchall()
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
            if "packets" not in tables:  # it had not been made yet
                return Held({}, {}, None if sound == [("ok",)] else str(sound))
            packets = dict(connection.execute("SELECT id, revision FROM packets").fetchall())
            counted = connection.execute("SELECT packet_id, count(*) FROM revisions GROUP BY packet_id").fetchall()
    except driver().Error as error:
        return Held({}, {}, str(error))
    return Held(packets, dict(counted), None if sound == [("ok",)] else str(sound))
