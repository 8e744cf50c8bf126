"""What an answer of HubSpot means for the delivery loop."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from handoff_connectors.hubspot.errors import SEARCH, Answer, Call, Conflict, Rejected, error_of
from handoff_core.errors import AuthFailed, Gone, RateLimited, Refused, Transient, Unknown

NOW = 1_795_187_520.0  # Fri, 20 Nov 2026 15:12:00 GMT
CREATE = Call("creating a note", "HUBSPOT_TOKEN", repeatable=False)
READ = Call("reading a note", "HUBSPOT_TOKEN")
FIND = Call("searching contacts", "HUBSPOT_TOKEN", limit_class=SEARCH)


def answer(status: int, body: Any = None, **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, content)


def limited(call: Call = READ, body: Mapping[str, Any] | None = None, **headers: str) -> RateLimited:
    found = error_of(call, answer(429, body, **headers), NOW)
    assert isinstance(found, RateLimited)
    return found


@pytest.mark.parametrize("status", [500, 502, 503, 504, 521, 522, 523, 524, 408])
def test_a_server_error_leaves_a_creation_unknown_and_a_read_to_be_repeated(status: int) -> None:
    assert type(error_of(CREATE, answer(status, b"\xff<html>"), NOW)) is Unknown
    assert type(error_of(READ, answer(status, b"\xff<html>"), NOW)) is Transient


def test_an_error_page_that_is_no_utf_8_is_read_as_nothing() -> None:
    assert isinstance(error_of(READ, answer(404, b"\xff\xfe\x00"), NOW), Gone)


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        ({"policyName": "SECONDLY"}, 1.0),
        ({"category": "RATE_LIMITS", "message": "You have reached your secondly limit."}, 1.0),
        ({"policyName": "TEN_SECONDLY_ROLLING"}, 10.0),
        ({"message": "You have reached your ten_secondly_rolling limit."}, 10.0),
        ({}, 10.0),
    ],
)
def test_a_429_without_retry_after_waits_as_its_policy_says(body: Mapping[str, Any], seconds: float) -> None:
    found = limited(body=body)
    assert (found.retry_after, found.limit_class) == (seconds, "general")


def test_a_search_that_is_limited_parks_searches_only() -> None:
    found = limited(FIND)
    assert (found.retry_after, found.limit_class) == (1.0, SEARCH)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("1.5", 1.5),
        ("0", 1.0),
        ("-3", 1.0),
        ("90", 60.0),
        ("4000", 4.0),
        ("86400000", 60.0),
        ("nan", 10.0),
        ("soon", 10.0),
        ("Fri, 20 Nov 2026 15:12:20 GMT", 20.0),
    ],
)
def test_retry_after_is_read_in_every_form(text: str, seconds: float) -> None:
    assert limited(retry_after=text).retry_after == pytest.approx(seconds)


def test_a_used_up_day_parks_the_account() -> None:
    body = {"policyName": "DAILY", "message": "You have reached your daily limit."}
    found = error_of(READ, answer(429, body, retry_after="86400"), NOW)
    assert isinstance(found, AuthFailed)
    assert found.until == 900.0
    assert "midnight" in found.text


def test_an_account_that_is_moved_waits_as_long_as_it_says() -> None:
    found = error_of(CREATE, answer(477, None, retry_after="7200"), NOW)
    assert isinstance(found, RateLimited)
    assert (found.retry_after, found.limit_class) == (7200.0, None)


def test_a_locked_record_is_tried_again_after_two_seconds() -> None:
    found = error_of(READ, answer(423), NOW)
    assert isinstance(found, RateLimited)
    assert found.retry_after == 2.0


def test_a_refused_token_says_which_variable_to_correct() -> None:
    found = error_of(READ, answer(401, {"message": "pat-na1-secret is wrong"}), NOW)
    assert isinstance(found, AuthFailed)
    assert "HUBSPOT_TOKEN" in found.text
    assert "pat-na1" not in found.text


def test_a_missing_scope_is_named() -> None:
    body = {
        "category": "MISSING_SCOPES",
        "errors": [{"context": {"requiredGranularScopes": ["crm.objects.contacts.write"]}}],
    }
    found = error_of(CREATE, answer(403, body), NOW)
    assert isinstance(found, AuthFailed)
    assert "Add the scope crm.objects.contacts.write" in found.text


def test_a_conflict_tells_whose_the_value_is() -> None:
    found = error_of(CREATE, answer(409, {"message": "Contact already exists. Existing ID: 6001"}), NOW)
    assert isinstance(found, Conflict)
    assert found.existing == "6001"
    unknown = error_of(CREATE, answer(409, {"message": "already there"}), NOW)
    assert isinstance(unknown, Conflict)
    assert unknown.existing is None
    assert "merge the two" in unknown.text


@pytest.mark.parametrize("body", [{}, {"category": "CONFLICT", "message": "The object was modified concurrently"}])
def test_a_conflict_about_no_value_is_another_change_under_way(body: dict[str, Any]) -> None:
    found = error_of(CREATE, answer(409, body), NOW)
    assert isinstance(found, Transient)


def test_a_property_by_which_nothing_can_be_upserted_need_not_be_named() -> None:
    found = error_of(
        CREATE, answer(400, {"message": "Unable to perform update/upsert by non-unique 0-46 property"}), NOW
    )
    assert isinstance(found, Rejected)
    assert found.is_about_the_key("handoff_key")
    other = error_of(CREATE, answer(400, {"message": 'Property "handoff_fit" does not exist'}), NOW)
    assert isinstance(other, Rejected)
    assert other.is_about_the_key("handoff_fit")
    assert not other.is_about_the_key("handoff_key")


@pytest.mark.parametrize(
    "body",
    [
        {"message": 'Property values were not valid: [{"isValid":false,"error":"INVALID_EMAIL","name":"handoff_fit"}]'},
        {"message": 'Property values were not valid: [{\\"isValid\\":false,\\"name\\":\\"handoff_fit\\"}]'},
        {"message": 'Property "handoff_fit" does not exist'},
        {"message": "Unable to perform update/upsert by non-unique property handoff_fit"},
        {"errors": [{"context": {"propertyName": ["handoff_fit"]}}]},
        {"errors": [{"message": "bad", "in": "handoff_fit"}]},
    ],
)
def test_refused_values_are_final_and_name_the_property(body: Mapping[str, Any]) -> None:
    found = error_of(CREATE, answer(400, body), NOW)
    assert isinstance(found, Rejected)
    assert found.properties == {"handoff_fit"}
    assert "handoff_fit" in found.text


def test_a_refusal_does_not_repeat_what_the_customer_said() -> None:
    message = "Property values were not valid: Email address maria@lindqvist.example is invalid"
    found = error_of(CREATE, answer(400, {"message": message, "category": "VALIDATION_ERROR"}), NOW)
    assert isinstance(found, Refused)
    assert "maria" not in found.text
    assert "VALIDATION_ERROR" in found.text


def test_the_correlation_id_goes_with_the_error() -> None:
    assert error_of(READ, answer(400, {"correlationId": "a1-b2"}), NOW).request_id == "a1-b2"
    assert error_of(READ, answer(500, b"", x_hubspot_correlation_id="c3"), NOW).request_id == "c3"


def test_a_redirect_is_not_followed() -> None:
    assert type(error_of(CREATE, answer(302), NOW)) is Transient
