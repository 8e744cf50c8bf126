"""Whether a Zendesk account is ready: what ``handoff check --online`` says about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from handoff_connectors.zendesk.account import Account
from handoff_core.connector import CheckResult, Owner
from handoff_core.errors import AuthFailed, DeliveryError, Gone
from handoff_core.packet.expression import Expression
from handoff_mappings.zendesk.settings import ApiToken, ZendeskSettings

WRITABLE: Final = frozenset(
    {"text", "textarea", "checkbox", "date", "integer", "decimal", "regexp", "tagger", "multiselect"}
)
"""Types of custom fields that a packet's value can stand in (Zendesk docs, ticket fields, 2026-11)."""


def check_account(
    account: Account, settings: ZendeskSettings, owners: Sequence[Owner], find_owner: Callable[[str], str | None]
) -> list[CheckResult]:
    """One line for each thing that has to be there."""
    me, results = _check_token(account)
    if me is None:
        return results
    results += _check_api_token(settings)
    results += _guarded("ticket fields", "fields", lambda: _check_fields(account, settings))
    if settings.ticket_form_id is not None:
        results += _guarded("ticket form", "ticket_form_id", lambda: _check_form(account, settings))
    for owner in owners:
        results += _guarded(f"owner {owner.id}", "", lambda one=owner: _check_owner(account, one, find_owner))  # type: ignore[misc]
    tag = settings.tags[0] if settings.tags else "lane_support"
    results.append(
        CheckResult(
            "mail to customers",
            None,
            "Handoff never writes to customers, but a trigger of the account may, whenever a ticket is made",
            f"In the trigger that tells the requester of a new ticket, add the condition: tags contain none of {tag}.",
        )
    )
    return results


def _check_token(account: Account) -> tuple[Mapping[str, Any] | None, list[CheckResult]]:
    try:
        user = account.get("/api/v2/users/me.json").get("user")
    except AuthFailed as error:
        return None, [CheckResult("token", False, str(error), "Make a new token, or correct its variable.")]
    except DeliveryError as error:
        return None, [CheckResult("account", False, str(error), "Check subdomain, base_url and the network.")]
    if not isinstance(user, dict) or not user.get("id"):
        return None, [CheckResult("token", False, "Zendesk lets nobody in with it", "Make a new token.")]
    role = user.get("role")
    if role not in ("agent", "admin"):
        text = f"the token belongs to a user of the role {role}, who cannot write private comments"
        return user, [CheckResult("token", False, text, "Take the token of an agent or admin.")]
    return user, [CheckResult("token", True, f"accepted; role {role}")]


def _check_api_token(settings: ZendeskSettings) -> list[CheckResult]:
    if not isinstance(settings.auth, ApiToken):
        return []
    text = "Zendesk deactivates every API token on 2027-04-30, and one that is not used for 30 days at once"
    return [CheckResult("token", None, text, "Move to OAuth: token_env, or kind = client_credentials.", "auth")]


def _check_fields(account: Account, settings: ZendeskSettings) -> Iterator[CheckResult]:
    wanted = {field_id: (f"fields.{field_id}", WRITABLE) for field_id in settings.fields}
    if settings.brief_field is not None:
        wanted[settings.brief_field] = ("brief_field", frozenset({"textarea"}))
    if settings.links_field is not None:
        wanted[settings.links_field] = ("links_field", frozenset({"text", "textarea"}))
    if not wanted:
        return
    there = {row.get("id"): row for row in account.every("/api/v2/ticket_fields.json", "ticket_fields")}
    for field_id, (key, kinds) in wanted.items():
        row = there.get(field_id)
        if row is None or row.get("active") is False:
            text = f"there is no active ticket field {field_id}; Zendesk would drop its value without a word"
            yield CheckResult(f"field {field_id}", False, text, "Copy the id from Admin Center, Tickets, Fields.", key)
        elif row.get("type") not in kinds:
            text = f"is of the type {row.get('type')}"
            yield CheckResult(f"field {field_id}", False, text, f"Take a field of the type {_or(kinds)}.", key)
        elif row.get("type") in ("tagger", "multiselect") and field_id in settings.fields:
            expression = Expression.parse(settings.fields[field_id]).path
            text = f"takes only its own options, as tags; {expression} must give one of them"
            yield CheckResult(
                f"field {field_id}", None, text, "Compare the options' tags with the packet's words.", key
            )
        else:
            yield CheckResult(f"field {field_id}", True, f"“{row.get('title')}”, {row.get('type')}", key=key)


def _check_form(account: Account, settings: ZendeskSettings) -> Iterator[CheckResult]:
    row = account.get(f"/api/v2/ticket_forms/{settings.ticket_form_id}.json").get("ticket_form")
    if not isinstance(row, dict) or row.get("active") is False:
        raise Gone("no such form")
    yield CheckResult("ticket form", True, f"“{row.get('name')}”", key="ticket_form_id")


def _check_owner(account: Account, owner: Owner, find_owner: Callable[[str], str | None]) -> Iterator[CheckResult]:
    subject = f"owner {owner.id}"
    if owner.identity is None and owner.team:
        fix = "Write the group's id under [owners.…] identities."
        yield CheckResult(subject, None, "a team without a group here; it is named in words", fix)
        return
    if owner.identity is None:
        found = find_owner(owner.email) if owner.email else None
        fix = "Correct the e-mail address, or write the agent's id under [owners.…] identities."
        text = f"agent {found}" if found else "no agent has this e-mail address"
        yield CheckResult(subject, found is not None, text, "" if found else fix)
        return
    if not owner.identity.isdecimal():
        yield CheckResult(subject, False, "its identity here is not a number", "Copy the id from Zendesk.")
        return
    kind = "group" if owner.team else "user"
    row = account.get(f"/api/v2/{kind}s/{owner.identity}.json").get(kind)
    if not isinstance(row, dict):
        raise Gone(f"no such {kind}")
    if not owner.team and row.get("role") not in ("agent", "admin"):
        yield CheckResult(subject, False, "is no agent, so no ticket can be assigned", "Take the id of an agent.")
        return
    yield CheckResult(subject, True, f"{kind} “{row.get('name')}”")


def _guarded(subject: str, key: str, check: Callable[[], Iterator[CheckResult]]) -> list[CheckResult]:
    try:
        return list(check())
    except Gone:
        return [CheckResult(subject, False, "is not there in Zendesk", "Copy the id from Zendesk.", key)]
    except DeliveryError as error:
        return [CheckResult(subject, None, str(error), "Give the token the right to read it, or try again.", key)]


def _or(words: frozenset[str]) -> str:
    return " or ".join(sorted(words))
