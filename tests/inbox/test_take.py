"""Files that other programs drop become packets, once each, and nothing in the folder is followed or lost."""

from __future__ import annotations

import json
import socket
import stat
from pathlib import Path
from typing import Any

import pytest

from handoff_core.errors import PacketInvalid, Problem
from handoff_core.inbox import InboxResult
from tests.inbox.dropping import Store, drop, names, packet, problems, take


@pytest.fixture
def store() -> Store:
    return Store()


def test_files_are_taken_in_the_order_of_their_names(inbox: Path, store: Store) -> None:
    for name in ("b.json", "a.jsonl", "B.json", "10.json", "9.json"):
        drop(inbox, name, packet(name.partition(".")[0].replace("B", "upper")))

    result = take(inbox, store)

    assert store.packets == ["10", "9", "upper", "a", "b"]
    assert (result.taken, result.refused, result.files, result.left) == (5, 0, 5, ())
    assert names(inbox) == ["taken"]
    assert names(inbox / "taken") == ["10.json", "9.json", "B.json", "a.jsonl", "b.json"]


@pytest.mark.parametrize("name", [".a.json", "a.json.tmp", "a.tmp", "notes.txt", "json", ".json"])
def test_other_names_are_left_alone(inbox: Path, store: Store, name: str) -> None:
    drop(inbox, name, packet())

    assert take(inbox, store) == InboxResult()
    assert names(inbox) == [name]


def test_each_file_is_one_transaction(inbox: Path, store: Store) -> None:
    drop(inbox, "a.jsonl", "\n".join(packet(f"case-{n}") for n in range(50)))
    drop(inbox, "b.json", packet("last"))

    take(inbox, store)

    assert (len(store.packets), store.batches) == (51, 2)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", b"\xef\xbb\xbf" + packet("one").encode() + b"\r\n\r\n  \n" + packet("two").encode() + b"\r\n"),
        ("a.json", json.dumps([json.loads(packet("one")), json.loads(packet("two"))], indent=2).encode()),
        ("a.json", b"\xef\xbb\xbf\n [" + packet("one").encode() + b"," + packet("two").encode() + b"]\n\n"),
        ("a.JSONL", packet("one").encode() + b"\n" + packet("two").encode()),
    ],
)
def test_bom_crlf_blank_lines_and_arrays_are_fine(inbox: Path, store: Store, name: str, text: bytes) -> None:
    drop(inbox, name, text)

    assert take(inbox, store).taken == 2
    assert store.packets == ["one", "two"]


def test_a_bad_line_is_set_aside_beside_its_problems_and_the_file_is_taken(inbox: Path, store: Store) -> None:
    bad = '{"id": "two", "lane": "suport"}'
    drop(inbox, "a.jsonl", f"{packet('one')}\n{bad}\n{packet('three')}\nnot json\n")

    result = take(inbox, store)

    assert (result.taken, result.refused) == (2, 2)
    assert store.packets == ["one", "three"]
    assert names(inbox / "taken") == ["a.jsonl"]
    assert names(inbox / "refused") == [
        "a.jsonl.2.json", "a.jsonl.2.problems.json", "a.jsonl.4.json", "a.jsonl.4.problems.json",
    ]  # fmt: skip
    assert (inbox / "refused" / "a.jsonl.2.json").read_text() == bad + "\n"
    assert {"lane", "summary"} <= {one["path"] for one in problems(inbox, "a.jsonl.2.problems.json")}
    assert all(one["fix"] for one in problems(inbox, "a.jsonl.4.problems.json"))


def test_a_bad_first_line_is_set_aside_too(inbox: Path, store: Store) -> None:
    drop(inbox, "a.jsonl", f"{{}}\n{packet('two')}\n")

    assert take(inbox, store).refused == 1
    assert "a.jsonl.1.json" in names(inbox / "refused")


def test_each_element_of_an_array_is_a_line(inbox: Path, store: Store) -> None:
    drop(inbox, "a.json", f'[{packet("one")}, {{"id": "two"}}, 7, {packet("four")}]')

    result = take(inbox, store)

    assert (result.taken, result.refused, store.packets) == (2, 2, ["one", "four"])
    assert (inbox / "refused" / "a.json.2.json").read_text() == '{"id": "two"}\n'
    assert (inbox / "refused" / "a.json.3.json").read_text() == "7\n"


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        ("a.json", '{"id": "x"}', 1),
        ("a.json", "hello", 1),
        ("a.json", "", 1),
        ("a.json", packet("one")[:-5], 1),
        ("a.json", packet("one") + packet("two"), 1),
        ("a.json", b"\xff\xfe{\x00}\x00", 1),
        ("a.json", '{"id": "a\x00b"}', 1),
        ("a.json", "[" * 100_000, 1),
        ("a.json", "[1, 2]", 2),
        ("a.jsonl", "{}\n{}\nx\n", 3),
        ("a.jsonl", " \n\n", 1),
    ],
)
def test_a_file_that_is_bad_as_a_whole_goes_to_refused(
    inbox: Path, store: Store, name: str, text: str | bytes, count: int
) -> None:
    drop(inbox, name, text)

    result = take(inbox, store)

    assert (result.taken, result.refused) == (0, count)
    assert (store.packets, store.files) == ([], set())
    assert names(inbox) == ["refused"]
    assert {name, f"{name}.problems.json"} <= set(names(inbox / "refused"))
    found = problems(inbox, f"{name}.problems.json")
    assert found
    assert all(one["text"] and one["fix"] for one in found)


def test_an_empty_array_is_taken_without_a_word(inbox: Path, store: Store) -> None:
    drop(inbox, "a.json", "[]")

    result = take(inbox, store)

    assert (result.taken, result.refused, names(inbox / "taken")) == (0, 0, ["a.json"])


def test_the_same_name_with_other_content_is_a_new_file(inbox: Path, store: Store) -> None:
    for n in range(3):
        drop(inbox, "a.json", packet(f"case-{n}"))
        take(inbox, store)

    assert store.packets == ["case-0", "case-1", "case-2"]
    assert names(inbox / "taken") == ["a.1.json", "a.2.json", "a.json"]
    assert (inbox / "taken" / "a.json").read_text() == packet("case-0")


def test_a_conflict_is_set_aside_and_never_silent(inbox: Path, store: Store) -> None:
    store.statuses = {"two": "conflict", "three": "refused", "four": "stale", "five": "unchanged"}
    drop(inbox, "a.jsonl", "\n".join(packet(name) for name in ("one", "two", "three", "four", "five")))

    result = take(inbox, store)

    assert (result.taken, result.refused) == (3, 2)
    assert names(inbox / "refused") == [
        "a.jsonl.2.json", "a.jsonl.2.problems.json", "a.jsonl.3.json", "a.jsonl.3.problems.json",
    ]  # fmt: skip
    assert (inbox / "refused" / "a.jsonl.2.json").read_text() == packet("two") + "\n"


def test_a_file_that_only_conflicts_goes_to_refused(inbox: Path, store: Store) -> None:
    store.statuses = {"one": "conflict"}
    drop(inbox, "a.json", packet("one"))

    assert take(inbox, store).refused == 1
    assert names(inbox / "refused") == ["a.json", "a.json.problems.json"]


def test_a_packet_larger_than_the_limit_is_refused_beside_good_ones(inbox: Path, store: Store) -> None:
    big = packet("big", analysis="x" * 1_100_000)
    drop(inbox, "a.jsonl", f"{packet('one')}\n{big}\n{packet('three')}\n")

    assert (take(inbox, store).taken, store.packets) == (2, ["one", "three"])
    assert (inbox / "refused" / "a.jsonl.2.json").read_text() == big + "\n"


def test_progress_is_told_file_by_file(inbox: Path, store: Store) -> None:
    for name in ("a.json", "b.json"):
        drop(inbox, name, packet(name[0]))
    seen: list[tuple[int, int]] = []

    take(inbox, store, on_progress=lambda done, total: seen.append((done, total)))

    assert seen == [(1, 2), (2, 2)]


def test_a_parser_of_another_kind_may_be_given(inbox: Path, store: Store) -> None:
    drop(inbox, "a.json", packet())

    def refusing(text: bytes) -> Any:
        raise PacketInvalid([Problem("id", "is odd", "write another")])

    assert take(inbox, store, parse=refusing).refused == 1
    assert problems(inbox, "a.json.problems.json") == [
        {"line": 1, "path": "id", "text": "is odd", "fix": "write another"}
    ]


def test_a_socket_is_set_aside(inbox: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(inbox)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("s.json")

    assert take(inbox, store).refused == 1
    assert stat.S_ISSOCK((inbox / "refused" / "s.json").lstat().st_mode)
