"""Looking at what there is: status, show, log, dead, release."""

from __future__ import annotations

import pytest


def test_status_ends_with_1_while_something_needs_a_person(desk) -> None:
    desk.business()
    (desk.folder / "refusing").touch()
    desk.run("submit", desk.packet())
    assert desk.run("status").code == 0
    desk.run("sync")

    ran = desk.run("status", "--json")

    assert ran.code == 1
    assert (ran.objects[0]["id"], ran.objects[0]["state"], ran.objects[0]["needs_person"]) == ("case-1", "dead", True)


def test_status_names_owner_urgency_and_state_within_80_columns(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    desk.business()
    desk.run(
        "submit", desk.packet(summary="A very long summary. " * 20, urgency={"level": "critical", "reason": "gas"})
    )

    ran = desk.run("status")

    assert all(len(line) <= 80 for line in ran.out.splitlines())
    assert ran.out.index("owner") < ran.out.index("urgency") < ran.out.index("summary")
    words = " ".join(ran.out.split())
    assert "critical" in words
    assert "Dana" in words


def test_status_lists_an_owner_together_and_the_most_urgent_first(desk) -> None:
    desk.business()
    for name, lane, level in (("a", "sales", "low"), ("b", "support", "normal"), ("c", "support", "critical")):
        desk.run("submit", desk.packet(id=name, lane=lane, urgency={"level": level, "reason": "x"}))

    found = desk.run("status", "--json").objects

    assert [(one["owner_id"], one["id"]) for one in found] == [("dana", "c"), ("dana", "b"), ("sam", "a")]


def test_an_empty_ledger_says_so(desk) -> None:
    desk.business()

    assert desk.run("status").out == "acme: no open handoffs\n"


def test_show_holds_the_packet_and_its_records_with_links(desk) -> None:
    desk.business()
    desk.run("submit", "--now", desk.packet())

    shown = desk.run("show", "case-1", "--json").objects[0]

    assert shown["packet"]["summary"] == "Boiler leaks"
    record = shown["records"][0]
    assert {"destination", "kind", "id", "url", "state", "reason", "withheld"} <= record.keys()
    assert record["url"] == "https://notebook.example/ho-acme.case-1"


def test_show_for_people_tells_owner_next_step_and_link(desk) -> None:
    desk.business()
    desk.run("submit", "--now", desk.packet())

    out = desk.run("show", "case-1").out

    assert "owner       Dana Fields" in out
    assert "next step   Call back" in out
    assert "https://notebook.example/ho-acme.case-1" in out


def test_a_done_case_is_shown_as_done_and_waits_for_nobody(desk) -> None:
    desk.business()
    desk.run("submit", "--now", desk.packet())
    assert desk.run("show", "case-1", "--json").objects[0]["closed"] is False
    assert "revision    1, came just now" in desk.run("show", "case-1").out
    desk.run("submit", desk.packet(state={"status": "done"}))
    assert "state       done; records: pending" in desk.run("show", "case-1").out
    desk.run("sync")

    out = desk.run("show", "case-1").out

    assert "state       done\n" in out
    assert ", came" not in out
    assert "waiting" not in out
    assert desk.run("show", "case-1", "--json").objects[0]["closed"] is True


@pytest.mark.parametrize("command", ["show", "log"])
def test_an_unknown_id_is_told(desk, command: str) -> None:
    desk.business()

    ran = desk.run(command, "nobody")

    assert ran.code == 1
    assert "nobody" in ran.err


def test_show_finds_the_handoff_in_whichever_business_has_it(desk) -> None:
    desk.business()
    desk.business("beta")
    desk.run("submit", "--config", "beta.toml", desk.packet())

    ran = desk.run("show", "case-1", "--json", "--config", ".")

    assert [one["business"] for one in ran.objects] == ["beta"]


def test_log_tells_what_was_done_in_order(desk) -> None:
    desk.business()
    desk.run("submit", "--now", desk.packet())

    lines = desk.run("log", "case-1", "--json").objects

    assert lines[0]["what"] == "submit"
    assert lines[-1]["outcome"] == "delivered"
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    assert "delivered" in desk.run("log", "case-1").out


@pytest.fixture
def stuck(desk):
    """A business whose only packet was refused by the vendor."""
    desk.business()
    (desk.folder / "refusing").touch()
    desk.run("submit", "--now", desk.packet())
    return desk


def test_dead_deliveries_are_listed_with_their_reason(stuck) -> None:
    ran = stuck.run("dead", "list")

    assert ran.code == 1
    assert "case-1" in ran.out
    assert "Buy a pen" in " ".join(ran.out.split())
    assert stuck.run("dead", "list", "--json").objects[0]["destination"] == "book"
    assert stuck.run("dead", "show", "other").code == 1


def test_one_dead_delivery_is_shown_with_reason_attempts_and_what_to_do(stuck) -> None:
    ran = stuck.run("dead", "show", "case-1")

    assert ran.code == 1
    assert "Boiler leaks" in ran.out
    assert "book: given up just now, revision 1\n    Notebook refuses the page: the pen is dry. Buy a pen.\n" in ran.out
    assert "create: refused" in ran.out.partition("What was tried:")[2]
    assert "handoff dead retry case-1" in ran.out
    assert "handoff dead drop case-1" in ran.out
    found = stuck.run("dead", "show", "case-1", "--json").objects[0]
    assert (found["revision"], found["destination"]) == (1, "book")
    assert {"create"} <= {line["what"] for line in found["attempts"]}
    assert not {"ok", "delivered"} & {line["outcome"] for line in found["attempts"]}


def test_a_retried_delivery_is_made_by_the_next_sync(stuck) -> None:
    (stuck.folder / "refusing").unlink()

    assert stuck.run("dead", "retry", "case-1").code == 0
    assert stuck.run("sync").code == 0

    assert list(stuck.pages()) == ["ho-acme.case-1"]
    assert stuck.run("dead", "list").code == 0


def test_a_dropped_delivery_is_not_made(stuck) -> None:
    (stuck.folder / "refusing").unlink()

    assert stuck.run("dead", "drop", "case-1", "--json").objects == [{"id": "case-1", "dropped": 1}]
    stuck.run("sync")

    assert stuck.pages() == {}


def test_nothing_to_retry_is_told(desk) -> None:
    desk.business()

    ran = desk.run("dead", "retry", "case-1")

    assert ran.code == 1
    assert "case-1" in ran.err


def test_a_held_packet_is_shown_as_held_and_released(desk) -> None:
    path = desk.business()
    path.write_text(path.read_text() + '\n[quality]\ngate = "hold"\n[lanes.sales]\nrequire = ["customer.phone"]\n')
    submitted = desk.run("submit", desk.packet(lane="sales"), "--json").objects[0]
    assert submitted["held"] is True
    assert "HELD" in desk.run("status").out
    assert "handoff release case-1" in desk.run("show", "case-1").out

    ran = desk.run("release", "case-1", "--json")

    assert ran.code == 0
    assert (ran.objects[0]["held"], ran.objects[0]["owner"]["id"]) == (False, "sam")


def test_a_packet_that_is_not_held_cannot_be_released(desk) -> None:
    desk.business()
    desk.run("submit", desk.packet())

    assert desk.run("release", "case-1").code == 1


def test_audit_says_who_received_a_field_and_when(desk) -> None:
    desk.business()
    desk.run("submit", desk.packet())
    desk.run("sync")

    ran = desk.run("audit", "case-1", "--field", "summary", "--json")

    assert ran.code == 0
    assert [(line["revision"], line["fields"], line["certain"]) for line in ran.objects] == [(1, ["summary"], True)]
    assert "summary" in desk.run("audit", "case-1", "--field", "summary").out
    assert "no system has been shown transcript" in desk.run("audit", "case-1", "--field", "transcript").out
    assert desk.run("audit", "case-2").code == 1


def test_submit_and_show_say_what_the_customer_can_be_told_and_what_earlier_cases_left_open(desk) -> None:
    desk.business()
    maria = {"name": "Maria", "email": "maria@lindqvist.example"}
    promise = [{"text": "A technician comes on Tuesday"}]
    desk.run("submit", desk.packet(id="case-17", customer=maria, commitments=promise))

    submitted = desk.run("submit", desk.packet(id="case-99", customer=maria))
    shown = desk.run("show", "case-99")

    for out in (submitted.out, shown.out):
        assert "I am handing this over to a person at" in out
        assert "I know what you were promised on" in out
    assert "case-17  " in shown.out
    assert "promised and still open: A technician comes on Tuesday" in shown.out
    as_json = desk.run("show", "case-99", "--json").objects[0]
    assert [one["id"] for one in as_json["earlier"]] == ["case-17"]
    assert as_json["announcement"]["language"] == "en"


def test_show_and_log_say_what_a_revision_changed(desk) -> None:
    desk.business()
    desk.run("submit", "--now", desk.packet())
    desk.run("submit", desk.packet(goal="A dry cellar"))

    assert "was last told (revision 1):" in desk.run("show", "case-1").out
    assert "goal: A dry cellar" in desk.run("show", "case-1").out
    assert "changed: goal: new" in desk.run("log", "case-1").out
