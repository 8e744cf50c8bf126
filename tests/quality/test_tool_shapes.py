"""The shapes in which tool logs come: what was called, with what, and whether it failed, is read from all of them."""

from __future__ import annotations

from typing import Any

import pytest

from handoff_core.packet import Packet
from handoff_core.quality.examples import example
from handoff_core.quality.tool_calls import Call, calls_of
from tests.quality.test_tool_log import codes, found, log

ORDER = {"order_id": "#W1234"}

WORKED = {
    "call and JSON": ('cancel_order({"order_id": "#W1234"}) -> {"status": "cancelled"}',),
    "call as Python prints it": ("cancel_order({'order_id': '#W1234'}) -> {'status': 'cancelled', 'note': None}",),
    "call as JavaScript prints it": ('cancel_order({order_id: "#W1234"}) => {status: "cancelled", by: undefined}',),
    "call with keywords": ('cancel_order(order_id="#W1234") → success',),
    "label in squares": ('[tool] cancel_order(order_id="#W1234") → success',),
    "label in words": ('Tool: cancel_order({"order_id": "#W1234"}) returned cancelled',),
    "status before the body": ('cancel_order({"order_id": "#W1234"}) -> 200 OK {"status": "cancelled"}',),
    "tags with an attribute": (
        '<tool_call name="cancel_order"><order_id>#W1234</order_id></tool_call>',
        '<tool_result>{"status": "cancelled"}</tool_result>',
    ),
    "tags with the name in them": (
        '<function=cancel_order>{"order_id": "#W1234"}</function>',
        "<response>ok</response>",
    ),
    "tags with parameters": (
        '<function_calls><invoke name="cancel_order"><parameter name="order_id">#W1234</parameter></invoke>'
        "</function_calls>",
        "<function_results><result><output>ok</output></result></function_results>",
    ),
    "tags around JSON": (
        '<tool_call>{"name": "cancel_order", "arguments": {"order_id": "#W1234"}}</tool_call>',
        '<tool_response>{"status": "cancelled"}</tool_response>',
    ),
    "tags named as the tool": ("<cancel_order><order_id>#W1234</order_id></cancel_order>", "ok"),
    "both in one turn": (
        '<tool_call name="cancel_order"><order_id>#W1234</order_id></tool_call>\n<result>cancelled</result>',
    ),
    "OpenAI's messages": (
        '{"role": "assistant", "content": null, "tool_calls": [{"id": "call_1", "type": "function", "function": '
        '{"name": "cancel_order", "arguments": "{\\"order_id\\": \\"#W1234\\"}"}}]}',
        '{"role": "tool", "tool_call_id": "call_1", "content": "{\\"status\\": \\"cancelled\\"}"}',
    ),
    "Anthropic's blocks": (
        '{"type": "tool_use", "id": "toolu_1", "name": "cancel_order", "input": {"order_id": "#W1234"}}',
        '{"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": "cancelled"}]}',
    ),
    "Gemini's parts": (
        '{"functionCall": {"name": "cancel_order", "args": {"order_id": "#W1234"}}}',
        '{"functionResponse": {"name": "cancel_order", "response": {"status": "cancelled"}}}',
    ),
    "MCP": (
        '{"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "cancel_order", '
        '"arguments": {"order_id": "#W1234"}}}',
        '{"jsonrpc": "2.0", "id": 7, "result": {"content": [{"type": "text", "text": "ok"}], "isError": false}}',
    ),
    "an event of a framework": (
        '{"event": "tool_end", "tool": "cancel_order", "inputs": {"order_id": "#W1234"}, "outputs": {"ok": true}}',
    ),
    "a block of fields": (
        'tool_call: cancel_order\narguments: {"order_id": "#W1234"}\nresult: {"status": "cancelled"}',
    ),
    "reasoning and acting": ('Action: cancel_order\nAction Input: {"order_id": "#W1234"}\nObservation: cancelled',),
    "sentences": (
        'Calling tool cancel_order with arguments {"order_id": "#W1234"}',
        'Tool cancel_order returned: {"status": "cancelled"}',
    ),
    "one sentence": ('Called cancel_order with order_id="#W1234" and got status cancelled',),
    "a verdict first": ('SUCCESS cancel_order(order_id="#W1234"): cancelled',),
    "a command line": ('> cancel_order order_id="#W1234"\n< 200 cancelled',),
}  # fmt: skip


def only(texts: tuple[str, ...]) -> Call:
    [call] = calls_of(example({"transcript": log(*texts)}))
    return call


@pytest.mark.parametrize("texts", WORKED.values(), ids=WORKED)
def test_a_change_is_read_in_every_shape(texts: tuple[str, ...]) -> None:
    call = only(texts)
    assert (call.name, dict(call.given), call.failed, call.answered) == ("cancel_order", ORDER, False, True)
    assert codes(*texts) == ["HO802", "HO803"]
    assert codes(*texts, completed=["Order #W1234 is cancelled"]) == []


FAILED = {
    "an error": "Error: order is shipped",
    "an error in capitals": "ERROR [orders] cancel refused",
    "a status": "HTTP 409 Conflict",
    "a bare status": "409 conflict",
    "an error's object": '{"error": {"code": "ORDER_SHIPPED", "message": "order is shipped"}}',
    "not successful": '{"success": false, "message": "order is shipped"}',
    "not ok": '{"ok": "false", "reason": "shipped"}',
    "a status in JSON": '{"status_code": 422, "detail": "shipped"}',
    "a word for it": '{"status": "failed"}',
    "wrapped": '{"response": {"success": false, "error": "shipped"}}',
    "a sentence": "The order could not be cancelled because it has shipped.",
    "Python": "{'ok': False, 'error': 'shipped'}",
    "an exception": "Traceback (most recent call last): OrderError: shipped",
    "a time-out": "timed out after 30 s",
}


@pytest.mark.parametrize("result", FAILED.values(), ids=FAILED)
def test_a_failure_is_read_in_every_shape(result: str) -> None:
    call = only((f'cancel_order({{"order_id": "#W1234"}}) -> {result}',))
    assert (call.name, call.failed) == ("cancel_order", True)
    assert codes(f'cancel_order({{"order_id": "#W1234"}}) -> {result}') == ["HO801"]
    assert only(('cancel_order({"order_id": "#W1234"})', result)).failed


ALL_IN_ONE = {
    "cancel_order failed: order is shipped": "cancel_order",
    'createAppointment {"start": "2026-11-24T09:00"} failed: slot taken': "createAppointment",
    "<tool_result name='cancel_order'><error>shipped</error></tool_result>": "cancel_order",
    '{"type": "tool_result", "tool_use_id": "t1", "is_error": true, "content": "shipped"}': "",
    '{"content": [{"type": "text", "text": "shipped"}], "isError": true}': "",
    "HTTP 404 for GET https://api.shop.example/v1/orders/1001": "get_orders",
    'Response 500: {"message": "Internal error"}': "",
    "find_customer(phone=…) -> No customer found": "find_customer",
}


@pytest.mark.parametrize(("text", "name"), ALL_IN_ONE.items())
def test_a_failure_that_stands_alone_is_read(text: str, name: str) -> None:
    assert (only((text,)).name, only((text,)).failed) == (name, True)


QUIET = [
    "Knowledge base: if the reset failed, unplug the unit for a minute.",
    "When a payment is declined, ask for another card.",
    "500 points were added last year",
    "search_orders(email=…) -> []",
    "No open tickets, no errors.",
    "Account created on 2019-03-01, last updated by Dana.",
    '[{"flight_number": "HAT111", "price": 100}, {"flight_number": "HAT112", "price": 90}]',
    'get_product_details({"product_id": "8024098596"}) -> {"name": "Tablet", "product_id": "8024098596"}',
    '[{"type": "text", "text": "Opening hours: 8 to 18"}]',
    "<article>How to reset: hold the button.</article>",
    'create_note({"text": "caller upset"}) -> {"note_id": "N-1182"}',
    'log_call({"call_id": "CL-22019"}) -> ok',
    "sql> SELECT * FROM orders WHERE late;\n id | status\n 77 | shipped",
    "Error rates of the heating curve are explained in chapter 3. " * 9,
]


@pytest.mark.parametrize("text", QUIET)
def test_what_was_only_read_is_no_finding(text: str) -> None:
    assert codes(text) == []


def test_results_out_of_order_find_their_calls_by_id() -> None:
    asked = (
        '{"tool_calls": [{"id": "a", "function": {"name": "get_order", "arguments": "{}"}}, '
        '{"id": "b", "function": {"name": "cancel_visit", "arguments": "{}"}}]}'
    )
    texts = (
        asked,
        '{"role": "tool", "tool_call_id": "b", "content": "Error: too late"}',
        '{"role": "tool", "tool_call_id": "a", "content": "{\\"status\\": \\"open\\"}"}',
    )
    calls = calls_of(example({"transcript": log(*texts)}))
    assert {call.name: (call.failed, call.turn) for call in calls} == {
        "cancel_visit": (True, 1),
        "get_order": (False, 2),
    }


def test_a_call_in_a_turn_of_the_ai_is_answered_by_the_next_tool() -> None:
    turns: list[dict[str, Any]] = [
        {"speaker": "ai", "text": 'One moment. <tool_call name="cancel_order"><order_id>#W1234</order_id></tool_call>'},
        {"speaker": "tool", "text": "Error: order is shipped"},
    ]
    assert [code for code, _ in found(example({"transcript": turns}))] == ["HO801"]


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ('{"ok": true, "booking": {"id": "BK-881", "start": "2026-11-24T09:00"}}', "id BK-881"),
        ("Visit V-90713 booked for 26 November.", "visit V-90713"),
        ('find_appointments(phone=…) -> [{"appointment_id": "APT-33"}]', "appointment id APT-33"),
        (
            'list_invoices() -> {"invoices": [{"invoice_id": "NL-8801"}, {"invoice_id": "NL-8817"}]}',
            "invoice id NL-8801 or NL-8817",
        ),
        ("Certificate certificate_3221322 added to user mia_li_3668.", "certificate_3221322, mia_li_3668"),
    ],
)
def test_ids_are_named_wherever_they_stand(text: str, lost: str) -> None:
    named = [said for code, said in found(example({"transcript": log(text)})) if code == "HO803"]
    assert named == [f"The tools established what the note does not show: {lost}."]


def test_of_several_records_the_one_that_is_meant_is_enough() -> None:
    text = 'list_invoices() -> {"invoices": [{"invoice_id": "NL-8801"}, {"invoice_id": "NL-8817"}]}'
    assert codes(text, facts=[{"name": "invoice", "value": "NL-8817", "source": "tool"}]) == []


def test_items_and_payments_are_found_by_the_order_that_the_note_names() -> None:
    text = (
        'exchange_items({"order_id": "#W1234", "item_ids": ["8551474201"], "payment_method_id": "paypal_7478252"})'
        ' -> {"status": "exchange requested"}'
    )
    assert codes(text, completed=["Item of #W1234 exchanged"]) == []
    [lost] = [said for code, said in found(example({"transcript": log(text)})) if code == "HO803"]
    assert "order id #W1234, item ids 8551474201, payment method id paypal_7478252" in lost


def test_what_a_change_made_tells_it_when_its_id_is_among_what_is_done() -> None:
    text = "send_certificate(amount=100) -> Certificate certificate_3221322 added with amount 100."
    assert codes(text, completed=["A certificate of 100 dollars (certificate_3221322)"]) == []
    assert (
        codes(
            text, completed=["Gave 100 dollars"], facts=[{"name": "c", "value": "certificate_3221322", "source": "t"}]
        )
        == []
    )
    assert "HO802" in codes(text, facts=[{"name": "c", "value": "certificate_3221322", "source": "t"}])


def test_a_sentence_of_a_tool_that_something_is_done_is_a_warning() -> None:
    packet = example({"transcript": log("Order #W1234 has been cancelled.")})
    assert [code for code, _ in found(packet)] == ["HO803", "HO805"]
    told = example({"transcript": log("Order #W1234 has been cancelled."), "completed": ["Cancelled order #W1234"]})
    assert found(told) == []


def test_what_must_still_happen_is_not_told_as_done() -> None:
    note = {"escalation": {"reason": "beyond_scope", "text": "The tablet #W1234 must be exchanged by a person."}}
    assert "HO802" in codes('exchange_items({"order_id": "#W1234"}) -> {"status": "exchange requested"}', **note)


@pytest.mark.parametrize(
    "text",
    ["<a>" * 9_000, "<result>" * 5_000, "{'" * 9_000, "tool: " * 9_000, "name=1 " * 9_000, "called a_b with " * 4_000],
)
def test_hostile_markup_is_read_in_time_that_grows_with_its_length(text: str) -> None:
    packet: Packet = example({"transcript": log(text)})
    assert len(calls_of(packet)) <= 41
