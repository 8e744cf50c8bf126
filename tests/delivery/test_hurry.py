"""A change of urgency or owner goes before others' records, with all that shows and tells it and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handoff_core.config import connectors
from handoff_core.connector import Limit, Payload
from handoff_core.ledger import accounts, moves
from tests.delivery.queues import SPACING, drain, shown

PERSON = "with a person"
EXTRA = "with an extra"


@pytest.fixture
def connector(business, monkeypatch):
    """A desk with further records: a person whom the case needs, a task of the first delivery, an extra before all.

    Which of them a packet has, its summary says.
    """
    made = connectors.connector_class("desk")
    render = made.render

    def with_more(self, view):
        case, *news = render(self, view)
        said = view.packet.summary
        plan = []
        if EXTRA in said:
            plan.append(Payload(kind="extra", key=f"{view.key}~extra", body={"said": said}))
        if PERSON in said:
            plan.append(Payload(kind="person", key=f"{view.key}~person", body={"of": view.key}))
            case, news = replace(case, needs=("person",)), []
        task = Payload(kind="task", key=f"{view.key}~task", body={"do": "call back"})
        return [*plan, case, task, *news]

    monkeypatch.setattr(made, "render", with_more)
    return made


def run(handoff, clock, until):
    """Run once a second until something is so; gives the seconds that it took."""
    began = clock.now()
    while not until():
        handoff.sync(time_budget=1.0)
        clock.advance(1.0)
        assert clock.now() - began < 2_000, "it never comes"
    return clock.now() - began


def new_cases(handoff, business, number):
    for one in range(number):
        handoff.submit(business.packet(id=f"new-{one}", owner={"id": "dana"}))


def test_what_shows_the_change_may_need_a_record_that_is_still_missing(business, connector):
    handoff = business.start()
    business.desk().faults += ["", "drop_before"]  # the task of the first delivery is not made
    handoff.submit(business.packet(id="case-1", owner={"id": "dana"}))
    handoff.sync(time_budget=0.5)
    assert not business.desk().active("ho-acme.case-1~task")
    handoff.submit(business.packet(id="case-1", owner={"id": "sam"}, summary=f"Now {PERSON}."))
    drain(handoff, business.clock)
    assert handoff.dead() == ()
    assert shown(business, "case-1")["owner"] == "sam"
    assert shown(business, "case-1~person") == {"of": "ho-acme.case-1"}
    assert shown(business, "case-1~task")


def test_a_record_that_a_person_deleted_is_made_anew_before_what_needs_it(business, connector):
    handoff = business.start()
    business.desk().faults += ["", "drop_before"]  # the first delivery is not complete
    handoff.submit(business.packet(id="case-1", owner={"id": "dana"}))
    handoff.sync(time_budget=0.5)
    assert not business.desk().active("ho-acme.case-1~task")
    business.desk().records[0].deleted = True
    handoff.submit(business.packet(id="case-1", owner={"id": "sam"}))
    drain(handoff, business.clock)
    assert handoff.dead() == ()
    assert [one.body["owner"] for one in business.desk().records if "owner" in one.body and not one.deleted] == ["sam"]


def test_what_the_change_needs_waits_behind_no_other_packet(business, connector, monkeypatch):
    monkeypatch.setattr(connector, "limits", {"api": Limit(1.0, SPACING, 1)})
    handoff = business.start()
    handoff.submit(business.packet(id="case-1", owner={"id": "dana"}))
    drain(handoff, business.clock)
    new_cases(handoff, business, 14)
    run(handoff, business.clock, lambda: business.desk().active("ho-acme.new-1"))  # the slot has just been used
    handoff.submit(business.packet(id="case-1", owner={"id": "sam"}, summary=f"Now {PERSON}."))
    waited = run(handoff, business.clock, lambda: shown(business, "case-1")["owner"] == "sam")
    assert waited <= 4 * SPACING / 0.8  # one that is under way, the person, the case


def test_an_open_question_of_another_record_does_not_hold_the_change_up(business, connector, monkeypatch):
    monkeypatch.setattr(connector, "limits", {"api": Limit(1.0, SPACING, 1)})
    handoff = business.start()
    business.desk().faults += ["", "lose"]  # the task may have been made
    handoff.submit(business.packet(id="case-1", owner={"id": "dana"}))
    run(handoff, business.clock, lambda: business.desk().requests.count("create") == 2)
    new_cases(handoff, business, 14)
    business.clock.advance(10)  # the desk must show it by now
    handoff.submit(business.packet(id="case-1", owner={"id": "sam"}))
    waited = run(handoff, business.clock, lambda: shown(business, "case-1")["owner"] == "sam")
    assert waited <= 5 * SPACING / 0.8


def test_a_change_that_comes_while_the_first_record_is_made_goes_first_too(business, connector, monkeypatch):
    monkeypatch.setattr(connector, "limits", {"api": Limit(1.0, SPACING, 1)})
    handoff = business.start()
    create, came = connector.create, []

    def interrupted(self, write):
        if not came:
            came.append(True)
            handoff.submit(business.packet(id="case-1", owner={"id": "sam"}))
        return create(self, write)

    monkeypatch.setattr(connector, "create", interrupted)
    handoff.submit(business.packet(id="case-1", owner={"id": "dana"}))
    new_cases(handoff, business, 14)
    waited = run(
        handoff, business.clock, lambda: any(one.body.get("owner") == "sam" for one in business.desk().records)
    )
    assert waited <= 4 * SPACING / 0.8


def test_what_is_still_to_be_told_is_waited_for_before_what_is_only_missing(business, connector, monkeypatch):
    """The word about the change has a slower limit of its own than the extra that is missing too."""
    monkeypatch.setattr(connector, "limits", {"api": Limit(1.0, SPACING, 1), "news": Limit(1.0, 8 * SPACING, 1)})
    monkeypatch.setattr(connector, "cost", lambda self, operation, one: {"news" if one.once else "api": 1})
    handoff = business.start()
    for one in range(2):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}))
    drain(handoff, business.clock)
    handoff.submit(business.packet(id="case-0", owner={"id": "sam"}))  # its word takes the slot
    run(handoff, business.clock, lambda: business.desk().active("ho-acme.case-0~m2"))
    new_cases(handoff, business, 14)
    handoff.submit(business.packet(id="case-1", owner={"id": "sam"}, summary=f"Now {EXTRA}."))
    waited = run(handoff, business.clock, lambda: business.desk().active("ho-acme.case-1~m2"))
    assert waited <= 9 * SPACING / 0.8
    assert not business.desk().active("ho-acme.new-13")  # who waits for the other kind waits longer


def test_a_record_that_is_only_now_found_shows_the_change_before_others_get_their_first(business, monkeypatch):
    """Restored from a backup: it is looked for, and its update needs a call more than the look-up."""
    connector = connectors.connector_class("desk")
    monkeypatch.setattr(connector, "limits", {"api": Limit(1.0, SPACING, 1), "update": Limit(1.0, SPACING, 1)})
    costs = {"update": {"api": 1, "update": 1}}
    monkeypatch.setattr(connector, "cost", lambda self, operation, one: costs.get(operation, {"api": 1}))
    handoff = business.start()
    handoff.submit(business.packet(id="case-1", owner={"id": "dana"}))
    business.desk().make("ho-acme.case-1", {"summary": "old", "owner": "dana", "links": {}})
    with handoff.ledger.write() as tx:
        moves.look_first_everywhere(tx, "acme")
    new_cases(handoff, business, 14)
    handoff.submit(business.packet(id="case-1", owner={"id": "sam"}))
    waited = run(handoff, business.clock, lambda: shown(business, "case-1")["owner"] == "sam")
    assert waited <= 5 * SPACING / 0.8


def test_a_change_whose_calls_are_far_away_holds_up_no_missing_record(business, connector, monkeypatch):
    monkeypatch.setattr(connector, "limits", {"api": Limit(1.0, SPACING, 1), "update": Limit(1.0, 1.0, 1)})
    monkeypatch.setattr(
        connector, "cost", lambda self, operation, one: {"update" if operation == "update" else "api": 1}
    )
    handoff = business.start()
    handoff.submit(business.packet(id="case-1", owner={"id": "dana"}))
    handoff.sync(time_budget=0.5)
    with handoff.ledger.write() as tx:
        until = business.clock.now() + 1_200
        accounts.park_bucket(tx, handoff.config.account_of("desk"), "update", connector.limits, until=until)
    handoff.submit(business.packet(id="case-1", owner={"id": "sam"}))
    assert run(handoff, business.clock, lambda: business.desk().active("ho-acme.case-1~task")) <= 3 * SPACING / 0.8
    waited = run(handoff, business.clock, lambda: business.desk().requests.count("update") == 1)
    assert 1_100 < waited < 1_250


def test_what_is_missing_does_not_have_the_change_claimed_over_and_over(business, connector, monkeypatch, claims):
    """With a limit of which a part is kept free for what is critical, one finds a slot where the other finds none."""
    monkeypatch.setattr(connector, "limits", {"api": Limit(10.0, 60.0, 10)})
    handoff = business.start()
    for one in range(6):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}))
    drain(handoff, business.clock)
    for one in range(6):
        handoff.submit(business.packet(id=f"case-{one}", owner={"id": "dana"}, summary="Turn 1."))
    handoff.sync(time_budget=1.0)
    business.desk().requests.clear()
    claims.clear()
    handoff.submit(business.packet(id="case-5", owner={"id": "sam"}, summary=f"Now {EXTRA}."))
    run(handoff, business.clock, lambda: shown(business, "case-5")["owner"] == "sam")
    assert not business.desk().active("ho-acme.case-5~extra")  # it waits for its turn
    drain(handoff, business.clock)
    assert business.desk().active("ho-acme.case-5~extra")
    assert len(claims) <= 3 * len(business.desk().requests)
