"""Every signal and verdict by its example, and what no setting may change."""

from __future__ import annotations

import pytest

from handoff_core.packet import Speaker, Turn
from handoff_core.triage import PRESETS, WEIGHTS, Preset, Signal, Timing, TriageSettings, Watch, verdicts
from handoff_core.triage.examples import BY_PRESET, BY_SIGNAL, Example, in_preset
from handoff_core.triage.settings import Weights
from handoff_core.triage.topics import ESCALATE, STAY, TOPICS

WISHES = ("blue one", "long cable", "small lamp", "hotel list", "train times", "other colour", "second page")
LOOP = (
    "My internet is not working.",
    "Please restart your router.",
    "I did, it still does not work.",
    "Please unplug it for ten seconds.",
    "Same thing. Still no internet.",
)


def turns(*texts: str) -> list[Turn]:
    """The customer and the AI in turn."""
    return [Turn(speaker=(Speaker.CUSTOMER, Speaker.AI)[number % 2], text=text) for number, text in enumerate(texts)]


def scores(*values: float) -> list[Turn]:
    """Turns of the customer with their sentiment, each answered."""
    found: list[Turn] = []
    for number, value in enumerate(values):
        found.append(Turn(speaker=Speaker.CUSTOMER, text=f"I need the {WISHES[number]} today", sentiment=value))
        found.append(Turn(speaker=Speaker.AI, text=f"Number {number * 7}."))
    return found


def first_due(conversation: list[Turn], **settings: object) -> int | None:
    rules = TriageSettings.model_validate(settings).rules()
    return next((one.turn for one in verdicts(conversation, rules) if one.is_due), None)


def test_every_signal_has_an_example() -> None:
    assert set(BY_SIGNAL) == set(Signal)


def test_every_verdict_has_an_example() -> None:
    assert {example.verdict for example in BY_SIGNAL.values()} == set(Timing)


@pytest.mark.parametrize("signal", BY_SIGNAL, ids=str)
def test_an_example_gets_its_verdict_for_its_reason(signal: Signal) -> None:
    assert_holds(BY_SIGNAL[signal])


@pytest.mark.parametrize(
    ("name", "example"), [(name, one) for name, ones in BY_PRESET.items() for one in ones], ids=str
)
def test_a_preset_judges_its_examples_as_it_says(name: str, example: Example) -> None:
    assert_holds(in_preset(name, example))


def assert_holds(example: Example) -> None:
    verdict = example.run()
    assert verdict.verdict is example.verdict, verdict.text
    assert example.signal is None or example.signal in {sign.signal for sign in verdict.reasons}, verdict.text
    assert all(sign.text for sign in verdict.reasons)


def test_every_preset_is_a_table_that_loads_and_has_examples() -> None:
    assert set(PRESETS) == set(Preset) == {Preset(name) for name in BY_PRESET}
    for table in PRESETS.values():
        TriageSettings.model_validate(dict(table))


def test_topics_that_go_and_stay_exist_and_do_not_overlap() -> None:
    assert set(ESCALATE) | set(STAY) <= set(TOPICS)
    assert not set(ESCALATE) & set(STAY)


def test_every_weight_can_be_set_and_has_its_default() -> None:
    assert Weights.model_validate({}).model_dump() == {signal.value: weight for signal, weight in WEIGHTS.items()}


@pytest.mark.parametrize("preset", [None, *Preset], ids=str)
def test_a_request_for_a_person_is_honoured_whatever_is_configured(preset: Preset | None) -> None:
    rules = TriageSettings.model_validate(
        {
            "preset": preset,
            "escalate": [],
            "stay": list(TOPICS),
            "require": ["customer.account_id"],
            "gather_first": True,
            "threshold": 5,
            "frustration_lowers": 0,
            "weights": dict.fromkeys((signal.value for signal in WEIGHTS), 0),
        }
    ).rules()
    [verdict] = verdicts(turns("How do I get a human?"), rules)
    assert verdict.verdict is Timing.NOW
    assert verdict.reasons[0].signal is Signal.EXPLICIT_REQUEST


def test_a_request_stands_until_it_is_taken_back() -> None:
    watch = Watch()
    for turn in turns("Can I speak to a person?", "I can help you with that.", "Great, thanks.", "What is it about?"):
        assert watch.turn(turn).is_due
    back = watch.turn(Turn(speaker=Speaker.CUSTOMER, text="Never mind, I don't need an agent."))
    assert back.verdict is Timing.NOT_YET


def test_a_request_stands_until_a_person_speaks() -> None:
    watch = Watch()
    watch.turn(turns("Can I speak to a person?")[0])
    assert not watch.turn(Turn(speaker=Speaker.HUMAN, text="Hello, this is Sara.")).is_due


def test_an_offer_that_is_taken_is_a_request_and_one_that_is_declined_is_none() -> None:
    offer = "Would you like me to connect you with an agent?"
    assert list(verdicts(turns("My screen is blank.", offer, "Yes please")))[-1].verdict is Timing.NOW
    assert not list(verdicts(turns("My screen is blank.", offer, "No, thanks")))[-1].is_due


def test_a_person_is_called_sooner_when_frustration_is_high() -> None:
    calm = first_due(scores(0, 0, -0.2, -0.2, -0.2, -0.2, -0.3))
    upset = first_due(scores(0, 0, -0.5, -0.5, -0.5, -0.5, -0.5))
    furious = first_due(scores(0, 0, -1, -1, -1, -1, -1))
    assert calm is None
    assert furious is not None
    assert upset is not None
    assert furious < upset


def test_a_worse_mood_never_raises_the_threshold() -> None:
    lowered = [list(verdicts(scores(0, score)))[-1].threshold for score in (0.5, 0, -0.25, -0.5, -0.75, -1)]
    assert lowered == sorted(lowered, reverse=True)


def test_three_failures_alone_are_no_counter_and_complexity_tips_the_scale() -> None:
    steps = turns(
        "Our invoices have odd tax rates.",
        "Please check the tax settings.",
        "Done, no change.",
        "Please clear the cache.",
        "No difference.",
    )
    plain = list(verdicts(steps))[-1]
    hard = list(verdicts(steps, fields={"classification": {"complexity": "high"}}))[-1]
    assert not plain.is_due
    assert hard.is_due


@pytest.mark.parametrize("text", ["Didn't help, annoying.", "That did not work, frustrating.", "It doesn't help."])
def test_one_suggestion_that_failed_calls_for_nobody_yet(text: str) -> None:
    found = list(verdicts(turns("My printer does not print.", "Please restart it.", text)))
    assert not found[-1].is_due
    again = list(verdicts(turns("My printer does not print.", "Please restart it.", text, "Please try a cable.", text)))
    assert again[-1].is_due == (text != "It doesn't help.")


def test_what_was_tried_often_is_no_earlier_contact_and_calling_often_is() -> None:
    said = {
        text: {
            sign.signal for sign in list(verdicts(turns("It will not start.", "Please restart it.", text)))[-1].reasons
        }
        for text in ("I restarted it five times already", "I called you five times already")
    }
    assert [Signal.PRIOR_CONTACTS in signals for signals in said.values()] == [False, True]
    assert Signal.REPEATED_FAILURE in said["I restarted it five times already"]


@pytest.mark.parametrize(
    ("text", "is_bad"), [("😡😡😡", True), ("🤬", True), ("❤️", False), ("🙏", False), ("💕", False)]
)
def test_a_mood_is_seen_where_nothing_but_emoji_is_said(text: str, is_bad: bool) -> None:
    [verdict] = verdicts([Turn(speaker=Speaker.CUSTOMER, text=text)])
    assert verdict.sentiment is not None
    assert (verdict.sentiment < -0.2, verdict.sentiment > 0.2) == (is_bad, not is_bad)


def test_nobody_is_called_for_a_fault_that_is_described_at_the_start() -> None:
    assert not any(one.is_due for one in verdicts(turns("My laptop is broken and the screen is black.")))


def test_a_mood_that_was_brought_along_calls_for_nobody_before_the_ai_has_answered() -> None:
    angry = Turn(speaker=Speaker.CUSTOMER, text="The delivery of my kitchen failed.", sentiment=-1)
    answer = Turn(speaker=Speaker.AI, text="Which order is it?")
    assert [one.is_due for one in verdicts([angry, answer, angry])] == [False, False, True]


def test_low_confidence_has_a_threshold_by_kind_of_issue() -> None:
    rules = TriageSettings.model_validate({"low_confidence_for": {"Warranty": 0.8}}).rules()
    conversation = turns("Is my boiler model still covered after the repair?")
    fields = {"confidence": 0.5, "classification": {"issue_type": "warranty"}}
    [warranty] = verdicts(conversation, rules, fields=fields)
    [other] = verdicts(conversation, rules, fields={"confidence": 0.5})
    assert warranty.is_due
    assert not other.is_due


def test_what_the_lane_requires_is_named_and_holds_back_what_can_wait() -> None:
    rules = TriageSettings.model_validate({}).rules(lanes={"support": ("customer.phone",)})
    conversation = turns("Is my boiler model still covered?")
    [early] = verdicts(conversation, rules, fields={"lane": "support", "confidence": 0.1})
    assert early.verdict is Timing.TOO_EARLY
    assert early.missing == ("a phone number (customer.phone)",)
    [now] = verdicts(
        turns("Is my boiler still covered? 312 555 0142"), rules, fields={"lane": "support", "confidence": 0.1}
    )
    assert now.verdict is Timing.NOW


def test_a_missing_number_does_not_keep_a_furious_customer() -> None:
    rules = TriageSettings.model_validate({}).rules(lanes={"support": ("customer.phone",)})
    due = [one for one in verdicts(scores(0, -1, -1), rules, lane="support") if one.is_due]
    assert due
    assert due[0].missing == ("a phone number (customer.phone)",)


def test_a_draft_gives_what_is_known() -> None:
    rules = TriageSettings.model_validate({"require": ["facts.order_id", "customer.name"]}).rules()
    fields = {"facts": [{"name": "order_id", "value": "A-1"}], "customer": {"name": "Ana"}, "confidence": 0.1}
    [verdict] = verdicts(turns("The second parcel never showed up here."), rules, fields=fields)
    assert verdict.verdict is Timing.NOW
    assert verdict.missing == ()


def test_nobody_comes_and_the_verdict_is_late_with_the_turn_since_when() -> None:
    found = list(verdicts(turns("A human, please.", "What is it about?", "My bill.", "Which bill?", "This one.")))
    assert [one.verdict for one in found][-1] is Timing.LATE
    assert found[-1].due_since == 0


def test_what_is_solved_calls_for_nobody_any_more() -> None:
    found = list(verdicts([*turns(*LOOP), *turns("That worked, thank you!")]))
    assert found[-2].is_due
    assert found[-1].verdict is Timing.NOT_YET


def test_the_same_conversation_has_the_same_verdicts_at_once_and_turn_by_turn() -> None:
    watch = Watch()
    assert [watch.turn(turn) for turn in turns(*LOOP)] == list(verdicts(turns(*LOOP)))


def test_a_turn_is_read_once_however_many_were_before_it() -> None:
    """What a conversation leaves behind does not grow with it."""
    watch = Watch()
    for number in range(300):
        watch.turn(
            Turn(speaker=(Speaker.CUSTOMER, Speaker.AI)[number % 2], text=f"word{number} and other{number} things")
        )
    kept = [
        value for name in watch._state.__slots__ for value in [getattr(watch._state, name)] if hasattr(value, "__len__")
    ]
    assert max(len(value) for value in kept) < 50


@pytest.mark.parametrize(
    "text", ["", " ", "…", "🙂" * 50, "?" * 1000, "a" * 50_000, "\x00", "No one\nno one", "'s 's n't"]
)
def test_no_text_stops_it(text: str) -> None:
    for speaker in Speaker:
        Watch().turn(Turn.model_construct(speaker=speaker, text=text, at=None, sentiment=None))
