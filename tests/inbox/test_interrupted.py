"""A file that is still being written, a run that dies, time that is used up: nothing is taken twice or half."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from handoff_core.errors import ConfigError
from handoff_core.inbox import InboxBatch
from handoff_core.inbox import folder as folder_module
from tests.inbox.dropping import NOW, Clock, Store, drop, names, packet, take


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", ""),
        ("a.json", "  \n"),
        ("a.json", packet("one")[:-1]),
        ("a.json", '{"id": "o'),
        ("a.json", f"[{packet('one')},"),
        ("a.jsonl", ""),
        ("a.jsonl", f"{packet('one')}\n{packet('two')[:-9]}"),
    ],
)
def test_json_that_ends_early_waits_until_it_is_a_minute_old(inbox: Path, store: Store, name: str, text: str) -> None:
    drop(inbox, name, text, age=59)

    young = take(inbox, store)
    assert [left.name for left in young.left] == [name]
    assert (young.taken, young.refused, store.packets, names(inbox)) == (0, 0, [], [name])

    old = take(inbox, store, clock=Clock(NOW + 1))
    assert old.left == ()
    assert old.refused == 1
    assert name not in names(inbox)


def test_a_time_stamp_far_ahead_does_not_keep_a_file_for_ever(inbox: Path, store: Store) -> None:
    drop(inbox, "a.json", "{", age=-86_400)

    assert take(inbox, store).refused == 1


def test_whole_json_is_taken_however_young_it_is(inbox: Path, store: Store) -> None:
    drop(inbox, "a.json", packet("one"), age=0)
    drop(inbox, "b.jsonl", packet("two"), age=0)
    drop(inbox, "c.jsonl", packet("three") + "\n{\n", age=0)

    assert take(inbox, store).taken == 3


def test_a_crash_before_the_move_takes_nothing_twice(inbox: Path, store: Store, monkeypatch) -> None:
    drop(inbox, "a.json", packet("one"))
    with monkeypatch.context() as dying:
        dying.setattr(folder_module.Folder, "move", _die)
        with pytest.raises(SystemExit):
            take(inbox, store)
    assert names(inbox) == ["a.json"]

    again = take(inbox, store)

    assert (again.taken, store.packets, names(inbox / "taken")) == (0, ["one"], ["a.json"])


def test_a_crash_before_the_commit_loses_nothing_and_refuses_nothing_twice(
    inbox: Path, store: Store, monkeypatch
) -> None:
    drop(inbox, "a.jsonl", f"{packet('one')}\nbad\n")

    def dying_take(batch: InboxBatch) -> None:
        list(batch.packets)
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(store, "take", dying_take)
        with pytest.raises(SystemExit):
            take(inbox, store)

    assert take(inbox, store).taken == 1
    assert store.packets == ["one"]
    assert names(inbox / "refused") == ["a.jsonl.2.json", "a.jsonl.2.problems.json"]


def _die(*_: object, **__: object) -> None:
    raise SystemExit


def test_a_file_that_is_written_to_while_it_is_read_waits_whole(inbox: Path, store: Store) -> None:
    path = drop(inbox, "a.jsonl", f"{packet('one')}\n{packet('two')}\n")

    def growing(text: bytes) -> Any:
        from handoff_core.packet import Packet

        with path.open("a") as stream:
            stream.write(packet("late") + "\n")
        return Packet.from_json(text)

    result = take(inbox, store, parse=growing)

    assert [left.name for left in result.left] == ["a.jsonl"]
    assert (store.packets, store.files, names(inbox)) == ([], set(), ["a.jsonl"])


def test_a_file_replaced_meanwhile_stays_for_the_next_run(inbox: Path, store: Store) -> None:
    path = drop(inbox, "a.json", packet("one"))

    def replacing(text: bytes) -> Any:
        from handoff_core.packet import Packet

        aside = drop(inbox, "aside.tmp", packet("two"))
        os.replace(aside, path)
        return Packet.from_json(text)

    take(inbox, store, parse=replacing)
    assert store.packets == ["one"]
    assert path.read_text() == packet("two")

    take(inbox, store)
    assert store.packets == ["one", "two"]


def test_what_the_ledger_raises_passes_through_and_leaves_the_file(inbox: Path, store: Store, monkeypatch) -> None:
    drop(inbox, "a.json", packet("one"))

    def failing(batch: InboxBatch) -> None:
        raise ConfigError([])

    monkeypatch.setattr(store, "take", failing)
    with pytest.raises(ConfigError):
        take(inbox, store)
    assert names(inbox) == ["a.json"]


def test_no_file_is_begun_after_the_time_is_used_up(inbox: Path, store: Store) -> None:
    clock = Clock()
    for name in ("a.json", "b.json", "c.json"):
        drop(inbox, name, packet(name[0]))

    take(inbox, store, clock=clock, until=NOW + 15, on_progress=lambda done, total: clock.sleep(10))

    assert store.packets == ["a", "b"]
    assert "c.json" in names(inbox)
