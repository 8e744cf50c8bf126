"""What is a matter for a person, and what only uses its words."""

from __future__ import annotations

import pytest

from handoff_core.packet import Speaker, Turn
from handoff_core.triage import verdicts

FOR_A_PERSON = [
    "I will sue you for this.",
    "My husband has died and I need to close his account.",
    "There is smoke coming out of the outlet.",
    "I did not authorize this payment.",
    "I am being billed for a service that I never ordered.",
    "I want to file a complaint.",
    "My card has been stolen.",
    "Can you make an exception and take it back after 40 days?",
    "What is the penalty for early termination?",
    "Your driver discriminated against my son.",
    "My CO detector is beeping and I have a headache",
    "The charger got so hot it burned my hand",
    "My baby swallowed the battery",
    "The stairs collapsed and someone is hurt",
    "I don't want to live anymore",
    "I don't want to live.",
    "The phone caught fire on the desk.",
    "Somebody took 900 dollars from my account, it was not me",
    "Someone changed my email and I can't log in",
    "The money was taken from my card and it wasn't me",
    "I'll see you in court",
    "My lawyer will be in touch.",
    "You will hear from my attorney.",
    "There was a death in the family and I cannot travel.",
    "I need the death certificate of my husband on file.",
    "I can't come, I have to be at my father's funeral.",
]
FOR_THE_AI = [
    "My name is Sue Park.",
    "My phone died on the way home.",
    "I want to report this bug in the export.",
    "Which smoke detector fits my hallway?",
    "I do not want a refund, just the right size.",
    "Is there a contract for the basic plan?",
    "How do I download my bill?",
    "The fire alarm needs a new battery, which one?",
    "Do you have a better price for two nights?",
    "Every time I open the menu it closes.",
    "Where can I see my invoices?",
    "Which card do I need for the gym?",
    "I have a legal size paper tray.",
    "My daughter is a lawyer and needs a new sink",
    "I am a solicitor, do you have desks for lawyers?",
    "We had a death in the film we stream",
    "a gift for a funeral, change the ribbon text",
    "The battery swallowed the whole afternoon, how do I charge it faster?",
    "I collapsed the menu by accident, how do I get it back?",
    "I want to live closer to the park, do you have flats there?",
    "I burned a CD with it, which format does it need?",
    "I changed my email yesterday, where do I see it?",
    "Someone from the office took the parcel, thanks.",
    "How do I go to the food court?",
    "What colour is the CO detector?",
    "They took 50 dollars from my account for the plan, correct?",
    "I don't want to be on the mailing list any longer.",
    "I don't want to go on the trip, can I change it?",
    "Our sales exploded, we need more seats",
    "The battery is going to die soon, which one fits?",
]


@pytest.mark.parametrize("text", FOR_A_PERSON)
def test_a_person_decides_it(text: str) -> None:
    assert next(verdicts([Turn(speaker=Speaker.CUSTOMER, text=text)])).is_due


@pytest.mark.parametrize("text", FOR_THE_AI)
def test_the_ai_answers_it(text: str) -> None:
    assert not next(verdicts([Turn(speaker=Speaker.CUSTOMER, text=text)])).is_due
