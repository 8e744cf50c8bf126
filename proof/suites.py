"""What the page promises, and the suites that must have shown it: one missing from a run is named on the page.

A test compares this table with what the tests record, in both directions.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Promise:
    """One thing that a customer is promised: a short title, and what it means in plain words."""

    title: str
    text: str


@dataclass(frozen=True)
class Suite:
    """One suite under one promise. ``name``: as its tests hand it to ``evidence``. ``tests``: how many tests do."""

    name: str
    promise: str
    what: str
    """What was done, in plain words."""
    tests: int = 1


PROMISES = (
    Promise(
        "Nothing is lost and nothing is doubled",
        "A case that was accepted ends as exactly one record in each system, whatever fails in between: the program, "
        "the disk, the network or the vendor.",
    ),
    Promise(
        "What is accepted is safe on disk",
        "The receipt is given after the case is on disk. A cut file, a full disk, a crowd of writers or a frozen "
        "worker takes nothing back.",
    ),
    Promise(
        "One vendor's trouble stays there",
        "A vendor that is down, slow or strict is asked sparingly, nobody else feels it, and everything arrives when "
        "it is back.",
    ),
    Promise(
        "Hostile text does no harm",
        "Whatever a customer writes, or a program sends, stays text: it pings nobody, runs nothing, changes no route, "
        "and poisons no file.",
    ),
    Promise(
        "Secrets and businesses stay apart",
        "No token appears in any output, log, file or error. Two businesses in one run never see each other.",
    ),
)

SUITES: tuple[Suite, ...] = ()
