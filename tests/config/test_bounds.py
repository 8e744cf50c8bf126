from __future__ import annotations

import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from handoff_core.config.bounds import MAX_BYTES, MAX_KEY_PARTS, MAX_NESTING, find_excess
from handoff_core.config.source import read_source
from handoff_core.errors import ConfigError, ConfigProblem

LONGEST = 3.0  # CPU seconds: refusing takes a few hundredths, and the parser would take more than twice this long


def refusal_of(path: Path, content: bytes) -> ConfigProblem:
    path.write_bytes(content)
    begun = time.process_time()
    with pytest.raises(ConfigError) as caught:
        read_source(path)
    assert time.process_time() - begun < LONGEST
    [problem] = caught.value.problems
    return problem


BOMBS = {
    "a dotted key of 40 KB": (b"x = 1\n" + b"a." * 20_000 + b"a = 1", 2, 1, "20001 parts"),
    "a quoted dotted key": (b'"a b".' * 20 + b"x = 1", 1, 1, "21 parts"),
    "a dotted key with spaces": (b"a . " * 17 + b"x = 1", 1, 1, "18 parts"),
    "a header of 17 parts": (b"[" + b"a." * 16 + b"a]", 1, 2, "17 parts"),
    "lists 900 deep": (b"a = " + b"[" * 900, 1, 37, "more than 32 deep"),
    "tables 900 deep": (b"x = 1\na = " + b"{a=" * 900, 2, 99, "more than 32 deep"),
    "keys in tables in keys": (b"a = " + b"{a.a.a.a.a.a.a.a=" * 20, 1, 57, "more than 32 deep"),
    "a list opened over many lines": (b"a = " + b"[\n" * 900, 33, 1, "more than 32 deep"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_at_once_with_its_place(name: str, tmp_path: Path) -> None:
    content, line, column, text = BOMBS[name]
    problem = refusal_of(tmp_path / "handoff.toml", content)
    assert text in problem.text
    assert (problem.line, problem.column) == (line, column)
    assert problem.fix


def test_a_file_of_300_kb_is_refused_unread(tmp_path: Path) -> None:
    problem = refusal_of(tmp_path / "handoff.toml", b"#" * (300 * 1024))
    assert problem.text == "The file is larger than 256 KB."


def test_a_file_of_exactly_256_kb_is_read(tmp_path: Path) -> None:
    (tmp_path / "handoff.toml").write_bytes(b"#" * MAX_BYTES)
    assert read_source(tmp_path / "handoff.toml").document == {}
    refusal_of(tmp_path / "handoff.toml", b"#" * (MAX_BYTES + 1))


@pytest.mark.parametrize(
    "content",
    [
        b'"\\' * 120_000,
        b'"""\\' * 60_000,
        b"'''" * 80_000 + b"'",
        b'a = "' + b"\\" * 250_000,
        b"[" * 250_000,
        b"a " * 120_000,
        b"1" * 250_000,
        b"a" + b" " * 250_000,
        b"\n" * 250_000 + b"=",
        b"a = '''" + b"''" * 100_000,
        b"a = " + b"9" * 200_000,
    ],
)
def test_hostile_text_is_refused_in_time_that_grows_with_its_length(content: bytes, tmp_path: Path) -> None:
    refusal_of(tmp_path / "handoff.toml", content)


@pytest.mark.parametrize(
    "text",
    [
        'a = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["',
        "a = '{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{'",
        'a = """\n' + "[" * 50 + '\n"""',
        "a = '''\n" + "{" * 50 + "\n'''",
        "# " + "a." * 50 + " [" * 50,
        'a = "' + "x." * 50 + '"',
        'a = "\\"' + "[" * 50 + '"',
        "a = [[1, 2], [3, 4]]\n" * 1 + "b = 1.5\n",
        "[a.b]\n[[c.d]]\n[[c.d]]\ne = {f = [{g = 1}]}",
    ],
)
def test_brackets_and_dots_in_texts_and_comments_do_not_count(text: str) -> None:
    tomllib.loads(text)
    assert find_excess(text) is None


def test_the_last_permitted_depth_and_length_pass() -> None:
    assert find_excess("x = " + "[" * MAX_NESTING + "]" * MAX_NESTING) is None
    assert find_excess("x = " + "[" * (MAX_NESTING + 1)) is not None
    assert find_excess(".".join("a" * MAX_KEY_PARTS) + " = 1") is None
    assert find_excess(".".join("a" * (MAX_KEY_PARTS + 1)) + " = 1") is not None


def test_depth_is_counted_anew_behind_each_value() -> None:
    assert find_excess("\n".join(f"k{n} = [[[[1]]]]" for n in range(100))) is None
    assert find_excess("\n".join(f"[a.b.c.d{n}]\nx = {{y = [1]}}" for n in range(100))) is None


def test_reading_a_source_imports_the_standard_library_alone() -> None:
    heavy = "{'pydantic', 'tree_sitter', 'dotenv'}"
    script = f"import sys, handoff_core.config.source; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
