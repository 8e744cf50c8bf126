"""Events in a business's own words, and the tables that hold them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from handoff_core.packet import Speaker, Turn
from handoff_core.triage import Signal, TriageSettings, verdicts
from handoff_core.triage.events import event_problem

FOUND = [
    ("refund over 200 dollars", "I want a refund of $350."),
    ("refund over 200 dollars", "Please refund me the 1,200 euros"),
    ("refund over $1k", "refund the 1500 dollars"),
    ("gas smell", "It smells of gas in the kitchen"),
    ("safety or damage", "The boiler damaged the wall"),
    ("safety or damage", "There is smoke coming out of it"),
    ("a legal question", "My lawyer says otherwise"),
    ("the customer asks for a person", "Can I talk to someone?"),
    ("cancellation, dog bite", "A dog bit the driver, the bite is deep, that dog"),
    ("warranty claims", "I have a claim on the warranty"),
]
NOT_FOUND = [
    ("refund over 200 dollars", "I want a refund of $20."),
    ("refund over 200 dollars", "I want a refund."),
    ("refund over 200 dollars", "The chair was 350 dollars."),
    ("gas smell", "I smell smoke from the gasket"),
    ("safety or damage", "Is it safe to assume Monday works?"),
    ("warranty claims", "The warranty card is here. Who claims that?"),
]


def review(event: str, text: str, key: str = "review") -> bool:
    """Whether an event of [review] is among the reasons."""
    rules = TriageSettings.model_validate({"escalate": []}).rules(**{key: (event,)})  # type: ignore[arg-type]
    [verdict] = verdicts([Turn(speaker=Speaker.CUSTOMER, text=text)], rules)
    wanted = Signal.REVIEW if key == "review" else Signal.NEEDS_AUTHORITY
    return verdict.is_due and any(sign.signal is wanted and event in sign.text for sign in verdict.reasons)


@pytest.mark.parametrize(("event", "text"), FOUND)
def test_an_event_that_happened_is_found(event: str, text: str) -> None:
    assert review(event, text)


MENTIONED = [
    ("prices", "The price is fine, please book it"),
    ("discount", "I saw the discount on your website, nice"),
    ("shock", "I got a shock when I saw the price"),
    ("prices", "I got a shock when I saw the price"),
    ("prices", "The price on the page is 10 dollars a seat, right?"),
    ("refunds", "Thanks, my refund arrived yesterday. Where do I download the manual?"),
    ("after hours", "I work after hours at a plant and need a quote"),
    ("refunds", "I do not want a refund, just the right size."),
    ("discount", "Can you tell me where the discount field is?"),
    ("discount", "My discount code does not work"),
    ("prices", "The price list does not load"),
]
ASKED = [
    ("discount", "can you give me a discount"),
    ("refunds", "I want a refund"),
    ("refunds", "The chair broke, so refund me."),
    ("refunds", "Refund please"),
    ("refunds", "A full refund!"),
    ("refunds", "You still have not sent my refund"),
    ("refunds", "I never got my refund"),
    ("refunds", "They refused my refund"),
    ("prices", "Could you lower the price?"),
    ("discount", "How about a discount?"),
    ("discount", "Thanks for the info. I would like a discount."),
    ("refunds", "What is this? I want a refund."),
]


@pytest.mark.parametrize("key", ["review", "never_decides"])
@pytest.mark.parametrize(("event", "text"), MENTIONED)
def test_a_decision_that_is_only_mentioned_is_nobodys(event: str, text: str, key: str) -> None:
    assert not review(event, text, key)


@pytest.mark.parametrize("key", ["review", "never_decides"])
@pytest.mark.parametrize(("event", "text"), ASKED)
def test_a_decision_that_is_asked_for_is_a_persons(event: str, text: str, key: str) -> None:
    assert review(event, text, key)


@pytest.mark.parametrize(("event", "text"), NOT_FOUND)
def test_an_event_that_did_not_happen_is_not(event: str, text: str) -> None:
    assert not review(event, text)


def test_what_the_ai_never_decides_goes_to_a_person_but_a_question_about_it_does_not() -> None:
    assert review("refunds", "I would like a refund.", "never_decides")
    assert not review("refunds", "What is your refund policy?", "never_decides")


@pytest.mark.parametrize("text", ["the customer", "??", "it is"])
def test_an_event_in_which_nothing_can_be_found_is_told(text: str) -> None:
    assert "names nothing" in event_problem(text)


def test_words_of_a_business_are_a_topic() -> None:
    rules = TriageSettings.model_validate({"escalate": ["piano tuning"]}).rules()
    [verdict] = verdicts([Turn(speaker=Speaker.CUSTOMER, text="Do you offer piano tuning?")], rules)
    assert verdict.is_due
    assert "piano tuning" in verdict.text


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"escalate": ["billing_disputes"]}, 'did you mean "billing_dispute"?'),
        ({"weights": {"explicit_request": 0}}, "always honoured"),
        ({"weights": {"mood": -1}}, "greater than or equal to 0"),
        ({"explicit_request": False}, "Extra inputs"),
        ({"preset": "plumber"}, "receptionist"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(table: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said.replace("?", r"\?")):
        TriageSettings.model_validate(table)
