"""Long files and floods of bad lines: few files come of them, the time is kept, nothing is lost or taken twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from handoff_core.inbox import InboxBatch, reading
from handoff_core.inbox.refusal import MOST_APART
from tests.inbox.dropping import NOW, Answer, Clock, Store, drop, names, packet, problems, take

FLOOD = 3 * MOST_APART


@pytest.fixture
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of three lines, however short these are."""
    monkeypatch.setattr(reading, "PART", 3)
    monkeypatch.setattr(reading, "LEAST_PART", 1)


class Slow(Store):
    """A ledger in memory for which each transaction takes ten seconds of its clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock

    def take(self, batch: InboxBatch) -> list[Answer]:
        receipts = super().take(batch)
        self.clock.sleep(10)
        return receipts


def test_of_a_flood_of_bad_lines_the_first_lie_apart_and_the_others_together(inbox: Path) -> None:
    drop(inbox, "a.jsonl", packet("one") + "\n" + "".join(f"bad {n}\n" for n in range(FLOOD)))
    store = Store()

    result = take(inbox, store)

    assert (result.taken, result.refused, store.packets) == (1, FLOOD, ["one"])
    lie = names(inbox / "refused")
    assert len(lie) == 2 * MOST_APART + 2
    together = f"a.jsonl.from-{MOST_APART + 2}.jsonl"
    assert (inbox / "refused" / together).read_text() == "".join(f"bad {n}\n" for n in range(MOST_APART, FLOOD))
    [reason] = problems(inbox, f"{together}.problems.json")
    assert reason["line"] == MOST_APART + 2
    assert str(FLOOD - MOST_APART) in reason["text"]
    assert reason["fix"]


def test_a_flood_in_an_array_is_set_aside_as_an_array(inbox: Path) -> None:
    drop(inbox, "a.json", "[" + "7,\n" * FLOOD + packet("one") + "]")

    assert (take(inbox, Store()).taken, len(names(inbox / "refused"))) == (1, 2 * MOST_APART + 2)
    together = json.loads((inbox / "refused" / f"a.json.from-{MOST_APART + 1}.json").read_text())
    assert together == [7] * (FLOOD - MOST_APART)


def test_a_file_of_nothing_but_bad_lines_becomes_one_refused_file(inbox: Path) -> None:
    drop(inbox, "a.jsonl", "x\n" * FLOOD)

    result = take(inbox, Store())

    assert (result.taken, result.refused) == (0, FLOOD)
    assert names(inbox / "refused") == ["a.jsonl", "a.jsonl.problems.json"]
    told = problems(inbox, "a.jsonl.problems.json")
    assert len(told) == MOST_APART + 1
    assert str(FLOOD - MOST_APART) in told[-1]["text"]


def test_packets_that_the_ledger_refuses_are_a_flood_too(inbox: Path) -> None:
    store = Store(statuses={f"case-{n}": "conflict" for n in range(1, MOST_APART + 3)})
    drop(inbox, "a.jsonl", "".join(packet(f"case-{n}") + "\n" for n in range(MOST_APART + 3)))

    assert (take(inbox, store).taken, len(names(inbox / "refused"))) == (1, 2 * MOST_APART + 2)


def test_the_same_bad_lines_at_two_places_of_a_file_are_both_kept(inbox: Path, short_parts: None, monkeypatch) -> None:
    monkeypatch.setattr("handoff_core.inbox.refusal.MOST_APART", 1)
    drop(inbox, "a.jsonl", "".join(f"{packet(f'case-{n}')}\nbad\nbad\n" for n in range(3)))

    take(inbox, Store())

    lie = [name for name in names(inbox / "refused") if not name.endswith(".problems.json")]
    assert lie == ["a.jsonl.2.json", "a.jsonl.from-3.jsonl", "a.jsonl.from-5.jsonl", "a.jsonl.from-8.jsonl"]
    assert [(inbox / "refused" / name).read_text().count("bad") for name in lie] == [1, 1, 2, 2]


def test_when_the_time_is_used_up_within_a_file_the_next_run_goes_on_behind_it(inbox: Path, short_parts: None) -> None:
    clock = Clock()
    store = Slow(clock)
    lines = [packet(f"case-{n}") if n % 4 else f"bad {n}" for n in range(10)]
    drop(inbox, "a.jsonl", "\n".join(lines) + "\n")
    drop(inbox, "b.json", packet("later"))

    first = take(inbox, store, clock=clock, until=clock.now() + 15)

    assert [left.name for left in first.left] == ["a.jsonl"]
    assert "the time is used up" in first.left[0].reason
    assert store.packets == ["case-1", "case-2", "case-3", "case-5"]
    assert (first.taken, first.refused, first.files, first.faults) == (4, 2, 0, 0)
    assert names(inbox) == ["a.jsonl", "b.json", "refused"]

    second = take(inbox, store, clock=clock)

    assert store.packets == ["case-1", "case-2", "case-3", "case-5", "case-6", "case-7", "case-9", "later"]
    assert (second.taken, second.refused, second.files) == (4, 1, 2)
    assert names(inbox) == ["refused", "taken"]
    assert [n for n in names(inbox / "refused") if "problems" not in n] == [f"a.jsonl.{n}.json" for n in (1, 5, 9)]


def test_every_run_gets_a_part_further_however_little_time_it_has(inbox: Path, short_parts: None) -> None:
    clock = Clock()
    store = Slow(clock)
    drop(inbox, "a.jsonl", "bad\n" * 4 + "\n".join(packet(f"case-{n}") for n in range(7)))

    for _ in range(3):
        take(inbox, store, clock=clock, until=clock.now() + 1)

    assert (store.packets, names(inbox)) == ([f"case-{n}" for n in range(7)], ["refused", "taken"])


@pytest.mark.parametrize("dies_at", range(1, 5))
def test_a_run_that_dies_in_a_long_file_takes_nothing_twice_and_loses_nothing(
    inbox: Path, short_parts: None, dies_at: int
) -> None:
    class Dying(Store):
        def take(self, batch: InboxBatch) -> list[Answer]:
            if self.batches + 1 == dies_at:
                self.batches += 1
                list(batch.packets)
                raise SystemExit
            return super().take(batch)

    store = Dying()
    drop(inbox, "a.jsonl", "\n".join(packet(f"case-{n}") if n % 3 else f"bad {n}" for n in range(12)))
    with pytest.raises(SystemExit):
        take(inbox, store)
    assert names(inbox)[0] == "a.jsonl"

    take(inbox, store)

    assert store.packets == [f"case-{n}" for n in range(12) if n % 3]
    assert [n for n in names(inbox / "refused") if "problems" not in n] == [
        f"a.jsonl.{n}.json" for n in (1, 10, 4, 7)
    ]  # fmt: skip
    assert names(inbox / "taken") == ["a.jsonl"]


def test_a_file_that_has_grown_since_a_part_was_taken_is_not_taken_from_the_beginning(
    inbox: Path, short_parts: None
) -> None:
    clock = Clock()
    store = Slow(clock)
    path = drop(inbox, "a.jsonl", "".join(packet(f"case-{n}") + "\n" for n in range(7)))
    take(inbox, store, clock=clock, until=clock.now() + 5)
    drop(inbox, "a.jsonl", path.read_text() + packet("case-7") + "\n")

    take(inbox, store, clock=clock)

    assert store.packets == [f"case-{n}" for n in range(8)]


@pytest.mark.parametrize("changed", ["case-0", "case-8"])
def test_a_long_file_that_is_written_to_while_it_is_read_stays(inbox: Path, short_parts: None, changed: str) -> None:
    path = drop(inbox, "a.jsonl", "".join(packet(f"case-{n}") + "\n" for n in range(9)))

    class Meddling(Store):
        def take(self, batch: InboxBatch) -> list[Answer]:
            receipts = super().take(batch)
            if self.batches == 1:
                with path.open("r+") as stream:  # in place, as long as before
                    stream.write(path.read_text().replace(changed, "case-x"))
            return receipts

    result = take(inbox, Meddling())

    assert [left.reason for left in result.left] == ["it was written to while it was read"]
    assert names(inbox) == ["a.jsonl"]


def test_what_was_erased_leaves_a_file_that_two_runs_took(inbox: Path, short_parts: None) -> None:
    clock = Clock(NOW)
    store = Slow(clock)
    store.erased = {"case-1"}
    drop(inbox, "a.jsonl", "".join(packet(f"case-{n}", summary=f"Canary {n}") + "\n" for n in range(6)))
    take(inbox, store, clock=clock, until=clock.now() + 5)
    store.erased_ids = lambda: frozenset({"case-1"})  # type: ignore[attr-defined]

    take(inbox, store, clock=clock)

    kept = (inbox / "taken" / "a.jsonl").read_text()
    assert "Canary 1" not in kept
    assert "Canary 2" in kept
    assert (inbox / "refused" / "a.jsonl.2.json").read_text() == '{"id": "case-1"}\n'
