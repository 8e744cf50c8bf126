"""What a reader labelled by hand: moods of sentences, requests for a person, conversations, rated series."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handoff_core.packet import Speaker, Turn
from handoff_core.triage import Timing, Verdict, verdicts

HERE = Path(__file__).parent
SENTENCES = ("first", "second", "third", "fourth")
CONVERSATIONS = ("conversations", "more", "third")
_SPEAKERS = {"c": Speaker.CUSTOMER, "a": Speaker.AI, "h": Speaker.HUMAN}
MOODS = {"-": "bad", "0": "neutral", "+": "good"}


def sentences(name: str) -> Iterator[tuple[str, str]]:
    """The mood and the sentence, of one set."""
    for line in (HERE / "sentences" / f"{name}.tsv").read_text(encoding="utf-8").splitlines():
        label, _, text = line.partition("\t")
        yield MOODS[label], text


def requests() -> Iterator[tuple[bool, str]]:
    """Whether it asks for a person, and the sentence."""
    for line in (HERE / "requests.tsv").read_text(encoding="utf-8").splitlines():
        label, _, text = line.partition("\t")
        yield label == "yes", text


@dataclass(frozen=True)
class Conversation:
    """``expected``: never, hold, ``early N``, or ``now A-B``: a person is first due at one of those turns."""

    title: str
    expected: str
    turns: tuple[Turn, ...]

    def agrees(self, found: list[Verdict]) -> bool:
        """Whether the verdicts are what the reader expects."""
        due = next((one.turn for one in found if one.is_due), None)
        kind, _, where = self.expected.partition(" ")
        if kind == "now":
            first, _, last = where.partition("-")
            return due is not None and int(first) <= due <= int(last)
        if due is not None:
            return False
        if kind == "early":
            return found[int(where)].verdict is Timing.TOO_EARLY
        return kind == "never" or any(one.verdict is Timing.HOLD for one in found)

    def judged(self) -> bool:
        """Whether the code agrees, with the settings of a file that says nothing."""
        return self.agrees(list(verdicts(self.turns)))


def conversations(name: str) -> Iterator[Conversation]:
    """The conversations of one file."""
    for block in (HERE / f"{name}.txt").read_text(encoding="utf-8").split("# ")[1:]:
        head, *lines = block.strip().splitlines()
        title, _, expected = head.partition(" | ")
        parts = [line.partition(": ") for line in lines]
        yield Conversation(title, expected, tuple(Turn(speaker=_SPEAKERS[who], text=text) for who, _, text in parts))


ENDED_BADLY = (
    (3, 3, 3, 2, 2, 1),
    (4, 3, 3, 2, 2, 2, 1),
    (3, 3, 2, 3, 2, 2, 1, 1),
    (4, 4, 4, 3, 2, 1),
    (3, 3, 3, 3, 2, 2, 2),
    (5, 4, 3, 2, 1),
    (3, 2, 2, 2),
    (4, 4, 3, 3, 3, 2, 1, 1),
    (3, 3, 3, 1, 2, 1),
    (3, 3, 2, 2, 3, 2, 1),
)
"""Ratings from 1 to 5, turn by turn, of conversations at whose end the customer was unhappy."""
ENDED_WELL = (
    (3, 3, 2, 3, 4),
    (3, 4, 4, 5),
    (2, 3, 3, 4),
    (3, 3, 3, 3, 3, 3, 3, 3),
    (3, 2, 3, 3, 2, 3),
    (4, 4, 3, 4, 4),
    (2, 2, 3, 4, 4),
    (3, 3, 3, 2, 3, 3, 3, 4),
    (5, 5, 4, 5, 3, 4),
    (1, 2, 3, 4, 5),
    (3, 2, 3, 2, 3, 3),
    (2, 3, 2, 3, 4, 4),
)
"""The same of conversations that ended well."""
_WANTS = (
    "a hotel in the east", "cheap parking there", "breakfast at seven", "a taxi to the museum",
    "two nights from Friday", "free wifi in the room", "the phone number", "a later train",
)  # fmt: skip
_ANSWERS = (
    "Three hotels match.", "The car park costs nine pounds.", "Breakfast begins earlier.", "Your taxi is red.",
    "Friday is available.", "Wireless is included.", "Their number ends with 22.", "The 14:10 goes daily.",
)  # fmt: skip


def rated(ratings: tuple[int, ...]) -> tuple[Turn, ...]:
    """A conversation of plain words in which nothing but the ratings says how it goes."""
    turns: list[Turn] = []
    for rating, want, answer in zip(ratings, _WANTS, _ANSWERS, strict=False):
        turns.append(Turn(speaker=Speaker.CUSTOMER, text=f"I need {want}", sentiment=(rating - 3) / 2))
        turns.append(Turn(speaker=Speaker.AI, text=answer))
    return tuple(turns)


def due_at(ratings: tuple[int, ...]) -> int | None:
    """The rating, counted from 0, at which a person was first due."""
    return next((one.turn // 2 for one in verdicts(rated(ratings)) if one.is_due), None)
