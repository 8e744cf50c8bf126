"""What the token was given the right to do, as far as HubSpot tells.

HubSpot docs, private apps, 2026-11: a POST with the token in its body names the scopes of a private app's token. For an
OAuth token the app's own secret would be asked for too, or the token would stand in an address (v1, which ends on
2027-02-16), and for a service key nothing is documented: those may be refused, and then only reading is proven.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from handoff_connectors.hubspot.paths import Route
from handoff_connectors.hubspot.portal import Portal
from handoff_core.connector import CheckResult
from handoff_core.errors import AuthFailed, DeliveryError, Gone, Refused

SCOPES: Final[Mapping[str, str]] = {
    "crm.objects.contacts.read": "find contacts, notes and tasks again",
    "crm.objects.contacts.write": "write contacts, notes and tasks",
    "crm.objects.owners.read": "find owners by e-mail",
}
"""What Handoff uses, and for what: HubSpot's spec names the contact scopes for notes and tasks too (2026-03)."""
KEY: Final = "token_env"


def granted_scopes(portal: Portal, token: Callable[[], str]) -> Iterator[CheckResult]:
    """One line for each scope that is missing, one when none is, one when HubSpot does not tell."""
    try:
        body = {"tokenKey": token()}
        answer = portal.call("reading the scopes of the token", "POST", Route.TOKEN, body=body)
    except (Gone, Refused, AuthFailed):
        yield _untold()
        return
    except DeliveryError as error:
        yield CheckResult("scopes", None, error.text, "Run this again.", KEY)
        return
    scopes = answer.get("scopes")
    if not isinstance(scopes, list) or not all(isinstance(one, str) for one in scopes):
        yield _untold()
        return
    missing = [scope for scope in SCOPES if scope not in scopes]
    for scope in missing:
        fix = "Add it to the app or key in HubSpot (Settings, Integrations or Development), then run this again."
        yield CheckResult(f"scope {scope}", False, f"is missing; it is needed to {SCOPES[scope]}", fix, KEY)
    if not missing:
        yield CheckResult("scopes", True, f"all {len(SCOPES)} are granted, the right to write among them", "", KEY)


def _untold() -> CheckResult:
    text = "HubSpot does not tell the scopes of this kind of token, so that only reading was tried, not writing"
    fix = f"See in HubSpot that the token has {', '.join(SCOPES)}; the first delivery proves it."
    return CheckResult("scopes", None, text, fix, KEY)
