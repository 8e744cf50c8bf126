"""The scheduled job."""

from __future__ import annotations

import json

import pytest

from handoff_core.cli.options import Scope
from handoff_core.cli.sync import print_result
from handoff_core.delivery.result import SyncResult

SYNC_KEYS = [
    "business", "taken", "refused", "delivered", "waiting", "retrying", "unknown", "parked", "dead", "held",
    "outcomes", "escalated", "unanswered", "asked_to_wait", "exit", "seconds",
]  # fmt: skip


def test_sync_takes_the_inbox_and_delivers(desk, make) -> None:
    desk.business()
    desk.drop("a.json", json.dumps(make(id="one")))
    desk.drop("b.jsonl", f"{json.dumps(make(id='two'))}\n{json.dumps(make(id='three'))}\n")

    ran = desk.run("sync", "--json")

    assert ran.code == 0
    assert list(ran.objects[0]) == SYNC_KEYS
    assert (ran.objects[0]["taken"], ran.objects[0]["delivered"]) == (3, 3)
    assert sorted(desk.pages()) == ["ho-acme.one", "ho-acme.three", "ho-acme.two"]


def test_a_newly_refused_packet_in_the_inbox_gives_1_once(desk) -> None:
    desk.business()
    desk.drop("bad.json", '{"id": "x"}')

    first, second = desk.run("sync", "--json"), desk.run("sync", "--json")

    assert (first.code, first.objects[0]["refused"], first.objects[0]["exit"]) == (1, 1, 1)
    assert (second.code, second.objects[0]["refused"]) == (0, 0)


@pytest.mark.parametrize("side", ["taken", "refused"])
def test_an_inbox_that_cannot_be_emptied_gives_1_and_says_where_and_what_to_do(desk, make, side: str) -> None:
    desk.business()
    desk.drop("a.json", json.dumps(make(id="one")) if side == "taken" else "bad")
    (desk.folder / "acme-inbox" / side).touch()

    for taken in (side == "taken", False):
        ran = desk.outside("sync")
        assert ran.code == 1
        assert ("1 taken" in ran.out) == taken
        assert "1 file stays in the inbox" in ran.out
        assert f"acme-inbox/{side} is a file and no folder; move it away" in ran.err

    (desk.folder / "acme-inbox" / side).unlink()
    desk.run("sync")
    assert desk.run("sync").code == 0
    assert (desk.folder / "acme-inbox" / side / "a.json").exists()


def test_a_newly_dead_delivery_gives_1_once(desk) -> None:
    desk.business()
    (desk.folder / "refusing").touch()
    desk.run("submit", desk.packet())

    first, second = desk.run("sync", "--json"), desk.run("sync", "--json")

    assert (first.code, first.objects[0]["dead"]) == (1, 1)
    assert (second.code, second.objects[0]["dead"]) == (0, 1)


def test_a_vendor_that_is_down_gives_0(desk) -> None:
    desk.business()
    (desk.folder / "down").touch()
    desk.run("submit", desk.packet())

    ran = desk.run("sync", "--json")

    assert (ran.code, ran.objects[0]["retrying"]) == (0, 1)


def test_deliver_only_leaves_the_inbox(desk, make) -> None:
    desk.business()
    waiting = desk.drop("a.json", json.dumps(make(id="one")))
    desk.run("submit", desk.packet())

    ran = desk.run("sync", "--deliver-only", "--json")

    assert (ran.objects[0]["taken"], ran.objects[0]["delivered"]) == (0, 1)
    assert waiting.exists()


def test_people_read_a_line_and_what_to_do(desk) -> None:
    desk.business()
    (desk.folder / "refusing").touch()
    desk.run("submit", desk.packet())

    ran = desk.run("sync")

    assert ran.out.startswith("acme: 1 given up (1 dead) in ")
    assert "`handoff dead list`" in ran.out
    assert desk.run("sync").out.startswith("acme: nothing due (1 dead)")


def test_a_run_that_tried_and_was_not_let_in_says_so(desk) -> None:
    desk.business()
    (desk.folder / "down").touch()
    desk.run("submit", desk.packet())

    assert desk.run("sync").out.startswith("acme: 1 tried without success, to be tried again (1 retrying) in ")


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (1, "1 packet lies in the inbox's refused/ folder beside its problems"),
        (2, "2 packets lie in the inbox's refused/ folder beside their problems"),
    ],
)
def test_one_is_told_as_one_and_several_as_several(desk, count: int, says: str) -> None:
    desk.business()
    for number in range(count):
        desk.drop(f"bad{number}.json", '{"id": "x"}')

    assert says in desk.run("sync").out


@pytest.mark.parametrize(("count", "says"), [(1, "acme: 1 outcome in "), (2, "acme: 2 outcomes in ")])
def test_outcomes_are_counted_in_words(capsys: pytest.CaptureFixture[str], count: int, says: str) -> None:
    print_result(Scope(), SyncResult("acme", outcomes=count), {})

    assert capsys.readouterr().out.startswith(says)


def test_what_was_dead_before_and_is_given_up_anew_is_no_quiet_run(desk, make) -> None:
    desk.business()
    (desk.folder / "refusing").touch()
    desk.run("submit", "--now", desk.packet())
    desk.drop("a.json", json.dumps(make(summary="Boiler leaks more")))

    ran = desk.run("sync")

    assert ran.code == 1
    assert "nothing due" not in ran.out


def test_a_time_budget_is_a_duration(desk) -> None:
    desk.business()

    assert desk.run("sync", "--time-budget", "50s").code == 0
    for wrong in ("50", "soon", "0s", ""):
        assert desk.run("sync", "--time-budget", wrong).code == 2


def test_pulling_is_not_offered_before_it_is_there(desk) -> None:
    assert "--pull-only" not in desk.run("sync", "--help").out
    assert desk.run("sync", "--pull-only").code == 2


def test_a_crash_between_commit_and_move_takes_nothing_twice(desk, make, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object, **__: object) -> None:
        raise SystemExit

    desk.business()
    # Without revision and made_at the order is that of arrival: taking the first file again would undo the second.
    first = desk.drop("a.json", json.dumps(make(summary="old")))
    with monkeypatch.context() as dying:
        dying.setattr("handoff_core.inbox.folder.Folder.move", die)
        with pytest.raises(SystemExit):
            desk.run("sync")
    assert first.exists()
    desk.run("submit", desk.packet(summary="new"))

    ran = desk.run("sync", "--json")

    assert ran.objects[0]["taken"] == 0
    assert desk.pages()["ho-acme.case-1"]["summary"] == "new"
    assert (desk.folder / "acme-inbox" / "taken" / "a.json").exists()
