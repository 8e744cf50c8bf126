"""One run for several businesses that share nothing but the process."""

from __future__ import annotations

import json

import pytest

from handoff_core.cli.exits import worst


@pytest.mark.parametrize(
    ("codes", "code"), [((), 0), ((0, 0), 0), ((0, 1), 1), ((1, 69), 69), ((69, 78, 1), 78), ((78, 0), 78)]
)
def test_the_first_of_78_69_and_1_that_occurred_counts(codes: tuple[int, ...], code: int) -> None:
    assert worst(codes) == code


def test_a_folder_stands_for_its_files(desk, make) -> None:
    desk.business()
    desk.business("beta")
    desk.drop("a.json", json.dumps(make(id="one")))
    desk.drop("b.json", json.dumps(make(id="two")), business="beta")

    ran = desk.run("sync", "--json", "--config", ".")

    assert [(one["business"], one["taken"]) for one in ran.objects] == [("beta", 1), ("acme", 1)]
    assert (list(desk.pages()), list(desk.pages("beta"))) == (["ho-acme.one"], ["ho-beta.two"])


def test_a_broken_configuration_does_not_stop_the_others(desk, make) -> None:
    desk.business()
    (desk.folder / "broken.toml").write_text("[business]\nid = 3\n")
    desk.drop("a.json", json.dumps(make(id="one")))

    ran = desk.run("sync", "--json", "--config", "broken.toml", "--config", "handoff.toml")

    assert ran.code == 78
    assert "broken.toml:2:1" in ran.err
    assert [(one["business"], one["exit"]) for one in ran.objects] == [("broken.toml", 78), ("acme", 0)]
    assert list(desk.pages()) == ["ho-acme.one"]


def test_a_business_that_could_not_run_has_its_object_too(desk) -> None:
    path = desk.business("beta")
    path.write_text(path.read_text().replace("America/Chicago", "Nowhere"))

    ran = desk.run("sync", "--json", "--config", "beta.toml")

    assert ran.code == 78
    assert ran.objects == [
        dict.fromkeys(ran.objects[0], 0) | {"business": "beta", "asked_to_wait": [], "exit": 78},
    ]
    assert "taken" in ran.objects[0]


def test_a_problem_of_a_whole_file_has_no_empty_key(desk) -> None:
    (desk.folder / "handoff.toml").write_text("a = [")

    ran = desk.run("sync")

    assert ran.code == 78
    assert ": error: This is not TOML" in ran.err


def test_an_unreachable_store_does_not_stop_the_others(desk, make) -> None:
    desk.business()
    away = desk.business("beta")
    away.write_text(away.read_text().replace("sqlite:///beta.db", "sqlite:///nowhere/beta.db"))
    desk.drop("a.json", json.dumps(make(id="one")))

    ran = desk.run("sync", "--json", "--config", "beta.toml", "--config", "handoff.toml")

    assert ran.code == 69
    assert [(one["business"], one["exit"]) for one in ran.objects] == [("beta", 69), ("acme", 0)]
    assert "nowhere" in ran.err
    assert len(ran.err.strip().splitlines()) == 1
    assert list(desk.pages()) == ["ho-acme.one"]


def test_the_environment_names_the_configuration(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.business("beta")
    monkeypatch.setenv("HANDOFF_CONFIG", str(desk.folder / "beta.toml"))

    assert desk.run("sync", "--json").objects[0]["business"] == "beta"


def test_config_and_json_mean_the_same_before_the_command(desk) -> None:
    desk.business("beta")

    assert desk.run("--json", "--config", "beta.toml", "status").code == 0
    assert desk.run("--config", "beta.toml", "--json", "sync").objects[0]["business"] == "beta"


def test_no_configuration_at_all_says_how_to_get_one(desk) -> None:
    ran = desk.run("status")

    assert ran.code == 78
    assert "handoff init" in ran.err


def test_an_empty_folder_is_a_wrong_configuration(desk) -> None:
    (desk.folder / "none").mkdir()

    assert desk.run("status", "--config", "none").code == 78
