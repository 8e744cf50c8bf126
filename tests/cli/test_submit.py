"""Packets from files into the ledger."""

from __future__ import annotations

import json

import pytest


def test_each_packet_gets_a_receipt_and_a_bad_one_stops_no_good_one(desk, make) -> None:
    desk.business()
    lines = [json.dumps(make(id="one")), '{"id": "two"}', json.dumps(make(id="three"))]
    (desk.folder / "three.jsonl").write_text("\n".join(lines))

    ran = desk.run("submit", "three.jsonl", "--json")

    assert [receipt["status"] for receipt in ran.objects] == ["accepted", "refused", "accepted"]
    assert ran.code == 1
    assert {problem["path"] for problem in ran.objects[1]["problems"]} >= {"lane", "summary"}


def test_accepted_packets_end_with_0_and_are_not_sent(desk) -> None:
    desk.business()

    ran = desk.run("submit", desk.packet())

    assert ran.code == 0
    assert ran.out.startswith("accepted  case-1  revision 1  for Dana Fields")
    assert desk.pages() == {}


def test_now_also_delivers(desk) -> None:
    desk.business()

    ran = desk.run("submit", "--now", desk.packet())

    assert ran.code == 0
    assert desk.pages()["ho-acme.case-1"]["summary"] == "Boiler leaks"


def test_a_problem_is_told_with_place_and_fix(desk, make) -> None:
    desk.business()
    (desk.folder / "bad.json").write_text(json.dumps(make(lane="suport")))

    ran = desk.run("submit", "bad.json")

    assert ran.code == 1
    assert "bad.json:1: lane: " in ran.out
    assert "support" in ran.out


def test_same_order_other_content_is_a_conflict_and_ends_with_1(desk) -> None:
    desk.business()
    desk.run("submit", desk.packet(revision=1))

    ran = desk.run("submit", desk.packet(revision=1, summary="Something else"), "--json")

    assert ran.code == 1
    assert ran.objects[0]["status"] == "conflict"


def test_the_same_again_is_unchanged_and_ends_with_0(desk) -> None:
    desk.business()
    desk.run("submit", desk.packet(revision=1))

    ran = desk.run("submit", desk.packet(revision=1), "--json")

    assert (ran.code, ran.objects[0]["status"]) == (0, "unchanged")


@pytest.mark.parametrize("shape", ["object", "pretty", "array", "lines", "crlf", "bom", "blank lines"])
def test_json_and_jsonl_are_told_apart_on_standard_input(desk, make, shape: str) -> None:
    desk.business()
    one, two = make(id="one"), make(id="two")
    text, wanted = {
        "object": (json.dumps(one), ["one"]),
        "pretty": (json.dumps(one, indent=2), ["one"]),
        "array": (json.dumps([one, two], indent=2), ["one", "two"]),
        "lines": (f"{json.dumps(one)}\n{json.dumps(two)}", ["one", "two"]),
        "crlf": (f"{json.dumps(one)}\r\n{json.dumps(two)}\r\n", ["one", "two"]),
        "bom": (f"\ufeff{json.dumps(one)}\n{json.dumps(two)}\n", ["one", "two"]),
        "blank lines": (f"\n\n{json.dumps(one)}\n\n{json.dumps(two)}\n\n", ["one", "two"]),
    }[shape]

    ran = desk.run("submit", "-", "--json", stdin=text.encode())

    assert [(receipt["id"], receipt["status"]) for receipt in ran.objects] == [(name, "accepted") for name in wanted]


def test_a_broken_first_line_does_not_hide_the_good_ones(desk, make) -> None:
    desk.business()
    text = f'{{"id": "cut"\n{json.dumps(make(id="good"))}\n'

    ran = desk.run("submit", "-", "--json", stdin=text.encode())

    assert [receipt["status"] for receipt in ran.objects] == ["refused", "accepted"]


def test_a_file_that_is_not_there_is_a_usage_error(desk) -> None:
    desk.business()

    ran = desk.run("submit", "nothing.json")

    assert ran.code == 2
    assert "nothing.json" in ran.err


def test_submit_wants_one_business(desk) -> None:
    desk.business()
    desk.business("beta")

    ran = desk.run("submit", desk.packet(), "--config", ".")

    assert ran.code == 2
    assert "--config" in ran.err


def test_text_that_steers_a_terminal_is_shown_as_replacement_signs(desk, make) -> None:
    desk.business()
    (desk.folder / "odd.json").write_text(json.dumps(make(id="bad\x1b[2J")))

    ran = desk.run("submit", "odd.json")

    assert "\x1b" not in ran.out + ran.err


@pytest.mark.parametrize("text", ["", " \n\n", "[]"])
def test_a_file_without_a_packet_is_refused_and_stops_no_other(desk, text: str) -> None:
    desk.business()
    (desk.folder / "empty.json").write_text(text)

    ran = desk.run("submit", "empty.json", desk.packet(), "--json")
    words = desk.run("submit", "empty.json")

    assert ran.code == 1
    assert [receipt["status"] for receipt in ran.objects] == ["refused", "accepted"]
    assert "holds no packet" in ran.objects[0]["problems"][0]["text"]
    assert words.code == 1
    assert "empty.json: holds no packet." in words.out


def test_an_empty_standard_input_is_refused(desk) -> None:
    desk.business()

    ran = desk.run("submit", "-")

    assert ran.code == 1
    assert "stdin: holds no packet." in ran.out


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory(desk, make, monkeypatch) -> None:
    monkeypatch.setattr("handoff_core.cli.packets.LARGEST", 1024 * 1024)
    desk.business()
    good = json.dumps(make())
    (desk.folder / "many.jsonl").write_text(f"{good}\n" + "x" * (3 * 1024 * 1024))
    ran = desk.run("submit", "many.jsonl", "--json")
    assert ran.code == 2
    assert "many.jsonl:2 is a line of more than 1 MiB" in ran.err
    assert [one["status"] for one in ran.objects] == ["accepted"]
