"""Every brief spares the customer saying it twice: earlier promises, what is known, what was proposed."""

from __future__ import annotations

from dataclasses import replace

from handoff_core.connector import Earlier, Offered, Told
from handoff_core.packet import Commitment
from handoff_core.testing.factories import make_packet, make_view
from handoff_mappings.brief import build_brief, milestones

MADE = "2026-11-03T10:00:00-06:00"
EARLIER = Earlier(
    id="case-17",
    at=1_793_700_000.0,
    lane="support",
    closed=False,
    summary="Maria had no hot water.",
    promises=(Commitment(text="A technician comes on Tuesday", to="Maria", made_at=MADE),),
    concerns=("Is it covered?",),
    url="https://desk.acme.example/tickets/17",
)


def items(section, **changes):
    packet = changes.pop("packet", None) or make_packet()
    found = build_brief(make_view(packet, **changes)).section(section)
    return [] if found is None else [(one.text, one.note) for one in found.items]


def test_an_earlier_promise_stands_among_the_open_ones_with_where_it_was_made():
    text, note = items("commitments", earlier=(EARLIER,))[-1]
    assert text == "A technician comes on Tuesday"
    assert note == "to Maria; promised Tue 3 Nov 2026, 10:00 in case-17, still open"


def test_a_promise_of_a_closed_case_says_that_it_is_closed():
    _, note = items("commitments", earlier=(replace(EARLIER, closed=True),))[-1]
    assert note.endswith("in case-17, still open, although that case is closed")


def test_an_earlier_concern_and_contact_name_their_case():
    assert items("open_concerns", earlier=(EARLIER,))[-1][1].endswith("in case-17, not answered there")
    text, note = items("prior_contacts", earlier=(EARLIER,))[-1]
    assert text == "Maria had no hot water."
    assert note.endswith("; case-17, support, open when this came")


def test_a_case_that_is_not_shown_is_counted_all_the_same():
    unseen = Earlier("case-17", EARLIER.at, "support", True)
    assert items("prior_contacts", earlier=(unseen,))[-1][0] == "What it was about is not shown here"


def test_the_history_counts_earlier_cases_and_promises():
    below = {line.id: line.text for line in build_brief(make_view(earlier=(EARLIER,))).below}
    assert below["history"].startswith("2 earlier contacts; 1 earlier promise still open")


def test_what_the_customer_gave_is_not_to_be_asked_again():
    assert items("do_not_ask") == [
        (
            "Given already: name, e-mail address, phone number, company, account, model, serial number, visits this "
            "year, product, order number, error message, what the customer tried",
            "",
        )
    ]
    assert ("Asked and answered: How many flats?", "") in items("do_not_ask", packet=make_packet(lane="sales"))
    assert items("do_not_ask", packet=make_packet(lane="internal_task")) == []


def test_what_is_withheld_here_is_not_said_to_be_known_here():
    packet = make_packet(customer={"name": "[name withheld]", "email": "[email 1]"}, facts=None, details=None)
    assert items("do_not_ask", packet=packet) == []


def test_a_proposed_announcement_is_never_shown_as_told():
    offered = Offered("I am handing this over.", 1_795_000_000.0)
    untold = make_packet(announcement=None)
    [window, proposed] = items("announcement", packet=untold, offered=offered)
    assert window[0].startswith("Read this first: the automation was asked to connect the customer not before")
    assert proposed == ("I am handing this over.", "proposed to the automation; whether it was said is not known")
    [told] = items("announcement", offered=offered)
    assert told[0] == "A technician's desk will call you back."


def test_an_opening_line_is_built_where_the_packet_has_none():
    [(text, note)] = items("opening_line", packet=make_packet(opening_line=None))
    assert (text[:21], note) == ("Hello Maria Lindqvist", "made from what is known here")
    assert items("opening_line")[0][1] == ""


def test_a_broken_promise_and_a_withdrawn_consent_are_milestones():
    old = make_packet()
    new = make_packet(
        commitments=[{"text": "Somebody calls back before 11:00", "status": "broken"}],
        privacy={"consent": {"contact": "denied"}},
    )
    view = make_view(new, revision=2)
    lines = milestones(replace(view, told=Told(old, view.owner, 1)))
    assert "Promise broken: Somebody calls back before 11:00" in lines
    assert "Do not contact the customer any more: consent to be contacted was denied" in lines


def test_an_earlier_promise_is_no_new_one():
    view = make_view(revision=2, earlier=(EARLIER,))
    assert milestones(replace(view, told=Told(view.packet, view.owner, 1))) == ()
