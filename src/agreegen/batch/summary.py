"""Summary: what a batch made, as a page to read and print, and as a table for a spreadsheet; both from the manifest."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
import string
from collections import Counter
from html import escape
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import quote

from agreegen.batch import roll
from agreegen.batch.entry import FAILED, LEFT, MADE, OUTCOMES, PRESENT, REFUSED, UNCHANGED, Entry, overriding
from agreegen.batch.grouping import Group, counted, groups_of, named
from agreegen.batch.shared import finding_json
from agreegen.batch.staging import stored
from agreegen.batch.told import own_findings
from agreegen.errors import UsageError
from agreegen.finding import Severity
from agreegen.law.exhibits import lettered
from agreegen.package import digest

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from agreegen.batch.manifest import Manifest
    from agreegen.batch.roll import Roll
    from agreegen.finding import Finding

_T = TypeVar("_T")

PAGE: Final = "summary.html"
TABLE: Final = "summary.csv"

CLOSE: Final = "close it in other programs, and run the same command again: the agreements are there"

_WORDS: Final = {roll.UNREAD: "Not read", FAILED: "Failed", REFUSED: "Not written", LEFT: "Not reached", MADE: "Made",
                 UNCHANGED: "Unchanged"}  # fmt: skip
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_SEVERITIES: Final = {severity: n for n, severity in enumerate(Severity)}
_HARMLESS: Final = frozenset({"", *string.ascii_letters, *string.digits})
_LINK: Final = re.compile(r"[A-Za-z0-9_.~/-]*")  # what is the same in a link
_CELL: Final = 32_000  # characters; a cell of a spreadsheet holds 32,767
_COLUMNS: Final = (
    "partner", "name", "proposal", "variant", "outcome", "files", "sha256", "pages", "engine", "seconds", "exhibits",
    "overrides", "template", "errors", "warnings", "findings",
)  # fmt: skip

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8a8f98; --soft: #f2f4f7; --bad: #a4161a; --warn: #7a4b00; --good: #0b5d2a; }
@media (prefers-color-scheme: dark) {
  :root { --line: #7d8590; --soft: #20242b; --bad: #ff9b9b; --warn: #ffcc80; --good: #86dba0; } }
body { font: 1rem/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 90rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { border: 1px solid var(--line); padding: .35rem .5rem; text-align: left; vertical-align: top;
  overflow-wrap: break-word; }
thead th { background: var(--soft); }
tbody th { font-weight: 600; }
dt { font-weight: 600; } dd { margin: 0 0 .4rem 0; } ul { margin: 0; padding-left: 1.1rem; }
code { font-size: .85em; overflow-wrap: anywhere; } small { font-weight: 400; }
.scroll { overflow-x: auto; }
.unread strong, .failed strong, .refused strong, .left strong, .error { color: var(--bad); }
.made strong, .unchanged strong { color: var(--good); } .warning { color: var(--warn); }
fieldset { border: 1px solid var(--line); margin: 1rem 0; } label { margin-right: 1.2rem; }
@page { size: landscape; margin: 1.5cm; }
@media print {
  body { font-size: 9pt; margin: 0; max-width: none; } fieldset { display: none; } a { color: inherit; }
  thead { display: table-header-group; } tr { break-inside: avoid; } .scroll { overflow: visible; } }
"""


def write(manifest: Manifest, folder: pathlib.Path, findings: Sequence[Finding] = (),
          given: Roll = roll.NOTHING) -> None:  # fmt: skip
    """Writes the page and the table into a folder, unless they tell the same; UsageError if one can't be written.

    `findings` are about all of the batch, and `given` is the list that it was given.
    """
    table = as_csv(manifest, given)
    if _begins(folder / PAGE, _mark(manifest, findings).encode()) and _holds(folder / TABLE, table):
        return
    for name, data in ((PAGE, as_html(manifest, findings, given)), (TABLE, table)):  # the table is the last to be right
        try:
            stored(folder, name, data)
        except OSError as error:
            raise UsageError(f"{folder / name} can't be written: {error.strerror}", CLOSE) from None


def _mark(manifest: Manifest, findings: Sequence[Finding]) -> str:
    """What the page has at its head, made from what is said of all of the batch, which the table doesn't tell."""
    said = [dict(manifest.scope), *(finding_json(finding) for finding in (*manifest.listed, *findings))]
    return f'<meta name="findings" content="{digest(json.dumps(said).encode())}">\n'


def _begins(path: pathlib.Path, mark: bytes) -> bool:
    """True where a file has this at its head."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        return mark in file.read(1000)
    return False


def _holds(path: pathlib.Path, data: bytes) -> bool:
    """True where a file holds just this."""
    with contextlib.suppress(OSError):
        return path.stat().st_size == len(data) and path.read_bytes() == data
    return False


class _Once:
    """Texts made of values that many agreements share, each made once; told apart by id(), so the value is kept."""

    def __init__(self) -> None:
        self.held: dict[int, tuple[object, str]] = {}

    def __call__(self, value: _T, form: Callable[[_T], str]) -> str:
        """The text of the value."""
        known = self.held.get(id(value))
        if known is None:
            known = self.held[id(value)] = (value, form(value))
        return known[1]


def as_html(manifest: Manifest, findings: Sequence[Finding] = (), given: Roll = roll.NOTHING) -> bytes:
    """The page: counts, scope, what to mend, and a row for each agreement, failures first; without scripts."""
    entries, once, left = _in_order(manifest.entries.values()), _Once(), given.rows_left
    counts = {outcome: sum(e.outcome == outcome for e in entries) for outcome in OUTCOMES}
    there = [outcome for outcome, count in counts.items() if count]
    title = f"{len(entries):,} agreement{'s' if len(entries) != 1 else ''}"
    told = (", ".join(f"{counts[o]:,} {_WORDS[o].lower()}" for o in there) or "none") + given.left
    if left:
        there, counts = [roll.UNREAD, *there], {roll.UNREAD: len(left), **counts}
    return "".join([
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        _mark(manifest, findings),
        f"<title>{title}: {told}</title>\n<style>{_STYLE}{_filters(there)}</style>\n</head>\n<body>\n<main>\n",
        f"<h1>{title}: {told}</h1>\n",
        _scope(manifest),
        _to_mend(manifest.listed, findings, groups_of(entries)),
        "<h2>Agreements</h2>\n",
        _choice(there, counts) if len(there) > 1 else "",
        '<div class="scroll" role="region" aria-label="Agreements" tabindex="0">\n<table>\n',
        f"<caption>Agreements by partner, those that need attention first ({told})</caption>\n<thead><tr>",
        *(f'<th scope="col">{head}</th>' for head in ("Partner", "Outcome", "Files", "Agreement", "Findings")),
        "</tr></thead>\n<tbody>\n",
        *[_row(entry, once) for entry in (*left, *entries)],
        "</tbody>\n</table>\n</div>\n",
        _exhibits(entries),
        _clauses(entries),
        "</main>\n</body>\n</html>\n",
    ]).encode("utf-8", "replace")  # fmt: skip


def as_csv(manifest: Manifest, given: Roll = roll.NOTHING) -> bytes:
    """The table: a row for each agreement, and each row of the list that can't be read; no cell is a formula."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    once = _Once()
    writer.writerows(_safe(_cells(entry, once)) for entry in (*given.rows_left, *_in_order(manifest.entries.values())))
    return b"\xef\xbb\xbf" + held.getvalue().encode("utf-8", "replace")


def _safe(row: tuple[str, ...]) -> Iterable[str]:
    """The texts of a row as cells; those of nearly all rows are."""
    if {value[:1] for value in row} <= _HARMLESS and sum(map(len, row)) <= _CELL:
        return row
    return [safe_cell(value) for value in row]


def safe_cell(value: str) -> str:
    """The text as a cell: a leading apostrophe where a spreadsheet would see a formula; cut where it has no room."""
    if value[:1].isalnum() and len(value) <= _CELL:
        return value
    text = value if len(value) <= _CELL else value[:_CELL] + " \u2026"
    return f"'{text}" if text.lstrip(" \n").startswith(_RISKY) or text[:1] in ("\t", "\r") else text


def _cells(entry: Entry, once: _Once) -> tuple[str, ...]:
    there = entry.outcome in PRESENT
    files = sorted(entry.files.items()) if there else []
    findings = own_findings(entry)
    return (
        entry.partner, entry.name, entry.proposal, entry.variant, entry.outcome, "; ".join(path for path, _ in files),
        "; ".join(record.sha256 for _, record in files), "" if entry.pages is None else str(entry.pages), entry.engine,
        f"{entry.seconds:.3f}", once(entry.exhibits, _reasons),
        "; ".join(entry.overrides), entry.inputs.get("template", ""), str(_number(findings, Severity.ERROR)),
        str(_number(findings, Severity.WARNING)), " | ".join([once(finding, _told) for finding in findings]),
    )  # fmt: skip


def _reasons(exhibits: Mapping[str, str]) -> str:
    return "; ".join(f"{id_}: {why}" for id_, why in lettered(exhibits).items())


def _number(findings: Sequence[Finding], severity: Severity) -> int:
    return sum(f.severity is severity for f in findings) if findings else 0


def _told(finding: Finding) -> str:
    place = f"{finding.location}: " if str(finding.location) else ""
    return f"{place}{finding.severity}[{finding.code}] {finding.message}" + (
        f" ({finding.hint})" if finding.hint else ""
    )


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    """What needs attention first, then by partner and proposal."""
    place = {outcome: n for n, outcome in enumerate((*list(OUTCOMES)[:-2], MADE))}
    return sorted(entries, key=lambda e: (place.get(e.outcome, place[MADE]), e.name, e.key))


# ------------------------------------------------------------------------------------------------ parts of the page
def _scope(manifest: Manifest) -> str:
    said = {**manifest.scope, "agreegen": manifest.agreegen}
    told = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>\n" for name, value in said.items() if value)
    return f"<h2>What was asked for</h2>\n<dl>\n{told}</dl>\n"


def _to_mend(listed: Sequence[Finding], findings: Sequence[Finding], groups: Sequence[Group]) -> str:
    if not (listed or findings or groups):
        return ""
    of_list = [_places(group) for group in roll.grouped_places(listed)]
    items = [*of_list, *(f"{_finding(finding)}\n" for finding in findings), *map(_group, groups)]
    return "<h2>What was found</h2>\n<ul>\n" + "".join(items) + "</ul>\n"


def _group(group: Group) -> str:
    hint = f"<br>Remedy: {escape(group.hint)}" if group.hint else ""
    return (f'<li><strong class="{group.severity}">{counted(len(group.cases))}: {group.severity}</strong> '
            f"{escape(group.message)} ({group.code})<br>{escape(named(group, 3))}{hint}</li>\n")  # fmt: skip


def _places(group: Group) -> str:
    """What was found in the list: what it is, and in which of its places."""
    hint = f"<br>Remedy: {escape(group.hint)}" if group.hint else ""
    return (f'<li><strong class="{group.severity}">In the list: {group.severity}</strong> {escape(group.message)} '
            f"({group.code})<br>{escape(roll.named(group.cases))}{hint}</li>\n")  # fmt: skip


def _filters(outcomes: Sequence[str]) -> str:
    """What hides the rows of the other outcomes once one is chosen."""
    return "".join(f"body:has(#only-{o}:checked) tbody:not(.all) tr:not(.{o}) {{ display: none; }}\n" for o in outcomes)


def _choice(outcomes: Sequence[str], counts: Mapping[str, int]) -> str:
    all_ = f'<label><input type="radio" name="only" id="only-all" checked> All ({sum(counts.values()):,})</label>\n'
    each = "".join(f'<label><input type="radio" name="only" id="only-{o}"> {_WORDS[o]} ({counts[o]:,})</label>\n'
                   for o in outcomes)  # fmt: skip
    return f"<fieldset>\n<legend>Show</legend>\n{all_}{each}</fieldset>\n"


def _row(entry: Entry, once: _Once) -> str:
    what = ", ".join(filter(None, (entry.proposal, entry.variant))) or "none: the row isn't taken as a partner"
    detail = _item(what)
    detail += _item(f"{entry.pages} pages, drawn by {entry.engine}") if entry.pages is not None else ""
    detail += _item("Exhibits: " + once(entry.exhibits, lambda e: ", ".join(lettered(e)))) if entry.exhibits else ""
    detail += _item(f"Overrides: {'; '.join(overriding(entry))}") if entry.overrides else ""
    detail += f"<li>{entry.seconds:.2f} seconds</li>" if entry.outcome in PRESENT and entry.seconds else ""
    name = f"{escape(entry.name)}<br><small>{escape(entry.partner)}</small>"
    return (f'<tr class="{entry.outcome}"><th scope="row">{name}</th>'
            f"<td><strong>{_WORDS[entry.outcome]}</strong></td><td>{_files(entry)}</td><td><ul>{detail}</ul></td>"
            f"<td>{_findings(own_findings(entry), once)}</td></tr>\n")  # fmt: skip


def _item(text: str) -> str:
    return f"<li>{escape(text)}</li>"


def _files(entry: Entry) -> str:
    if not entry.files:
        return "none"
    if entry.outcome not in PRESENT:
        return "none from this run" + "".join(
            f"<br>earlier: <code>{escape(path)}</code>" for path in sorted(entry.files)
        )
    return "<br>".join([
        f"{_link(path)}<br><small>{_size(record.size)}, {_digest(record.sha256)}</small>"
        for path, record in sorted(entry.files.items())
    ])  # fmt: skip


def _link(path: str) -> str:
    target, text = (path, path) if _LINK.fullmatch(path) else (escape(quote(path)), escape(path))
    return f'<a href="{target}">{text}</a>'


def _size(size: int) -> str:
    return f"{size / 1000:,.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:,.1f} MB"


def _digest(digest: str) -> str:
    """The first characters of a digest, the whole one shown when it is pointed at."""
    whole, first = (digest, digest[:12]) if digest.isalnum() else (escape(digest), escape(digest[:12]))
    return f'<code title="SHA-256 {whole}">{first}</code>'


def _findings(findings: Sequence[Finding], once: _Once) -> str:
    if not findings:
        return "none"
    worst_first = sorted(findings, key=lambda f: _SEVERITIES[f.severity]) if len(findings) > 1 else findings
    return "<ul>" + "".join([once(finding, _finding) for finding in worst_first]) + "</ul>"


def _finding(finding: Finding) -> str:
    place = f"<br><small>{escape(str(finding.location))}</small>" if str(finding.location) else ""
    hint = f"<br><small>Remedy: {escape(finding.hint)}</small>" if finding.hint else ""
    return (f'<li><span class="{finding.severity}">{finding.severity}</span> {escape(finding.message)} '
            f"({escape(finding.code)}){place}{hint}</li>")  # fmt: skip


def _exhibits(entries: Sequence[Entry]) -> str:
    """Each exhibit, why it is on, and in how many agreements."""
    rows = _counted([entry.exhibits for entry in entries])
    return _table("Exhibits", "Exhibits that are in agreements, and why", ("Exhibit", "Why", "Agreements"), rows)


def _clauses(entries: Sequence[Entry]) -> str:
    """Each Word file that agreements were put together from, with its digest; more than one if it has changed."""
    rows = _counted([entry.clauses for entry in entries])
    heads = ("File", "SHA-256", "Agreements")
    return _table("Masters, clauses and exhibits", "Word files that agreements were put together from", heads, rows)


def _counted(mappings: Sequence[Mapping[str, str]]) -> list[tuple[str, str, str]]:
    """Each item of the mappings, in order, and how many have it."""
    several = Counter(map(id, mappings))
    count: Counter[tuple[str, str]] = Counter()
    for mapping in {id(m): m for m in mappings}.values():
        count.update(dict.fromkeys(mapping.items(), several[id(mapping)]))
    return [(name, value, f"{n:,}") for (name, value), n in sorted(count.items())]


def _table(title: str, caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in heads)
    cells = [(escape(first), "".join(f"<td>{_value(v)}</td>" for v in rest)) for first, *rest in rows]
    body = "".join(f'<tr><th scope="row">{first}</th>{rest}</tr>\n' for first, rest in cells)
    return (f"<h2>{escape(title)}</h2>\n<table>\n<caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
            f'<tbody class="all">\n{body}</tbody>\n</table>\n')  # fmt: skip


def _value(value: str) -> str:
    return _digest(value) if len(value) == 64 and value.isalnum() else escape(value)
