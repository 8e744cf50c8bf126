"""Triage: its verdicts, signals, presets and topics, and examples with the reasons that the code gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from generators.markdown import block, table
from handoff_core.triage import PRESETS, WEIGHTS, Signal, Timing
from handoff_core.triage.examples import BY_PRESET, BY_SIGNAL, Example, in_preset
from handoff_core.triage.signals import AT_ONCE
from handoff_core.triage.topics import ESCALATE, STAY, TOPICS


def triage_verdicts() -> str:
    """The five verdicts."""
    return table(("verdict", "meaning"), [(f"`{one}`", one.meaning) for one in Timing])


def triage_signals() -> str:
    """Every signal with its weight."""
    rows: list[tuple[str, ...]] = []
    for signal in Signal:
        weight = f"{WEIGHTS[signal]:g}" if signal in WEIGHTS else "at once" if signal in AT_ONCE else ""
        rows.append((f"`{signal}`", weight, signal.meaning))
    return table(("signal", "weight", "meaning"), rows)


def triage_examples() -> str:
    """An example of every signal, with the verdict and the reasons that the code gives."""
    return "\n\n".join(_shown(f"`{signal}`", example) for signal, example in BY_SIGNAL.items())


def triage_presets() -> str:
    """Every preset: what it changes, and examples."""
    parts: list[str] = []
    for preset, settings in PRESETS.items():
        rows = [(f"`{key}`", _toml(value)) for key, value in settings.items()]
        parts.append(f"### {preset}\n\n{preset.meaning}\n\n{table(('key', 'value'), rows)}")
        parts += [
            _shown(f"`{preset}`, example {number}", in_preset(preset.value, example))
            for number, example in enumerate(BY_PRESET[preset.value], start=1)
        ]
    return "\n\n".join(parts)


def triage_topics() -> str:
    """Every topic, and where it goes unless a file says otherwise."""
    rows: list[tuple[str, ...]] = []
    for name, topic in TOPICS.items():
        where = "to a person, whatever is missing" if topic.urgent else "to a person"
        goes = where if name in ESCALATE else "stays with the AI" if name in STAY else "not looked for"
        rows.append((f"`{name}`", topic.meaning, goes))
    return table(("topic", "the matter is", "unless you say otherwise"), rows)


def _shown(title: str, example: Example) -> str:
    verdict = example.run()
    settings = [f"[triage] {key} = {_toml(value)}" for key, value in example.triage.items()]
    settings += [f"[review] always = {_toml(example.always)}"] if example.always else []
    given = [f"the draft holds {json.dumps(dict(example.fields))}"] if example.fields else []
    head = f"**{title}**" + (f" ({'; '.join([*settings, *given])})" if settings or given else "")
    conversation = "\n".join([*example.lines, f"→ {verdict.text}"])
    return f"{head}\n\n{block('text', conversation)}"


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value)
