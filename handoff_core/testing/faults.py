"""What the contract suite lets go wrong between a connector and its vendor, one word each."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

RETRY_AFTER: Final = 7
"""Seconds that a stand-in writes into Retry-After when it answers 429."""

FaultyOperation = Literal["find", "create", "update"]
"""The operation whose decisive request is hit: the one that reads, makes or changes the record."""


class Fault(StrEnum):
    """What happens to one request. "Refused" and "nothing applied" are certain; the others may have taken effect."""

    DROP_BEFORE = "drop_before"
    """The connection is closed without an answer; nothing was applied, but the client cannot know."""
    APPLY_THEN_DROP = "apply_then_drop"
    """Applied, then the connection is closed without an answer."""
    APPLY_THEN_500 = "apply_then_500"
    """Applied, then answered with the vendor's 500."""
    HANG = "hang"
    """No answer while the client waits."""
    HTML_200 = "html_200"
    """A maintenance page in HTML under status 200; nothing was applied."""
    EMPTY_200 = "empty_200"
    """Status 200 without a body; nothing was applied."""
    SERVER_ERROR = "500"
    """Refused with 500; nothing was applied."""
    LIMITED = "429"
    """Too many requests, Retry-After in seconds; nothing was applied."""
    UNAUTHORIZED = "401"
    """The token is refused."""
    UNPROCESSABLE = "422"
    """The content is refused, for good."""
