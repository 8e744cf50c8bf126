"""What is found takes time in proportion to the text, whatever stands in it: a packet of 1 MiB holds up nobody."""

from __future__ import annotations

import time

import pytest

from handoff_core.privacy import find as search
from handoff_core.privacy.credentials import find_secrets
from handoff_core.privacy.kinds import Found, Kind
from handoff_core.privacy.split import find_split
from handoff_core.privacy.tokens import Tokens

HOSTILE = (
    "-----BEGIN PRIVATE KEY----- ",
    "eyJaaaaa.eyJ",
    "eyJaaaaa.",
    "eyJ-",
    "a-eyJaaaaa-",
    "SG.aaaaaaaaaaaaaaaaaaaa.",
    "sk-a-",
    "password is ",
    "token of ",
    "https://u:p",
)
TIMES = 16
MOST = 8 * TIMES
"""So much longer may a text take that is 16 times as long; where each place is compared with each, it is 256 times."""


def least(text: str) -> float:
    """The least of a few measurements of one search, in seconds of this process."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        list(find_secrets(text))
        taken.append(time.process_time() - began)
    return min(taken)


@pytest.mark.parametrize("repeated", HOSTILE)
def test_a_longer_text_takes_as_much_longer(repeated: str) -> None:
    text = repeated * (4_000 // len(repeated))
    assert least(text * TIMES + "!") < MOST * max(least(text + "!"), 0.0002)


@pytest.mark.parametrize("words", ["token for", "password is", "password is:", "token for x"])
def test_spaces_are_read_once(words: str) -> None:
    assert least(f'{words}{" " * 4_000 * TIMES}""') < MOST * max(least(f'{words}{" " * 4_000}""'), 0.0002)


class Counted:
    """A found value that counts how often its end is looked at."""

    looks = 0

    def __init__(self, start: int) -> None:
        self.start, self.kind, self.key = start, Kind.SECRET, ""

    @property
    def end(self) -> int:
        Counted.looks += 1
        return self.start + 1


def test_a_value_is_compared_with_its_neighbours_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    many = 5_000
    monkeypatch.setattr(search, "_every", lambda text, region: map(Counted, range(0, 2 * many, 2)))
    monkeypatch.setattr(Counted, "looks", 0)
    assert len(search._find("", "")) == many
    assert Counted.looks <= 4 * many


def test_of_two_that_overlap_the_surer_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    phone, card, email = (
        Found(0, 12, Kind.PHONE, "1"),
        Found(4, 20, Kind.CARD, "2"),
        Found(20, 30, Kind.EMAIL, "3"),
    )
    monkeypatch.setattr(search, "_every", lambda text, region: iter((phone, card, email)))
    assert search._find("", "") == (card, email)


def test_tokens_are_numbered_without_counting_those_before() -> None:
    tokens = Tokens()
    assert [tokens.token(Kind.PHONE, str(number)) for number in range(20_000)][-1] == "[phone 20000]"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("jwt=eyJhbGciOi.eyJzdWIiOi.c2ln", "eyJhbGciOi.eyJzdWIiOi.c2ln"),
        ("x-eyJhbGciOi.eyJzdWIiOi.c2ln", "eyJhbGciOi.eyJzdWIiOi.c2ln"),
        ("abcdefgh.eyJaaaaa.eyJbbbbb.sig", "eyJaaaaa.eyJbbbbb.sig"),
        ("password is : hunter2!", "hunter2!"),
        ("token for  the site: abc123!x", "abc123!x"),
    ],
)
def test_what_was_found_before_is_found_still(text: str, secret: str) -> None:
    assert [text[one.start : one.end] for one in find_secrets(text)] == [secret]


def test_a_conversation_of_many_short_turns_is_read_in_a_row_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read = 0
    whole = search._find

    def counted(text: str, region: str) -> tuple[Found, ...]:
        nonlocal read
        read += len(text)
        return whole(text, region)

    monkeypatch.setattr("handoff_core.privacy.split.find", counted)
    turns = ["4111"] * 2_000
    find_split(turns, "US")
    assert read < 20 * sum(map(len, turns))
