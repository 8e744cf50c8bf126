"""Mistakes about agents, and about what the AI never decides; written as those in ``mistakes``."""

from __future__ import annotations

from tests.config.mistakes import Mistake

AGENT_MISTAKES = {
    "privacy for an unknown agent": Mistake(
        "[quality]",
        '[agents.planner]\noutbox = "o"\n[privacy.¶plannr]\n[quality]',
        "privacy.plannr",
        "not one of [destinations] or [agents]",
        '"planner"?',
    ),
    "an agent that no packet can address": Mistake(
        "[quality]",
        '[agents.¶"the planner"]\noutbox = "o"\n[quality]',
        "agents.the planner",
        "not a name that a packet can address",
        "at most 58 letters",
    ),
    "an agent with the name of a destination": Mistake(
        "[quality]",
        '[agents.¶desk]\noutbox = "o"\n[quality]',
        "agents.desk",
        "the name of a destination too",
        "another name",
    ),
    "an outbox that is the inbox": Mistake(
        "[quality]",
        '[agents.planner]\n¶outbox = "x/../inbox"\n[quality]',
        "agents.planner.outbox",
        "this business's own inbox",
        "Name another",
    ),
    "two agents with one outbox": Mistake(
        "[quality]",
        '[agents.planner]\noutbox = "o"\n[agents.writer]\n¶outbox = "./o"\n[quality]',
        "agents.writer.outbox",
        'the outbox of "planner" too',
        "folder of its own",
    ),
    "a matter without a word": Mistake(
        "[quality]",
        '[review]\n¶ai_never_decides = ["refund", "!"]\n[quality]',
        "review.ai_never_decides.1",
        "names no matter",
        '"refund"',
    ),
    "an agent without an outbox": Mistake(
        "[quality]", "[agents.¶planner]\n[quality]", "agents.planner.outbox", "is missing", "Add outbox"
    ),
}
