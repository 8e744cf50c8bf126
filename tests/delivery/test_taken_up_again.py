"""Whose record it is when a run stops, an upload is refused again, or a destination has another name."""

from __future__ import annotations

import threading

import pytest

from handoff_core.errors import PreparedExpired


def once_at(business, point, do):
    """Do something when the delivery first reaches a point."""
    left = [True]

    def at(name):
        if name == point and left:
            left.clear()
            do()

    business.at = at


def run_for_hours(business, handoff, hours):
    for _ in range(hours):
        handoff.sync()
        business.clock.advance(3600)


def states(handoff):
    return {line.id: line.state for line in handoff.status()}


def test_what_a_run_has_claimed_ahead_is_free_again_when_it_is_stopped(business):
    first, other = business.start(), business.start()
    for number in (1, 2, 3):
        first.submit(business.packet(id=f"case-{number}"))
    stop = threading.Event()
    once_at(business, "after_reply", stop.set)
    assert first.sync(stop=stop).delivered == 1
    # No lease is waited for: the clock stands still.
    assert other.sync().delivered == 2
    assert business.desk().requests == ["create"] * 3


def test_an_upload_that_is_refused_when_the_bytes_go_out_again_says_nothing_of_the_first_send(business, monkeypatch):
    handoff = business.start()
    connector = handoff.config.destinations["desk"].connector_class
    for name, answer in (("prepare", b"{}"), ("replay_window", 3600.0)):
        monkeypatch.setattr(connector, name, lambda self, given, answer=answer: answer, raising=False)
    create = connector.create

    def refusing(self, write):
        raise PreparedExpired("the upload token is no longer accepted")

    business.desk().faults.append("apply_late")
    handoff.submit(business.packet())
    handoff.sync()
    business.clock.advance(handoff.config.destinations["desk"].settings.timeout)
    monkeypatch.setattr(connector, "create", refusing)
    handoff.sync()
    business.desk().apply_late_requests()
    monkeypatch.setattr(connector, "create", create)
    run_for_hours(business, handoff, 3)
    assert states(handoff) == {"case-1": "delivered"}
    assert len(business.desk().active("ho-acme.case-1")) == 1


@pytest.mark.parametrize("another_first", [False, True])
def test_records_under_a_renamed_destination_are_looked_for_before_they_are_made(make_business, another_first):
    before = make_business(destinations='["desk"]')
    handoff = before.start()
    handoff.submit(before.packet())
    handoff.sync()
    before.clock.advance(60)
    path = before.folder / "handoff.toml"
    text = path.read_text()
    for old in ("[destinations.desk]", '["desk"]', "{ desk ="):
        text = text.replace(old, old.replace("desk", "front"))
    path.write_text(text)
    before.desks["front"] = before.desk()
    renamed = before.start()
    if another_first:
        renamed.submit(before.packet(id="case-2"))
        run_for_hours(before, renamed, 2)
    renamed.submit(before.packet(urgency={"level": "critical", "reason": "leak"}))
    run_for_hours(before, renamed, 3)
    assert len(before.desk().active("ho-acme.case-1")) == 1
