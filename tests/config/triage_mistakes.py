"""Mistakes in [triage] and [review], as in ``mistakes.py``."""

from __future__ import annotations

from tests.config.mistakes import Mistake

TRIAGE_MISTAKES = {
    "an unknown key of triage": Mistake(
        "[quality]",
        "[triage]\n¶treshold = 1.0\n[quality]",
        "triage.treshold",
        "not a known key",
        'Did you mean "threshold"?',
    ),
    "an unknown preset": Mistake(
        "[quality]", '[triage]\n¶preset = "home_servise"\n[quality]', "triage.preset", "is not", "home_service"
    ),
    "an unknown topic": Mistake(
        "[quality]",
        '[triage]\n¶escalate = ["danger", "billing_disputes"]\n[quality]',
        "triage.escalate.1",
        "is not a topic",
        'id you mean "billing_dispute"?',
    ),
    "a path that no packet has": Mistake(
        "[quality]", '[triage]\n¶require = ["customer.fone"]\n[quality]', "triage.require.0", "customer", "phone"
    ),
    "an unknown weight": Mistake(
        "[quality]",
        "[triage.weights]\n¶moood = 1\n[quality]",
        "triage.weights.moood",
        "not a known key",
        'Did you mean "mood"?',
    ),
    "a weight of what is always honoured": Mistake(
        "[quality]",
        "[triage.¶weights]\nexplicit_request = 0\n[quality]",
        "triage.weights",
        "no setting changes",
        "Take the key out.",
    ),
    "a switch for what is always honoured": Mistake(
        "[quality]", "[triage]\n¶explicit_request = false\n[quality]", "triage.explicit_request", "not a known key", ""
    ),
    "an event in which nothing can be found": Mistake(
        "[quality]",
        '[review]\n¶always = ["gas smell", "the customer"]\n[quality]',
        "review.always.1",
        "names nothing",
        "",
    ),
}
