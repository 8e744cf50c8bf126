"""The HubSpot stand-in does what HubSpot's documentation and specs say."""

from __future__ import annotations

from typing import Any

import pytest

V3, DATED = "/crm/v3/objects", "/crm/objects/2026-03"
AT = "2026-11-20T10:00:00Z"


def make(crm: Any, kind: str, properties: dict[str, Any], base: str = DATED, **more: Any) -> dict[str, Any]:
    answer = crm("POST", f"{base}/{kind}", {"properties": properties, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def note_on(crm: Any, contact_id: str, body: str = "<p>Hi</p>", base: str = DATED, type_id: int = 202) -> Any:
    link = {
        "to": {"id": contact_id},
        "types": [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}],
    }
    return crm(
        "POST", f"{base}/notes", {"properties": {"hs_timestamp": AT, "hs_note_body": body}, "associations": [link]}
    )


def unique_key(crm: Any, kind: str = "notes", **more: Any) -> Any:
    crm("POST", f"/crm/properties/2026-03/{kind}/groups", {"name": "handoff", "label": "Handoff"})
    spec = {"groupName": "handoff", "name": "handoff_key", "label": "Key", "type": "string", "fieldType": "text"}
    return crm("POST", f"/crm/properties/2026-03/{kind}", {**spec, "hasUniqueValue": True, **more})


def upsert(crm: Any, *inputs: dict[str, Any], kind: str = "notes") -> Any:
    return crm("POST", f"{DATED}/{kind}/batch/upsert", {"inputs": list(inputs)})


def keyed(key: str, body: str = "x", **more: Any) -> dict[str, Any]:
    return {"idProperty": "handoff_key", "id": key, "properties": {"hs_timestamp": AT, "hs_note_body": body}, **more}


@pytest.mark.parametrize("base", [V3, DATED])
def test_a_contact_is_made_read_by_email_and_changed(crm, base):
    made = make(crm, "contacts", {"email": "Ann@C.example", "firstname": "Ann"}, base)
    assert made["properties"]["email"] == "ann@c.example"
    assert ("url" in made) is (base == DATED)
    read = crm(
        "GET", f"{base}/contacts/ANN@c.example?idProperty=email&properties=firstname,phone&properties=company"
    ).json()
    assert read["id"] == made["id"]
    assert read["properties"]["firstname"] == "Ann"
    assert read["properties"]["phone"] is None
    changed = crm("PATCH", f"{base}/contacts/{made['id']}", {"properties": {"firstname": ""}}).json()
    assert "firstname" not in {k for k, v in changed["properties"].items() if v}
    assert crm("DELETE", f"{base}/contacts/{made['id']}").status_code == 204
    assert crm("GET", f"{base}/contacts/{made['id']}").status_code == 404
    assert crm("GET", f"{base}/contacts/{made['id']}?archived=true").json()["archived"] is True


def test_a_second_contact_with_the_same_email_is_409_and_names_the_first(crm):
    first = make(crm, "contacts", {"email": "ann@c.example"})
    answer = crm("POST", f"{DATED}/contacts", {"properties": {"email": "ANN@c.example"}})
    assert answer.status_code == 409
    assert answer.json()["message"] == f"Contact already exists. Existing ID: {first['id']}"


@pytest.mark.parametrize(
    ("kind", "properties", "code"),
    [
        ("contacts", {"nonsense": "x"}, "PROPERTY_DOESNT_EXIST"),
        ("contacts", {"email": "not an address"}, "INVALID_EMAIL"),
        ("contacts", {"hs_object_id": "1"}, "READ_ONLY_VALUE"),
        ("notes", {"hs_note_body": "x"}, "REQUIRED_FIELD"),
        ("notes", {"hs_timestamp": AT, "hs_note_body": "x" * 65_537}, "INVALID_LENGTH"),
        ("notes", {"hs_timestamp": "yesterday"}, "INVALID_DATE"),
        ("notes", {"hs_timestamp": AT, "hs_attachment_ids": ["1"]}, "INVALID_STRING"),
        ("notes", {"hs_timestamp": AT, "hubspot_owner_id": "80001"}, "INVALID_OWNER_ID"),
        ("tasks", {"hs_timestamp": AT, "hs_task_status": "DONE"}, "INVALID_OPTION"),
        ("tasks", {"hs_timestamp": AT, "hs_task_priority": "URGENT"}, "INVALID_OPTION"),
        ("deals", {"amount": "much"}, "INVALID_NUMBER"),
        ("tickets", {"subject": "x"}, "REQUIRED_FIELD"),
    ],
)
def test_what_hubspot_refuses_is_400_and_says_why(crm, sandbox, kind, properties, code):
    answer = crm("POST", f"{DATED}/{kind}", {"properties": properties})
    assert (answer.status_code, answer.json()["category"]) == (400, "VALIDATION_ERROR")
    assert code in answer.json()["message"]
    assert sandbox.hubspot.every(kind) == []


def test_values_come_back_as_text_and_times_as_iso(crm):
    task = make(crm, "tasks", {"hs_timestamp": 1_795_187_520_000, "hs_task_subject": 5, "hs_task_reminders": True})
    values = task["properties"]
    assert (values["hs_timestamp"], values["hs_task_subject"]) == ("2026-11-20T15:12:00.000Z", "5")
    assert values["hs_task_reminders"] == "true"


def test_a_completed_task_gets_its_completion_date(crm):
    task = make(crm, "tasks", {"hs_timestamp": AT, "hs_task_status": "NOT_STARTED"})
    now = crm("PATCH", f"{DATED}/tasks/{task['id']}", {"properties": {"hs_task_status": "COMPLETED"}}).json()
    assert now["properties"]["hs_task_completion_date"] == "2026-11-20T15:12:00.000Z"


@pytest.mark.parametrize(("base", "listing"), [(V3, "/crm/v4/objects"), (DATED, DATED)])
def test_a_note_is_found_through_its_contact(crm, base, listing):
    contact = make(crm, "contacts", {"email": "ann@c.example"}, base)
    note = note_on(crm, contact["id"], base=base).json()
    found = crm("GET", f"{listing}/contacts/{contact['id']}/associations/notes").json()["results"]
    assert [str(one["toObjectId"]) for one in found] == [note["id"]]
    assert found[0]["associationTypes"][0]["typeId"] == 201


@pytest.mark.parametrize("type_id", [201, 204, 1])
def test_a_wrong_association_type_is_400_and_makes_nothing(crm, sandbox, type_id):
    contact = make(crm, "contacts", {"email": "ann@c.example"})
    assert note_on(crm, contact["id"], type_id=type_id).status_code == 400
    assert sandbox.hubspot.every("notes") == []


def test_associating_again_is_harmless(crm, sandbox):
    contact = make(crm, "contacts", {"email": "ann@c.example"})
    note = make(crm, "notes", {"hs_timestamp": AT})
    path = f"{DATED}/notes/{note['id']}/associations/default/contacts/{contact['id']}"
    assert [crm("PUT", path).status_code for _ in range(2)] == [200, 200]
    assert sandbox.hubspot.associated("notes", note["id"], "contacts") == [(contact["id"], 202)]
    assert crm("PUT", f"{DATED}/notes/{note['id']}/associations/default/contacts/5").status_code == 404
    labelled = f"{DATED}/notes/{note['id']}/associations/contacts/{contact['id']}"
    assert crm("PUT", labelled, [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 9}]).status_code == 400
    assert crm("DELETE", labelled).status_code == 204
    assert sandbox.hubspot.associated("notes", note["id"], "contacts") == []


def test_an_upsert_by_a_unique_property_makes_one_record(crm, sandbox):
    assert unique_key(crm).json()["hasUniqueValue"] is True
    first, again = upsert(crm, keyed("k/1.json", "one")), upsert(crm, keyed("k/1.json", "two"))
    assert [a.json()["results"][0]["new"] for a in (first, again)] == [True, False]
    assert first.json()["results"][0]["id"] == again.json()["results"][0]["id"]
    read = crm("GET", f"{DATED}/notes/k%2F1.json?idProperty=handoff_key&properties=hs_note_body").json()
    assert "two" in read["properties"]["hs_note_body"]
    assert len(sandbox.hubspot.every("notes")) == 1


def test_an_upsert_by_a_property_that_is_not_unique_is_400(crm):
    unique_key(crm, hasUniqueValue=False)
    answer = upsert(crm, keyed("k"))
    assert answer.status_code == 400
    assert "non-unique" in answer.json()["message"]


def test_an_archived_record_frees_its_key(crm):
    unique_key(crm)
    first = upsert(crm, keyed("k")).json()["results"][0]
    crm("DELETE", f"{DATED}/notes/{first['id']}")
    again = upsert(crm, keyed("k")).json()["results"][0]
    assert again["new"] is True
    assert again["id"] != first["id"]


def test_one_bad_input_fails_the_whole_batch_unless_all_are_traced(crm, sandbox):
    unique_key(crm)
    bad = {"idProperty": "handoff_key", "id": "b", "properties": {"hs_note_body": "no time"}}
    assert upsert(crm, keyed("a"), bad).status_code == 400
    assert sandbox.hubspot.every("notes") == []
    traced = upsert(crm, keyed("a", objectWriteTraceId="t1"), {**bad, "objectWriteTraceId": "t2"})
    assert traced.status_code == 207
    assert traced.json()["numErrors"] == 1
    assert traced.json()["errors"][0]["context"]["objectWriteTraceId"] == ["t2"]
    assert traced.json()["results"][0]["objectWriteTraceId"] == "t1"


def test_a_batch_takes_a_hundred_inputs(crm):
    unique_key(crm)
    assert upsert(crm, *(keyed(f"k{n}") for n in range(100))).status_code == 200
    assert upsert(crm, *(keyed(f"k{n}") for n in range(101))).status_code == 400
    assert upsert(crm, keyed("same"), keyed("same")).status_code == 400


def test_a_batch_read_tells_what_is_missing(crm):
    note = make(crm, "notes", {"hs_timestamp": AT})
    body = {"inputs": [{"id": note["id"]}, {"id": "1"}], "properties": ["hs_timestamp"]}
    answer = crm("POST", f"{DATED}/notes/batch/read", body)
    assert answer.status_code == 207
    assert [r["id"] for r in answer.json()["results"]] == [note["id"]]
    assert crm("POST", f"{DATED}/notes/batch/archive", {"inputs": [{"id": note["id"]}]}).status_code == 204
    assert crm("GET", f"{DATED}/notes/{note['id']}").status_code == 404


def test_search_filters_sorts_pages_and_never_shows_archived_records(crm, clock, sandbox):
    sandbox.switches.limits.enforced = False
    ids = [make(crm, "contacts", {"email": f"a{n}@c.example", "phone": f"+1{n}"})["id"] for n in range(3)]
    clock.advance(1)
    find = lambda **body: crm("POST", f"{DATED}/contacts/search", body).json()  # noqa: E731
    phone = {"propertyName": "phone", "operator": "EQ", "value": "+11"}
    assert [r["id"] for r in find(filterGroups=[{"filters": [phone]}])["results"]] == [ids[1]]
    page = find(limit=2, sorts=[{"propertyName": "email", "direction": "DESCENDING"}])
    assert [r["id"] for r in page["results"]] == ids[:0:-1]
    assert page["paging"]["next"]["after"] == "2"
    crm("DELETE", f"{DATED}/contacts/{ids[1]}")
    assert find(filterGroups=[{"filters": [phone]}])["total"] == 0
    since = {"propertyName": "lastmodifieddate", "operator": "GTE", "value": str(int(clock.now() * 1000) - 5000)}
    assert find(filterGroups=[{"filters": [since]}])["total"] == 2


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"after": "9999", "limit": 2},
        {"query": "x" * 3001},
        {"filterGroups": [{"filters": []}] * 6},
        {"filterGroups": [{"filters": [{"propertyName": "email", "operator": "EQ", "value": "x"}] * 7}]},
        {"filterGroups": [{"filters": [{"propertyName": "nonsense", "operator": "EQ", "value": "x"}]}]},
        {"sorts": ["email", "phone"]},
    ],
)
def test_a_search_over_its_limits_is_400(crm, body):
    assert crm("POST", f"{DATED}/contacts/search", body).status_code == 400


def test_owners_are_found_by_email_and_their_user_id_is_another(crm):
    for path in ("/crm/v3/owners/", "/crm/v3/owners", "/crm/owners/2026-03"):
        found = crm("GET", f"{path}?email=DANA@acme.example").json()["results"]
        assert [(o["id"], o["userId"]) for o in found] == [("70001", 80001)]
    assert crm("GET", "/crm/owners/2026-03/70002").json()["email"] == "sam@acme.example"
    assert crm("GET", "/crm/owners/2026-03/1").status_code == 404


def test_properties_are_made_once_and_ten_may_be_unique(crm):
    assert unique_key(crm).status_code == 201
    assert unique_key(crm).status_code == 409
    assert crm("GET", "/crm/v3/properties/notes/handoff_key").json()["hasUniqueValue"] is True
    assert crm("GET", "/crm/v3/properties/notes/nonsense").status_code == 404
    statuses = [unique_key(crm, name=f"u{n}").status_code for n in range(10)]
    assert statuses == [201] * 9 + [400]


def test_account_pipelines_and_scopes_can_be_read(crm):
    assert crm("GET", "/account-info/v3/details").json()["uiDomain"] == "app.hubspot.com"
    stages = crm("GET", "/crm/v3/pipelines/tickets").json()["results"][0]["stages"]
    assert stages[-1]["metadata"]["ticketState"] == "CLOSED"
    scopes = crm("POST", "/oauth/v2/private-apps/get/access-token-info", {"tokenKey": "x"}).json()["scopes"]
    assert "crm.objects.contacts.write" in scopes


def test_a_call_without_its_scope_is_403_and_names_it(crm, sandbox):
    sandbox.hubspot.scopes.remove("crm.objects.contacts.write")
    assert crm("GET", f"{DATED}/notes").status_code == 200
    assert crm("POST", f"{DATED}/notes/batch/read", {"inputs": []}).status_code != 403
    for path in ("/crm/v3/objects/notes", f"{DATED}/contacts", f"{DATED}/tasks/batch/upsert"):
        answer = crm("POST", path, {"properties": {}})
        assert answer.status_code == 403
        assert answer.json()["errors"][0]["context"]["requiredGranularScopes"] == ["crm.objects.contacts.write"]
    sandbox.hubspot.scopes.remove("crm.objects.owners.read")
    assert crm("GET", "/crm/owners/2026-03").status_code == 403


def test_a_wrong_token_is_401_and_a_broken_body_400(crm, sandbox):
    assert crm("POST", f"{DATED}/notes", data=b"{").status_code == 400
    assert crm("POST", f"{DATED}/spaceships", {"properties": {}}).status_code == 400
    sandbox.hubspot.accepted_tokens = {"right"}
    answer = crm("GET", f"{DATED}/notes")
    assert (answer.status_code, answer.json()["category"]) == (401, "INVALID_AUTHENTICATION")
