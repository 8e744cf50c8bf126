"""The contract suite finds what it promises to find: each planted fault fails the test that is about it."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "connector-example"
SUITES = Path(__file__).parent / "planted" / "suites.py"

CAUGHT_BY = {
    "NoTimeout": "test_no_answer_ends_within_the_timeout[ticket-create]",
    "NeverLooks": "test_a_created_record_is_found_by_its_key",
    "LooksForPrefixes": "test_a_key_that_nobody_used_is_not_found",
    "IgnoresStatus": "test_a_server_error_is_no_success",
    "LimitIsFinal": "test_too_many_requests_means_later",
    "WaitsByItself": "test_too_many_requests_means_later",
    "TellsTheToken": "test_no_error_and_no_log_line_holds_a_secret",
    "ReadsTheClock": "test_render_asks_neither_clock_nor_chance_nor_network",
    "ReadsItsOwnClock": "test_render_gives_the_same_for_the_same_view",
    "LetsForeignErrorsOut": "test_only_our_own_errors_come_out",
    "FindsBySearch": "test_find_does_not_trust_a_search_that_lags",
    "ShrugsAtDeletion": "test_a_deleted_record_is_gone",
    "CutsInSilence": "test_oversized_text_is_kept_or_named",
    "SendsWhatItGets": "test_hostile_text_arrives_as_text",
    "KeepsTheBodyInTheClass": "test_two_workers_at_once_keep_their_records_apart",
    "SendsAgain": "test_a_lost_reply_makes_no_second_record",
    "ForgetsLostUpdates": "test_a_lost_reply_to_an_update_is_unknown",
    "RemembersOnlyItsOwn": "test_another_worker_finds_what_a_lost_reply_left",
    "BelievesAnything": "test_an_answer_without_a_record_is_no_success",
    "ForgetsTheLease": "test_a_lost_lease_sends_nothing",
    "SendsPreviews": "test_a_preview_records_and_sends_nothing",
    "KeepsTheWords": "test_what_is_kept_for_an_erasure_holds_no_word_of_the_packet",
    "ErasesInNameOnly": "test_an_erased_record_is_gone_or_what_stays_is_named",
    "ErasesTheKey": "test_a_record_whose_answer_was_lost_is_found_without_the_words",
}


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, set[str]]:
    """The tests that failed for each planted fault (errors in a fixture do not count), one run for all."""
    report = tmp_path_factory.mktemp("planted") / "report.xml"
    paths = [EXAMPLE, EXAMPLE / "tests"]
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml"),
            *("--rootdir", SUITES.parent, "--junitxml", report, "-o", "junit_family=xunit2"),
            *(f"{SUITES}::Test{planted}::{test}" for planted, test in CAUGHT_BY.items()),
        ],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths)), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stdout + run.stderr
    failed: defaultdict[str, set[str]] = defaultdict(set)
    for case in ElementTree.parse(report).iter("testcase"):
        if case.find("failure") is not None:
            failed[case.attrib["classname"].rpartition(".")[2].removeprefix("Test")].add(case.attrib["name"])
    return failed


@pytest.mark.parametrize("planted", CAUGHT_BY)
def test_a_planted_fault_is_caught_by_the_test_about_it(planted: str, failures: Mapping[str, set[str]]) -> None:
    wanted = CAUGHT_BY[planted].partition("[")[0]
    assert wanted in {name.partition("[")[0] for name in failures[planted]}
