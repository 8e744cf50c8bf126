"""The keys of a Zendesk destination, and what is said about wrong ones."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from handoff_mappings.zendesk import ZendeskSettings


def make(**changes: Any) -> ZendeskSettings:
    table = {"connector": "zendesk", "subdomain": "acme", "token_env": "ZENDESK_TOKEN", **changes}
    return ZendeskSettings.model_validate({name: value for name, value in table.items() if value is not None})


def test_the_smallest_table() -> None:
    settings = make()
    assert (settings.settle, settings.min_update_interval, settings.tags) == (60.0, 20.0, ("handoff",))
    assert settings.origin == "https://acme.zendesk.com"


def test_field_ids_are_numbers_in_any_spelling() -> None:
    assert make(fields={"360001": "urgency.level"}, brief_field=5).fields == {360001: "urgency.level"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subdomain": "acme.zendesk.com"}, 'write subdomain = "acme"'),
        ({"subdomain": "-acme"}, "is not a subdomain"),
        ({"subdomain": None}, "names no account"),
        ({"token_env": None}, "needs one way in"),
        ({"auth": {"kind": "oauth_token", "token_env": "X"}}, "needs one way in"),
        ({"token_env": None, "auth": {"kind": "password"}}, "kind"),
        ({"token_env": None, "auth": {"kind": "api_token", "token_env": "X"}}, "email_env"),
        ({"fields": {"status": "summary"}}, "is not a Zendesk id"),
        ({"fields": {"1": "sumary"}}, "sumary"),
        ({"brief_field": 0}, "is not a Zendesk id"),
        ({"brief_field": True}, "is not a Zendesk id"),
        ({"brief_field": 7, "links_field": 7}, "one field twice"),
        ({"brief_field": 7, "fields": {"7": "summary"}}, "one field twice"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_said(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as raised:
        make(**changes)
    assert words in str(raised.value)


@pytest.mark.parametrize(
    "auth",
    [
        {"kind": "client_credentials", "client_id_env": "A", "client_secret_env": "B"},
        {"kind": "api_token", "email_env": "A", "token_env": "B"},
        {"kind": "oauth_token", "token_env": "A"},
    ],
)
def test_there_are_three_ways_in(auth: dict[str, str]) -> None:
    assert make(token_env=None, auth=auth).auth is not None
