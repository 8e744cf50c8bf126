"""Kinds of business, one table each: what ``handoff init`` proposes, and the text of the configuration it writes."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

NAMES = ("receptionist", "sales", "support_complaint", "home_service", "professional_services", "general")
"""In the order in which they are offered; a file of each name stands beside this one."""
GENERAL = "general"
"""What is taken where nobody says a kind."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of business. ``title`` says which, ``gathers`` what its packets are about."""

    name: str
    title: str
    gathers: str
    text: str
    """The part of handoff.toml from the owners on, with placeholders: ``template.fill`` says which forms they have."""
    answers: Mapping[str, Any]
    """The usual answers to the set-up questions, by the names that ``starter.Answers`` has."""


@cache
def kind_of(name: str) -> Kind:
    """The kind of a name. KeyError for a name that is not one of ``NAMES``."""
    if name not in NAMES:
        raise KeyError(name)
    table = tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
    return Kind(name, table["title"], table["gathers"], table["text"], table["answers"])
