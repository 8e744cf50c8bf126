"""The table of suites says what the tests record, no more and no less."""

from __future__ import annotations

from collections import defaultdict

from proof.page import KILL_LOOP
from proof.picture import KILL_LOOP_FIGURES
from proof.recorded import recordings
from proof.suites import PROMISES, SUITES


def test_every_test_spells_out_for_which_suite_it_records():
    silent = [f"{one.test} (line {one.line})" for one in recordings() if one.suite is None]
    assert silent == [], "call evidence('Name of the suite', …) in the test itself, with the name written out"


def test_the_table_names_every_suite_with_the_number_of_its_tests():
    tests = defaultdict(set)
    for one in recordings():
        tests[one.suite].add(one.test)
    recorded = {suite: len(names) for suite, names in tests.items()}
    assert recorded == {suite.name: suite.tests for suite in SUITES}, "proof/suites.py is behind the tests"


def test_every_suite_stands_under_a_promise():
    titles = [promise.title for promise in PROMISES]
    assert [suite.name for suite in SUITES if suite.promise not in titles] == []
    assert len(titles) == len(set(titles))


def test_the_kill_loop_hands_in_what_the_page_draws():
    loops = [one for one in recordings() if one.suite == KILL_LOOP]
    assert [one.test for one in loops if not KILL_LOOP_FIGURES.keys() <= one.figures] == []


def test_recordings_are_read_from_the_source(tmp_path):
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_some.py").write_text(
        'SUITE = "By name"\n'
        'def test_a(evidence):\n    evidence("Written out", "…", cases=1)\n'
        "def test_b(evidence, other):\n    evidence(SUITE, '…', cases=1)\n"
        "def test_c(evidence):\n    hand_on(evidence)\n"
        "class TestD:\n    def test_d(self, evidence):\n        evidence('In a class', '…', cases=1)\n"
        "def test_e(other):\n    pass\n"
    )
    assert [(one.test.partition("::")[2], one.suite) for one in recordings(tmp_path)] == [
        ("test_a", "Written out"),
        ("test_b", "By name"),
        ("test_c", None),
        ("TestD::test_d", "In a class"),
    ]
