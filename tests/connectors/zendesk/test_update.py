"""Later revisions write our own fields, and never over a person's."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from handoff_core.connector import RecordState, Remote, Told, Write
from handoff_core.errors import DeliveryError, Gone, GoneWhy, Refused, Transient, Unknown
from handoff_core.testing.factories import make_owner, make_packet, make_view

API = "https://acme.zendesk.com/api/v2"
URL = f"{API}/tickets/35436.json"
TAGS = f"{URL.removesuffix('.json')}/tags.json"
SETTINGS: dict[str, Any] = {"fields": {"360001": "urgency.level", "360002": "details.order_id"}, "brief_field": 360010}


def shown(payload: Any, **changes: Any) -> dict[str, Any]:
    own = {name: value for name, value in payload.body.items() if name not in ("comment", "requester")}
    own = {**own, "custom_fields": [*own.get("custom_fields", []), {"id": 999, "value": "somebody else's"}]}
    return {"id": 35436, "status": "open", "updated_at": "2026-11-20T15:12:00Z", **own, **changes}


def field(ticket: dict[str, Any], field_id: int, value: Any) -> dict[str, Any]:
    fields = [{**one, "value": value} if one["id"] == field_id else one for one in ticket["custom_fields"]]
    return {**ticket, "custom_fields": fields}


class Life:
    """A ticket that was made from the first revision, and the second revision's payload."""

    def __init__(self, desk: Any, **later: Any) -> None:
        self.desk = desk
        self.first = desk.payload()
        frozen = desk.prepare(self.first)
        desk.http.post(f"{API}/tickets.json", json={"ticket": shown(self.first)}, status=201)
        self.made: Remote = desk.create(self.first, frozen)
        desk.http.reset()
        self.owner = later.pop("owner", make_owner())
        self.second = self.payload(**later)

    def payload(self, **later: Any) -> Any:
        before = make_view()
        record = RecordState("ticket", before.key, self.made.id, self.made.url, seen=self.made.seen)
        told = Told(before.packet, before.owner, 1)
        packet = make_packet(revision=2, **later)
        return self.desk.payload(make_view(packet, owner=self.owner, records={"ticket": record}, told=told))

    def update(self, now: dict[str, Any], after: dict[str, Any] | None = None, **changes: Any) -> Remote:
        self.desk.http.reset()
        self.desk.http.get(URL, json={"ticket": now})
        if after is not None:
            self.desk.http.put(URL, json={"ticket": after})
        self.desk.http.put(TAGS, json={"tags": []})
        self.desk.http.delete(TAGS, json={"tags": []})
        write = {"payload": self.second, "remote_id": self.made.id, "seen": self.made.seen, **changes}
        remote: Remote = self.desk.connector.update(Write(**write))
        return remote

    def puts(self) -> list[dict[str, Any]]:
        return [
            json.loads(call.request.body)["ticket"]
            for call in self.desk.http.calls
            if call.request.method == "PUT" and call.request.url == URL
        ]

    def retagged(self) -> list[tuple[str, list[str]]]:
        calls = [call.request for call in self.desk.http.calls if call.request.url == TAGS]
        return [(request.method, json.loads(request.body)["tags"]) for request in calls]


@pytest.fixture
def life(make_desk: Any) -> Life:
    return Life(make_desk(**SETTINGS), urgency={"level": "critical"}, summary="New words")


def test_only_what_changed_is_written_and_never_the_status(life: Life) -> None:
    remote = life.update(shown(life.first), shown(life.second))
    (put,) = life.puts()
    assert put["priority"] == "urgent"
    assert put["subject"] == "[SUPPORT] New words"
    assert {one["id"] for one in put["custom_fields"]} == {360001, 360010}
    for name in ("status", "comment", "requester", "external_id", "assignee_id", "tags"):
        assert name not in put
    assert (put["safe_update"], put["updated_stamp"]) == (True, "2026-11-20T15:12:00Z")
    assert remote.kept == ()
    assert remote.seen["priority"] == "urgent"
    assert {"priority", "subject"} <= set(remote.sent or ()), "for the audit"
    assert not {"status", "comment", "external_id", "assignee_id"} & set(remote.sent or ())


def test_nothing_to_change_is_no_request(life: Life) -> None:
    remote = life.update(shown(life.second))
    assert life.puts() == []
    assert set(remote.sent or ()) <= {"tags"}


@pytest.mark.parametrize(
    ("change", "name"),
    [({"priority": "low"}, "priority"), ({"subject": "Dana's title"}, "subject"), ({"type": "question"}, "type")],
)
def test_what_a_person_changed_stays_and_is_named(make_desk: Any, change: dict[str, Any], name: str) -> None:
    life = Life(make_desk(**SETTINGS), urgency={"level": "critical"}, summary="New", next_action={"text": "Call"})
    life.second.body["type"] = "incident" if name == "type" else life.second.body["type"]
    remote = life.update(shown(life.first, **change), shown(life.second, **change))
    assert all(name not in put for put in life.puts())
    assert remote.kept == (name,)
    assert remote.seen[name] == life.first.body[name]
    assert not remote.edited


def test_an_edited_brief_stays_and_is_reported_as_edited(life: Life) -> None:
    remote = life.update(field(shown(life.first), 360010, "Dana's own notes"), shown(life.second))
    assert all(one["id"] != 360010 for put in life.puts() for one in put.get("custom_fields", ()))
    assert remote.edited
    assert "field 360010" in remote.kept


def test_zendesks_own_spelling_of_a_text_is_no_edit(life: Life) -> None:
    brief = next(one["value"] for one in life.first.body["custom_fields"] if one["id"] == 360010)
    now = field(shown(life.first, due_at="2026-11-20T17:00:00+00:00"), 360010, brief.replace("\n", "\r\n") + "\n ")
    assert life.update(now, shown(life.second)).kept == ()


def test_the_assignee_that_a_person_chose_stays(make_desk: Any) -> None:
    life = Life(make_desk(**SETTINGS), owner=make_owner(id="sam", name="Sam", identity="9002"))
    remote = life.update(shown(life.first, assignee_id=9003), shown(life.second))
    assert all("assignee_id" not in put for put in life.puts())
    assert remote.kept == ("assignee_id",)


def test_a_new_owner_gets_the_ticket(make_desk: Any) -> None:
    life = Life(make_desk(**SETTINGS), owner=make_owner(id="sam", name="Sam", identity="9002"))
    life.update(shown(life.first), shown(life.second))
    assert life.puts()[0]["assignee_id"] == 9002


def test_from_a_person_to_a_team_the_group_changes_and_the_assignee_goes(make_desk: Any) -> None:
    life = Life(make_desk(**SETTINGS), owner=make_owner(id="support", name="Support", team=True, identity="360007"))
    life.update(shown(life.first, group_id=1), shown(life.second))
    (put,) = life.puts()
    assert (put["group_id"], put["assignee_id"]) == (360007, None)


def test_a_team_does_not_take_a_ticket_from_the_person_who_took_it(make_desk: Any) -> None:
    life = Life(make_desk(**SETTINGS), owner=make_owner(id="support", name="Support", team=True, identity="360007"))
    remote = life.update(shown(life.first, group_id=1, assignee_id=9003), shown(life.second))
    assert all("group_id" not in put and "assignee_id" not in put for put in life.puts())
    assert set(remote.kept) == {"group_id", "assignee_id"}


def test_a_value_that_the_packet_lost_is_cleared_only_if_it_was_ours(make_desk: Any) -> None:
    for there, expected in (("A-1001", {"id": 360002, "value": None}), ("B-7", None)):
        life = Life(make_desk(**SETTINGS), details={})
        life.update(field(shown(life.first), 360002, there), shown(life.second))
        written = [one for put in life.puts() for one in put.get("custom_fields", ()) if one["id"] == 360002]
        assert written == ([expected] if expected else [])


def test_an_empty_field_is_filled_later(make_desk: Any) -> None:
    desk = make_desk(**SETTINGS)
    life = Life(desk)
    seen = {name: value for name, value in life.made.seen.items() if name != "field 360002"}
    life.update(field(shown(life.first), 360002, None), shown(life.second), seen=seen)
    assert {"id": 360002, "value": "A-1001"} in life.puts()[0]["custom_fields"]


def test_an_adopted_ticket_is_written_whole(life: Life) -> None:
    now = shown(life.first, priority="low", subject="old")
    life.update(now, shown(life.second), adopted=True, seen={})
    assert (life.puts()[0]["priority"], life.puts()[0]["subject"]) == ("urgent", "[SUPPORT] New words")


@pytest.mark.parametrize("touched", [True, False])
def test_an_adopted_ticket_keeps_what_a_person_changed_since_its_lost_creation(life: Life, touched: bool) -> None:
    made = {"external_id": life.first.key, "created_at": "2026-11-20T15:12:00Z"}
    now = {**shown(life.first, subject="Cut by Zend…"), **made}
    if touched:
        now |= {"priority": "low", "subject": life.first.body["subject"], "updated_at": "2026-11-20T15:12:07Z"}
    life.desk.http.get(f"{API}/tickets.json", json={"tickets": [now]})
    (found,) = life.desk.connector.find(Write(life.first, since=1.0))
    remote = life.update(now, shown(life.second), adopted=True, seen=found.seen)
    assert remote.kept == (("priority",) if touched else ())
    assert life.puts()[0]["subject"] == "[SUPPORT] New words"


def test_a_lost_answer_is_not_taken_for_a_persons_edit_later(life: Life) -> None:
    life.desk.http.get(URL, json={"ticket": shown(life.first)})
    life.desk.http.put(URL, body=requests.ReadTimeout("slow"))
    with pytest.raises(Unknown):
        life.desk.connector.update(Write(life.second, remote_id="35436", seen=life.made.seen))
    applied = shown(life.second)
    life.second = life.payload(urgency={"level": "low"}, summary="Third words")
    remote = life.update(applied, shown(life.second))
    assert remote.kept == ()
    assert life.puts()[0]["priority"] == "low"


@pytest.mark.parametrize("answer", [{"status": 503}, {"status": 429}, {"body": requests.ReadTimeout("slow")}])
def test_nor_is_it_when_further_updates_failed_in_between(life: Life, answer: dict[str, Any]) -> None:
    applied = shown(life.second)
    for summary, put in (("New words", {"body": requests.ReadTimeout("slow")}), *[("Third words", answer)] * 3):
        life.second = life.payload(urgency={"level": "critical"}, summary=summary)
        life.desk.http.reset()
        life.desk.http.get(URL, json={"ticket": shown(life.first) if summary == "New words" else applied})
        life.desk.http.put(URL, **put)
        with pytest.raises(DeliveryError):
            life.desk.connector.update(Write(life.second, remote_id="35436", seen=life.made.seen))
    life.second = life.payload(urgency={"level": "low"}, summary="Fourth words")
    remote = life.update(applied, shown(life.second))
    assert remote.kept == ()
    assert life.puts()[0]["subject"] == "[SUPPORT] Fourth words"


def test_what_was_tried_before_the_last_success_proves_nothing(life: Life) -> None:
    life.update(shown(life.first), shown(life.second))
    made = life.update(shown(life.second))
    life.made = made
    life.second = life.payload(urgency={"level": "low"}, summary="Third")
    life.update(shown(life.second))
    remote = life.update(shown(life.second, priority="urgent"), None, seen={**made.seen, "priority": "low"})
    assert remote.kept == ("priority",)


def test_tags_are_added_and_what_a_person_removed_stays_away(life: Life) -> None:
    now = shown(life.first, tags=["handoff", "urgency_high", "vip"])
    remote = life.update(now, shown(life.second, tags=["handoff", "urgency_high", "vip"]))
    assert ("PUT", ["urgency_critical"]) in life.retagged()
    assert remote.kept == ("tags",)


def test_a_tag_of_ours_that_is_no_longer_true_goes_and_a_persons_stays(life: Life) -> None:
    tags = [*life.first.body["tags"], "vip", "urgency_low"]
    remote = life.update(shown(life.first, tags=tags), shown(life.second, tags=tags))
    assert life.retagged() == [("PUT", ["urgency_critical"]), ("DELETE", ["urgency_high"])]
    assert remote.seen["tags"] == life.second.body["tags"]
    assert remote.kept == ()


def test_a_tag_that_is_the_value_of_a_dropdown_stays(life: Life) -> None:
    now = field(shown(life.first), 999, "urgency_high")
    life.update(now, field(shown(life.second, tags=now["tags"]), 999, "urgency_high"))
    assert life.retagged() == [("PUT", ["urgency_critical"])]


def test_a_tag_that_a_person_set_before_us_is_never_taken_away(life: Life) -> None:
    tags = [*life.first.body["tags"], "urgency_critical"]
    remote = life.update(shown(life.first, tags=tags), shown(life.second, tags=tags))
    assert life.retagged() == [("DELETE", ["urgency_high"])]
    life.second = life.payload(urgency={"level": "low"}, summary="Third")
    now = shown(life.second, tags=[*life.second.body["tags"], "urgency_critical"])
    life.update(now, seen=remote.seen)
    assert life.retagged() == []


def test_a_tag_whose_answer_was_lost_is_still_ours(life: Life) -> None:
    life.desk.http.get(URL, json={"ticket": shown(life.second, tags=life.first.body["tags"])})
    life.desk.http.put(TAGS, body=requests.ReadTimeout("slow"))
    with pytest.raises(Unknown):
        life.desk.connector.update(Write(life.second, remote_id="35436", seen=life.made.seen))
    tags = [*life.first.body["tags"], "urgency_critical"]
    life.second = life.payload(urgency={"level": "low"}, summary="Third")
    life.update(shown(life.second, tags=tags), shown(life.second))
    assert ("DELETE", ["urgency_critical", "urgency_high"]) in life.retagged()


def test_an_adopted_ticket_loses_what_its_lost_creation_wrote(life: Life) -> None:
    seen = {"tags": life.first.body["tags"]}
    life.update(shown(life.second, tags=life.first.body["tags"]), adopted=True, seen=seen)
    assert ("DELETE", ["urgency_high"]) in life.retagged()


@pytest.mark.parametrize("reply", [{}, {"error": "InternalError", "description": "Something went wrong"}])
def test_a_change_of_tags_without_tags_in_the_answer_is_unknown(life: Life, reply: dict[str, Any]) -> None:
    life.desk.http.get(URL, json={"ticket": shown(life.second, tags=life.first.body["tags"])})
    life.desk.http.put(TAGS, json=reply)
    with pytest.raises(Unknown):
        life.desk.connector.update(Write(life.second, remote_id="35436", seen=life.made.seen))


def test_a_ticket_that_is_closed_before_its_tags_are_written_is_gone(life: Life) -> None:
    closed = {"id": 35436, "status": "closed", "tags": []}
    life.desk.http.get(URL, json={"ticket": shown(life.second, tags=life.first.body["tags"])})
    life.desk.http.put(TAGS, json={"error": "RecordInvalid"}, status=422)
    life.desk.http.get(URL, json={"ticket": closed})
    with pytest.raises(Gone) as raised:
        life.desk.connector.update(Write(life.second, remote_id="35436", seen=life.made.seen))
    assert raised.value.why is GoneWhy.CLOSED


def test_a_moved_ticket_is_tried_again(life: Life) -> None:
    life.desk.http.get(URL, json={"ticket": shown(life.first)})
    life.desk.http.put(URL, json={"error": "UpdateConflict"}, status=409)
    with pytest.raises(Transient):
        life.desk.connector.update(Write(life.second, remote_id="35436", seen=life.made.seen))


@pytest.mark.parametrize("reply", [{"json": {}}, {"json": {"ticket": {"id": 1}}}, {"json": {"ticket": {}}}])
def test_an_update_without_its_ticket_in_the_answer_is_unknown(life: Life, reply: dict[str, Any]) -> None:
    life.desk.http.get(URL, json={"ticket": shown(life.first)})
    life.desk.http.put(URL, **reply)
    with pytest.raises(Unknown):
        life.desk.connector.update(Write(life.second, remote_id="35436", seen=life.made.seen))


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ({"status": 404, "json": {"error": "RecordNotFound"}}, GoneWhy.DELETED),
        ({"json": {"ticket": {"id": 35436, "status": "deleted"}}}, GoneWhy.DELETED),
        ({"json": {"ticket": {"id": 35436, "status": "closed", "tags": []}}}, GoneWhy.CLOSED),
    ],
)
def test_a_ticket_that_a_person_ended_is_gone(life: Life, reply: dict[str, Any], why: GoneWhy) -> None:
    life.desk.http.get(URL, **reply)
    with pytest.raises(Gone) as raised:
        life.desk.connector.update(Write(life.second, remote_id="35436", seen=life.made.seen))
    assert raised.value.why is why
    assert life.puts() == []


@pytest.mark.parametrize(
    "comment",
    [
        {"id": 9, "created_at": "2026-11-20T16:00:00Z", "body": "This request was closed and merged into request #77."},
        {"id": 9, "created_at": "2026-11-20T16:00:00Z", "body": "Anfrage #35436 wurde mit #77 zusammengeführt."},
        {"id": 9, "body": "", "via": {"source": {"rel": "merge", "to": {"ticket_id": 77}}}},
    ],
)
def test_a_merged_ticket_names_its_target(life: Life, comment: dict[str, Any]) -> None:
    closed = {"id": 35436, "status": "closed", "tags": ["closed_by_merge"]}
    life.desk.http.get(URL, json={"ticket": closed})
    first = {"id": 1, "created_at": "2026-11-20T15:00:00Z", "body": "see #12"}
    comments = [first, comment] if "created_at" in comment else [comment]
    life.desk.http.get(f"{API}/tickets/35436/comments.json", json={"comments": comments})
    with pytest.raises(Gone) as raised:
        life.desk.connector.update(Write(life.second, remote_id="35436", seen=life.made.seen))
    assert (raised.value.why, raised.value.target) == (GoneWhy.MERGED, "77")


def test_a_merge_that_names_no_target_counts_as_closed(life: Life) -> None:
    closed = {"id": 35436, "status": "closed", "tags": ["closed_by_merge"]}
    life.desk.http.get(URL, json={"ticket": closed})
    life.desk.http.get(f"{API}/tickets/35436/comments.json", json={"comments": [{"id": 1, "body": "bye"}]})
    with pytest.raises(Gone) as raised:
        life.desk.connector.update(Write(life.second, remote_id="35436", seen=life.made.seen))
    assert raised.value.why is GoneWhy.CLOSED


def test_a_record_without_a_ticket_number_is_refused(life: Life) -> None:
    with pytest.raises(Refused):
        life.desk.connector.update(Write(life.second, remote_id="../users/me", seen={}))
