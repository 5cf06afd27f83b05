"""Whether the numbers that we compute are those that LibreOffice shows: `python benchmarks/list_numbers.py FOLDER…`.

Takes every .docx below the folders, asks LibreOffice for the label of each paragraph (by a macro inside of it), and
compares. Prints each difference and the totals; ends with 1
if fewer than `--least` percent of the labels are equal. Bullets are left out: they have no number. Labels that differ
because LibreOffice leaves the standard (docs/pdf.md says how we know) are counted as different, and told apart.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT_ONCE = 40  # documents an office: one that hangs costs no more than these
_SECONDS = 240
_GONE = "LibreOffice ended without an answer"


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph: what stands in front of it, and its letters."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One document: how many numbered paragraphs both know, and those whose labels differ (text, theirs, ours)."""

    file: Path
    labels: int
    wrong: tuple[tuple[str, str, str], ...] = ()
    doubtful: int = 0
    apart: int = 0  # of the wrong ones: those that `fault` explains
    alone: int = 0  # numbered paragraphs of ours whose text LibreOffice has elsewhere or otherwise: not compared


# ---------------------------------------------------------------- LibreOffice
BASIC = """Option Explicit
Dim written As Object

Sub Ask
  Dim files As Object, disk As Object
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  disk = CreateUnoService("com.sun.star.ucb.SimpleFileAccess")
  files = CreateUnoService("com.sun.star.io.TextInputStream")
  files.setEncoding("UTF-8")
  files.setInputStream(disk.openFileRead(Environ("LABELS_OF")))
  written = CreateUnoService("com.sun.star.io.TextOutputStream")
  written.setEncoding("UTF-8")
  written.setOutputStream(disk.openFileWrite(Environ("LABELS_TO")))
  Do While Not files.isEOF()
    One(files.readLine(), hidden())
  Loop
  written.closeOutput()
  StarDesktop.terminate()
End Sub

Sub One(file As String, hidden)
  Dim document As Object
  On Error Goto Failed
  Tell("file", file, "")
  document = StarDesktop.loadComponentFromURL(ConvertToUrl(file), "_blank", 0, hidden)
  Walk(document.Text)
  document.close(True)
  Tell("done", "", "")
  Exit Sub
Failed:
  Tell("failed", Error$, "")
End Sub

Sub Walk(content As Object)
  Dim parts As Object, part As Object, label As String, cells As Variant, i As Long
  parts = content.createEnumeration()
  Do While parts.hasMoreElements()
    part = parts.nextElement()
    If part.supportsService("com.sun.star.text.TextTable") Then
      Tell("table", "", "")
      cells = part.getCellNames()
      For i = LBound(cells) To UBound(cells)
        Tell("cell", cells(i), "")
        Walk(part.getCellByName(cells(i)))
      Next i
      Tell("end", "", "")
    Else
      label = ""
      If part.NumberingIsNumber And Not IsEmpty(part.NumberingRules) And Not IsNull(part.NumberingRules) Then
        label = part.ListLabelString
      End If
      Tell("row", label, part.getString())
    End If
  Loop
End Sub

Sub Tell(kind As String, first As String, second As String)
  written.writeString(kind & Chr(9) & Plain(first) & Chr(9) & Plain(second) & Chr(10))
End Sub

Function Plain(said As String) As String
  Plain = Join(Split(Join(Split(Join(Split(said, Chr(10)), " "), Chr(13)), " "), Chr(9)), " ")
End Function
"""
"""Tells label and text of every paragraph of documents, line by line; asked from outside, each takes milliseconds."""

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_LIBRARY = f"""{_XML}<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Labels"/></library:library>"""
_MODULE = f"""{_XML}<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Labels" script:language="StarBasic">"""


def _asked(folder: Path, files: list[str]) -> dict[str, list[Row] | str]:
    """The rows of each document, by one office, up to and with the document that it fell over."""
    wanted, told, profile = folder / "wanted", folder / "told", folder / "profile"
    wanted.write_text("\n".join(files), encoding="utf-8")
    told.unlink(missing_ok=True)
    office = [shutil.which("soffice") or "soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    library = profile / "user" / "basic" / "Standard"
    if not library.is_dir():  # the first start makes it, whatever is there
        subprocess.run([*office, "--terminate_after_init"], timeout=_SECONDS, capture_output=True, check=False)
        (library / "Labels.xba").write_text(f"{_MODULE}{escape(BASIC)}</script:module>", encoding="utf-8")
        (library / "script.xlb").write_text(_LIBRARY, encoding="utf-8")
    command = [*office, "--norestore", "--nologo", "--nodefault", "macro:///Standard.Labels.Ask"]
    environment = os.environ | {"LABELS_OF": str(wanted), "LABELS_TO": str(told)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True)  # fmt: skip
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # soffice is a script: the program itself is its child
    process.wait()
    return _understood(told.read_text(encoding="utf-8", errors="replace").splitlines() if told.is_file() else [])


def _understood(lines: list[str]) -> dict[str, list[Row] | str]:
    """The rows of each document, by the lines that the office wrote."""
    found: dict[str, list[Row] | str] = {}
    left = iter([line.split("\t") for line in lines if line.count("\t") == 2])
    for kind, file, _ in left:
        if kind == "file":
            rows: list[Row] = []
            ended, why = _walk(left, rows)
            found[file] = rows if ended == "done" else why or _GONE
    return found


def _walk(lines: Iterator[list[str]], rows: list[Row]) -> tuple[str, str]:
    """Adds rows, those of tables cell by cell, up to the line that ends the text: what it says."""
    for kind, first, second in lines:
        if kind == "row":
            rows.append(Row(first, letters(second)))
        elif kind == "table":
            cells: dict[str, list[Row]] = {}
            ended = _cells(lines, cells)
            for name in sorted(cells, key=_place):
                rows += cells[name]
            if ended[0] != "end":
                return ended
        else:
            return kind, first
    return "", ""


def _cells(lines: Iterator[list[str]], cells: dict[str, list[Row]]) -> tuple[str, str]:
    """Adds the rows of each cell of a table, up to the line that ends it: what it says."""
    kind, name = next(lines, ["", "", ""])[:2]
    while kind == "cell":
        cells[name] = []
        kind, name = _walk(lines, cells[name])
    return kind, name


def _place(cell: str) -> tuple[int, int, str, str]:
    m = re.fullmatch(r"([A-Za-z]+)(\d+)(.*)", cell)
    return (int(m[2]), len(m[1]), m[1], m[3]) if m else (0, 0, "", cell)


# ---------------------------------------------------------------- comparison
def theirs(files: list[Path]) -> dict[Path, list[Row] | str]:
    """What LibreOffice shows; a reason in place of the rows where it can't."""
    found: dict[Path, list[Row] | str] = {}
    waiting = [f.resolve() for f in files]
    with tempfile.TemporaryDirectory() as folder:
        while waiting:
            said = _asked(Path(folder), [str(f) for f in waiting[:_AT_ONCE]])
            answered = len(said) or 1  # it fell over the first
            for file in waiting[:answered]:
                found[file] = said.get(str(file), _GONE)
            waiting = waiting[answered:]
    return found


def ours(docx: bytes) -> tuple[list[Row], set[int], set[int]]:
    """What we show, and which of the rows are bullets or doubtful."""
    from agreegen.pdf.displayed import Displayed  # noqa: PLC0415 (slow to import)
    from agreegen.pdf.parts import Parts  # noqa: PLC0415
    from agreegen.template import numbering  # noqa: PLC0415

    parts = Parts(docx)
    shown = Displayed(parts)
    styles, lists = parts.tree("word/styles.xml"), parts.tree("word/numbering.xml")
    found = numbering.number(parts.document, styles, lists)
    rows = [Row(n.label, letters(shown.text(n.paragraph, None))) for n in found]
    bullets = {i for i, n in enumerate(found) if n.bullet}
    return rows, bullets, {i for i, n in enumerate(found) if n.doubt}


def letters(text: str) -> str:
    """The letters and digits of a text: what both programs say of a paragraph alike."""
    return "".join(c for c in text if c.isalnum()).lower()


def fault(forms: list[str], *, legal: bool, mine: str, other: str) -> str:
    """How LibreOffice leaves the standard in this label, or nothing; `forms` are the formats that the label shows."""
    if legal and "decimalZero" in forms:
        return "w:isLgl has no effect beside decimalZero"
    if "ordinalText" in forms and mine == other.replace(" and ", " "):
        return "number words in two ways: One thousand one, One thousand and first"
    if "decimalEnclosedCircle" in forms and re.search("[㉑-㉟㊱-㊿]", other):
        return "circles above 20"
    chinese = {"chineseCounting", "chineseCountingThousand"} & {*forms} and re.search("[百千]", other)
    return "Chinese from 100 on" if chinese else ""


def _explained(docx: bytes, differ: list[tuple[int, str, str]]) -> int:
    """How many of the labels that differ (paragraph, theirs, ours) a fault of LibreOffice explains."""
    from agreegen.pdf.parts import Parts  # noqa: PLC0415
    from agreegen.template import numbering  # noqa: PLC0415

    if not differ:
        return 0
    parts = Parts(docx)
    styles, lists = parts.tree("word/styles.xml"), parts.tree("word/numbering.xml")
    rows = numbering.number(parts.document, styles, lists)
    known = numbering.Definitions(styles, lists).lists
    count = 0
    for i, other, mine in differ:
        if (at := rows[i].level) is not None:
            levels = known[rows[i].num_id].levels
            forms = [levels[k].form for k in levels[at].places]
            count += bool(fault(forms, legal=levels[at].legal, mine=mine, other=other))
    return count


def compare(file: Path, shown: list[Row]) -> Compared:
    """One document against LibreOffice's rows."""
    rows, bullets, doubtful = ours(file.read_bytes())
    matcher = difflib.SequenceMatcher(None, [r.text for r in rows], [r.text for r in shown], autojunk=False)
    labels, wrong, doubts, differ, met = 0, [], 0, [], set()
    for block in matcher.get_matching_blocks():
        for k in range(block.size):
            i = block.a + k
            met.add(i)
            mine, other = rows[i].label.strip(), shown[block.b + k].label.strip()
            if i in bullets or not (mine or other) or not rows[i].text:
                continue
            labels += 1
            doubts += i in doubtful
            if mine != other:
                differ.append((i, other, mine))
                wrong.append((rows[i].text[:40], other, mine + (" (doubtful)" if i in doubtful else "")))
    alone = sum(bool(r.label and r.text) and i not in met and i not in bullets for i, r in enumerate(rows))
    return Compared(file, labels, tuple(wrong), doubts, _explained(file.read_bytes(), differ), alone)


def report(results: list[Compared], unread: dict[Path, str], least: float) -> int:
    """Prints differences and totals; the exit code."""
    for r in results:
        for text, other, mine in r.wrong[:8]:
            print(f"{r.file}: {text!r}: LibreOffice {other!r}, we {mine!r}")
        if len(r.wrong) > 8:
            print(f"{r.file}: … {len(r.wrong)} of {r.labels} differ")
    for file, why in unread.items():
        print(f"{file}: {why}")
    numbered = [r for r in results if r.labels]
    labels, wrong = sum(r.labels for r in numbered), sum(len(r.wrong) for r in numbered)
    whole = sum(not r.wrong for r in numbered)
    share = 100 * (labels - wrong) / labels if labels else 0.0
    print(f"{len(results)} documents, {len(numbered)} with numbers, {len(unread)} not read")
    print(f"documents equal: {whole} of {len(numbered)} ({100 * whole / max(len(numbered), 1):.1f} %)")
    print(f"labels equal: {labels - wrong} of {labels} ({share:.2f} %)")
    apart, only = sum(r.apart for r in numbered), sum(bool(r.wrong) and len(r.wrong) == r.apart for r in numbered)
    if apart:
        rest, sure = len(numbered) - only, 100 * whole / max(len(numbered) - only, 1)
        print(f"LibreOffice leaves the standard in {apart} labels; {only} documents differ in nothing else")
        print(f"documents equal without these: {whole} of {rest} ({sure:.1f} %)")
    print(f"numbered paragraphs that LibreOffice has otherwise, not compared: {sum(r.alone for r in numbered)}")
    return 0 if labels and share >= least else 1


def main() -> int:
    """The comparison."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--least", type=float, default=100.0, help="percent of the labels that must be equal")
    said = parser.parse_args()
    files = sorted({f for d in said.folders for f in (d.rglob("*.docx") if d.is_dir() else [d])})
    results, unread = [], {}
    for file, rows in theirs(files).items():
        if isinstance(rows, str):
            unread[file] = rows
            continue
        try:
            results.append(compare(file, rows))
        except Exception as e:
            unread[file] = f"{type(e).__name__}: {e}"
    return report(results, unread, said.least)


if __name__ == "__main__":
    sys.exit(main())
