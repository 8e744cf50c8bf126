"""What we sent to prove who we are does not come back in an answer."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable

import pytest
import requests

from handoff_connectors.masking import mask_answer

TOKEN = "xoxb-7f3a/9c+1="


def answer(body: str, **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code = 400
    response._content = body.encode()
    response.headers.update(headers)
    return response


def request(authorization: str | bytes | None = None, body: bytes | None = None) -> requests.PreparedRequest:
    prepared = requests.Request("POST", "https://desk.example/x", data=body).prepare()
    if authorization is not None:
        prepared.headers["Authorization"] = authorization  # type: ignore[assignment]
    return prepared


@pytest.mark.parametrize(
    "repeated",
    [
        TOKEN,
        f"Bearer {TOKEN}",
        json.dumps({"a": TOKEN}),
        TOKEN.replace("/", "\\/"),
        "xoxb-7f3a%2F9c%2B1%3D",
        "xoxb-7f3a/9c%2B1%3D",
    ],
)
def test_a_bearer_token_is_masked_however_it_is_spelt(repeated: str) -> None:
    response = answer(f"before {repeated} after", **{"X-Request-Id": repeated, "X-Echo": f"got {repeated}"})
    mask_answer(response, request(f"Bearer {TOKEN}"))
    assert "7f3a" not in response.text + response.headers["X-Request-Id"] + response.headers["X-Echo"]
    assert "before " in response.text
    assert " after" in response.text
    assert "***" in response.text


@pytest.mark.parametrize("token", ["ab&<7f3a>\"9c'd", "xoxb-7f3a/9c+1=", "pat?~|7f3a>>>"])
@pytest.mark.parametrize("before", ["", "x", "user", "agent/token:"])
@pytest.mark.parametrize("after", ["", "?", " is wrong"])
def test_a_bearer_token_is_masked_in_base64_wherever_it_begins(token: str, before: str, after: str) -> None:
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = encode(f"{before}{token}{after}".encode()).decode()
        response = answer(f"before {encoded} after")
        mask_answer(response, request(f"Bearer {token}".encode()))
        left = response.text.removeprefix("before ").removesuffix(" after")
        assert "***" in left
        assert len(left) < len(encoded) - len(token) + 3


@pytest.mark.parametrize("written", [html.escape, lambda text: html.escape(text, quote=False)])
def test_a_bearer_token_is_masked_as_html_writes_it(written: Callable[[str], str]) -> None:
    token = "ab&<7f3a>\"9c'd"
    for one in (written(token), written(token).replace("&#x27;", "&#39;")):
        response = answer(f"<p>before {one} after</p>")
        mask_answer(response, request(f"Bearer {token}"))
        assert response.text == "<p>before *** after</p>"


def test_of_a_basic_credential_the_whole_and_its_parts_are_masked() -> None:
    encoded = base64.b64encode(f"agent@acme.example/token:{TOKEN}".encode()).decode()
    response = answer(f"{encoded} agent@acme.example/token agent@acme.example {TOKEN}")
    mask_answer(response, request(f"Basic {encoded}".encode()))
    assert response.text == "*** *** *** ***"


def test_an_oauth_client_is_masked_in_the_answer_to_its_request_and_the_new_token_is_kept() -> None:
    body = json.dumps({"grant_type": "client_credentials", "client_id": "client-1", "client_secret": TOKEN}).encode()
    response = answer(json.dumps({"access_token": "new-token-1", "said": f"client-1 {TOKEN}"}))
    mask_answer(response, request(body=body))
    assert response.json() == {"access_token": "new-token-1", "said": "*** ***"}


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer abc", "Basic !!!", "Basic /w=="])
def test_an_answer_to_a_request_without_a_secret_stays_as_it_is(authorization: str | None) -> None:
    response = answer('{"abc": "Bearer"}', **{"X-Request-Id": "abc"})
    mask_answer(response, request(authorization, body=b"\xff{"))
    assert response.text == '{"abc": "Bearer"}'
