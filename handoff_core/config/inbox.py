"""``[inbox]``: the folder from which packets are taken."""

from __future__ import annotations

from pydantic import Field

from handoff_core.config.tables import FilePath, Table


class InboxSettings(Table):
    """A folder of packets dropped as files."""

    path: FilePath = Field(
        "inbox", description="Folder, relative to this file's folder; *.json and *.jsonl in it are taken."
    )
