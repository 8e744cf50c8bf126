"""The procedure as one HTML page that needs nothing else: to read, to print and to sign."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from handoff_core.procedure.page import MARK, Page, Section, Table

_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.55 system-ui, sans-serif; color: #1d2430; background: #f4f5f7; margin: 0; }
main { max-width: 60rem; margin: 2rem auto; padding: 2.5rem 3rem; background: #fff; border-radius: 8px;
  box-shadow: 0 1px 3px rgb(0 0 0 / 15%); }
h1 { font-size: 1.8rem; line-height: 1.25; margin: 0; }
.version { color: #5b6472; margin: .3rem 0 2rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .5rem; padding-top: 1rem; border-top: 1px solid #e2e5ea; }
p { margin: .4rem 0; max-width: 46rem; }
ul { margin: .4rem 0; padding-left: 1.3rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .8rem 0; font-size: .94rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .7rem; border: 1px solid #d6dae1;
  overflow-wrap: break-word; }
th { background: #eef1f5; font-weight: 600; }
td:first-child { min-width: 9rem; }
.open { background: #fff6e0; border: 1px solid #e5c46b; border-radius: 6px; padding: .6rem 1rem; margin: 1rem 0; }
.sign td { height: 2.2rem; }
.sign td:last-child { width: 45%; }
@media (max-width: 40rem) { main { margin: 0; padding: 1.2rem; border-radius: 0; } }
@media print { body { background: #fff; font-size: 11pt; }
  main { margin: 0; padding: 0; box-shadow: none; max-width: none; }
  h2 { break-after: avoid; } tr { break-inside: avoid; } }
"""


def as_html(page: Page) -> str:
    """The whole page. Nothing in a configuration can become markup."""
    return "\n".join(_parts(page)) + "\n"


def _parts(page: Page) -> Iterator[str]:
    yield f"<!doctype html>\n<!-- {MARK} -->"
    yield '<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(page.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>"
    yield f"<h1>{escape(page.title)}</h1>"
    yield f'<p class="version">Version {escape(page.version)} of the configuration.</p>'
    if page.open_questions:
        yield '<div class="open"><strong>Not answered yet:</strong>'
        yield from _items(page.open_questions)
        yield "</div>"
    for number, section in enumerate(page.sections, 1):
        yield from _section(number, section, sign=section is page.sections[-1])
    yield "</main>\n</body>\n</html>"


def _section(number: int, section: Section, *, sign: bool) -> Iterator[str]:
    yield f"<h2>{number}. {escape(section.title)}</h2>"
    if section.text:
        yield f"<p>{escape(section.text)}</p>"
    if section.items:
        yield from _items(section.items)
    if section.table is not None:
        yield from _table(section.table, "sign" if sign else "scroll")


def _items(items: Iterable[str]) -> Iterator[str]:
    yield "<ul>"
    for item in items:
        yield f"<li>{escape(item)}</li>"
    yield "</ul>"


def _table(table: Table, kind: str) -> Iterator[str]:
    yield f'<div class="{kind}"><table>'
    yield f"<thead><tr>{''.join(f'<th>{escape(cell)}</th>' for cell in table.head)}</tr></thead>\n<tbody>"
    for row in table.rows:
        yield f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
    yield "</tbody></table></div>"
