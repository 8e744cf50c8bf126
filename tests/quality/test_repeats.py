"""Questions of people after a transfer, labelled: what the packet had answered, and what is a fair question."""

from __future__ import annotations

from typing import Any

import pytest

from handoff_core.packet import Packet, Speaker, Turn
from handoff_core.quality.examples import example
from handoff_core.quality.repeats import RepeatKind, after_transfer, repeats

PACKET: dict[str, Any] = {
    "summary": "Sam Ortiz has had no heating since Monday, and two resets did not help.",
    "customer": {"name": "Sam Ortiz", "phone": "+1 312 555 0142", "email": "sam@mail.example", "account_id": "ACC-77"},
    "details": {"product": "HX-20 boiler", "order_id": "A-1001", "error": "E4"},
    "attempts": [
        {"action": "Reset at the panel", "outcome": "failed"},
        {"action": "Opened the gas valve", "outcome": "worked"},
    ],
    "facts": [
        {"name": "serial_number", "value": "WH2-88-4471", "source": "customer"},
        {"name": "boiler_room", "value": "cellar", "source": "customer"},
        {"name": "service_address", "value": "12 Mill Lane", "source": "CRM"},
    ],
}

AGAIN = [
    ("Can I have your name please?", "customer.name"),
    ("Who am I speaking with?", "customer.name"),
    ("What is your full name?", "customer.name"),
    ("What's the best phone number to reach you?", "customer.phone"),
    ("Could you give me your phone number.", "customer.phone"),
    ("And your email address?", "customer.email"),
    ("What is your account number?", "customer.account_id"),
    ("May I have your customer ID?", "customer.account_id"),
    ("What is the order number?", "details.order_id"),
    ("Which order is it?", "details.order_id"),
    ("What error message do you see?", "details.error"),
    ("Is there an error code?", "details.error"),
    ("Which model do you have?", "details.product"),
    ("What boiler is it?", "details.product"),
    ("Tell me the serial number.", "facts.serial_number"),
    ("What is the address?", "facts.service_address"),
    ("What have you tried so far?", "attempts"),
    ("Have you tried resetting it at the panel?", "attempts.0"),
    ("Did you open the gas valve?", "attempts.1"),
    ("Where is the boiler room?", "facts.boiler_room"),
]
EXPLAIN = [
    "Can you explain the problem?",
    "What is this about?",
    "What's the issue?",
    "How can I help you today?",
    "What seems to be the problem?",
    "Could you tell me what happened?",
    "Let's start from the beginning.",
    "Could you walk me through it?",
    "Why were you transferred to me?",
    "What exactly happened?",
]
FAIR = [
    "I see that you have an HX-20, is that right?",
    "Is +1 312 555 0142 still the best number?",
    "Just to confirm, the order is A-1001?",
    "For security, what is your date of birth?",
    "To verify your identity, what is your account number?",
    "Would Friday at nine suit you?",
    "Is the water pressure above one bar?",
    "Do you have the receipt for the board?",
    "Can you let the technician in at nine?",
    "I will call you back at this number.",
    "The name of the technician is Pia Holm.",
    "Is Sam Ortiz your full name?",
    "How many radiators are there?",
    "Has it come back since then?",
    "Could you open the window in the cellar?",
    "You will get an email with the time.",
    "Is anybody at home tomorrow?",
    "Thank you for waiting, Sam.",
    "Did the light change after you opened the hatch?",
    "Which colour does the lamp have?",
]


def turn(text: str, speaker: str = "human") -> Turn:
    return Turn(speaker=Speaker(speaker), text=text)


def found(text: str, packet: Packet | None = None) -> list[tuple[RepeatKind, str]]:
    return [(one.kind, one.path) for one in repeats(packet or example(PACKET), [turn(text)])]


@pytest.mark.parametrize(("text", "path"), AGAIN)
def test_what_the_packet_says_is_asked_again(text: str, path: str) -> None:
    assert found(text) == [(RepeatKind.ESTABLISHED, path)]


@pytest.mark.parametrize("text", EXPLAIN)
def test_a_second_explanation_is_called_for(text: str) -> None:
    assert found(text) == [(RepeatKind.EXPLANATION, "summary")]


@pytest.mark.parametrize("text", FAIR)
def test_a_fair_question_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(("text", "path"), [one for one in AGAIN if not one[1].startswith(("attempts", "facts"))])
def test_what_the_packet_does_not_say_may_be_asked(text: str, path: str) -> None:
    thin = example({"customer": None, "details": None, "facts": None, "attempts": None})
    assert found(text, thin) == []


def test_a_lead_is_not_asked_twice() -> None:
    answers = [{"question": "How many windows does the house have?", "answer": "Twelve"}]
    lead = example({"lane": "sales", "details": {"answers_given": answers, "budget_signals": ["4,000 dollars"]}})
    assert found("So how many windows does your house have?", lead) == [
        (RepeatKind.ESTABLISHED, "details.answers_given.0")
    ]
    assert found("What is your budget?", lead) == [(RepeatKind.ESTABLISHED, "details.budget_signals")]
    assert found("Does the house have a cellar?", lead) == []


def test_each_thing_counts_once_and_only_people_count() -> None:
    turns = [
        turn("What is your name?", "ai"),
        turn("Your name? And what is the order number?"),
        turn("Your name, please?"),
    ]
    assert [(one.turn, one.path) for one in repeats(example(PACKET), turns)] == [
        (1, "customer.name"),
        (1, "details.order_id"),
    ]


def test_the_transfer_is_where_a_person_first_speaks() -> None:
    turns = [turn("Hello", "customer"), turn("Hi", "ai"), turn("Dana here", "human"), turn("Thanks", "customer")]
    assert after_transfer(turns) == 2
    assert after_transfer(turns[:2]) == 2
