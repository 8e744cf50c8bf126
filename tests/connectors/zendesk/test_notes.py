"""Notes are private, written once, and found by the key in their last line."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from handoff_core.connector import Payload, RecordState, Told, Write
from handoff_core.errors import AuthFailed, Gone, GoneWhy, PreparedExpired, Refused, Unknown
from handoff_core.testing.factories import make_owner, make_packet, make_view

API = "https://acme.zendesk.com/api/v2"
URL = f"{API}/tickets/35436.json"
COMMENTS = f"{API}/tickets/35436/comments.json"
KEY = "ho-acme-plumbing.case-8841~m2"
WRITTEN = {
    "ticket": {"id": 35436},
    "audit": {"id": 4, "events": [{"id": 5, "type": "Change"}, {"id": 6, "type": "Comment"}]},
}


@pytest.fixture
def note(desk: Any) -> Payload:
    record = RecordState("ticket", "k", "35436", None)
    told = Told(make_packet(), make_owner(id="sam", name="Sam"), 1)
    payload: Payload = desk.payload(make_view(revision=2, records={"ticket": record}, told=told), kind="m2")
    return payload


def test_a_note_is_one_put_with_nothing_but_a_private_comment(desk: Any, note: Payload) -> None:
    frozen = desk.prepare(note, ticket="35436")
    desk.http.put(URL, json=WRITTEN)
    assert desk.create(note, frozen, ticket="35436").id == "6"
    body = json.loads(desk.http.calls[0].request.body)
    assert list(body) == ["ticket"]
    assert list(body["ticket"]) == ["comment"]
    assert body["ticket"]["comment"]["public"] is False
    assert body["ticket"]["comment"]["uploads"] == ["up0", "up1"]
    assert len(desk.http.calls) == 1


@pytest.mark.parametrize(
    "answer", [{}, {"ticket": {"id": 35436}}, {"audit": {"events": []}}, {"audit": {"events": [{"type": "Comment"}]}}]
)
def test_a_note_without_a_comment_in_the_answer_is_unknown(desk: Any, note: Payload, answer: Any) -> None:
    frozen = desk.prepare(note, ticket="35436")
    desk.http.put(URL, json=answer)
    with pytest.raises(Unknown):
        desk.create(note, frozen, ticket="35436")


def test_a_lost_answer_sends_no_second_note(desk: Any, note: Payload) -> None:
    frozen = desk.prepare(note, ticket="35436")
    desk.http.put(URL, body=requests.ConnectionError("reset"))
    with pytest.raises(Unknown):
        desk.create(note, frozen, ticket="35436")
    assert len(desk.http.calls) == 1
    assert desk.connector.replay_window(note) == 0.0


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ({"plain_body": f"What changed …\n\nHandoff ref: {KEY}"}, True),
        ({"plain_body": f"What changed …\n\nHandoff ref: {KEY}\u00a0\n"}, True),
        ({"html_body": f'<div class="zd-comment"><p>x</p><p><em>Handoff ref: {KEY}</em></p></div>'}, True),
        ({"body": f"x Handoff ref: {KEY}"}, True),
        ({"plain_body": f"Handoff ref: {KEY}2"}, False),
        ({"plain_body": f"Handoff ref: {KEY} and more"}, False),
        ({"plain_body": f"Handoff ref: {KEY}", "public": True}, False),
        ({"plain_body": "Handoff ref: ho-acme-plumbing.case-8841"}, False),
        ({"plain_body": f"Pasted by an agent. Handoff ref: {KEY}", "author_id": 10}, False),
    ],
)
def test_a_note_is_found_by_the_key_in_its_last_line(
    desk: Any, note: Payload, comment: dict[str, Any], found: bool
) -> None:
    desk.http.get(COMMENTS, json={"comments": [{"id": 6, "author_id": 9, "public": False, **comment}]})
    desk.http.get(f"{API}/users/me.json", json={"user": {"id": 9}})
    remotes = desk.connector.find(Write(note, refs={"ticket": "35436"}))
    assert [remote.id for remote in remotes] == (["6"] if found else [])


def test_who_we_are_is_asked_once_and_not_at_all_after_a_write_of_ours(desk: Any, note: Payload) -> None:
    desk.http.get(COMMENTS, json={"comments": [{"id": 6, "public": False, "body": f"Handoff ref: {KEY}"}]})
    desk.http.get(f"{API}/users/me.json", json={"user": {"id": 9}})
    assert desk.connector.cost("find", note)["api"] == 2
    for _ in range(2):
        assert desk.connector.find(Write(note, refs={"ticket": "35436"})) == []
    assert [path for _, path in desk.sent()].count("/api/v2/users/me.json") == 1
    assert desk.connector.cost("find", note)["api"] == 1


def test_a_look_up_that_does_not_say_who_we_are_is_no_absence(desk: Any, note: Payload) -> None:
    desk.http.get(COMMENTS, json={"comments": [{"id": 6, "public": False, "body": f"Handoff ref: {KEY}"}]})
    desk.http.get(f"{API}/users/me.json", json={"user": {"id": None}})
    with pytest.raises(AuthFailed, match="whose token"):
        desk.connector.find(Write(note, refs={"ticket": "35436"}))


def test_with_the_ticket_its_notes_are_gone(desk: Any, note: Payload) -> None:
    desk.http.get(COMMENTS, status=404, json={"error": "RecordNotFound"})
    assert list(desk.connector.find(Write(note, refs={"ticket": "35436"}))) == []


@pytest.mark.parametrize(
    ("ticket", "why"), [({"status": "closed", "tags": []}, GoneWhy.CLOSED), (None, GoneWhy.DELETED)]
)
def test_a_note_on_a_ticket_that_ended_is_gone(desk: Any, note: Payload, ticket: Any, why: GoneWhy) -> None:
    frozen = desk.prepare(note, ticket="35436")
    desk.http.put(URL, status=422 if ticket else 404, json={"error": "RecordInvalid"})
    if ticket:
        desk.http.get(URL, json={"ticket": {"id": 35436, **ticket}})
    else:
        desk.http.get(URL, status=404, json={"error": "RecordNotFound"})
    with pytest.raises(Gone) as raised:
        desk.create(note, frozen, ticket="35436")
    assert raised.value.why is why


def test_a_full_ticket_refuses_the_note_in_words(desk: Any, note: Payload) -> None:
    frozen = desk.prepare(note, ticket="35436")
    details = {"base": [{"description": "Ticket has too many comments"}]}
    desk.http.put(URL, status=422, json={"error": "RecordInvalid", "details": details})
    desk.http.get(URL, json={"ticket": {"id": 35436, "status": "open"}})
    with pytest.raises(Refused, match="too many comments"):
        desk.create(note, frozen, ticket="35436")


def test_an_expired_upload_is_prepared_anew(desk: Any, note: Payload) -> None:
    frozen = desk.prepare(note, ticket="35436")
    details = {"base": [{"description": "Attachment: upload token is invalid or has expired"}]}
    desk.http.put(URL, status=422, json={"error": "RecordInvalid", "details": details})
    desk.http.get(URL, json={"ticket": {"id": 35436, "status": "open"}})
    with pytest.raises(PreparedExpired):
        desk.create(note, frozen, ticket="35436")


def test_a_note_is_never_changed(desk: Any, note: Payload) -> None:
    with pytest.raises(Refused):
        desk.connector.update(Write(note, remote_id="6"))
