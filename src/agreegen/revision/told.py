"""Told: a revision as lines of text, and as a page for a browser that needs nothing else."""

from __future__ import annotations

import html
import itertools
from typing import TYPE_CHECKING, Final

from agreegen.difference import joined, marked
from agreegen.report import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agreegen.difference import Piece
    from agreegen.revision import Affected, Revision
    from agreegen.revision.changes import Change, File, Line

NOTHING: Final = "no template changed"
LOOK: Final = "no word changed; the file's look or settings did"
ARROW: Final = "\u2192"


def lines(found: Revision) -> Iterator[str]:
    """The difference in lines: templates, then files with their words, then proposals."""
    if found.is_none:
        yield f"{NOTHING}: {found.old} and {found.new} say the same"
    for template in found.templates:
        yield template.name + ("" if template.changes else f": {template.how}")
        yield from (f"  {told(change)}" for change in template.changes)
    for file in found.files:
        yield heading_of(file)
        for heading, group in itertools.groupby(file.lines, lambda line: line.heading):
            yield f"  {heading}" if heading else "  (before the first heading)"
            yield from (f"    {line.how}: {marked(line.pieces)}" for line in group)
        if not file.lines:
            yield f"  {LOOK}"
    yield from _proposals(found)


def told(change: Change) -> str:
    """A change of a template in words: `field now required: proposal.use.training (under a condition -> always)`."""
    values = f" ({change.old} {ARROW} {change.new})" if change.old and change.new else ""
    only = f" ({change.old or change.new})" if not values and (change.old or change.new) else ""
    return f"{change.kind} {change.how}: {change.name}{values}{only}"


def heading_of(file: File) -> str:
    """`clauses/training.docx changed, in intra-agency, university`."""
    return f"{file.name} {file.how}, in {', '.join(file.templates)}"


def summary(found: Revision) -> str:
    """`6 proposals checked: 2 newly fail`; nothing if there was none to check."""
    if not found.checked and not found.skipped:
        return ""
    count, broken = len(found.checked), len(found.broken)
    failing = f"{broken or 'none'} newly fail{'' if broken > 1 else 's'}"
    return f"{count} proposal{'s' if count != 1 else ''} checked" + (f": {failing}" if count else "")


def others(found: Revision) -> Iterator[str]:
    """What became of proposals that nothing new is found about, though they don't pass either."""
    told_of = {affected.proposal for affected in found.affected}
    yield from (f"{path}: has errors with both" for path in found.failing if path not in told_of)
    yield from (
        f"{path}: not checked, since the file alone doesn't tell which template it takes" for path in found.skipped
    )


def _proposals(found: Revision) -> Iterator[str]:
    if said := summary(found):
        yield said
    for affected in found.affected:
        yield f"  {affected.proposal}: {_verdict(affected)}"
        for finding in affected.findings:
            yield from (f"    {line}" for line in line_of(finding).splitlines())
    yield from (f"  {line}" for line in others(found))


def _verdict(affected: Affected) -> str:
    if affected.fails and affected.failed:
        return "has errors with both, and new findings"
    return "still passes, with new findings" if affected.passes else "no longer passes"


# ------------------------------------------------------------------------------------------------------- page
STYLE: Final = """\
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2rem;border-top:1px solid #767676;padding-top:.8rem}
h3{font-size:1rem;margin:1rem 0 .2rem}p.line{margin:.3rem 0 .3rem 1rem}
del{background:#fde4e1;color:#7a0c00}ins{background:#dff3e1;color:#0b4a12}
del::before{content:"[\\2212"}del::after{content:"\\2212]"}ins::before{content:"{+"}ins::after{content:"+}"}
.how{font-weight:600}code{font-size:.95em}
"""


def page(found: Revision) -> str:
    """The difference as a page: headings, removed and added words marked by more than color."""
    return "".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            f"<title>What changed in the templates</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n",
            "<h1>What changed in the templates</h1>\n",
            f"<p>From <code>{_e(found.old)}</code> to <code>{_e(found.new)}</code>.</p>\n",
            f"<p>{NOTHING.capitalize()}.</p>\n" if found.is_none else "",
            *_templates(found),
            *(part for file in found.files for part in _file(file)),
            *_checked(found),
            "</main>\n</body>\n</html>\n",
        ]
    )


def _e(text: str) -> str:
    return html.escape(text)


def _templates(found: Revision) -> Iterator[str]:
    for template in found.templates:
        yield f"<h2>Template {_e(template.name)}{'' if template.changes else f': {template.how}'}</h2>\n"
        if template.changes:
            yield "<ul>\n" + "".join(f"<li>{_e(told(c))}</li>\n" for c in template.changes) + "</ul>\n"


def _file(file: File) -> Iterator[str]:
    yield f"<h2>{_e(heading_of(file))}</h2>\n"
    for heading, group in itertools.groupby(file.lines, lambda line: line.heading):
        yield f"<h3>{_e(heading or 'Before the first heading')}</h3>\n"
        yield from map(_line, group)
    if not file.lines:
        yield f"<p>{LOOK.capitalize()}.</p>\n"


def _line(line: Line) -> str:
    return f'<p class="line"><span class="how">{line.how}:</span> {joined(line.pieces, _piece)}</p>\n'


def _piece(piece: Piece) -> str:
    tag = {"removed": "del", "added": "ins"}.get(piece.kind)
    return f"<{tag}>{_e(piece.text)}</{tag}>" if tag else _e(piece.text)


def _checked(found: Revision) -> Iterator[str]:
    if not summary(found):
        return
    yield f"<h2>Proposals</h2>\n<p>{_e(summary(found))}.</p>\n"
    for affected in found.affected:
        yield f"<h3>{_e(str(affected.proposal))}: {_verdict(affected)}</h3>\n<ul>\n"
        yield "".join(f"<li>{_e(line_of(f)).replace(chr(10), '<br>')}</li>\n" for f in affected.findings) + "</ul>\n"
    if lines := list(others(found)):
        yield "<ul>\n" + "".join(f"<li>{_e(line)}</li>\n" for line in lines) + "</ul>\n"
