from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from handoff_core.errors import ConfigProblem
from handoff_core.triage import Preset

Find = Callable[..., tuple[ConfigProblem, ...]]

TWIN_DESK = '[destinations.twin]\nconnector = "tickets"\nsubdomain = "acme"\ntoken_env = "OTHER"\n'
TWIN_ALERTS = '[destinations.twin]\nconnector = "talk"\ntoken_env = "TALK_TOKEN"\nchannel = "{channel}"\n'
TOKENS = {"DESK_TOKEN": "a", "TALK_TOKEN": "b", "OTHER": "c"}


def errors_in(problems: tuple[ConfigProblem, ...]) -> list[ConfigProblem]:
    return [problem for problem in problems if problem.severity == "error"]


def test_two_destinations_in_one_account_are_refused(problems_in: Find, whole: str) -> None:
    [problem] = errors_in(problems_in(whole + TWIN_DESK, environ=TOKENS))
    assert problem.key == "destinations.twin"
    assert 'one account with "desk"' in problem.text


def test_two_destinations_in_one_channel_are_refused(problems_in: Find, whole: str) -> None:
    [problem] = errors_in(problems_in(whole + TWIN_ALERTS.format(channel="C0ALERTS"), environ=TOKENS))
    assert 'one channel of one account with "alerts"' in problem.text


def test_two_destinations_in_two_channels_are_permitted(problems_in: Find, whole: str) -> None:
    assert errors_in(problems_in(whole + TWIN_ALERTS.format(channel="C0OTHER"), environ=TOKENS)) == []


def test_without_secrets_the_same_variable_is_the_same_account(problems_in: Find, whole: str) -> None:
    [problem] = errors_in(problems_in(whole + TWIN_ALERTS.format(channel="C0ALERTS"), environ={}))
    assert problem.key == "destinations.twin"


WARNINGS = {
    "a team without an identity": (
        'identities = { desk = "360007", alerts = "S0SUP" }',
        'identities = { desk = "360007" }',
        "owners.support",
        "a team without an identity in alerts",
    ),
    "an owner without an address": (
        'email = "dana@acme.example"\nidentities = { desk = "9001", alerts = "U0DANA" }',
        "",
        "owners.dana",
        "neither email nor identities",
    ),
    "two rules of one name": ('name = "nights"', 'name = "hot leads"', "routing.rules.1.name", "an earlier rule"),
    "a rule that is never reached": (
        'when = { lane = ["sales"], urgency = ["high", "critical"] }',
        "",
        "routing.rules.1",
        'the rule "hot leads" before it always matches',
    ),
    "success": (
        "[quality]",
        '[lanes.support]\nsuccess = { closed_within = "1d" }\n[quality]',
        "lanes.support.success.closed_within",
        "not acted on",
    ),
    "a level that nothing needs": ("team = true", "team = true\nlevel = 2", "owners.support.level", "by nothing"),
}


@pytest.mark.parametrize("name", WARNINGS)
def test_what_a_person_should_know_is_a_warning(name: str, problems_in: Find, whole: str) -> None:
    old, new, key, text = WARNINGS[name]
    assert old in whole
    [problem] = problems_in(whole.replace(old, new, 1))
    assert (problem.severity, problem.key) == ("warning", key)
    assert text in problem.text
    assert problem.line > 1


def test_nobody_can_approve_where_everybody_is_a_team(problems_in: Find, whole: str) -> None:
    text = whole.replace('email = "dana@acme.example"', "team = true")
    [problem] = [one for one in problems_in(text) if one.key == "owners"]
    assert problem.severity == "warning"
    assert "no person can be asked to approve" in problem.text


def test_a_limit_in_figures_is_said_not_to_be_compared(problems_in: Find, whole: str) -> None:
    [problem] = problems_in(whole + '[review]\nai_never_decides = ["refund", "discounts over 200 dollars"]\n')
    assert (problem.severity, problem.key) == ("warning", "review.ai_never_decides.1")
    assert "amounts are not compared" in problem.text


def test_agents_and_what_the_ai_never_decides_are_acted_on(problems_in: Find, whole: str) -> None:
    more = '[agents.planner]\noutbox = "o"\n[privacy.planner]\nsensitivity = "internal"\n'
    assert problems_in(whole + more + '[review]\nai_never_decides = ["refund"]\n') == ()


def test_triage_without_a_way_to_a_person_is_refused(problems_in: Find, whole: str) -> None:
    nobody = whole.replace('email = "dana@acme.example"\nidentities = { desk = "9001", alerts = "U0DANA" }', "", 1)
    assert errors_in(problems_in(nobody)) == []
    [problem] = errors_in(problems_in(nobody + "[triage]\n"))
    assert problem.key == "routing.fallback"
    assert "reaches nobody" in problem.text
    assert "[owners.dana]" in problem.fix


@pytest.mark.parametrize("preset", list(Preset))
def test_a_preset_without_a_fallback_is_refused_and_with_one_it_loads(
    preset: Preset, problems_in: Find, whole: str
) -> None:
    table = f'[triage]\npreset = "{preset}"\n'
    assert problems_in(whole + table) == ()
    assert [one.key for one in errors_in(problems_in(whole.replace('fallback = "dana"', "", 1) + table))] == [
        "routing.fallback"
    ]


ACTED_ON = {
    "a time to acknowledge": ('owner = "support"', 'owner = "support"\nacknowledge_within = "15m"\nthen = ["dana"]'),
    "business time": ("[routing]\n", '[routing]\nacknowledge_in = "business"\n'),
    "hours of an owner": ("team = true", 'team = true\nhours = { mon = "08:00-12:00" }\ntimezone = "Europe/Berlin"'),
    "days off": ("team = true", 'team = true\naway = [2026-12-24, "12-24/01-02"]\nworks_holidays = true'),
    "languages of an owner": ("team = true", 'team = true\nlanguages = ["en"]'),
    "time to acknowledge as success": (
        'owner = "support"',
        'owner = "support"\nacknowledge_within = "15m"\n[lanes.support]\nsuccess = { acknowledged_within = "1h" }',
    ),
}


@pytest.mark.parametrize("name", ACTED_ON)
def test_who_is_asked_when_is_acted_on(name: str, problems_in: Find, whole: str) -> None:
    old, new = ACTED_ON[name]
    assert old in whole
    assert problems_in(whole.replace(old, new, 1)) == ()


MISFITS = {
    "a level that is in no order": ('level_for = { high = "senior" }', "", "routing.level_for.high", "is not one of"),
    "a word among numbers": ("level_for = { high = 2 }", 'level = "boss"', "owners.support.level", "is not one of"),
    "a number among words": (
        'levels = ["junior", "senior"]\nlevel_for = { high = "senior" }',
        "level = 2",
        "owners.support.level",
        "is a number",
    ),
    "a level twice": ('levels = ["a", "b", "a"]', "", "routing.levels", "names a level twice"),
    "a need that is none": ("level_for = { hi = 2 }", "", "routing.level_for", "neither a complexity nor a reason"),
}


@pytest.mark.parametrize("name", MISFITS)
def test_levels_stand_in_one_order(name: str, problems_in: Find, whole: str) -> None:
    routing, owner, key, text = MISFITS[name]
    whole = whole.replace("[routing]\n", f"[routing]\n{routing}\n", 1)
    [problem] = errors_in(problems_in(whole.replace("team = true", f"team = true\n{owner}", 1)))
    assert problem.key == key
    assert text in problem.text
    assert problem.fix


@pytest.mark.parametrize("place", ["[routing]", '[[routing.rules]]\nname = "hot leads"'])
def test_business_time_needs_business_hours(place: str, problems_in: Find, whole: str) -> None:
    text = re.sub(r"^hours = .*\n", "", whole, flags=re.MULTILINE).replace(", within_hours = false", "", 1)
    text = text.replace("within_hours = false", 'lane = "content"')
    text = text.replace(place, f'{place}\nacknowledge_in = "business"', 1)
    [problem] = errors_in(problems_in(text))
    assert problem.key.endswith("acknowledge_in")
    assert "within business hours" in problem.text


@pytest.mark.parametrize(
    ("days", "text"),
    [
        ('["2026-02-30"]', "in no calendar"),
        ('["2026-12-26/2026-12-24"]', "ends before it begins"),
        ('["xmas"]', "no day"),
        ("[3]", "no day"),
        ("[2026-12-25T10:00:00]", "no day"),
        ('["02-30"]', "in no calendar"),
        ('"12-25"', "not a list"),
        ('["12-24/2027-01-01"]', "no day"),
    ],
)
def test_days_that_make_no_sense_are_refused(days: str, text: str, problems_in: Find, whole: str) -> None:
    [problem] = errors_in(problems_in(whole.replace("[business]\n", f"[business]\nholidays = {days}\n", 1)))
    assert problem.key == "business.holidays"
    assert text in problem.text
    assert problem.fix


def test_required_paths_are_acted_on_already(problems_in: Find, whole: str) -> None:
    assert problems_in(whole + '[lanes.booking]\nrequire = ["customer.phone", "facts.order_id"]\n') == ()


def test_a_wrong_lane_hides_no_wrong_name_of_its_rule(problems_in: Find, whole: str) -> None:
    rule = '[[routing.rules]]\nname = "x"\nwhen = { lane = "sale" }\nowner = "nobody"\ndestinations = ["dsk"]\n'
    found = errors_in(problems_in(whole.replace("[quality]", rule + 'then = ["sup"]\n[quality]', 1)))
    assert [problem.key.removeprefix("routing.rules.2.").partition(".")[0] for problem in found] == [
        "when",
        "owner",
        "destinations",
        "then",
    ]


def test_a_wrong_owner_or_routing_hides_no_wrong_name_in_it(problems_in: Find, whole: str) -> None:
    text = whole.replace("team = true", "team = 3").replace('desk = "360007"', 'dsk = "360007"')
    text = text.replace('fallback = "dana"', 'fallback = "dan"\nfalback = 1')
    keys = {problem.key for problem in errors_in(problems_in(text))}
    assert keys == {"owners.support.team", "owners.support.identities.dsk", "routing.fallback", "routing.falback"}


def test_a_lease_that_is_too_short_is_told_beside_a_wrong_retry(problems_in: Find, whole: str) -> None:
    text = whole.replace('lease = "60s"', 'lease = "10s"').replace("factor = 3.0", "factor = 0.5")
    assert {problem.key for problem in errors_in(problems_in(text))} == {"delivery.lease", "delivery.retry.factor"}


LANGUAGES = {"english": 'Write "en".', "Klingon": "such as"}


@pytest.mark.parametrize("written", LANGUAGES)
def test_a_language_that_is_written_out_is_a_warning_with_its_tag(problems_in: Find, whole: str, written: str) -> None:
    text = whole.replace("[owners.support]\n", f'[owners.support]\nlanguages = ["es", "{written}"]\n')
    [problem] = problems_in(text)
    assert (problem.severity, problem.key) == ("warning", "owners.support.languages.1")
    assert LANGUAGES[written] in problem.fix
    [problem] = problems_in(whole.replace("within_hours = false", f'language = "{written}"'))
    assert (problem.severity, problem.key) == ("warning", "routing.rules.1.when.language")


@pytest.mark.parametrize("written", ["en", "pt-BR", "zh_Hant_TW", "fil"])
def test_a_language_tag_is_none(problems_in: Find, whole: str, written: str) -> None:
    assert problems_in(whole.replace("[owners.support]\n", f'[owners.support]\nlanguages = ["{written}"]\n')) == ()


TIMED = {
    "no rule waits": ("", "", True),
    "a rule for another lane waits": ('owner = "dana"\n', 'owner = "dana"\nacknowledge_within = "5m"\n', True),
    "a rule for any lane waits": ('owner = "support"\n', 'owner = "support"\nacknowledge_within = "5m"\n', False),
}


@pytest.mark.parametrize("name", TIMED)
def test_a_time_to_acknowledge_that_no_rule_waits_for_is_a_warning(problems_in: Find, whole: str, name: str) -> None:
    old, new, warned = TIMED[name]
    text = whole.replace(old, new, 1) if old else whole
    text += '[lanes.support]\nsuccess = { acknowledged_within = "30m" }\n'
    found = [(one.severity, one.key) for one in problems_in(text)]
    assert found == [("warning", "lanes.support.success.acknowledged_within")] * warned


def test_a_rule_that_waits_behind_one_that_takes_the_whole_lane_waits_for_nobody(problems_in: Find, whole: str) -> None:
    rules = '[[routing.rules]]\nname = "all"\nwhen = { lane = "support" }\n\n[[routing.rules]]\nname = "hot leads"'
    text = whole.replace('[[routing.rules]]\nname = "hot leads"', rules)
    text = text.replace('owner = "support"\n', 'owner = "support"\nacknowledge_within = "5m"\n')
    text += '[lanes.support]\nsuccess = { acknowledged_within = "30m" }\n'
    assert [one.key for one in problems_in(text)] == ["lanes.support.success.acknowledged_within"]
