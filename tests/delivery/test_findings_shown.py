"""What a destination may read of the findings."""

from __future__ import annotations

import pytest

from handoff_core.connector import Finding
from handoff_core.delivery.view import findings_shown
from handoff_core.packet.enums import Sensitivity
from handoff_core.privacy import Policy

LOST = Finding("HO801", "warning", "transcript.3", "refund() failed: card 4242 of maria@mail.example", "Name it.")
VAGUE = Finding("HO601", "warning", "next_action.text", "The next step is vague.", "Say what to do.")


@pytest.mark.parametrize("highest", [Sensitivity.PUBLIC, Sensitivity.INTERNAL])
def test_words_of_the_tool_log_are_withheld_with_the_transcript(highest):
    shown = findings_shown((LOST, VAGUE), Policy(highest))
    assert "maria" not in shown[0].text
    assert "handoff show" in shown[0].text
    assert shown[0].code == "HO801"
    assert shown[1] == VAGUE


def test_where_the_transcript_is_shown_its_words_are():
    assert findings_shown((LOST, VAGUE), Policy(Sensitivity.PERSONAL)) == (LOST, VAGUE)
