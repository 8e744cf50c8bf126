"""The kinds of business, and what becomes of their example packets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from generators.markdown import block, row
from handoff_core.client import Handoff
from handoff_core.config import load
from handoff_core.config.kinds import NAMES
from handoff_core.config.starter import Answers, starter_toml, usual
from handoff_core.delivery.assessed import assess_packet
from handoff_core.delivery.preview import preview_packet
from handoff_core.packet import Channel, Packet
from handoff_core.procedure.rules import routes
from handoff_core.testing.clock import START, FakeClock

_FILES = Path(__file__).parents[1] / "examples" / "presets"
_A = {
    Channel.CALL: "a call",
    Channel.TEXT: "a text message",
    Channel.FORM: "a form",
    Channel.CHAT: "a chat",
    Channel.EMAIL: "an e-mail",
    Channel.SOCIAL: "a message in a social network",
    Channel.INTERNAL: "from inside",
}


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
                _table(("Case", "Goes to", "Shown in", "Taken within", "When nobody answers"), routes(business.config)),
                *(_packet(business, file) for file in sorted(_FILES.glob(f"{name}*.json"), key=_thin_last)),
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
    return _table(("question", "usual answer"), rows)


def _codes(paths: Iterable[str]) -> str:
    return ", ".join(f"`{path}`" for path in paths)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table whose second line has spaces, as `handoff` prints the rules of a business."""
    return "\n".join(row(cells) for cells in (head, ("---",) * len(head), *rows))


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
        lines.append(block("text", shown.text.strip()))
    return "\n\n".join(lines)
