"""What one inbox file gives the ledger, and what the ledger must promise in return."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from handoff_core.errors import Problem
from handoff_core.packet import Packet


class Answer(Protocol):
    """What the inbox reads of a receipt.

    One that has a true ``erased`` was refused because its packet was erased: its words are then not kept either.
    """

    @property
    def id(self) -> str | None:
        """The packet's id."""

    @property
    def status(self) -> str:
        """``accepted``, ``unchanged``, ``stale``, ``conflict`` or ``refused``."""

    @property
    def problems(self) -> Sequence[Problem]:
        """Why it was refused."""


@dataclass(frozen=True)
class InboxBatch:
    """One file of the inbox. ``packets`` is read once, in the order of the file, inside the transaction.

    The iterator may raise (the file changed meanwhile, the disk failed): the transaction must then roll back and
    the exception pass through.
    """

    name: str
    sha256: str
    packets: Iterator[Packet] = field(repr=False)


class Taker(Protocol):
    """Where the packets of a file go; ``handoff_core.client.Handoff`` is one.

    One that has ``erased_ids()`` is asked for the ids of which nothing is to be kept.
    """

    def already_taken(self, name: str, sha256: str) -> bool:
        """Whether a file of this name and content was taken before."""

    def take(self, batch: InboxBatch) -> Sequence[Answer]:
        """Store every packet of the batch together with its name and hash in one transaction.

        One receipt a packet, in the order of the packets. A packet that conflicts or cannot be accepted does
        not stop the others: its receipt says so.
        """
