"""A clock that is set back delays nothing, and one that is corrected a little moves nothing."""

from __future__ import annotations

import pytest

from handoff_core.ledger import claims, names
from handoff_core.ledger.set_back import keep_up

DAY = 86_400.0


@pytest.fixture
def handoff(business):
    return business.start()


def due(handoff):
    with handoff.ledger.read() as tx:
        return tx.exec_driver_sql("SELECT due_at FROM deliveries").scalar()


def test_what_was_submitted_by_a_clock_that_was_ahead_is_delivered_when_it_is_set_right(business, handoff, caplog):
    business.clock.advance(DAY)
    handoff.sync()
    handoff.submit(business.packet())
    business.clock.time -= DAY
    assert handoff.sync().delivered == 1
    assert "set back by" in caplog.text


def test_the_fast_path_of_a_scheduled_run_sees_a_clock_that_was_set_back(business, handoff):
    business.clock.advance(DAY)
    handoff.sync()
    handoff.submit(business.packet())
    connection = names.open_read_only(business.folder / "handoff.db")
    try:
        now = business.clock.now()
        assert not names.nothing_due(connection, "acme", now - DAY)
        handoff.sync()
        assert names.nothing_due(connection, "acme", now)
        assert not names.nothing_due(connection, "acme", now - DAY)
        assert names.nothing_due(connection, "acme", now - names.SET_BACK_TOLERANCE + 1)
    finally:
        connection.close()


def test_a_clock_that_is_corrected_by_less_than_a_minute_moves_nothing(business, handoff):
    began = business.clock.now()
    business.clock.advance(1000)
    handoff.submit(business.packet())
    with handoff.ledger.write() as tx:
        keep_up(tx, "acme", now=began + 1000)
        before = tx.exec_driver_sql("SELECT due_at FROM deliveries").scalar()
        assert keep_up(tx, "acme", now=began + 1000 - names.SET_BACK_TOLERANCE + 1) == 0.0
        assert keep_up(tx, "acme", now=began) == 1000.0
    assert due(handoff) == before - 1000.0


def test_a_clock_that_runs_on_is_only_marked(business, handoff):
    handoff.submit(business.packet())
    before, began = due(handoff), business.clock.now()
    with handoff.ledger.write() as tx:
        assert [keep_up(tx, "acme", now=began + seconds) for seconds in (0, 1, 5, 100, 1e6)] == [0.0] * 5
    assert due(handoff) == before


def test_what_was_delivered_before_the_clock_was_set_back_is_updated_without_delay(business, handoff):
    handoff.submit(business.packet(summary="one"))
    handoff.sync()
    business.clock.time -= DAY
    handoff.sync()
    business.clock.advance(30.0)
    handoff.submit(business.packet(summary="two"))
    handoff.sync()
    assert business.desk().records[0].body["summary"] == "two"


def leaps_and_is_set_back(business, handoff, seconds=DAY):
    """Somebody submits while the clock is so far ahead; no run sees it."""
    business.clock.time += seconds
    handoff.submit(business.packet(id="case-ahead"))
    business.clock.time -= seconds


def test_a_request_that_was_sent_by_the_right_clock_is_not_believed_absent_too_early(make_business):
    business = make_business(lag=8.0)
    handoff = business.start()
    business.desk().faults.append("apply_then_drop")
    handoff.submit(business.packet())
    handoff.sync(time_budget=0.5)
    leaps_and_is_set_back(business, handoff)
    for _ in range(40):
        handoff.sync()
        business.clock.advance(5.0)
    assert len(business.desk().active("ho-acme.case-1")) == 1
    assert handoff.show("case-1").status.state == "delivered"


def test_a_lease_of_the_right_clock_is_kept(business, handoff):
    handoff.submit(business.packet())
    with handoff.ledger.write() as tx:
        claim = claims.claim(tx, "acme", "desk", now=business.clock.now(), lease=60)
    assert claim is not None
    leaps_and_is_set_back(business, handoff)
    handoff.sync()
    assert [one.key for one in business.desk().records] == ["ho-acme.case-ahead"]


def test_nobody_gives_up_earlier_because_a_clock_was_set_back(business, handoff):
    business.desk().faults.extend(["drop_before"] * 60)
    handoff.submit(business.packet())
    handoff.sync()
    leaps_and_is_set_back(business, handoff, 2 * DAY)
    business.clock.advance(600.0)
    handoff.sync()
    assert "dead" not in handoff.show("case-1").status.destinations.values()
