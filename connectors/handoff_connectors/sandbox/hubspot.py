"""The HubSpot stand-in's HTTP face: the CRM in its dated and its v3/v4 paths, owners, properties, account."""

from __future__ import annotations

import math
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from handoff_connectors.sandbox import hubspot_batch, hubspot_people, hubspot_search
from handoff_connectors.sandbox.clock import SkewedClock
from handoff_connectors.sandbox.hubspot_schema import object_type, refusal
from handoff_connectors.sandbox.hubspot_scopes import missing_scope, needed_scope
from handoff_connectors.sandbox.hubspot_state import PORTAL_ID, HubSpotState
from handoff_connectors.sandbox.limits import Windows
from handoff_connectors.sandbox.switches import Switches
from handoff_connectors.sandbox.wire import Answer, Call, Json, Refusal, json_answer, refusal_response

_DATED = re.compile(r"/2026-(03|09)(/|$)")
_SEARCH = re.compile(r"/search$")
Endpoint = Callable[[Request], Awaitable[Response]]


class HubSpot:
    """The vendor ``hubspot`` behind the gate."""

    name = "hubspot"
    suffix = ""

    def __init__(self, clock: SkewedClock, switches: Switches) -> None:
        self.state = HubSpotState(clock, switches.hubspot)
        self._page_url = ""
        self._clock = clock
        self._switches = switches
        self._windows = Windows()
        self.app = Starlette(routes=self._routes(), exception_handlers={Refusal: refusal_response})

    def reset(self) -> None:
        """An empty portal, full limits."""
        self.state.reset()
        self._windows.clear()

    # The gate's side

    def placed(self, url: str, page_url: str) -> None:
        """Learn the own origin and the page's, for links."""
        self.state.url, self._page_url = url, page_url

    def guard(self, call: Call) -> Answer | None:
        """401 for a wrong token, 403 without its scope, 404 for paths that are switched off, 429 over a limit."""
        if call.path.startswith("/contacts/"):
            return None
        token = call.token
        if not token or (self.state.accepted_tokens is not None and token not in self.state.accepted_tokens):
            text = "Authentication credentials not found. This API supports OAuth 2.0 authentication."
            return self._refused(401, "INVALID_AUTHENTICATION", text)
        dated = _DATED.search(call.path) is not None
        switches = self._switches.hubspot
        if not (switches.dated_paths if dated else switches.legacy_paths or not call.path.startswith("/crm/")):
            return self._refused(404, "NOT_FOUND", "Resource not found")
        scope = needed_scope(call.method, call.path)
        if scope is not None and scope not in self.state.scopes:
            return json_answer(403, missing_scope(scope).body)
        return self._over_limit(call)

    def _over_limit(self, call: Call) -> Answer | None:
        limits, now = self._switches.limits, self._clock.now()
        if not limits.enforced:
            return None
        if _SEARCH.search(call.path):
            wait = self._windows.of("search", limits.hubspot_searches_per_second, 1).take(now)
            if not wait:
                return None
            # Seen in a recorded answer of a real portal: no Retry-After, and category instead of errorType.
            return self._refused(429, "RATE_LIMITS", "You have reached your secondly limit.")
        if self._windows.of("day", limits.hubspot_per_day, 86_400).take(now):
            return self._limited("DAILY", "You have reached your daily limit.", None)
        wait = self._windows.of("ten seconds", limits.hubspot_per_10_seconds, 10).take(now)
        return (
            self._limited("TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit.", wait)
            if wait
            else None
        )

    def headers(self, call: Call) -> Mapping[str, str]:
        """Rate headers, save on searches, whose bucket has none."""
        told = {"x-hubspot-correlation-id": str(uuid.uuid4())}
        if _SEARCH.search(call.path):
            return told
        now, limits = self._clock.now(), self._switches.limits
        day = self._windows.of("day", limits.hubspot_per_day, 86_400)
        ten = self._windows.of("ten seconds", limits.hubspot_per_10_seconds, 10)
        return told | {
            "x-hubspot-ratelimit-daily": str(day.calls),
            "x-hubspot-ratelimit-daily-remaining": str(day.remaining(now)),
            "x-hubspot-ratelimit-interval-milliseconds": "10000",
            "x-hubspot-ratelimit-max": str(ten.calls),
            "x-hubspot-ratelimit-remaining": str(ten.remaining(now)),
            "x-hubspot-ratelimit-secondly": str(ten.calls // 10),
            "x-hubspot-ratelimit-secondly-remaining": str(ten.calls // 10),
        }

    def limited(self, retry_after: str | None) -> Answer:
        """HubSpot's 429 with this Retry-After; a day long it is the daily limit."""
        daily = retry_after == "86400"
        answer = self._limited(
            "DAILY" if daily else "TEN_SECONDLY_ROLLING",
            f"You have reached your {'daily' if daily else 'ten_secondly_rolling'} limit.",
            None,
        )
        return answer if retry_after is None else answer.with_headers({"retry-after": retry_after})

    def broken(self, status: int) -> Answer:
        """HubSpot's error with that status."""
        names = {401: "INVALID_AUTHENTICATION", 403: "MISSING_SCOPES", 404: "OBJECT_NOT_FOUND", 409: "CONFLICT"}
        return self._refused(status, names.get(status, "INTERNAL_ERROR"), "Something went wrong")

    def error_under_200(self, code: str | None) -> Answer:
        """An error body under 200."""
        return json_answer(200, refusal(200, code or "INTERNAL_ERROR", "internal error").body)

    def human(self, action: str, call: Call) -> None:
        """A person acts on the record in the path or the first batch input, else on the newest note."""
        found = re.search(
            r"/(?:objects/)?(?:20\d\d-\d\d/)?(\w+)/(?:batch|search|([^/]+))", call.path.partition("/objects")[2]
        )
        kind, record_id = ("notes", None) if found is None else (found[1], found[2])
        inputs = call.json.get("inputs") or [{}]
        try:
            kind = object_type(kind)
            if record_id is None and inputs[0].get("id"):
                record = self.state.find(kind, str(inputs[0]["id"]), inputs[0].get("idProperty"))
                record_id = None if record is None else record.id
            hubspot_people.act(self.state, action, kind, record_id, {})
        except Refusal:
            return

    def _refused(self, status: int, category: str, text: str) -> Answer:
        return json_answer(status, refusal(status, category, text).body)

    def _limited(self, policy: str, text: str, wait: float | None) -> Answer:
        body = {"status": "error", "errorType": "RATE_LIMIT", "policyName": policy, "message": text}
        answer = json_answer(429, {**body, "correlationId": str(uuid.uuid4())})
        unit = self._switches.hubspot.retry_after
        if wait is None or unit == "none":
            return answer
        return answer.with_headers({"retry-after": str(math.ceil(wait * (1000 if unit == "milliseconds" else 1)))})

    # The routes

    def _routes(self) -> Sequence[Route]:
        routes: list[Route] = []

        def add(paths: Sequence[str], endpoint: Endpoint, *methods: str) -> None:
            routes.extend(Route(path, endpoint, methods=list(methods)) for path in paths)

        def both(area: str, rest: str) -> list[str]:
            return [f"/crm/v3/{area}{rest}", f"/crm/{area}/2026-03{rest}", f"/crm/{area}/2026-09{rest}"]

        def linked(rest: str) -> list[str]:
            tail = f"/{{kind}}/{{id}}/associations{rest}"
            return [f"/crm/v4/objects{tail}", f"/crm/objects/2026-03{tail}", f"/crm/objects/2026-09{tail}"]

        add(linked("/default/{to_kind}/{to_id}"), self._associate, "PUT")
        add(linked("/{to_kind}"), self._associated, "GET")
        add(linked("/{to_kind}/{to_id}"), self._associate_as, "PUT")
        add(linked("/{to_kind}/{to_id}"), self._dissociate, "DELETE")
        add(["/crm/v3/objects/{kind}/{id}/associations/{to_kind}"], self._associated_v3, "GET")
        add(both("objects", "/{kind}/search"), self._search, "POST")
        add(both("objects", "/{kind}/batch/{verb}"), self._batch, "POST")
        add(both("objects", "/{kind}"), self._create, "POST")
        add(both("objects", "/{kind}"), self._list, "GET")
        add(both("objects", "/{kind}/{id:path}"), self._read, "GET")
        add(both("objects", "/{kind}/{id:path}"), self._update, "PATCH")
        add(both("objects", "/{kind}/{id:path}"), self._archive, "DELETE")
        add([*both("owners", ""), *both("owners", "/")], self._owners, "GET")
        add(both("owners", "/{id}"), self._owner, "GET")
        add(both("properties", "/{kind}/groups"), self._groups, "GET", "POST")
        add(both("properties", "/{kind}"), self._properties, "GET", "POST")
        add(both("properties", "/{kind}/{name}"), self._property, "GET", "DELETE")
        add(both("pipelines", "/{kind}"), self._pipelines, "GET")
        add(["/account-info/v3/details", "/account-info/2026-03/details"], self._account, "GET")
        add(["/oauth/v2/private-apps/get/access-token-info"], self._token, "POST")
        add(["/contacts/{portal:int}/record/{type_id}/{id}"], self._open, "GET")
        return routes

    async def _create(self, request: Request) -> Response:
        kind, body = _kind(request), await _json(request)
        record = self.state.create(kind, body.get("properties"), body.get("associations"))
        return JSONResponse(self.state.shown(record, [], dated=_dated(request)), 201)

    async def _list(self, request: Request) -> Response:
        kind, query = _kind(request), request.query_params
        size, start = min(int(query.get("limit", 10)), 100), int(query.get("after", 0))
        rows = self.state.every(kind)
        names = _names(request)
        shown = [self.state.shown(r, names, dated=_dated(request)) for r in rows[start : start + size]]
        more = {"paging": {"next": {"after": str(start + size)}}} if start + size < len(rows) else {}
        return JSONResponse({"results": shown, **more})

    async def _read(self, request: Request) -> Response:
        query = request.query_params
        kind, archived = _kind(request), query.get("archived") == "true"
        record = self.state.get(kind, request.path_params["id"], query.get("idProperty"), archived=archived)
        answer = self.state.shown(record, _names(request), dated=_dated(request))
        for to_kind in (k for names in query.getlist("associations") for k in names.split(",") if k):
            linked = self.state.associated(kind, record.id, object_type(to_kind))
            results = [{"id": to_id, "type": f"{kind[:-1]}_to_{to_kind}"} for to_id, _ in linked]
            answer.setdefault("associations", {})[to_kind] = {"results": results}
        return JSONResponse(answer)

    async def _update(self, request: Request) -> Response:
        kind, body = _kind(request), await _json(request)
        record = self.state.get(kind, request.path_params["id"], request.query_params.get("idProperty"))
        self.state.update(record, body.get("properties"))
        return JSONResponse(self.state.shown(record, [], dated=_dated(request)))

    async def _archive(self, request: Request) -> Response:
        record = self.state.find(_kind(request), request.path_params["id"])
        if record is not None and not record.archived:
            self.state.archive(record)
        return Response(status_code=204)

    async def _batch(self, request: Request) -> Response:
        verb = request.path_params["verb"]
        if verb not in ("read", "create", "update", "upsert", "archive"):
            raise refusal(404, "NOT_FOUND", "Resource not found")
        kind, body = _kind(request), await _json(request)
        status, answer = hubspot_batch.run(self.state, kind, verb, body, dated=_dated(request))
        return Response(status_code=status) if answer is None else JSONResponse(answer, status)

    async def _search(self, request: Request) -> Response:
        kind, body = _kind(request), await _json(request)
        return JSONResponse(hubspot_search.run(self.state, kind, body, dated=_dated(request)))

    async def _associate(self, request: Request) -> Response:
        return JSONResponse(self._associated_now(request, None))

    async def _associate_as(self, request: Request) -> Response:
        wanted = await request.json()
        numbers = [int(entry.get("associationTypeId", 0)) for entry in wanted if isinstance(entry, dict)]
        answers = [self._associated_now(request, number) for number in numbers or [0]]
        return JSONResponse(answers[-1], 201)

    def _associated_now(self, request: Request, number: int | None) -> Json:
        path = request.path_params
        kind, to_kind = _kind(request), object_type(path["to_kind"])
        number = self.state.associate(kind, path["id"], to_kind, path["to_id"], number)
        spec = {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": number}
        return {
            "status": "COMPLETE",
            "results": [{"from": {"id": path["id"]}, "to": {"id": path["to_id"]}, "associationSpec": spec}],
            "startedAt": "2026-11-20T00:00:00.000Z",
            "completedAt": "2026-11-20T00:00:00.000Z",
        }

    async def _dissociate(self, request: Request) -> Response:
        path = request.path_params
        self.state.dissociate(_kind(request), path["id"], object_type(path["to_kind"]), path["to_id"])
        return Response(status_code=204)

    async def _associated(self, request: Request) -> Response:
        path, query = request.path_params, request.query_params
        kind = _kind(request)
        self.state.get(kind, path["id"])
        rows = self.state.associated(kind, path["id"], object_type(path["to_kind"]))
        size, start = min(int(query.get("limit", 500)), 500), int(query.get("after", 0))
        results = [
            {
                "toObjectId": to_id if _dated(request) else int(to_id),
                "associationTypes": [{"category": "HUBSPOT_DEFINED", "typeId": number, "label": None}],
            }
            for to_id, number in rows[start : start + size]
        ]
        more = {"paging": {"next": {"after": str(start + size)}}} if start + size < len(rows) else {}
        return JSONResponse({"results": results, **more})

    async def _associated_v3(self, request: Request) -> Response:
        kind, to_kind = _kind(request), object_type(request.path_params["to_kind"])
        rows = self.state.associated(kind, request.path_params["id"], to_kind)
        return JSONResponse({"results": [{"id": to_id, "type": f"{kind}_to_{to_kind}"} for to_id, _ in rows]})

    async def _owners(self, request: Request) -> Response:
        query = request.query_params
        email, archived = query.get("email"), query.get("archived") == "true"
        rows = [o for o in self.state.owners.values() if o["archived"] == archived]
        rows = [o for o in rows if email is None or o["email"].casefold() == email.casefold()]
        size, start = min(int(query.get("limit", 100)), 500), int(query.get("after", 0))
        more = {"paging": {"next": {"after": str(start + size)}}} if start + size < len(rows) else {}
        return JSONResponse({"results": rows[start : start + size], **more})

    async def _owner(self, request: Request) -> Response:
        wanted = request.path_params["id"]
        for owner in self.state.owners.values():
            name = "userId" if request.query_params.get("idProperty") == "userId" else "id"
            if str(owner[name]) == wanted:
                return JSONResponse(owner)
        raise refusal(404, "OBJECT_NOT_FOUND", f"Owner {wanted} does not exist")

    async def _groups(self, request: Request) -> Response:
        groups = self.state.schema.groups[_kind(request)]
        if request.method == "GET":
            return JSONResponse({"results": list(groups.values())})
        body = await _json(request)
        if not self._switches.hubspot.schema_scope:
            raise refusal(403, "MISSING_SCOPES", "This app hasn't been granted all required scopes to make this call.")
        if body.get("name") in groups:
            raise refusal(409, "OBJECT_ALREADY_EXISTS", f"A property group named '{body['name']}' already exists.")
        if not body.get("name") or not body.get("label"):
            raise refusal(400, "VALIDATION_ERROR", "Invalid input JSON: name and label are required")
        groups[body["name"]] = {"displayOrder": -1, "archived": False, **body}
        return JSONResponse(groups[body["name"]], 201)

    async def _properties(self, request: Request) -> Response:
        kind = _kind(request)
        if request.method == "GET":
            return JSONResponse({"results": list(self.state.schema.properties[kind].values())})
        return JSONResponse(self.state.schema.add(kind, await _json(request)), 201)

    async def _property(self, request: Request) -> Response:
        kind, name = _kind(request), request.path_params["name"]
        properties = self.state.schema.properties[kind]
        if name not in properties:
            raise refusal(404, "OBJECT_NOT_FOUND", f"No property found with name {name} in object type {kind}")
        if request.method == "DELETE":
            del properties[name]
            return Response(status_code=204)
        return JSONResponse(properties[name])

    async def _pipelines(self, request: Request) -> Response:
        stages = [
            {"id": str(i), "label": label, "displayOrder": i, "metadata": {"ticketState": state}, "archived": False}
            for i, (label, state) in enumerate((("New", "OPEN"), ("Waiting", "OPEN"), ("Closed", "CLOSED")), 1)
        ]
        pipeline = {"id": "0", "label": "Support Pipeline", "displayOrder": 0, "stages": stages, "archived": False}
        return JSONResponse({"results": [pipeline]})

    async def _account(self, request: Request) -> Response:
        domain = self._switches.hubspot.ui_domain
        return JSONResponse(
            {
                "portalId": PORTAL_ID,
                "accountType": "STANDARD",
                "uiDomain": domain,
                "dataHostingLocation": "eu1" if "eu1" in domain else "na1",
                "timeZone": "America/Chicago",
                "companyCurrency": "USD",
                "utcOffset": "-06:00",
                "utcOffsetMilliseconds": -21_600_000,
            }
        )

    async def _token(self, request: Request) -> Response:
        if not self._switches.hubspot.token_info:
            raise refusal(400, "VALIDATION_ERROR", "The access token must have the correct format")
        asked, accepted = (await _json(request)).get("tokenKey"), self.state.accepted_tokens
        if not asked or (accepted is not None and asked not in accepted):
            raise refusal(404, "OBJECT_NOT_FOUND", "No private app has this access token")
        return JSONResponse({"userId": 1, "hubId": PORTAL_ID, "appId": 1, "scopes": self.state.scopes})

    async def _open(self, request: Request) -> Response:
        return RedirectResponse(f"{self._page_url}/?record={request.path_params['id']}", 302)


def _kind(request: Request) -> str:
    return object_type(request.path_params["kind"])


def _dated(request: Request) -> bool:
    return _DATED.search(request.url.path) is not None


def _names(request: Request) -> list[str]:
    return [name for part in request.query_params.getlist("properties") for name in part.split(",") if name]


async def _json(request: Request) -> Json:
    try:
        body = await request.json()
    except ValueError:
        raise refusal(400, "VALIDATION_ERROR", "Invalid input JSON: the body could not be parsed") from None
    if not isinstance(body, dict):
        raise refusal(400, "VALIDATION_ERROR", "Invalid input JSON: the body must be an object")
    return body
