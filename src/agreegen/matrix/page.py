"""Page: the matrix as one HTML file that needs nothing else: a table, differences word by word, boxes to sign off."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from agreegen.difference import joined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.matrix import Cell, Difference, Matrix, Row

STYLE: Final = """
:root{color-scheme:light}
body{font:16px/1.5 Arial,Helvetica,sans-serif;margin:0 auto;max-width:76rem;padding:1rem 1.5rem}
body{color:#1b2430;background:#fff}
h1,h2,h3{color:#14284b;line-height:1.25}h2{border-bottom:2px solid #bfc7d3;margin-top:2.5rem}h3{margin:2rem 0 .3rem}
table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:bold;padding:.4rem 0}
th,td{border:1px solid #8a94a6;padding:.3rem .5rem;text-align:left;vertical-align:top}
thead th{background:#e9edf4;position:sticky;top:0}tbody th{font-weight:normal}
tr.part th{background:#14284b;color:#fff;font-weight:bold}
td.absent{color:#4b5563;background:#f5f5f5}
del{background:#fde3e1;color:#7a1712;text-decoration:line-through}
ins{background:#dcf3e0;color:#0f4d20;text-decoration:underline}
.line{margin:.5rem 0;padding:.3rem .7rem;border-left:4px solid #bfc7d3}
.sign{border:1px solid #8a94a6;padding:.6rem .8rem;margin:.8rem 0 2rem}
.sign{display:flex;gap:1.2rem;flex-wrap:wrap;align-items:center}
.sign input[type=text],.sign input[type=date]{font:inherit;border:1px solid #6b7280;padding:.2rem .4rem}
.small{font-size:.875rem;color:#44546a}a{color:#123f8c}a:focus-visible,input:focus-visible{outline:3px solid #b45309}
@media print{thead th{position:static}.sign,.line{break-inside:avoid}h3{break-after:avoid}}
"""


def html(found: Matrix) -> str:
    """The page."""
    versions = ", ".join(f"{escape(v)} {escape(found.versions[v])}" for v in found.variants)
    return "\n".join((
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        "<title>Clauses by variant</title>",
        f"<style>{STYLE}</style>\n</head>\n<body>\n<main>",
        "<h1>Clauses by variant</h1>",
        f"<p>{escape(found.summary)}. Masters: {versions}.</p>",
        "<p>Variants with one letter print the same words. Compared is what a variant may print: conditions that the"
        " variant itself decides are carried out; the others show in words in brackets or parentheses, as do fields of"
        " the proposal and numbers of clauses.</p>",
        "<h2>Which text each variant prints</h2>",
        *_table(found),
        "<h2>Differences to sign off</h2>",
        '<p>Words that only the first text has are <del>struck through</del>, words that only the other has are'
        " <ins>underlined</ins>. Each box is for counsel who signs off the difference, on paper or on screen; a browser"
        " keeps nothing, so print or save the page.</p>",
        *(line for row in found.different for line in _differences(row)),
        "<h2>Absences to sign off</h2>",
        *(line for row in found.lacking for line in _absence(row)),
        "</main>\n</body>\n</html>",
    )) + "\n"  # fmt: skip


def _table(found: Matrix) -> Iterator[str]:
    yield "<table>\n<caption>Text of each clause and exhibit by variant</caption>"
    heads = "".join(f'<th scope="col">{escape(v)}</th>' for v in found.variants)
    yield f'<thead><tr><th scope="col">Clause</th><th scope="col">Source</th>{heads}</tr></thead>'
    part = ""
    for row in found.rows:
        if row.part != part:
            yield "</tbody>" if part else ""
            part = row.part
            span = len(found.variants) + 2
            yield f'<tbody>\n<tr class="part"><th scope="rowgroup" colspan="{span}">{escape(part)}</th></tr>'
        name = f'<a href="#{_id(row)}">{escape(row.title)}</a>' if row.differs else escape(row.title)
        cells = "".join(_cell(row.cells[v], differs=row.differs) for v in found.variants)
        source = f'<td class="small">{escape(row.source)}</td>'
        yield f'<tr><th scope="row">{name}<br><span class="small">{escape(row.id)}</span></th>{source}{cells}</tr>'
    yield "</tbody>\n</table>"


def _cell(cell: Cell, *, differs: bool) -> str:
    if not cell.letter:
        why = f'<br><span class="small">{escape(cell.reason)}</span>' if cell.reason else ""
        return f'<td class="absent">absent{why}</td>'
    words = f"text {cell.letter}" if differs else "same"
    number = f'<br><span class="small">{escape(cell.number)}</span>' if cell.number else ""
    when = f'<br><span class="small">{escape(cell.when)}</span>' if cell.when else ""
    return f"<td>{words}{number}{when}</td>"


def _id(row: Row) -> str:
    return "d-" + row.id.replace(":", "-")


def _differences(row: Row) -> Iterator[str]:
    yield f'<section aria-labelledby="{_id(row)}">\n<h3 id="{_id(row)}">{escape(row.title)}</h3>'
    for letter in row.letters[1:]:
        first, other = ", ".join(row.variants("A")), ", ".join(row.variants(letter))
        yield f"<p><strong>Text {letter}</strong> ({escape(other)}) against text A ({escape(first)})</p>"
        for difference in row.differences(letter):
            yield f'<p class="line">{_words(difference)}</p>'
        label = f"Sign-off of text {letter} of {row.title}"
        yield _box(f"{_id(row)}-{letter}", label, "The difference is intended")
    yield "</section>"


def _absence(row: Row) -> Iterator[str]:
    yield f'<p class="line"><strong>{escape(row.title)}</strong>: {escape(row.lacked)}</p>'
    yield _box(f"{_id(row)}-absent", f"Sign-off that {row.title} is absent", "It is to be absent there")


def _words(difference: Difference) -> str:
    tags = {"same": "{}", "removed": "<del>{}</del>", "added": "<ins>{}</ins>"}
    return joined(difference.pieces, lambda p: tags[p.kind].format(escape(p.text)))


def _box(name: str, label: str, intended: str) -> str:
    fields = "".join(
        f'<span><label for="{name}-{key}">{words}</label> <input type="{kind}" id="{name}-{key}"></span>'
        for key, words, kind in (("role", "Signed off by (role)", "text"), ("date", "Date", "date"))
    )
    check = f'<span><input type="checkbox" id="{name}-ok"> <label for="{name}-ok">{intended}</label></span>'
    return f'<div class="sign" role="group" aria-label="{escape(label, quote=True)}">{check}{fields}</div>'
