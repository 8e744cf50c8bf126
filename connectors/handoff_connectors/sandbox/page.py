"""The page of the stand-ins: one packet's ticket, contact timeline and channel, as their readers would see them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from handoff_connectors.sandbox import page_view

if TYPE_CHECKING:
    from handoff_connectors.sandbox.server import Sandbox

_TEMPLATES = Path(__file__).parent / "templates"
# Records hold customers' words. Nothing on this page may run, load or send anything, whatever stands in them.
_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'none'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def page_app(sandbox: Sandbox, routes: Sequence[Route]) -> Starlette:
    """The application of the page's origin: the page, its style, and further routes."""
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    templates.globals["initials"] = page_view.initials

    async def index(request: Request) -> Response:
        query = request.query_params
        found = sandbox.records()
        listed = page_view.entries(sandbox, found)
        key = query.get("key") or page_view.key_of(found, query.get("record", "")) or (listed[0].key if listed else "")
        only = query.get("only", "")
        body = templates.get_template("page.html").render(
            entries=listed,
            key=key,
            only=only if only in ("zendesk", "hubspot", "slack") else "",
            refresh=_seconds(query.get("refresh")),
            urls=sandbox.urls,
            duplicates=len(sandbox.duplicates()),
            requests=sum(sandbox.log.counts[vendor] for vendor in ("zendesk", "hubspot", "slack")),
            faults=sum(rule.hits for rule in sandbox.faults.rules),
            tickets=page_view.tickets(sandbox.zendesk, key),
            contacts=page_view.contacts(sandbox.hubspot, key),
            channels=page_view.channels(sandbox.slack, key),
        )
        return HTMLResponse(body, headers=_HEADERS)

    async def style(request: Request) -> Response:
        return Response((_TEMPLATES / "style.css").read_bytes(), media_type="text/css", headers=_HEADERS)

    return Starlette(routes=[Route("/", index), Route("/style.css", style), *routes])


def _seconds(text: str | None) -> int:
    return min(max(int(text), 1), 3600) if text and text.isdigit() else 0
