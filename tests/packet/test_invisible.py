"""What nobody sees is taken out; what makes a sign whole stays."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff_core.connector import View
from handoff_core.packet.invisible import without_invisible
from handoff_core.testing.factories import make_owner, make_packet, make_view
from handoff_mappings import hubspot, slack, zendesk
from handoff_mappings.text import cut

WHOLE = {
    "family": "👨‍👩‍👧‍👦",
    "profession with a skin tone": "👩🏽‍🔧",
    "rainbow flag": "🏳️‍🌈",
    "heart on fire": "❤️‍🔥",
    "shaking head": "🙂‍↔️",
    "black cat": "🐈‍⬛",
    "keycap": "1️⃣",
    "text style": "☎︎",
    "Persian, I want": "می‌خواهم",
    "Persian, books": "کتاب‌ها",
    "Sinhala, shri": "ශ්‍රී",
    "Malayalam, he": "അവന്‍",
    "Bengali, ya": "র‍্যাম",
    "Hindi, half ka": "क्‍ष",
    "Marathi": "ऱ्‍ह",
    "ideograph with a variant": "葛\U000e0100",
}
HOSTILE = {
    "a word in two": ("pass\u200cword\u200d", "password"),
    "a joiner between figures": ("12\u200d34", "1234"),
    "a joiner after an emoji only": ("🔥\u200d fire", "🔥 fire"),
    "a non-joiner between emoji": ("👨\u200c👩", "👨👩"),
    "joiners in a row spell bits": ("می" + "\u200c\u200d\u200c\u200c\u200d" + "خواهم", "می\u200cخواهم"),
    "a joiner between Arabic figures": ("١\u200d٢", "١٢"),
    "a joiner between Latin and Persian": ("a\u200cم", "aم"),
    "tags": ("hi\U000e0041\U000e0042\U000e007f", "hi"),
    "tags behind a flag": ("🏴\U000e0067\U000e0062\U000e007f", "🏴"),
    "selectors in a row spell bytes": ("😀" + "\ufe01\U000e0158\U000e0155\ufe0f", "😀\ufe01"),
    "a selector behind a letter": ("a\ufe0fb\U000e0123", "ab"),
    "direction": ("\u202eexe.txt\u202c \u2066x\u2069\u200e\u061c", "exe.txt x"),
    "direction between Persian letters": ("می\u202eخواهم", "میخواهم"),
    "direction beside a joiner": ("👨\u200d\u202e👩", "👨\u200d👩"),
    "letters that show nothing": ("a\u3164b\u115fc\uffa0", "abc"),
    "soft hyphens": ("pass\xadword", "password"),
    "nothing at all": ("\u200d", ""),
}
SYSTEMS: dict[str, Callable[[View], list[dict[str, object]]]] = {
    "zendesk": lambda view: [
        {**one.body, **one.local}
        for one in zendesk.render(
            view,
            zendesk.ZendeskSettings.model_validate(
                {"connector": "zendesk", "subdomain": "acme", "token_env": "T", "brief_field": 360010}
            ),
        )
    ],
    "hubspot": lambda view: [
        dict(one.body)
        for one in hubspot.render(
            view, hubspot.HubSpotSettings.model_validate({"connector": "hubspot", "token_env": "T"})
        )
    ],
    "slack": lambda view: [
        dict(one.body)
        for one in slack.render(
            view, slack.SlackSettings.model_validate({"connector": "slack", "token_env": "T", "channel": "C0ALERTS"})
        )
    ],
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_sign_of_several_characters_stays_whole(name: str) -> None:
    assert without_invisible(WHOLE[name]) == WHOLE[name]
    assert without_invisible(f"({WHOLE[name]}) and x{WHOLE[name]}") == f"({WHOLE[name]}) and x{WHOLE[name]}"


@pytest.mark.parametrize("name", HOSTILE)
def test_what_hides_is_taken_out(name: str) -> None:
    text, expected = HOSTILE[name]
    assert without_invisible(text) == expected


@given(st.text(st.sampled_from("aم خन्👨🏽❤1\u20e3葛\n\r\u200b\u200c\u200d\u202e\ufe0f\U000e0100\U000e0041\u3164\xad")))
def test_a_cleaned_text_is_clean_and_has_no_two_invisible_characters_of_one_kind_in_a_row(text: str) -> None:
    cleaned = without_invisible(text)
    assert without_invisible(cleaned) == cleaned
    assert not set("\u200b\u202e\U000e0041\u3164\xad\r") & set(cleaned)
    for one, other in itertools.pairwise(cleaned):
        assert not {one, other} <= set("\u200c\u200d")
        assert not {one, other} <= set("\ufe0f\U000e0100")


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_system_shows_signs_whole_and_nothing_hidden(system: str) -> None:
    kept = " ".join(WHOLE.values())
    hidden = "".join(text for text, _ in HOSTILE.values())
    packet = make_packet(
        summary=kept,
        goal=hidden,
        customer={"name": hidden + kept, "email": "maria@lindqvist.example"},
        facts=[{"name": "said", "value": kept, "source": hidden}],
        transcript=[{"speaker": "customer", "text": kept + hidden}],
    )
    owner = make_owner(identity={"zendesk": "9001", "hubspot": "70001", "slack": "U0DANA"}[system])
    sent = json.dumps(SYSTEMS[system](make_view(packet, owner=owner)), ensure_ascii=False, default=str)
    for sign in WHOLE.values():
        assert sign in sent
    for _, shown in HOSTILE.values():
        assert shown in sent
    unsafe = "\u202e\u202c\u2066\u2069\u200e\u061c\u3164\u115f\uffa0\xad\u2060\ufeff"
    assert not [sign for sign in sent if sign in unsafe or "\U000e0000" <= sign <= "\U000e007f"]
    assert "\u200c\u200d" not in sent


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [("ab👨‍👩‍👧x", 5, "ab…"), ("ab👨‍👩‍👧x", 6, "ab…"), ("ab👨‍👩‍👧xy", 8, "ab👨‍👩‍👧…"), ("می‌خواهم", 4, "می…")],
)
def test_a_cut_leaves_no_half_of_a_joined_sign(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected
