"""``handoff procedure``: a configuration as the page that a team agrees on."""

from __future__ import annotations

from pathlib import Path

import click

from handoff_core.cli import exits
from handoff_core.cli.businesses import load_one
from handoff_core.cli.options import Scope, pass_scope, shared
from handoff_core.cli.printing import print_json, say

_LOOKED_AT = 200
"""Characters at the top of a file in which its mark is looked for."""


@click.command(short_help="The configuration as a page that a team can agree on and sign.")
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it to FILE.md or FILE.html. Without it: Markdown on the terminal.",
)
@click.option("--force", is_flag=True, help="Write over a file that is something else.")
@shared
@pass_scope
def procedure(scope: Scope, out: Path | None, force: bool) -> int:
    """Say in plain English what the configuration stands for: what always goes to a person, who receives what and when,
    what the AI never decides, what each case must bring, what each system shows, how long it is kept, and how success
    is known; with lines to sign.

    It holds no secret and no date: the same configuration gives the same page, and its version changes with the file.
    """
    from handoff_core.procedure import as_html, as_markdown, page_of

    writers = {".md": as_markdown, ".html": as_html}
    if out is not None and out.suffix.lower() not in writers:
        raise click.BadParameter(f"{str(out)!r} should end in .md or .html.", param_hint="--out")
    page = page_of(load_one(scope, "A procedure is written for one business"))
    if out is None:
        if scope.as_json:
            print_json(page)
        else:
            say(as_markdown(page).rstrip("\n"))
        return exits.NOTHING
    _write(out, writers[out.suffix.lower()](page), force=force)
    if scope.as_json:
        print_json({"written": [str(out)], "open_questions": list(page.open_questions)})
        return exits.NOTHING
    say(f"wrote {out}")
    for question in page.open_questions:
        say(f"not answered yet: {question}")
    return exits.NOTHING


def _write(path: Path, text: str, *, force: bool) -> None:
    """Write the page; a usage error instead of writing over what is no such page."""
    from handoff_core.procedure.page import MARK

    try:
        if path.exists() and not force and MARK not in path.read_text(encoding="utf-8", errors="replace")[:_LOOKED_AT]:
            raise click.UsageError(f"{path} is something else; name another file, or write over it with --force.")
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.BadParameter(f"{path} cannot be written: {error.strerror}.", param_hint="--out") from error
