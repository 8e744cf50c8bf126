"""The app asks for exactly the scopes that its calls need."""

from __future__ import annotations

import re
from pathlib import Path

import handoff_connectors.slack as slack
from handoff_connectors.slack import SlackConnector, app_manifest
from handoff_connectors.slack.scopes import METHODS, PURPOSE, SCOPES

FOLDER = Path(slack.__file__).parent


def called_methods() -> set[str]:
    """Every method of Slack's API that stands as a text in the connector's code, but in the table itself."""
    code = "\n".join(path.read_text() for path in FOLDER.glob("*.py") if path.name not in ("scopes.py", "errors.py"))
    return set(re.findall(r'"((?:chat|conversations|users|usergroups|reactions|auth|team|files)\.[A-Za-z]+)"', code))


def test_every_method_that_is_called_has_its_scopes_in_the_table() -> None:
    assert called_methods() == set(METHODS)


def test_the_manifest_asks_for_the_scopes_of_the_table_and_no_other() -> None:
    manifest = app_manifest("Acme Plumbing")
    assert manifest["oauth_config"]["scopes"] == {"bot": list(SCOPES)}
    assert set(SCOPES) == {scope for scopes in METHODS.values() for scope in scopes}


def test_each_scope_says_what_it_is_for() -> None:
    assert set(PURPOSE) == set(SCOPES)


def test_the_scope_for_addresses_comes_with_the_one_that_slack_wants_beside_it() -> None:
    assert {"users:read", "users:read.email"} <= set(SCOPES)


def test_a_long_name_is_cut_to_what_slack_takes() -> None:
    manifest = app_manifest("The Very Long Name of a Plumbing Company and Sons, Chicago")
    assert len(manifest["display_information"]["name"]) <= 35
    assert len(manifest["display_information"]["description"]) <= 140


def test_init_gets_the_manifest_as_a_file() -> None:
    files = SlackConnector.set_up_files("Acme")
    assert list(files) == ["slack-app-manifest.json"]
    assert '"chat:write"' in files["slack-app-manifest.json"]
