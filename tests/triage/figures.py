"""How well triage agrees with what a reader labelled: ``python -m tests.triage.figures`` prints it."""

from __future__ import annotations

from handoff_core.triage import mood_of, verdicts
from handoff_core.triage.asked import asks_for_person
from handoff_core.triage.words import words_of
from tests.triage import labelled


def table() -> str:
    """Every figure, as Markdown."""
    return "\n\n".join([moods(), requests(), conversations(), series()])


def moods() -> str:
    """Sentences by set: agreement, and of each mood how many of it are found."""
    rows = ["| set | sentences | agree | bad found | neutral kept | good found |", "|---|---|---|---|---|---|"]
    for name in labelled.SENTENCES:
        pairs = [(label, mood_of(text).word) for label, text in labelled.sentences(name)]
        agree = sum(label == found for label, found in pairs)
        parts = [
            f"{sum(label == found == mood for label, found in pairs)} of {sum(label == mood for label, _ in pairs)}"
            for mood in ("bad", "neutral", "good")
        ]
        rows.append(f"| {name} | {len(pairs)} | {agree / len(pairs):.1%} | {' | '.join(parts)} |")
    return "\n".join(rows)


def requests() -> str:
    """Requests for a person, and what only sounds like one."""
    pairs = [(label, asks_for_person(words_of(text)) is not None) for label, text in labelled.requests()]
    wanted, twins = sum(label for label, _ in pairs), sum(not label for label, _ in pairs)
    found, false = sum(label and is_ for label, is_ in pairs), sum(is_ and not label for label, is_ in pairs)
    return (
        f"Requests for a person: {found} of {wanted} found; taken for one: {false} of {twins} that only sound like it."
    )


def conversations() -> str:
    """Conversations in which a reader expects a person at certain turns, later, or never."""
    rows = ["| set | conversations | as the reader expects | otherwise |", "|---|---|---|---|"]
    for name in labelled.CONVERSATIONS:
        every = list(labelled.conversations(name))
        wrong = [one.title for one in every if not one.judged()]
        rows.append(f"| {name} | {len(every)} | {len(every) - len(wrong)} | {'; '.join(wrong) or 'none'} |")
    return "\n".join(rows)


def series() -> str:
    """Rated series with known endings."""
    bad = [(ratings, labelled.due_at(ratings)) for ratings in labelled.ENDED_BADLY]
    leads = [len(ratings) - 1 - due for ratings, due in bad if due is not None]
    well = [labelled.due_at(ratings) for ratings in labelled.ENDED_WELL]
    turns = sum(len(ratings) for ratings in labelled.ENDED_WELL)
    due = sum(one.is_due for ratings in labelled.ENDED_WELL for one in list(verdicts(labelled.rated(ratings)))[::2])
    return (
        f"Rated series: of {len(bad)} that ended badly a person was due in {len(leads)}, {sum(leads) / len(leads):.1f} "
        f"turns of the customer before the end on average and at least {min(leads)}; of {len(well)} that ended well a "
        f"person was due in {sum(one is not None for one in well)}, at {due} of their {turns} turns."
    )


if __name__ == "__main__":
    print(table())
