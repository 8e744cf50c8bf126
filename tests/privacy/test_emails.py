"""Addresses in quotes, as transcribers and people abroad write them; and sentences about sites."""

from __future__ import annotations

import pytest
from found import parts

from handoff_core.privacy import Kind
from handoff_core.privacy.find import find


@pytest.mark.parametrize(
    ("text", "part", "key"),
    [
        ("{'email': 'ann@x.example', 'n': 1}", "ann@x.example", "ann@x.example"),
        ("set mail='ann@x.example'", "ann@x.example", "ann@x.example"),
        ("write to 'o'neil@x.example'", "o'neil@x.example", "o'neil@x.example"),
        ("it's jane dot doe, at gmail dot com", "jane dot doe, at gmail dot com", "jane.doe@gmail.com"),
        ("jane, dot, doe, at, gmail, dot, com", "jane, dot, doe, at, gmail, dot, com", "jane.doe@gmail.com"),
        ("jane dot doe at g mail dot com", "jane dot doe at g mail dot com", "jane.doe@gmail.com"),
        ("send it to jane dot doe at gmail please", "jane dot doe at gmail", "jane.doe@gmail.com"),
        ("it's bob nineteen eighty at aol dot com", "bob nineteen eighty at aol dot com", "bob1980@aol.com"),
        ("sam forty two at yahoo dot com", "sam forty two at yahoo dot com", "sam42@yahoo.com"),
        ("it's jane at acme dot com", "jane at acme dot com", "jane@acme.com"),
        ("this is jane AT acme DOT com", "jane AT acme DOT com", "jane@acme.com"),
        ("my mail: jane_at_acme_dot_com", "jane_at_acme_dot_com", "jane@acme.com"),
        ("luis punto gil arroba correo punto es", "luis punto gil arroba correo punto es", "luis.gil@correo.es"),
        (
            "es a n a guion bajo p arroba gmail punto com",
            "a n a guion bajo p arroba gmail punto com",
            "ana_p@gmail.com",
        ),
        ("marie point d arobase orange point fr", "marie point d arobase orange point fr", "marie.d@orange.fr"),
        ("jane\u3000at\u3000gmail\u3000dot\u3000com", "jane\u3000at\u3000gmail\u3000dot\u3000com", "jane@gmail.com"),
    ],
)
def test_an_address_is_found_quoted_and_spoken(text: str, part: str, key: str) -> None:
    assert [(text[one.start : one.end], one.key) for one in find(text, "US")] == [(part, key)]


@pytest.mark.parametrize(
    "text",
    [
        "I met John, at acme.com we were colleagues",
        "in the shop, at amazon dot com",
        "since nineteen eighty at acme dot com",
        "we are in room 12, at acme.com",
        "send it to the people at gmail",
        "she works at gmail",
        "media arroba de harina y punto",
        "def look_at_me_dot(x)",
        "it's 'quoted' @ 5.00",
    ],
)
def test_sentences_about_sites_stay(text: str) -> None:
    assert parts(text, Kind.EMAIL) == []
