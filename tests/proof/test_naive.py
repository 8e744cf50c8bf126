"""The naive script does what its docstring says, and its count sees a double and a missing record."""

from __future__ import annotations

import pytest
import requests

from handoff_connectors.sandbox.server import Sandbox
from proof.naive import PLACES, Count, count, deliver

PACKETS = ("a1", "a2")


@pytest.fixture
def sandbox():
    with Sandbox(limits=False) as running:
        yield running


@pytest.fixture
def session():
    with requests.Session() as one:
        one.trust_env = False
        yield one


def test_undisturbed_it_makes_one_record_a_packet_in_each_system(sandbox, session, tmp_path):
    deliver(sandbox.urls, PACKETS, tmp_path / "notes", session=session)
    assert count(sandbox.records(), PACKETS) == Count(doubled=0, lost=0)


def test_started_again_it_posts_nothing_that_it_has_noted(sandbox, session, tmp_path):
    for _ in range(2):
        deliver(sandbox.urls, PACKETS, tmp_path / "notes", session=session)
    assert count(sandbox.records(), PACKETS) == Count(doubled=0, lost=0)
    assert len((tmp_path / "notes").read_text().splitlines()) == len(PACKETS) * len(PLACES)


def test_a_post_that_was_not_noted_is_made_twice(sandbox, session, tmp_path):
    sandbox.faults.add(vendor="hubspot", method="POST", path="notes", fault="apply_then_drop")
    with pytest.raises(requests.ConnectionError):
        deliver(sandbox.urls, PACKETS, tmp_path / "notes", session=session)
    deliver(sandbox.urls, PACKETS, tmp_path / "notes", session=session)
    assert count(sandbox.records(), PACKETS) == Count(doubled=1, lost=0)


def test_a_record_that_is_not_there_counts_as_lost(sandbox, session, tmp_path):
    deliver(sandbox.urls, PACKETS[:1], tmp_path / "notes", session=session)
    assert count(sandbox.records(), PACKETS) == Count(doubled=0, lost=len(PLACES))
