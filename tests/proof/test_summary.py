"""The verdict is green only when everything that had to be shown was shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from proof.evidence import Evidence
from proof.outcome import Outcome
from proof.summary import Standing
from tests.proof.conftest import KILL, MENU, figure


def test_all_of_it_is_held(world):
    summary = world.summary()
    assert summary.standing is Standing.HELD
    assert summary.cases == 1250


def test_a_failed_test_fails_its_suite_and_the_page(world):
    world.end(f"{MENU}[slack]", "failed", "assert 2 == 1")
    summary = world.summary()
    assert summary.standing is Standing.FAILED
    assert [one.standing for one in summary.suites] == [Standing.HELD, Standing.FAILED]
    assert "every fault ends well (slack): assert 2 == 1" in summary.suites[1].reasons


def test_one_failed_case_of_many_fails_the_suite_though_others_handed_in_evidence(world):
    world.run = replace(world.run, outcomes=(*world.run.outcomes, Outcome(f"{MENU}[zendesk]", "failed", 1.0, "no")))
    assert world.summary().suites[1].standing is Standing.FAILED


def test_a_skipped_test_is_missing_with_its_reason(world):
    world.end(KILL, "skipped", "no PostgreSQL here")
    summary = world.summary()
    assert summary.standing is Standing.MISSING
    assert "was skipped: no PostgreSQL here" in summary.suites[0].reasons[0]


def test_one_skipped_case_of_many_leaves_the_suite_incomplete(world):
    world.run = replace(
        world.run, outcomes=(*world.run.outcomes, Outcome(f"{MENU}[zendesk]", "skipped", 0, "not here"))
    )
    suite = world.summary().suites[1]
    assert (suite.standing, suite.words) == (Standing.MISSING, "incomplete")


def test_a_suite_that_handed_in_nothing_is_missing(world):
    world.evidence = world.evidence[:1]
    assert world.summary().suites[1].standing is Standing.MISSING
    assert world.summary().standing is Standing.MISSING


def test_a_suite_whose_test_was_removed_is_missing(world):
    world.recordings = world.recordings[:1]
    world.evidence = world.evidence[:1]
    assert "no longer exist" in world.summary().suites[1].reasons[0]


def test_a_suite_that_lost_one_of_its_tests_is_incomplete(world):
    world.suites = (world.suites[0], replace(world.suites[1], tests=2))
    assert world.summary().suites[1].words == "incomplete"


def test_a_run_that_did_not_end_is_not_held(world):
    world.run = None
    summary = world.summary()
    assert summary.standing is Standing.MISSING
    assert "did not come to its end" in summary.notes[0]


def test_the_short_form_is_not_the_proof(world):
    world.run = replace(world.run, form="short")
    assert world.summary().standing is Standing.MISSING


def test_a_file_that_could_not_be_read_is_not_overlooked(world):
    world.run = replace(world.run, problems=("tests/test_menu.py: ImportError",))
    assert world.summary().standing is Standing.MISSING


def test_an_exit_code_without_a_failed_test_is_not_overlooked(world):
    world.run = replace(world.run, exit=3)
    assert world.summary().standing is Standing.MISSING


def test_a_failure_outside_the_suites_is_shown(world):
    world.run = replace(world.run, outcomes=(*world.run.outcomes, Outcome("tests/x.py::test_y", "failed", 1, "no")))
    summary = world.summary()
    assert summary.standing is Standing.FAILED
    assert [one.test for one in summary.failures] == ["tests/x.py::test_y"]


def test_without_any_suite_nothing_is_held(world):
    world.suites = ()
    assert world.summary().standing is not Standing.HELD


def test_evidence_of_an_unknown_suite_is_kept(world):
    world.evidence = (*world.evidence, Evidence("New", "It works.", 3))
    assert [one.suite for one in world.summary().others] == ["New"]


@pytest.mark.parametrize(
    ("measured", "standing"),
    [
        (None, Standing.MISSING),
        ({"figures": [figure("B1")], "failed": {}}, Standing.MISSING),
        ({"figures": [figure("B1")], "failed": {"B2": "its check failed: 3 packets lost"}}, Standing.FAILED),
        ({"figures": [figure("B1"), figure("B2", ours=2.0)], "failed": {}}, Standing.MISSED),
        ({"figures": [figure("B1"), figure("B2", goals=({"met": False},))], "failed": {}}, Standing.MISSED),
    ],
    ids=["none", "one missing", "wrong result", "aim missed", "further goal missed"],
)
def test_a_benchmark_that_is_missing_or_behind_its_aim_is_not_green(world, measured, standing):
    world.measured = measured
    summary = world.summary()
    assert (summary.standing, summary.benchmarks[1].standing) == (standing, standing)
    assert summary.promises is Standing.HELD
