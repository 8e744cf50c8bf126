"""All tables of one file but the destinations, each judged on its own, so that one mistake hides no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from handoff_core.config.agents import AgentSettings
from handoff_core.config.business import BusinessSettings
from handoff_core.config.delivery import DeliverySettings
from handoff_core.config.explain import explain
from handoff_core.config.inbox import InboxSettings
from handoff_core.config.later import LaneSettings
from handoff_core.config.owners import OwnerSettings
from handoff_core.config.positions import KeyPath
from handoff_core.config.problems import Problems, choice
from handoff_core.config.review import ReviewSettings
from handoff_core.config.secrets import SecretsSettings
from handoff_core.config.store import StoreSettings
from handoff_core.packet.enums import Lane
from handoff_core.privacy import PrivacySettings, RetentionSettings
from handoff_core.quality.settings import QualitySettings
from handoff_core.routing.settings import RoutingSettings, Rule
from handoff_core.triage.settings import TriageSettings

M = TypeVar("M", bound=BaseModel)

ONE: Mapping[str, type[BaseModel]] = {
    "business": BusinessSettings,
    "store": StoreSettings,
    "secrets": SecretsSettings,
    "inbox": InboxSettings,
    "routing": RoutingSettings,
    "quality": QualitySettings,
    "delivery": DeliverySettings,
    "review": ReviewSettings,
    "retention": RetentionSettings,
    "triage": TriageSettings,
}
"""Tables that a file holds once."""
MANY: Mapping[str, type[BaseModel] | None] = {
    "owners": OwnerSettings,
    "destinations": None,
    "lanes": LaneSettings,
    "privacy": PrivacySettings,
    "agents": AgentSettings,
}
"""Tables of tables, by name; a destination's model is its connector's."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What could be read of one file; None or left out where a table is wrong."""

    business: BusinessSettings | None
    store: StoreSettings | None
    secrets: SecretsSettings | None
    inbox: InboxSettings | None
    owners: Mapping[str, OwnerSettings]
    routing: RoutingSettings | None
    """Without its rules: a broken one does not hide the others."""
    rules: Mapping[int, Rule]
    quality: QualitySettings | None
    delivery: DeliverySettings | None
    lanes: Mapping[str, LaneSettings]
    review: ReviewSettings | None
    privacy: Mapping[str, PrivacySettings]
    retention: RetentionSettings | None
    triage: TriageSettings | None
    agents: Mapping[str, AgentSettings]

    @property
    def fallback(self) -> str | None:
        """The fallback owner's id; None where ``[routing]`` is wrong."""
        return self.routing.fallback if self.routing is not None else None


def read_settings(document: Mapping[str, Any], problems: Problems) -> Settings:
    """Judge every table of a document but the destinations."""
    _refuse_unknown_tables(document, problems)
    _refuse_unknown_lanes(document, problems)
    routing, rules = _routing(document, problems)
    return Settings(
        business=_required(BusinessSettings, "business", document, problems),
        store=_required(StoreSettings, "store", document, problems),
        secrets=_required(SecretsSettings, "secrets", document, problems),
        inbox=_optional(InboxSettings, "inbox", document, problems),
        owners=_many(OwnerSettings, "owners", document, problems),
        routing=routing,
        rules=rules,
        quality=_required(QualitySettings, "quality", document, problems),
        delivery=_required(DeliverySettings, "delivery", document, problems),
        lanes=_many(LaneSettings, "lanes", document, problems),
        review=_optional(ReviewSettings, "review", document, problems),
        privacy=_many(PrivacySettings, "privacy", document, problems),
        retention=_optional(RetentionSettings, "retention", document, problems),
        triage=_optional(TriageSettings, "triage", document, problems),
        agents=_many(AgentSettings, "agents", document, problems),
    )


def read_table(model: type[M], table: Any, path: KeyPath, problems: Problems) -> M | None:
    """One table as its model; None, and everything that is wrong with it among the problems, when it is refused."""
    if not isinstance(table, dict):
        problems.add(path, "must be a table.", f"Write [{'.'.join(map(str, path))}] and the settings below it.")
        return None
    try:
        return model.model_validate(table)
    except ValidationError as error:
        problems.extend(explain(error, model, table, path))
        return None


def _required(model: type[M], name: str, document: Mapping[str, Any], problems: Problems) -> M | None:
    return read_table(model, document.get(name, {}), (name,), problems)


def _optional(model: type[M], name: str, document: Mapping[str, Any], problems: Problems) -> M | None:
    return read_table(model, document[name], (name,), problems) if name in document else None


def _many(model: type[M], name: str, document: Mapping[str, Any], problems: Problems) -> Mapping[str, M]:
    tables = document.get(name, {})
    if not isinstance(tables, dict):
        problems.add((name,), "must be a table of tables.", f"Write [{name}.NAME] and the settings below it.")
        return {}
    read = {key: read_table(model, table, (name, key), problems) for key, table in tables.items()}
    return {key: table for key, table in read.items() if table is not None}


def _routing(document: Mapping[str, Any], problems: Problems) -> tuple[RoutingSettings | None, Mapping[int, Rule]]:
    """The table itself and each rule on its own, so that a broken rule does not hide the others."""
    table = document.get("routing", {})
    if not isinstance(table, dict):
        problems.add(("routing",), "must be a table.", 'Write [routing] and fallback = "OWNER" below it.')
        return None, {}
    rules = table.get("rules", [])
    settings = read_table(RoutingSettings, {**table, "rules": []}, ("routing",), problems)
    if not isinstance(rules, list):
        problems.add(("routing", "rules"), "must be a list of tables.", "Write [[routing.rules]] above each rule.")
        rules = []
    read = {n: read_table(Rule, rule, ("routing", "rules", n), problems) for n, rule in enumerate(rules)}
    return settings, {n: rule for n, rule in read.items() if rule is not None}


def _refuse_unknown_tables(document: Mapping[str, Any], problems: Problems) -> None:
    known = {*ONE, *MANY}
    for name in document:
        if name not in known:
            problems.add((name,), "is not a known table.", choice(name, known, "table"))


def _refuse_unknown_lanes(document: Mapping[str, Any], problems: Problems) -> None:
    lanes = document.get("lanes")
    known = [lane.value for lane in Lane]
    for name in lanes if isinstance(lanes, dict) else ():
        if name not in known:
            problems.add(("lanes", name), "is not a known lane.", choice(name, known, "lane"))
