from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from handoff_core.config.positions import nearest_position, positions

TEXT = """\
top = 1
a.b = 2
[x."y z".w]
k = { a = [1, { q = 2 }, "s"], b.c = 3 }
[[r.rules]]
name = 'ü'   # one
s = { t = 1 } # two
[[r.rules]]
  lane = ["ä",
     "b"]
[r.rules.when]
"fact.order" = "ö"
[[r.rules.deep]]
z = { "ü" = 1, last = 2 }
"""


def paths_in(value: Any, base: tuple[str | int, ...] = ()) -> set[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {base} - {()} | {path for part, below in inner for path in paths_in(below, (*base, part))}


def test_every_path_of_a_document_has_a_place() -> None:
    found = positions(TEXT.encode())
    assert paths_in(tomllib.loads(TEXT)) == set(found)


def test_places_are_lines_and_characters_from_one() -> None:
    found = positions(TEXT.encode())
    expected = {
        ("top",): (1, 1),
        ("a", "b"): (2, 3),
        ("x",): (3, 2),
        ("x", "y z"): (3, 4),
        ("x", "y z", "w"): (3, 10),
        ("x", "y z", "w", "k"): (4, 1),
        ("x", "y z", "w", "k", "a", 1): (4, 15),
        ("x", "y z", "w", "k", "a", 1, "q"): (4, 17),
        ("x", "y z", "w", "k", "b", "c"): (4, 34),
        ("r", "rules"): (5, 5),
        ("r", "rules", 0): (5, 5),
        ("r", "rules", 1): (8, 5),
        ("r", "rules", 1, "lane"): (9, 3),
        ("r", "rules", 1, "lane", 0): (9, 11),
        ("r", "rules", 1, "lane", 1): (10, 6),
        ("r", "rules", 1, "when"): (11, 10),
        ("r", "rules", 1, "when", "fact.order"): (12, 1),
        ("r", "rules", 1, "deep", 0, "z", "last"): (14, 16),
    }
    assert {path: found[path] for path in expected} == expected


def test_lines_that_end_in_cr_lf_count_as_one() -> None:
    assert positions(b"a = 1\r\n\r\nb = 2\r\n")["b",] == (3, 1)


def test_what_is_missing_stands_at_the_innermost_table_around_it() -> None:
    found = positions(TEXT.encode())
    assert nearest_position(found, ("r", "rules", 1, "owner", "id")) == (8, 5)
    assert nearest_position(found, ("nowhere", "at", "all")) == (1, 1)


def test_the_example_has_a_place_for_every_path() -> None:
    content = (Path(__file__).parents[2] / "config.example.toml").read_bytes()
    assert paths_in(tomllib.loads(content.decode())) == set(positions(content))
