"""A payload as an intent keeps it in the ledger: JSON, without attachments."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from handoff_core.connector import Payload


def payload_to_text(payload: Payload) -> str:
    """A payload as an intent keeps it: what a look-up or a repeated send needs, without attachments."""
    return json.dumps(
        {
            "kind": payload.kind,
            "key": payload.key,
            "body": payload.body,
            "once": payload.once,
            "look_up_first": payload.look_up_first,
            "told": payload.told,
            "needs": payload.needs,
            "withheld": payload.withheld,
            "local": payload.local,
            "title": payload.title,
        },
        ensure_ascii=False,
        default=str,
    )


def payload_from_text(text: str) -> Payload:
    """The payload that ``payload_to_text`` wrote."""
    values: Mapping[str, Any] = json.loads(text)
    return Payload(**{**values, "needs": tuple(values["needs"]), "withheld": tuple(values["withheld"])})
