"""Taking packets out of the inbox's files, and late packets whose case was erased."""

from __future__ import annotations

import json
import os
import stat

import pytest

from handoff_core.errors import ConfigError
from handoff_core.inbox.change import changed_text, ids_of, with_ids_alone
from handoff_core.inbox.erase import sweep
from handoff_core.inbox.folder import Folder
from tests.inbox.dropping import NOW, Store, drop, names, packet, problems, take


def without(*ids: str):
    """Take these packets out."""
    return lambda name, text: None if ids_of(text) & set(ids) else text


def test_a_file_of_several_packets_keeps_the_others(inbox):
    drop(inbox, "monday.jsonl", "\n".join([packet("case-1"), packet("case-2"), "", packet("case-3")]) + "\n")
    take(inbox, Store())
    before = (inbox / "taken/monday.jsonl").stat()
    found = sweep(inbox, without("case-2"), now=NOW)
    assert found.changed == ("taken/monday.jsonl",)
    kept = [json.loads(line)["id"] for line in (inbox / "taken/monday.jsonl").read_text().splitlines()]
    assert kept == ["case-1", "case-3"]
    after = (inbox / "taken/monday.jsonl").stat()
    assert (stat.S_IMODE(after.st_mode), after.st_mtime) == (0o600, before.st_mtime)
    assert names(inbox / "taken") == ["monday.jsonl"]


def test_a_file_of_that_packet_alone_goes_with_its_problems(inbox):
    drop(inbox, "one.json", packet("case-1", lane="nonsense"))
    drop(inbox, "two.json", packet("case-1"))
    take(inbox, Store())
    assert names(inbox / "refused") == ["one.json", "one.json.problems.json"]
    assert sweep(inbox, without("case-1"), now=NOW).changed == ("taken/two.json", "refused/one.json")
    assert (names(inbox / "refused"), names(inbox / "taken")) == ([], [])


def test_a_line_that_was_set_aside_goes_with_its_problems(inbox):
    drop(inbox, "monday.jsonl", packet("case-1", lane="nonsense") + "\n" + packet("case-2") + "\n")
    take(inbox, Store())
    sweep(inbox, without("case-1"), now=NOW)
    assert names(inbox / "refused") == []
    assert "case-1" not in (inbox / "taken/monday.jsonl").read_text()


def test_an_array_stays_an_array(inbox):
    drop(inbox, "all.json", f"[{packet('case-1')}, {packet('case-2')}]")
    take(inbox, Store())
    sweep(inbox, without("case-1"), now=NOW)
    assert [one["id"] for one in json.loads((inbox / "taken/all.json").read_text())] == ["case-2"]


def test_a_broken_packet_is_found_by_its_id_all_the_same(inbox):
    drop(inbox, "cut.jsonl", packet("case-1")[:-20] + "\n")
    take(inbox, Store())
    assert names(inbox / "refused") != []
    sweep(inbox, without("case-1"), now=NOW)
    assert names(inbox / "refused") == []


def test_what_waits_to_be_taken_is_changed_too_unless_it_may_still_be_written(inbox):
    drop(inbox, "old.jsonl", packet("case-1") + "\n" + packet("case-2") + "\n")
    drop(inbox, "new.jsonl", packet("case-1") + "\n", age=3.0)
    found = sweep(inbox, without("case-1"), now=NOW)
    assert found.changed == ("old.jsonl",)
    assert "new.jsonl may still be written to" in found.left[0]
    assert "case-1" in (inbox / "new.jsonl").read_text()


def test_asking_changes_nothing(inbox):
    drop(inbox, "one.json", packet("case-1"))
    take(inbox, Store())
    assert sweep(inbox, without("case-1"), now=NOW, write=False).changed == ("taken/one.json",)
    assert names(inbox / "taken") == ["one.json"]


def test_links_and_folders_are_left_alone(inbox, tmp_path):
    outside = tmp_path / "outside.json"
    outside.write_text(packet("case-1"))
    take(inbox, Store())
    drop(inbox, "one.json", packet("case-2"))
    take(inbox, Store())
    os.symlink(outside, inbox / "taken/link.json")
    (inbox / "taken/folder.json").mkdir()
    assert sweep(inbox, without("case-1"), now=NOW).changed == ()
    assert outside.exists()


def test_another_process_in_the_inbox_is_not_disturbed(inbox):
    drop(inbox, "one.json", packet("case-1"))
    with Folder(inbox):
        found = sweep(inbox, without("case-1"), now=NOW)
    assert found.changed == ()
    assert "taken by another process" in found.left[0]


def test_an_inbox_that_is_not_there_holds_nothing(tmp_path):
    assert sweep(tmp_path / "none", without("case-1"), now=NOW).changed == ()
    assert not (tmp_path / "none").exists()


def test_a_crash_while_a_file_is_written_anew_leaves_the_old_one(inbox, monkeypatch):
    drop(inbox, "two.jsonl", packet("case-1") + "\n" + packet("case-2") + "\n")
    take(inbox, Store())
    before = (inbox / "taken/two.jsonl").read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", full)
        found = sweep(inbox, without("case-1"), now=NOW)
    assert "No space left" in found.left[0]
    assert (inbox / "taken/two.jsonl").read_bytes() == before
    assert sweep(inbox, without("case-1"), now=NOW).changed == ("taken/two.jsonl",)


# ---- late packets


def test_a_late_packet_is_set_aside_without_its_words(inbox):
    drop(inbox, "late.jsonl", packet("case-1", summary="Canary") + "\n" + packet("case-2") + "\n")
    result = take(inbox, Store(erased={"case-1"}))
    assert (result.taken, result.refused) == (1, 1)
    assert names(inbox) == ["refused", "taken"]
    assert "Canary" not in (inbox / "taken/late.jsonl").read_text()
    assert json.loads((inbox / "refused/late.jsonl.1.json").read_text()) == {"id": "case-1"}
    assert problems(inbox, "late.jsonl.1.problems.json") != []


def test_a_process_that_died_before_the_move_leaves_no_words_either(inbox):
    store = Store(erased={"case-1"})
    drop(inbox, "late.jsonl", packet("case-1", summary="Canary") + "\n" + packet("case-2") + "\n")
    before = (inbox / "late.jsonl").read_bytes()
    take(inbox, store)
    (inbox / "taken/late.jsonl").unlink()
    drop(inbox, "late.jsonl", before)
    store.erased_ids = lambda: frozenset({"case-1"})
    take(inbox, store)
    assert "Canary" not in (inbox / "taken/late.jsonl").read_text()


def test_a_late_packet_alone_is_refused_without_its_words(inbox):
    drop(inbox, "late.json", packet("case-1", summary="Canary"))
    assert take(inbox, Store(erased={"case-1"})).refused == 1
    assert (inbox / "refused/late.json").read_text() == '{"id": "case-1"}\n'
    assert names(inbox) == ["refused"]


def test_text_that_holds_no_such_packet_is_not_changed():
    whole = (packet("case-1") + "\n").encode()
    assert changed_text(whole, lambda text: text, by_line=True) is None
    assert with_ids_alone(whole, frozenset({"case-9"}), by_line=True) is None


def test_an_inbox_that_cannot_be_looked_at_is_told_with_what_to_do(tmp_path):
    with pytest.raises(ConfigError) as caught:
        sweep(tmp_path / ("i" * 5000), without("case-1"), now=NOW, write=False)
    [problem] = caught.value.problems
    assert problem.key == "inbox.path"
    assert "File name too long" in problem.text
    assert problem.fix
