"""Hostile configuration files: refused with their place before any parser sees them, and nothing else comes out."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from businesses import SECRETS, TOML
from corpora import slack, strings
from corpora.bombs import TOML_BOMBS

from handoff_core.config import load, positions, source
from handoff_core.config.bounds import MAX_BYTES
from handoff_core.errors import ConfigError
from proof.plugin import Record

SEED = 20261121


@pytest.fixture
def no_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail when a text reaches a parser."""

    def parsed(*arguments: Any, **options: Any) -> None:
        raise AssertionError("the text reached a parser")

    monkeypatch.setattr(source.tomllib, "loads", parsed)
    monkeypatch.setattr(positions, "positions", parsed)


@pytest.mark.parametrize("name", TOML_BOMBS)
@pytest.mark.usefixtures("no_parser")
def test_a_bomb_is_refused_with_its_place_before_anything_parses(name: str, tmp_path: Path) -> None:
    content, word = TOML_BOMBS[name]
    (tmp_path / "handoff.toml").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "handoff.toml", SECRETS)
    [problem] = caught.value.problems
    assert word in problem.text
    assert problem.fix
    assert problem.file.endswith("handoff.toml")
    assert (problem.line > 0) is ("KB" not in problem.text)
    assert problem.column <= max(len(line) for line in content.split(b"\n")) + 1


def test_a_bomb_after_a_whole_configuration_is_found_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "handoff.toml").write_text(TOML + "\n[review]\nalways = " + "[" * 40)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "handoff.toml", SECRETS)
    assert [problem.line for problem in caught.value.problems] == [TOML.count("\n") + 3]


def test_only_so_many_bytes_are_read_of_a_huge_file(tmp_path: Path) -> None:
    huge = tmp_path / "handoff.toml"
    with huge.open("wb") as file:
        file.truncate(1 << 40)  # a terabyte that is not there
    with pytest.raises(ConfigError) as caught:
        load(huge, SECRETS)
    assert caught.value.problems[0].text == f"The file is larger than {MAX_BYTES // 1024} KB."


def test_mutated_configurations_load_or_say_where_they_are_wrong(
    full_proof: bool, tmp_path: Path, evidence: Record
) -> None:
    count = 2_000 if full_proof else 250
    chance = Random(SEED)
    hostile = [*slack.strings(), *strings("html"), *strings("templates")]
    outcomes: Counter[str] = Counter()
    path = tmp_path / "handoff.toml"
    for _ in range(count):
        content = changed(TOML, chance, hostile)
        path.write_bytes(content)
        try:
            load(path, SECRETS)
            outcomes["loaded"] += 1
        except ConfigError as error:
            outcomes["refused"] += 1
            lines = content.count(b"\n") + 2
            for problem in error.problems:
                assert problem.text
                assert 0 < problem.line <= lines, problem
                str(problem).encode("utf-8", "strict")
    assert min(outcomes.values()) > count / 20
    evidence(
        "Hostile configuration",
        "A TOML bomb is refused with its place before it is parsed; a mutated file loads or says where it is wrong.",
        cases=count + len(TOML_BOMBS),
        bombs=len(TOML_BOMBS),
        loaded=outcomes["loaded"],
        refused=outcomes["refused"],
        other_exceptions=0,
    )


def changed(text: str, chance: Random, hostile: list[str]) -> bytes:
    """The configuration with one or two changes by chance."""
    rows = text.split("\n")
    for _ in range(chance.choice((1, 1, 2))):
        at = chance.randrange(len(rows))
        key, equals, value = rows[at].partition("=")
        kind = chance.randrange(8)
        if kind == 0:
            del rows[at]
        elif kind == 1:
            rows.insert(at, rows[chance.randrange(len(rows))])
        elif kind == 2 and equals:
            rows[at] = f"{key}= {_quoted(chance.choice(hostile))}"
        elif kind == 3 and equals:
            odd = ("true", "1", "-1", "9" * 400, "inf", "nan", "[]", "{}", "1979-05-27T07:32:00Z", '""', "'\\u0000'")
            rows[at] = f"{key}= {chance.choice(odd)}"
        elif kind == 4 and equals:
            rows[at] = f"{_quoted(chance.choice(hostile))} ={value}"
        elif kind == 5:
            rows[at] = rows[at].replace("[", "[[").replace("]", "]]")
        elif kind == 6:
            rows.insert(at, f"# {chance.choice(hostile)!r}")
        else:
            cut = chance.randrange(len(rows[at]) + 1)
            rows[at] = rows[at][:cut] + chance.choice(
                ('"', "'", "\\", "\x00", "\x7f", "=", ".", "}", "\u202e", "\ufeff")
            )
    return "\n".join(rows).encode("utf-8", "surrogatepass")


def _quoted(text: str) -> str:
    return '"' + "".join(f"\\U{ord(sign):08X}" if not sign.isalnum() else sign for sign in text) + '"'


def test_the_mutations_are_toml_at_least_in_part() -> None:
    chance = Random(SEED)
    good = 0
    for _ in range(200):
        try:
            tomllib.loads(changed(TOML, chance, ["x"]).decode())
            good += 1
        except (tomllib.TOMLDecodeError, ValueError):
            pass
    assert 50 < good < 200
