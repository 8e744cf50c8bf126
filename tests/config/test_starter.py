from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from handoff_core.config import Config, load
from handoff_core.config.starter import Answers, id_from, starter_env, starter_toml

pytestmark = pytest.mark.usefixtures("real_connectors")

TOKENS = {"ZENDESK_TOKEN": "zendesk-secret", "HUBSPOT_TOKEN": "hubspot-secret", "SLACK_BOT_TOKEN": "slack-secret"}


def load_starter(answers: Answers, folder: Path) -> Config:
    (folder / "handoff.toml").write_text(starter_toml(answers), encoding="utf-8")
    return load(folder / "handoff.toml", TOKENS)


def test_the_defaults_load_without_errors(tmp_path: Path) -> None:
    config = load_starter(Answers(), tmp_path)
    assert list(config.destinations) == ["desk", "crm", "alerts"]
    assert config.routing.fallback == "owner"
    assert config.require["support"] == ("customer.name", "customer.phone")
    assert {warning.key for warning in config.warnings} <= {
        "review.always",
        "owners.owner",
        "lanes.support.success.closed_within",
        "lanes.sales.success.closed_within",
        "lanes.booking.success.closed_within",
    }


def test_the_five_answers_stand_in_the_file(tmp_path: Path) -> None:
    answers = Answers(
        business_name='Müller & "Söhne" \\ Co',
        business_id=id_from("Müller & Söhne"),
        timezone="Europe/Berlin",
        region="DE",
        owner_name="Jürgen\nMüller",
        owner_email="juergen@mueller.example",
        always=("gas smell",),
        require=("customer.email",),
        never_decides=('a "goodwill" payment',),
        acknowledged_within="5m",
        closed_within="1d",
        lanes=("support",),
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
    config = load_starter(Answers(connectors=(connector,)), tmp_path)
    assert [destination.connector for destination in config.destinations.values()] == [connector]
    assert sum("=" in line for line in starter_env(Answers(connectors=(connector,))).split("\n")[2:]) == 1


def test_what_is_commented_out_is_toml_too() -> None:
    text = starter_toml(Answers())
    rule = "\n".join(line.removeprefix("# ") for line in text.split("[routing]")[1].split("# ----")[0].split("\n"))
    assert tomllib.loads(f"[routing]{rule}")["routing"]["rules"][0]["destinations"] == ["desk", "crm", "alerts"]


def test_the_env_example_names_every_variable_and_holds_no_value() -> None:
    lines = [line for line in starter_env(Answers()).split("\n") if line and not line.startswith("#")]
    assert lines == ["ZENDESK_TOKEN=", "HUBSPOT_TOKEN=", "SLACK_BOT_TOKEN="]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Acme Plumbing", "acme-plumbing"), ("  ", "my-business"), ("東京", "my-business"), ("A" * 40, "a" * 32)],
)
def test_an_id_is_made_from_any_name(name: str, expected: str) -> None:
    assert id_from(name) == expected
