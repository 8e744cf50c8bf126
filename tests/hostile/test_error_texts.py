"""What is refused is never repeated: pydantic keeps it in its errors (``input``), and nothing of that comes out."""

from __future__ import annotations

import copy
import importlib
import pkgutil
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
from corpora.packets import every_text
from leaks import Hit, Search, canary
from pydantic import BaseModel, ValidationError
from stages import ALL, Stage, found

import handoff_connectors
import handoff_core
import handoff_mappings
from handoff_connectors.sandbox.server import Sandbox
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.errors import PacketInvalid
from handoff_core.packet import Lane, Packet
from proof.plugin import Record

SECRET = canary("a customer's words")


def test_every_model_hides_what_it_refuses() -> None:
    for package in (handoff_core, handoff_mappings, handoff_connectors):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "__main__" not in module.name:
                importlib.import_module(module.name)
    models = [one for one in _subclasses(BaseModel) if one.__module__.startswith(("handoff_core", "handoff_m"))]
    assert len(models) > 40
    assert [one.__name__ for one in models if not one.model_config.get("hide_input_in_errors")] == []


def _subclasses(kind: type[Any]) -> Iterator[type[BaseModel]]:
    for one in kind.__subclasses__():
        yield one
        yield from _subclasses(one)


def test_a_packets_refusal_repeats_no_value_wherever_it_stands(full_proof: bool, evidence: Record) -> None:
    search = Search({"value": SECRET})
    refused = 0
    hits: list[Hit] = []
    for lane in Lane if full_proof else (Lane.SUPPORT,):
        for values in _with_a_wrong_value(every_text(lane, "x")):
            try:
                Packet.from_object(values)
            except PacketInvalid as error:
                refused += 1
                said = f"{error} {error!r} {error.problems} {_all_of(error)}"
                hits += search.hits(str(error.problems[0].path), said)
    assert hits == []
    assert refused > 300
    evidence(
        "Secrets in error texts",
        "No refusal of a packet repeats a value of it, wherever the value stands.",
        cases=refused,
        hits=0,
    )


def _with_a_wrong_value(base: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for place in list(_places(base)):
        for wrong in ([[SECRET]], {"x": SECRET}, SECRET, f"{SECRET}\ud800", f"{SECRET}\x00", [SECRET] * 3):
            values = copy.deepcopy(base)
            _put(values, place, wrong)
            yield values


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(one, dict | list):
            yield from _places(one, (*path, key))


def _put(value: Any, path: tuple[Any, ...], wrong: Any) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = wrong


def _all_of(error: BaseException) -> str:
    """Everything that a crash reporter could print of an error: its traceback, and those that it came from."""
    said = "".join(traceback.format_exception(error))
    at = error.__context__
    while at is not None:
        said += f" {at} {at!r}"
        assert not isinstance(at, ValidationError) or "input_value" not in str(at)
        at = at.__context__
    return said


MISPLACED = {
    "a token": ('token_env = "ZENDESK_TOKEN"', "token = '{}'"),
    "a token for its variable": ('token_env = "ZENDESK_TOKEN"', "token_env = '{}'"),
    "a token as a table": ('token_env = "ZENDESK_TOKEN"', "auth = {{ kind = 'api_token', token = '{}' }}"),
    "a token as a kind": ('token_env = "ZENDESK_TOKEN"', "auth = {{ kind = '{}' }}"),
    "a token as a number's key": ("brief_field = 360010", "brief_field = '{}'"),
    "a token as a duration": ('settle = "1s"', "settle = '{}'"),
    "a token as a channel": ('channel = "C0ALERTS"', "channel = '{}'"),
    "a token in the address": ('base_url = "http', "base_url = 'https://{}@acme.example'\n#"),
    "a token in an expression": ("brief_field = 360010", "fields = {{ 360002 = '{}' }}"),
    "a password in the store": ("[inbox]", "[store]\nurl = 'postgresql://handoff:{}@db.example/x'\n[inbox]"),
    "a token as a broken line": ("[inbox]", "HUBSPOT_TOKEN={}\n[inbox]"),
    "a token as an owner's e-mail": ('email = "dana@acme.example"', "email = '{}'"),
    "a token as a time zone": ("[secrets]", "timezone = '{}'\n[secrets]"),
    "a token as an unknown key": ("[secrets]", "password = '{}'\n[secrets]"),
}


@pytest.mark.parametrize("name", MISPLACED)
def test_a_secret_in_the_wrong_place_of_the_configuration_is_never_repeated(name: str, stage: Stage) -> None:
    """pydantic keeps what it refuses in its errors (``input``): nothing of that may come out."""
    old, new = MISPLACED[name]
    secret = canary("misplaced")
    path = stage.business("misplaced", dict.fromkeys(ALL, "http://127.0.0.1:9"), "oauth")
    text = path.read_text()
    assert old in text
    secrets_file = path.rename(path.with_name("secrets.env"))
    path.write_text(text.replace(old, new.format(secret), 1))
    for form in ("full", "concise", "json", "github"):
        stage.run("check", "--format", form)
    stage.run("-vv", "sync")
    assert any(text for _, text in stage.heard)
    search = Search({"misplaced": secret})
    places = [one for one in stage.everything() if one[0] != "misplaced/handoff.toml"]
    assert [hit for place, content in places for hit in search.hits(place, content)] == []
    assert secrets_file.exists()


def test_nothing_that_holds_a_secret_shows_it_by_its_repr(stage: Stage) -> None:
    with Sandbox(limits=False) as stand_ins:
        path = stage.business("repr", stand_ins.urls, "api token")
        with Handoff(load(path)) as handoff:
            handoff.sync()
            ones = [
                handoff,
                handoff.config,
                handoff.config.secrets,
                *handoff.config.destinations.values(),
                *(handoff._runs.lanes),
                *(one for lane in handoff._runs.lanes for one in lane.destinations),
                *(one.connector for lane in handoff._runs.lanes for one in lane.destinations),
                *(one.connector.__dict__ for lane in handoff._runs.lanes for one in lane.destinations),
            ]
            stage.heard += [(type(one).__name__, f"{one!r} {one}") for one in ones]
    assert found(stage) == []
