"""What a packet may say of a reply while its draft waits for approval, and once the approver has accepted it."""

from __future__ import annotations

from typing import Any

import pytest

from handoff_core.quality import QualityContext, QualitySettings, assess
from handoff_core.quality.examples import example

ANNOTATE = QualitySettings.model_validate({})
DETAILS = {"account": "Ortiz Homes", "draft": "Dear Sam, we can come on Friday.", "approval_by": "Dana Fields"}


def codes(approved: bool = False, **changes: Any) -> set[str]:
    packet = example({"lane": "outbound_reply", "details": DETAILS, **changes})
    found = assess(packet, ANNOTATE, QualityContext(region="US", approved=approved))
    return {one.code for one in found if one.code.startswith("HO9")}


TWINS = [
    # while nobody has approved: reads as if it were done; does not
    ("I have sent the reply", "I have sent the draft to Dana for approval"),
    ("The reply has been sent", "The reply has not been sent"),
    ("I replied to the customer", "I will reply to the customer once Dana agrees"),
    ("The draft is approved", "The draft waits for approval"),
    ("The AI has already emailed it", "The customer emailed it to us"),
    ("The answer was approved by Dana", "Answers are approved by the owner"),
    ("We've mailed our follow-up", "When the follow-up is approved, Sam sends it"),
]


@pytest.mark.parametrize(("done", "waiting"), TWINS)
def test_a_reply_that_waits_is_not_said_to_be_sent_or_approved(done: str, waiting: str) -> None:
    assert "HO905" in codes(completed=[done])
    assert "HO905" in codes(summary=f"Sam Ortiz asked for a visit on Friday. {done}.")
    assert "HO905" not in codes(completed=[waiting])
    assert "HO905" not in codes(summary=f"Sam Ortiz asked for a visit on Friday. {waiting}.")


@pytest.mark.parametrize(("done", "waiting"), TWINS)
def test_once_the_approver_has_accepted_the_draft_it_may_be_said(done: str, waiting: str) -> None:
    assert "HO905" not in codes(approved=True, completed=[done])


def test_what_the_draft_itself_says_of_earlier_mail_is_no_claim_about_the_draft() -> None:
    draft = DETAILS | {"draft": "Dear Sam, I have sent you the reply of our supplier on Monday."}
    assert "HO905" not in codes(details=draft)


def test_seamless_is_said_too_early_until_the_draft_is_approved() -> None:
    draft = DETAILS | {"draft": "Dear Sam, you are all set, the handover is seamless."}
    assert "HO902" in codes(details=draft)
    assert "HO902" not in codes(details=draft, approved=True)
    # Another decision may be open all the same.
    assert "HO902" in codes(details=draft, approved=True, decisions_needed=[{"question": "Which van?"}])


def test_an_approved_draft_says_what_a_person_has_decided() -> None:
    draft = DETAILS | {"draft": "Dear Sam, your refund has been approved."}
    assert "HO901" in codes(details=draft)
    assert "HO901" not in codes(details=draft, approved=True)
    packet = example({"lane": "outbound_reply", "details": draft})
    for approved in (False, True):
        found = assess(packet, ANNOTATE, QualityContext(region="US", approved=approved, never_decides=("refund",)))
        assert ("HO904" in {one.code for one in found}) == (not approved)


def test_the_packets_own_word_that_it_waits_does_not_outweigh_the_approver() -> None:
    draft = DETAILS | {"draft": "Dear Sam, you are all set."}
    assert "HO902" not in codes(details=draft, approved=True, state={"status": "waiting_approval"})
    assert "HO902" in codes(
        lane="support", details=None, announcement={"text": "You are all set."}, state={"status": "waiting_approval"}
    )
