"""Whether the numbers that we compute are those that LibreOffice shows: `python benchmarks/list_numbers.py FOLDER…`.

Takes every .docx below the folders, asks LibreOffice for the label of each paragraph (by its Python bridge `uno`, which
the system's Python has: Debian package python3-uno), and compares. Prints each difference and the totals; ends with 1
if fewer than `--least` percent of the labels are equal. Bullets are left out: they have no number. Labels that differ
because LibreOffice leaves the standard (docs/pdf.md says how we know) are counted as different, and told apart.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SYSTEM_PYTHON = "/usr/bin/python3"
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


# ---------------------------------------------------------------- LibreOffice: runs in the system's Python
def ask(out: str, files: list[str]) -> None:
    """Writes the [label, text] of every paragraph of each document as JSON; an error's text for one that fails."""
    import uno  # type: ignore[import-not-found]  # noqa: PLC0415 (there is none in our environment)
    from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]  # noqa: PLC0415

    hidden = PropertyValue()
    hidden.Name, hidden.Value = "Hidden", True
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as profile:
        pipe = f"labels{Path(profile).name}"
        options = ["--headless", "--norestore", "--nologo", f"--accept=pipe,name={pipe};urp"]
        soffice = shutil.which("soffice") or "soffice"
        office = subprocess.Popen([soffice, f"-env:UserInstallation=file://{profile}", *options])
        try:
            desktop = _desktop(uno, pipe)
            for file in files:
                try:
                    document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(file), "_blank", 0, (hidden,))
                    rows: list[list[str]] = []
                    _walk(document.Text, rows)
                    found[file] = rows
                    document.close(True)
                except Exception as e:
                    found[file] = repr(e)[:200]
                Path(out).write_text(json.dumps(found), encoding="utf-8")
                if isinstance(found[file], str) and ("ridge" in found[file] or office.poll() is not None):
                    break
            with contextlib.suppress(Exception):
                desktop.terminate()
            office.wait(20)
        finally:
            office.kill()


def _desktop(uno: Any, pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(150):
        with contextlib.suppress(Exception):
            there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
        time.sleep(0.2)
    raise SystemExit("LibreOffice did not answer")


def _walk(text: Any, rows: list[list[str]]) -> None:
    for part in _each(text):
        if part.supportsService("com.sun.star.text.TextTable"):
            for name in sorted(part.getCellNames(), key=_place):
                _walk(part.getCellByName(name), rows)
        else:
            counted = part.NumberingIsNumber and part.NumberingRules
            rows.append([part.ListLabelString if counted else "", part.getString()])


def _place(cell: str) -> tuple[int, int, str, str]:
    m = re.fullmatch(r"([A-Za-z]+)(\d+)(.*)", cell)
    return (int(m[2]), len(m[1]), m[1], m[3]) if m else (0, 0, "", cell)


def _each(many: Any) -> Any:
    one = many.createEnumeration()
    while one.hasMoreElements():
        yield one.nextElement()


# ---------------------------------------------------------------- comparison
def theirs(files: list[Path]) -> dict[Path, list[Row] | str]:
    """What LibreOffice shows; a reason in place of the rows where it can't."""
    found: dict[Path, list[Row] | str] = {}
    waiting = [f.resolve() for f in files]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "labels.json"
        while waiting:
            said = _asked(out, [str(f) for f in waiting[:_AT_ONCE]])
            answered = len(said) or 1  # it fell over the first
            for file in waiting[:answered]:
                rows = said.get(str(file), _GONE)
                found[file] = rows if isinstance(rows, str) else [Row(label, letters(t)) for label, t in rows]
            waiting = waiting[answered:]
    return found


def _asked(out: Path, files: list[str]) -> dict[str, Any]:
    """The answers of one office, up to and with the document that it fell over."""
    out.write_text("{}", encoding="utf-8")
    with contextlib.suppress(subprocess.TimeoutExpired):
        command = [SYSTEM_PYTHON, __file__, "--ask", str(out), *files]
        subprocess.run(command, timeout=_SECONDS, capture_output=True, check=False)
    return dict(json.loads(out.read_text(encoding="utf-8")))


def ours(docx: bytes) -> tuple[list[Row], set[int], set[int]]:
    """What we show, and which of the rows are bullets or doubtful."""
    from agreegen.pdf.displayed import Displayed  # noqa: PLC0415 (not in the system's Python)
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
    """The comparison, or LibreOffice's side of it."""
    if sys.argv[1:2] == ["--ask"]:
        ask(sys.argv[2], sys.argv[3:])
        return 0
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
