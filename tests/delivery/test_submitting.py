"""What a receipt says, and what a revision does."""

from __future__ import annotations

import json
import threading

import pytest

from handoff_core.errors import ConfigError


def revised(business, revision, **changes):
    return business.packet(revision=revision, **changes)


def test_the_same_packet_again_is_unchanged(business):
    handoff = business.start()
    assert handoff.submit(business.packet()).status == "accepted"
    assert handoff.submit(business.packet()).status == "unchanged"


def test_an_older_revision_is_stale_and_changes_nothing(business):
    handoff = business.start()
    handoff.submit(revised(business, 5, summary="Newest"))
    assert handoff.submit(revised(business, 4, summary="Old")).status == "stale"
    handoff.sync()
    assert business.desk().records[0].body["summary"] == "Newest"


def test_the_same_revision_with_other_content_is_a_conflict_that_says_so(business):
    handoff = business.start()
    handoff.submit(revised(business, 5, summary="One"))
    receipt = handoff.submit(revised(business, 5, summary="Another"))
    assert receipt.status == "conflict"
    assert receipt.problems[0].path == "revision"
    handoff.sync()
    assert business.desk().records[0].body["summary"] == "One"


@pytest.mark.parametrize("number", [2**31, 1_795_187_520_000, 2**63 - 1])
def test_a_revision_of_any_size_is_kept_in_order_and_can_be_followed(business, number):
    handoff = business.start()
    assert handoff.submit(revised(business, number - 1, summary="First")).status == "accepted"
    assert handoff.submit(revised(business, number, summary="Second")).status == "accepted"
    assert handoff.submit(revised(business, number - 1, summary="Late")).status == "stale"
    assert handoff.submit(revised(business, None, summary="Newest, without a number")).status == "accepted"
    handoff.sync()
    assert business.desk().records[0].body["summary"] == "Newest, without a number"


def test_after_a_number_that_was_far_too_high_one_packet_without_a_number_lets_the_count_begin_anew(business):
    handoff = business.start()
    handoff.submit(revised(business, 2**63 - 1, summary="By mistake"))
    assert handoff.submit(revised(business, 7, summary="Shut out")).status == "stale"
    assert handoff.submit(revised(business, None, summary="The way out")).status == "accepted"
    assert handoff.submit(revised(business, 8, summary="Eight")).status == "accepted"
    assert handoff.submit(revised(business, 9, summary="Nine")).status == "accepted"
    handoff.sync()
    assert business.desk().records[0].body["summary"] == "Nine"


@pytest.mark.postgres
def test_on_postgresql_too_a_revision_may_be_a_time_in_milliseconds(make_business, empty_postgres_url):
    business = make_business(store=empty_postgres_url)
    handoff = business.start()
    for number, summary in ((1_795_187_520_000, "First"), (2**63 - 1, "Second"), (None, "Third")):
        assert handoff.submit(revised(business, number, summary=summary)).status == "accepted"
    handoff.sync()
    assert business.desk().records[0].body["summary"] == "Third"


def test_ids_that_differ_only_in_case_are_refused(business):
    handoff = business.start()
    handoff.submit(business.packet(id="Case-7"))
    receipt = handoff.submit(business.packet(id="case-7"))
    assert receipt.status == "refused"
    assert "differs only in case" in receipt.problems[0].text


def test_an_invalid_packet_is_refused_with_every_problem_and_is_not_stored(business):
    handoff = business.start()
    receipt = handoff.submit_text(b'{"id": "x y", "lane": "nowhere"}')
    assert (receipt.status, receipt.id) == ("refused", "x y")
    assert {problem.path for problem in receipt.problems} >= {"id", "lane", "summary"}
    assert handoff.status() == ()


def test_a_receipt_is_one_json_object_with_the_names_of_the_contract(business):
    receipt = json.loads(business.start().submit(business.packet()).to_json())
    assert set(receipt) == {
        "id",
        "status",
        "revision",
        "owner",
        "destinations",
        "held",
        "findings",
        "problems",
        "announcement",
        "opening_line",
        "connect_after",
    }
    assert set(receipt["owner"]) == {"id", "name", "why"}


def test_what_is_accepted_survives_a_restart_without_a_close(business):
    business.start().submit(business.packet())
    assert business.start().sync().delivered == 1


def test_a_later_revision_keeps_its_owner_unless_lane_urgency_or_owner_changed(business):
    handoff = business.start()
    handoff.submit(business.packet(owner={"id": "sam"}))
    receipt = handoff.submit(business.packet(owner={"id": "sam"}, summary="More"))
    assert receipt.owner.id == "sam"
    receipt = handoff.submit(business.packet(owner=None))
    assert receipt.owner.id == "dana"


def test_destinations_are_added_and_never_taken_away(make_business):
    business = make_business(destinations='["desk"]')
    handoff = business.start()
    handoff.submit(business.packet())
    receipt = handoff.submit(business.packet(lane="sales", details=None))
    assert receipt.destinations == ("desk", "crm")
    receipt = handoff.submit(business.packet())
    assert receipt.destinations == ("desk", "crm")


@pytest.fixture
def risky(make_business):
    """A business that holds packets with errors, and such a packet: sensitive, and no risk is named."""
    business = make_business(gate="hold")
    return business, business.packet(nature="sensitive", risk=None, owner={"id": "sam"})


def test_a_packet_with_an_error_is_held_and_still_reaches_a_person(risky):
    business, packet = risky
    handoff = business.start()
    receipt = handoff.submit(packet)
    assert (receipt.held, receipt.owner.id) == (True, "dana")
    result = handoff.sync()
    assert (result.delivered, result.held) == (1, 1)
    assert business.desk().records[0].body["owner"] == "dana"


def test_release_gives_a_held_packet_to_its_routed_owner(risky):
    business, packet = risky
    handoff = business.start()
    handoff.submit(packet)
    handoff.sync()
    receipt = handoff.release("case-1")
    assert (receipt.held, receipt.owner.id) == (False, "sam")
    handoff.sync()
    assert business.desk().records[0].body["owner"] == "sam"
    assert len(business.desk().active("ho-acme.case-1")) == 1


def test_a_revision_without_errors_lets_a_held_packet_go(risky):
    business, packet = risky
    handoff = business.start()
    handoff.submit(packet)
    receipt = handoff.submit(packet.changed(risk="A public review"))
    assert (receipt.held, receipt.owner.id) == (False, "sam")


def test_only_what_is_held_can_be_released(business):
    handoff = business.start()
    handoff.submit(business.packet())
    assert handoff.release("case-1").status == "refused"
    assert handoff.release("nobody").status == "refused"


def test_a_dropped_delivery_stays_dropped_whatever_comes(business):
    handoff = business.start()
    business.desk().faults.append("refuse")
    handoff.submit(business.packet())
    handoff.sync()
    assert handoff.drop("case-1") == 1
    handoff.submit(business.packet(summary="Newer"))
    handoff.sync()
    assert business.desk().records == []
    assert handoff.status("case-1")[0].state == "dropped"
    assert handoff.retry("case-1") == 1
    assert handoff.sync().delivered == 1


def test_what_is_still_on_its_way_cannot_be_dropped(business):
    handoff = business.start()
    handoff.submit(business.packet())
    assert handoff.drop("case-1") == 0
    assert handoff.sync().delivered == 1


def test_the_log_tells_who_was_sent_which_fields_and_no_values(business):
    handoff = business.start()
    handoff.submit(business.packet(summary="Maria has no hot water."))
    handoff.sync()
    line = next(line for line in handoff.log("case-1") if line.what == "created")
    assert line.fields == ("links", "owner", "summary")
    assert "hot water" not in str([line.to_object() for line in handoff.log("case-1")])


def test_show_gives_packet_records_and_links(business):
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    shown = handoff.show("case-1").to_object()
    assert shown["packet"]["id"] == "case-1"
    assert [(one["destination"], one["kind"], one["state"]) for one in shown["records"]] == [
        ("desk", "case", "delivered")
    ]
    assert shown["records"][0]["url"] == "https://desk.example/d1"
    assert handoff.show("nobody") is None


def test_the_same_key_from_many_threads_is_one_revision(business):
    handoff = business.start()
    packets = [business.packet(id=f"case-{number}") for number in range(25)]
    receipts = []

    def submit():
        for packet in packets:
            receipts.append(handoff.submit(packet).status)

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert receipts.count("accepted") == 25
    assert receipts.count("unchanged") == 175


def test_the_inbox_is_taken_and_delivered_in_one_run(business):
    inbox = business.folder / "inbox"
    inbox.mkdir()
    lines = [business.packet(id=f"case-{number}").to_json() for number in range(3)]
    (inbox / "a.jsonl").write_text("\n".join([*lines, '{"id": "broken"}']) + "\n")
    result = business.start().sync()
    assert (result.taken, result.refused, result.delivered, result.exit) == (3, 1, 3, 1)
    assert sorted(path.name for path in (inbox / "refused").iterdir()) == [
        "a.jsonl.4.json",
        "a.jsonl.4.problems.json",
    ]
    assert business.start().sync().taken == 0


def test_a_destination_that_is_new_to_a_ledger_with_history_is_looked_at_first(make_business):
    business = make_business(destinations='["desk"]')
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    business.desks["crm"].make("ho-acme.case-2", {"summary": "made by a ledger that was lost"})
    handoff.submit(business.packet(id="case-2", lane="sales", details=None))
    handoff.sync()
    assert len(business.desks["crm"].records) == 1
    assert business.desks["crm"].requests[0] == "find"


def test_after_a_restore_reconcile_finds_what_the_ledger_does_not_know(business):
    business.desk().make("ho-acme.case-1", {"summary": "made after the backup"})
    handoff = business.start()
    handoff.submit(business.packet(summary="Again"))
    handoff.sync(reconcile=True)
    assert [record.body["summary"] for record in business.desk().records] == ["Again"]


def test_an_inbox_that_cannot_be_opened_holds_up_no_delivery(business):
    handoff = business.start()
    handoff.submit(business.packet())
    (business.folder / "inbox").write_text("a file where the folder should be")
    with pytest.raises(ConfigError):
        handoff.sync()
    assert len(business.desk().active("ho-acme.case-1")) == 1


def test_a_fault_of_our_own_over_one_file_holds_up_neither_other_files_nor_deliveries(business, monkeypatch, caplog):
    inbox = business.folder / "inbox"
    inbox.mkdir()
    for name in ("a", "b", "c"):
        (inbox / f"{name}.json").write_text(business.packet(id=f"case-{name}").to_json())
    handoff = business.start()
    assess = type(handoff)._assess

    def faulty(self, packet):
        if packet.id == "case-b":
            raise KeyError("a customer's words")
        return assess(self, packet)

    monkeypatch.setattr(type(handoff), "_assess", faulty)
    result = handoff.sync()
    assert (result.taken, result.refused, result.delivered, result.exit) == (2, 0, 2, 1)
    assert [path.name for path in inbox.glob("*.json")] == ["b.json"]
    assert "b.json" in caplog.text
    assert "KeyError" in caplog.text
    assert "customer's words" not in caplog.text
    monkeypatch.undo()
    result = handoff.sync()
    assert (result.taken, result.delivered, result.exit) == (1, 1, 0)
