"""The naive script: what one writes in an afternoon, and what Handoff is measured against.

It posts a packet to the three systems one after the other and writes each post down once it is answered; started
again, it goes on where its notes end. That is the careful kind: it never forgets what it has noted, it flushes its
notes to the disk, and it notes each post, not each packet. What it cannot know is whether a post that it has not noted
was carried out.

In a process of its own, to be killed and started again until it ends with 0::

    python -m proof.naive PORTS.json PACKETS.json NOTES

``PORTS.json`` is what the stand-ins write (origins by name), ``PACKETS.json`` a list of packet ids, ``NOTES`` the file
that it appends to. In a forked child: ``deliver(urls, packet_ids, notes)``. Records carry the key
``ho-naive.<packet id>`` where Handoff's would stand, so that the stand-ins count both sides alike (``records`` and
``duplicates`` of the control API); ``count`` reads off how many are double and how many are missing.

It is the other side of B2; the kill loop of tests/reliability has a script like it that takes the inbox's files.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import requests

BUSINESS = "naive"
PLACES = ("zendesk", "hubspot.notes", "slack")
"""Where each packet is to have one record, as the stand-ins name the places."""
TIMEOUT = 20.0


@dataclass(frozen=True)
class Count:
    """What stands in the three systems: records that are one too many, and records that are not there."""

    doubled: int
    lost: int


def key(packet_id: str, business: str = BUSINESS) -> str:
    """The key that a packet's records carry."""
    return f"ho-{business}.{packet_id}"


def deliver(urls: Mapping[str, str], packet_ids: Iterable[str], notes: Path, *, session: requests.Session) -> None:
    """Post every packet that the notes do not name yet. Raises whatever a post raises; the next start goes on."""
    done = set(notes.read_text().splitlines()) if notes.exists() else set()
    with notes.open("a") as journal:
        for packet_id in packet_ids:
            for place in PLACES:
                line = f"{packet_id} {place}"
                if line in done:
                    continue
                _post(session, urls, place, packet_id)
                journal.write(line + "\n")
                journal.flush()
                os.fsync(journal.fileno())


def count(
    records: Mapping[str, Mapping[str, Sequence[str]]], packet_ids: Iterable[str], business: str = BUSINESS
) -> Count:
    """Duplicates and losses of a side, from the stand-ins' ``records``."""
    doubled = lost = 0
    for packet_id in packet_ids:
        places = records.get(key(packet_id, business), {})
        for place in PLACES:
            found = len(places.get(place, ()))
            doubled += max(0, found - 1)
            lost += found == 0
    return Count(doubled, lost)


def _post(session: requests.Session, urls: Mapping[str, str], place: str, packet_id: str) -> None:
    text = f"Packet {packet_id} needs a person."
    if place == "zendesk":
        url = f"{urls['zendesk']}/api/v2/tickets.json"
        comment = {"html_body": f"<p>{text}</p>", "public": False}
        body: dict[str, object] = {
            "ticket": {"subject": text, "comment": comment, "external_id": key(packet_id)},
        }
    elif place == "hubspot.notes":
        url = f"{urls['hubspot']}/crm/v3/objects/notes"
        reference = f"<p>{text}</p><p>{key(packet_id)}</p>"
        body = {"properties": {"hs_timestamp": "2026-11-20T15:12:00Z", "hs_note_body": reference}}
    else:
        url = f"{urls['slack']}/api/chat.postMessage"
        metadata = {"event_type": "handoff", "event_payload": {"handoff_key": key(packet_id)}}
        body = {"channel": "C0ALERTS", "text": text, "metadata": metadata}
    answer = session.post(url, json=body, headers={"Authorization": "Bearer sandbox"}, timeout=TIMEOUT)
    answer.raise_for_status()
    if answer.json().get("ok") is False:
        raise requests.HTTPError(f"{place}: {answer.text[:200]}")


def main() -> int:
    """0 when every packet is noted."""
    ports, packets, notes = (Path(name) for name in sys.argv[1:4])
    with requests.Session() as session:
        session.trust_env = False
        deliver(json.loads(ports.read_text()), json.loads(packets.read_text()), notes, session=session)
    return 0


if __name__ == "__main__":
    sys.exit(main())
