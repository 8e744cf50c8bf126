"""Writes the generated parts of these pages anew from the code (`make docs`); the tests compare them.

A part stands between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``; what is around it is written by hand.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from handoff_core.cli.app import handoff
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.config.kinds import NAMES
from handoff_core.config.schema import config_schema
from handoff_core.config.starter import Answers, starter_toml, usual
from handoff_core.delivery.assessed import assess_packet
from handoff_core.delivery.preview import preview_packet
from handoff_core.packet import Channel, Packet
from handoff_core.packet.schema import closed_lists, packet_schema
from handoff_core.procedure.rules import routes
from handoff_core.quality import FAMILIES, RULES, Rule
from handoff_core.quality.examples import BASE
from handoff_core.style import BUILT_IN, QUESTIONS, SECTIONS, LaneStyle
from handoff_core.style.lines import OTHER_LINES
from handoff_core.style.sections import ALWAYS_ABOVE
from handoff_core.testing.clock import START, FakeClock
from handoff_core.triage import PRESETS, WEIGHTS, Signal, Timing
from handoff_core.triage.examples import BY_PRESET, BY_SIGNAL, Example, in_preset
from handoff_core.triage.signals import AT_ONCE
from handoff_core.triage.topics import ESCALATE, STAY, TOPICS

FOLDER = Path(__file__).parent
PRESET_FILES = FOLDER / "examples" / "presets"
_PART = re.compile(r"(<!-- begin (?P<name>[a-z ]+) -->\n)(?P<text>.*?)(<!-- end (?P=name) -->)", re.DOTALL)
_REF = "#/$defs/"
_WIDTH = 88
Schema = Mapping[str, Any]


def main() -> None:
    """Write every page whose generated parts have changed."""
    for name in PAGES:
        page = FOLDER / name
        text = page.read_text(encoding="utf-8")
        if (new := generated(name, text)) != text:
            page.write_text(new, encoding="utf-8")


def generated(name: str, text: str) -> str:
    """The page ``name`` with every generated part as the code says it now. KeyError for a part that nobody makes."""
    parts = PAGES[name]
    return _PART.sub(lambda part: f"{part[1]}\n{parts[part['name']]().strip()}\n\n{part[4]}", text)


def packet_fields() -> str:
    """The fields of the packet itself."""
    return _table(packet_schema(), packet_schema())


def packet_groups() -> str:
    """The groups that packet fields are made of, by name."""
    schema = packet_schema()
    groups = {name: inner for name, inner in schema["$defs"].items() if "properties" in inner}
    kept = {name: inner for name, inner in groups.items() if not name.endswith("Details")}
    return "\n\n".join(f"### {name}\n{_said(inner)}\n\n{_table(inner, schema)}" for name, inner in kept.items())


def packet_details() -> str:
    """What ``details`` may hold, lane by lane; ``extra`` is said once."""
    schema = packet_schema()
    parts: list[str] = []
    for rule in schema["allOf"]:
        lane = rule["if"]["properties"]["lane"]["const"]
        details = schema["$defs"][rule["then"]["properties"]["details"]["$ref"].removeprefix(_REF)]
        own = {name: inner for name, inner in details["properties"].items() if name != "extra"}
        parts.append(f"### `{lane}`\n\n{_table({**details, 'properties': own}, schema)}")
    return "\n\n".join(parts)


def packet_words() -> str:
    """Every closed list of words, with the meaning of each word."""
    parts = [
        f"### {kind.__name__}\n{kind.__doc__}\n\n| word | meaning |\n|---|---|\n"
        + "\n".join(f"| `{word}` | {word.meaning} |" for word in kind)
        for kind in closed_lists()
    ]
    return "\n\n".join(parts)


def configuration_tables() -> str:
    """Every table of handoff.toml that is acted on."""
    schema = config_schema()
    parts: list[str] = []
    for name, inner in schema["properties"].items():
        if name == "destinations":
            continue
        header, model = (
            (f"[{name}.<name>]", inner["additionalProperties"])
            if isinstance(inner.get("additionalProperties"), dict)
            else (f"[{name}]", inner)
        )
        if name == "lanes":
            header, model = "[lanes.<lane>]", next(iter(inner["properties"].values()))
        parts.append(_model(header, model, schema))
        for key, further in _FURTHER.get(name, {}).items():
            parts.append(_model(key, {"$ref": _REF + further}, schema))
    return "\n\n".join(parts)


_FURTHER: Mapping[str, Mapping[str, str]] = {
    "routing": {"[[routing.rules]]": "Rule", "when": "When"},
    "delivery": {"retry": "RetrySettings"},
    "triage": {"[triage.weights]": "Weights"},
    "lanes": {"[lanes.<lane>] quality": "LaneQualitySettings", "[lanes.<lane>] style": "StyleSettings"},
}


def configuration_destinations() -> str:
    """Every connector's table, and the ways to log in to Zendesk."""
    schema = config_schema()
    parts: list[str] = []
    for rule in schema["properties"]["destinations"]["additionalProperties"]["allOf"]:
        name = rule["if"]["properties"]["connector"]["const"]
        parts.append(_model(f'connector = "{name}"', rule["then"], schema))
        auth = _resolved(rule["then"], schema)["properties"].get("auth", {})
        for option in auth.get("oneOf", []):
            kind = _resolved(option, schema)["properties"]["kind"]["const"]
            parts.append(_model(f'auth = {{ kind = "{kind}", … }}', option, schema))
    return "\n\n".join(parts)


def commands() -> str:
    """What every command says of itself."""
    # As on the command line; without the names click would show those that it used first in this process.
    names = handoff.context_settings["help_option_names"]
    context = click.Context(
        handoff, info_name="handoff", terminal_width=_WIDTH, max_content_width=_WIDTH, help_option_names=names
    )
    return "\n\n".join(f"## {title}\n\n```text\n{text}\n```" for title, text in _helps(handoff, context, "handoff"))


def rules_table() -> str:
    """Every rule in one line, by family."""
    parts: list[str] = []
    for first, title in FAMILIES.items():
        rows = [
            f"| [{rule.code}](#{rule.code.lower()}-{rule.name}) | `{rule.name}` | {rule.severity} | {rule.question} |"
            for rule in RULES
            if rule.code.startswith(first)
        ]
        parts.append(
            "\n".join([f"**{first}xx** {title}\n", "| code | name | severity | question |", "|---|---|---|---|", *rows])
        )
    return "\n\n".join(parts)


def rules_each() -> str:
    """Every rule with why it exists, what to do, and its two examples."""
    return "\n\n".join(_rule(rule) for rule in RULES)


def _rule(rule: Rule) -> str:
    examples = "\n".join(
        f"{label}: `{json.dumps(example, ensure_ascii=False)}`"
        for label, example in (("- Found in", rule.failing), ("- Not in", rule.passing))
    )
    return f"### {rule.code} {rule.name}\n\n{rule.severity}: {rule.why} **{rule.fix}**\n\n{examples}"


def rules_base() -> str:
    """The packet that the examples differ from."""
    return f"```json\n{json.dumps(dict(BASE), indent=2, ensure_ascii=False)}\n```"


def quality_figures() -> str:
    """Precision and recall of the rules on the labelled packets of the tests."""
    return _figures("quality")


def _figures(folder: str) -> str:
    path = FOLDER.parent / "tests" / folder / "figures.py"
    spec = spec_from_file_location(f"{folder}_figures", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    if str(FOLDER.parent) not in sys.path:
        sys.path.insert(0, str(FOLDER.parent))  # figures read what stands beside them in tests/
    spec.loader.exec_module(module)
    return str(module.table())


def triage_figures() -> str:
    """How well triage agrees with labelled sentences, requests, conversations and rated series."""
    return _figures("triage")


def triage_verdicts() -> str:
    """The five verdicts."""
    return "\n".join(["| verdict | meaning |", "|---|---|", *(f"| `{one}` | {one.meaning} |" for one in Timing)])


def triage_signals() -> str:
    """Every signal with its weight."""
    rows = ["| signal | weight | meaning |", "|---|---|---|"]
    for signal in Signal:
        weight = f"{WEIGHTS[signal]:g}" if signal in WEIGHTS else "at once" if signal in AT_ONCE else ""
        rows.append(f"| `{signal}` | {weight} | {signal.meaning} |")
    return "\n".join(rows)


def triage_examples() -> str:
    """An example of every signal, with the verdict and the reasons that the code gives."""
    return "\n\n".join(_shown(f"`{signal}`", example) for signal, example in BY_SIGNAL.items())


def triage_presets() -> str:
    """Every preset: what it changes, and examples."""
    parts: list[str] = []
    for preset, table in PRESETS.items():
        rows = [f"| `{key}` | {_toml(value)} |" for key, value in table.items()]
        examples = [
            _shown(f"`{preset}`, example {number}", in_preset(preset.value, example))
            for number, example in enumerate(BY_PRESET[preset.value], start=1)
        ]
        parts.append("\n".join([f"### {preset}\n\n{preset.meaning}\n", "| key | value |", "|---|---|", *rows]))
        parts += examples
    return "\n\n".join(parts)


def triage_topics() -> str:
    """Every topic, and where it goes unless a file says otherwise."""
    rows = ["| topic | the matter is | unless you say otherwise |", "|---|---|---|"]
    for name, topic in TOPICS.items():
        where = "to a person, whatever is missing" if topic.urgent else "to a person"
        goes = where if name in ESCALATE else "stays with the AI" if name in STAY else "not looked for"
        rows.append(f"| `{name}` | {topic.meaning} | {goes} |")
    return "\n".join(rows)


def _shown(title: str, example: Example) -> str:
    verdict = example.run()
    settings = [f"[triage] {key} = {_toml(value)}" for key, value in example.triage.items()]
    settings += [f"[review] always = {_toml(example.always)}"] if example.always else []
    given = [f"the draft holds {json.dumps(dict(example.fields))}"] if example.fields else []
    head = f"**{title}**" + (f" ({'; '.join([*settings, *given])})" if settings or given else "")
    return "\n".join([head, "", "```text", *example.lines, f"→ {verdict.text}", "```"])


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value)


def styles_table() -> str:
    """Every built-in style: its head, the lines below it and its sections, in their order."""
    return "\n\n".join(_style(style) for style in BUILT_IN.values())


def _style(style: LaneStyle) -> str:
    unseen = [name for name in style.above if name not in ALWAYS_ABOVE]
    rows = [
        ("head", [f"{style.label(name)} (`{name}`)" for name in style.head]),
        ("below the head", [f"{style.label(name)} (`{name}`)" for name in style.below]),
        ("above the fold, after what always stands there", [f"{style.title(name)} (`{name}`)" for name in unseen]),
        ("first below the fold", [f"{style.title(name)} (`{name}`)" for name in style.order[:_FIRST]]),
    ]
    table = "\n".join(f"| {name} | {', '.join(words) or 'nothing further'} |" for name, words in rows)
    mark = f"{style.symbol} [{style.mark}]; the head reads in at most {style.reading_seconds:g} seconds."
    return f"### `{style.name}`\n\n{mark}\n\n| part | in this order |\n|---|---|\n{table}"


_FIRST = 8
"""Sections below the fold that the page names; the others follow in the order of the table of sections."""


def styles_lines() -> str:
    """Every line that a head can be made of, beside the details of the lane."""
    rows = [f"| `{name}` | {label} | {_ANSWERS[name]} |" for name, label in QUESTIONS.items()]
    rows += [f"| `{name}` | {label} | {meaning} |" for name, (label, meaning) in OTHER_LINES.items()]
    return "\n".join(["| line | usual label | says |", "|---|---|---|", *rows])


_ANSWERS = {
    "who": "name and company of the customer",
    "what": "the summary, which is the title too: in Slack it is the header alone",
    "why": "why the AI handed over",
    "when": "urgency, and the earlier of due time and deadline",
    "where": "the channel and the source to open first, with its link",
    "next": "the one next step",
}


def styles_sections() -> str:
    """Every section, with what a style may do to it."""
    rows = [
        f"| `{name}` | {kind.title} | {kind.meaning} | {_yes(not kind.kept)} | {'always' if kind.above else ''} |"
        for name, kind in SECTIONS.items()
    ]
    head = "| section | usual title | holds | may be hidden | above the fold |"
    return "\n".join([head, "|---|---|---|---|---|", *rows])


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _helps(command: click.Command, context: click.Context, title: str) -> Iterator[tuple[str, str]]:
    yield title, "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                child = click.Context(
                    inner, info_name=name, parent=context, terminal_width=_WIDTH, max_content_width=_WIDTH
                )
                yield from _helps(inner, child, f"{title} {name}")


def _model(header: str, model: Schema, schema: Schema) -> str:
    inner = _resolved(model, schema)
    return f"### `{header}`\n{_said(inner)}\n\n{_table(inner, schema)}"


def _said(model: Schema) -> str:
    return str(model.get("description", "")).replace("``", "`")


def _table(model: Schema, schema: Schema) -> str:
    rows = ["| key | value | meaning |", "|---|---|---|"]
    required = model.get("required", [])
    for name, inner in model["properties"].items():
        must = " *" if name in required else ""
        default = inner.get("default")
        known = f" Default: `{_value(default)}`." if default not in (None, [], {}) else ""
        meaning = _said(inner) or _said(_resolved(inner, schema))
        rows.append(f"| `{name}`{must} | {_words(inner, schema)} | {_cell(meaning)}{_cell(known)} |")
    return "\n".join(rows)


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;").replace("*", "\\*")


def _words(inner: Schema, schema: Schema) -> str:
    """A field's type in words."""
    if "$ref" in inner:
        return _reference(inner["$ref"].removeprefix(_REF), schema)
    if "const" in inner:
        return f"`{inner['const']}`"
    if "enum" in inner:
        return " ".join(f"`{value}`" for value in inner["enum"])
    for several in ("anyOf", "oneOf"):
        if several in inner:
            return _either([_words(one, schema) for one in inner[several]])
    if inner.get("type") == "array":
        return f"list of {_words(inner['items'], schema)}"
    if isinstance(inner.get("additionalProperties"), dict):
        return f"table of {_words(inner['additionalProperties'], schema)}"
    return _FORMATS.get(inner.get("format", "")) or _TYPES[inner.get("type", "object")]


def _either(words: list[str]) -> str:
    """Alternatives in words; a list of what may also stand alone is said in short."""
    alone = list(dict.fromkeys(word for word in words if not word.startswith("list of ")))
    lists = [word for word in words if word.startswith("list of ")]
    if lists == [f"list of {' or '.join(alone)}"]:
        return f"{' or '.join(alone)}, or a list"
    return " or ".join([*alone, *lists])


_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "table",
}
_FORMATS = {"date-time": "time", "uri": "url"}


def _reference(name: str, schema: Schema) -> str:
    inner = schema["$defs"][name]
    if "enum" in inner:
        return " ".join(f"`{value}`" for value in inner["enum"])
    return f"[{name}](#{name.lower()})" if "properties" in inner else _words(inner, schema)


def _resolved(model: Schema, schema: Schema) -> Schema:
    name = model.get("$ref", "").removeprefix(_REF)
    inner: Schema = schema["$defs"][name] if name else model
    return inner


def presets_kinds() -> str:
    """Every kind of business: its usual answers, its rules, and what becomes of a good packet and of a thin one."""
    return "\n\n".join(_kind(name) for name in NAMES)


def _kind(name: str) -> str:
    answers = replace(usual(name), timezone="America/Chicago", region="US", business_name="Acme", business_id="acme")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "handoff.toml"
        path.write_text(starter_toml(answers), encoding="utf-8")
        with Handoff(load(path, {}), clock=FakeClock()) as business:
            parts = [
                f"### `{name}`",
                f"{answers.kind.title[:1].upper()}{answers.kind.title[1:]}. The AI gathers {answers.kind.gathers}.",
                _answers(answers),
                _rows(("Case", "Goes to", "Shown in", "Taken within", "When nobody answers"), routes(business.config)),
                *(_packet(business, file) for file in sorted(PRESET_FILES.glob(f"{name}*.json"), key=_thin_last)),
            ]
    return "\n\n".join(parts)


def _thin_last(file: Path) -> tuple[bool, str]:
    return file.stem.endswith("-thin"), file.name


def _answers(answers: Answers) -> str:
    required = "; ".join(f"{lane}: {_codes(paths)}" for lane, paths in answers.require.items())
    second = f", then {answers.second_name}" if answers.second_name else ""
    times = f"taken within {answers.acknowledged_within}, closed within {answers.closed_within}"
    rows = (
        ("1. What always goes to a person?", ", ".join(answers.always)),
        ("2. Who receives it?", f"{answers.owner_name}{second}"),
        ("3. Which fields are required?", required),
        ("4. What does the AI never decide?", ", ".join(answers.never_decides)),
        ("5. How is success known?", times),
    )
    return _rows(("question", "usual answer"), rows)


def _codes(paths: Iterable[str]) -> str:
    return ", ".join(f"`{path}`" for path in paths)


def _rows(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ("---",) * len(head), *rows))


def _packet(business: Handoff, file: Path) -> str:
    packet = Packet.from_json(file.read_text(encoding="utf-8"))
    receipt = business.submit(packet)
    if receipt.owner is None:
        raise ValueError(f"{file}: {receipt.problems}")
    held = ", HELD" if receipt.held else ""
    lines = [
        f"#### [{file.name}](examples/presets/{file.name}): {_A[packet.channel]}",
        f"{receipt.status.value.capitalize()}{held}: for {receipt.owner.name} ({receipt.owner.why}), in "
        f"{', '.join(receipt.destinations)}.",
        "\n".join(f"- {one.code} {one.severity}: {one.text}" for one in receipt.findings) or "Nothing is left open.",
    ]
    if "thin" not in file.name:
        assessed = assess_packet(business.config, packet, now=START)
        shown = preview_packet(business.config, assessed, FakeClock(), "alerts")[0]
        lines.append(f"```text\n{shown.text.strip()}\n```")
    return "\n\n".join(lines)


_A = {
    Channel.CALL: "a call",
    Channel.TEXT: "a text message",
    Channel.FORM: "a form",
    Channel.CHAT: "a chat",
    Channel.EMAIL: "an e-mail",
    Channel.SOCIAL: "a message in a social network",
    Channel.INTERNAL: "from inside",
}

PAGES: Mapping[str, Mapping[str, Callable[[], str]]] = {
    "packet.md": {
        "fields": packet_fields,
        "groups": packet_groups,
        "details": packet_details,
        "words": packet_words,
    },
    "configuration.md": {
        "tables": configuration_tables,
        "destinations": configuration_destinations,
    },
    "presets.md": {"kinds": presets_kinds},
    "commands.md": {"commands": commands},
    "quality.md": {"figures": quality_figures},
    "triage.md": {
        "verdicts": triage_verdicts,
        "signals": triage_signals,
        "examples": triage_examples,
        "presets": triage_presets,
        "topics": triage_topics,
        "figures": triage_figures,
    },
    "house-style.md": {"styles": styles_table, "lines": styles_lines, "sections": styles_sections},
    "rules.md": {"table": rules_table, "rules": rules_each, "base": rules_base},
}

if __name__ == "__main__":
    main()
