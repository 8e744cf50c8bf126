from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime
from itertools import product
from pathlib import Path

import pytest

from handoff_core.config import Config, load
from handoff_core.config.kinds import NAMES
from handoff_core.config.starter import Answers, id_from, starter_env, starter_toml, usual
from handoff_core.delivery.assessed import assess_packet
from handoff_core.testing.factories import make_packet

pytestmark = pytest.mark.usefixtures("real_connectors")

TOKENS = {"ZENDESK_TOKEN": "zendesk-secret", "HUBSPOT_TOKEN": "hubspot-secret", "SLACK_BOT_TOKEN": "slack-secret"}


def load_starter(answers: Answers, folder: Path) -> Config:
    (folder / "handoff.toml").write_text(starter_toml(answers), encoding="utf-8")
    return load(folder / "handoff.toml", TOKENS)


def left_to_mend(config: Config) -> list[str]:
    """What a person would have to change in the file itself."""
    return [str(warning) for warning in config.warnings if "in this version" not in warning.text]


CHOSEN = [("zendesk", "hubspot", "slack"), ("zendesk",), ("hubspot", "slack"), ("zendesk", "slack"), ("slack",)]


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("connectors", CHOSEN, ids="+".join)
@pytest.mark.parametrize("second", ["Omar Reyes", None])
def test_every_kind_loads_with_nothing_left_to_mend(
    kind: str, connectors: tuple[str, ...], second: str | None, tmp_path: Path
) -> None:
    config = load_starter(replace(usual(kind), connectors=connectors, second_name=second), tmp_path)

    assert left_to_mend(config) == []
    assert [one.connector for one in config.destinations.values()] == list(connectors)
    assert list(config.owners) == (["owner", "second"] if second else ["owner"])
    assert all(rule.owner != "second" and not rule.then for rule in config.routing.rules) is (second is None)


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("second", ["Omar Reyes", None])
@pytest.mark.parametrize("at", ["2026-11-20T12:00-06:00", "2026-11-22T03:00-06:00"])
def test_every_kind_waits_for_somebody_wherever_it_promises_a_time(
    kind: str, second: str | None, at: str, tmp_path: Path
) -> None:
    config = load_starter(replace(usual(kind), second_name=second), tmp_path)
    promised = [lane for lane, table in config.lanes.items() if table.success and table.success.acknowledged_within]
    assert promised
    for lane, level, reason in product(promised, ("low", "critical"), ("other", "needs_authority", "emotion")):
        told = {"urgency": {"level": level}, "escalation": {"reason": reason}}
        packet = make_packet(lane=lane, owner=None, details=None, **told)
        found = assess_packet(config, packet, now=datetime.fromisoformat(at).timestamp()).route
        assert found.acknowledge_within is not None, (lane, level, reason, found.rule)


@pytest.mark.parametrize("kind", NAMES)
def test_every_answer_of_every_kind_stands_where_it_belongs(kind: str, tmp_path: Path) -> None:
    answers = replace(
        usual(kind),
        always=("gas smell",),
        owner_name="Dana Fields",
        second_name="Omar Reyes",
        require=dict.fromkeys(usual(kind).require, ("customer.email", "channel")),
        never_decides=("the date of a visit",),
        acknowledged_within="7m",
        closed_within="11h",
        hours="mon-thu 07:00-12:00 13:00-16:00, fri 07:00-12:00",
    )
    written = tomllib.loads(starter_toml(answers))

    assert written["review"] == {"always": ["gas smell"], "ai_never_decides": ["the date of a visit"]}
    assert [owner["name"] for owner in written["owners"].values()] == ["Dana Fields", "Omar Reyes"]
    assert {lane: table["require"] for lane, table in written["lanes"].items()} == {
        lane: ["customer.email", "channel"] for lane in answers.require
    }
    assert {table["success"]["acknowledged_within"] for table in written["lanes"].values()} == {"7m"}
    assert {table["success"].get("closed_within", "11h") for table in written["lanes"].values()} == {"11h"}
    assert "7m" in {rule.get("acknowledge_within") for rule in written["routing"]["rules"]}
    assert written["business"]["hours"] == {"mon-thu": ["07:00-12:00", "13:00-16:00"], "fri": "07:00-12:00"}
    assert load_starter(answers, tmp_path).hours is not None


@pytest.mark.parametrize("kind", NAMES)
def test_every_table_and_every_first_key_is_explained(kind: str) -> None:
    lines = starter_toml(usual(kind)).split("\n")
    keys = [line.partition(" =")[0] for line in lines if " = " in line and not line.startswith("#")]
    said = {line.partition(" =")[0] for line in lines if " = " in line and " # " in line}
    alone = {"id", "name", "url", "connector", "symbol", "head", "below", "above", "labels", "fallback"}
    assert sorted(set(keys) - said - alone) == []


def test_no_answer_is_taken_for_a_placeholder_or_a_comment(tmp_path: Path) -> None:
    answers = replace(usual("home_service"), owner_name="{{second}} # {{always}}", always=('smoke " # fire',))
    config = load_starter(answers, tmp_path)
    assert config.owners["owner"].name == "{{second}} # {{always}}"
    assert config.review is not None
    assert config.review.always == ('smoke " # fire',)


def test_the_defaults_load_without_errors(tmp_path: Path) -> None:
    config = load_starter(usual(), tmp_path)
    assert list(config.destinations) == ["desk", "crm", "alerts"]
    assert config.routing.fallback == "owner"
    assert config.require["support"] == ("customer.name", "customer.phone")
    assert left_to_mend(config) == []


def test_the_five_answers_stand_in_the_file(tmp_path: Path) -> None:
    answers = replace(
        usual(),
        business_name='Müller & "Söhne" \\ Co',
        business_id=id_from("Müller & Söhne"),
        timezone="Europe/Berlin",
        region="DE",
        owner_name="Jürgen\nMüller",
        owner_email="juergen@mueller.example",
        always=("gas smell",),
        require={"support": ("customer.email",), "sales": (), "booking": ()},
        never_decides=('a "goodwill" payment',),
        acknowledged_within="5m",
        closed_within="1d",
        zendesk_subdomain="mueller",
        slack_channel="C0MUELLER",
    )
    config = load_starter(answers, tmp_path)
    assert config.business.name == 'Müller & "Söhne" \\ Co'
    assert config.business.id == "muller-sohne"
    assert config.owners["owner"].name == "JürgenMüller"
    assert config.owners["owner"].email == "juergen@mueller.example"
    assert config.review is not None
    assert config.review.always == ("gas smell",)
    assert config.review.ai_never_decides == ('a "goodwill" payment',)
    assert config.require == {"support": ("customer.email",)}
    success = config.lanes["support"].success
    assert success is not None
    assert (success.acknowledged_within, success.closed_within) == (300.0, 86400.0)


@pytest.mark.parametrize("connector", ["zendesk", "hubspot", "slack"])
def test_one_system_is_enough(connector: str, tmp_path: Path) -> None:
    config = load_starter(replace(usual(), connectors=(connector,)), tmp_path)
    assert [destination.connector for destination in config.destinations.values()] == [connector]
    assert sum("=" in line for line in starter_env(replace(usual(), connectors=(connector,))).split("\n")[2:]) == 1


def test_the_env_example_names_every_variable_and_holds_no_value() -> None:
    lines = [line for line in starter_env(usual()).split("\n") if line and not line.startswith("#")]
    assert lines == ["ZENDESK_TOKEN=", "HUBSPOT_TOKEN=", "SLACK_BOT_TOKEN="]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Acme Plumbing", "acme-plumbing"), ("  ", "my-business"), ("東京", "my-business"), ("A" * 40, "a" * 32)],
)
def test_an_id_is_made_from_any_name(name: str, expected: str) -> None:
    assert id_from(name) == expected
