"""What an outbox is made with: its folder, which the configuration has made absolute."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from handoff_core.connector import DestinationSettings
from handoff_core.durations import Duration

AGENT: Final = "agent:"
"""What the name of an agent's deliveries begins with, as ``to`` has it; no destination's name has a colon."""


class OutboxSettings(DestinationSettings):
    """One folder. Whatever is said of networks is as short as it can be: a file is there, or it is not."""

    folder: str = Field(description="Absolute path of the folder.")
    timeout: Duration = Field(1.0, gt=0)
    settle: Duration = Field(1.0, gt=0)
    min_update_interval: Duration = Field(0.0, ge=0)
