"""Rate limits: counted by the stand-ins' clock, refused as each vendor refuses."""

from __future__ import annotations

from handoff_connectors.sandbox.limits import TokenBucket, Window

TICKET = {"ticket": {"subject": "Hi", "comment": {"body": "Hi", "public": False}}}
NOTE = {"properties": {"hs_timestamp": "2026-11-20T10:00:00Z"}}


def test_a_window_counts_rolling():
    window = Window(2, 10)
    assert [window.take(at) for at in (0, 5, 6)] == [0.0, 0.0, 4.0]
    assert (window.remaining(6), window.resets_in(6)) == (0, 4)
    assert window.take(10.5) == 0.0
    assert window.take(10.6) > 0


def test_a_clock_set_back_does_not_close_a_window_for_ever():
    window = Window(1, 10)
    assert window.take(1000) == 0.0
    assert window.take(5) == 0.0


def test_a_bucket_allows_a_burst_and_then_its_rate():
    bucket = TokenBucket(3, 1.0)
    assert [bucket.take(100) for _ in range(3)] == [0.0] * 3
    assert bucket.take(100) == 1.0
    assert bucket.take(101) == 0.0
    assert bucket.take(101) > 0


def test_zendesk_headers_count_down_and_the_account_limit_is_429(desk, sandbox, clock):
    sandbox.switches.limits.zendesk_per_minute = 3
    left = [desk("GET", "/api/v2/users/me").headers["x-rate-limit-remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    over = desk("GET", "/api/v2/users/me")
    assert (over.status_code, over.headers["retry-after"]) == (429, "60")
    assert over.headers["ratelimit-limit"] == "3"
    clock.advance(61)
    assert desk("GET", "/api/v2/users/me").status_code == 200


def test_zendesk_takes_thirty_updates_of_one_ticket_in_ten_minutes(desk, clock):
    ids = [desk("POST", "/api/v2/tickets", TICKET).json()["ticket"]["id"] for _ in range(2)]
    update = lambda n: desk("PUT", f"/api/v2/tickets/{ids[n]}.json", {"ticket": {"priority": "low"}})  # noqa: E731
    answers = [update(0) for _ in range(31)]
    assert [a.status_code for a in answers] == [200] * 30 + [429]
    assert answers[0].headers["zendesk-ratelimit-tickets-update"] == "total=100; remaining=99; resets=60"
    assert update(1).status_code == 200
    clock.advance(601)
    assert update(0).status_code == 200


def test_zendesk_takes_a_hundred_updates_a_minute_from_an_account(desk, sandbox, clock):
    ids = [desk("POST", "/api/v2/tickets", TICKET).json()["ticket"]["id"] for _ in range(5)]
    sandbox.switches.limits.zendesk_updates_per_ticket = 1000
    statuses = [desk("PUT", f"/api/v2/tickets/{ids[n % 5]}/tags", {"tags": ["a"]}).status_code for n in range(101)]
    assert statuses == [200] * 100 + [429]
    clock.advance(61)
    assert desk("PUT", f"/api/v2/tickets/{ids[0]}", {"ticket": {}}).status_code == 200


def test_hubspot_counts_ten_seconds_and_tells_so(crm, sandbox, clock):
    sandbox.switches.limits.hubspot_per_10_seconds = 2
    first = crm("GET", "/crm/objects/2026-03/notes")
    assert (first.headers["x-hubspot-ratelimit-max"], first.headers["x-hubspot-ratelimit-remaining"]) == ("2", "1")
    crm("GET", "/crm/objects/2026-03/notes")
    over = crm("GET", "/crm/objects/2026-03/notes")
    assert (over.status_code, over.json()["policyName"]) == (429, "TEN_SECONDLY_ROLLING")
    assert "retry-after" not in over.headers
    clock.advance(10.1)
    assert crm("GET", "/crm/objects/2026-03/notes").status_code == 200


def test_hubspots_daily_limit_has_a_name_of_its_own(crm, sandbox):
    sandbox.switches.limits.hubspot_per_day = 1
    assert crm("GET", "/crm/objects/2026-03/notes").headers["x-hubspot-ratelimit-daily-remaining"] == "0"
    assert crm("GET", "/crm/objects/2026-03/notes").json()["policyName"] == "DAILY"


def test_hubspots_search_has_a_bucket_of_its_own_without_headers(crm, clock):
    answers = [crm("POST", "/crm/objects/2026-03/notes/search", {}) for _ in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert answers[5].json()["category"] == "RATE_LIMITS"
    assert not [name for name in answers[0].headers if "ratelimit" in name.lower()]
    assert crm("GET", "/crm/objects/2026-03/notes").headers["x-hubspot-ratelimit-remaining"] == "189"
    clock.advance(1.1)
    assert crm("POST", "/crm/objects/2026-03/notes/search", {}).status_code == 200


def test_slack_takes_a_burst_and_then_one_a_second_for_each_channel(chat, clock):
    post = lambda channel="C0ALERTS": chat("POST", "/api/chat.postMessage", {"channel": channel, "text": "x"})  # noqa: E731
    answers = [post() for _ in range(21)]
    assert [a.status_code for a in answers] == [200] * 20 + [429]
    assert (answers[20].headers["retry-after"], answers[20].json()["error"]) == ("1", "ratelimited")
    assert post("C0URGENT").status_code == 200
    clock.advance(1.1)
    assert [post().status_code for _ in range(2)] == [200, 429]


def test_slack_takes_fifty_edits_a_minute_from_the_whole_workspace(chat, sandbox, clock):
    places = []
    for channel in ("C0ALERTS", "C0URGENT"):
        ts = chat("POST", "/api/chat.postMessage", {"channel": channel, "text": "x"}).json()["ts"]
        places.append({"channel": channel, "ts": ts, "text": "y"})
    statuses = [chat("POST", "/api/chat.update", places[n % 2]).status_code for n in range(51)]
    assert statuses == [200] * 50 + [429]
    assert chat("GET", "/api/conversations.history?channel=C0ALERTS").status_code == 200
    clock.advance(61)
    assert chat("POST", "/api/chat.update", places[0]).status_code == 200


def test_limits_can_be_switched_off(desk, sandbox):
    sandbox.switches.limits.zendesk_per_minute = 1
    sandbox.switches.limits.enforced = False
    assert {desk("GET", "/api/v2/users/me").status_code for _ in range(3)} == {200}


def test_a_refused_request_changes_nothing(chat, desk, sandbox):
    sandbox.switches.limits.zendesk_per_minute = 0
    assert desk("POST", "/api/v2/tickets", TICKET).status_code == 429
    assert sandbox.zendesk.tickets == {}
