"""B11: what the verdict of one more turn costs after 40 turns, against judging the conversation from its beginning.

A watch keeps what a conversation has shown, so that turn 41 costs one turn.
"""

from __future__ import annotations

import statistics
import time

from benchmarks.rounds import Figure, Goal, take_turns
from handoff_core.packet import Speaker, Turn
from handoff_core.triage import Verdict, Watch, verdicts

ROUNDS = 7
CONVERSATIONS = 40
TURNS = 40
_SAID = (
    "We have had no hot water since last night, and the display of the heater says E4, reference {n}.",
    "Thank you. Please switch breaker {n} off and on again, and tell me what the display says after that.",
    "Done, still the same error. This is the second time I have written, and I am getting annoyed with {n}!",
    "I am sorry to hear that. Could you check the pressure at gauge {n}, please?",
    "It says 1.2 bar. You can reach me on +1 312 555 0142, or the neighbour in flat {n}, until 17:30.",
)


def run() -> Figure:
    """CPU milliseconds a turn, by round."""
    conversations = [_conversation(number) for number in range(CONVERSATIONS)]
    for turns in conversations:
        list(verdicts(turns))

    def ours() -> float:
        times = []
        for turns in conversations:
            watch = Watch()
            for turn in turns[:-1]:
                watch.see(turn)
            began = time.process_time()
            watch.turn(turns[-1])
            times.append((time.process_time() - began) * 1000)
        return statistics.median(times)

    def other() -> float:
        times = []
        for turns in conversations:
            began = time.process_time()
            list(verdicts(turns))
            times.append((time.process_time() - began) * 1000)
        return statistics.median(times)

    mine, theirs = take_turns(ROUNDS, ours, other)
    return Figure(
        "B11",
        "verdict of one new turn after 40",
        "of all 41 turns from the beginning",
        tuple(mine),
        tuple(theirs),
        "ms",
        0.1,
        _check(conversations[0]),
        goals=(Goal("verdict of a new turn, ms (median)", statistics.median(mine), "≤", 1.0),),
    )


def _conversation(number: int) -> list[Turn]:
    speakers = (Speaker.CUSTOMER, Speaker.AI)
    return [
        Turn(speaker=speakers[place % 2], text=_SAID[place % len(_SAID)].format(n=number * 1_000 + place))
        for place in range(TURNS + 1)
    ]


def _check(turns: list[Turn]) -> str:
    """Turn by turn and at once the verdicts are the same."""
    watch = Watch()
    one_by_one: list[Verdict] = [watch.turn(turn) for turn in turns]
    if one_by_one != list(verdicts(turns)):
        raise AssertionError("a conversation that is judged turn by turn has other verdicts than one judged at once")
    if not any(verdict.is_due for verdict in one_by_one):
        raise AssertionError("nobody was called for in a conversation that goes wrong")
    return "the same verdicts turn by turn and at once, and a person is due in it"
