"""Whoever may write to the inbox may put anything there: it is set aside, never followed, and never blocks."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from handoff_core.errors import ConfigError
from handoff_core.inbox import InboxBatch, InboxResult, take_inbox
from handoff_core.inbox import folder as folder_module
from handoff_core.inbox.folder import fitting
from handoff_core.inbox.names import printable

PACKET = json.dumps(
    {
        "id": "case-1",
        "lane": "support",
        "summary": "Boiler leaks",
        "next_action": {"text": "Call back"},
        "escalation": {"reason": "explicit_request", "text": "Asked for a person"},
    }
)


class Store:
    """Takes every packet; remembers the names under which files were stored."""

    def __init__(self) -> None:
        self.packets: list[str] = []
        self.names: list[str] = []

    def already_taken(self, name: str, sha256: str) -> bool:
        name.encode()
        return False

    def take(self, batch: InboxBatch) -> list[Any]:
        class Answer:
            id, status, problems = "case-1", "accepted", ()

        self.names.append(batch.name)
        taken = [packet.id for packet in batch.packets]
        self.packets += taken
        return [Answer() for _ in taken]


@pytest.fixture
def store() -> Store:
    return Store()


def refused(inbox: Path) -> list[str]:
    return sorted(path.name for path in (inbox / "refused").iterdir())


def reason(inbox: Path, name: str) -> str:
    return str(json.loads((inbox / "refused" / f"{name}.problems.json").read_text())["problems"][0]["text"])


def test_a_link_is_set_aside_as_a_link_and_its_target_is_not_touched(inbox: Path, store: Store, tmp_path: Path) -> None:
    target = tmp_path / "secret.json"
    target.write_text(PACKET)
    target.chmod(0o644)
    (inbox / "a.json").symlink_to(target)

    assert take_inbox(inbox, store).refused == 1

    assert store.packets == []
    assert (inbox / "refused" / "a.json").is_symlink()
    assert reason(inbox, "a.json") == "is a symbolic link"
    assert (target.read_text(), stat.S_IMODE(target.stat().st_mode)) == (PACKET, 0o644)


def test_a_hard_link_is_taken_and_the_rights_of_its_other_name_are_not_touched(
    inbox: Path, store: Store, tmp_path: Path
) -> None:
    other = tmp_path / "other.json"
    other.write_text(PACKET)
    other.chmod(0o640)
    os.link(other, inbox / "a.json")

    assert take_inbox(inbox, store).taken == 1

    assert (other.read_text(), stat.S_IMODE(other.stat().st_mode)) == (PACKET, 0o640)


def test_a_dangling_link_is_set_aside(inbox: Path, store: Store) -> None:
    (inbox / "a.json").symlink_to("/nowhere/at/all")

    assert take_inbox(inbox, store).refused == 1


def test_a_pipe_does_not_block(inbox: Path, store: Store) -> None:
    os.mkfifo(inbox / "a.json")

    assert take_inbox(inbox, store).refused == 1
    assert reason(inbox, "a.json") == "is a named pipe"


def test_a_folder_is_set_aside_with_what_is_in_it(inbox: Path, store: Store) -> None:
    (inbox / "a.json").mkdir()
    (inbox / "a.json" / "b.json").write_text(PACKET)

    assert take_inbox(inbox, store).refused == 1
    assert (inbox / "refused" / "a.json" / "b.json").read_text() == PACKET
    assert store.packets == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a device")
def test_a_device_is_set_aside_unopened(inbox: Path, store: Store) -> None:
    try:
        os.mknod(inbox / "a.json", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("this container may not make a device")

    assert take_inbox(inbox, store).refused == 1
    assert reason(inbox, "a.json") == "is a device"


def test_hostile_things_do_not_stop_the_good_file_after_them(inbox: Path, store: Store) -> None:
    os.mkfifo(inbox / "a.json")
    (inbox / "b.json").mkdir()
    (inbox / "c.json").symlink_to("/dev/zero")
    (inbox / "d.json").write_text(PACKET)

    result = take_inbox(inbox, store)

    assert (result.taken, result.refused) == (1, 3)
    assert sorted(path.name for path in inbox.iterdir()) == ["refused", "taken"]


def test_a_pipe_that_takes_the_place_of_a_file_after_the_look_does_not_block(
    inbox: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = (inbox / "real.txt").write_text(PACKET) and os.lstat(inbox / "real.txt")
    os.mkfifo(inbox / "a.json")
    real_lstat = os.lstat
    asked: list[object] = []

    def fooled(path: Any, **options: Any) -> os.stat_result:
        asked.append(path)
        return real if path == "a.json" and len(asked) == 1 else real_lstat(path, **options)

    monkeypatch.setattr(folder_module.os, "lstat", fooled)

    assert take_inbox(inbox, store).refused == 1
    assert reason(inbox, "a.json") == "is a named pipe"


def test_the_longest_names_are_taken_and_their_refusals_fit(inbox: Path, store: Store) -> None:
    long = "n" * 249 + ".jsonl"
    (inbox / long).write_text(f"{PACKET}\nbad\n")

    result = take_inbox(inbox, store)

    assert (result.taken, result.refused) == (1, 1)
    assert (inbox / "taken" / long).exists()
    assert len(refused(inbox)) == 2
    assert all(len(name) <= 255 for name in refused(inbox))


def test_long_names_that_differ_at_their_end_do_not_meet() -> None:
    one, other = (fitting("x" * 300 + end + ".json") for end in ("a", "b"))

    assert one != other
    assert len(one) <= 255
    assert one.endswith(".json")


def test_names_that_are_not_text_or_hold_line_breaks_are_shown_escaped(inbox: Path, store: Store) -> None:
    raw = os.fsencode(inbox) + b"/\xff\n\x1b[2J.json"
    with open(raw, "wb") as stream:
        stream.write(PACKET.encode())

    assert take_inbox(inbox, store).taken == 1
    assert store.names == ["\\xff\\n\\x1b[2J.json"]


def test_a_shown_name_fits_the_ledger() -> None:
    assert len(printable(os.fsdecode(b"\xff" * 250 + b".json"))) <= 400


def test_an_id_with_a_path_in_it_writes_nothing_outside(inbox: Path, store: Store, tmp_path: Path) -> None:
    (inbox / "a.json").write_text(PACKET.replace("case-1", "../../evil"))
    before = sorted(tmp_path.rglob("*"))

    assert take_inbox(inbox, store).refused == 1
    fresh = [path for path in tmp_path.rglob("*") if path not in before]
    assert all((inbox / "refused") in (path, *path.parents) for path in fresh)


def test_a_file_that_cannot_be_read_is_set_aside(inbox: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    (inbox / "a.json").write_text(PACKET)
    real_open = os.open

    def denied(path: Any, flags: int, *rest: Any, **options: Any) -> int:
        if path == "a.json" and not flags & os.O_CREAT:
            raise PermissionError(13, "Permission denied")
        return real_open(path, flags, *rest, **options)

    monkeypatch.setattr(folder_module.os, "open", denied)

    assert take_inbox(inbox, store).refused == 1
    assert reason(inbox, "a.json") == "cannot be read: Permission denied"


def test_a_huge_file_is_refused_unread(inbox: Path, store: Store) -> None:
    with (inbox / "a.jsonl").open("wb") as stream:
        stream.truncate(folder_module.LARGEST_FILE + 1)

    assert take_inbox(inbox, store).refused == 1
    assert "67108865 bytes" in reason(inbox, "a.jsonl")


def test_a_disk_error_leaves_the_file_for_the_next_run(
    inbox: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / "a.json").write_text(PACKET)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folder_module.os, "rename", full)

    result = take_inbox(inbox, store)

    assert "No space left" in result.left[0].reason
    assert (result.taken, result.faults) == (1, 1)  # it is in the ledger, and a person has to look
    assert (inbox / "a.json").exists()


@pytest.mark.parametrize("side", ["taken", "refused"])
def test_taken_and_refused_are_never_followed_elsewhere(inbox: Path, store: Store, tmp_path: Path, side: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (inbox / side).symlink_to(elsewhere)
    (inbox / "a.json").write_text(PACKET if side == "taken" else "bad")

    result = take_inbox(inbox, store)

    assert len(result.left) == 1
    assert list(elsewhere.iterdir()) == []
    (inbox / side).unlink()
    take_inbox(inbox, store)
    assert [path.name for path in (inbox / side).iterdir()][:1] == ["a.json"]


@pytest.mark.parametrize("make", [Path.touch, lambda path: path.symlink_to("/nowhere"), os.mkfifo])
@pytest.mark.parametrize("side", ["taken", "refused"])
def test_what_stands_in_the_place_of_taken_or_refused_is_a_fault_that_says_what_to_do(
    inbox: Path, store: Store, side: str, make: Callable[[Path], None]
) -> None:
    make(inbox / side)
    (inbox / "a.json").write_text(PACKET)
    (inbox / "b.json").write_text("bad")
    (inbox / "c.jsonl").write_text(f"{PACKET}\nbad\n")

    result = take_inbox(inbox, store)

    stay = ["a.json"] if side == "taken" else ["b.json"]
    assert [left.name for left in result.left] == [*stay, "c.jsonl"]
    assert result.faults == 2
    assert result.taken == len(store.packets) == (2 if side == "taken" else 1)
    for left in result.left:
        assert str(inbox / side) in left.reason
        assert "no folder; move it away" in left.reason


def test_folders_and_files_are_for_their_owner_only(tmp_path: Path, store: Store) -> None:
    inbox = tmp_path / "new" / "inbox"
    assert take_inbox(inbox, store) == InboxResult()
    (inbox / "a.jsonl").write_text(f"{PACKET}\nbad\n")
    (inbox / "a.jsonl").chmod(0o644)

    take_inbox(inbox, store)

    for path in (inbox, inbox / "taken", inbox / "refused"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700, path
    for path in (*(inbox / "taken").iterdir(), *(inbox / "refused").iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_an_inbox_that_another_process_is_taking_is_left_to_it(inbox: Path, store: Store) -> None:
    (inbox / "a.json").write_text(PACKET)
    other = os.open(inbox, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)

    assert "another process" in take_inbox(inbox, store).left[0].reason
    assert store.packets == []

    os.close(other)
    assert take_inbox(inbox, store).taken == 1


def test_an_inbox_that_is_a_file_is_a_wrong_configuration(tmp_path: Path, store: Store) -> None:
    (tmp_path / "inbox").write_text("")

    with pytest.raises(ConfigError, match=r"inbox\.path"):
        take_inbox(tmp_path / "inbox", store)


def test_a_large_file_is_streamed_and_not_held_in_memory(inbox: Path) -> None:
    import tracemalloc

    line = PACKET.replace("Boiler leaks", "Boiler leaks " * 4000)
    with (inbox / "a.jsonl").open("w") as stream:
        for _ in range(200):
            stream.write(line + "\n")
    size = (inbox / "a.jsonl").stat().st_size

    class Counting(Store):
        def take(self, batch: InboxBatch) -> list[Any]:
            class Answer:
                id, status, problems = "case-1", "accepted", ()

            return [Answer() for _ in batch.packets]

    tracemalloc.start()
    take_inbox(inbox, Counting())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size > 10_000_000
    assert peak < size / 2
