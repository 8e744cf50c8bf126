"""The script that most people would write: post, then note that it was posted. It is the measure for the kill loop."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import requests

from tests.reliability.forked import Say

TIMEOUT = (3.05, 20.0)


def deliver_naively(say: Say, folder: Path, urls: Mapping[str, str], business: str) -> None:
    """Take every packet of the inbox to the three systems; what stands in the file ``done`` is done."""
    noted = folder / "done"
    done = set(noted.read_text().splitlines()) if noted.exists() else set()
    with noted.open("a") as notes:
        for path in sorted((folder / "inbox").glob("*.json")):
            packet = json.loads(path.read_text())
            for system, post in _POSTS.items():
                mark = f"{packet['id']} {system}"
                if mark not in done:
                    post(urls[system], f"ho-{business}.{packet['id']}", packet["summary"])
                    notes.write(f"{mark}\n")
                    notes.flush()


def _ticket(url: str, key: str, summary: str) -> None:
    comment = {"body": summary, "public": False}
    _post(f"{url}/api/v2/tickets.json", {"ticket": {"external_id": key, "subject": summary, "comment": comment}})


def _note(url: str, key: str, summary: str) -> None:
    body = f"<p>{summary}</p><p>{key}</p>"
    properties = {"hs_note_body": body, "hs_timestamp": "2026-11-20T15:12:00Z"}
    _post(f"{url}/crm/objects/2026-03/notes", {"properties": properties})


def _alert(url: str, key: str, summary: str) -> None:
    metadata = {"event_type": "handoff", "event_payload": {"handoff_key": key}}
    answer = _post(f"{url}/api/chat.postMessage", {"channel": "C0ALERTS", "text": summary, "metadata": metadata})
    if not answer["ok"]:
        raise RuntimeError(answer["error"])


def _post(url: str, body: Mapping[str, Any]) -> Any:
    answer = requests.post(url, json=body, headers={"Authorization": "Bearer sandbox"}, timeout=TIMEOUT)
    answer.raise_for_status()
    return answer.json()


_POSTS: Mapping[str, Callable[[str, str, str], None]] = {"zendesk": _ticket, "hubspot": _note, "slack": _alert}
