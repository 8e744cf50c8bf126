"""What is installed, and whether this machine keeps what is promised."""

from __future__ import annotations

import os

import pytest

from handoff_core.cli.examine import clock_verdict, rights_verdict, sqlite_verdict
from handoff_core.ledger.sqlite import journal_choice


def test_doctor_tells_of_ledger_journal_inbox_and_idle_runs(desk) -> None:
    desk.business()
    desk.run("sync")

    ran = desk.run("doctor", "--json")

    assert ran.code == 0, ran.out
    found = {one["subject"]: one for one in ran.objects}
    for subject in ("SQLite", "clock", "connectors", "acme: ledger", "acme: journal", "acme: idle runs", "acme: inbox"):
        assert found[subject]["ok"] is True, subject
    assert found["acme: journal"]["text"].startswith(journal_choice().journal_mode.upper())


def test_a_ledger_that_others_may_read_needs_a_person(desk) -> None:
    desk.business()
    desk.run("sync")
    os.chmod(desk.folder / "acme.db", 0o644)

    ran = desk.run("doctor")

    assert ran.code == 1
    assert "chmod 0600" in ran.out


def test_a_broken_configuration_ends_with_78_and_still_tells_of_the_machine(desk) -> None:
    (desk.folder / "handoff.toml").write_text("[business\n")

    ran = desk.run("doctor")

    assert ran.code == 78
    assert "Python" in ran.out
    assert "handoff.toml:1:" in ran.err


@pytest.mark.parametrize(
    ("version", "words"),
    [((3, 51, 3), "journal WAL, synchronous FULL"), ((3, 50, 6), "journal DELETE, synchronous EXTRA")],
)
def test_the_journal_follows_from_the_version(version: tuple[int, int, int], words: str) -> None:
    assert words in sqlite_verdict(journal_choice(version)).text


def test_a_clock_before_the_program_was_written_is_wrong() -> None:
    assert clock_verdict(0.0, 0.05, 0.05).ok is False


def test_a_clock_that_jumps_is_told() -> None:
    now = 1_795_000_000.0

    assert clock_verdict(now, now + 0.05, 0.05).ok is True
    assert clock_verdict(now, now + 3600, 0.05).ok is False
    assert clock_verdict(now, now - 3600, 0.05).ok is False


@pytest.mark.parametrize(("mode", "ok"), [(0o600, True), (0o400, True), (0o640, False), (0o604, False)])
def test_files_are_for_their_owner_only(tmp_path, mode: int, ok: bool) -> None:
    path = tmp_path / "file"
    path.touch()
    path.chmod(mode)

    assert rights_verdict("file", path).ok is ok


def _on_postgres(desk, url: str) -> None:
    path = desk.business()
    path.write_text(path.read_text().replace("sqlite:///acme.db", url))


def test_a_postgresql_that_cannot_be_reached_needs_a_person(desk) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'handoff[postgres]'")
    _on_postgres(desk, "postgresql://handoff@127.0.0.1:1/handoff")

    ran = desk.run("doctor", "--json")

    [ledger] = [one for one in ran.objects if one["subject"] == "acme: ledger"]
    assert ran.code == 1
    assert ledger["ok"] is False
    assert "cannot be reached" in ledger["text"]
    assert ledger["fix"]


@pytest.mark.postgres
def test_a_postgresql_that_answers_is_told_with_its_version(desk, postgres_url: str) -> None:
    _on_postgres(desk, postgres_url)

    ran = desk.run("doctor", "--json")

    [ledger] = [one for one in ran.objects if one["subject"] == "acme: ledger"]
    assert ledger["ok"] is True
    assert ledger["text"].startswith("PostgreSQL 1")
