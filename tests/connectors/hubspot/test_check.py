"""What ``handoff check --online`` says of a HubSpot destination."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from handoff_core.connector import CheckResult
from handoff_core.testing.factories import make_owner


def by_subject(rig: Any, *owners: Any, **options: Any) -> dict[str, CheckResult]:
    return {one.subject: one for one in rig.connector.check(owners, **options)}


def test_a_good_account_is_told_as_one(rig: Any) -> None:
    found = by_subject(rig, make_owner(identity=None))
    for subject in ("token", "API", "scopes", "contacts", "notes", "tasks", "owner dana"):
        assert found[subject].ok is True
    assert "24681357" in found["token"].text
    assert found["owner dana"].text == "found: 70001"


def test_a_refused_token_is_the_only_line_and_says_what_to_do(rig: Any) -> None:
    rig.portal.accepted_tokens = {"another"}
    found = rig.connector.check([make_owner(identity=None)])
    assert [(one.subject, one.ok, one.key) for one in found] == [("token", False, "token_env")]
    assert "HUBSPOT_TOKEN" in found[0].fix
    assert "canary" not in str(found)


def test_a_missing_scope_is_told(rig: Any) -> None:
    rig.sandbox.faults.add("status", status=403, count=None, vendor="hubspot", method="GET", path="/notes$")
    found = by_subject(rig)["notes"]
    assert found.ok is False
    assert "crm.objects.contacts.write" in found.fix


def test_a_missing_right_to_write_is_told_by_name(rig: Any) -> None:
    rig.portal.scopes.remove("crm.objects.contacts.write")
    found = by_subject(rig)
    line = found["scope crm.objects.contacts.write"]
    assert (line.ok, line.key) == (False, "token_env")
    assert "write contacts, notes and tasks" in line.text
    assert found["notes"].ok is True
    assert "scopes" not in found


def test_where_hubspot_tells_no_scopes_it_is_said_that_writing_was_not_tried(rig: Any) -> None:
    rig.sandbox.switches.hubspot.token_info = False
    line = by_subject(rig)["scopes"]
    assert line.ok is None
    assert "not writing" in line.text
    assert "crm.objects.contacts.write" in line.fix


@pytest.mark.parametrize("fault", ["html_200", "empty_200", "200_with_error_body", "html_502", "drop_before"])
def test_an_answer_that_names_no_scopes_proves_nothing(rig: Any, fault: str) -> None:
    rig.sandbox.faults.add(fault, vendor="hubspot", path="/access-token-info$")
    found = by_subject(rig)
    assert found["scopes"].ok is None
    assert found["notes"].ok is True


def test_scopes_of_another_shape_prove_nothing(rig: Any) -> None:
    rig.portal.scopes = dict.fromkeys(rig.portal.scopes, True)
    assert by_subject(rig)["scopes"].ok is None


def test_the_token_is_in_no_address_no_log_and_no_line(rig: Any, caplog: pytest.LogCaptureFixture) -> None:
    for tells in (True, False):
        rig.sandbox.switches.hubspot.token_info = tells
        with caplog.at_level(logging.DEBUG):
            said = str(rig.connector.check([make_owner(identity=None)]))
        assert "canary" not in said
    assert "access-token-info" in caplog.text
    assert "canary" not in caplog.text
    assert not [line for line in rig.sent() if "canary" in line]


def test_a_property_that_is_not_there_is_told_with_its_key(rig: Any) -> None:
    rig.restart(contact_fields={"jobtitle": "lane", "handoff_fit": "lane"}, task_fields={"hs_task_type": "lane"})
    found = by_subject(rig)
    assert found["property jobtitle of contacts"].ok is True
    missing = found["property handoff_fit of contacts"]
    assert (missing.ok, missing.key) == (False, "contact_fields.handoff_fit")
    assert "Make the property handoff_fit" in missing.fix
    assert "TODO" in found["property hs_task_type of tasks"].text


def test_our_properties_are_reported_and_made_only_when_asked_for(rig: Any) -> None:
    before = by_subject(rig)
    for kind in ("notes", "tasks", "contacts"):
        line = before[f"unique property handoff_key of {kind}"]
        assert line.ok is None
        assert "handoff check --online --set-up" in line.fix
    assert "while HubSpot's search lags" in before["unique property handoff_phone of contacts"].text
    assert not rig.sent("POST", "/crm/")
    after = by_subject(rig, set_up=True)
    assert all(line.ok is True for subject, line in after.items() if subject.startswith("unique"))
    assert after["unique property handoff_key of notes"].ok is True


def test_only_what_hubspot_shows_afterwards_counts(rig: Any) -> None:
    rig.sandbox.switches.hubspot.unique_on_engagements = False
    found = by_subject(rig, set_up=True)
    assert found["unique property handoff_key of notes"].ok is None
    assert found["making handoff_key for notes"].ok is None
    assert found["unique property handoff_key of contacts"].ok is True


def test_a_property_that_is_there_but_not_unique_must_be_deleted_first(rig: Any) -> None:
    rig.portal.schema.groups["notes"]["handoff"] = {}
    rig.portal.schema.add("notes", {"name": "handoff_key", "label": "x", "groupName": "handoff"})
    line = by_subject(rig, set_up=True)["unique property handoff_key of notes"]
    assert line.ok is None
    assert "Delete the property handoff_key of notes" in line.fix


def test_a_token_without_the_right_to_make_properties_breaks_nothing(rig: Any) -> None:
    rig.sandbox.switches.hubspot.schema_scope = False
    found = by_subject(rig, set_up=True)
    assert "crm.schemas.contacts.write" in found["making handoff_key for notes"].fix
    assert found["token"].ok is True


def test_owners_are_told_one_by_one(rig: Any) -> None:
    found = by_subject(
        rig,
        make_owner(id="given"),
        make_owner(id="team", email=None, identity=None, team=True),
        make_owner(id="nobody", email="nobody@acme.example", identity=None),
    )
    assert found["owner given"].ok is True
    assert found["owner team"].ok is None
    assert found["owner nobody"].ok is False
    assert "nobody@acme.example" in found["owner nobody"].fix


def test_an_account_with_only_the_older_paths_is_told_when_they_end(rig: Any) -> None:
    rig.sandbox.switches.hubspot.dated_paths = False
    rig.restart()
    found = rig.connector.check([])
    line = next(one for one in found if one.subject == "API")
    assert line.ok is None
    assert "2027-03-30" in line.text


@pytest.mark.parametrize("email", ["dana@acme.example", "DANA@Acme.Example"])
def test_an_owner_is_found_by_exactly_his_address_and_by_id_not_user_id(rig: Any, email: str) -> None:
    assert rig.connector.find_owner(email) == "70001"
    assert rig.connector.find_owner("ana@acme.example") is None


def test_an_archived_owner_is_nobody(rig: Any) -> None:
    rig.portal.owners["70001"]["archived"] = True
    assert rig.connector.find_owner("dana@acme.example") is None
