"""The table of a HubSpot destination."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from handoff_mappings.hubspot import HubSpotSettings, TaskWhen


def settings(**keys: Any) -> HubSpotSettings:
    return HubSpotSettings.model_validate({"connector": "hubspot", "token_env": "HUBSPOT_TOKEN", **keys})


def test_the_defaults_are_those_of_the_contract() -> None:
    found = settings()
    assert (found.task, found.settle, found.min_update_interval) == (TaskWhen.WHEN_DUE, 30.0, 5.0)
    assert (found.ui_domain, found.portal_id, found.base_url) == (None, None, None)


def test_an_account_number_may_be_a_number() -> None:
    assert settings(portal_id=24681357).portal_id == "24681357"


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("task", "sometimes", "when-due"),
        ("contact_fields", {"Handoff Fit": "urgency.level"}, "internal name"),
        ("note_fields", {"fit": "urgency.levle"}, "levle"),
        ("portal_id", "acme", "account id"),
        ("ui_domain", "https://app.hubspot.com/", "host name"),
        ("token", "pat-na1-secret", "token"),
    ],
)
def test_what_is_wrong_is_refused_with_the_fix(key: str, value: Any, says: str) -> None:
    with pytest.raises(ValidationError) as raised:
        settings(**{key: value})
    assert says in str(raised.value)
    assert "pat-na1-secret" not in str(raised.value)
