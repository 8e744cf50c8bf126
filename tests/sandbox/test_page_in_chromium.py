"""The page in a real browser: owner, reason and next step are visible, and nothing runs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from handoff_connectors.sandbox.allow_list import plain

KEY = "ho-acme.case-1"
REASON = "The refund is above what the assistant may grant"
NEXT = "Call Maria and agree an emergency visit today"
ATTACK = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium here: install Debian's package `chromium`"),
]


@pytest.fixture
def case(sandbox):
    """One packet's records in all three systems, with customer text that tries to run."""
    brief = f"<p><b>Owner:</b> Dana Fields</p><p><b>Why:</b> {REASON}</p><p><b>Next step:</b> {NEXT}</p>"
    sandbox.zendesk.create(
        {
            "subject": f"Water {ATTACK}",
            "external_id": KEY,
            "priority": "urgent",
            "assignee_id": 9001,
            "comment": {"public": False, "html_body": f"{brief}<blockquote>{ATTACK}</blockquote>"},
        }
    )
    contact = sandbox.hubspot.create("contacts", {"firstname": "Maria", "lastname": ATTACK})
    link = [{"to": {"id": contact.id}, "types": [{"associationTypeId": 202}]}]
    values = {
        "hs_timestamp": "1795187520000",
        "hubspot_owner_id": "70001",
        "hs_note_body": f"{brief}{ATTACK}<p>{KEY}</p>",
    }
    sandbox.hubspot.create("notes", values, link)
    texts = ["*Owner*\n<@U0DANA>", f"*Why*\n{REASON}", f"*Next action*\n{NEXT}", ATTACK.replace("<", "&lt;")]
    fields = [{"type": "mrkdwn", "text": text, "verbatim": True} for text in texts]
    blocks = [{"type": "section", "fields": fields}]
    metadata = {"event_type": "handoff", "event_payload": {"handoff_key": KEY}}
    sandbox.slack.post({"channel": "C0ALERTS", "text": ATTACK, "blocks": blocks, "metadata": metadata})
    return sandbox


def browse(tmp_path, url, *more):
    switches = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--no-proxy-server",
        "--window-size=1440,1800",
    ]
    done = subprocess.run(
        [str(BROWSER), *switches, f"--user-data-dir={tmp_path}/profile", *more, url],
        capture_output=True,
        timeout=120,
        check=True,
        env={**os.environ, "HOME": str(tmp_path)},
    )
    return done.stdout.decode()


@pytest.mark.parametrize("system", ["zendesk", "hubspot", "slack"])
def test_owner_reason_and_next_step_are_visible(case, tmp_path, system):
    words = plain(browse(tmp_path, f"{case.page_url}/?key={KEY}&only={system}", "--dump-dom"))
    assert "Dana Fields" in words
    assert REASON in words
    assert NEXT in words


def test_the_page_draws_and_nothing_on_it_runs(case, tmp_path):
    picture = tmp_path / "page.png"
    dom = browse(tmp_path, f"{case.page_url}/?key={KEY}", "--dump-dom")
    assert re.search(r"<title>(.*?)</title>", dom)[1] == KEY
    assert "<img" not in dom
    browse(tmp_path, f"{case.page_url}/?key={KEY}", f"--screenshot={picture}")
    assert picture.stat().st_size > 20_000
