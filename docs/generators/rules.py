"""The rules of quality: the table of them all, each one at length, and the packet that their examples differ from."""

from __future__ import annotations

from generators.markdown import block, json_text, table
from handoff_core.quality import FAMILIES, RULES, Rule
from handoff_core.quality.examples import BASE


def rules_table() -> str:
    """Every rule in one line, by family."""
    parts: list[str] = []
    for first, title in FAMILIES.items():
        rows = [
            (f"[{rule.code}](#{rule.code.lower()}-{rule.name})", f"`{rule.name}`", f"{rule.severity}", rule.question)
            for rule in RULES
            if rule.code.startswith(first)
        ]
        parts.append(f"**{first}xx** {title}\n\n{table(('code', 'name', 'severity', 'question'), rows)}")
    return "\n\n".join(parts)


def rules_each() -> str:
    """Every rule with why it exists, what to do, and its two examples."""
    return "\n\n".join(_rule(rule) for rule in RULES)


def rules_base() -> str:
    """The packet that the examples differ from."""
    return block("json", json_text(dict(BASE), indent=2))


def _rule(rule: Rule) -> str:
    examples = f"- Found in: `{json_text(rule.failing)}`\n- Not in: `{json_text(rule.passing)}`"
    return f"### {rule.code} {rule.name}\n\n{rule.severity}: {rule.why} **{rule.fix}**\n\n{examples}"
