"""One business's configuration, loaded: what the rest of Handoff works with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from handoff_core.config.agents import AgentSettings
from handoff_core.config.business import BusinessSettings
from handoff_core.config.delivery import DeliverySettings
from handoff_core.config.destinations import Destination
from handoff_core.config.later import LaneSettings
from handoff_core.config.owners import OwnerSettings
from handoff_core.config.positions import KeyPath, nearest_position, positions
from handoff_core.config.review import ReviewSettings
from handoff_core.config.secrets import Secrets
from handoff_core.config.source import Source
from handoff_core.connector import Owner
from handoff_core.errors import ConfigProblem
from handoff_core.outbox import AGENT
from handoff_core.privacy import Policy, PrivacySettings, RetentionSettings
from handoff_core.quality.settings import LaneQualitySettings, QualitySettings
from handoff_core.routing.duty import Staff
from handoff_core.routing.hours import WeekHours
from handoff_core.routing.settings import RoutingSettings
from handoff_core.style import LaneStyle
from handoff_core.triage.settings import TriageRules, TriageSettings


@dataclass(frozen=True)
class Config:
    """The settings of one file. Paths are absolute, durations are seconds, names that are used exist."""

    source: Source = field(repr=False)
    digest: str
    """SHA-256, hex, of the file and its file of secrets: the same digest, the same settings."""
    business: BusinessSettings
    store_url: str
    """``sqlite:///`` with an absolute file, or ``postgresql://…`` as written."""
    sqlite_path: Path | None
    """The ledger's file; None for PostgreSQL."""
    inbox_path: Path | None
    """The folder from which packets are taken; None without ``[inbox]``."""
    owners: Mapping[str, OwnerSettings]
    destinations: Mapping[str, Destination]
    """In the order of the file."""
    routing: RoutingSettings
    quality: QualitySettings
    delivery: DeliverySettings
    lanes: Mapping[str, LaneSettings]
    styles: Mapping[str, LaneStyle]
    """House styles by lane, ready to render with; a lane without one has its built-in style."""
    review: ReviewSettings | None
    privacy: Mapping[str, PrivacySettings]
    retention: RetentionSettings | None
    triage: TriageSettings | None
    agents: Mapping[str, AgentSettings]
    outboxes: Mapping[str, Destination]
    """Where packets for other agents are put, by the name of the delivery: ``agent:<name>``."""
    staff: Staff
    """What each owner can be asked, ready to route with."""
    secrets: Secrets = field(repr=False)
    warnings: tuple[ConfigProblem, ...] = ()

    @property
    def path(self) -> Path:
        """The file, as it was named."""
        return self.source.path

    @property
    def hours(self) -> WeekHours | None:
        """Business hours in the business's time zone; None when none are configured."""
        return self.business.week

    @property
    def region(self) -> str:
        """Country of telephone numbers without a country code; empty when none is configured."""
        return self.business.region or ""

    @cached_property
    def require(self) -> Mapping[str, tuple[str, ...]]:
        """Paths that a packet must have, by lane."""
        return {lane: settings.require for lane, settings in self.lanes.items() if settings.require}

    @cached_property
    def places(self) -> Mapping[str, Destination]:
        """Every destination and every agent's outbox, by the name of its deliveries."""
        return {**self.destinations, **self.outboxes}

    @cached_property
    def outbox_folders(self) -> Mapping[str, Path]:
        """The folder of each agent's outbox, by the agent's name."""
        return {name: self.source.beside(agent.outbox) for name, agent in self.agents.items()}

    @property
    def never_decides(self) -> tuple[str, ...]:
        """What the AI never decides, in the business's own words."""
        return self.review.ai_never_decides if self.review is not None else ()

    @cached_property
    def timing(self) -> TriageRules:
        """When a conversation goes to a person: [triage], the events of [review], what each lane requires."""
        settings = self.triage if self.triage is not None else TriageSettings.model_validate({})
        review = self.review
        return settings.rules(
            review=review.always if review is not None else (),
            never_decides=review.ai_never_decides if review is not None else (),
            lanes=self.require,
        )

    def quality_of(self, lane: str) -> LaneQualitySettings | None:
        """What is judged differently in a lane; None where nothing is."""
        settings = self.lanes.get(lane)
        return settings.quality if settings is not None else None

    def secret(self, name: str) -> str:
        """The value of an environment variable: the environment's, else the env file's. KeyError when set nowhere."""
        return self.secrets.get(name)

    def owner(self, owner_id: str, destination: str | None = None) -> Owner:
        """An owner, with his identity where ``destination`` has one. KeyError for an unknown id."""
        settings = self.owners[owner_id]
        identity = settings.identities.get(destination) if destination is not None else None
        return Owner(owner_id, settings.name, settings.email, settings.team, identity)

    def people(self, destination: str | None = None) -> Mapping[str, Owner]:
        """Every owner by id, as ``owner`` gives them."""
        return {owner_id: self.owner(owner_id, destination) for owner_id in self.owners}

    def policy(self, name: str) -> Policy:
        """What a destination or ``agent:<name>`` may see. KeyError for an unknown name."""
        return self._policies[name]

    @cached_property
    def _policies(self) -> Mapping[str, Policy]:
        return {
            name: Policy.of(self.privacy.get(name.removeprefix(AGENT)), highest=one.sees, region=self.region)
            for name, one in self.places.items()
        }

    def account_of(self, name: str) -> str:
        """``zendesk:acme``: what the limits and tokens of a destination belong to. KeyError for an unknown name.

        While a secret that the account hangs on is not set, the destination stands for itself
        (``slack:?alerts``): it can be parked under that name, and is free again once the secret is there.
        """
        destination = self.destinations.get(name) or self.outboxes[name]
        try:
            return destination.account(self.secret)
        except KeyError:
            return f"{destination.connector}:?{name}"

    def position(self, path: KeyPath) -> tuple[int, int]:
        """Line and column, from 1, of a key or of the innermost table around it: for findings made after loading."""
        return nearest_position(positions(self.source.content), path)
