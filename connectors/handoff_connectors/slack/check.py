"""Whether a Slack destination would work: token, scopes, channels and owners."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from handoff_connectors.slack.calls import Calls, Person
from handoff_connectors.slack.scopes import PURPOSE, SCOPES
from handoff_connectors.slack.workspace import workspace_of
from handoff_core.connector import CheckResult, Owner
from handoff_core.errors import DeliveryError, Transient
from handoff_mappings.slack import SlackSettings
from handoff_mappings.slack.escape import mention

_NICE: Final = frozenset({"users:read"})
"""Scopes that only a check needs; alerts work without them."""
_INSTALL: Final = "Add it under OAuth & Permissions, Bot Token Scopes, and install the app again."


def checks(calls: Calls, settings: SlackSettings, owners: Sequence[Owner]) -> list[CheckResult]:
    """One line for the token, each missing scope, each channel and each owner."""
    try:
        answer = calls.test()
        workspace = workspace_of(answer.body or {})
    except DeliveryError as error:
        return [CheckResult("token", _certain(error), error.text, "See the text.", "token_env")]
    results = [CheckResult("token", True, f"belongs to the bot {workspace.user_id} in {workspace.name or 'Slack'}")]
    results += _scopes(answer.headers.get("x-oauth-scopes"))
    results += [_channel(calls, channel, key) for key, channel in _channels(settings)]
    results += [_owner(calls, owner) for owner in owners]
    return results


def _scopes(granted: str | None) -> Iterator[CheckResult]:
    if granted is None:
        yield CheckResult(
            "scopes", None, "Slack did not name the token's scopes", "Compare them with the app manifest."
        )
        return
    have = {scope.strip() for scope in granted.split(",")}
    missing = [scope for scope in SCOPES if scope not in have]
    for scope in missing:
        ok = None if scope in _NICE else False
        yield CheckResult(f"scope {scope}", ok, f"is missing; it is needed to {PURPOSE[scope]}", _INSTALL)
    if not missing:
        yield CheckResult("scopes", True, f"all {len(SCOPES)} are granted")


def _channels(settings: SlackSettings) -> Iterator[tuple[str, str]]:
    yield "channel", settings.channel
    for level, channel in settings.channels_by_urgency.items():
        yield f"channels_by_urgency.{level}", channel
    for lane, channel in settings.channels_by_lane.items():
        yield f"channels_by_lane.{lane}", channel


def _channel(calls: Calls, channel: str, key: str) -> CheckResult:
    try:
        calls.history(channel)(limit=1)
    except DeliveryError as error:
        return CheckResult(f"channel {channel}", _certain(error), error.text, "Invite the app: /invite @Handoff", key)
    return CheckResult(f"channel {channel}", True, "the app is in it and can read it", key=key)


def _owner(calls: Calls, owner: Owner) -> CheckResult:
    subject = f"owner {owner.id}"
    if owner.identity is not None and mention(owner.identity) is None:
        fix = f"Write the member id (U…) or the user group's id (S…) in owners.{owner.id}.identities."
        return CheckResult(subject, False, "the identity is not an id of Slack", fix)
    if owner.identity is not None and owner.identity.startswith("S"):
        return CheckResult(subject, None, f"the user group {owner.identity} is taken as it stands", "Nothing to do.")
    if owner.identity is not None:
        identity = owner.identity
        return _person(subject, lambda: calls.person(identity), f"there is no member {identity}")
    if owner.email is not None and not owner.team:
        email = owner.email
        return _person(subject, lambda: calls.person_by_email(email), "nobody in the workspace has that e-mail address")
    fix = f"Write a member id (U…) or a user group's id (S…) in owners.{owner.id}.identities."
    return CheckResult(subject, None, "has no identity here, so alerts name this owner in words", fix)


def _person(subject: str, look: Callable[[], Person | None], missing: str) -> CheckResult:
    try:
        found = look()
    except DeliveryError as error:
        # Whether an owner exists cannot be told without the scope; that is reported as the scope's own finding.
        return CheckResult(subject, None, error.text, "See the text.")
    if found is None:
        return CheckResult(subject, False, missing, "Correct the e-mail address, or write the member id (U…).")
    if not found.active:
        return CheckResult(subject, False, f"the account {found.id} is deactivated", "Name another owner.")
    return CheckResult(subject, True, f"is {found.id}")


def _certain(error: DeliveryError) -> bool | None:
    """False when it will not work, None when Slack could not be asked."""
    return None if isinstance(error, Transient) else False
