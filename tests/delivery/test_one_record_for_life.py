"""One record for life, whatever is lost when."""

from __future__ import annotations

import pytest


class Killed(BaseException):
    """The process died here."""


def die_at(name, times=1):
    left = [times]

    def at(point):
        if point == name and left[0]:
            left[0] -= 1
            raise Killed(point)

    return at


def settle_everything(business, rounds=12):
    """A late request arrives within the time that the vendor is given (``settle``)."""
    handoff = business.start()
    business.clock.advance(5)
    business.desk().apply_late_requests()
    for _ in range(rounds):
        handoff.sync()
        business.clock.advance(60)
    return handoff


def test_a_packet_becomes_one_record(business):
    handoff = business.start()
    receipt = handoff.submit(business.packet())
    assert receipt.status == "accepted"
    assert receipt.owner.id == "dana"
    result = handoff.sync()
    assert (result.delivered, result.exit) == (1, 0)
    assert len(business.desk().active("ho-acme.case-1")) == 1


def test_a_second_run_sends_nothing(business):
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    before = list(business.desk().requests)
    business.clock.advance(3600)
    assert handoff.sync().delivered == 0
    assert business.desk().requests == before


def test_the_first_attempt_creates_without_a_look_up(business):
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    assert business.desk().requests == ["create"]


@pytest.mark.parametrize("fault", ["apply_then_drop", "lose", "apply_late", "drop_before", "429"])
@pytest.mark.parametrize("lag", [0.0, 8.0])
def test_a_fault_at_creation_ends_in_one_record(make_business, fault, lag):
    business = make_business(lag=lag)
    business.desk().faults.append(fault)
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    settle_everything(business)
    assert len(business.desk().active("ho-acme.case-1")) == 1
    assert handoff.status("case-1")[0].state == "delivered"


def test_absence_is_not_believed_before_the_vendor_must_show_the_record(make_business):
    business = make_business(lag=9.0)
    business.desk().faults.append("apply_then_drop")
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    business.clock.advance(5)
    handoff.sync()
    assert business.desk().requests.count("create") == 1
    assert handoff.status("case-1")[0].state == "unknown"


@pytest.mark.parametrize("point", ["after_intent", "after_send", "after_reply", "before_commit", "after_commit"])
@pytest.mark.parametrize("lag", [0.0, 8.0])
def test_a_worker_that_dies_leaves_one_record(make_business, point, lag):
    business = make_business(lag=lag)
    business.at = die_at(point)
    handoff = business.start()
    handoff.submit(business.packet())
    with pytest.raises(Killed):
        handoff.sync()
    handoff = settle_everything(business)
    assert len(business.desk().active("ho-acme.case-1")) == 1
    assert handoff.status("case-1")[0].state == "delivered"


def test_a_lost_answer_to_an_update_ends_with_the_newest_content_though_it_arrives_late(business):
    handoff = business.start()
    handoff.submit(business.packet(summary="First"))
    handoff.sync()
    business.clock.advance(60)
    business.desk().faults.append("apply_late")
    handoff.submit(business.packet(summary="Second"))
    handoff.sync()
    handoff.submit(business.packet(summary="Third"))
    business.clock.advance(5)
    handoff.sync()
    business.desk().apply_late_requests()
    assert business.desk().records[0].body["summary"] == "Second"
    settle_everything(business)
    assert business.desk().records[0].body["summary"] == "Third"


def test_news_do_not_wait_until_a_lost_update_is_certain(business):
    handoff = business.start()
    handoff.submit(business.packet(summary="First"))
    handoff.sync()
    business.clock.advance(60)
    business.desk().faults.append("lose")
    handoff.submit(business.packet(summary="Second"))
    handoff.sync()
    business.clock.advance(5)
    handoff.sync()
    business.clock.advance(10)
    handoff.submit(business.packet(summary="Third"))
    handoff.sync()
    assert business.desk().records[0].body["summary"] == "Third"


def test_many_revisions_are_coalesced_to_the_newest(business):
    handoff = business.start()
    handoff.submit(business.packet(summary="First"))
    handoff.sync()
    for number in range(10):
        handoff.submit(business.packet(summary=f"Change {number}"))
    handoff.sync()
    business.clock.advance(10)
    handoff.sync()
    assert business.desk().records[0].updates == 1
    assert business.desk().records[0].body["summary"] == "Change 9"


def test_a_change_of_owner_tells_once_and_at_once(business):
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    handoff.submit(business.packet(owner={"id": "sam"}))
    handoff.sync()
    assert business.desk().records[0].body["owner"] == "sam"
    assert len(business.desk().active("ho-acme.case-1~m2")) == 1
    business.clock.advance(60)
    handoff.submit(business.packet(owner={"id": "sam"}, summary="More is known"))
    handoff.sync()
    assert len(business.desk().records) == 2


def test_a_deleted_record_is_made_anew_once_and_only_for_a_newer_revision(business):
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    desk = business.desk()
    for generation in ("ho2-acme.case-1", None):
        business.clock.advance(60)
        desk.records[-1].deleted = True
        handoff.submit(business.packet(summary=f"Newer than {generation}"))
        handoff.sync()
        if generation:
            assert len(desk.active(generation)) == 1
    assert [record for record in desk.records if not record.deleted] == []
    assert "deleted by a person" in handoff.dead()[0].reason


def test_a_closed_packet_whose_record_was_deleted_is_not_made_anew(business):
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    business.clock.advance(60)
    business.desk().records[0].deleted = True
    handoff.submit(business.packet(state={"status": "done"}))
    handoff.sync()
    assert len(business.desk().records) == 1
    assert handoff.status("case-1")[0].state == "delivered"


def test_what_is_made_anew_after_a_pause_has_the_key_of_its_generation_from_the_first(business):
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    desk = business.desk()
    desk.records[0].deleted = True
    for summary, status in (("Done", "done"), ("Open again", "in_progress")):
        business.clock.advance(60)
        handoff.submit(business.packet(summary=summary, state={"status": status}))
        handoff.sync()
    assert [record.key for record in desk.records if not record.deleted] == ["ho2-acme.case-1"]


def test_duplicates_under_one_key_leave_the_oldest(business):
    desk = business.desk()
    desk.faults.append("apply_then_drop")

    def twin(point):
        if point == "after_intent" and not desk.records:
            desk.make("ho-acme.case-1", {"summary": "a twin"})

    business.at = twin
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    assert [record.id for record in desk.active("ho-acme.case-1")] == ["d1"]
    assert any(line.what == "duplicate" and line.outcome == "retired" for line in handoff.log("case-1"))


def test_one_record_that_a_listing_shows_twice_is_no_duplicate(business, monkeypatch):
    handoff = business.start()
    connector = handoff.config.destinations["desk"].connector_class
    find = connector.find
    monkeypatch.setattr(connector, "find", lambda self, write: [*find(self, write), *find(self, write)])
    business.desk().faults.append("apply_then_drop")
    handoff.submit(business.packet())
    settle_everything(business)
    assert [record.deleted for record in business.desk().records] == [False]
    assert "duplicate" not in [line.what for line in handoff.log("case-1")]


def test_a_refused_request_is_dead_with_its_reason_until_a_person_retries(business):
    business.desk().faults.append("refuse")
    handoff = business.start()
    handoff.submit(business.packet())
    assert handoff.sync().exit == 1
    assert "not accepted" in handoff.dead()[0].reason
    assert handoff.sync().exit == 0
    assert handoff.retry("case-1") == 1
    assert handoff.sync().delivered == 1


def test_a_refused_token_parks_the_account_and_a_good_one_lets_everything_go(business):
    business.desk().faults.append("auth")
    handoff = business.start()
    for number in range(3):
        handoff.submit(business.packet(id=f"case-{number}"))
    first = handoff.sync()
    assert (first.parked, first.exit) == (3, 1)
    assert handoff.sync().exit == 0
    business.clock.advance(61)
    result = handoff.sync()
    assert (result.delivered, result.parked) == (3, 0)


def test_asked_to_wait_uses_up_no_attempt(business):
    business.desk().faults.extend(["429"] * 3)
    handoff = business.start()
    handoff.submit(business.packet())
    for _ in range(4):
        handoff.sync()
        business.clock.advance(31)
    assert len(business.desk().active("ho-acme.case-1")) == 1


def test_a_vendor_that_stays_down_is_given_up_in_the_end(business):
    business.desk().faults.extend(["drop_before"] * 200)
    handoff = business.start()
    handoff.submit(business.packet())
    results = []
    for _ in range(60):
        results.append(handoff.sync())
        business.clock.advance(3600)
    assert sum(result.exit for result in results) == 1
    reason = handoff.dead()[0].reason
    assert reason.startswith("given up")
    assert reason.endswith("run: handoff dead retry case-1")


def test_a_creation_that_is_given_up_says_how_its_last_request_ended(business):
    business.desk().faults.extend(["lose", ""] * 200)  # each creation is lost, and each look-up finds nothing
    handoff = business.start()
    handoff.submit(business.packet())
    for _ in range(60):
        handoff.sync()
        business.clock.advance(3600)
    reason = handoff.dead()[0].reason
    assert "Desk has no record, and the last request ended with: no answer;" in reason
    assert "answered none" not in reason


def test_siblings_show_links_to_each_other(make_business):
    business = make_business(destinations='["desk", "crm"]')
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    for name, other in (("desk", "crm"), ("crm", "desk")):
        (record,) = business.desks[name].records
        assert record.body["links"] == {other: "https://desk.example/d1"}
    assert handoff.status("case-1")[0].state == "delivered"


def test_a_hung_sibling_does_not_hold_up_the_other(make_business):
    business = make_business(destinations='["desk", "crm"]')
    business.desks["crm"].faults.extend(["drop_before"] * 10)
    handoff = business.start()
    handoff.submit(business.packet())
    handoff.sync()
    assert len(business.desk().active("ho-acme.case-1")) == 1


def test_a_worker_that_lost_its_lease_writes_nothing_more(business):
    first, second = business.start(), business.start()
    first.submit(business.packet())

    def freeze(point):
        if point == "after_intent" and not frozen:
            frozen.append(True)
            business.clock.advance(61)
            second.sync()

    frozen: list[bool] = []
    business.at = freeze
    first.sync()
    settle_everything(business)
    keys = [record.key for record in business.desk().records if not record.deleted]
    assert keys.count("ho-acme.case-1") == 1
