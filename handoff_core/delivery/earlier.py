"""Earlier packets of the same customer: kept beside a revision, never in its packet, and shown as each reader may see.

The packet stays what its producer sent, so that its digest and sameness do not change with what the ledger knows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from handoff_core.connector import Earlier
from handoff_core.ledger.rows import EarlierPacket
from handoff_core.packet import Packet, PriorContact
from handoff_core.privacy.matters import OpenMatters


def earlier_text(found: Iterable[EarlierPacket]) -> str | None:
    """As the ledger keeps it, JSON; None where there is nothing."""
    entries = [
        {
            "id": one.id,
            "at": one.received_at,
            "lane": one.lane,
            "closed": one.closed,
            "url": one.url,
            "matters": json.loads(one.open_matters) if one.open_matters else None,
        }
        for one in found
    ]
    return json.dumps(entries, ensure_ascii=False) if entries else None


@lru_cache(maxsize=256)
def read_earlier(text: str | None) -> tuple[Earlier, ...]:
    """What ``earlier_text`` wrote."""
    return tuple(
        _entry(one, OpenMatters.from_object(one["matters"]) if one["matters"] else OpenMatters())
        for one in json.loads(text or "[]")
    )


def _entry(one: dict[str, object], matters: OpenMatters) -> Earlier:
    url = one["url"]
    at = one["at"]
    assert isinstance(at, float | int)
    return Earlier(
        id=str(one["id"]),
        at=float(at),
        lane=str(one["lane"]),
        closed=bool(one["closed"]),
        summary=matters.summary,
        promises=matters.promises,
        concerns=() if one["closed"] else matters.concerns,
        url=None if url is None else str(url),
    )


def beside(packet: Packet, earlier: tuple[Earlier, ...]) -> tuple[Earlier, ...]:
    """Without what the packet says itself: a promise or a concern that it carries on, whatever became of it."""
    promised = {_same(one.text) for one in packet.commitments}
    raised = {_same(text) for text in packet.open_concerns}
    return tuple(
        replace(
            one,
            promises=tuple(promise for promise in one.promises if _same(promise.text) not in promised),
            concerns=tuple(text for text in one.concerns if _same(text) not in raised),
        )
        for one in earlier
    )


def joined(packet: Packet, earlier: tuple[Earlier, ...]) -> Packet:
    """One packet that holds all of it, for the one pass that says what a reader may see."""
    return packet.model_copy(
        update={
            "commitments": (*packet.commitments, *(promise for one in earlier for promise in one.promises)),
            "open_concerns": (*packet.open_concerns, *(text for one in earlier for text in one.concerns)),
            "prior_contacts": (
                *packet.prior_contacts,
                *(PriorContact(summary=one.summary or NO_SUMMARY) for one in earlier),
            ),
        }
    )


NO_SUMMARY = "(not shown)"
"""Stands in for a summary that is not handed on."""


def parted(own: Packet, seen: Packet, earlier: tuple[Earlier, ...]) -> tuple[Packet, tuple[Earlier, ...]]:
    """``seen`` taken apart again: ``own`` as it may be seen, and the earlier packets as they may be.

    A list that is withheld is empty as a whole, so that nothing of the earlier packets is shown of it either.
    """
    promises = iter(seen.commitments[len(own.commitments) :])
    concerns = iter(seen.open_concerns[len(own.open_concerns) :])
    contacts = iter(seen.prior_contacts[len(own.prior_contacts) :])
    apart = []
    for one in earlier:
        contact = next(contacts, None)
        apart.append(
            replace(
                one,
                summary=contact.summary if contact is not None and one.summary else "",
                url=one.url if contact is not None else None,
                promises=tuple(islice(promises, len(one.promises))),
                concerns=tuple(islice(concerns, len(one.concerns))),
            )
        )
    packet = seen.model_copy(
        update={
            "commitments": seen.commitments[: len(own.commitments)],
            "open_concerns": seen.open_concerns[: len(own.open_concerns)],
            "prior_contacts": seen.prior_contacts[: len(own.prior_contacts)],
        }
    )
    listed = bool(seen.prior_contacts)
    return packet, tuple(one for one in apart if listed or one.promises or one.concerns)


def _same(text: str) -> str:
    return " ".join(text.split()).casefold().rstrip(".")
