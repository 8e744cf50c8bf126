"""Whether a HubSpot destination would work, and what to do where it would not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from handoff_connectors.hubspot.errors import Conflict
from handoff_connectors.hubspot.owners import owner_id
from handoff_connectors.hubspot.paths import Route, Version
from handoff_connectors.hubspot.portal import KEY_PROPERTY, PHONE_PROPERTY, Portal
from handoff_connectors.hubspot.scopes import granted_scopes
from handoff_core.connector import CheckResult, Owner
from handoff_core.errors import AuthFailed, DeliveryError
from handoff_mappings.hubspot import HubSpotSettings, TaskWhen

GROUP: Final = "handoff"
UNIQUE: Final[Mapping[tuple[str, str], str]] = {
    ("notes", KEY_PROPERTY): "Handoff key",
    ("tasks", KEY_PROPERTY): "Handoff key",
    ("contacts", KEY_PROPERTY): "Handoff key",
    ("contacts", PHONE_PROPERTY): "Handoff phone (+14155550134)",
}
"""Our unique properties, with the label that people see."""
WITHOUT: Final[Mapping[tuple[str, str], str]] = {
    ("notes", KEY_PROPERTY): "notes are found again through the contact's list of notes",
    ("tasks", KEY_PROPERTY): "tasks are found again through the contact's list of tasks",
    ("contacts", KEY_PROPERTY): "a contact known by name only can be made twice when an answer is lost",
    ("contacts", PHONE_PROPERTY): "a contact known by phone only can be made twice while HubSpot's search lags behind",
}
"""What is different without each of them."""


def checks(
    portal: Portal, settings: HubSpotSettings, owners: Sequence[Owner], *, token: Callable[[], str], set_up: bool
) -> Sequence[CheckResult]:
    """One line a subject. Stops after the token when that is refused."""
    try:
        account = portal.account()
        version = portal.version()
    except DeliveryError as error:
        refused = isinstance(error, AuthFailed)
        fix = (
            f"Put a valid access token (service key or private app) into {settings.token_env}."
            if refused
            else "Check base_url and the network, then run this again."
        )
        return [CheckResult("token", False, error.text, fix, "token_env")]
    results = [_token(account), _paths(version)]
    results += granted_scopes(portal, token)
    results += _readable(portal, settings)
    results += _fields(portal, settings)
    if set_up:
        results += _set_up(portal)
    results += _unique(portal)
    results += _owners(portal, owners)
    return results


def _token(account: Mapping[str, Any]) -> CheckResult:
    number = account.get("portalId")
    return CheckResult("token", True, f"accepted; account {number}" if number else "accepted", "", "token_env")


def _paths(version: Version) -> CheckResult:
    if version is Version.DATED:
        return CheckResult("API", True, "the account serves the date-based paths (2026-03)")
    return CheckResult(
        "API",
        None,
        "the account serves only the older paths: v4 ends after 2027-03-30, v1 to v3 after September 2027",
        "Ask HubSpot when the date-based APIs (2026-03) reach the account.",
    )


def _readable(portal: Portal, settings: HubSpotSettings) -> Iterator[CheckResult]:
    kinds = ["contacts", "notes", *([] if settings.task is TaskWhen.NEVER else ["tasks"])]
    for kind in kinds:
        subject = kind
        try:
            portal.call(f"reading {kind}", "GET", Route.OBJECTS, query=[("limit", "1")], type=kind)
        except AuthFailed as error:
            fix = "Add the scopes crm.objects.contacts.read and crm.objects.contacts.write to the app."
            yield CheckResult(subject, False, error.text, fix, "token_env")
        except DeliveryError as error:
            yield CheckResult(subject, None, error.text, "Run this again.", "token_env")
        else:
            yield CheckResult(subject, True, "can be read", "", "token_env")


def _fields(portal: Portal, settings: HubSpotSettings) -> Iterator[CheckResult]:
    tables = (
        ("contacts", "contact_fields", settings.contact_fields),
        ("notes", "note_fields", settings.note_fields),
        ("tasks", "task_fields", settings.task_fields),
    )
    for kind, table, fields in tables:
        for name in fields:
            yield _field(portal, kind, name, f"{table}.{name}")


def _field(portal: Portal, kind: str, name: str, key: str) -> CheckResult:
    subject = f"property {name} of {kind}"
    try:
        found = portal.property(kind, name)
    except DeliveryError as error:
        return CheckResult(subject, None, error.text, "Run this again.", key)
    if not found:
        fix = f"Make the property {name} for {kind} in HubSpot (Settings, Properties), or correct the name here."
        return CheckResult(subject, False, "HubSpot does not have it, or does not show it to this token", fix, key)
    rights = found.get("modificationMetadata")
    if isinstance(rights, dict) and rights.get("readOnlyValue") is True:
        return CheckResult(subject, False, "HubSpot does not let anybody write it", "Use another property.", key)
    options = found.get("options")
    if found.get("type") == "enumeration" and isinstance(options, list):
        values = ", ".join(str(one.get("value")) for one in options[:20] if isinstance(one, dict))
        return CheckResult(subject, True, f"there; it takes only: {values}", "", key)
    return CheckResult(subject, True, "there", "", key)


def _unique(portal: Portal) -> Iterator[CheckResult]:
    for kind, name in UNIQUE:
        subject = f"unique property {name} of {kind}"
        try:
            found = portal.property(kind, name)
        except DeliveryError as error:
            yield CheckResult(subject, None, error.text, "Run this again.")
            continue
        unique = found.get("hasUniqueValue") is True
        portal.learn_unique(kind, name, unique)
        if unique:
            yield CheckResult(subject, True, "there; a repeated creation can make no second record")
        elif found:
            fix = f"Delete the property {name} of {kind} in HubSpot, then run: handoff check --online --set-up"
            yield CheckResult(subject, None, f"there, but not unique: {WITHOUT[kind, name]}", fix)
        else:
            fix = "Run: handoff check --online --set-up (the token needs the scope crm.schemas.contacts.write)."
            yield CheckResult(subject, None, f"not there: {WITHOUT[kind, name]}", fix)


def _set_up(portal: Portal) -> Iterator[CheckResult]:
    for kind, name in UNIQUE:
        try:
            if portal.property(kind, name):
                continue
            _make(portal, kind, name)
        except DeliveryError as error:
            fix = "Nothing breaks: Handoff works without it. Give the token crm.schemas.contacts.write and try again."
            yield CheckResult(f"making {name} for {kind}", None, error.text, fix)


def _make(portal: Portal, kind: str, name: str) -> None:
    group = {"name": GROUP, "label": "Handoff", "displayOrder": -1}
    with suppress(Conflict):  # it is there already
        portal.call(f"making a group of properties for {kind}", "POST", Route.GROUPS, body=group, type=kind)
    definition = {
        "groupName": GROUP,
        "name": name,
        "label": UNIQUE[kind, name],
        "description": "Written by Handoff: keeps one record a case. Do not change it.",
        "type": "string",
        "fieldType": "text",
        "hasUniqueValue": True,
        "hidden": False,
        "formField": False,
    }
    with suppress(Conflict):  # somebody was faster; only what HubSpot shows afterwards counts
        portal.call(f"making the property {name} of {kind}", "POST", Route.PROPERTIES, body=definition, type=kind)


def _owners(portal: Portal, owners: Sequence[Owner]) -> Iterator[CheckResult]:
    for owner in owners:
        subject, key = f"owner {owner.id}", ""  # identities stand in [owners], not in the destination
        if owner.identity:
            yield CheckResult(subject, True, f"given: {owner.identity}", "", key)
            continue
        if owner.email is None:
            text = f"{owner.name} has no id here and no e-mail, so the records name him in words only"
            fix = f"Give [owners.{owner.id}] an identity for this destination, if HubSpot has such an owner."
            yield CheckResult(subject, None, text, fix, key)
            continue
        try:
            found = owner_id(portal, owner.email)
        except AuthFailed as error:
            yield CheckResult(subject, False, error.text, "Add the scope crm.objects.owners.read to the app.", key)
        except DeliveryError as error:
            yield CheckResult(subject, None, error.text, "Run this again.", key)
        else:
            fix = f"Invite {owner.email} to HubSpot, or give [owners.{owner.id}] an identity for this destination."
            yield (
                CheckResult(subject, True, f"found: {found}", "", key)
                if found
                else CheckResult(subject, False, f"no HubSpot owner has the address {owner.email}", fix, key)
            )
