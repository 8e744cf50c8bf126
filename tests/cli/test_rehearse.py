"""Trying a packet without sending it: preview and route."""

from __future__ import annotations

import json

import pytest


def test_preview_shows_the_record_and_the_exact_request(desk) -> None:
    desk.business()

    ran = desk.run("preview", desk.packet())

    assert ran.code == 0
    assert "For Dana Fields" in ran.out
    assert "PUT file:page" in ran.out
    assert '"summary": "Boiler leaks"' in ran.out


def test_preview_says_which_house_style_the_records_have(desk) -> None:
    desk.business()
    built_in = desk.run("preview", desk.packet()).out
    config = desk.folder / "handoff.toml"
    config.write_text(config.read_text() + '\n[lanes.support]\nstyle = "intake"\n')

    changed = desk.run("preview", desk.packet()).out

    assert "House style: support, as built in. [lanes.support.style] changes it" in built_in
    assert "House style: intake, as [lanes.support] in " in changed
    assert "the head reads in at most 20 s." in changed


def test_preview_needs_no_token_no_ledger_and_no_network(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.business()
    monkeypatch.delenv("NOTEBOOK_TOKEN")

    ran = desk.run("preview", desk.packet(), "--json")

    assert ran.code == 0
    assert ran.objects[0]["requests"][0]["method"] == "PUT"
    assert desk.pages() == {}
    assert not (desk.folder / "acme.db").exists()


def test_preview_shows_no_secret(desk) -> None:
    desk.business()

    ran = desk.run("preview", desk.packet(), "-vv")

    assert "canary-7f3a9" not in ran.out + ran.err


def test_preview_of_an_invalid_packet_ends_with_1_and_tells_why(desk) -> None:
    desk.business()
    (desk.folder / "bad.json").write_text('{"id": "x"}')

    ran = desk.run("preview", "bad.json")

    assert ran.code == 1
    assert "bad.json:1: lane: " in ran.err


def test_preview_of_an_unknown_destination_names_the_known_ones(desk) -> None:
    desk.business()

    ran = desk.run("preview", desk.packet(), "--destination", "desk")

    assert ran.code == 2
    assert "book" in ran.err


def test_route_tells_the_rule_the_owner_and_who_comes_next(desk) -> None:
    desk.business()

    ran = desk.run("route", desk.packet(lane="sales"))

    assert ran.code == 0
    assert 'rule "sales" matched' in ran.out
    assert "Sam Reed (sam)" in ran.out
    assert "within 15m, then dana" in ran.out


@pytest.mark.parametrize(("owner", "code"), [("sam", 0), ("dana", 1)])
def test_an_expected_owner_is_checked(desk, owner: str, code: int) -> None:
    desk.business()

    ran = desk.run("route", desk.packet(lane="sales"), "--expect", owner, "--json")

    assert ran.code == code
    assert ran.objects[0]["as_expected"] is (code == 0)


def test_one_packet_of_several_with_another_owner_is_a_mismatch(desk, make) -> None:
    desk.business()
    packets = [make(id="a", lane="sales"), make(id="b"), make(id="c", lane="sales")]
    (desk.folder / "all.json").write_text(json.dumps(packets))

    assert desk.run("route", "all.json", "--expect", "sam").code == 1


def test_an_expected_owner_who_does_not_exist_is_a_usage_error(desk) -> None:
    desk.business()

    assert desk.run("route", desk.packet(), "--expect", "nobody").code == 2
