"""Zendesk's Idempotency-Key, in every position that the documentation leaves open."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

BODY = {"ticket": {"subject": "Hi", "comment": {"body": "Hi", "public": False}}}
OTHER = {"ticket": {"subject": "Ho", "comment": {"body": "Hi", "public": False}}}
BAD = {"ticket": {"subject": "Hi"}}


def post(desk, body=BODY, key="k", **headers):
    return desk("POST", "/api/v2/tickets.json", body, headers={"idempotency-key": key, **headers})


def test_the_same_key_and_body_give_the_first_answer_again(desk, sandbox):
    first, again = post(desk), post(desk)
    assert [a.headers["x-idempotency-lookup"] for a in (first, again)] == ["miss", "hit"]
    assert again.status_code == 201
    assert again.content == first.content
    assert len(sandbox.zendesk.tickets) == 1


def test_the_same_key_with_another_body_is_400(desk, sandbox):
    post(desk)
    answer = post(desk, OTHER)
    assert (answer.status_code, answer.json()["error"]) == (400, "IdempotentRequestError")
    assert len(sandbox.zendesk.tickets) == 1


def test_a_key_is_forgotten_after_two_hours(desk, sandbox, clock):
    post(desk)
    clock.advance(7199)
    assert post(desk).headers["x-idempotency-lookup"] == "hit"
    clock.advance(2)
    assert post(desk).headers["x-idempotency-lookup"] == "miss"
    assert len(sandbox.zendesk.tickets) == 2


def test_an_update_knows_no_keys(desk, sandbox):
    ticket_id = post(desk).json()["ticket"]["id"]
    note = {"ticket": {"comment": {"body": "note", "public": False}}}
    for _ in range(2):
        desk("PUT", f"/api/v2/tickets/{ticket_id}", note, headers={"idempotency-key": "n"})
    assert len(sandbox.zendesk.ticket(ticket_id).comments) == 3


def test_a_key_that_is_too_long_is_400(desk):
    assert post(desk, key="k" * 256).status_code == 400


@pytest.mark.parametrize(("scope", "tickets"), [("account", 1), ("token", 2)])
def test_another_token_knows_the_key_or_not(desk, sandbox, scope, tickets):
    sandbox.switches.zendesk.idempotency_scope = scope
    post(desk)
    post(desk, authorization="Bearer another")
    assert len(sandbox.zendesk.tickets) == tickets


@pytest.mark.parametrize(("kept", "status"), [(True, 422), (False, 201)])
def test_a_refusal_is_kept_under_its_key_or_not(desk, sandbox, kept, status):
    sandbox.switches.zendesk.idempotency_keeps_errors = kept
    sandbox.zendesk.account.groups.pop(360007)
    body = {"ticket": {**BODY["ticket"], "group_id": 360007}}
    assert post(desk, body).status_code == 422
    sandbox.zendesk.account.add_group(360007, "Support desk")
    assert post(desk, body).status_code == status


@pytest.mark.parametrize(("switch", "statuses"), [("409", [201, 409]), ("wait", [201, 201])])
def test_a_second_send_while_the_first_still_runs(desk, sandbox, switch, statuses):
    sandbox.switches.zendesk.idempotency_in_flight = switch
    sandbox.switches.zendesk.create_seconds = 0.3
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: post(desk), range(2)))
    assert sorted(a.status_code for a in answers) == statuses
    assert len(sandbox.zendesk.tickets) == 1
