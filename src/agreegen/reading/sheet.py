"""Sheets: the rows of a CSV file or of an Excel workbook, cell by cell, with what was wrong with the file."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import field
from typing import TYPE_CHECKING, Any, NamedTuple

from agreegen.damage import BROKEN
from agreegen.finding import Finding, Location, Severity
from agreegen.late import dataclass
from agreegen.reading.source import letters, unprintable
from agreegen.reading.table import place_after, split

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 64_000_000
"""Bytes that a list may have as a file."""

UNPACKED = 128_000_000
"""Bytes that the members of a workbook may have together."""

MEMBERS = 5_000
"""Members that a workbook may have."""

ROWS, COLUMNS = 100_000, 702
"""Rows and columns that a sheet may have: up to column ZZ."""

CELLS = 3_000_000
"""Cells that a sheet may span."""

SHEET = "partners"
"""The name of the sheet that is read wherever it stands."""

PLAIN = (0, 1, 49)
"""The formats that show a whole number by its figures: General, 0, text."""

_OLE = b"\xd0\xcf\x11\xe0"
_REFERENCE = re.compile(rb"""\br\s*=\s*["']\$?([A-Za-z]{1,9})\$?([0-9]{1,9})["']""")
_REFERENCES = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']\$?([A-Za-z]{1,9})\$?([0-9]{1,9})["'][^>]*?(/?)>""")
_UNPLACED = re.compile(rb"<(?:\w+:)?(?:row|c)(?=[\s/>])(?![^>]*\br\s*=)")
_START = re.compile(rb"<(?:\w+:)?(row|c)(?=[\s/>])([^>]*)")
_ROW_START = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.S)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>[^<]")
_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b[^>]*>(.*?)</(?:\w+:)?cellXfs>", re.S)
_STYLE = re.compile(rb"<(?:\w+:)?xf\b([^>]*)>")
_STYLED = re.compile(rb"""<(?:\w+:)?c\b([^>]*\ss\s*=[^>]*[^/])>""")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_EMPTY_TEXT = re.compile(rb"""\bt\s*=\s*["']str["']""")
_BROKEN = (*BROKEN, KeyError)  # a part that others refer to may be missing

Cells = list[Any]


class Line(NamedTuple):
    """A row with a filled cell: its number as a spreadsheet counts it, the line of the file, its cells."""

    row: int
    line: int
    cells: Cells


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a sheet, what is wrong with single cells (by row and column), and findings about the file."""

    file: str
    sheet: str = ""
    lines: tuple[Line, ...] = ()
    faulty: dict[tuple[int, int], str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    formatted: frozenset[tuple[int, int]] = frozenset()
    """Cells whose number is shown in a format of its own, such as $1,500."""
    hidden: frozenset[int] = frozenset()
    """Rows that Excel doesn't show, by hand or by a filter."""
    cut: bool = False
    """True where rows are left that weren't read."""


def read_grids(content: bytes, file: str) -> list[Grid]:
    """The sheet of a workbook, or a CSV file as commas, semicolons and tabs would part it; none without a finding."""
    if len(content) > LIMIT:
        return [unread(file, f"the file has {len(content):,} bytes; the limit is {LIMIT:,}", "split the list")]
    if content.startswith(_OLE):
        return [unread(file, "the workbook is encrypted or in the format of Excel 97",
                       "take the password away, and save it as Excel Workbook (.xlsx)")]  # fmt: skip
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return [_workbook(content, file)]
    text, found = _decoded(content, file)
    if text is None:
        return [Grid(file, findings=found, cut=True)]
    return [_parted(text, mark, file, found) for mark in ",;\t" if mark == "," or mark in text]


def unread(file: str, message: str, hint: str, **place: Any) -> Grid:
    """An empty sheet with the finding that says why."""
    return Grid(file, findings=(Finding("L001", Severity.ERROR, Location(file, **place), message, hint),), cut=True)


# ------------------------------------------------------------------------------------------------------------ CSV
def _decoded(content: bytes, file: str) -> tuple[str | None, tuple[Finding, ...]]:
    found: tuple[Finding, ...] = ()
    try:
        text = content.decode(_encoding(content))
    except UnicodeDecodeError as error:
        if _encoding(content) != "utf-8-sig":
            return None, unread(file, "the file starts as UTF-16 text and isn't", "save it as CSV UTF-8").findings
        text = content.decode("cp1252", "replace")
        lost = "\ufffd" in text
        where = place_after(content[: error.start].decode("utf-8-sig", "replace"), file)
        hint = "look at names with accents; or save it as CSV UTF-8 (comma delimited)"
        message = "the file isn't UTF-8 text; it was read as Windows text (cp1252)"
        found = (Finding("L006", Severity.ERROR if lost else Severity.NOTE, where, message, hint),)
        if lost:
            return None, found
    if bad := unprintable(text):
        (line, column), message, hint = bad
        before = text.split("\n")[:line]
        where = place_after("\n".join([*before[:-1], before[-1][: column - 1]]), file, column)
        return None, (Finding("Y005", Severity.ERROR, where, message, hint),)
    return text, found


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    half = content[:200]
    if len(half) >= 4 and half[1::2].count(0) > len(half) // 3:
        return "utf-16-le"
    return "utf-16-be" if len(half) >= 4 and half[::2].count(0) > len(half) // 3 else "utf-8-sig"


def _parted(text: str, mark: str, file: str, found: tuple[Finding, ...]) -> Grid:
    findings = list(found)
    lines = tuple(_csv_lines(text, mark, file, findings))
    return Grid(file, "", lines, {}, tuple(findings), cut=any(f.code == "L001" for f in findings))


def _csv_lines(text: str, mark: str, file: str, findings: list[Finding]) -> Iterator[Line]:
    """The rows that aren't empty; a row that can't be read ends the file with a finding."""
    reader = csv.reader(split(text), delimiter=mark, strict=True)
    line, row = 1, 0
    while True:
        start = line
        try:
            cells = next(reader, None)
        except csv.Error as error:
            where = Location(file, start, 1, cell=f"row {row + 1}")
            findings.append(Finding("L001", Severity.ERROR, where, f"the row can't be read: {error}",
                                    "close each quotation mark; inside a quoted cell write it twice"))  # fmt: skip
            return
        if cells is None:
            return
        line, row = reader.line_num + 1, row + 1
        if row > ROWS:
            where = Location(file, start, 1, cell=f"row {row}")
            findings.append(Finding("L001", Severity.ERROR, where, f"the list has more than {ROWS:,} rows", "split it"))
            return
        if cells and (cells[0].strip() or "".join(cells).strip()):
            yield Line(row, start, cells)


# ------------------------------------------------------------------------------------------------------- workbooks
def _workbook(content: bytes, file: str) -> Grid:  # noqa: PLR0911 (one line a fault)
    try:
        members = _members(content)
    except _BROKEN as error:
        return unread(file, f"the workbook can't be read: {error}", "open it in Excel and save it again")
    if isinstance(members, str):
        return unread(file, members, "copy the list to a new workbook and save that")
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 (only for workbooks)

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(_stored(members)))
        name, findings = _chosen(book, file)
        if not name:
            return Grid(file, findings=tuple(findings))
        xml = _placed(members.get(_part(members, name), b""))
        if message := _too_wide(xml):
            return unread(file, message, "delete the empty rows and columns behind the list, and save it again",
                          part=f"sheet {name}")  # fmt: skip
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, ValueError, OverflowError, *_BROKEN) as error:
        return unread(file, f"the workbook can't be read: {error}", "open it in Excel and save it again")
    faulty = _faulty(xml)
    broken = {row for row, _ in faulty}
    lines = [Line(n, n, cells) for n, cells in enumerate(rows, 1) if n in broken or any(c != "" for c in cells)]
    bad = next((Line(n.row, i, []) for n in lines for i, c in enumerate(n.cells, 1)
                if isinstance(c, str) and not c.isprintable() and unprintable(c)), None)  # fmt: skip
    if bad is not None:
        message, hint = (unprintable(str(rows[bad.row - 1][bad.line - 1])) or ((0, 0), "", ""))[1:]
        where = Location(file, part=f"sheet {name}", cell=f"row {bad.row}, column {bad.line}")
        return Grid(file, name, findings=(Finding("Y005", Severity.ERROR, where, message, hint),))
    formatted = _formatted(xml, members.get("xl/styles.xml", b""))
    return Grid(file, name, tuple(lines), faulty, tuple(findings), formatted, _hidden(xml))


def _members(content: bytes) -> dict[str, bytes] | str:
    """The parts of a workbook by name, or what forbids to unpack them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = [i for i in archive.infolist() if not i.filename.endswith("/")]
        if len(infos) > MEMBERS or sum(i.file_size for i in infos) > UNPACKED:
            return f"the workbook unpacks to more than {UNPACKED // 1_000_000} MB or {MEMBERS:,} parts"
        names = [i.filename for i in infos]
        if len(set(names)) < len(names):
            return "two parts of the workbook have one name"
        if "xl/workbook.xml" not in names:
            return "the file isn't an Excel workbook (.xlsx)"
        return {i.filename: archive.read(i) for i in infos if i.filename.endswith((".xml", ".rels"))}


def _stored(members: dict[str, bytes]) -> bytes:
    """The parts as an archive without compression: what is read is what was measured."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return target.getvalue()


def _chosen(book: Any, file: str) -> tuple[str, list[Finding]]:
    """The sheet that is read: the one called Partners, else the first visible one; notes tell of the others."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415 (as above)

    sheets = [m for m in book.sheets_metadata if m.typ is SheetTypeEnum.WorkSheet]
    shown = [m.name for m in sheets if m.visible is SheetVisibleEnum.Visible]
    name = next((n for n in shown if n.strip().lower() == SHEET), shown[0] if shown else "")
    if not name:
        return "", list(unread(file, "the workbook has no visible sheet", "show the sheet with the list").findings)
    ours = {m.name for m in sheets} == {"Partners", "Help", "Lists"}
    left = [] if ours else [m.name for m in sheets if m.name != name]
    hint = "the sheet called Partners is read, else the first visible one"
    note = f"only the sheet {name} is read, not: {', '.join(left)}"
    return name, [Finding("L006", Severity.NOTE, Location(file), note, hint)] if left else []


def _part(members: dict[str, bytes], name: str) -> str:
    """The part that holds a sheet, by the workbook's relations."""
    from lxml import etree  # noqa: PLC0415 (as above)

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        book = etree.fromstring(members["xl/workbook.xml"], parser)
        links = etree.fromstring(members["xl/_rels/workbook.xml.rels"], parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(error) from None
    ids = [next((v for k, v in s.attrib.items() if str(k).endswith("}id")), "")
           for s in book.iter("{*}sheet") if s.get("name") == name]  # fmt: skip
    target = next((str(r.get("Target")) for r in links.iter("{*}Relationship") if ids and r.get("Id") == ids[0]), "")
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _placed(xml: bytes) -> bytes:
    """The sheet with a reference at each cell: one that has none stands behind the one before it, as do rows."""
    if not _UNPLACED.search(xml):
        return xml
    row = column = 0

    def placed(found: re.Match[bytes]) -> bytes:
        nonlocal row, column
        if found[1] == b"row":
            row, column = int(_of(found[2], b"r") or row + 1), 0
            return found[0]
        at = _REFERENCE.search(found[2])
        column = _column(at[1]) if at else column + 1
        return found[0] if at else b'%s r="%s%d"%s' % (found[0][: found.start(2) - found.start()],
                                                      letters(column).encode(), row, found[2])  # fmt: skip

    return _START.sub(placed, xml)


def _too_wide(xml: bytes) -> str:
    """What forbids to read a sheet whose cells stand too far apart: it would fill the memory with empty ones."""
    if not xml:
        return "the sheet can't be found in the workbook"
    found = _REFERENCES.findall(xml)
    filled = {letters: 0 for letters, _, empty in found if not empty}
    far = max((int(digits) for _, digits, empty in found if not empty), default=1)
    across = max((_column(letters) for letters in filled), default=1)
    if far > ROWS or across > COLUMNS:
        return f"the sheet has more than {ROWS:,} rows or {COLUMNS} columns"
    return f"the sheet spans more than {CELLS:,} cells" if far * across > CELLS else ""


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _faulty(xml: bytes) -> dict[tuple[int, int], str]:
    """The cells that show an error, and formulas whose result isn't in the file: reading would leave them empty."""
    if b"<f" not in xml and b":f>" not in xml and b'"e"' not in xml and b"'e'" not in xml:
        return {}
    found = {}
    for start, inside in _CELL.findall(xml):
        at = _REFERENCE.search(start)
        if at is None:
            continue
        place = (int(at[2]), _column(at[1]))
        if re.search(rb"""\bt\s*=\s*["']e["']""", start):
            found[place] = "the cell shows an error of Excel"
        elif _FORMULA.search(inside) and not _VALUE.search(inside) and not _EMPTY_TEXT.search(start):
            found[place] = "the cell has a formula whose result isn't in the file"
    return found


def _hidden(xml: bytes) -> frozenset[int]:
    """The rows that are marked as hidden; a row without a number follows the one before it."""
    found, row = set(), 0
    for start in _ROW_START.findall(xml) if b"hidden" in xml else ():
        row = int(_of(start, b"r") or row + 1)
        if _of(start, b"hidden") in (b"1", b"true"):
            found.add(row)
    return frozenset(found)


def _formatted(xml: bytes, styles: bytes) -> frozenset[tuple[int, int]]:
    """The cells with a number whose style shows it otherwise than plain figures do."""
    formats = _FORMATS.search(styles)
    own = [number for number, found in enumerate(_STYLE.findall(formats[1] if formats else b""))
           if int(_of(found, b"numFmtId") or 0) not in PLAIN]  # fmt: skip
    own = [n for n in own if b'"%d"' % n in xml]
    if not own:
        return frozenset()
    wanted = {b"%d" % n for n in own}
    found = set()
    for start in _STYLED.findall(xml):
        at = _REFERENCE.search(start)
        if at and _of(start, b"s") in wanted and (_of(start, b"t") or b"n") == b"n":
            found.add((int(at[2]), _column(at[1])))
    return frozenset(found)


def _of(start: bytes, name: bytes) -> bytes:
    """The value of an attribute, or nothing."""
    found = re.search(rb"""(?<!\w)%s\s*=\s*["']([^"']*)["']""" % name, start)
    return found[1] if found else b""
