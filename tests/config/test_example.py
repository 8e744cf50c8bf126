"""config.example.toml is complete: it loads, and every setting stands in it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from handoff_core.config import Config, load
from handoff_core.config.destinations import settings_models
from handoff_core.config.settings import MANY, ONE
from handoff_core.routing.settings import Rule, When

pytestmark = pytest.mark.usefixtures("real_connectors")

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
TOKENS = {"ZENDESK_TOKEN": "zendesk-secret", "HUBSPOT_TOKEN": "hubspot-secret", "SLACK_BOT_TOKEN": "slack-secret"}


def load_copy(text: str, folder: Path) -> Config:
    (folder / "handoff.toml").write_text(text, encoding="utf-8")
    return load(folder / "handoff.toml", TOKENS)


def test_the_example_loads_without_errors_or_warnings(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE, tmp_path / "handoff.toml")
    config = load(tmp_path / "handoff.toml", TOKENS)
    assert [str(warning) for warning in config.warnings] == []
    assert list(config.destinations) == ["desk", "crm", "alerts"]


def uncommented(text: str) -> str:
    """The example with every key and table taken out of its comment, but for the ways to log in: only one may be."""
    lines = text.split("\n")
    taken = [re.sub(r"^# (?=\w+ = |\[)", "", line) for line in lines]
    return "\n".join(old if new.startswith("auth = ") else new for old, new in zip(lines, taken, strict=True))


def test_what_is_commented_out_loads_too(tmp_path: Path) -> None:
    config = load_copy(uncommented(EXAMPLE.read_text(encoding="utf-8")), tmp_path)
    assert config.review is not None
    assert {warning.text for warning in config.warnings} == {
        "is not acted on in this version.",
    }


@pytest.mark.parametrize("number", [0, 1])
def test_each_other_way_to_log_in_loads_too(number: int, tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    auth = re.findall(r"^# (auth = .*)$", text, re.MULTILINE)[number]
    text = re.sub(r'^token_env = "ZENDESK_TOKEN".*$', lambda _: auth, text, flags=re.MULTILINE)
    config = load_copy(text, tmp_path)
    assert len([warning for warning in config.warnings if "is not set" in warning.text]) == 2


def models_in(kind: object) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for field in kind.model_fields.values():
            yield from models_in(field.annotation)
    for inner in get_args(kind):
        yield from models_in(inner)


def every_setting() -> set[tuple[str, str]]:
    roots = [*ONE.values(), *(model for model in MANY.values() if model), Rule, When, *settings_models().values()]
    return {
        (model.__name__, field.alias or name)
        for root in roots
        for model in models_in(root)
        for name, field in model.model_fields.items()
    }


@pytest.mark.parametrize(("model", "key"), sorted(every_setting()))
def test_every_setting_stands_in_the_example(model: str, key: str) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert re.search(rf"(?:^|[{{,\[.\n]|# )\s*{re.escape(key)}(?: = |\.|\]\])", text), f"{model}.{key}"


def test_the_defaults_that_the_example_shows_are_the_defaults(tmp_path: Path) -> None:
    config = load_copy(EXAMPLE.read_text(encoding="utf-8"), tmp_path)
    for shown in (config.delivery, config.delivery.retry, config.quality):
        assert shown == type(shown).model_validate({})
    for name, key in [("desk", "timeout"), ("desk", "settle"), ("desk", "min_update_interval"), ("desk", "rate")]:
        settings = config.destinations[name].settings
        assert getattr(settings, key) == type(settings).model_fields[key].default
