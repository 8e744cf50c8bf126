"""The control API under ``/_control/``: state, requests, faults, switches, clock, and people's actions, over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from handoff_connectors.sandbox import hubspot_people, slack_people, zendesk_people
from handoff_connectors.sandbox.clock import SettableClock
from handoff_connectors.sandbox.hubspot_state import HubSpotState
from handoff_connectors.sandbox.slack_state import SlackError, SlackState
from handoff_connectors.sandbox.wire import Json, Refusal
from handoff_connectors.sandbox.zendesk_account import Account

if TYPE_CHECKING:
    from handoff_connectors.sandbox.server import Sandbox


class Control:
    """The control API of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def index(self, request: Request) -> Response:
        """Origins, what is there, and what can be asked."""
        return JSONResponse(
            {"urls": self._sandbox.urls, "paths": [route.path for route in control_routes(self._sandbox)]}
        )

    async def state(self, request: Request) -> Response:
        """The whole state of one vendor."""
        vendor = request.path_params["vendor"]
        if vendor not in _STATES:
            return _wrong(f"{vendor!r} is no vendor; use zendesk, hubspot or slack")
        return JSONResponse(_STATES[vendor](self._sandbox))

    async def records(self, request: Request) -> Response:
        """Live records by key, and the keys that have two in one place."""
        return JSONResponse({"records": self._sandbox.records(), "duplicates": self._sandbox.duplicates()})

    async def requests(self, request: Request) -> Response:
        """The log and its counters; ``?vendor=&method=&path=&after=`` narrows it, DELETE empties it."""
        log, query = self._sandbox.log, request.query_params
        if request.method == "DELETE":
            log.clear()
        found = log.of(query.get("vendor", "*"), query.get("method", "*"), query.get("path", ""))
        after = int(query.get("after", 0))
        return JSONResponse({"counts": dict(log.counts), "requests": [e.as_json() for e in found if e.number > after]})

    async def faults(self, request: Request) -> Response:
        """List, plan (POST: the arguments of ``Faults.add``, or a list of them) or drop (DELETE) faults."""
        faults = self._sandbox.faults
        if request.method == "DELETE":
            faults.clear()
        if request.method == "POST":
            body = await request.json()
            try:
                for one in body if isinstance(body, list) else [body]:
                    faults.add(**one)
            except (TypeError, ValueError) as error:
                return _wrong(str(error))
        return JSONResponse([rule.as_json() for rule in faults.rules])

    async def switches(self, request: Request) -> Response:
        """Show the switches, or set some (POST ``{"hubspot": {"search_lag": 5}}``)."""
        if request.method == "POST":
            try:
                self._sandbox.switches.set(await request.json())
            except ValueError as error:
                return _wrong(str(error))
        return JSONResponse(self._sandbox.switches.as_json())

    async def clock(self, request: Request) -> Response:
        """The time; POST ``{"advance": seconds}``, ``{"freeze": true}`` or ``{"freeze": false}`` changes it."""
        clock = self._sandbox.clock
        if request.method == "POST":
            if not isinstance(clock, SettableClock):
                return _wrong("this sandbox runs on a clock of its owner; move that one")
            body = await request.json()
            if "freeze" in body:
                clock.freeze() if body["freeze"] else clock.thaw()
            clock.advance(float(body.get("advance", 0)))
        return JSONResponse({"now": clock.now()})

    async def reset(self, request: Request) -> Response:
        """Empty accounts, no faults, default switches."""
        self._sandbox.reset()
        return JSONResponse({"ok": True})

    async def settle(self, request: Request) -> Response:
        """Apply now what was to be applied late."""
        self._sandbox.settle_late()
        return JSONResponse({"ok": True})

    async def tokens(self, request: Request) -> Response:
        """POST ``{"zendesk": ["token"], "slack": null}``: accept only these tokens; null = any."""
        body: dict[str, list[str] | None] = await request.json()
        places: dict[str, Account | HubSpotState | SlackState] = {
            "zendesk": self._sandbox.zendesk.account,
            "hubspot": self._sandbox.hubspot,
            "slack": self._sandbox.slack,
        }
        for vendor, tokens in body.items():
            if vendor not in places:
                return _wrong(f"{vendor!r} is no vendor; use zendesk, hubspot or slack")
            places[vendor].accepted_tokens = None if tokens is None else set(tokens)
        return JSONResponse({"ok": True})

    async def human(self, request: Request) -> Response:
        """POST ``{"action": "edit", "id": …, "kind": "notes", "channel": …, "arguments": {…}}``: a person acts."""
        vendor, body = request.path_params["vendor"], await request.json()
        action, arguments = str(body.get("action")), body.get("arguments") or {}
        remote_id = None if body.get("id") is None else str(body["id"])
        try:
            match vendor:
                case "zendesk":
                    ticket_id = None if remote_id is None else int(remote_id)
                    result = zendesk_people.act(self._sandbox.zendesk, action, ticket_id, arguments)
                case "hubspot":
                    kind = str(body.get("kind", "notes"))
                    result = hubspot_people.act(self._sandbox.hubspot, action, kind, remote_id, arguments)
                case "slack":
                    result = slack_people.act(self._sandbox.slack, action, body.get("channel"), remote_id, arguments)
                case _:
                    return _wrong(f"{vendor!r} is no vendor; use zendesk, hubspot or slack")
        except (ValueError, TypeError) as error:
            return _wrong(str(error))
        except Refusal as refused:
            return JSONResponse(refused.body, refused.status)
        except SlackError as error:
            return _wrong(error.code)
        return JSONResponse({"ok": True, "result": result})

    async def seed(self, request: Request) -> Response:
        """POST people and fields that a configuration names: ``{"zendesk": {"users": […], "groups": […], …}, …}``."""
        body = await request.json()
        try:
            for vendor, wanted in body.items():
                _SEEDS[vendor](self._sandbox, wanted)
        except (KeyError, TypeError, ValueError) as error:
            return _wrong(f"not understood: {error!r}")
        return JSONResponse({"ok": True})


def control_routes(sandbox: Sandbox) -> Sequence[Route]:
    """The control API as routes."""
    control = Control(sandbox)
    return [
        Route("/_control/", control.index, methods=["GET"]),
        Route("/_control/state/{vendor}", control.state, methods=["GET"]),
        Route("/_control/records", control.records, methods=["GET"]),
        Route("/_control/requests", control.requests, methods=["GET", "DELETE"]),
        Route("/_control/faults", control.faults, methods=["GET", "POST", "DELETE"]),
        Route("/_control/switches", control.switches, methods=["GET", "POST"]),
        Route("/_control/clock", control.clock, methods=["GET", "POST"]),
        Route("/_control/reset", control.reset, methods=["POST"]),
        Route("/_control/settle", control.settle, methods=["POST"]),
        Route("/_control/tokens", control.tokens, methods=["POST"]),
        Route("/_control/seed", control.seed, methods=["POST"]),
        Route("/_control/human/{vendor}", control.human, methods=["POST"]),
    ]


def _wrong(text: str) -> Response:
    return JSONResponse({"error": text}, 400)


def _zendesk_state(sandbox: Sandbox) -> Json:
    state = sandbox.zendesk
    with state.lock:
        return {
            "tickets": [
                {
                    **ticket.values,
                    "deleted": ticket.deleted,
                    "merged_into": ticket.merged_into,
                    "comments": ticket.comments,
                    "audits": ticket.audits,
                }
                for ticket in state.every()
            ],
            "users": list(state.account.users.values()),
            "groups": list(state.account.groups.values()),
            "ticket_fields": list(state.account.fields.values()),
            "uploads": [
                {"id": u.id, "filename": u.filename, "size": len(u.content), "used": u.used}
                for u in state.uploads.values()
            ],
            "public_comments": len(state.public_comments()),
        }


def _hubspot_state(sandbox: Sandbox) -> Json:
    state = sandbox.hubspot
    with state.lock:
        shown: dict[str, list[Any]] = {}
        for record in state.records.values():
            links = [
                {"kind": kind, "id": to_id, "type": number}
                for kind, to_id, number in state.associations.get((record.kind, record.id), {})
            ]
            shown.setdefault(record.kind, []).append({**state.shown(record, [], dated=True), "associations": links})
        custom = {
            kind: [p["name"] for p in properties.values() if not p["hubspotDefined"]]
            for kind, properties in state.schema.properties.items()
        }
        return {"objects": shown, "owners": list(state.owners.values()), "custom_properties": custom}


def _slack_state(sandbox: Sandbox) -> Json:
    state = sandbox.slack
    with state.lock:
        return {
            "channels": list(state.channels.values()),
            "people": list(state.people.values()),
            "messages": {
                channel: [{**state.shown(m, metadata=True), "channel": channel} for m in rows.values()]
                for channel, rows in state.messages.items()
            },
        }


_STATES = {"zendesk": _zendesk_state, "hubspot": _hubspot_state, "slack": _slack_state}


def _seed_zendesk(sandbox: Sandbox, wanted: Json) -> None:
    account = sandbox.zendesk.account
    for user in wanted.get("users", ()):
        account.add_user(user["name"], user.get("email"), role=user.get("role", "agent"), user_id=user.get("id"))
    for group in wanted.get("groups", ()):
        account.add_group(int(group["id"]), group["name"])
    for field in wanted.get("fields", ()):
        account.add_field(int(field["id"]), field.get("type", "text"), field["title"], tuple(field.get("options", ())))


def _seed_hubspot(sandbox: Sandbox, wanted: Json) -> None:
    for owner in wanted.get("owners", ()):
        first, _, last = owner["name"].partition(" ")
        sandbox.hubspot.add_owner(str(owner["id"]), str(owner.get("user_id", owner["id"])), first, last, owner["email"])
    for kind, objects in wanted.get("objects", {}).items():
        for properties in objects:
            sandbox.hubspot.create(kind, properties)


def _seed_slack(sandbox: Sandbox, wanted: Json) -> None:
    for channel in wanted.get("channels", ()):
        sandbox.slack.add_channel(channel["id"], channel["name"], member=channel.get("member", True))
    for person in wanted.get("people", ()):
        sandbox.slack.add_person(
            person["id"], person["name"], person.get("real_name", person["name"]), person.get("email")
        )


_SEEDS = {"zendesk": _seed_zendesk, "hubspot": _seed_hubspot, "slack": _seed_slack}
