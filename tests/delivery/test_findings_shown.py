"""What a destination may read of the findings."""

from __future__ import annotations

import pytest

from handoff_core.connector import Finding
from handoff_core.delivery.view import findings_shown
from handoff_core.packet.enums import Sensitivity
from handoff_core.privacy import Policy
from handoff_core.testing.factories import make_packet

LOST = Finding("HO801", "warning", "transcript.3", "refund() failed: card 4242 of maria@mail.example", "Name it.")
BODY = make_packet(need="Refund 4242 4242 4242 4242, not 4000 0000 0002 4242").to_json()
VAGUE = Finding("HO601", "warning", "next_action.text", "The next step is vague.", "Say what to do.")


@pytest.mark.parametrize("highest", [Sensitivity.PUBLIC, Sensitivity.INTERNAL])
def test_words_of_the_tool_log_are_withheld_with_the_transcript(highest):
    shown = findings_shown((LOST, VAGUE), Policy(highest), BODY)
    assert "maria" not in shown[0].text
    assert "handoff show" in shown[0].text
    assert shown[0].code == "HO801"
    assert shown[1] == VAGUE


def test_where_the_transcript_is_shown_its_words_are():
    assert findings_shown((LOST, VAGUE), Policy(Sensitivity.PERSONAL), BODY) == (LOST, VAGUE)


def test_a_value_that_a_finding_quotes_has_the_token_that_it_has_in_the_packet():
    name = "card 4000000000024242"
    found = Finding("HO111", "warning", f"facts.{name}", f"One fact has no source: {name}.", "Name its source.")
    (shown,) = findings_shown((found,), Policy(Sensitivity.PERSONAL), BODY)
    assert shown.text == "One fact has no source: card [card ending 4242, 2]."
    assert shown.path == "facts.card [card ending 4242, 2]"
    assert findings_shown((found,), Policy(Sensitivity.SENSITIVE), BODY) == (found,)
