"""The other side of B6: what a careful script would do, with cached SDK clients and no ledger at all."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.business import packet_of_40_turns, with_identities
from handoff_connectors.sandbox.snippet import TOKENS, configuration
from handoff_core.client import Handoff
from handoff_core.config import load

WARM_UP = 3

UPDATES = {
    "ticket": "zendesk PUT /api/v2/tickets/*",
    "note": "hubspot PATCH /crm/objects/*-03/notes/*",
    "task": "hubspot PATCH /crm/objects/*-03/tasks/*",
    "alert": "slack POST /api/chat.update",
}
"""The requests that update a record once its siblings' links are known, as the stand-ins' log names them."""
_EDITABLE = ("channel", "text", "blocks", "parse")


def bodies(urls: dict[str, str]) -> dict[str, Any]:
    """The bodies that Handoff would send for such a packet, from its preview."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "handoff.toml"
        path.write_text(with_identities(configuration(urls)))
        with Handoff(load(path, dict.fromkeys(TOKENS, "sandbox"))) as handoff:
            packet = packet_of_40_turns("case-key").changed(
                urgency={"level": "normal"}, customer={"name": "Maria Lindqvist", "email": "case-key@mail.example"}
            )
            found: dict[str, Any] = {}
            for record in handoff.preview(packet):
                request = [one for one in record.requests if one.method == "POST"][-1]
                found[record.kind] = request.body
            found["files"] = (packet.to_json().encode(), "\n".join(turn.text for turn in packet.transcript).encode())
            return found


class Bare:
    """Three cached clients."""

    def __init__(self, urls: dict[str, str], updates: dict[str, int]) -> None:
        self.left = dict(updates)
        self.made: list[dict[str, tuple[Any, dict[str, Any]]]] = []
        zendesk = urlsplit(urls["zendesk"])
        os.environ["ZENPY_FORCE_NETLOC"], os.environ["ZENPY_FORCE_SCHEME"] = zendesk.netloc, zendesk.scheme
        from hubspot import HubSpot
        from slack_sdk import WebClient
        from zenpy import Zenpy

        self.zendesk = Zenpy(subdomain="acme", oauth_token="sandbox", disable_cache=True)
        self.hubspot = HubSpot(
            access_token="sandbox", host=urls["hubspot"], retry=False
        ).crm.objects.basic_api.api_client
        self.slack = WebClient(token="sandbox", base_url=f"{urls['slack']}/api/", retry_handlers=[])
        self.folder = Path(tempfile.mkdtemp())

    def deliver(self, text: dict[str, Any], packet_id: str) -> None:
        """The requests that Handoff makes for one packet; some records are updated when links become known."""
        from zenpy.lib.api_objects import Comment, Ticket, User

        def filled(kind: str) -> dict[str, Any]:
            return dict(json.loads(text[kind].replace("case-key", packet_id)))

        ticket = filled("ticket")["ticket"]
        tokens = []
        for number, content in enumerate(text["files"]):
            path = self.folder / f"{number}.txt"
            path.write_bytes(content)
            tokens.append(self.zendesk.attachments.upload(str(path)).token)
        comment = Comment(html_body=ticket["comment"]["html_body"], public=False, uploads=tokens)
        requester = User(**ticket["requester"])
        rest = {name: value for name, value in ticket.items() if name not in ("comment", "requester")}
        made = self.zendesk.tickets.create(Ticket(comment=comment, requester=requester, **rest)).ticket
        email = f"{packet_id}@mail.example"
        self._hub("GET", f"/crm/objects/2026-03/contacts/{email}", query=[("idProperty", "email")], absent=True)
        contact = self._hub("POST", "/crm/objects/2026-03/contacts", filled("contact") | {"associations": []})
        ids = {}
        for kind in ("note", "task"):
            body = filled(kind)
            for association in body.get("associations", ()):
                association["to"]["id"] = contact["id"]
            ids[kind] = self._hub("POST", f"/crm/objects/2026-03/{kind}s", body)["id"]
            self._hub("GET", f"/crm/objects/2026-03/{kind}s/{ids[kind]}")
        alert = filled("alert")
        ts = self.slack.chat_postMessage(**alert)["ts"]
        self.slack.chat_postMessage(**filled("brief") | {"thread_ts": ts})
        self.made.append({"ticket": (made.id, rest), "alert": (ts, alert)} | {k: (ids[k], filled(k)) for k in ids})
        for kind in UPDATES:
            if self.left[kind] > 0:
                self._update(kind, *self.made[-1][kind])

    def finish(self) -> None:
        """Records of which Handoff updated more than one for a packet."""
        for kind in UPDATES:
            for made in self.made:
                if self.left[kind] > 0:
                    self._update(kind, *made[kind])

    def _update(self, kind: str, record_id: Any, body: dict[str, Any]) -> None:
        from zenpy.lib.api_objects import Ticket

        self.left[kind] -= 1
        if kind == "ticket":
            self.zendesk.tickets(id=record_id)
            self.zendesk.tickets.update(Ticket(id=record_id, custom_fields=body.get("custom_fields", [])))
        elif kind == "alert":
            self.slack.chat_update(ts=record_id, **{name: body[name] for name in _EDITABLE if name in body})
        else:
            path = f"/crm/objects/2026-03/{kind}s/{record_id}"
            self._hub("GET", path)
            self._hub("PATCH", path, {"properties": body["properties"]})
            self._hub("GET", path)

    def _hub(
        self, method: str, path: str, body: Any = None, query: list[tuple[str, str]] | None = None, absent: bool = False
    ) -> dict[str, Any]:
        from hubspot.crm.objects.exceptions import ApiException

        try:
            found: dict[str, Any] = self.hubspot.call_api(
                path,
                method,
                body=body,
                query_params=query or [],
                response_types_map={200: "object", 201: "object"},
                auth_settings=["oauth2"],
                header_params={"Accept": "application/json", "Content-Type": "application/json"},
                _return_http_data_only=True,
                _request_timeout=(3, 20),
            )
        except ApiException as error:
            if absent and error.status == 404:
                return {}
            raise
        return found


def main() -> None:
    """Warm up, then measure."""
    urls, count = json.loads(sys.argv[1]), int(sys.argv[2])
    text = bodies(urls)
    bare = Bare(urls, json.loads(sys.argv[3]))
    for number in range(WARM_UP):
        bare.deliver(text, f"case-{number}")
    began = time.process_time()
    for number in range(WARM_UP, WARM_UP + count):
        bare.deliver(text, f"case-{number}")
    bare.finish()
    print(json.dumps({"cpu_seconds": time.process_time() - began, "packets": WARM_UP + count}))


if __name__ == "__main__":
    main()
