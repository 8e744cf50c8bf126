"""An example of every signal and of every verdict: the page docs/triage.md shows them, and the tests run them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from handoff_core.packet.enums import Speaker
from handoff_core.packet.parts import Turn
from handoff_core.triage.settings import TriageSettings
from handoff_core.triage.signals import Signal
from handoff_core.triage.verdict import Timing, Verdict
from handoff_core.triage.watch import verdicts

_SPEAKERS: Final = {"Customer": Speaker.CUSTOMER, "AI": Speaker.AI, "Person": Speaker.HUMAN}


@dataclass(frozen=True, slots=True)
class Example:
    """A conversation, what the draft holds, the verdict after its last turn, and a signal that is among the reasons.

    ``triage`` and ``always``: the tables ``[triage]`` and ``[review]`` in which it is judged.
    """

    lines: tuple[str, ...]
    verdict: Timing
    signal: Signal | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    triage: Mapping[str, Any] = field(default_factory=dict)
    always: tuple[str, ...] = ()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The lines as turns."""
        parts = (line.partition(": ") for line in self.lines)
        return tuple(Turn(speaker=_SPEAKERS[who], text=text) for who, _, text in parts)

    def run(self) -> Verdict:
        """The verdict after the last turn, as the code gives it."""
        rules = TriageSettings.model_validate(dict(self.triage)).rules(review=self.always)
        return list(verdicts(self.turns, rules, fields=self.fields))[-1]


BY_SIGNAL: Final[Mapping[Signal, Example]] = {
    Signal.EXPLICIT_REQUEST: Example(
        ("Customer: Can I just talk to a person please?",), Timing.NOW, Signal.EXPLICIT_REQUEST
    ),
    Signal.REVIEW: Example(
        ("Customer: I want a refund of $350 for the broken chair.",),
        Timing.NOW,
        Signal.REVIEW,
        always=("refund over 200 dollars",),
    ),
    Signal.NEEDS_AUTHORITY: Example(
        ("Customer: I was in hospital. Can you waive the late fee?",), Timing.NOW, Signal.NEEDS_AUTHORITY
    ),
    Signal.TOPIC: Example(("Customer: I was charged twice for my March bill.",), Timing.NOW, Signal.TOPIC),
    Signal.BEYOND_SCOPE: Example(
        (
            "Customer: Please move my router to the office next door.",
            "AI: I am not able to arrange that here. I will connect you to our installation team.",
        ),
        Timing.NOW,
        Signal.BEYOND_SCOPE,
    ),
    Signal.LOW_CONFIDENCE: Example(
        (
            "Customer: I need the IBAN of my savings account for my landlord.",
            "AI: I did not quite understand that. Could you rephrase?",
            "Customer: The IBAN of my savings account, please.",
            "AI: Sorry, I do not understand.",
        ),
        Timing.NOW,
        Signal.LOW_CONFIDENCE,
        fields={"confidence": 0.4},
    ),
    Signal.AGENT_PROPOSES: Example(
        ("Customer: I would like to change my delivery address.", "AI: I will connect you to a specialist."),
        Timing.TOO_EARLY,
        Signal.AGENT_PROPOSES,
    ),
    Signal.QUALIFIED_LEAD: Example(
        ("Customer: We need it in 40 shops. Can we schedule a call this week?",),
        Timing.NOW,
        Signal.QUALIFIED_LEAD,
        fields={"lane": "sales", "details": {"fit_signal": "retail chain, 40 shops"}},
    ),
    Signal.MOOD: Example(
        (
            "Customer: My booking has vanished.",
            "AI: Which date was it for?",
            "Customer: This is outrageous!! I am absolutely furious with you!",
        ),
        Timing.NOW,
        Signal.MOOD,
    ),
    Signal.FALLING: Example(
        (
            "Customer: Hi, nice to meet you! I need a new sink.",
            "AI: Which colour?",
            "Customer: White, as the picture I sent shows.",
            "AI: Which colour?",
            "Customer: I am really annoyed. Terrible.",
        ),
        Timing.NOW,
        Signal.FALLING,
    ),
    Signal.COMPLEXITY: Example(
        (
            "Customer: Since the migration our invoices have wrong tax rates.",
            "AI: Please check the tax settings.",
            "Customer: They are right, the invoices are still wrong.",
            "AI: Please clear the cache.",
            "Customer: No change.",
        ),
        Timing.NOW,
        Signal.COMPLEXITY,
        fields={"classification": {"complexity": "high"}},
    ),
    Signal.REPEATED_FAILURE: Example(
        (
            "Customer: My internet is not working.",
            "AI: Please restart your router.",
            "Customer: I did, it still does not work.",
            "AI: Please unplug it for ten seconds.",
            "Customer: Same thing. Still no internet.",
        ),
        Timing.NOW,
        Signal.REPEATED_FAILURE,
    ),
    Signal.PRIOR_CONTACTS: Example(
        (
            "Customer: This is the third time I have called about my bill, and I am fed up.",
            "AI: Could you give me the invoice number?",
            "Customer: I gave it to your colleague last week, twice. Nobody listens.",
        ),
        Timing.NOW,
        Signal.PRIOR_CONTACTS,
    ),
    Signal.LEAVING: Example(
        (
            "Customer: The app crashes when I open it.",
            "AI: Please update it.",
            "Customer: Still crashing. I want to cancel my subscription.",
        ),
        Timing.NOW,
        Signal.LEAVING,
    ),
    Signal.SENSITIVE: Example(
        (
            "Customer: The lift alarm in our care home does not ring.",
            "AI: Please press the test button for three seconds.",
            "Customer: It still does not ring.",
            "AI: Please press it once more.",
            "Customer: Still nothing.",
        ),
        Timing.NOW,
        Signal.SENSITIVE,
        fields={"nature": "sensitive"},
    ),
    Signal.NEAR_RESOLUTION: Example(
        (
            "Customer: My printer does not print.",
            "AI: Please reinstall the driver.",
            "Customer: I did that, still not printing. So frustrating.",
            "AI: Open the settings and choose Repair.",
            "Customer: Ok, let me try that.",
        ),
        Timing.HOLD,
        Signal.NEAR_RESOLUTION,
    ),
    Signal.DELAY: Example(
        (
            "Customer: My order was supposed to arrive on Monday.",
            "AI: The carrier had a delay; it arrives today before six.",
            "Customer: That is really annoying, I have been waiting for days.",
        ),
        Timing.HOLD,
        Signal.DELAY,
    ),
    Signal.FAQ: Example(
        ("Customer: What time do you open on Saturday?", "AI: At nine.", "Customer: And how much is a haircut?"),
        Timing.NOT_YET,
    ),
    Signal.MISSING: Example(
        ("Customer: Hello", "AI: Hi! I will transfer you to one of our agents."), Timing.TOO_EARLY, Signal.MISSING
    ),
    Signal.WAITING: Example(
        (
            "Customer: I want to speak to a human.",
            "AI: I can help you with that. What is it about?",
            "Customer: My account. A human, please.",
            "AI: What about your account?",
            "Customer: I asked for a human.",
        ),
        Timing.LATE,
        Signal.WAITING,
    ),
}
"""By the signal that it shows."""

BY_PRESET: Final[Mapping[str, tuple[Example, ...]]] = {
    "receptionist": (
        Example(("Customer: It's urgent, my tooth broke.",), Timing.NOW, Signal.TOPIC),
        Example(("Customer: What are your opening hours?",), Timing.NOT_YET),
    ),
    "sales": (
        Example(("Customer: We need pricing for our whole company, 300 seats.",), Timing.NOW, Signal.TOPIC),
        Example(("Customer: What does your product do?",), Timing.NOT_YET),
    ),
    "support_complaint": (
        Example(("Customer: I want to file a formal complaint about the repair.",), Timing.NOW, Signal.TOPIC),
        Example(("Customer: How do I reset my password?",), Timing.NOT_YET),
    ),
    "home_service": (
        Example(("Customer: The unit is on the roof, you will need a crane.",), Timing.NOW, Signal.TOPIC),
        Example(("Customer: The tap drips. Can somebody come tonight?",), Timing.NOW, Signal.TOPIC),
        Example(("Customer: I need somebody for a dripping tap, any day is fine.",), Timing.NOT_YET),
    ),
    "professional_services": (
        Example(("Customer: Can I deduct my home office this year?",), Timing.TOO_EARLY, Signal.TOPIC),
        Example(
            ("Customer: My name is Ana Ruiz, 312 555 0142. Can I deduct my home office this year?",),
            Timing.NOW,
            Signal.TOPIC,
        ),
    ),
}
"""By the preset in which it is judged."""


def in_preset(name: str, example: Example) -> Example:
    """An example with its preset."""
    return Example(example.lines, example.verdict, example.signal, example.fields, {"preset": name}, example.always)
