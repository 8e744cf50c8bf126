"""What a run of tests leaves behind: evidence of what held, and how every test ended."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from proof import evidence, outcome

ROOT = Path(__file__).parents[2]
TESTS = """
import os, signal, pytest

def test_good(evidence):
    evidence("Good", "It holds.", cases=3, found=2)

@pytest.mark.parametrize("case", ["a", "b"])
def test_half(evidence, case):
    assert case == "a", "b does not hold"
    evidence("Half", "It holds.", cases=1)

@pytest.fixture
def broken():
    raise RuntimeError("no server")

def test_set_up(broken, evidence):
    evidence("Set-up", "It holds.", cases=1)

def test_skipped(evidence):
    pytest.skip("not here")

def test_nothing_tried(evidence):
    evidence("Empty", "It holds.", cases=0)

def test_other():
    pass
"""


def run(folder: Path, text: str, *options: str) -> tuple[int, outcome.Run | None, list[evidence.Evidence]]:
    (folder / "test_some.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\n")
    file = folder / "out" / "evidence.jsonl"
    where = file.relative_to(folder)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "proof.plugin", "--evidence", where, *options, folder]
    ended = subprocess.run(
        command, cwd=folder, capture_output=True, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    )
    return ended.returncode, outcome.read(outcome.beside(file)), list(evidence.read(file)) if file.exists() else []


@pytest.mark.parametrize("options", [("-p", "no:xdist"), ("-n", "2")], ids=["alone", "two workers"])
def test_every_end_is_noted_whichever_process_ran_the_test(tmp_path, options):
    code, found, shown = run(tmp_path, TESTS, *options)
    assert (code, found.exit, found.form) == (1, 1, "short")
    ends = {one.test.partition("::")[2]: one for one in found.outcomes}
    assert {name: one.how for name, one in ends.items()} == {
        "test_good": "passed",
        "test_half[a]": "passed",
        "test_half[b]": "failed",
        "test_set_up": "failed",
        "test_skipped": "skipped",
        "test_nothing_tried": "failed",
        "test_other": "passed",
    }
    assert {name for name, one in ends.items() if one.records} == set(ends) - {"test_other"}
    assert "b does not hold" in ends["test_half[b]"].reason
    assert "no server" in ends["test_set_up"].reason
    assert ends["test_skipped"].reason == "not here"
    assert sorted((one.suite, one.cases) for one in shown) == [("Good", 3), ("Half", 1)]
    assert {one.form for one in shown} == {"short"}


@pytest.mark.parametrize("options", [("-p", "no:xdist"), ("-n", "2")], ids=["alone", "two workers"])
def test_a_test_that_works_in_another_folder_hands_in_to_the_same_file(tmp_path, options):
    text = "import os\ndef test_moved(tmp_path, evidence):\n    os.chdir(tmp_path)\n"
    text += "    evidence('Moved', 'It holds.', cases=1)\n"
    _, found, shown = run(tmp_path, text, *options)
    assert [one.how for one in found.outcomes] == ["passed"]
    assert [one.suite for one in shown] == ["Moved"]


def test_the_full_form_is_named(tmp_path):
    _, found, shown = run(tmp_path, TESTS, "--proof", "full", "-k", "good")
    assert found.form == "full"
    assert [one.form for one in shown] == ["full"]


@pytest.mark.parametrize(
    ("form", "order"), [("full", ["test_long", "test_short"]), ("short", ["test_short", "test_long"])]
)
def test_what_takes_minutes_is_begun_first_in_the_full_form(tmp_path, form, order):
    text = "import pytest\ndef test_short():\n    pass\n@pytest.mark.long\ndef test_long():\n    pass\n"
    _, found, _ = run(tmp_path, text, "--proof", form, "-W", "ignore")
    assert [one.test.rpartition("::")[2] for one in found.outcomes] == order


def test_a_test_that_kills_its_worker_has_failed(tmp_path):
    text = "import os, signal\ndef test_dies(evidence):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    code, found, _ = run(tmp_path, text, "-n", "1", "--max-worker-restart", "0")
    assert code == 1
    assert [(one.test.partition("::")[2], one.how) for one in found.outcomes] == [("test_dies", "failed")]


def test_a_file_that_cannot_be_read_is_noted(tmp_path):
    _, found, _ = run(tmp_path, "import nowhere_to_be_found\n")
    assert len(found.problems) == 1
    assert "nowhere_to_be_found" in found.problems[0]


def test_a_killed_run_leaves_no_outcomes_of_an_earlier_one(tmp_path):
    run(tmp_path, TESTS)
    text = "import os, signal\ndef test_dies(evidence):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    code, found, _ = run(tmp_path, text, "-p", "no:xdist")
    assert code == -9
    assert found is None
