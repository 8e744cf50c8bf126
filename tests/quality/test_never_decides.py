"""What the AI may never decide: twins of one sentence, one that decides and one that does not."""

from __future__ import annotations

from typing import Any

import pytest

from handoff_core.connector import Owner
from handoff_core.quality import QualityContext, QualitySettings, assess, is_held
from handoff_core.quality.deciding import decides
from handoff_core.quality.examples import example
from handoff_core.quality.matters import mentions_of, stem
from handoff_core.quality.settings import Gate

MATTERS = ("refund", "legal advice", "price", "cancel a contract", "fee", "credit", "warranty", "discount")
OWNERS = {"dana": Owner("dana", "Dana Fields", "dana@acme.example"), "tanaka": Owner("tanaka", "Ai Tanaka")}
CONTEXT = QualityContext(region="US", owners=OWNERS, never_decides=MATTERS)

TWINS = [
    # decides, does not
    ("Your refund has been approved.", "Your refund request has been received."),
    ("I have approved your refund.", "I have passed your refund request to Dana Fields."),
    ("We will refund the call-out charge.", "We will ask Dana Fields whether we refund the call-out charge."),
    ("I'll give you a full refund.", "I'll give your refund request to the owner, who will decide."),
    ("You will get a refund of 49 dollars.", "You will get an answer about the refund by noon."),
    ("You have been refunded.", "You asked to be refunded."),
    ("The AI refunded the customer.", "The customer wants to be refunded."),
    ("A refund of 49 dollars will be issued by Friday.", "A refund of 49 dollars was approved by Dana Fields."),
    ("The REFUND is granted.", "The refund is not decided yet."),
    ("We are waiving the fee for you.", "Whether we waive the fee is for the owner to decide."),
    ("The fee is waived.", "The fee is 180 dollars."),
    ("Refund denied.", "Refund wanted."),
    ("Outcome: full refund approved.", "The page shows the credit denied error."),
    ("I can offer you a lower price.", "I can tell you the price on our list."),
    ("The assistant has credited the account.", "The customer asks for a credit on the account."),
    ("We have cancelled your contract.", "The customer wants to cancel the contract."),
    ("Your refund is on its way.", "Your refund is being looked at by our manager."),
    ("We guarantee a refund within five days.", "If the part is not in stock, we offer a refund."),
    ("We accept this under warranty.", "Does the warranty cover this?"),
    (
        "Your refund of 40 euros will be in your account tomorrow.",
        "I asked whether the refund will be in your account.",
    ),
    ("I can confirm that the refund goes out today.", "The refund goes out if Dana Fields approves it."),
    ("I'll give you 10% off.", "I cannot give you 10% off."),
]


def found(**changes: Any) -> list[str]:
    packet = example(changes)
    return [
        one.path
        for one in assess(packet, QualitySettings.model_validate({}), CONTEXT)
        if one.code == "HO904" and one.severity == "error" and one.fix
    ]


@pytest.mark.parametrize(("decides", "does_not"), TWINS)
@pytest.mark.parametrize("field", ["told_customer", "summary", "next_action", "draft", "commitments"])
def test_a_sentence_that_decides_is_found_and_its_twin_is_not(decides: str, does_not: str, field: str) -> None:
    def put(text: str) -> dict[str, Any]:
        return {
            "told_customer": {"told_customer": ["The visit is free", text]},
            "summary": {"summary": f"Sam Ortiz has had no heating since Monday. {text}"},
            "next_action": {"next_action": {"text": text}},
            "draft": {"lane": "outbound_reply", "details": {"draft": f"Dear Sam, thank you. {text}"}},
            "commitments": {"commitments": [{"text": text}]},
        }[field]

    path = {
        "told_customer": "told_customer.1",
        "summary": "summary",
        "next_action": "next_action.text",
        "draft": "details.draft",
        "commitments": "commitments.0",
    }[field]
    assert path in found(**put(decides))
    assert found(**put(does_not)) == []


DECIDES = """
I've gone ahead and refunded your order. | We have issued you a refund. | I went ahead and processed the refund.
Your money back: a full refund is coming. | The refund was processed yesterday. | I am happy to offer a refund.
I have decided to refund the customer. | Approved refund of $49. | AI agreed to refund the fee.
I can confirm your refund.
The customer was promised a refund by the assistant. | Bot issued refund to card. | You are entitled to a full refund.
I will make sure you get a refund. | Your refund will arrive in 3-5 days. | You'll receive the refund within five days.
No refund will be given. | We do not refund this. | You are not eligible for a refund. | I have refused the refund.
Refund initiated. | I have started your refund. | I've put through a refund for you. | We'll be refunding the fee.
Consider the fee refunded. | A refund has been arranged. | I've submitted a refund of $20 to your card.
Refund: approved
"""
DECIDES_NOT = """
Please refund the customer if the part is unused. | The customer asks for a refund. | A refund request was opened.
Refund requested on Monday. | She says she was promised a refund by the shop. | I have noted your refund request.
I cannot decide on a refund. | I have escalated the refund question. | Decide on the refund. | Refund not approved yet.
The refund policy is on our page. | Our refund policy allows returns within 30 days. | Has the refund been approved?
Somebody will call you about the refund. | He wants to know whether the refund was approved. | Refund pending approval.
Approve or reject the refund of 49 dollars | Check whether the refund has been issued | The manager approved the refund.
Dana Fields has approved the refund. | The refund is waiting for the owner.
The customer is angry about the refused refund.
I explained that only the owner can approve a refund. | I've confirmed that your refund form is complete.
"""


def sentences(block: str) -> list[str]:
    return [one.strip() for line in block.strip().splitlines() for one in line.split(" | ")]


@pytest.mark.parametrize("sentence", sentences(DECIDES))
def test_ways_to_decide_it(sentence: str) -> None:
    assert decides(sentence, "refund")


@pytest.mark.parametrize("sentence", sentences(DECIDES_NOT))
def test_ways_to_speak_of_it_without_deciding(sentence: str) -> None:
    assert not decides(sentence, "refund")


def test_a_sentence_without_end_costs_little() -> None:
    assert not decides("refund " * 100_000, "refund")
    assert not decides("whether we " * 50_000 + "want a refund", "refund")
    assert decides("It rains. " * 10_000 + "I approve a refund.", "refund")


@pytest.mark.parametrize(
    ("by", "machine"),
    [
        (None, True),
        ("", True),
        ("AI", True),
        ("the bot", True),
        ("AI agent Maya", True),
        ("virtual assistant", True),
        ("agent", True),
        ("acme-voice", True),
        ("automated rule", True),
        ("AI, confirmed by the bot", True),
        ("Dana Fields", False),
        ("dana", False),
        ("dana@acme.example", False),
        ("Ai Tanaka", False),
        ("Kim, assistant manager", False),
        ("the landlord", False),
        ("AI (approved by Dana Fields)", False),
    ],
)
def test_a_decision_counts_only_when_a_person_took_it(by: str | None, machine: bool) -> None:
    decision = {"text": "Refund the call-out fee"} | ({} if by is None else {"by": by})
    paths = found(decisions=[decision], producer={"name": "acme-voice"})
    # One finding for each matter that it decides: the refund, and the fee.
    assert paths == (["decisions.0", "decisions.0"] if machine else [])


def test_what_a_person_decided_may_be_told() -> None:
    told = {"told_customer": ["Your refund has been approved"]}
    assert found(**told) == ["told_customer.0"]
    assert found(**told, decisions=[{"text": "Refunding 49 dollars", "by": "Dana Fields"}]) == []
    assert found(**told, decisions=[{"text": "A visit on Friday", "by": "Dana Fields"}]) == ["told_customer.0"]


def test_a_bare_promise_of_it_is_a_decision() -> None:
    assert found(commitments=[{"text": "Full refund within five days"}]) == ["commitments.0"]
    assert found(commitments=[{"text": "Refund decision by noon"}]) == []
    assert found(commitments=[{"text": "Somebody calls back about the refund"}]) == []


def test_what_the_ai_said_in_the_conversation_counts_and_what_the_customer_said_does_not() -> None:
    said = "I have approved your refund."
    assert found(transcript=[{"speaker": "ai", "text": said}]) == ["transcript.0"]
    assert found(transcript=[{"speaker": "customer", "text": said}, {"speaker": "human", "text": said}]) == []


@pytest.mark.parametrize(
    ("word", "family"),
    [
        ("refund", "refunds refunded refunding refundable REFUND"),
        ("cancel", "cancelled canceled cancelling cancellation"),
        ("price", "prices priced pricing"),
        ("pay", "paid paying payment payments"),
        ("compensate", "compensation compensated compensating"),
        ("warranty", "warranties"),
        ("deny", "denied denial denying denies"),
        ("settle", "settlement settled settling"),
        ("agree", "agreed agreement agreeing"),
    ],
)
def test_a_word_means_its_whole_family(word: str, family: str) -> None:
    assert {stem(one) for one in family.split()} == {stem(word)}


@pytest.mark.parametrize(
    ("word", "stranger"), [("legal", "leg"), ("policy", "police"), ("exception", "except"), ("fee", "feed")]
)
def test_a_word_means_no_stranger(word: str, stranger: str) -> None:
    assert stem(word) != stem(stranger)


def test_a_phrase_is_found_with_words_between_and_in_its_order_only() -> None:
    assert mentions_of("We gave them legal and tax advice", "legal advice")
    assert mentions_of("advice that is legal", "legal advice") == ()
    assert mentions_of("We cancelled his yearly contract", "cancel a contract")
    assert mentions_of("Beratung ohne Rückerstattung", "Rückerstattung")
    assert mentions_of("refundierung", "refund") == ()


@pytest.mark.parametrize(
    "matter", ["prices and discounts", "legal questions", "Discounts, refunds", "refunds over 200 $"]
)
def test_a_list_in_words_means_each_of_them(matter: str) -> None:
    texts = {
        "prices and discounts": ["I have approved the discount.", "I can offer you a lower price."],
        "legal questions": ["I have decided the legal side for you."],
        "Discounts, refunds": ["A discount was granted.", "Your refund is approved."],
        "refunds over 200 $": ["Your refund is approved."],
    }[matter]
    assert all(decides(text, matter) for text in texts)


def test_it_is_checked_also_when_packets_are_not_judged_otherwise_and_only_then_never_held() -> None:
    packet = example({"decisions": [{"text": "Refund of 49 dollars", "by": "AI"}]})
    off = assess(packet, QualitySettings.model_validate({"gate": "off"}), CONTEXT)
    assert [one.code for one in off] == ["HO904"]
    assert not is_held(off, Gate.OFF)
    assert is_held(off, Gate.HOLD)
    assert assess(packet, QualitySettings.model_validate({"gate": "off"}), QualityContext()) == ()
    ignored = QualitySettings.model_validate({"gate": "off", "ignore": ["HO904"]})
    assert assess(packet, ignored, CONTEXT) == ()
