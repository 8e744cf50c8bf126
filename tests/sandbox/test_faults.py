"""Every word of the fault menu, and how faults are aimed."""

from __future__ import annotations

import email.utils

import pytest
import requests

from handoff_connectors.sandbox.faults import Fault, parse_fault

TICKET = {"ticket": {"subject": "Hi", "comment": {"body": "Hi", "public": False}}}
NOTE = {"properties": {"hs_timestamp": "2026-11-20T10:00:00Z", "hs_note_body": "x"}}


@pytest.fixture(params=["zendesk", "hubspot", "slack"])
def create(request, sandbox, desk, crm, chat):
    """Makes one record in a vendor, tells how many there are, and which vendor it is."""
    calls = {
        "zendesk": lambda: desk("POST", "/api/v2/tickets.json", TICKET),
        "hubspot": lambda: crm("POST", "/crm/objects/2026-03/notes", NOTE),
        "slack": lambda: chat("POST", "/api/chat.postMessage", {"channel": "C0ALERTS", "text": "x"}),
    }
    counts = {
        "zendesk": lambda: len(sandbox.zendesk.tickets),
        "hubspot": lambda: len(sandbox.hubspot.every("notes")),
        "slack": lambda: len(sandbox.slack.messages["C0ALERTS"]),
    }
    return calls[request.param], counts[request.param], request.param


@pytest.mark.parametrize(
    ("fault", "error", "made"),
    [
        ("drop_before", requests.ConnectionError, 0),
        ("apply_then_drop", requests.ConnectionError, 1),
        ("reset", requests.ConnectionError, 0),
        ("half_body", requests.RequestException, 1),
    ],
)
def test_a_broken_connection(sandbox, create, fault, error, made):
    call, count, vendor = create
    sandbox.faults.add(fault, vendor=vendor)
    with pytest.raises(error):
        call()
    assert count() == made
    assert call().ok
    assert count() == made + 1


def test_a_reset_is_a_reset_and_a_drop_is_an_orderly_end(sandbox, desk):
    sandbox.faults.add("reset")
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        desk("POST", "/api/v2/tickets", TICKET)
    sandbox.faults.add("drop_before")
    with pytest.raises(requests.ConnectionError, match="closed connection without response"):
        desk("POST", "/api/v2/tickets", TICKET)


def test_half_a_body_breaks_off_in_the_middle(sandbox, desk):
    sandbox.faults.add("half_body")
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        desk("POST", "/api/v2/tickets", TICKET)


@pytest.mark.parametrize(
    ("fault", "status", "made"),
    [
        ("apply_then_500", 500, 1),
        ("html_502", 502, 0),
        ("html_200", 200, 1),
        ("empty_200", 200, 1),
        ("redirect", 302, 0),
    ],
)
def test_a_wrong_answer(sandbox, create, fault, status, made):
    call, count, vendor = create
    sandbox.faults.add(fault, vendor=vendor)
    answer = call()
    assert answer.status_code == status
    assert count() == made
    if fault.startswith("html"):
        assert answer.headers["content-type"].startswith("text/html")
    if fault == "empty_200":
        assert answer.content == b""
    if fault == "redirect":
        assert not answer.headers["location"].startswith(sandbox.zendesk_url)


def test_whether_a_fault_applies_can_be_chosen(sandbox, create):
    call, count, vendor = create
    sandbox.faults.add("html_502", vendor=vendor, applied=True)
    call()
    assert count() == 1
    sandbox.faults.add("html_200", vendor=vendor, applied=False)
    call()
    assert count() == 1


def test_an_error_body_under_200_makes_nothing(sandbox, create):
    call, count, vendor = create
    sandbox.faults.add("200_with_error_body", vendor=vendor)
    answer = call()
    assert answer.status_code == 200
    assert answer.json().get("error") or answer.json()["status"] == "error"
    assert count() == 0


def test_a_request_can_be_applied_after_its_client_is_gone(sandbox, create, clock):
    call, count, vendor = create
    sandbox.faults.add("apply_late", vendor=vendor, seconds=30)
    with pytest.raises(requests.ConnectionError):
        call()
    assert count() == 0
    clock.advance(31)
    sandbox.settle_late()
    assert count() == 1


def test_nothing_applied_late_is_lost_when_it_is_hurried(sandbox, create):
    call, count, vendor = create
    sandbox.faults.add("apply_late", vendor=vendor, seconds=3000)
    with pytest.raises(requests.ConnectionError):
        call()
    sandbox.settle_late()
    assert count() == 1


@pytest.mark.parametrize(
    ("form", "header"),
    [("seconds", "7"), ("fraction", "1.5"), ("missing", None), ("zero", "0"), ("day", "86400")],
)
def test_429_in_every_form_of_retry_after(sandbox, create, form, header):
    call, count, vendor = create
    sandbox.faults.add("429", vendor=vendor, seconds=7, form=form)
    answer = call()
    assert (answer.status_code, answer.headers.get("retry-after")) == (429, header)
    assert count() == 0


def test_429_with_a_date(sandbox, create, clock):
    call, _, vendor = create
    sandbox.faults.add("429", vendor=vendor, seconds=90, form="date")
    named = email.utils.parsedate_to_datetime(call().headers["retry-after"]).timestamp()
    assert named == clock.now() + 90


def test_a_429_of_a_day_is_hubspots_daily_limit(sandbox, crm):
    sandbox.faults.add("429", form="day")
    assert crm("POST", "/crm/objects/2026-03/notes", NOTE).json()["policyName"] == "DAILY"


def test_a_hanging_request_is_never_answered(sandbox, create):
    _, count, vendor = create
    sandbox.faults.add("hang", vendor=vendor)
    session = {"zendesk": sandbox.zendesk_url, "hubspot": sandbox.hubspot_url, "slack": sandbox.slack_url}[vendor]
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{session}/api/x", headers={"authorization": "Bearer x"}, timeout=0.2)
    assert count() == 0


def test_a_slow_answer_comes_in_the_end(sandbox, create):
    call, count, vendor = create
    sandbox.faults.add("slow", vendor=vendor, seconds=0.2)
    assert call().elapsed.total_seconds() >= 0.2
    assert count() == 1


def test_any_status_can_be_given(sandbox, create):
    call, count, vendor = create
    for status in (401, 403, 409, 423, 503):
        sandbox.faults.add("status", vendor=vendor, status=status)
        assert call().status_code == status
    assert count() == 0


def test_a_stale_search_does_not_show_what_was_just_written(sandbox, desk, crm, chat):
    desk("POST", "/api/v2/tickets", {"ticket": {**TICKET["ticket"], "external_id": "k"}})
    sandbox.faults.add("stale_search", method="GET", count=1)
    assert [len(desk("GET", "/api/v2/tickets?external_id=k").json()["tickets"]) for _ in range(2)] == [0, 1]
    chat("POST", "/api/chat.postMessage", {"channel": "C0ALERTS", "text": "x"})
    sandbox.faults.add("stale_search", vendor="slack")
    seen = [chat("GET", "/api/conversations.history?channel=C0ALERTS").json()["messages"] for _ in range(2)]
    assert [len(messages) for messages in seen] == [0, 1]
    sandbox.switches.hubspot.search_lag = 0.0
    crm("POST", "/crm/objects/2026-03/notes", NOTE)
    sandbox.faults.add("stale_search", vendor="hubspot")
    assert [crm("POST", "/crm/objects/2026-03/notes/search", {}).json()["total"] for _ in range(2)] == [0, 1]


def test_duplicate_hits_show_each_hit_twice(sandbox, desk):
    desk("POST", "/api/v2/tickets", {"ticket": {**TICKET["ticket"], "external_id": "k"}})
    sandbox.faults.add("duplicate_hits")
    ids = [t["id"] for t in desk("GET", "/api/v2/tickets?external_id=k").json()["tickets"]]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_partial_207_leaves_the_last_input_out(sandbox, crm):
    sandbox.faults.add("partial_207", vendor="hubspot")
    answer = crm("POST", "/crm/objects/2026-03/notes/batch/create", {"inputs": [NOTE, NOTE]})
    assert (answer.status_code, len(answer.json()["results"]), answer.json()["numErrors"]) == (207, 1, 1)
    assert len(sandbox.hubspot.every("notes")) == 1


def test_a_skewed_clock_shows_in_times_and_in_the_date_header(sandbox, desk, clock):
    sandbox.faults.add("clock_skew", vendor="zendesk", seconds=-3600)
    answer = desk("POST", "/api/v2/tickets", TICKET)
    assert answer.json()["ticket"]["created_at"] == "2026-11-20T14:12:00Z"
    said = email.utils.parsedate_to_datetime(answer.headers["date"]).timestamp()
    assert said == clock.now() - 3600
    sandbox.reset()
    assert desk("POST", "/api/v2/tickets", TICKET).json()["ticket"]["created_at"] == "2026-11-20T15:12:00Z"


@pytest.mark.parametrize(("fault", "status"), [("closed", 422), ("merged", 422), ("deleted", 404), ("human_edit", 200)])
def test_a_person_is_faster_at_a_ticket(sandbox, desk, fault, status):
    made = desk("POST", "/api/v2/tickets", TICKET).json()["ticket"]
    sandbox.faults.add(fault, vendor="zendesk", method="PUT")
    assert desk("PUT", f"/api/v2/tickets/{made['id']}", {"ticket": {"priority": "low"}}).status_code == status


@pytest.mark.parametrize(("fault", "status"), [("deleted", 404), ("merged", 404), ("human_edit", 200), ("closed", 200)])
def test_a_person_is_faster_at_a_note(sandbox, crm, fault, status):
    made = crm("POST", "/crm/objects/2026-03/notes", NOTE).json()
    sandbox.faults.add(fault, vendor="hubspot", method="PATCH")
    answer = crm("PATCH", f"/crm/objects/2026-03/notes/{made['id']}", {"properties": {"hs_timestamp": "1"}})
    assert answer.status_code == status
    if fault == "human_edit":
        assert "Edited by Dana" in answer.json()["properties"]["hs_note_body"]


@pytest.mark.parametrize(("fault", "error"), [("deleted", "message_not_found"), ("merged", "message_not_found")])
def test_a_person_is_faster_at_a_message(sandbox, chat, fault, error):
    ts = chat("POST", "/api/chat.postMessage", {"channel": "C0ALERTS", "text": "x"}).json()["ts"]
    sandbox.faults.add(fault, vendor="slack", path="chat.update")
    update = {"channel": "C0ALERTS", "ts": ts, "text": "y"}
    assert chat("POST", "/api/chat.update", update).json()["error"] == error


def test_a_person_without_a_record_does_nothing(sandbox, create):
    call, count, vendor = create
    for fault in ("deleted", "closed", "merged", "human_edit"):
        sandbox.reset()
        sandbox.faults.add(fault, vendor=vendor)
        assert call().ok
        assert count() == 1


def test_faults_are_aimed_by_vendor_method_path_and_number(sandbox, desk, crm):
    rule = sandbox.faults.add("status", vendor="zendesk", method="POST", path=r"/tickets$", skip=1, count=2, status=503)
    assert crm("POST", "/crm/objects/2026-03/notes", NOTE).status_code == 201
    assert desk("GET", "/api/v2/tickets.json").status_code == 200
    statuses = [desk("POST", "/api/v2/tickets.json", TICKET).status_code for _ in range(4)]
    assert statuses == [201, 503, 503, 201]
    assert (rule.seen, rule.hits) == (4, 2)
    assert [e.fault for e in sandbox.log.of("zendesk", "POST")] == [None, "status", "status", None]


def test_a_fault_without_a_count_stays(sandbox, desk):
    sandbox.faults.add("status", count=None)
    assert {desk("GET", "/api/v2/users/me").status_code for _ in range(3)} == {503}
    sandbox.faults.clear()
    assert desk("GET", "/api/v2/users/me").status_code == 200


def test_a_fault_that_does_not_exist_is_named(sandbox):
    with pytest.raises(ValueError, match="'explode' is no fault; use one of drop_before"):
        sandbox.faults.add("explode")
    with pytest.raises(ValueError, match="'jira' is no vendor"):
        sandbox.faults.add("hang", vendor="jira")
    with pytest.raises(ValueError, match="no regular expression"):
        sandbox.faults.add("hang", path="(")
    with pytest.raises(ValueError, match="no form of Retry-After"):
        sandbox.faults.add("429", form="soon")


def test_the_command_line_form_of_a_fault():
    expected = {"vendor": "slack", "method": "POST", "path": "a:b$", "fault": "hang"}
    assert parse_fault("slack:POST:a:b$:hang") == expected
    assert parse_fault("slack:::hang")["method"] == "*"
    with pytest.raises(ValueError, match="is not vendor:method:path:fault"):
        parse_fault("slack:hang")


def test_the_menu_is_complete():
    menu = (
        "drop_before apply_then_drop apply_then_500 apply_late 429 200_with_error_body html_502 html_200 empty_200 "
        "half_body slow reset hang redirect stale_search duplicate_hits partial_207 human_edit merged deleted closed "
        "clock_skew"
    )
    assert set(menu.split()) <= {str(fault) for fault in Fault}
