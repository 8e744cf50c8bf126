"""Untrusted text arrives as it was written, and nothing in it is live."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff_mappings.slack.escape import LIKE_A_BACKTICK, ZERO_WIDTH_SPACE, link, mention, mrkdwn, plain, safe_url
from handoff_mappings.text import clean

CONTROL = re.compile(r"<[^>]*>")


@pytest.mark.parametrize(
    "text",
    [
        "<!channel>",
        "<!here|here>",
        "<@U0DANA>",
        "<#C0ALERTS|general>",
        "<https://evil.example|your bank>",
        "<mailto:a@b.example>",
    ],
)
def test_a_control_sequence_becomes_words(text: str) -> None:
    assert CONTROL.search(mrkdwn(text)) is None
    assert html.unescape(mrkdwn(text)) == text


def test_an_escaped_control_sequence_is_escaped_once_more() -> None:
    assert mrkdwn("&lt;!channel&gt;") == "&amp;lt;!channel&amp;gt;"


@pytest.mark.parametrize("word", ["@here", "@channel", "@everyone", "@Channel"])
def test_a_broadcast_is_parted(word: str) -> None:
    assert word not in mrkdwn(f"please {word} now")
    assert word not in plain(f"please {word} now")


@pytest.mark.parametrize("text", ["*bold*", "_slanted_", "~struck~", "a *b* c", "(*x*)"])
def test_formatting_characters_do_not_format(text: str) -> None:
    shown = mrkdwn(text)
    assert shown.replace(ZERO_WIDTH_SPACE, "") == text
    assert not re.search(r"[*_~](?!\u200b)", shown)


@pytest.mark.parametrize("text", ["`code`", "```fence```", "`", "a`b`c", "``` `x` ```"])
def test_a_backtick_makes_no_code(text: str) -> None:
    assert mrkdwn(text) == text.replace("`", LIKE_A_BACKTICK)


@pytest.mark.parametrize(
    "text", [":rotating_light:", "1:100:2", "a :+1: b", "::skin-tone-2:", ":flag-de::de:", ":_ok_:", ":Fire:", ":x:y:"]
)
def test_the_name_of_an_emoji_shows_as_it_was_written(text: str) -> None:
    shown = mrkdwn(text)
    assert not re.search(r":[\w'+-]+:", shown)
    assert shown.replace(ZERO_WIDTH_SPACE, "") == text


@pytest.mark.parametrize(
    "text",
    [
        "from 10:30:00 to 11:05",
        "2026-11-26T10:34:46Z",
        "https://desk.example:8443/a:b:c and more",
        "Name: Ann, note:",
        "{0:>10}: x",
        "16:9",
    ],
)
def test_colons_that_name_no_emoji_can_still_be_copied(text: str) -> None:
    assert html.unescape(mrkdwn(text)) == text


def test_an_underscore_inside_a_word_can_still_be_copied() -> None:
    assert mrkdwn("order_id_55 and 3*4") == "order_id_55 and 3*4"


def test_a_line_that_begins_with_a_quote_sign_is_no_quote() -> None:
    assert mrkdwn("> so he said") == f"{ZERO_WIDTH_SPACE}&gt; so he said"


@pytest.mark.parametrize("text", ["{{7*7}}", "${HOME}", "%s", "{0.__class__}"])
def test_a_template_arrives_character_for_character(text: str) -> None:
    assert mrkdwn(text).replace(ZERO_WIDTH_SPACE, "") == text
    assert plain(text) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "\u202e",
        "\u2066",
        "\u200b",
        "\u2060",
        "\ufeff",
        "\u0000",
        "\u001b",
        "\U000e0041",
        "\ud800",
    ],
)
def test_what_nobody_sees_is_taken_out(hidden: str) -> None:
    assert clean(f"a{hidden}b") == "ab"


def test_newlines_of_every_kind_are_one_kind() -> None:
    assert clean("a\r\nb\rc\u2028d") == "a\nb\nc\nd"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://x.example",
        "https://",
        "http://[::1",
        "https://a b.example",
        "//x.example",
    ],
)
def test_an_address_that_is_not_http_makes_no_link(url: str) -> None:
    assert safe_url(url) is None
    assert link(url, "open") == "open"


def test_a_link_cannot_be_broken_out_of() -> None:
    made = link("https://desk.example/t?a=1&b=2|x><!channel>", "Ticket|<!here>")
    assert made == "<https://desk.example/t?a=1&amp;b=2%7Cx%3E%3C!channel%3E|Ticket¦&lt;!here&gt;>"


@pytest.mark.parametrize(
    ("identity", "shown"), [("U0DANA", "<@U0DANA>"), ("W0DANA", "<@W0DANA>"), ("S0TEAM", "<!subteam^S0TEAM>")]
)
def test_an_owner_is_mentioned_by_the_kind_of_the_id(identity: str, shown: str) -> None:
    assert mention(identity) == shown


@pytest.mark.parametrize("identity", [None, "", "dana", "U0DANA>", "!channel", "C0ALERTS", "U0DANA|x", "U0DANA\n"])
def test_what_is_no_id_is_never_mentioned(identity: str | None) -> None:
    assert mention(identity) is None


@given(st.text() | st.text(alphabet="`*_~<>&@ a\n"))
def test_any_text_can_be_read_back_from_mrkdwn(text: str) -> None:
    shown = html.unescape(mrkdwn(text)).replace(ZERO_WIDTH_SPACE, "")
    assert shown == clean(text).replace("`", LIKE_A_BACKTICK)
    assert not {"<", "`"} & set(mrkdwn(text))


@given(st.text(), st.text(min_size=1))
def test_any_link_is_one_control_or_none(url: str, label: str) -> None:
    for made in (link(url, label), link("https://x.example/" + url, label)):
        assert len(CONTROL.findall(made)) in (0, 1)
        assert CONTROL.sub("", made).count("<") == 0
