"""Zendesk's two ways of paging a list: by cursor and by number."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from handoff_connectors.sandbox.wire import Json, Refusal

_PAGE_SIZE = 100


def page_of(origin: str, request: Request, name: str, rows: Sequence[Json]) -> Response:
    """A page of a list, by cursor where ``page[size]`` is given, else by number."""
    query = request.query_params
    url = f"{origin}{request.url.path}.json"
    if "page[size]" in query:
        size, start = min(int(query["page[size]"]), _PAGE_SIZE), _offset(query.get("page[after]"))
        more = start + size < len(rows)
        cursor = base64.urlsafe_b64encode(str(start + size).encode()).decode()
        kept = urlencode({**query, "page[after]": cursor})
        links = {"next": f"{url}?{kept}" if more else None, "prev": None}
        meta = {"has_more": more, "after_cursor": cursor if more else None, "before_cursor": None}
        return JSONResponse({name: list(rows[start : start + size]), "meta": meta, "links": links})
    size, number = min(int(query.get("per_page", _PAGE_SIZE)), _PAGE_SIZE), int(query.get("page", 1))
    shown = list(rows[(number - 1) * size : number * size])
    kept = urlencode({**query, "page": number + 1})
    following = f"{url}?{kept}" if number * size < len(rows) else None
    return JSONResponse({name: shown, "next_page": following, "previous_page": None, "count": len(rows)})


def _offset(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.urlsafe_b64decode(cursor))
    except ValueError:
        raise Refusal(400, {"error": "InvalidPaginationParameter", "description": "page[after] is not valid"}) from None
