"""One mistake at a time in a configuration that is otherwise whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from handoff_core.errors import ConfigProblem
from tests.config.agent_mistakes import AGENT_MISTAKES
from tests.config.mistakes import ELSEWHERE, HERE, MISTAKES
from tests.config.number_mistakes import NUMBER_MISTAKES
from tests.config.style_mistakes import STYLE_MISTAKES
from tests.config.triage_mistakes import TRIAGE_MISTAKES

EVERY = {**MISTAKES, **STYLE_MISTAKES, **TRIAGE_MISTAKES, **AGENT_MISTAKES, **NUMBER_MISTAKES}


@pytest.mark.parametrize("name", EVERY)
def test_a_mistake_is_reported_at_its_key_with_what_to_do(
    name: str, whole: str, problems_in: Callable[..., tuple[ConfigProblem, ...]]
) -> None:
    mistake = EVERY[name]
    assert mistake.old in whole
    marked = whole.replace(mistake.old, mistake.new, 1)
    text = marked.replace(HERE, "")
    found = [problem for problem in problems_in(text) if problem.key == mistake.key and problem.severity == "error"]
    assert len(found) == 1
    [problem] = found
    assert mistake.text in problem.text
    assert mistake.fix in problem.fix
    assert f"{problem.line}:{problem.column}" == expected_place(name, marked)
    assert "canary" not in str(problem)
    assert "hunter2" not in str(problem)


def expected_place(name: str, marked: str) -> str:
    """Where ¶ stands, else where the text for this mistake begins (behind the brackets of a header)."""
    if HERE in marked:
        at = marked.index(HERE)
    else:
        start = ELSEWHERE[name]
        at = marked.index(start) + (len(start) - len(start.lstrip("[")))
        if start.startswith("[[routing.rules"):
            at = marked.index(start) + len("[[routing.")
    return f"{marked.count(chr(10), 0, at) + 1}:{at - (marked.rfind(chr(10), 0, at) + 1) + 1}"


@pytest.mark.parametrize("name", EVERY)
def test_one_mistake_is_not_reported_as_several(
    name: str, whole: str, problems_in: Callable[..., tuple[ConfigProblem, ...]]
) -> None:
    text = whole.replace(EVERY[name].old, EVERY[name].new.replace(HERE, ""), 1)
    # Whoever renames a destination has to rename its uses too; a required key that is misspelt is missing as well.
    allowed = {"a destination called first": 4, "a secret deep in a destination": 2}.get(name, 1)
    allowed += name == "an unknown key of a connector"
    errors = [problem for problem in problems_in(text) if problem.severity == "error"]
    assert len(errors) <= allowed, [str(error) for error in errors]
