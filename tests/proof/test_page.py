"""The page: one file, readable by anybody, that hides nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from proof import evidence, outcome, page, surroundings
from tests.proof.conftest import KILL, MENU, figure

ABOUT = {"Versions": {"Python": "3.x"}}


def html(world) -> str:
    return page.render(world.summary(), world.measured, ABOUT)


def band(text: str) -> str:
    return re.search(r'<section class="verdict (\w+)"', text)[1]


class Outline(HTMLParser):
    """What a reader's aid sees: elements, attributes, and whether every element is closed."""

    VOID = frozenset({"meta", "br", "rect", "line", "path"})

    def __init__(self) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str, str | None]] = []
        self.elements: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        self.text.append(text)


def outline(text: str) -> Outline:
    parser = Outline()
    parser.feed(text)
    assert parser.open == []
    return parser


def test_it_needs_nothing_from_elsewhere(world):
    text = html(world)
    seen = outline(text)
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(seen.elements)
    assert [one for one in seen.attributes if one[1] in ("src", "srcset", "style", "xlink:href")] == []
    assert {value[0] for _, name, value in seen.attributes if name == "href"} == {"#"}
    assert not re.search(r"@import|url\(|https?:", text)


def test_a_reader_without_eyes_gets_the_same(world):
    seen = outline(html(world))
    assert ("html", "lang", "en") in seen.attributes
    assert seen.elements.count("h1") == 1
    labels = [value for tag, name, value in seen.attributes if tag == "svg" and name == "aria-label"]
    assert len(labels) == seen.elements.count("svg") == 2
    assert "naive script: doubled 493" in labels[0]
    ids = [value for _, name, value in seen.attributes if name == "id"]
    targets = [value[1:] for _, name, value in seen.attributes if name == "href"]
    assert set(targets) <= set(ids)
    assert len(ids) == len(set(ids))


def test_it_says_per_suite_what_was_claimed_and_counted(world):
    text = " ".join(" ".join(outline(html(world)).text).split())
    assert band(html(world)) == "held"
    for part in (
        "Killed 1,000 times",
        "Nothing is lost.",
        "cases 1,000",
        "doubled by the naive script 493",
        "longest wait 1.25",
        "3.3 min",
    ):
        assert part in text, part


def test_a_failed_suite_is_said_plainly(world):
    world.end(KILL, "failed", "assert 3 == 0: three tickets are double")
    text = html(world)
    assert band(text) == "failed"
    assert "Something did not hold" in text
    assert "three tickets are double" in text
    assert "Killed 1,000 times" not in text
    assert "Everything that is promised here held" not in text


def test_a_missing_suite_is_said_plainly(world):
    world.evidence = world.evidence[:1]
    text = html(world)
    assert band(text) == "missing"
    assert "Fault menu: did not run" in text


def test_missing_benchmarks_are_said_plainly(world):
    world.measured = None
    text = html(world)
    assert band(text) == "missing"
    assert "Every promise held; 2 of 2 benchmarks were not measured." in text
    assert "not the whole proof" not in text
    assert "B1, durable write: was not measured" in text


def test_what_tests_say_is_text_and_never_markup(world):
    world.end(f"{MENU}[slack]", "failed", "assert '<script>alert(1)</script>' == ''")
    text = html(world)
    assert "<script" not in text
    assert "&lt;script&gt;" in text


def test_a_figure_of_the_naive_side_that_is_missing_draws_no_picture(world):
    loop = world.evidence[0]
    world.evidence = (replace(loop, figures={"doubled": 0, "lost": 0}), *world.evidence[1:])
    assert "Killed 1,000 times" not in html(world)


def test_the_command_writes_the_page_and_fails_while_something_is_missing(world, tmp_path):
    folder = tmp_path / "proof"
    folder.mkdir()
    lines = "\n".join(one.to_line() for one in world.evidence)
    (folder / "evidence.jsonl").write_text(lines, encoding="utf-8")
    outcome.write(world.run, folder / "outcomes.json")
    assert tuple(evidence.read(folder / "evidence.jsonl")) == world.evidence
    assert outcome.read(folder / "outcomes.json") == world.run
    command = [sys.executable, "-m", "proof.page", "--folder", folder, "--bench", tmp_path / "none.json"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert (ended.returncode, ended.stderr) == (1, "")
    assert "the proof is not whole: something did not run; no benchmarks" in ended.stdout
    assert band((folder / "index.html").read_text()) == "missing"


@pytest.mark.parametrize(
    "measured", [None, {"figures": [figure("B1", ours=9.0)], "failed": {}, "began": "", "commit": ""}]
)
def test_the_command_ends_well_when_every_promise_held_however_fast_the_machine_is(
    world, tmp_path, monkeypatch, capsys, measured
):
    lines = "\n".join(one.to_line() for one in world.evidence)
    (tmp_path / "evidence.jsonl").write_text(lines, encoding="utf-8")
    outcome.write(world.run, tmp_path / "outcomes.json")
    bench = tmp_path / "bench.json"
    if measured is not None:
        bench.write_text(json.dumps(measured), encoding="utf-8")
    monkeypatch.setattr(page, "SUITES", world.suites)
    monkeypatch.setattr(page, "recordings", lambda: world.recordings)
    monkeypatch.setattr(sys, "argv", ["page", "--folder", str(tmp_path), "--bench", str(bench)])
    assert page.main() == 0
    assert "the proof held; " in capsys.readouterr().out
    assert band((tmp_path / "index.html").read_text()) == "missing"


def test_without_a_run_the_command_writes_a_page_that_says_so(tmp_path):
    command = [sys.executable, "-m", "proof.page", "--folder", tmp_path / "new", "--bench", tmp_path / "none.json"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert ended.returncode == 1
    assert "did not come to its end" in (tmp_path / "new" / "index.html").read_text()


def test_the_page_names_the_sqlite_that_the_ledger_uses_not_the_one_that_python_brings(monkeypatch):
    class Bundled:
        sqlite_version = "3.99.1"

    monkeypatch.setattr(surroundings, "driver", lambda: Bundled)
    assert surroundings.versions()["SQLite"].startswith("3.99.1 (pysqlite3); journal mode ")
