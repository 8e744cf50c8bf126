"""Whom a text means: an owner by id, e-mail or name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handoff_core.connector import Owner

_ADDRESSED = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>]+)>")


def find_person(named: str | None, owners: Mapping[str, Owner]) -> str | None:
    """The id of the one owner whom ``named`` means; None when nobody does, or more than one.

    Understood are an id, an e-mail address, a full name, and ``Name <address>``; capitals do not matter.
    """
    words = _plain(named or "")
    if not words:
        return None
    addressed = _ADDRESSED.fullmatch(words)
    wanted = (addressed["email"].strip(), addressed["name"].strip()) if addressed else (words,)
    for text in wanted:
        for of in (_id, _email, _name):
            found = [owner.id for owner in owners.values() if text and of(owner) == text]
            if found:
                return found[0] if len(found) == 1 else None
    return None


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _id(owner: Owner) -> str:
    return _plain(owner.id)


def _email(owner: Owner) -> str:
    return _plain(owner.email or "")


def _name(owner: Owner) -> str:
    return _plain(owner.name)
