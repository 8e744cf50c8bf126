"""What the tools did and learned must stand in the note: logs of many kinds, and notes that tell it in many ways."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from handoff_core.packet import Packet
from handoff_core.quality import QualityContext, QualitySettings, assess
from handoff_core.quality.examples import example
from handoff_core.quality.tool_calls import calls_of

ANNOTATE = QualitySettings.model_validate({})

CANCELLED = 'cancel_order({"order_id":"W-1"}) -> {"status":"cancelled"}'
REFUNDED = 'issue_refund({"order_id":"W-1","amount":20}) -> {"refund_id":"RF-9","status":"ok"}'
REBOOKED = 'update_reservation_flights({"reservation_id":"XEHM4B"}) -> {"reservation_id":"XEHM4B","status":"ok"}'
NOT_FOUND = 'lookup_booking({"code":"AB12CD"}) -> {"error":"booking not found"}'
FACTS = [
    {"name": "order", "value": "W-1", "source": "x"},
    {"name": "refund", "value": "RF-9", "source": "x"},
    {"name": "res", "value": "XEHM4B", "source": "x"},
]

TOLD: list[tuple[str, dict[str, Any]]] = [
    (CANCELLED, {"completed": ["Order W-1 cancelled"]}),
    (CANCELLED, {"events": [{"text": "The AI cancelled order W-1"}]}),
    (CANCELLED, {"told_customer": ["Your order W-1 is now cancelled"]}),
    (CANCELLED, {"state": {"text": "W-1 has been cancelled, refund open"}}),
    (CANCELLED, {"attempts": [{"action": "Cancel order W-1", "outcome": "worked"}]}),
    (CANCELLED, {"facts": [{"name": "order_status", "value": "W-1 cancelled", "source": "shop"}]}),
    (CANCELLED, {"completed": ["Cancellation of W-1"]}),
    (REFUNDED, {"completed": ["20 dollars refunded, RF-9"], "facts": FACTS}),
    (REFUNDED, {"completed": ["Refund RF-9 for W-1"]}),
    (REFUNDED, {"events": [{"text": "Refund of 20 dollars (RF-9) went out for W-1"}]}),
    (REFUNDED, {"decisions": [{"text": "20 dollars credited for W-1, RF-9"}]}),
    (REBOOKED, {"completed": ["Flights of XEHM4B changed to 22 May"]}),
    (REBOOKED, {"completed": ["Rebooked XEHM4B"]}),
    (REBOOKED, {"events": [{"text": "Moved reservation XEHM4B to the evening flight"}]}),
    (
        NOT_FOUND,
        {"attempts": [{"action": "Looked up the booking", "outcome": "failed", "detail": "AB12CD does not exist"}]},
    ),
    (NOT_FOUND, {"events": [{"text": "Booking code AB12CD could not be found"}]}),
    (
        NOT_FOUND,
        {"escalation": {"reason": "beyond_scope", "text": "No booking under code AB12CD in the system, not found."}},
    ),
    (NOT_FOUND, {"unknowns": [{"question": "Which booking?", "why": "AB12CD is not found"}]}),
]
NOT_TOLD: list[tuple[str, dict[str, Any], list[str]]] = [
    (CANCELLED, {"summary": "Sam wants order W-1 cancelled because it is late."}, ["HO802"]),
    (CANCELLED, {"goal": "Order W-1 cancelled"}, ["HO802"]),
    (CANCELLED, {"next_action": {"text": "Cancel order W-1"}}, ["HO802"]),
    (REFUNDED, {"need": "A refund of 20 dollars for W-1"}, ["HO802", "HO803"]),
    (NOT_FOUND, {"attempts": [{"action": "Reset at the panel", "outcome": "failed"}]}, ["HO801"]),
    (NOT_FOUND, {"attempts": None}, ["HO801"]),
    (
        'cancel_order({"order_id":"W-1"}) -> {"error":"already shipped"}',
        {"completed": ["Order W-1 cancelled"]},
        ["HO804"],
    ),
    (
        'reset_password({"user":"ann_7"}) -> ok',
        {"attempts": [{"action": "Reset password", "outcome": "failed"}]},
        ["HO804"],
    ),
]
QUIET = [
    'search_flights({"from":"JFK","to":"LAX"}) -> [{"flight_number":"HAT001","price":100},{"flight_number":"HAT002"}]',
    'think({"thought":"I should cancel"}) -> ',
    'calculate({"expression":"2*3"}) -> 6',
    '{"temperature": 20, "unit": "C"}',
    "Knowledge base: refunds take 5 days; failed payments are retried and errors are logged. " * 8,
    'list_all_product_types() -> {"T-Shirt": "9523456873", "Lamp": "6817146515"}',
    'transfer_to_human_agents({"summary":"customer wants x"}) -> Transfer successful',
    'send_verification_code({"phone":"+1"}) -> sent',
    'get_business_hours() -> {"mon":"08:00-18:00"}',
    "2026-11-20",
    '{"results": [], "count": 0}',
    'get_user({"email":"a@b.example"}) -> {"name":"Sam Ortiz","phone":"+1 312 555 0142","address":"12 Mill Lane"}',
    '{"status":"pending","errors":[],"error":null}',
    "No errors found. 0 failed.",
    "get_weather: sunny",
]


def log(*texts: str) -> list[dict[str, str]]:
    """The turns of a tool."""
    return [{"speaker": "tool", "text": text} for text in texts]


def found(packet: Packet) -> list[tuple[str, str]]:
    """Code and text of what the tool log has over the note."""
    every = assess(packet, ANNOTATE, QualityContext(region="US"))
    return sorted((one.code, one.text) for one in every if one.code.startswith("HO8"))


def codes(*texts: str, **note: Any) -> list[str]:
    return [code for code, _ in found(example({**note, "transcript": log(*texts)}))]


@pytest.mark.parametrize(("text", "note"), TOLD)
def test_what_the_note_tells_in_its_own_words_is_no_finding(text: str, note: dict[str, Any]) -> None:
    assert codes(text, **note) == []


@pytest.mark.parametrize(("text", "note", "expected"), NOT_TOLD)
def test_what_the_note_does_not_tell_or_tells_otherwise_is_found(
    text: str, note: dict[str, Any], expected: list[str]
) -> None:
    assert set(expected) <= set(codes(text, **note))


@pytest.mark.parametrize("text", QUIET)
def test_a_tool_that_only_read_leaves_nothing_to_tell(text: str) -> None:
    assert codes(text) == []


CHANGED_IN_WORDS = [
    ("Appointment moved to Friday", "Moved the appointment to Friday"),
    ("CRM: phone number changed from 555-0100 to 555-0199", "Phone number changed"),
    ("Your reservation was rescheduled to Friday 10:00", "Reservation rescheduled"),
    ("Booked on 2026-12-01", "Booked for 1 December"),
    ("Refund issued by system, ref RF-9912", "Refund RF-9912 issued"),
    ("subscription paused until March", "Subscription paused"),
    ("2 seats held until 18:00 under PNR QX7T2L", "Two seats held until 18:00, QX7T2L"),
    ("Email sent to customer", "Sent the email"),
    ('{"event":"visit.rescheduled","visit":"V-5567"}', "Visit V-5567 rescheduled"),
    ("The visit V-77 was cancelled successfully.", "Visit V-77 cancelled"),
    ("Visit cancelled.", "Visit cancelled"),
]
HISTORY_IN_WORDS = [
    "Account created on 2019-03-02",
    "Visit was booked on 2025-01-02",
    "Last visit was cancelled by the customer",
    "Refund issued by Dana on 2 May",
    "Order shipped at 10:02",
    "Price updated yesterday",
    "Visit was cancelled",
    "Verification code sent to the phone",
    "Not rescheduled to Friday",
    "Orders are cancelled within 24 hours",
    '{"event":"session.created","session":"S-1"}',
    '{"event":"message.sent"}',
    "Visits | booked | V-1",
]


@pytest.mark.parametrize(("text", "done"), CHANGED_IN_WORDS)
def test_a_change_that_a_tool_tells_in_words_must_stand_in_the_note(text: str, done: str) -> None:
    assert "HO805" in codes(text)
    assert "HO805" not in codes(text, completed=[done])


@pytest.mark.parametrize("text", HISTORY_IN_WORDS)
def test_what_a_look_up_tells_of_the_past_is_no_change(text: str) -> None:
    assert "HO805" not in codes(text)


ONE_CALL = [
    ('refund({"order_id": "W-1"}) -> {"error": "over limit"}',),
    ('refund(order_id="W-1") => Error: over limit',),
    ("refund(order_id='W-1'): over limit error E17",),
    ('{"tool": "refund", "arguments": {"order_id": "W-1"}, "error": "over limit"}',),
    ('{"name": "refund", "input": {"order_id": "W-1"}, "result": {"success": false, "message": "over limit"}}',),
    (
        '{"tool_calls": [{"function": {"name": "refund", "arguments": "{\\"order_id\\": \\"W-1\\"}"}}]}',
        "Error: over limit",
    ),
    ('refund({"order_id": "W-1"})', "Error: over limit"),
    ('Tool call: refund({"order_id": "W-1"}) returned {"status": "failed"}',),
]


@pytest.mark.parametrize("texts", ONE_CALL)
def test_a_log_is_read_in_whatever_way_it_is_written(texts: tuple[str, ...]) -> None:
    packet = example({"transcript": log(*texts)})
    [call] = calls_of(packet)
    assert (call.name, dict(call.given), call.failed) == ("refund", {"order_id": "W-1"}, True)
    [(code, text)] = found(packet)
    assert code == "HO801"
    assert text.startswith("refund (W-1) failed here")


@pytest.mark.parametrize(
    ("text", "name", "failed"),
    [
        ("POST /v1/refunds/RF-22 -> 201 Created", "create_refunds", False),
        ("GET /orders/O-5519 -> 404 Not Found", "get_orders", True),
        ("check_line_status: ERROR 503 service unavailable", "check_line_status", True),
        ("check_stock() -> HTTP 503", "check_stock", True),
        ("check_stock() -> HTTP 200", "check_stock", False),
    ],
)
def test_requests_and_named_results_are_read_too(text: str, name: str, failed: bool) -> None:
    [call] = calls_of(example({"transcript": log(text)}))
    assert (call.name, call.failed) == (name, failed)


def test_calls_and_answers_in_turns_of_their_own_find_each_other() -> None:
    texts = (
        'find_user({"email": "m@mail.example"})',
        "Error: user not found",
        'find_user_by_zip({"zip": "60601"})',
        "mei_davis_8935",
        'cancel_order({"order_id": "#W2378"})',
        '{"order_id": "#W2378", "user_id": "mei_davis_8935", "status": "cancelled"}',
    )
    calls = calls_of(example({"transcript": log(*texts)}))
    assert [(call.name, call.failed) for call in calls] == [
        ("find_user", True),
        ("find_user_by_zip", False),
        ("cancel_order", False),
    ]
    assert found(example({"transcript": log(*texts)})) == [
        ("HO801", 'find_user failed here ("Error: user not found"); the note does not say so.'),
        ("HO802", "cancel_order (#W2378) has changed something here; the note does not say that it is done."),
        ("HO803", "The tools established what the note does not show: user mei_davis_8935, order id #W2378."),
    ]


def test_without_names_a_changed_status_is_seen() -> None:
    texts = ('{"order_id": "W-1", "status": "pending"}', '{"order_id": "W-1", "status": "cancelled"}')
    facts = [{"name": "order", "value": "W-1", "source": "shop"}]
    assert codes(*texts, facts=facts) == ["HO807"]
    assert codes(*texts, facts=facts, completed=["Order W-1 was cancelled"]) == []


def test_no_finding_repeats_an_address_or_the_number_of_a_card() -> None:
    texts = (
        'get_user({"email": "canary@mail.example", "phone": "+1 312 555 0142"}) -> {"address": "12 Canary Lane"}',
        'charge({"card_number": "4111111111111111", "account_number": "123456789012345"}) -> ok',
        'send_mail({"to": "canary@mail.example"}) -> Error: canary@mail.example bounced',
    )
    every = str(found(example({"transcript": log(*texts)})))
    assert "ending in 2345" in every
    assert not any(secret in every for secret in ("canary", "Canary", "0142", "4111", "123456"))


@pytest.mark.parametrize(
    "text", ["(" * 5_000, '{"a":' * 20_000, "f(" + '"' * 9_999, "_" * 50_000, "a_" * 20_000, "x: " * 20_000]
)
def test_a_hostile_log_is_read_in_time_that_grows_with_its_length(text: str) -> None:
    begun = time.process_time()
    codes(text)
    assert time.process_time() - begun < 10.0  # it takes a few hundredths; a pattern that backtracks, for ever


def test_a_log_that_is_no_log_is_no_fault() -> None:
    for text in ("", " ", "null", "[]", "{}", "[1, [2]]", '"x"', "true", "()", "a()", json.dumps({"name": None})):
        assert codes(text) in ([], ["HO802"])


def test_a_failure_that_the_note_calls_done_is_told_once_with_its_id_and_reason() -> None:
    text = 'cancel_order({"order_id":"W-1"}) -> {"error":"already shipped"}'
    assert found(example({"completed": ["Order W-1 cancelled"], "transcript": log(text)})) == [
        ("HO804", 'The note says that it is done; cancel_order (W-1) failed at turn 0 ("already shipped").')
    ]


FAILED_OTHERWISE = [
    "Slot no longer available",
    '{"ok":0}',
    "shipment lost by carrier",
    "transfer_call status=busy",
    "verlaengere_vertrag() -> Fehler: Frist abgelaufen",
]
NOT_FAILED_OTHERWISE = [
    '{"ok":1}',
    "If the slot is no longer available, offer another",
    "The customer lost by accident his key",
    "transfer_call status=completed",
    "check() -> keine Fehler",
]


@pytest.mark.parametrize("text", FAILED_OTHERWISE)
def test_a_failure_in_other_words_is_a_failure(text: str) -> None:
    assert "HO801" in codes(text, attempts=None)


@pytest.mark.parametrize("text", NOT_FAILED_OTHERWISE)
def test_what_only_sounds_like_a_failure_is_none(text: str) -> None:
    assert "HO801" not in codes(text)


def test_one_vague_no_in_the_note_does_not_tell_of_a_failed_call() -> None:
    failed = "payment.capture failed: card_declined"
    assert "HO801" in codes(failed, events=[{"text": "The payment did not suit."}])
    for told in ("The payment did not go through.", "The payment failed.", "The card was declined at the payment."):
        assert "HO801" not in codes(failed, events=[{"text": told}])


PENDING = 'issue_refund({"order_id":"W-1"}) -> {"status":"pending_review"}'


def test_a_pending_change_must_be_told_as_requested_not_as_done() -> None:
    [text] = [text for code, text in found(example({"transcript": log(PENDING)})) if code == "HO802"]
    assert "requested here and is still pending" in text
    assert "has changed" not in text
    assert "HO802" in codes(PENDING, completed=["Refund for W-1 issued"])
    for told in ("Refund for W-1 requested, pending review", "The refund of W-1 waits for review"):
        assert "HO802" not in codes(PENDING, events=[{"text": told}])
