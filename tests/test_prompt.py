"""What the prompt demands is what the rules judge, lane by lane."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from handoff_core.config import Config, load
from handoff_core.packet import Lane, Packet, Reason
from handoff_core.packet.details import DETAILS_BY_LANE
from handoff_core.packet.schema import tool_definition
from handoff_core.packet.shape import fields_of
from handoff_core.packet.tool_forms import VENDORS, tool_for
from handoff_core.prompt import demanded, prompt
from handoff_core.quality import RULES, QualityContext, Rule
from handoff_core.quality.examples import BASE, example

CODE = re.compile(r"HO\d{3}")
MOST_WORDS = 1_300

BUSINESS = """
[business]
id = "acme"
name = "Acme Plumbing"
timezone = "America/Chicago"
[owners.dana]
name = "Dana Fields"
email = "dana@acme.example"
[owners.sam]
name = "Sam Ito"
email = "sam@acme.example"
[destinations.desk]
connector = "zendesk"
subdomain = "acme"
token_env = "ZENDESK_TOKEN"
[routing]
fallback = "dana"
[[routing.rules]]
name = "billing"
when = { lane = ["support"], issue_type = ["billing"], fact.tier = "gold" }
owner = "sam"
[lanes.support]
require = ["customer.phone", "details.order_id", "facts.serial"]
[lanes.support.quality]
ignore = ["HO705"]
longest_reading = "60s"
[quality]
ignore = ["HO104"]
[review]
always = ["chargebacks"]
ai_never_decides = ["refunds", "prices"]
"""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    path: Path = tmp_path_factory.mktemp("prompt") / "handoff.toml"
    path.write_text(BUSINESS)
    return load(path, environ={})


def mentioned(text: str) -> set[str]:
    return set(CODE.findall(text))


def in_lane(rule: Rule, lane: Lane) -> Packet | None:
    """The rule's failing example in another lane; None where its details belong to its own."""
    fields: dict[str, Any] = {**rule.failing, "lane": lane.value}
    if isinstance(fields.get("details"), dict) and not set(fields["details"]) <= set(fields_of(DETAILS_BY_LANE[lane])):
        return None
    return example(fields)


@pytest.mark.parametrize("lane", Lane)
def test_every_rule_that_an_agent_can_keep_to_is_mentioned_and_no_other(lane: Lane) -> None:
    wanted = {
        rule.code
        for rule in RULES
        if rule.severity != "info" and rule.demand != "" and (not rule.lanes or lane in rule.lanes)
    }
    found = prompt(lane)
    assert mentioned(found.text) == set(found.codes) == wanted
    assert wanted >= {"HO502", "HO510", "HO601", "HO802", "HO901"}


@pytest.mark.parametrize("lane", Lane)
def test_a_rule_that_finds_something_in_a_lane_is_demanded_there(lane: Lane) -> None:
    context = QualityContext(region="US", routed=True)
    asked = {rule.code for rule in demanded(lane)}
    for rule in RULES:
        packet = in_lane(rule, lane)
        if packet is not None and rule.severity != "info" and rule.demand != "":
            found = list(rule.check(packet, context))
            assert bool(found) <= (rule.code in asked), rule.code


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.lanes], ids=lambda rule: rule.code)
def test_a_rule_of_some_lanes_finds_nothing_in_the_others(rule: Rule) -> None:
    for lane in set(Lane) - set(rule.lanes):
        packet = in_lane(rule, lane)
        if packet is not None:
            assert list(rule.check(packet, QualityContext(region="US"))) == []


def test_only_what_an_agent_has_no_part_in_is_left_out() -> None:
    assert {rule.code for rule in RULES if rule.demand == ""} == {"HO103", "HO302"}


def test_required_fields_owners_routing_words_and_review_come_from_the_configuration(config: Config) -> None:
    text = prompt(Lane.SUPPORT, config).text
    assert "- customer.phone: Phone number" in text
    assert "- details.order_id: The order" in text
    assert "- facts.serial\n" in text
    assert "- dana: Dana Fields\n- sam: Sam Ito" in text
    assert "- classification.issue_type: billing\n- facts.tier: gold" in text
    assert "Always hand over: chargebacks." in text
    assert "Never decide yourself, promise or announce: refunds; prices." in text
    assert "dana@acme.example" not in text
    assert {"HO103", "HO301"} <= mentioned(text)


def test_another_lane_is_not_asked_for_what_support_needs(config: Config) -> None:
    text = prompt(Lane.CONTENT, config).text
    assert not mentioned(text) & {"HO103", "HO105"}
    assert "billing" not in text


def test_rules_that_are_off_and_limits_that_differ_count(config: Config) -> None:
    support, content = prompt(Lane.SUPPORT, config), prompt(Lane.CONTENT, config)
    assert not mentioned(support.text) & {"HO104", "HO705"}
    assert "HO705" in content.codes
    assert "Keep the whole note under 238 words." in support.text
    assert "Keep the whole note under 714 words." in content.text


@pytest.mark.parametrize("lane", Lane)
def test_a_prompt_is_short_and_always_the_same(lane: Lane, config: Config) -> None:
    found = prompt(lane, config)
    assert found.words <= MOST_WORDS
    assert found == prompt(lane, config)
    assert "{" not in found.text
    assert all(reason.value in found.text for reason in Reason)
    assert all(f"- {name}: " in found.text for name in fields_of(DETAILS_BY_LANE[lane]))
    assert json.loads(json.dumps(found.to_object()))["words"] == found.words


def test_fields_that_a_prompt_names_are_fields_of_the_packet() -> None:
    names = set(fields_of(Packet)) | {name for lane in Lane for name in fields_of(DETAILS_BY_LANE[lane])}
    for lane in Lane:
        for path in re.findall(r"^- ([a-z_]+)(?:\.[a-z_]+)?: ", prompt(lane).text, re.MULTILINE):
            assert path in names | {reason.value for reason in Reason}, path


def test_what_the_tool_of_a_lane_offers_makes_a_packet() -> None:
    arguments = {name: value for name, value in BASE.items() if name != "id"}
    parameters = tool_definition(Lane.SUPPORT)["parameters"]
    assert parameters["properties"]["lane"]["enum"] == ["support"]
    assert "SalesDetails" not in parameters["$defs"]
    assert set(arguments) <= set(parameters["properties"])


def keys_in(value: Any) -> set[str]:
    """Every keyword of a schema; the names of properties are none."""
    if isinstance(value, list):
        return set().union(*(keys_in(one) for one in value))
    if not isinstance(value, dict):
        return set()
    inner = value.get("properties", {})
    rest = {name: one for name, one in value.items() if name not in ("properties", "$defs")}
    below = [*inner.values(), *value.get("$defs", {}).values(), *rest.values()]
    return set(value) | set().union(*(keys_in(one) for one in below))


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_tool_has_the_form_of_its_vendor(vendor: str) -> None:
    plain = tool_definition()
    tool = tool_for(plain, vendor)
    if vendor == "openai":
        assert tool == {"type": "function", "function": plain}
    elif vendor == "openai-responses":
        assert tool == {"type": "function", "strict": False, **plain}
    elif vendor == "anthropic":
        assert set(tool) == {"name", "description", "input_schema"}
        assert tool["input_schema"] == plain["parameters"]
    else:
        [declared] = tool["functionDeclarations"]
        assert keys_in(declared["parameters"]) <= {
            *("type", "format", "description", "enum", "items", "properties", "required", "anyOf", "minimum", "maximum")
        }
        assert declared["parameters"]["required"] == plain["parameters"]["required"]
        reason = declared["parameters"]["properties"]["escalation"]["properties"]["reason"]
        assert reason["enum"] == [one.value for one in Reason]
        assert "The customer asked for a person." in reason["description"]


def test_no_object_of_gemini_is_without_properties() -> None:
    def objects(value: Any) -> list[Any]:
        inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        own = [value] if isinstance(value, dict) and value.get("type") == "object" else []
        return own + [one for below in inner for one in objects(below)]

    found = objects(tool_for(tool_definition(), "gemini"))
    assert len(found) > 20
    assert all(one.get("properties") for one in found)
    for one in found:
        assert set(one.get("required", ())) <= set(one["properties"])


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_name_of_a_tool_is_one_that_every_vendor_takes(vendor: str) -> None:
    text = json.dumps(tool_for(tool_definition(), vendor))
    assert '"name": "hand_off"' in text
    assert len(tool_definition()["description"]) <= 1024
