"""What a status, a Retry-After and a body mean."""

from __future__ import annotations

import pytest
import requests
from requests.structures import CaseInsensitiveDict

from handoff_connectors.answers import json_object, lost, raise_for_status, retry_after
from handoff_core.errors import (
    AuthFailed,
    DeliveryError,
    Gone,
    RateLimited,
    Refused,
    Transient,
    Unknown,
)

NOW = 1_795_187_520.0


def make_response(status: int, body: bytes = b"", **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code = status
    response._content = body
    response.headers = CaseInsensitiveDict({name.replace("_", "-"): value for name, value in headers.items()})
    return response


def error_of(status: int, *, write: bool, said: str = "", **headers: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        raise_for_status(
            make_response(status, **headers), write=write, title="Vendor", now=NOW, vendor_text=lambda response: said
        )
    return raised.value


@pytest.mark.parametrize(
    ("status", "write", "read"),
    [
        (301, Unknown, Transient),
        (304, Unknown, Transient),
        (400, Refused, Refused),
        (401, AuthFailed, AuthFailed),
        (402, AuthFailed, AuthFailed),
        (403, AuthFailed, AuthFailed),
        (404, Gone, Gone),
        (408, Unknown, Transient),
        (409, Transient, Transient),
        (410, Gone, Gone),
        (413, Refused, Refused),
        (422, Refused, Refused),
        (423, Transient, Transient),
        (429, RateLimited, RateLimited),
        (500, Unknown, Transient),
        (502, Unknown, Transient),
        (503, Unknown, Transient),
        (504, Unknown, Transient),
        (599, Unknown, Transient),
    ],
)
def test_a_status_becomes_what_is_to_be_done(
    status: int, write: type[DeliveryError], read: type[DeliveryError]
) -> None:
    for wanted, is_write in ((write, True), (read, False)):
        error = error_of(status, write=is_write, X_Request_Id="req-7")
        assert type(error) is wanted
        assert error.status == status
        assert error.request_id == "req-7"


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_a_success_raises_nothing(status: int) -> None:
    raise_for_status(make_response(status), write=True, title="Vendor", now=NOW, vendor_text=lambda response: "")


def test_the_vendors_words_are_kept_short_clean_and_without_addresses() -> None:
    error = error_of(422, write=True, said="Email: ann@x.example is\u202e bad\n" + "x" * 500)
    assert "(an address)" in error.text
    assert "ann@" not in error.text
    assert "\u202e" not in error.text
    assert len(error.text) < 400


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("1.5", 1.5),
        ("0", 1.0),
        ("-3", 1.0),
        ("0.2", 1.0),
        ("86400", 86400.0),
        (" 12 ", 12.0),
        ("", 10.0),
        ("soon", 10.0),
        ("nan", 10.0),
        ("inf", 10.0),
        ("1e300", 31 * 86400.0),
        ("Fri, 20 Nov 2026 15:12:30 GMT", 30.0),
        ("Fri, 20 Nov 2026 15:11:00 GMT", 1.0),
    ],
)
def test_retry_after_in_all_its_forms(header: str, seconds: float) -> None:
    headers = CaseInsensitiveDict({"retry-after": header} if header else {})
    assert retry_after(headers, now=NOW - 0.0) == pytest.approx(seconds)


def test_a_date_counts_from_the_answers_own_clock() -> None:
    headers = CaseInsensitiveDict(
        {"Retry-After": "Sun, 22 Nov 2026 10:00:40 GMT", "Date": "Sun, 22 Nov 2026 10:00:00 GMT"}
    )
    assert retry_after(headers, now=NOW) == 40.0


def test_a_429_without_a_word_waits_what_the_vendor_needs() -> None:
    with pytest.raises(RateLimited) as raised:
        raise_for_status(
            make_response(429), write=True, title="V", now=NOW, vendor_text=lambda r: "", wait=30, limit_class="post"
        )
    assert (raised.value.retry_after, raised.value.limit_class) == (30, "post")


@pytest.mark.parametrize("body", [b"", b"  ", b"<html>wait</html>", b"[1]", b"null", b"\xff\xfe", b"[" * 100_000])
def test_a_success_that_is_no_json_object_is_none(body: bytes) -> None:
    with pytest.raises(Unknown):
        json_object(make_response(200, body), write=True, title="Vendor")
    with pytest.raises(Transient):
        json_object(make_response(200, body), write=False, title="Vendor")


def test_what_is_lost_is_unknown_only_for_a_write() -> None:
    assert isinstance(lost("x", write=True), Unknown)
    assert isinstance(lost("x", write=False), Transient)
